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
from civic.moderation import jobs as moderation
from civic.moderation.events import DecisionMade
from civic.votes import jobs as votes
from civic.votes.events import ThresholdReached, VoteClosed

REACTIONS: dict[type, list[Reaction]] = {
    RoleChanged: [],
    ContributionSubmitted: [moderation.queue_up],
    EndorsementAwaited: [],
    ContributionPublished: [contributions.index_text, votes.open_for_proposal],
    ContributionEdited: [contributions.index_text],
    ContributionReturned: [contributions.index_text],
    ContributionHidden: [contributions.index_text, moderation.drop],
    ContributionWithdrawn: [contributions.index_text, moderation.drop],
    DecisionMade: [],
    ThresholdReached: [votes.note_threshold],
    VoteClosed: [],
}


def setup() -> None:
    wire(REACTIONS)
