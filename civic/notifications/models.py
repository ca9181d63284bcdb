"""Notices in the site and the letters that carry them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.db import Base, Choice, Moment, one_of
from civic.notifications.rules import LetterStatus


class Notice(Base):
    """One thing one person is told. `dedup` makes it exactly once: event and person."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_user", "user_id", "id"),
        Index("ix_notices_dedup", "dedup", "user_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    dedup: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class Letter(Base):
    """The mail of one notice; its Message-ID is stable over retries."""

    __tablename__ = "letters"
    __table_args__ = (one_of("status", LetterStatus), Index("ix_letters_due", "status", "not_before", "id"))

    id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[LetterStatus] = mapped_column(Choice(LetterStatus), default=LetterStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(String(300), default="")
