"""Thresholds, findings and what was said of them, looks at people's details; prints of answers and votes by the hour."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.db import Base, Choice, Moment, one_of
from civic.supervision.rules import Check, FindingStatus


class Threshold(Base):
    """What an inspector set in place of the default."""

    __tablename__ = "check_thresholds"
    __table_args__ = (one_of("check_name", Check),)

    check_name: Mapped[Check] = mapped_column(Choice(Check), primary_key=True)
    value: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Finding(Base):
    """Something a check saw. One open finding per check and subject."""

    __tablename__ = "findings"
    __table_args__ = (
        one_of("check_name", Check),
        one_of("status", FindingStatus),
        CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed_when"),
        Index(
            "uq_findings_open", "check_name", "subject", unique=True,
            sqlite_where=text("status = 'open'"), postgresql_where=text("status = 'open'"),
        ),
        Index("ix_findings_board", "status", "id"),
        Index("ix_findings_subject", "subject", "check_name", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    check_name: Mapped[Check] = mapped_column(Choice(Check))
    subject: Mapped[str] = mapped_column(String(40), comment="case:12, department:3, answer:7, question:9")
    figure: Mapped[int] = mapped_column(comment="in the unit of the check")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, comment="numbers and ids, never names")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="SET NULL"))
    status: Mapped[FindingStatus] = mapped_column(Choice(FindingStatus), default=FindingStatus.OPEN)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date | None] = mapped_column()
    opened_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment, comment="when the check last saw it")
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class FindingNote(Base):
    """What an inspector did with a finding and why. Append-only."""

    __tablename__ = "finding_notes"
    __table_args__ = (Index("ix_finding_notes_finding", "finding_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    verb: Mapped[str] = mapped_column(String(12), comment="note, take or a verb of MOVES")
    text: Mapped[str] = mapped_column(String(1000), default="")
    at: Mapped[datetime] = mapped_column(Moment)


class Look(Base):
    """That an inspector opened a person's details, and the reason they gave. Shown to the person."""

    __tablename__ = "looks"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="says_why"),
        Index("ix_looks_person", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"))
    viewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    part: Mapped[str] = mapped_column(
        String(16), comment="as what the person is concerned: author, officer ..."
    )
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(Moment)


class AnswerPrint(Base):
    """Which family of like answers a published one belongs to: named by its first member."""

    __tablename__ = "answer_prints"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(index=True)


class AnswerBand(Base):
    """Keys under which like answers meet; of the first member of each family only."""

    __tablename__ = "answer_bands"

    key: Mapped[str] = mapped_column(String(18), primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)


class VoteHour(Base):
    """How many ballots were first cast on a question in one hour: numbers, never choices or voters."""

    __tablename__ = "vote_hours"
    __table_args__ = (Index("ix_vote_hours_hour", "hour", "n"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    n: Mapped[int] = mapped_column()
