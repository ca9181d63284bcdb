"""What makes a report be drafted without a person."""

from civic.cases.events import CaseAnswered
from civic.consultations.events import ReportPublished
from civic.contributions.queries import by_id, steps_of
from civic.contributions.rules import ContributionKind, Status, StepKind
from civic.core.actor import SYSTEM
from civic.reports import service
from civic.reports.rules import Door
from civic.votes.events import VoteClosed
from civic.votes.queries import of_contribution

NEEDS_COUNCIL = "needs_council"
"""The answer of a department that says: this is for the council to decide."""


def after_answer(event: CaseAnswered) -> None:
    """A proposal with its answer can go to the council; one whose answer says so must."""
    contribution = by_id(event.contribution_id)
    if contribution.kind is not ContributionKind.PROPOSAL or contribution.status is not Status.PUBLIC:
        return
    answers = [step.detail for step in steps_of(contribution.id) if step.kind is StepKind.ANSWERED]
    needs = bool(answers) and answers[-1] == NEEDS_COUNCIL
    service.draft(SYSTEM, contribution, door=Door.NEEDS_COUNCIL if needs else Door.ANSWERED)


def after_vote(event: VoteClosed) -> None:
    """A proposal that had enough votes is drafted when its vote closes; others wait until somebody sends them."""
    contribution = by_id(event.contribution_id)
    if contribution.kind is not ContributionKind.PROPOSAL or contribution.status is not Status.PUBLIC:
        return
    question = of_contribution(contribution.id)
    if question is not None and question.threshold_reached_at is not None:
        service.draft(SYSTEM, contribution, door=Door.VOTE_CLOSED)


def after_consultation(event: ReportPublished) -> None:
    """A closed consultation drafts its report by itself."""
    contribution = by_id(event.consultation_id)
    if contribution.status is Status.PUBLIC:
        service.draft(SYSTEM, contribution, door=Door.CONSULTATION)
