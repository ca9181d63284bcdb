"""Every read of the queue, the decisions and their figures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import User
from civic.contributions.models import Contribution, Version
from civic.contributions.queries import visible, with_card
from civic.contributions.rules import ContributionKind, Status
from civic.core import clock, dates
from civic.core.actor import Actor
from civic.core.db import claim, db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, page
from civic.core.text import latin_digits, row_id
from civic.moderation.models import Decision, Flag, Item
from civic.moderation.rules import ItemReason, ItemStatus, Verdict

MONTHS = 6


@dataclass(frozen=True)
class Row:
    """A line of the queue."""

    item: Item
    contribution: Contribution
    claimed_by: str
    flags: int = 0

    @property
    def locked(self) -> bool:
        return bool(self.claimed_by)


def open_item_of(contribution_id: int) -> Item | None:
    return db.session.scalars(
        select(Item).where(Item.contribution_id == contribution_id, Item.status == ItemStatus.OPEN)
    ).first()


def for_change(item_id: int) -> Item:
    """The item, locked and fresh, with what it is about; NotFound otherwise."""
    return one_for_change(
        select(Item).options(joinedload(Item.contribution, innerjoin=True)).where(Item.id == item_id)
    )


def next_free(actor: Actor) -> Item | None:
    """The oldest open item that this moderator may decide and nobody has taken, locked; none when there is none."""
    taken = (Item.claimed_until > clock.now()) & (Item.claimed_by_id != actor.user_id)
    managed = [m.group_id for m in actor.memberships if m.is_manager]
    own = Contribution.author_id == actor.user_id
    if managed:
        own |= Contribution.group_id.in_(managed)
    query = (
        select(Item)
        .join(Contribution, Contribution.id == Item.contribution_id)
        .options(joinedload(Item.contribution, innerjoin=True))
        .where(Item.status == ItemStatus.OPEN, ~func.coalesce(taken, False), ~func.coalesce(own, False))
        .order_by(Item.id)
        .limit(1)
    )
    return claim(query)


def waiting(*, reason: str = "", kind: str = "", cursor: str = "", size: int = 20) -> Page[Row]:
    """The queue, oldest first, in two queries."""
    query = (
        select(Item, Contribution, User.full_name)
        .join(Contribution, Contribution.id == Item.contribution_id)
        .outerjoin(User, (User.id == Item.claimed_by_id) & (Item.claimed_until > clock.now()))
        .where(*_conditions(reason, kind))
    )
    found: Page[Any] = page(query, [(Item.id, False)], cursor=cursor, size=size)
    flags = _flag_counts([row[0].contribution_id for row in found.items])
    rows = [Row(item, thing, name or "", flags.get(thing.id, 0)) for item, thing, name in found.items]
    return Page(rows, found.next, found.first)


def _conditions(reason: str, kind: str) -> list[ColumnElement[bool]]:
    conditions = [Item.status == ItemStatus.OPEN]
    if reason in set(ItemReason):
        conditions.append(Item.reason == ItemReason(reason))
    if kind in set(ContributionKind):
        conditions.append(Contribution.kind == ContributionKind(kind))
    return conditions


def _flag_counts(ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Flag.contribution_id, func.count())
        .where(Flag.contribution_id.in_(ids), Flag.decision_id.is_(None))
        .group_by(Flag.contribution_id)
    )
    return {key: n for key, n in rows}  # noqa: C416 - a row is not a pair to the type checker


def counts() -> dict[str, int]:
    """How many wait, by reason."""
    rows = db.session.execute(
        select(Item.reason, func.count()).where(Item.status == ItemStatus.OPEN).group_by(Item.reason)
    )
    return {str(key): n for key, n in rows}


def oldest() -> datetime | None:
    return db.session.scalar(select(func.min(Item.opened_at)).where(Item.status == ItemStatus.OPEN))


def name_of(user_id: int | None) -> str:
    """A colleague's name, for colleagues."""
    return db.session.scalar(select(User.full_name).where(User.id == user_id)) or ""


