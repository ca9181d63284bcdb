"""One's own page, what one follows, a group's page and what waits for its managers."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from civic.cases.queries import open_questions_to
from civic.consultations import queries as consultations
from civic.contributions import queries as contributions
from civic.contributions import service
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Status
from civic.core.actor import Role
from civic.core.db import db, transaction
from civic.core.errors import NotFound
from civic.core.i18n import language, say
from civic.core.paging import page
from civic.core.text import N_
from civic.core.web import current_actor, linker, public, render, signed_in
from civic.cosigning.queries import waiting_for
from civic.groups import queries as groups
from civic.groups.rules import GroupStatus
from civic.notifications import queries as notices
from civic.notifications.words import say_notice
from civic.people import queries
from civic.people.forms import ReturnForm
from civic.places.queries import districts

bp = Blueprint("people", __name__)

KIND_WORDS = {
    ContributionKind.PROPOSAL: N_("پیشنهاد"),
    ContributionKind.PROBLEM: N_("مسئله"),
    ContributionKind.COMMENT: N_("نظر"),
    ContributionKind.QUESTION: N_("پرسش شورا"),
    ContributionKind.CONSULTATION: N_("نظرخواهی"),
}
TABS = {
    "": N_("نوشته‌های من"),
    "proposal": N_("پیشنهادها"),
    "problem": N_("مسئله‌ها"),
    "comment": N_("نظرها"),
    "votes": N_("رأی‌ها"),
    "joined": N_("درگیرم"),
}


@bp.get("/me")
@signed_in
def me() -> Response:
    """What waits for me, what I wrote and where it stands, what I voted on, my news."""
    actor = current_actor()
    tab = request.args.get("kind", "")
    tab = tab if tab in TABS else ""
    if tab == "votes":
        query = queries.own_votes(actor)
    elif tab == "joined":
        query = queries.joined(actor)
    else:
        query = queries.own_texts(actor, ContributionKind(tab) if tab else None)
    found = page(query, [(Contribution.id, True)], cursor=request.args.get("after", ""))
    latest = notices.latest(actor, 5)
    return render(
        "people/me.html", page=found, tab=tab, tabs=TABS, link=linker("people.me", kind=tab), kind_words=KIND_WORDS,
        subjects=_subjects(found.items), drafts=queries.drafts(actor), returned=queries.returned(actor), cosigning=waiting_for(actor),
        to_answer=open_questions_to(actor),
        asked=queries.asked_whether_done(actor), desks=queries.desks(actor), waiting_groups=queries.own_groups_waiting(actor),
        consultations=consultations.of_managed_groups(actor), notices=[(n, *say_notice(n, c)) for n, c in latest],
        operator_waits=_operator_waits() if actor.has(Role.OPERATOR) else (0, 0),
    )  # fmt: skip


def _operator_waits() -> tuple[int, int]:
    return len(groups.all_groups(GroupStatus.PENDING)), len(consultations.waiting())


def _subjects(items: Sequence[Contribution]) -> dict[int, Contribution]:
    """What the comments among these are about."""
    wanted = {item.subject_id for item in items if item.subject_id}
    if not wanted:
        return {}
    rows = db.session.scalars(contributions.visible(current_actor()).where(Contribution.id.in_(wanted)))
    return {row.id: row for row in rows}


@bp.get("/me/following")
@signed_in
def following() -> Response:
    """What I asked to hear of, with a way to stop."""
    actor = current_actor()
    found = page(queries.following(actor), [(Contribution.id, True)], cursor=request.args.get("after", ""))
    return render("people/following.html", page=found, link=linker("people.following"), kind_words=KIND_WORDS)


@bp.get("/groups/<int:group_id>")
@public
def group(group_id: int) -> Response:
    """Who the group is, what it proposes and asks; members see members, managers see what waits."""
    actor = current_actor()
    shown = groups.readable(actor, group_id)
    member = actor.membership(group_id)
    written = page(
        queries.written_by_group(group_id, [ContributionKind.PROPOSAL, ContributionKind.PROBLEM]),
        [(Contribution.id, True)], cursor=request.args.get("after", ""), size=10,
    )  # fmt: skip
    asked = page(
        queries.written_by_group(group_id, [ContributionKind.CONSULTATION]),
        [(Contribution.id, True)],
        size=10,
    )
    places = {d.id: d.name(language()) for d in districts()}
    return render(
        "people/group.html", group=shown, member=member, manager=actor.manages(group_id), page=written, asked=asked.items,
        votes=queries.votes_in_favour([c.id for c in written.items]), link=linker("people.group", group_id=group_id),
        district=places.get(shown.district_id or 0, ""), kind_words=KIND_WORDS,
        has_asked=actor.is_signed_in and groups.has_asked(actor, group_id),
        waiting=queries.awaiting_endorsement(actor, group_id),
        requests=groups.join_requests(actor, shown), members=groups.members(actor, shown, limit=8) if member else [],
    )  # fmt: skip


@bp.post("/groups/<int:group_id>/texts/<int:contribution_id>/endorse")
@signed_in
def endorse(group_id: int, contribution_id: int) -> Response:
    """A manager lets a member's text go on in the group's name."""
    actor = current_actor()
    with transaction():
        text = contributions.for_change(actor, contribution_id)
        if text.group_id != group_id:
            raise NotFound
        service.endorse(actor, text)
    flash(say(N_("تأیید شد و به بررسی رفت.")))
    return redirect(url_for("people.group", group_id=group_id), 303)


@bp.route("/groups/<int:group_id>/texts/<int:contribution_id>/return", methods=["GET", "POST"])
@signed_in
def give_back(group_id: int, contribution_id: int) -> Response:
    """A manager gives a member's text back with a reason."""
    actor = current_actor()
    text = contributions.readable(actor, contribution_id)
    if text.group_id != group_id or not actor.manages(group_id) or text.status is not Status.ENDORSING:
        raise NotFound
    form = ReturnForm()
    if form.accepted():
        with transaction():
            locked = contributions.for_change(actor, contribution_id)
            service.return_to_member(actor, locked, reason=form.reason.data)
        flash(say(N_("بازگردانده شد و نویسنده دلیل را می‌بیند.")))
        return redirect(url_for("people.group", group_id=group_id), 303)
    return render("people/give_back.html", form=form, text=text, group=groups.readable(actor, group_id))
