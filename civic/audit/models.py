"""Entries are plain inserts within the act's transaction, never updated; seals chain them afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.db import Base, Moment


class AuditEntry(Base):
    """Who (as a salted commitment), what, on what, when. No personal data."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    actor_role: Mapped[str] = mapped_column(String(24))
    actor_mark: Mapped[str] = mapped_column(
        String(64), comment="sha256(salt, user id); the salt lies in audit_actors"
    )
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    public: Mapped[bool] = mapped_column(default=False)


class AuditActor(Base):
    """Whose entry it is; deleted when the person is erased, the chain stays valid."""

    __tablename__ = "audit_actors"

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    salt: Mapped[str] = mapped_column(String(32))


class AuditSeal(Base):
    """Link `seq` of the chain: hash = sha256(seq, prev, digest), digest = sha256(canonical entry)."""

    __tablename__ = "audit_seals"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(unique=True)
    prev: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(
        String(64), comment="of the entry; none: a link of the first form, over the entry itself"
    )
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_at: Mapped[datetime] = mapped_column(Moment)
