"""Promises, verdicts, figures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.db import Base, Choice, Moment, one_of
from civic.outcomes.rules import PromiseStatus, Verdict


class Promise(Base):
    """What the city promised, by when, and what citizens say of it."""

    __tablename__ = "promises"
    __table_args__ = (
        one_of("status", PromiseStatus),
        Index("ix_promises_book", "status", "due_on", "id"),
        Index("ix_promises_department", "department_id", "status", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    text: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date] = mapped_column()
    status: Mapped[PromiseStatus] = mapped_column(Choice(PromiseStatus), default=PromiseStatus.OPEN)
    made_at: Mapped[datetime] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment, comment="when everyone who voted was asked")
    reported_at: Mapped[datetime | None] = mapped_column(Moment)
    report: Mapped[str] = mapped_column(String(1000), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    done_count: Mapped[int] = mapped_column(default=0)
    partly_count: Mapped[int] = mapped_column(default=0)
    not_done_count: Mapped[int] = mapped_column(default=0)


class PromiseVerdict(Base):
    """One person's word on a promise; changeable."""

    __tablename__ = "promise_verdicts"
    __table_args__ = (one_of("verdict", Verdict),)

    promise_id: Mapped[int] = mapped_column(ForeignKey("promises.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(Choice(Verdict))
    note: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(Moment)


class Figures(Base):
    """Counts taken by the clock, so that nothing that grows is counted when a page is read."""

    __tablename__ = "figures"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(Moment)
