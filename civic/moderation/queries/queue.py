"""Reads of the queue: its lines, one item with its context, who decides next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.orm import joinedload, selectinload

from civic.accounts.models import RoleGrant, User
from civic.contributions.models import Contribution, Version
from civic.contributions.queries import as_written, visible, with_card
from civic.contributions.rules import ContributionKind, Status
from civic.core import clock
from civic.core.actor import Actor, Grant, Role
from civic.core.db import claim, columns, db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, after, decode, encode
from civic.core.policy import allowed
from civic.core.text import latin_digits, row_id
from civic.groups.queries import actor_of
from civic.moderation.models import Appeal, Decision, Flag, Item, StoodAside
from civic.moderation.policy import May
from civic.moderation.rules import AppealStatus, DecisionStatus, ItemReason, ItemStatus, Verdict
from civic.moderation.screening import segments

ORDER = [(Item.rank, False), (Item.id, False)]
"""The gravest first, then the oldest."""


@dataclass(frozen=True)
class Line:
    """A line of the queue, as plain values: the page stands open on desks all day. rules: what the screening found."""

    id: int
    reason: ItemReason
    rules: tuple[str, ...]
    opened_at: datetime
    due_at: datetime
    kind: ContributionKind
    words: str
    claimed_by: str
    flags: int
    second: bool

    @property
    def locked(self) -> bool:
        return bool(self.claimed_by)


def open_item_of(contribution_id: int) -> Item | None:
    return db.session.scalars(
        select(Item).where(Item.contribution_id == contribution_id, Item.status == ItemStatus.OPEN)
    ).first()


def for_change(item_id: int) -> Item:
    """The item, locked and fresh, with what it is about and who stood aside; NotFound otherwise."""
    return one_for_change(_loaded(select(Item)).where(Item.id == item_id))


def _loaded(query: Select[Item]) -> Select[Item]:
    return query.options(joinedload(Item.contribution, innerjoin=True), selectinload(Item.stood_aside))


def next_free(actor: Actor) -> Item | None:
    """The next open item that this moderator may decide and nobody has taken, locked; none when there is none."""
    query = (
        _loaded(select(Item).join(Contribution, Contribution.id == Item.contribution_id))
        .where(Item.status == ItemStatus.OPEN, *_free(actor))
        .order_by(Item.rank, Item.id)
        .limit(1)
    )
    return claim(query)


def _free(actor: Actor) -> list[ColumnElement[bool]]:
    """Not taken by a colleague, not one's own or one's group's, not left to a second moderator."""
    taken = (Item.claimed_until > clock.now()) & (Item.claimed_by_id != actor.user_id)
    managed = [m.group_id for m in actor.memberships if m.is_manager]
    own = Contribution.author_id == actor.user_id
    if managed:
        own |= Contribution.group_id.in_(managed)
    aside = exists().where(StoodAside.item_id == Item.id, StoodAside.user_id == actor.user_id)
    return [~func.coalesce(taken, False), ~func.coalesce(own, False), ~aside]


def another_moderator(item: Item, but: set[int]) -> bool:
    """Is there a moderator left who may decide this item?"""
    aside = select(StoodAside.user_id).where(StoodAside.item_id == item.id)
    query = select(RoleGrant.user_id).where(
        RoleGrant.role == Role.MODERATOR, RoleGrant.user_id.not_in(but), RoleGrant.user_id.not_in(aside)
    )
    return db.session.scalar(query.limit(1)) is not None


def waiting(*, reason: str = "", kind: str = "", cursor: str = "", size: int = 20) -> Page[Line]:
    """The queue, gravest first and then oldest, in one query."""
    values = decode(cursor, 2) if cursor else None
    rank, last = values or (0, 0)
    found = columns(
        _lines(reason, kind, size + 1, following=values is not None),
        {"now": clock.now(), "kind": kind, "rank": rank, "last": last},
    ).all()
    lines = [
        Line(
            row.id, row.reason, tuple(dict.fromkeys(hit["rule"] for hit in row.signals)), row.opened_at, row.due_at, row.kind, row.title or row.summary, row.full_name or "",
            row.flags, row.second,
        )
        for row in found[:size]
    ]  # fmt: skip
    following = encode([found[size - 1].rank, found[size - 1].id]) if len(found) > size else None
    return Page(lines, following, values is None)


