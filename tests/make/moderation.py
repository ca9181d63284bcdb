"""Things in the review queue."""

from civic.contributions import service as contributions
from civic.contributions.models import Attachment
from civic.contributions.rules import ContributionKind
from civic.core import clock
from civic.core.actor import SYSTEM
from civic.core.db import db
from civic.groups.queries import actor_of
from civic.moderation import queries, service
from civic.moderation.rules import ItemReason
from tests.make import basics


def queued(
    author_id: int, kind: ContributionKind = ContributionKind.PROPOSAL, *, reason: ItemReason = ItemReason.NEW, photo: bool = False,
    **more: object,
) -> tuple[int, int]:  # fmt: skip
    """Something sent in and waiting: (contribution, item)."""
    row = basics.contribution(author_id, kind, public=False, **more)  # type: ignore[arg-type]
    if photo:
        db.session.add(
            Attachment(
                contribution_id=row.id, name=f"{row.id}.jpg", small_name=f"{row.id}s.jpg", width=8, height=8, sha256="0" * 64,
                added_at=clock.now(),
            )
        )  # fmt: skip
    contributions.submit(actor_of(author_id), row)
    service.queue(SYSTEM, row, reason)
    item = queries.open_item_of(row.id)
    assert item is not None
    return row.id, item.id
