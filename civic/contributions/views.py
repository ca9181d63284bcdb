"""What is the same for every kind: following, pictures, one's drafts."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from civic.contributions import queries, service
from civic.contributions.models import Contribution
from civic.contributions.rules import KINDS, ContributionKind
from civic.core.actor import PUBLIC
from civic.core.db import transaction
from civic.core.errors import NotFound
from civic.core.files import path_of
from civic.core.i18n import say
from civic.core.text import N_
from civic.core.web import ask_to_sign_in, current_actor, public, signed_in

bp = Blueprint("contributions", __name__)
DRAFT_PAGES = {ContributionKind.PROPOSAL: "proposals.where", ContributionKind.PROBLEM: "problems.new"}


def _page_of(contribution: Contribution) -> str:
    endpoint, _card = KINDS[contribution.kind]
    return url_for(endpoint, contribution_id=contribution.id)


@bp.post("/follow/<int:contribution_id>")
@public
def follow(contribution_id: int) -> Response:
    """Hear of every step; a guest signs in first and then follows."""
    actor = current_actor()
    if not actor.is_signed_in:
        back = _page_of(queries.readable(actor, contribution_id))
        return ask_to_sign_in("follow", {"id": contribution_id, "back": back})
    with transaction():
        contribution = queries.for_change(actor, contribution_id)
        service.follow(actor, contribution)
        location = _page_of(contribution)
    flash(say(N_("از این پس خبر هر گام آن به شما می‌رسد.")))
    return redirect(location, 303)


@bp.post("/unfollow/<int:contribution_id>")
@signed_in
def unfollow(contribution_id: int) -> Response:
    actor = current_actor()
    with transaction():
        contribution = queries.for_change(actor, contribution_id)
        service.unfollow(actor, contribution)
        location = _page_of(contribution)
    flash(say(N_("دیگر خبری از آن برایتان نمی‌آید.")))
    return redirect(location, 303)


@bp.get("/media/<name>")
@public
def media(name: str) -> Response:
    """A picture, to whoever may read what it belongs to."""
    actor = current_actor()
    attachment, _contribution = queries.picture_named(actor, name)
    path = path_of(name if name == attachment.name else attachment.small_name)
    if not path.is_file():
        raise NotFound
    response = Response(path.read_bytes(), mimetype="image/jpeg")
    response.set_etag(name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = (
        "no-store, private" if actor.is_signed_in and not _is_open(name) else "public, max-age=600"
    )
    return response.make_conditional(request)


def _is_open(name: str) -> bool:
    """Whether a guest would be shown it too."""
    try:
        queries.picture_named(PUBLIC, name)
    except NotFound:
        return False
    return True


@bp.get("/me/drafts")
@signed_in
def drafts() -> str:
    """What one has begun and not sent."""
    rows = [
        (draft, url_for(DRAFT_PAGES[draft.kind], draft=draft.id))
        for draft in queries.drafts_of(current_actor())
        if draft.kind in DRAFT_PAGES
    ]
    return render_template("contributions/drafts.html", drafts=rows)


@bp.post("/me/drafts/<int:contribution_id>/discard")
@signed_in
def discard(contribution_id: int) -> Response:
    """Throw an unfinished text away."""
    actor = current_actor()
    with transaction():
        service.withdraw(actor, queries.draft_for_change(actor, contribution_id), reason="")
    flash(say(N_("پیش‌نویس دور انداخته شد.")))
    return redirect(url_for("contributions.drafts"), 303)
