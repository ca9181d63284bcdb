"""Reads of what is said: the thread of a page in one query, one side page by page, the best of the other side."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from civic.comments.models import Comment, UsefulMark
from civic.comments.rules import SIDED, Side
from civic.contributions.models import Contribution
from civic.contributions.queries import visible
from civic.contributions.rules import WHEEL, ContributionKind, Status, day_start
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, page
from civic.votes.models import Convinced

SHOWN = 4
"""Of each side on the page of the thing itself; all of them have a page of their own."""
REPLIES = 200


@dataclass
class Said:
    """One comment with what stands under it. `marked`: this reader found it useful."""

    contribution: Contribution
    comment: Comment
    marked: bool
    replies: list["Said"] = field(default_factory=list)


@dataclass
class Thread:
    """What a page shows of what was said. `more` names the sides that hold more than is shown; `mine` waits for review."""

    subject: Contribution
    sided: bool
    sides: dict[Side, list[Said]]
    more: set[Side]
    mine: Sequence[Contribution]

    @property
    def is_open(self) -> bool:
        return self.subject.status is Status.PUBLIC


@dataclass(frozen=True)
class Best:
    """The most useful reason of one side, for the panel of somebody who voted for the other."""

    id: int
    text: str
    byline: str
    convinced: bool


def _turned() -> ColumnElement[int]:
    """Random within an equal score, another order every day."""
    return (Contribution.shuffle + day_start(clock.today())) % WHEEL


def _order() -> list[tuple[ColumnElement[Any], bool]]:
    return [(Comment.useful_count, True), (_turned(), False), (Contribution.id, False)]  # type: ignore[list-item]


def _said(actor: Actor) -> Any:
    """Public comments with the reader's own mark."""
    mine = UsefulMark.user_id if actor.is_signed_in else literal(None)
    query: Any = select(Contribution, Comment, mine.label("marked")).join(
        Comment, Comment.id == Contribution.id
    )
    if actor.is_signed_in:
        query = query.outerjoin(
            UsefulMark, and_(UsefulMark.comment_id == Comment.id, UsefulMark.user_id == actor.user_id)
        )
    return query.where(Contribution.status == Status.PUBLIC)


def thread(actor: Actor, subject: Contribution) -> Thread:
    """The most useful of each side with their replies: one query, and one more for what the reader wrote that waits."""
    place = func.row_number().over(
        partition_by=Comment.side,
        order_by=[column.desc() if falling else column.asc() for column, falling in _order()],
    )
    ranked = (
        select(Comment.id.label("id"), place.label("place"))
        .join(Contribution, Contribution.id == Comment.id)
        .where(
            Comment.subject_id == subject.id,
            Comment.parent_id.is_(None),
            Contribution.status == Status.PUBLIC,
        )
        .subquery()
    )
    most = SHOWN if subject.kind in SIDED else 3 * SHOWN
    tops = select(ranked.c.id, ranked.c.place).where(ranked.c.place <= most + 1).cte("tops")
    rows = db.session.execute(
        _said(actor)
        .add_columns(tops.c.place)
        .join(tops, or_(tops.c.id == Comment.id, tops.c.id == Comment.parent_id))
        .where(Comment.subject_id == subject.id)
        .order_by(Comment.parent_id.is_not(None), tops.c.place, Contribution.id)
        .limit(3 * (most + 1) + REPLIES)
    ).all()
    sides: dict[Side, list[Said]] = {side: [] for side in Side}
    by_id: dict[int, Said] = {}
    for contribution, comment, marked, _place in rows:
        one = Said(contribution, comment, marked is not None)
        if comment.parent_id is None:
            by_id[comment.id] = one
            sides[comment.side].append(one)
        elif comment.parent_id in by_id:
            by_id[comment.parent_id].replies.append(one)
    more = {side for side, found in sides.items() if len(found) > most}
    return Thread(
        subject,
        subject.kind in SIDED,
        {side: found[:most] for side, found in sides.items()},
        more,
        _waiting(actor, subject.id),
    )


def _waiting(actor: Actor, subject_id: int) -> Sequence[Contribution]:
    """What this reader wrote here that others do not see (yet)."""
    if not actor.is_signed_in:
        return []
    unseen = (Status.WAITING, Status.ENDORSING, Status.RETURNED, Status.HIDDEN)
    return db.session.scalars(
        select(Contribution)
        .where(
            Contribution.subject_id == subject_id,
            Contribution.author_id == actor.user_id,
            Contribution.status.in_(unseen),
        )
        .order_by(Contribution.id.desc())
        .limit(20)
    ).all()


def one_side(
    actor: Actor, subject: Contribution, side: Side | None, cursor: str, *, size: int = 20
) -> Page[Said]:
    """All of one side (or of all), most useful first, page by page: two queries."""
    query = _said(actor).where(Comment.subject_id == subject.id, Comment.parent_id.is_(None))
    if side is not None:
        query = query.where(Comment.side == side)
    found: Page[Said] = page(
        query, _order(), cursor=cursor, size=size, rows=lambda row: Said(row[0], row[1], row[2] is not None)
    )
    by_id = {one.comment.id: one for one in found.items}
    replies = (
        _said(actor)
        .where(Comment.subject_id == subject.id, Comment.parent_id.in_(list(by_id)))
        .order_by(Contribution.id)
    )
    for contribution, comment, marked in db.session.execute(replies.limit(10 * REPLIES)):
        by_id[comment.parent_id].replies.append(Said(contribution, comment, marked is not None))
    return found


def one(actor: Actor, subject: Contribution, comment_id: int) -> Said | None:
    """The public comment somebody was led to, without what stands under it."""
    row = db.session.execute(
        _said(actor).where(Comment.subject_id == subject.id, Comment.id == comment_id)
    ).first()
    return Said(row[0], row[1], row[2] is not None) if row else None


def best_of(actor: Actor, subject_id: int, side: Side) -> Best | None:
    """The most useful public reason of one side."""
    row = db.session.execute(
        select(Contribution.id, Contribution.text, Contribution.byline, Convinced.user_id)
        .join(Comment, Comment.id == Contribution.id)
        .outerjoin(
            Convinced,
            and_(Convinced.comment_id == Contribution.id, Convinced.user_id == (actor.user_id or 0)),
        )
        .where(
            Comment.subject_id == subject_id,
            Comment.parent_id.is_(None),
            Comment.side == side,
            Contribution.status == Status.PUBLIC,
        )
        .order_by(Comment.useful_count.desc(), _turned(), Contribution.id)
        .limit(1)
    ).first()
    return Best(row[0], row[1], row[2], row[3] is not None) if row else None


def comment_for_change(actor: Actor, comment_id: int) -> tuple[Contribution, Comment]:
    """A comment this person may read, locked and fresh, inside a transaction."""
    query = visible(actor).where(Contribution.id == comment_id, Contribution.kind == ContributionKind.COMMENT)
    contribution = one_for_change(query)
    return contribution, one_for_change(select(Comment).where(Comment.id == contribution.id))


def comment(actor: Actor, comment_id: int) -> tuple[Contribution, Comment]:
    """A comment this person may read; NotFound otherwise."""
    query = (
        visible(actor)
        .add_columns(Comment)
        .join(Comment, Comment.id == Contribution.id)
        .where(Contribution.id == comment_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound
    return found[0], found[1]
