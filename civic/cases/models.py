"""Cases and answers."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.cases.rules import AnswerKind, AnswerStatus, CaseStatus, DeclineReason, Door
from civic.core.db import Base, Choice, Moment, one_of
from civic.duties.models import Duty


class Case(Base):
    """Something a department owes an official answer to; one case per contribution."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("door", Door),
        one_of("status", CaseStatus),
        CheckConstraint("status = 'triage' OR department_id IS NOT NULL", name="assigned_somewhere"),
        CheckConstraint("door <> 'at_once' OR door_note <> ''", name="public_reason"),
        Index("ix_cases_inbox", "department_id", "status", "due_at", "id"),
        Index("ix_cases_clock", "status", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="م-1405-0812, digits Latin")
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), unique=True)
    door: Mapped[Door] = mapped_column(Choice(Door))
    door_note: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[CaseStatus] = mapped_column(Choice(CaseStatus), default=CaseStatus.TRIAGE)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("routing_rules.id", ondelete="SET NULL"))
    rule_words: Mapped[str] = mapped_column(String(300), default="", comment="the rule as it read that day")
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, comment="as on the duty, for the inbox's order")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    return_count: Mapped[int] = mapped_column(default=0)
    duty: Mapped[Duty] = relationship(lazy="joined")


class CaseNumber(Base):
    """The last number given in a Jalali year."""

    __tablename__ = "case_numbers"

    series: Mapped[str] = mapped_column(String(12), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class CaseNote(Base):
    """A note inside the department, or why a case was returned. The public never sees notes."""

    __tablename__ = "case_notes"
    __table_args__ = (Index("ix_case_notes_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(12), default="note", comment="note | return | send_back")
    text: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(Moment)


class Answer(Base):
    """What the city says: kind, what, why, cost (rial), start, and the promise if it makes one."""

    __tablename__ = "answers"
    __table_args__ = (
        one_of("kind", AnswerKind),
        one_of("status", AnswerStatus),
        CheckConstraint(
            "status IN ('draft', 'returned') OR kind NOT IN ('accepted', 'partly')"
            " OR (promise_text <> '' AND promise_due IS NOT NULL)", name="promise_has_date",
        ),
        CheckConstraint("status IN ('draft', 'returned') OR kind <> 'declined' OR decline_reason IS NOT NULL", name="decline_has_reason"),
        CheckConstraint("status IN ('draft', 'returned') OR kind <> 'not_ours' OR other_body <> ''", name="not_ours_names_whose"),
        CheckConstraint("cost_rial IS NULL OR cost_rial >= 0", name="cost_not_negative"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_when"),
        UniqueConstraint("case_id", "version"),
        Index("ix_answers_published", "status", "published_at", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[AnswerStatus] = mapped_column(Choice(AnswerStatus), default=AnswerStatus.DRAFT)
    kind: Mapped[AnswerKind] = mapped_column(Choice(AnswerKind))
    what: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    decline_reason: Mapped[DeclineReason | None] = mapped_column(Choice(DeclineReason))
    other_body: Mapped[str] = mapped_column(String(160), default="")
    cost_rial: Mapped[int | None] = mapped_column(BigInteger)
    starts_on: Mapped[date | None] = mapped_column()
    promise_text: Mapped[str] = mapped_column(String(300), default="")
    promise_due: Mapped[date | None] = mapped_column()
    written_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    in_time: Mapped[bool | None] = mapped_column(comment="published before the due moment")
    days_taken: Mapped[int | None] = mapped_column(comment="working days from opening to publishing")
    convincing_yes: Mapped[int] = mapped_column(default=0)
    convincing_no: Mapped[int] = mapped_column(default=0)


class Convincing(Base):
    """A reader's yes or no to "was this answer convincing?"."""

    __tablename__ = "answer_opinions"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    yes: Mapped[bool] = mapped_column()
