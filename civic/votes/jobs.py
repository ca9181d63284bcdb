"""What follows for voting from a publication and from the clock."""

from datetime import timedelta

from civic.contributions import queries as contributions
from civic.contributions.events import ContributionPublished
from civic.contributions.rules import ContributionKind, Status, StepKind
from civic.contributions.service import add_step
from civic.core import clock
from civic.core.actor import SYSTEM
from civic.core.db import transaction
from civic.spaces import queries as spaces
from civic.votes import queries, service
from civic.votes.events import ThresholdReached


def open_for_proposal(event: ContributionPublished) -> None:
    """A public proposal is voted on from that moment, for as long as its space says."""
    if event.kind != ContributionKind.PROPOSAL:
        return
    proposal = contributions.by_id(event.contribution_id)
    if proposal.origin or proposal.status is not Status.PUBLIC:
        return  # another platform's votes are over; something hidden meanwhile is not asked about
    space = spaces.space(proposal.space_id)
    opens_at = clock.now()
    service.open_question(
        SYSTEM,
        proposal,
        opens_at=opens_at,
        closes_at=clock.day_end(clock.local(opens_at).date() + timedelta(days=space.voting_days)),
        threshold=spaces.threshold_for(space, proposal.district_id),
    )


def note_threshold(event: ThresholdReached) -> None:
    """The life line says when enough people were in favour, also where a case was open already."""
    proposal = contributions.by_id(event.contribution_id)
    if all(step.kind is not StepKind.THRESHOLD for step in contributions.steps_of(proposal.id)):
        add_step(SYSTEM, proposal, StepKind.THRESHOLD)


def close_due() -> None:
    """Close every question whose time is over, each in a transaction of its own."""
    while True:
        with transaction():
            question = queries.due_to_close()
            if question is None:
                return
            service.close(SYSTEM, question)
