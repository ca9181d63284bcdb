"""Holidays and duties."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
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
        Index("ix_duties_open", "department_id", "met_at", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, comment="first moment after the last working day")
    working_minutes: Mapped[int] = mapped_column(comment="length of the duty in working minutes")
    met_at: Mapped[datetime | None] = mapped_column(Moment)
