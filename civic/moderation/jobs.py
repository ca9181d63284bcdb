"""What moderation does when something is sent in or taken back, when a decision takes effect, and by the clock."""

from civic.accounts.models import User
from civic.contributions import queries as contributions
from civic.contributions.events import ContributionHidden, ContributionSubmitted, ContributionWithdrawn
from civic.contributions.rules import ContributionKind, Status
from civic.core.actor import SYSTEM
from civic.core.db import db, transaction
from civic.moderation import queries, service
from civic.moderation.events import DecisionTaken
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
    """What is gone needs no decision; what its author took back needs no appeal."""
    service.drop(SYSTEM, contributions.by_id(event.contribution_id))
    if isinstance(event, ContributionWithdrawn):
        service.drop_appeals(SYSTEM, event.contribution_id)


def carry_out(event: DecisionTaken) -> None:
    """The seconds in which it could be taken back are over."""
    service.carry_out(SYSTEM, queries.decision_for_change(event.decision_id))


def count_queue() -> None:
    """How many wait, and how many for too long."""
    with transaction():
        service.store_figures(SYSTEM, queries.QUEUE)


def count_months() -> None:
    """What the public log adds up to."""
    with transaction():
        service.store_figures(SYSTEM, queries.BY_MONTH)


def remind() -> None:
    """The morning's word to the moderators."""
    with transaction():
        service.remind(SYSTEM)


def end_blocks() -> None:
    """Open the writing of those whose time is over."""
    ids = queries.blocks_ended()
    db.session.rollback()
    for block_id in ids:
        with transaction() as session:
            block = queries.block_for_change(block_id)
            if block.ended_at is None:
                service.end_block(SYSTEM, block, session.get_one(User, block.user_id))
