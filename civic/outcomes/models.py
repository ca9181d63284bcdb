"""Promises, delivery reports with their evidence, verdicts, sheets in the street, figures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.core.db import Base, Choice, Moment, one_of
from civic.outcomes.rules import EvidenceKind, PromiseStatus, Verdict


class Promise(Base):
    """What the city promised, by when, and what citizens say of it."""

    __tablename__ = "promises"
    __table_args__ = (
        one_of("status", PromiseStatus),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_of_a_whole"),
        Index("ix_promises_book", "status", "due_on", "id"),
        Index("ix_promises_department", "department_id", "status", "due_on"),
        Index("ix_promises_asking", "status", "reported_at", "id"),
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
    reported_at: Mapped[datetime | None] = mapped_column(Moment, comment="the last report of done")
    report: Mapped[str] = mapped_column(String(1000), default="", comment="the words of the last report")
    percent: Mapped[int] = mapped_column(default=0, server_default="0", comment="as last reported")
    done_on: Mapped[date | None] = mapped_column(
        comment="the day on which it was done, by the last report of done"
    )
    round: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="how often done was reported; its words count"
    )
    asked_first_at: Mapped[datetime | None] = mapped_column(Moment, comment="day 7 of this round")
    asked_last_at: Mapped[datetime | None] = mapped_column(Moment, comment="day 28 of this round")
    disputed_at: Mapped[datetime | None] = mapped_column(
        Moment, comment="open again since; empty once reported anew"
    )
    dispute_count: Mapped[int] = mapped_column(default=0, server_default="0")
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    done_count: Mapped[int] = mapped_column(default=0)
    partly_count: Mapped[int] = mapped_column(default=0)
    not_done_count: Mapped[int] = mapped_column(default=0)
    cannot_tell_count: Mapped[int] = mapped_column(default=0, server_default="0")


class PromiseRound(Base):
    """What was said of one report of done (round 0: before any), kept when the next round has begun."""

    __tablename__ = "promise_rounds"
    __table_args__ = (UniqueConstraint("promise_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promise_id: Mapped[int] = mapped_column(ForeignKey("promises.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    begun_at: Mapped[datetime] = mapped_column(Moment)
    done_count: Mapped[int] = mapped_column(default=0)
    partly_count: Mapped[int] = mapped_column(default=0)
    not_done_count: Mapped[int] = mapped_column(default=0)
    cannot_tell_count: Mapped[int] = mapped_column(default=0)
    disputed_at: Mapped[datetime | None] = mapped_column(Moment)
    disputed_by: Mapped[str] = mapped_column(String(12), default="", comment="author | others")


class PromiseVerdict(Base):
    """One person's word on one round of a promise; changeable. A photo is for the department and the author only."""

    __tablename__ = "promise_verdicts"
    __table_args__ = (one_of("verdict", Verdict),)

    promise_id: Mapped[int] = mapped_column(ForeignKey("promises.id", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, server_default="0")
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(Choice(Verdict))
    note: Mapped[str] = mapped_column(String(300), default="")
    photo: Mapped[str] = mapped_column(String(60), default="", server_default="")
    at: Mapped[datetime] = mapped_column(Moment)


class DeliveryReport(Base):
    """What the department says it has done by a day, in percent, with evidence. Never changed."""

    __tablename__ = "delivery_reports"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_of_a_whole"),
        Index("ix_delivery_reports_promise", "promise_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    promise_id: Mapped[int] = mapped_column(ForeignKey("promises.id", ondelete="CASCADE"))
    percent: Mapped[int] = mapped_column()
    before: Mapped[int] = mapped_column(comment="percent of the report before")
    text: Mapped[str] = mapped_column(String(1000))
    reason: Mapped[str] = mapped_column(String(500), default="", comment="why the percent has fallen")
    happened_on: Mapped[date] = mapped_column()
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment)
    evidence: Mapped[list["Evidence"]] = relationship(lazy="selectin", order_by="Evidence.id")


class Evidence(Base):
    """A picture or a PDF beside a report."""

    __tablename__ = "evidence"
    __table_args__ = (one_of("kind", EvidenceKind), Index("ix_evidence_report", "report_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("delivery_reports.id", ondelete="CASCADE"))
    kind: Mapped[EvidenceKind] = mapped_column(Choice(EvidenceKind))
    name: Mapped[str] = mapped_column(String(60), unique=True)
    small_name: Mapped[str | None] = mapped_column(String(60), unique=True)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64))


class Sheet(Base):
    """The printed sheet that hangs at the place, its code, and what those say who scanned it, in this round."""

    __tablename__ = "sheets"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(12), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    round: Mapped[int] = mapped_column(default=0, comment="the promise's round that is asked about")
    done_count: Mapped[int] = mapped_column(default=0)
    partly_count: Mapped[int] = mapped_column(default=0)
    not_done_count: Mapped[int] = mapped_column(default=0)
    photo_count: Mapped[int] = mapped_column(default=0)
    doubted_at: Mapped[datetime | None] = mapped_column(Moment, comment="many said no in this round")


class SheetDay(Base):
    """Scans of one day and round; nothing about who scanned."""

    __tablename__ = "sheet_days"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("sheets.contribution_id", ondelete="CASCADE"), primary_key=True
    )
    round: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    done_count: Mapped[int] = mapped_column(default=0)
    partly_count: Mapped[int] = mapped_column(default=0)
    not_done_count: Mapped[int] = mapped_column(default=0)


class SheetPhoto(Base):
    """A picture sent with a scan: for the department and the author, never published."""

    __tablename__ = "sheet_photos"
    __table_args__ = (Index("ix_sheet_photos_sheet", "contribution_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("sheets.contribution_id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(60), unique=True)
    day: Mapped[date] = mapped_column()


class Figures(Base):
    """Counts taken by the clock, so that nothing that grows is counted when a page is read."""

    __tablename__ = "figures"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(Moment)