@cache
def _lines(reason: str, kind: str, most: int, *, following: bool) -> Select[Any]:
    """The statement of `waiting`, made once for each view of the queue. `most` is a number in it, for the planner."""
    now = bindparam("now", type_=Item.due_at.type)
    flags = select(func.count()).where(
        Flag.contribution_id == Item.contribution_id, Flag.decision_id.is_(None)
    )
    aside = exists().where(StoodAside.item_id == Item.id)
    query = (
        select(
            Item.id, Item.rank, Item.reason, Item.signals, Item.opened_at, Item.due_at, Contribution.kind, Contribution.title,
            Contribution.summary, User.full_name, flags.scalar_subquery().label("flags"), aside.label("second"),
        )
        .join(Contribution, Contribution.id == Item.contribution_id)
        .outerjoin(User, (User.id == Item.claimed_by_id) & (Item.claimed_until > now))
        .where(Item.status == ItemStatus.OPEN)
    )  # fmt: skip
    if reason == "overdue":
        query = query.where(Item.due_at < now)
    elif reason == "second":
        query = query.where(aside)
    elif reason in set(ItemReason):
        query = query.where(Item.reason == ItemReason(reason))
    if kind in set(ContributionKind):
        query = query.where(Contribution.kind == ContributionKind(kind))
    if following:
        query = query.where(after(ORDER, [bindparam("rank"), bindparam("last")]))
    return query.order_by(Item.rank, Item.id).limit(literal_column(str(most)))


def _flag_counts(ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Flag.contribution_id, func.count())
        .where(Flag.contribution_id.in_(ids), Flag.decision_id.is_(None))
        .group_by(Flag.contribution_id)
    )
    return {key: n for key, n in rows}  # noqa: C416 - a row is not a pair to the type checker


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
    pieces: Sequence[tuple[str, str]] = ()
    alike: Contribution | None = None
    written: tuple[str, str] = ("", "")
    can_undo: bool = False
    appeal: Appeal | None = None
    next_id: int | None = None
    previous_id: int | None = None
    flag_counts: dict[int, int] = field(default_factory=dict)

    @property
    def author_id(self) -> int | None:
        return self.thing.author_id

    @property
    def group_id(self) -> int | None:
        return self.thing.group_id

    @property
    def stood_aside(self) -> Sequence[StoodAside]:
        return self.item.stood_aside


