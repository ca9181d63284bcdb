"""What the screening asks of the database: the word list, and texts that are likely alike."""

from collections.abc import Sequence

from sqlalchemy import func, select

from civic.contributions.models import Contribution
from civic.core.db import db
from civic.moderation.models import Likeness, LikenessBand, WatchWord
from civic.moderation.screening import LIKE, bands, likeness

CANDIDATES = 20


def watch_words() -> Sequence[WatchWord]:
    """The operator's list, in the order of the alphabet."""
    return db.session.scalars(select(WatchWord).order_by(WatchWord.folded).limit(1000)).all()


def folded_words() -> Sequence[str]:
    return db.session.scalars(select(WatchWord.folded).limit(1000)).all()


def most_alike(contribution: Contribution, sign: Sequence[int]) -> int | None:
    """The text of the same kind that is most like this one; none below the mark."""
    if not sign:
        return None
    shared = func.count().label("shared")
    query = (
        select(Likeness.contribution_id, Likeness.signature, shared)
        .join(LikenessBand, LikenessBand.contribution_id == Likeness.contribution_id)
        .join(Contribution, Contribution.id == Likeness.contribution_id)
        .where(
            LikenessBand.band.in_(bands(sign)), Likeness.contribution_id != contribution.id, Contribution.kind == contribution.kind,
        )
        .group_by(Likeness.contribution_id)
        .order_by(shared.desc(), Likeness.contribution_id)
        .limit(CANDIDATES)
    )  # fmt: skip
    best = max(
        ((likeness(sign, row.signature), row.contribution_id) for row in db.session.execute(query)),
        default=(0.0, 0),
    )
    return best[1] if best[0] >= LIKE else None
