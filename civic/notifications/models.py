"""Notices in the site, the letters that carry them outside, and how each person wants to hear."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.db import Base, Choice, Moment, one_of
from civic.notifications.rules import Channel, LetterStatus, Rhythm, Topic


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


class Telling(Base):
    """How far one piece of news has come through its audience, so that a killed worker goes on where it was."""

    __tablename__ = "tellings"

    dedup: Mapped[str] = mapped_column(String(80), primary_key=True)
    line: Mapped[int] = mapped_column(default=0, comment="which of its lines is being told")
    after_id: Mapped[int] = mapped_column(default=0, comment="the last person told of that line")
    begun_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class Letter(Base):
    """A row of the ledger: one notice by one channel, or one digest of one person. Its Message-ID is stable over retries."""

    __tablename__ = "letters"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("status", LetterStatus),
        CheckConstraint("(notice_id IS NULL) <> (digest IS NULL)", name="notice_or_digest"),
        UniqueConstraint("notice_id", "channel"),
        UniqueConstraint("user_id", "digest"),
        Index("ix_letters_due", "channel", "status", "not_before", "id"),
        Index("ix_letters_failed", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"))
    digest: Mapped[str | None] = mapped_column(
        String(20), comment="daily:2026-11-28; such a row has no notice"
    )
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    status: Mapped[LetterStatus] = mapped_column(Choice(LetterStatus), default=LetterStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(String(300), default="")


class Preference(Base):
    """How somebody wants to hear of a topic by a channel, where it differs from what holds unless chosen."""

    __tablename__ = "notice_preferences"
    __table_args__ = (one_of("topic", Topic), one_of("channel", Channel), one_of("rhythm", Rhythm))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(Choice(Topic), primary_key=True)
    channel: Mapped[Channel] = mapped_column(Choice(Channel), primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(Choice(Rhythm))


class Unreachable(Base):
    """The other side refused this person's address for good: nothing more is sent there until the person says so."""

    __tablename__ = "unreachable"
    __table_args__ = (one_of("channel", Channel),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(Choice(Channel), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(Moment)


class PushSubscription(Base):
    """One browser that takes messages. It ends with the sign-out of the session in which it was made."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (Index("ix_push_subscriptions_user", "user_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("login_sessions.id", ondelete="CASCADE"))
    endpoint: Mapped[str] = mapped_column(Text)
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    p256dh: Mapped[str] = mapped_column(String(100))
    auth: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime] = mapped_column(Moment)