def case_of(item_id: int) -> Case:
    """One item with its context; a fixed number of queries."""
    item = db.session.scalars(
        select(Item).options(selectinload(Item.stood_aside)).where(Item.id == item_id)
    ).first()
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
    made = db.session.scalars(
        select(Decision)
        .where(Decision.item_id == item.id, Decision.status != DecisionStatus.UNDONE)
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()
    alike = next((hit["other"] for hit in item.signals if hit["rule"] == "likeness"), None)
    written = as_written(thing)
    return Case(
        item=item, thing=thing, subject=subject, before=_before(thing), flags=flags,
        author_since=author.created_at if author else None,
        author_texts=_texts_of(thing.author_id), author_refused=_refused_of(thing.author_id),
        claimed_by=name_of(item.claimed_by_id) if locked else "", old=_old(thing),
        decision=made, pieces=segments(written[1], [h for h in item.signals if h.get("part") != "title"]), written=written,
        alike=db.session.get(Contribution, alike) if alike else None,
        can_undo=made is not None and made.status is DecisionStatus.PENDING and (made.effective_at or clock.now()) > clock.now(),
        appeal=db.session.scalars(select(Appeal).where(Appeal.decision_id == made.id)).first() if made else None,
        next_id=_neighbour(item, forward=True), previous_id=_neighbour(item, forward=False), flag_counts=by_clause,
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
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .where(
            Contribution.author_id == author_id,
            Decision.verdict != Verdict.PUBLISH,
            Decision.status == DecisionStatus.DONE,
            func.coalesce(Appeal.status, "") != AppealStatus.OVERTURNED,
        )
        .limit(100)
    )
    return db.session.scalar(select(func.count()).select_from(few.subquery())) or 0


def _old(thing: Contribution) -> Version | None:
    if thing.version < 2:
        return None
    query = select(Version).where(Version.contribution_id == thing.id, Version.number == thing.version - 1)
    return db.session.scalars(query).first()


def _neighbour(item: Item, *, forward: bool) -> int | None:
    """The open item after or before this one in the order of the queue."""
    if forward:
        side = or_(Item.rank > item.rank, and_(Item.rank == item.rank, Item.id > item.id))
        order = [Item.rank, Item.id.asc()]
    else:
        side = or_(Item.rank < item.rank, and_(Item.rank == item.rank, Item.id < item.id))
        order = [Item.rank.desc(), Item.id.desc()]
    return db.session.scalar(
        select(Item.id).where(Item.status == ItemStatus.OPEN, side).order_by(*order).limit(1)
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


PENDING = (
    select(Decision.id, Decision.number, Decision.effective_at)
    .where(
        Decision.decided_by_id == bindparam("person"),
        Decision.status == DecisionStatus.PENDING,
        Decision.effective_at > bindparam("now", type_=Decision.effective_at.type),
    )
    .order_by(Decision.id.desc())
    .limit(50)
)


def pending_of(actor: Actor) -> Sequence[Any]:
    """This moderator's decisions that can still be taken back, newest first: id, number, effective_at."""
    return columns(PENDING, {"person": actor.signed_in(), "now": clock.now()}).all()


def case_signals(item_id: int) -> list[dict[str, Any]]:
    """What the screening found in an item; nothing for an item that is not there."""
    return list(db.session.scalar(select(Item.signals).where(Item.id == item_id)) or [])


def obstacle(actor: Actor, item: Item) -> str:
    """Why this moderator cannot decide an item now, as a word for the page; empty when nothing stands in the way."""
    if item.status is not ItemStatus.OPEN:
        return "gone"
    if not allowed(actor, May.DECIDE, item):
        return "concerned"
    if item.claimed_until and item.claimed_until > clock.now() and item.claimed_by_id != actor.user_id:
        return "taken"
    return ""


def acting(user_id: int) -> Actor:
    """The moderator who decided, as the author of what follows from it, even if the role was taken back in the meantime."""
    person = actor_of(user_id)
    return replace(person, grants=person.grants | {Grant(Role.MODERATOR)}, blocked_until=None)


def decision_for_change(decision_id: int) -> Decision:
    """A decision, locked and fresh; NotFound otherwise."""
    return one_for_change(select(Decision).where(Decision.id == decision_id))


def chosen(ids: Sequence[int]) -> Sequence[Item]:
    """Items somebody ticked, in the order of the queue, with what they are about."""
    query = _loaded(select(Item)).where(Item.id.in_(ids)).order_by(Item.rank, Item.id)
    return db.session.scalars(query).all()


def mark_of(item: Item, flags: int) -> str:
    """What a moderator saw of an item: its state, the version of its text, its open reports."""
    return f"{item.status}.{item.contribution.version}.{item.contribution.status}.{flags}"


def preview(ids: Sequence[int]) -> list[tuple[Item, str]]:
    """Items somebody ticked, each with what is seen of it now."""
    items = chosen(ids)
    flags = _flag_counts([item.contribution_id for item in items])
    return [(item, mark_of(item, flags.get(item.contribution_id, 0))) for item in items]


def open_flags(ids: Sequence[int]) -> dict[int, int]:
    """How many undecided reports each of these contributions has."""
    return _flag_counts(ids)


def decisions_of(actor: Actor, ids: Sequence[int]) -> Sequence[Decision]:
    """Decisions this moderator took, with what they are about."""
    query = (
        select(Decision)
        .options(joinedload(Decision.contribution))
        .where(Decision.id.in_(ids), Decision.decided_by_id == actor.signed_in())
        .order_by(Decision.id)
    )
    return db.session.scalars(query).all()


def reporters(decision_id: int) -> Select[int]:
    """Who reported what was decided, for notices."""
    return select(Flag.user_id).where(Flag.decision_id == decision_id)
