"""The vote, and «قانع‌کننده بود»."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from civic.contributions import queries as contributions
from civic.contributions.rules import ContributionKind
from civic.core.actor import Kind
from civic.core.db import transaction
from civic.core.errors import RuleBroken
from civic.core.limits import limit
from civic.core.text import N_, row_id
from civic.core.web import ask_to_sign_in, current_actor, public, safe_next, signed_in
from civic.votes import queries, service
from civic.votes.rules import check_choice

bp = Blueprint("votes", __name__)


@bp.post("/proposals/<int:contribution_id>/vote", defaults={"kind": "proposal"})
@bp.post("/consultations/<int:contribution_id>/vote", defaults={"kind": "consultation"})
@public
def cast(contribution_id: int, kind: str) -> Response:
    """Give, change or take back a vote; a guest signs in first and the vote is kept."""
    actor = current_actor()
    choice = request.form.get("choice", "")[:16]
    capacity, group_id = _voice(request.form.get("capacity", ""))
    back = request.script_root + request.path.removesuffix("/vote") + "#vote"
    if not actor.is_signed_in:
        question = queries.readable_question(actor, contribution_id, ContributionKind(kind))
        check_choice(choice, [option.key for option in question.options])
        return ask_to_sign_in(
            "vote", {"contribution_id": contribution_id, "kind": kind, "choice": choice, "back": back}
        )
    limit("vote", actor.user_id, 600, 3600)
    with transaction():
        question = queries.for_vote(actor, contribution_id, ContributionKind(kind))
        if choice == "withdraw":
            service.withdraw(actor, question)
        else:
            service.cast(actor, question, choice, capacity=capacity, group_id=group_id)
    return redirect(back, 303)


def _voice(text: str) -> tuple[Kind | None, int | None]:
    """What the form says of the capacity: nothing, a kind, or `group:7`."""
    if not text:
        return None, None
    if text.startswith("group:") and (group_id := row_id(text[6:])):
        return None, group_id
    if text in set(Kind):
        return Kind(text), None
    raise RuleBroken(N_("در این نقش نمی‌توانید رأی بدهید؛ رأیی ثبت نشد."), field="capacity")


@bp.post("/comments/<int:contribution_id>/convincing")
@signed_in
def convincing(contribution_id: int) -> Response:
    """Count the argument of the other side as convincing, or take that back."""
    actor = current_actor()
    with transaction():
        comment = contributions.readable(actor, contribution_id, ContributionKind.COMMENT)
        service.convince(actor, comment)
        subject = contributions.readable(actor, comment.subject_id or 0)
        kind = subject.kind
    paths = {ContributionKind.PROPOSAL: "proposals", ContributionKind.CONSULTATION: "consultations"}
    back = safe_next(request.form.get("back")) or f"/{paths.get(kind, 'problems')}/{subject.id}#vote"
    return redirect(request.script_root + back, 303)
