"""What follows for a problem when a proposal that answers it comes into or out of sight."""

from civic.contributions import queries as contributions
from civic.contributions.events import (
    ContributionHidden,
    ContributionPublished,
    ContributionReturned,
    ContributionWithdrawn,
)
from civic.contributions.rules import ContributionKind
from civic.core.actor import SYSTEM
from civic.problems import queries, service


def count_answers(
    event: ContributionPublished | ContributionHidden | ContributionReturned | ContributionWithdrawn,
) -> None:
    """Each problem knows how many public proposals answer it."""
    if event.kind != ContributionKind.PROPOSAL:
        return
    for problem_id in queries.answered_by(event.contribution_id):
        service.count_answers(SYSTEM, contributions.by_id(problem_id), proposal_id=event.contribution_id)
