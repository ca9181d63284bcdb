"""What moderation does when something is sent in or taken back."""

from civic.contributions import queries as contributions
from civic.contributions.events import ContributionHidden, ContributionSubmitted, ContributionWithdrawn
from civic.contributions.rules import ContributionKind, Status
from civic.core.actor import SYSTEM
from civic.moderation import service
from civic.moderation.rules import ItemReason

REVIEWED = {ContributionKind.PROBLEM, ContributionKind.PROPOSAL, ContributionKind.COMMENT}
"""The operator decides about consultations; a council member's question needs nobody's leave."""


def queue_up(event: ContributionSubmitted) -> None:
    """A person looks at it, before or after it is public, as its space says."""
    contribution = contributions.by_id(event.contribution_id)
    if contribution.kind not in REVIEWED or contribution.status not in {Status.WAITING, Status.PUBLIC}:
        return
    reason = ItemReason.EDITED if contribution.version > 1 else ItemReason.NEW
    if contributions.has_picture(contribution.id):
        reason = ItemReason.PHOTO
    service.queue(SYSTEM, contribution, reason)


def drop(event: ContributionWithdrawn | ContributionHidden) -> None:
    """What is gone needs no decision."""
    service.drop(SYSTEM, contributions.by_id(event.contribution_id))
