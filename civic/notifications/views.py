"""The notices of a person, and the link with which letters stop."""

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from civic.contributions import queries as contributions
from civic.core.db import transaction
from civic.core.errors import NotFound
from civic.core.i18n import say
from civic.core.text import N_
from civic.core.web import current_actor, linker, public, render, signed_in
from civic.notifications import queries, service
from civic.notifications.links import whose
from civic.notifications.words import say_notice

bp = Blueprint("notifications", __name__)


@bp.get("/me/notices")
@signed_in
def index() -> Response:
    """What happened to what I wrote, voted on, follow."""
    actor = current_actor()
    unread = request.args.get("show") == "unread"
    found = queries.notices(actor, unread=unread, cursor=request.args.get("after", ""))
    return render(
        "notifications/index.html", page=found, rows=[(n, *say_notice(n, c)) for n, c in found.items], unread=unread,
        link=linker("notifications.index", show="unread" if unread else None),
    )  # fmt: skip


@bp.get("/me/notices/<int:notice_id>")
@signed_in
def go(notice_id: int) -> Response:
    """Open what a notice is about; from now on it counts as read."""
    actor = current_actor()
    with transaction():
        notice = queries.own(actor, notice_id)
        service.read(actor, notice)
        about = None
        if notice.contribution_id:
            try:
                about = contributions.readable(actor, notice.contribution_id)
            except NotFound:
                about = None
        address = say_notice(notice, about)[2]
    return redirect(address, 303)


@bp.post("/me/notices/read")
@signed_in
def read_all() -> Response:
    """Mark all of them as read."""
    with transaction():
        service.read_all(current_actor())
    flash(say(N_("همهٔ خبرها خوانده‌شده شد.")))
    return redirect(url_for("notifications.index"), 303)


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@public
def unsubscribe(token: str) -> Response:
    """No more letters: one click in a mail program (POST), one button on the page."""
    user_id = whose(current_app, token)  # type: ignore[arg-type]
    done = request.method == "POST"
    if done:
        with transaction():
            service.stop_letters(current_actor(), user_id)
    return render("notifications/unsubscribe.html", token=token, done=done)
