"""What follows from each event, on one page: event -> reactions."""

from civic.accounts.events import RoleChanged
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

REACTIONS: dict[type, list[Reaction]] = {
    RoleChanged: [],
    ContributionSubmitted: [],
    EndorsementAwaited: [],
    ContributionPublished: [contributions.index_text],
    ContributionEdited: [contributions.index_text],
    ContributionReturned: [contributions.index_text],
    ContributionHidden: [contributions.index_text],
    ContributionWithdrawn: [contributions.index_text],
}


def setup() -> None:
    wire(REACTIONS)
