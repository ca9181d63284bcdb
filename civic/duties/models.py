"""Holidays and duties."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.db import Base, Moment


class Holiday(Base):
    """An official holiday; imported per Jalali year."""

    __tablename__ = "holidays"

    day: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(String(160), default="")


class Duty(Base):
    """Something owed by a department by a time. Overdue is computed from `due_at`, never stored."""

    __tablename__ = "duties"
    __table_args__ = (
        CheckConstraint("due_at > opened_at", name="due_after_opening"),
        CheckConstraint("paused_at IS NULL OR next_at IS NULL", name="paused_is_silent"),
        CheckConstraint("met_at IS NULL OR next_at IS NULL", name="met_is_silent"),
        CheckConstraint("extended_at IS NULL OR extension_reason <> ''", name="extension_has_reason"),
        Index("ix_duties_open", "department_id", "met_at", "due_at", "id"),
        Index("ix_duties_clock", "next_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(
        Moment, comment="first moment after the last working day; while paused, the latest it can become"
    )
    working_minutes: Mapped[int] = mapped_column(comment="length of the duty in working minutes")
    until: Mapped[date | None] = mapped_column(comment="the last day, when a day was given and not a length")
    paused_minutes: Mapped[int] = mapped_column(default=0, comment="of the pauses that are over")
    paused_at: Mapped[datetime | None] = mapped_column(Moment, comment="since when it waits for the citizen")
    extension_days: Mapped[int] = mapped_column(default=0)
    extension_reason: Mapped[str] = mapped_column(String(500), default="")
    extended_at: Mapped[datetime | None] = mapped_column(Moment)
    told_level: Mapped[int] = mapped_column(default=0, comment="the highest level told: 0, 75, 100 or 150")
    next_at: Mapped[datetime | None] = mapped_column(
        Moment, comment="when the clock looks again: the next level's moment, never later"
    )
    met_at: Mapped[datetime | None] = mapped_column(Moment)


class Pause(Base):
    """The clock stood still because the citizen was asked something."""

    __tablename__ = "duty_pauses"
    __table_args__ = (
        Index("ix_duty_pauses_duty", "duty_id", "id"),
        Index(
            "uq_duty_pauses_open", "duty_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_duty_pauses_clock", "ended_at", "ends_by"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(500))
    started_at: Mapped[datetime] = mapped_column(Moment)
    ends_by: Mapped[datetime] = mapped_column(Moment, comment="then the ten working days are used up")
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    minutes: Mapped[int | None] = mapped_column(comment="working minutes it lasted")


class Escalation(Base):
    """A level that was told, once and for good."""

    __tablename__ = "duty_escalations"

    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
