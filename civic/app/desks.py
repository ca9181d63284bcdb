"""What desks show of packages that lie beside or above them: votes and comments of what a case is about."""

from sqlalchemy import select

from civic.comments.models import Comment, Side
from civic.contributions.models import Contribution
from civic.contributions.rules import Status
from civic.core.db import db
from civic.core.text import shorten
from civic.votes.models import Tally


def tally_map(contribution_ids: list[int]) -> dict[int, dict[str, int]]:
    """Totals by option for a desk's list: {contribution: {option: ballots}}; desks lie beside votes, not above."""
    if not contribution_ids:
        return {}
    found: dict[int, dict[str, int]] = {}
    rows = db.session.execute(
        select(Tally.contribution_id, Tally.option_key, Tally.ballots).where(
            Tally.contribution_id.in_(contribution_ids)
        )
    )
    for contribution_id, option, ballots in rows:
        found.setdefault(contribution_id, {})[option] = ballots
    return found


def best_reasons(contribution_id: int) -> list[tuple[str, str, int]]:
    """(side, text, people it was useful for): the most useful public reason of each side, for a department's desk."""
    rows = []
    for side in (Side.FOR, Side.AGAINST):
        best = db.session.execute(
            select(Contribution.text, Comment.useful_count)
            .join(Comment, Comment.id == Contribution.id)
            .where(
                Comment.subject_id == contribution_id,
                Comment.parent_id.is_(None),
                Comment.side == side,
                Contribution.status == Status.PUBLIC,
            )
            .order_by(Comment.useful_count.desc(), Comment.id)
            .limit(1)
        ).first()
        if best is not None:
            rows.append((str(side), shorten(best[0], 220), best[1]))
    return rows
