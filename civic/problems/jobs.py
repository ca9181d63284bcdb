"""What follows for a problem when a proposal that answers it comes into or out of sight."""

from civic.contributions import queries as contributions
from civic.contributions.events import (
    ContributionHidden,
    ContributionMerged,
    ContributionPublished,
    ContributionReturned,
    ContributionUnmerged,
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


def count_after_merge(event: ContributionMerged | ContributionUnmerged) -> None:
    """Of merged problems the target has all proposals; a merged proposal answers through its target."""
    if event.kind == ContributionKind.PROBLEM:
        problems = [event.contribution_id, event.into_id]
    else:
        answered = [*queries.answered_by(event.contribution_id), *queries.answered_by(event.into_id)]
        problems = sorted(set(answered))
    for problem_id in problems:
        service.recount_answers(SYSTEM, contributions.by_id(problem_id))
