"""The notices of a person, how they want to hear, and the links with which letters stop."""

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from civic.accounts import queries as accounts
from civic.contributions import queries as contributions
from civic.core.actor import Actor
from civic.core.db import transaction
from civic.core.errors import NotFound
from civic.core.i18n import say
from civic.core.limits import limit
from civic.core.text import N_, row_id
from civic.core.web import current_actor, linker, public, render, signed_in
from civic.notifications import push, queries, service
from civic.notifications.forms import wishes_form
from civic.notifications.links import Stop, read_token, token_for
from civic.notifications.rules import SMS_TOPICS, Channel, Topic
from civic.notifications.words import TOPIC_WORDS, TOPICS, say_notice
from config import ROOT

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


def _topics(actor: Actor) -> list[Topic]:
    """What this person is asked about: work only of those who work here, groups only of their members."""
    hidden = set()
    if not actor.is_staff:
        hidden.add(Topic.WORK)
    if not actor.memberships:
        hidden.add(Topic.GROUPS)
    return [topic for topic in TOPICS if topic not in hidden]


@bp.route("/me/notices/settings", methods=["GET", "POST"])
@signed_in
def settings() -> Response:
    """Which news comes where and when."""
    actor = current_actor()
    user = accounts.user(actor.signed_in())
    topics = _topics(actor)
    form = wishes_form(
        topics, queries.wishes_of(actor.signed_in()), mail=bool(user.email), sms=bool(user.phone), letters=user.mail_notices
    )  # fmt: skip
    if form.accepted():
        with transaction():
            service.choose(actor, form.wishes(topics))
            if user.email:
                service.allow_letters(actor, wanted=form.mail_notices.data)
        flash(say(N_("ثبت شد؛ از خبر بعدی همین‌گونه می‌آید.")))
        return redirect(url_for("notifications.settings"), 303)
    return render(
        "notifications/settings.html", form=form, user=user, topics=topics, words=TOPICS, about=TOPIC_WORDS,
        refusals=queries.refusals(actor), browsers=queries.browsers_of(actor), key=push.public_key(),
        sms_topics=SMS_TOPICS,
    )  # fmt: skip


@bp.post("/me/notices/settings/reach/<channel>")
@signed_in
def reach_again(channel: str) -> Response:
    """The address works: try again."""
    if channel not in set(Channel):
        raise NotFound
    with transaction():
        service.reach_again(current_actor(), Channel(channel))
    flash(say(N_("از خبر بعدی دوباره می‌فرستیم.")))
    return redirect(url_for("notifications.settings"), 303)


@bp.post("/me/push")
@signed_in
def add_browser() -> Response:
    """This browser takes messages (push.js asks; without JavaScript no browser can)."""
    actor = current_actor()
    limit("push", actor.user_id, 60, 3600)
    endpoint, p256dh, auth = (request.form.get(name, "") for name in ("endpoint", "p256dh", "auth"))
    push.check(endpoint, p256dh, auth)
    with transaction():
        service.add_browser(actor, endpoint=endpoint, p256dh=p256dh, auth=auth)
    return Response(status=204)


@bp.post("/me/push/drop")
@signed_in
def drop_browser() -> Response:
    """A browser takes no more messages: this one by its address, any of them by its button."""
    endpoint = request.form.get("endpoint", "")
    browser_id = row_id(request.form.get("browser")) or 0
    with transaction():
        service.drop_browser(current_actor(), endpoint=endpoint, browser_id=browser_id)
    if endpoint:
        return Response(status=204)
    flash(say(N_("ثبت شد؛ آن مرورگر دیگر خبری نمی‌گیرد.")))
    return redirect(url_for("notifications.settings"), 303)


@bp.get("/sw.js")
@public
def service_worker() -> Response:
    """The script that shows messages while no page is open; from the root, since its folder is what it may serve."""
    source = (ROOT / "static" / "js" / "sw.js").read_text(encoding="utf-8")
    return Response(source, content_type="text/javascript; charset=utf-8")


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@public
def unsubscribe(token: str) -> Response:
    """No more letters, or none of one sort: one click in a mail program (POST), one button on the page."""
    stop = read_token(current_app, token)  # type: ignore[arg-type]
    done = request.method == "POST"
    if done:
        with transaction():
            service.stop_letters(current_actor(), stop.user_id, topic=stop.topic, digest=stop.digest)
    everything = token_for(current_app, Stop(stop.user_id))  # type: ignore[arg-type]
    return render(
        "notifications/unsubscribe.html", token=token, done=done, stop=stop, everything=everything,
        topic=say(TOPICS[stop.topic]) if stop.topic else "", now_off=done and stop.topic is None and stop.digest is None,
    )  # fmt: skip
