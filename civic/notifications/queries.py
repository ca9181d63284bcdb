"""Reads of notices and letters; what a notice is about is shown only to those who may still read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from civic.accounts import queries as accounts
from civic.contributions.queries import visible
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, page
from civic.notifications.models import Letter, Notice
from civic.notifications.rules import BATCH, LetterStatus


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


def told(dedup: str) -> bool:
    """Was this news told already?"""
    return db.session.scalar(select(Notice.id).where(Notice.dedup == dedup).limit(1)) is not None


def letters_due() -> Sequence[Letter]:
    """Letters whose time has come, locked; those another worker works on are left to it."""
    query = (
        select(Letter)
        .where(
            or_(Letter.status == LetterStatus.PENDING, Letter.status == LetterStatus.SENDING),
            Letter.not_before <= clock.now(),
        )
        .order_by(Letter.not_before, Letter.id)
        .limit(BATCH)
        .execution_options(populate_existing=True)
        .with_for_update(skip_locked=True)
    )
    return db.session.scalars(query).all()


def letter_for_change(letter_id: int) -> Letter:
    return one_for_change(select(Letter).where(Letter.id == letter_id))


def parked_letters() -> Sequence[Letter]:
    """For the operator: letters nobody accepted, oldest first."""
    return db.session.scalars(
        select(Letter).where(Letter.status == LetterStatus.PARKED).order_by(Letter.id).limit(50)
    ).all()


@dataclass(frozen=True)
class Subject:
    """A contribution as a letter names it."""

    id: int
    kind: Any
    title: str
    summary: str


@dataclass(frozen=True)
class Draft:
    """Everything a letter is written from, taken at the moment of sending."""

    notice_id: int
    user_id: int
    email: str
    name: str
    locale: str
    kind: str
    data: dict[str, Any]
    contribution_id: int | None
    about: Subject | None


def draft_of(letter_id: int, actor: Actor) -> Draft | None:
    """None when the person is gone, wants no letters any more, or may no longer read what it is about."""
    notice = db.session.get(Notice, letter_id)
    if notice is None:
        return None
    try:
        user = accounts.user(notice.user_id)
    except NotFound:
        return None
    if not user.email or not user.mail_notices or user.status != "active":
        return None
    about = None
    if notice.contribution_id:
        seen = visible(actor)
        found = db.session.scalars(seen.where(seen.selected_columns[0] == notice.contribution_id)).first()
        if found is None:
            return None
        about = Subject(found.id, found.kind, found.title, found.summary)
    return Draft(
        notice.id,
        user.id,
        user.email,
        user.full_name,
        user.locale,
        notice.kind,
        dict(notice.data),
        notice.contribution_id,
        about,
    )


def user_of(letter_id: int) -> int | None:
    """Whom a letter is for."""
    return db.session.scalar(select(Notice.user_id).where(Notice.id == letter_id))


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