@dataclass(frozen=True)
class Case:
    """All that a moderator needs to judge one thing."""

    item: Item
    thing: Contribution
    subject: Contribution | None
    before: Sequence[Contribution]
    flags: Sequence[Flag]
    author_since: datetime | None
    author_texts: int
    author_refused: int
    claimed_by: str
    old: Version | None
    decision: Decision | None
    next_id: int | None = None
    previous_id: int | None = None
    flag_counts: dict[int, int] = field(default_factory=dict)

    @property
    def author_id(self) -> int | None:
        return self.thing.author_id

    @property
    def group_id(self) -> int | None:
        return self.thing.group_id


def case_of(item_id: int) -> Case:
    """One item with its context; a fixed number of queries."""
    item = db.session.get(Item, item_id)
    if item is None:
        raise NotFound
    query = with_card(select(Contribution)).options(joinedload(Contribution.picture))
    thing = db.session.scalars(query.where(Contribution.id == item.contribution_id)).one()
    subject = db.session.get(Contribution, thing.subject_id) if thing.subject_id else None
    flags = db.session.scalars(
        select(Flag)
        .where(Flag.contribution_id == thing.id, Flag.decision_id.is_(None))
        .order_by(Flag.id.desc())
        .limit(50)
    ).all()
    by_clause: dict[int, int] = {}
    for one in flags:
        by_clause[one.clause] = by_clause.get(one.clause, 0) + 1
    author = db.session.get(User, thing.author_id) if thing.author_id else None
    locked = item.claimed_until is not None and item.claimed_until > clock.now()
    return Case(
        item=item, thing=thing, subject=subject, before=_before(thing), flags=flags,
        author_since=author.created_at if author else None,
        author_texts=_texts_of(thing.author_id), author_refused=_refused_of(thing.author_id),
        claimed_by=name_of(item.claimed_by_id) if locked else "", old=_old(thing),
        decision=db.session.scalars(select(Decision).where(Decision.item_id == item.id)).first(),
        next_id=_neighbour(Item.id > item.id, Item.id.asc()), previous_id=_neighbour(Item.id < item.id, Item.id.desc()),
        flag_counts=by_clause,
    )  # fmt: skip


def _before(thing: Contribution) -> Sequence[Contribution]:
    """What was said last in the same place."""
    if not thing.subject_id:
        return []
    query = (
        select(Contribution)
        .where(
            Contribution.subject_id == thing.subject_id,
            Contribution.status == Status.PUBLIC,
            Contribution.id != thing.id,
        )
        .order_by(Contribution.id.desc())
        .limit(3)
    )
    return db.session.scalars(query).all()[::-1]


def _texts_of(author_id: int | None) -> int:
    few = (
        select(Contribution.id)
        .where(Contribution.author_id == author_id, Contribution.status == Status.PUBLIC)
        .limit(100)
    )
    return db.session.scalar(select(func.count()).select_from(few.subquery())) or 0


def _refused_of(author_id: int | None) -> int:
    few = (
        select(Decision.id)
        .join(Contribution, Contribution.id == Decision.contribution_id)
        .where(Contribution.author_id == author_id, Decision.verdict != Verdict.PUBLISH)
        .limit(100)
    )
    return db.session.scalar(select(func.count()).select_from(few.subquery())) or 0


def _old(thing: Contribution) -> Version | None:
    if thing.version < 2:
        return None
    query = select(Version).where(Version.contribution_id == thing.id, Version.number == thing.version - 1)
    return db.session.scalars(query).first()


def _neighbour(side: ColumnElement[bool], order: Any) -> int | None:
    return db.session.scalar(
        select(Item.id).where(Item.status == ItemStatus.OPEN, side).order_by(order).limit(1)
    )


ADDRESS = re.compile(r"^(?:.*/(?:proposals|problems|p)/)?(\d{1,10})/?(?:[?#].*)?$")


def named(actor: Actor, typed: str) -> Contribution | None:
    """The text of a typed number or address, when this reader may read it; None otherwise."""
    found = ADDRESS.match(latin_digits(typed.strip()))
    number = row_id(found[1]) if found else None
    if number is None:
        return None
    return db.session.scalars(with_card(visible(actor)).where(Contribution.id == number)).first()


