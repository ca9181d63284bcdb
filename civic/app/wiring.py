"""What follows from each event, on one page: event -> reactions."""

from civic.accounts.events import RoleChanged
from civic.comments import jobs as comments
from civic.contributions import jobs as contributions
from civic.contributions.events import (
    ContributionEdited,
    ContributionHidden,
    ContributionPublished,
    ContributionReturned,
    ContributionSubmitted,
    ContributionWithdrawn,
    EndorsementAwaited,
)
from civic.core.outbox import Reaction, wire
from civic.problems import jobs as problems

REACTIONS: dict[type, list[Reaction]] = {
    RoleChanged: [],
    ContributionSubmitted: [],
    EndorsementAwaited: [],
    ContributionPublished: [contributions.index_text, comments.count_replies, problems.count_answers],
    ContributionEdited: [contributions.index_text],
    ContributionReturned: [contributions.index_text, comments.count_replies, problems.count_answers],
    ContributionHidden: [contributions.index_text, comments.count_replies, problems.count_answers],
    ContributionWithdrawn: [contributions.index_text, comments.count_replies, problems.count_answers],
}


def setup() -> None:
    wire(REACTIONS)
