"""What follows for the index when a contribution comes into or out of sight."""

from civic.contributions import queries
from civic.contributions.events import (
    ContributionEdited,
    ContributionHidden,
    ContributionMasked,
    ContributionMerged,
    ContributionPublished,
    ContributionReturned,
    ContributionUnmerged,
    ContributionWithdrawn,
)
from civic.contributions.rules import LISTED, ContributionKind
from civic.core.actor import SYSTEM
from civic.index import service as index

SEARCHED = {ContributionKind.PROBLEM, ContributionKind.PROPOSAL, ContributionKind.CONSULTATION}


def index_text(
    event: ContributionPublished
    | ContributionEdited
    | ContributionHidden
    | ContributionMasked
    | ContributionReturned
    | ContributionWithdrawn
    | ContributionMerged
    | ContributionUnmerged,
) -> None:
    """Findable exactly while it is public, whatever order the news comes in."""
    contribution = queries.by_id(event.contribution_id)
    if contribution.kind not in SEARCHED:
        return
    if contribution.status in LISTED:
        index.put(
            SYSTEM, contribution.id, kind=contribution.kind, title=contribution.title, html=contribution.html
        )
    else:
        index.drop(SYSTEM, contribution.id)