def twins_named(contribution_id: int) -> list[int]:
    """What readers' open reports say it repeats, the most often named first."""
    rows = db.session.execute(
        select(Flag.twin_id, func.count())
        .where(Flag.contribution_id == contribution_id, Flag.twin_id.is_not(None))
        .group_by(Flag.twin_id)
        .order_by(func.count().desc(), Flag.twin_id)
        .limit(10)
    )
    return [row[0] for row in rows if row[0]]


def own_flag(actor: Actor, contribution_id: int) -> Flag | None:
    return db.session.scalars(
        select(Flag).where(Flag.contribution_id == contribution_id, Flag.user_id == actor.user_id)
    ).first()


def decision(decision_id: int) -> Decision:
    """For notices."""
    return db.session.get_one(Decision, decision_id)


def reporters(decision_id: int) -> Select[int]:
    """Who reported what was decided, for notices."""
    return select(Flag.user_id).where(Flag.decision_id == decision_id)


# ---- what everybody sees -----------------------------------------------------------------------


@dataclass(frozen=True)
class LogLine:
    """A decision as everybody may see it."""

    number: str
    at: datetime
    contribution_kind: str
    verdict: Verdict
    clause: int | None


def log(*, verdict: str = "", kind: str = "", cursor: str = "", size: int = 25) -> Page[Any]:
    """The public log, newest first: number, time, kind, verdict, clause. No name, no text, no note."""
    query = select(
        Decision.number, Decision.at, Decision.contribution_kind, Decision.verdict, Decision.clause
    )
    if verdict in set(Verdict):
        query = query.where(Decision.verdict == Verdict(verdict))
    if kind in set(ContributionKind):
        query = query.where(Decision.contribution_kind == ContributionKind(kind))
    return page(query, [(Decision.id, True)], cursor=cursor, size=size, rows=lambda row: LogLine(*row))


def every_decision(batch: int = 1000) -> Iterator[Any]:
    """The same columns of all decisions, oldest first, a batch at a time."""
    last = 0
    while True:
        rows = db.session.execute(
            select(Decision.id, Decision.number, Decision.at, Decision.contribution_kind, Decision.verdict, Decision.clause,
                   Decision.waited_minutes)
            .where(Decision.id > last).order_by(Decision.id).limit(batch)
        ).all()  # fmt: skip
        if not rows:
            return
        yield from rows
        last = rows[-1].id


@dataclass(frozen=True)
class Month:
    """One Jalali month of decisions."""

    start: date
    verdicts: dict[str, int]
    clauses: dict[int, int]
    in_time: int

    @property
    def total(self) -> int:
        return sum(self.verdicts.values())

    @property
    def refused(self) -> int:
        return self.total - self.verdicts.get(Verdict.PUBLISH, 0)


def months() -> list[Month]:
    """The last six Jalali months, oldest first, from one query over those months only."""
    starts = [dates.month_start(clock.today())]
    while len(starts) < MONTHS:
        starts.insert(0, dates.month_before(starts[0]))
    number = case(
        *[(Decision.at >= clock.day_start(start), n) for n, start in reversed(list(enumerate(starts)))],
        else_=-1,
    )
    rows = db.session.execute(
        select(number.label("n"), Decision.verdict, Decision.clause, func.count(),
               func.sum(case((Decision.waited_minutes <= 24 * 60, 1), else_=0)))
        .where(Decision.at >= clock.day_start(starts[0]))
        .group_by("n", Decision.verdict, Decision.clause)
    ).all()  # fmt: skip
    found = [Month(start, {}, {}, 0) for start in starts]
    in_time = [0] * MONTHS
    for n, verdict, clause, count, quick in rows:
        month = found[n]
        month.verdicts[str(verdict)] = month.verdicts.get(str(verdict), 0) + count
        if clause:
            month.clauses[clause] = month.clauses.get(clause, 0) + count
        in_time[n] += int(quick or 0)
    return [Month(m.start, m.verdicts, m.clauses, in_time[n]) for n, m in enumerate(found)]
