"""Reads of notices and letters; what a notice is about is shown only to those who may still read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from civic.accounts import queries as accounts
from civic.contributions.queries import visible
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.paging import Page, page
from civic.notifications.models import Letter, Notice, Preference, PushSubscription, Unreachable
from civic.notifications.rules import (
    BATCH,
    FAILED,
    MOST_BROWSERS,
    Channel,
    LetterStatus,
    Rhythm,
    Topic,
    rhythm_unless_chosen,
)


def latest(actor: Actor, n: int) -> list[tuple[Notice, Any]]:
    """The newest notices of this person with what they are about (None when it is gone)."""
    found = db.session.scalars(
        select(Notice).where(Notice.user_id == actor.signed_in()).order_by(Notice.id.desc()).limit(n)
    ).all()
    return _with_subjects(actor, found)


def notices(actor: Actor, *, unread: bool, cursor: str) -> Page[tuple[Notice, Any]]:
    """All of them, newest first, page by page."""
    query = select(Notice).where(Notice.user_id == actor.signed_in())
    if unread:
        query = query.where(Notice.read_at.is_(None))
    found = page(query, [(Notice.id, True)], cursor=cursor)
    return Page(_with_subjects(actor, found.items), found.next, found.first)


def _with_subjects(actor: Actor, found: Sequence[Notice]) -> list[tuple[Notice, Any]]:
    ids = {n.contribution_id for n in found if n.contribution_id}
    seen = visible(actor)
    column = seen.selected_columns[0]
    there = {c.id: c for c in db.session.scalars(seen.where(column.in_(ids)))} if ids else {}
    return [(n, there.get(n.contribution_id or 0)) for n in found]


def own(actor: Actor, notice_id: int) -> Notice:
    """One notice of this person; NotFound for those of others."""
    return one_for_change(select(Notice).where(Notice.id == notice_id, Notice.user_id == actor.signed_in()))


def letters_due(channel: Channel) -> Sequence[Letter]:
    """Letters whose time has come, locked; those another worker works on are left to it.

    Two reads, so that each walks its index: those that wait, then those whose sender died.
    """
    found: list[Letter] = []
    for status in (LetterStatus.PENDING, LetterStatus.SENDING):
        query = (
            select(Letter)
            .where(Letter.channel == channel, Letter.status == status, Letter.not_before <= clock.now())
            .order_by(Letter.not_before, Letter.id)
            .limit(BATCH - len(found))
            .execution_options(populate_existing=True)
            .with_for_update(skip_locked=True)
        )
        if len(found) < BATCH:
            found += db.session.scalars(query).all()
    return found


def count_due(channel: Channel, *, most: int) -> int:
    """How many letters could leave now, counted up to `most`. Asked before a transaction that writes is opened."""
    waiting = (
        select(Letter.id)
        .where(
            Letter.channel == channel,
            Letter.status.in_([LetterStatus.PENDING, LetterStatus.SENDING]),
            Letter.not_before <= clock.now(),
        )
        .limit(most)
        .subquery()
    )
    found = db.session.scalar(select(func.count()).select_from(waiting)) or 0
    db.session.rollback()
    return found


def letter_for_change(letter_id: int) -> Letter:
    return one_for_change(select(Letter).where(Letter.id == letter_id))


# ---- the operator's desk ---------------------------------------------------------------------------


def parked_letters(channel: Channel) -> Sequence[Letter]:
    """Letters of a channel that were given up after many tries, locked, oldest first, at most 500."""
    return db.session.scalars(
        select(Letter)
        .where(Letter.status == LetterStatus.PARKED, Letter.channel == channel)
        .order_by(Letter.id)
        .limit(500)
        .execution_options(populate_existing=True)
        .with_for_update(skip_locked=True)
    ).all()


def failed_letters(channel: Channel | None, *, cursor: str = "") -> Page[tuple[Letter, str]]:
    """Letters that wait for the operator with the kind of their notice ('' for a digest), newest first."""
    query = (
        select(Letter, func.coalesce(Notice.kind, ""))
        .outerjoin(Notice, Notice.id == Letter.notice_id)
        .where(Letter.status.in_(FAILED))
    )
    if channel is not None:
        query = query.where(Letter.channel == channel)
    return page(query, [(Letter.id, True)], cursor=cursor, rows=tuple)


@dataclass(frozen=True)
class Post:
    """One channel as the operator sees it: how many letters wait, are tried again, were given up or refused."""

    channel: Channel
    waiting: int
    retrying: int
    parked: int
    bounced: int


def post_office() -> list[Post]:
    """The state of each channel in one query over what is not done."""
    still = [LetterStatus.PENDING, LetterStatus.SENDING, *FAILED]
    tried = func.sum(case((Letter.attempts > 0, 1), else_=0))
    rows = {
        (r[0], r[1]): (r[2], r[3])
        for r in db.session.execute(
            select(Letter.channel, Letter.status, func.count(), tried)
            .where(Letter.status.in_(still))
            .group_by(Letter.channel, Letter.status)
        )
    }

    def count(channel: Channel, status: LetterStatus) -> int:
        return int(rows.get((channel, status), (0, 0))[0])

    return [
        Post(
            channel,
            count(channel, LetterStatus.PENDING) + count(channel, LetterStatus.SENDING),
            int(rows.get((channel, LetterStatus.PENDING), (0, 0))[1] or 0),
            count(channel, LetterStatus.PARKED),
            count(channel, LetterStatus.BOUNCED),
        )
        for channel in Channel
    ]


# ---- wishes ---------------------------------------------------------------------------------------


def wishes_of(user_id: int) -> dict[tuple[Topic, Channel], Rhythm]:
    """The rhythm of every topic and channel for a person, chosen or not."""
    chosen = {
        (row.topic, row.channel): row.rhythm
        for row in db.session.scalars(select(Preference).where(Preference.user_id == user_id))
    }
    return {
        (topic, channel): chosen.get((topic, channel), rhythm_unless_chosen(topic, channel))
        for topic in Topic
        for channel in Channel
    }


def refusals(actor: Actor) -> dict[Channel, Unreachable]:
    """By which channels this person cannot be reached, and why."""
    found = db.session.scalars(select(Unreachable).where(Unreachable.user_id == actor.signed_in()))
    return {row.channel: row for row in found}


def browsers_of(actor: Actor) -> Sequence[PushSubscription]:
    """Browsers in which this person takes messages, newest first."""
    return db.session.scalars(
        select(PushSubscription)
        .where(
            PushSubscription.user_id == actor.signed_in(),
            PushSubscription.session_id.in_(accounts.living_session_ids()),
        )
        .order_by(PushSubscription.id.desc())
        .limit(MOST_BROWSERS)
    ).all()


def count_told(kind: str, about: int) -> int:
    """How many times news of a kind was told about one thing that has no public page yet."""
    stem = f"{kind}:{about}:"
    return (
        db.session.scalar(
            select(func.count(func.distinct(Notice.dedup))).where(
                Notice.dedup.startswith(stem, autoescape=True)
            )
        )
        or 0
    )
