"""Comments under anything: all of them on a page of their own, writing, changing, useful marks."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from civic.comments import queries, service
from civic.comments.forms import CommentForm, EditForm
from civic.comments.models import Comment
from civic.comments.rules import SIDED, Side
from civic.contributions import queries as contributions
from civic.contributions.forms import overtaken, read_voice, start_from, voice_hints, voices
from civic.contributions.models import Contribution
from civic.contributions.rules import KINDS, ContributionKind, Status
from civic.core.actor import Actor
from civic.core.db import transaction
from civic.core.errors import NotFound, Overtaken, RuleBroken
from civic.core.i18n import language, say
from civic.core.limits import limit
from civic.core.once import once
from civic.core.text import N_, row_id
from civic.core.web import ask_to_sign_in, current_actor, linker, public, render, safe_next, signed_in

bp = Blueprint("comments", __name__)

PATHS = {
    "/proposals/<int:contribution_id>/comments": ContributionKind.PROPOSAL,
    "/problems/<int:contribution_id>/comments": ContributionKind.PROBLEM,
    "/consultations/<int:contribution_id>/comments": ContributionKind.CONSULTATION,
    "/council/questions/<int:contribution_id>/comments": ContributionKind.QUESTION,
}
PAGE = 20


def _page_of(subject: Contribution, *, anchor: str = "") -> str:
    endpoint, _card = KINDS[subject.kind]
    return url_for(endpoint, contribution_id=subject.id, _anchor=anchor or None)


def _form(actor: Actor) -> CommentForm:
    form = CommentForm()
    form.voice.choices = voices(actor) or [("me:citizen", "")]
    if not form.voice.data:
        form.voice.data = form.voice.choices[0].value
    if request.method == "GET":
        asked = request.args.get("side", "")
        form.side.data = asked if asked in set(Side) else Side.NEUTRAL.value
        form.parent.data = request.args.get("reply", "")
    return form


def _parent(actor: Actor, form: CommentForm, subject: Contribution) -> tuple[Contribution, Comment] | None:
    """The comment that is answered, as the reader may read it."""
    wanted = row_id(form.parent.data)
    if wanted is None:
        return None
    found = queries.comment(actor, wanted)
    if found[1].subject_id != subject.id or found[0].status is not Status.PUBLIC:
        raise NotFound
    return found


def _show(actor: Actor, subject: Contribution, form: CommentForm) -> Response:
    """One side (or all) page by page, with the form."""
    asked = request.args.get("side", "")
    side = Side(asked) if asked in set(Side) and subject.kind in SIDED else None
    page = queries.one_side(actor, subject, side, request.args.get("after", ""), size=PAGE)
    focus = row_id(request.args.get("focus"))
    pinned = queries.one(actor, subject, focus) if focus else None
    link = linker("comments.index", contribution_id=subject.id, kind=subject.kind, side=side)
    return render(
        "comments/index.html", subject=subject, subject_url=_page_of(subject), page=page, side=side, sided=subject.kind in SIDED, link=link,
        pinned=pinned, form=form, parent=_parent(actor, form, subject), voices=voices(actor), voice_hints=voice_hints(actor),
    )  # fmt: skip


def index(contribution_id: int, kind: ContributionKind) -> Response:
    """All that was said of it; a POST says something more."""
    actor = current_actor()
    subject = contributions.readable(actor, contribution_id, kind)
    form = _form(actor)
    if not form.accepted():
        return _show(actor, subject, form)
    if not actor.is_signed_in:
        back = _page_of(subject, anchor="comments")
        meant = {
            "id": subject.id,
            "text": form.text.data,
            "side": form.side.data,
            "parent": form.parent.data,
            "language": language(),
        }
        return ask_to_sign_in("comment", {**meant, "back": back})
    limit("comment", actor.user_id, 40, 3600)
    try:
        with once(actor.signed_in()) as act:
            if act.first:
                subject = contributions.for_change(actor, contribution_id, kind)
                parent = _parent(actor, form, subject)
                group_id, capacity = read_voice(form.voice.data)
                comment = service.write(
                    actor, subject, text=form.text.data, side=form.side.data or "", parent=parent[1] if parent else None,
                    group_id=group_id, capacity=capacity, language=language(),
                )  # fmt: skip
                act.location = _page_of(subject, anchor=f"c-{comment.id}")
    except RuleBroken as error:
        form.refuse(error)
        return _show(actor, contributions.readable(actor, contribution_id, kind), form)
    flash(say(N_("نظر شما فرستاده شد. پس از بررسی، همه آن را می‌بینند.")))
    return redirect(act.location, 303)


index.guard = "public"  # type: ignore[attr-defined]
for _rule, _kind in PATHS.items():
    bp.add_url_rule(_rule, "index", index, defaults={"kind": _kind}, methods=["GET", "POST"])


@bp.get("/comments/<int:contribution_id>")
@public
def show(contribution_id: int) -> Response:
    """Where a comment stands."""
    actor = current_actor()
    contribution, _comment = queries.comment(actor, contribution_id)
    subject = contributions.readable(actor, contribution.subject_id or 0)
    place = url_for(
        "comments.index",
        contribution_id=subject.id,
        kind=subject.kind,
        focus=contribution.id,
        _anchor=f"c-{contribution.id}",
    )
    return redirect(
        place if contribution.status is Status.PUBLIC else _page_of(subject, anchor="comments"), 303
    )


@bp.post("/comments/<int:contribution_id>/useful")
@public
def useful(contribution_id: int) -> Response:
    """«مفید بود», or no longer."""
    actor = current_actor()
    contribution, _comment = queries.comment(actor, contribution_id)
    subject = contributions.readable(actor, contribution.subject_id or 0)
    back = _page_of(subject, anchor=f"c-{contribution.id}")
    if not actor.is_signed_in:
        return ask_to_sign_in("useful", {"id": contribution_id, "back": back})
    limit("mark", actor.user_id, 300, 3600)
    with transaction():
        contribution, _comment = queries.comment_for_change(actor, contribution_id)
        service.mark(actor, contribution, useful=request.form.get("mark") != "off")
    return redirect(safe_next(request.form.get("back")) or back, 303)


@bp.route("/comments/<int:contribution_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(contribution_id: int) -> Response:
    """Change one's own words."""
    actor = current_actor()
    contribution = _own(actor, contribution_id)
    subject_id = contribution.subject_id or 0
    form, meanwhile = EditForm(obj=contribution), None
    start_from(form, contribution)
    if form.accepted():
        try:
            with transaction():
                contribution, _comment = queries.comment_for_change(actor, contribution_id)
                service.edit(actor, contribution, text=form.text.data, base=form.base.data or "")
        except Overtaken as error:
            meanwhile = overtaken(form, error)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("تغییر ثبت شد و بررس آن را می‌بیند.")))
            return redirect(_page_of(contributions.readable(actor, subject_id), anchor="comments"), 303)
    return render(
        "comments/edit.html",
        form=form,
        meanwhile=meanwhile,
        comment=contribution,
        subject=contributions.readable(actor, subject_id),
    )


@bp.post("/comments/<int:contribution_id>/withdraw")
@signed_in
def withdraw(contribution_id: int) -> Response:
    """Take one's own words back."""
    actor = current_actor()
    with transaction():
        contribution, _comment = queries.comment_for_change(actor, contribution_id)
        service.withdraw(actor, contribution)
        subject_id = contribution.subject_id or 0
    flash(say(N_("نظر شما پس گرفته شد.")))
    return redirect(_page_of(contributions.readable(actor, subject_id), anchor="comments"), 303)


def _own(actor: Actor, contribution_id: int) -> Contribution:
    contribution, _comment = queries.comment(actor, contribution_id)
    if contribution.author_id != actor.user_id:
        raise NotFound
    return contribution
