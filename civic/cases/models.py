"""Cases and answers."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
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
        Index(
            "ix_cases_owed",
            "department_id",
            "due_at",
            "id",
            sqlite_where=text("status IN ('assigned', 'awaiting_head')"),
            postgresql_where=text("status IN ('assigned', 'awaiting_head')"),
        ),
        Index("ix_cases_clock", "status", "due_at", "id"),
        Index("ix_cases_duty", "duty_id"),
        Index("ix_cases_opened", "opened_at", "id"),
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
    rule_version: Mapped[int | None] = mapped_column(comment="of the rule that sent it")
    override_reason: Mapped[str] = mapped_column(
        String(500), default="", comment="why triage chose another department than the rules"
    )
    rule_words: Mapped[str] = mapped_column(String(300), default="", comment="the rule as it read that day")
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, comment="as on the duty, for the inbox's order")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    return_count: Mapped[int] = mapped_column(default=0)
    reopen_count: Mapped[int] = mapped_column(default=0)
    acknowledge_by: Mapped[datetime | None] = mapped_column(Moment, comment="three working days to accept it")
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment, comment="«قبول پرونده» by its officer")
    revision_sent_at: Mapped[datetime | None] = mapped_column(
        Moment, comment="a revision of the published answer waits for the head"
    )
    duty: Mapped[Duty] = relationship(lazy="joined")


class CaseNumber(Base):
    """The last number given in a Jalali year."""

    __tablename__ = "case_numbers"

    series: Mapped[str] = mapped_column(String(12), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class CaseNote(Base):
    """A note inside the department, or why a case was returned. The public never sees notes."""

    __tablename__ = "case_notes"
    __table_args__ = (
        Index("ix_case_notes_case", "case_id", "id"),
        Index("ix_case_notes_kind", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(12), default="note", comment="note | return | send_back")
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("departments.id"), comment="of a return: who gave it back"
    )
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
        CheckConstraint(
            "status IN ('draft', 'returned') OR kind <> 'needs_council' OR (council_text <> '' AND review_on IS NOT NULL)",
            name="council_and_review_named",
        ),
        Index(
            "uq_answers_published", "case_id", unique=True,
            sqlite_where=text("status = 'published'"), postgresql_where=text("status = 'published'"),
        ),
        CheckConstraint("cost_rial IS NULL OR cost_rial >= 0", name="cost_not_negative"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_when"),
        UniqueConstraint("case_id", "version"),
        Index("ix_answers_time", "published_at", "case_id"),
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
    council_text: Mapped[str] = mapped_column(
        String(500), default="", comment="the resolution that is needed"
    )
    review_on: Mapped[date | None] = mapped_column(comment="when it is looked at again")
    revision_note: Mapped[str] = mapped_column(
        String(500), default="", comment="why a published answer changed"
    )
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


class AuthorQuestion(Base):
    """What a department asked the author while its clock stood still. The question is public, the answer is not."""

    __tablename__ = "case_questions"
    __table_args__ = (
        Index("ix_case_questions_case", "case_id", "id"),
        CheckConstraint(
            "answered_at IS NULL OR (answer <> '' AND closed_at IS NOT NULL)", name="answered_in_words"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    pause_id: Mapped[int] = mapped_column(ForeignKey("duty_pauses.id"), unique=True)
    text: Mapped[str] = mapped_column(String(500))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment, comment="since then the clock goes on")


class AnswerTemplate(Base):
    """Sentences to begin an answer with: a department's own, or for every department (none named)."""

    __tablename__ = "answer_templates"
    __table_args__ = (
        one_of("kind", AnswerKind),
        Index("ix_answer_templates_department", "department_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    kind: Mapped[AnswerKind] = mapped_column(Choice(AnswerKind))
    title: Mapped[str] = mapped_column(String(120))
    what: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


class CasePart(Base):
    """What another department adds to an answer. The lead keeps the clock; what was given stands in the answer."""

    __tablename__ = "case_parts"
    __table_args__ = (
        UniqueConstraint("case_id", "department_id"),
        CheckConstraint("written_at IS NULL OR text <> ''", name="written_in_words"),
        Index("ix_case_parts_department", "department_id", "written_at", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    question: Mapped[str] = mapped_column(String(500))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[str] = mapped_column(Text, default="")
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime | None] = mapped_column(Moment)


class Leave(Base):
    """An officer is away; a colleague of the same department stands in."""

    __tablename__ = "leaves"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        CheckConstraint("deputy_id <> user_id", name="somebody_else_stands_in"),
        Index("ix_leaves_user", "user_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    first_day: Mapped[date] = mapped_column()
    last_day: Mapped[date] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Moment)


class DepartmentFigures(Base):
    """How a department's desk stands, counted by the clock: pages never count."""

    __tablename__ = "department_figures"

    department_id: Mapped[int] = mapped_column(
        ForeignKey("departments.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    open_count: Mapped[int] = mapped_column(default=0)
    soon_count: Mapped[int] = mapped_column(default=0)
    late_count: Mapped[int] = mapped_column(default=0)
    paused_count: Mapped[int] = mapped_column(default=0)
    unaccepted_count: Mapped[int] = mapped_column(
        default=0, comment="of the open ones, not yet accepted by anybody"
    )
    unassigned_count: Mapped[int] = mapped_column(default=0)
    head_count: Mapped[int] = mapped_column(default=0, comment="whose answer waits for the head")
    answered_count: Mapped[int] = mapped_column(default=0, comment="in the last 90 days")
    in_time_count: Mapped[int] = mapped_column(default=0, comment="of those")
    returned_count: Mapped[int] = mapped_column(default=0, comment="given back to triage in the last 90 days")
    median_days: Mapped[int | None] = mapped_column(comment="working days to the answer, last 90 days")
    taken_at: Mapped[datetime] = mapped_column(Moment)


class OverdueWeek(Base):
    """The council was told what had gone half again over its time in the week that ended on this day."""

    __tablename__ = "overdue_weeks"

    last_day: Mapped[date] = mapped_column(primary_key=True)
    case_count: Mapped[int] = mapped_column()
    closed_at: Mapped[datetime] = mapped_column(Moment)


class Convincing(Base):
    """A reader's yes or no to "was this answer convincing?"."""

    __tablename__ = "answer_opinions"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    yes: Mapped[bool] = mapped_column()
