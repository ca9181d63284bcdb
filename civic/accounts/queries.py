"""Reads of people and sessions."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select

from civic.accounts.models import Intention, LoginSession, RoleGrant, User
from civic.accounts.rules import UserStatus
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.text import fold, latin_digits

INTENTION_HOURS = 24


def digest(token: str) -> str:
    """What is stored of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_login(kind: str, login: str) -> User | None:
    """The account of a phone number or an address."""
    column = User.phone if kind == "phone" else User.email
    return db.session.scalars(select(User).where(column == login)).first()


def own(actor: Actor) -> User:
    """This person's account, locked and fresh."""
    return one_for_change(select(User).where(User.id == actor.signed_in()))


def user(user_id: int) -> User:
    found = db.session.get(User, user_id)
    if found is None or found.status is UserStatus.ERASED:
        raise NotFound
    return found


def sessions_of(actor: Actor) -> Sequence[LoginSession]:
    """Where this person is signed in, newest first."""
    return db.session.scalars(
        select(LoginSession)
        .where(LoginSession.user_id == actor.signed_in(), LoginSession.ended_at.is_(None))
        .order_by(LoginSession.seen_at.desc())
        .limit(50)
    ).all()


def grants_of(user_id: int) -> Sequence[RoleGrant]:
    return db.session.scalars(
        select(RoleGrant).where(RoleGrant.user_id == user_id).order_by(RoleGrant.id)
    ).all()


def intention(token: str) -> Intention | None:
    """An unused intention not older than a day; None otherwise."""
    found = db.session.scalars(
        select(Intention).where(Intention.token_hash == digest(token), Intention.used_at.is_(None))
    ).first()
    if found is None or (clock.now() - found.created_at).total_seconds() > INTENTION_HOURS * 3600:
        return None
    return found


def people(typed: str) -> Sequence[User]:
    """For the operator: people by number, address or name, at most 50, newest first without words."""
    query = select(User).where(User.status != UserStatus.ERASED).order_by(User.id.desc()).limit(50)
    wanted = latin_digits(typed).strip()
    if not wanted:
        return db.session.scalars(query).all()
    exact = db.session.scalars(query.where((User.phone == wanted) | (User.email == wanted.lower()))).all()
    if exact:
        return exact
    pattern = wanted.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    close = db.session.scalars(query.where(User.full_name.ilike(f"%{pattern}%", escape="\\"))).all()
    return [person for person in close if fold(wanted) in fold(person.full_name)] or close


def needs_touch(session: Any) -> bool:
    """True when the session's last use should be written down again: at most every five minutes."""
    return clock.now() - session.seen_at > timedelta(minutes=5)


def expired(session: Any, *, staff: bool) -> bool:
    """Staff: 30 minutes idle, 12 hours in all. Citizens: 7 days idle, 30 days in all."""
    moment = clock.now()
    idle, whole = (
        (timedelta(minutes=30), timedelta(hours=12)) if staff else (timedelta(days=7), timedelta(days=30))
    )
    return moment - session.seen_at > idle or moment - session.created_at > whole


def active_ids() -> Select[int]:
    """Ids of people with a living account: whom the site may tell something."""
    return select(User.id).where(User.status == UserStatus.ACTIVE)


def mailable_ids() -> Select[int]:
    """Those of them who have an address and want letters."""
    return active_ids().where(User.email.is_not(None), User.mail_notices)


def textable_ids() -> Select[int]:
    """Those with a number that can take text messages."""
    return active_ids().where(User.phone.is_not(None))


def by_ids(ids: Sequence[int]) -> dict[int, User]:
    """Living accounts among these, in one query."""
    found = db.session.scalars(select(User).where(User.id.in_(ids), User.status == UserStatus.ACTIVE))
    return {user.id: user for user in found}


def living_session_ids() -> Select[int]:
    """Sessions that nobody ended: idle ones count, since a closed browser still wants its news."""
    return select(LoginSession.id).where(LoginSession.ended_at.is_(None))
