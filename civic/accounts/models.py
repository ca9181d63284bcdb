"""People, their sessions, codes, grants, and what they meant to do before they signed in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.accounts.rules import Identity, NameStyle, Residence, UserStatus
from civic.core.actor import Kind, Role
from civic.core.db import Base, Choice, Moment, one_of


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        one_of("status", UserStatus),
        one_of("name_style", NameStyle),
        one_of("own_kind", Kind),
        one_of("identity_level", Identity),
        one_of("residence_level", Residence),
        CheckConstraint(
            "phone IS NOT NULL OR email IS NOT NULL OR status = 'erased' OR origin <> ''", name="reachable"
        ),
        UniqueConstraint("origin", "origin_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(String(120), default="")
    name_style: Mapped[NameStyle] = mapped_column(Choice(NameStyle), default=NameStyle.DISTRICT)
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[UserStatus] = mapped_column(Choice(UserStatus), default=UserStatus.ACTIVE)
    own_kind: Mapped[Kind] = mapped_column(Choice(Kind), default=Kind.CITIZEN, comment="citizen or visitor")
    expert_field: Mapped[str] = mapped_column(
        String(80), default="", comment="not empty: expert, set by the operator"
    )
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"))
    identity_level: Mapped[Identity] = mapped_column(Choice(Identity))
    residence_level: Mapped[Residence] = mapped_column(Choice(Residence), default=Residence.NONE)
    locale: Mapped[str] = mapped_column(String(2), default="fa")
    mail_notices: Mapped[bool] = mapped_column(default=True)
    unread: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    blocked_until: Mapped[datetime | None] = mapped_column(
        Moment, comment="writing is shut until then; in the year 9999 for good"
    )
    welcomed_at: Mapped[datetime | None] = mapped_column(
        Moment, comment="when name and district were first chosen"
    )
    origin: Mapped[str] = mapped_column(String(40), default="")
    origin_key: Mapped[str | None] = mapped_column(String(80))


class RoleGrant(Base):
    """A role, city-wide (scope_kind '') or for one thing, e.g. ('department', 7)."""

    __tablename__ = "role_grants"
    __table_args__ = (one_of("role", Role), UniqueConstraint("user_id", "role", "scope_kind", "scope_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(Choice(Role))
    scope_kind: Mapped[str] = mapped_column(String(24), default="")
    scope_id: Mapped[int] = mapped_column(default=0)
    granted_at: Mapped[datetime] = mapped_column(Moment)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class LoginSession(Base):
    """One signed-in browser; the token itself is only in its cookie."""

    __tablename__ = "login_sessions"
    __table_args__ = (Index("ix_login_sessions_user", "user_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class LoginCode(Base):
    """A one-time code sent to a number or an address; only its hash is kept."""

    __tablename__ = "login_codes"
    __table_args__ = (Index("ix_login_codes_login", "login", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(254))
    code_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class LoginFailure(Base):
    """Counters against guessing, per account and per address, in windows of an hour; they fail closed."""

    __tablename__ = "login_failures"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Intention(Base):
    """What a guest was about to do when asked to sign in: a vote, a draft. Used once, gone after a day."""

    __tablename__ = "intentions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
