"""Resolutions, what they are about, clauses, their follow-up."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.core.db import Base, Choice, Moment, one_of
from civic.departments.models import Department
from civic.duties.models import Duty
from civic.meetings.models import Organ, Term
from civic.resolutions.rules import Act, ClauseKind, ClauseStatus, DueKind, EvidenceKind, ResolutionStatus


class Resolution(Base):
    __tablename__ = "resolutions"
    __table_args__ = (
        one_of("status", ResolutionStatus),
        UniqueConstraint("term_id", "number"),
        CheckConstraint("status NOT IN ('in_force', 'done') OR passed_at IS NOT NULL", name="passed_when"),
        CheckConstraint("status <> 'done' OR (clause_count > 0 AND verified_count = clause_count)", name="done_is_verified"),
        Index("ix_resolutions_list", "status", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("council_terms.id"))
    organ_id: Mapped[int] = mapped_column(ForeignKey("organs.id"))
    item_id: Mapped[int | None] = mapped_column(
        ForeignKey("agenda_items.id"), comment="the item it came out of"
    )
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    approved_on: Mapped[date] = mapped_column()
    status: Mapped[ResolutionStatus] = mapped_column(Choice(ResolutionStatus), default=ResolutionStatus.DRAFT)
    passed_at: Mapped[datetime | None] = mapped_column(
        Moment, comment="notified to departments and public since"
    )
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    clause_count: Mapped[int] = mapped_column(default=0)
    verified_count: Mapped[int] = mapped_column(default=0)
    term: Mapped[Term] = relationship(lazy="raise")
    organ: Mapped[Organ] = relationship(lazy="raise")


class ResolutionSubject(Base):
    """A proposal or consultation that a resolution is about."""

    __tablename__ = "resolution_subjects"
    __table_args__ = (Index("ix_resolution_subjects_contribution", "contribution_id", "resolution_id"),)

    resolution_id: Mapped[int] = mapped_column(
        ForeignKey("resolutions.id", ondelete="CASCADE"), primary_key=True
    )
    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True
    )


class Clause(Base):
    """What a department must do, by when. Its duty runs from the day the resolution is notified until it is verified."""

    __tablename__ = "clauses"
    __table_args__ = (
        one_of("kind", ClauseKind),
        one_of("due_kind", DueKind),
        one_of("status", ClauseStatus),
        CheckConstraint("(due_kind = 'days') = (due_days IS NOT NULL)", name="days_given"),
        CheckConstraint("due_kind <> 'date' OR due_on IS NOT NULL", name="day_given"),
        CheckConstraint("due_kind <> 'none' OR (due_on IS NULL AND duty_id IS NULL)", name="no_date"),
        CheckConstraint("(status = 'verified') = (verified_at IS NOT NULL)", name="verified_when"),
        CheckConstraint("status NOT IN ('complete', 'verified') OR completed_at IS NOT NULL", name="completed_when"),
        CheckConstraint("status <> 'blocked' OR blocked_reason <> ''", name="blocked_why"),
        Index("ix_clauses_resolution", "resolution_id", "position", "id"),
        Index("ix_clauses_department", "department_id", "status", "id"),
        Index("ix_clauses_quarter", "due_on", "id"),
        UniqueConstraint("duty_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolutions.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column()
    kind: Mapped[ClauseKind] = mapped_column(Choice(ClauseKind))
    number: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    due_kind: Mapped[DueKind] = mapped_column(Choice(DueKind))
    due_days: Mapped[int | None] = mapped_column(comment="working days from the day of notification")
    due_on: Mapped[date | None] = mapped_column(
        comment="the last day; of working days known once it is notified"
    )
    duty_id: Mapped[int | None] = mapped_column(ForeignKey("duties.id"))
    status: Mapped[ClauseStatus] = mapped_column(Choice(ClauseStatus), default=ClauseStatus.NOT_STARTED)
    blocked_reason: Mapped[str] = mapped_column(String(1000), default="")
    reported_at: Mapped[datetime | None] = mapped_column(Moment)
    completed_at: Mapped[datetime | None] = mapped_column(
        Moment, comment="when the department last said: complete"
    )
    in_time: Mapped[bool | None] = mapped_column(comment="completed on or before the last day")
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    resolution: Mapped[Resolution] = relationship(lazy="raise")
    department: Mapped[Department] = relationship(lazy="raise")
    duty: Mapped[Duty | None] = relationship(lazy="raise")


class ClauseEntry(Base):
    """One line of a clause's follow-up. Append-only; evidence is a picture or a PDF that everybody can open."""

    __tablename__ = "clause_entries"
    __table_args__ = (
        one_of("act", Act),
        one_of("says", ClauseStatus),
        one_of("evidence", EvidenceKind),
        CheckConstraint("(evidence = 'none') = (file_name IS NULL)", name="evidence_has_file"),
        Index("ix_clause_entries_clause", "clause_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey("clauses.id", ondelete="CASCADE"))
    act: Mapped[Act] = mapped_column(Choice(Act))
    says: Mapped[ClauseStatus] = mapped_column(Choice(ClauseStatus))
    text: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_role: Mapped[str] = mapped_column(String(24), default="")
    at: Mapped[datetime] = mapped_column(Moment)
    evidence: Mapped[EvidenceKind] = mapped_column(Choice(EvidenceKind), default=EvidenceKind.NONE)
    file_name: Mapped[str | None] = mapped_column(String(60), unique=True)
    small_name: Mapped[str | None] = mapped_column(String(60), unique=True)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
