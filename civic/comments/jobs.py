"""What follows when a comment comes into or out of sight."""

from civic.comments import service
from civic.comments.models import Comment
from civic.contributions.events import (
    ContributionHidden,
    ContributionPublished,
    ContributionReturned,
    ContributionWithdrawn,
)
from civic.contributions.rules import ContributionKind
from civic.core.actor import SYSTEM
from civic.core.db import db


def count_replies(
    event: ContributionPublished | ContributionHidden | ContributionReturned | ContributionWithdrawn,
) -> None:
    """The comment above it knows how many answers stand under it."""
    if event.kind != ContributionKind.COMMENT:
        return
    comment = db.session.get(Comment, event.contribution_id)
    if comment is not None and comment.parent_id is not None:
        service.count_replies(SYSTEM, comment.parent_id)
