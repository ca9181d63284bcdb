"""The clock of a case: asking the author, more time, what is overdue."""

from datetime import date

from sqlalchemy import select, update

from civic.audit.service import record
from civic.cases import queries
from civic.cases.events import AuthorAnswered, AuthorAsked, CaseExtended, WeekClosed
from civic.cases.models import AuthorQuestion, Case, DepartmentFigures, OverdueWeek
from civic.cases.policy import May
from civic.cases.rules import OPEN, CaseStatus
from civic.cases.service.parts import _step, _subject
from civic.contributions.models import Contribution
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import db, upsert
from civic.core.errors import Conflict, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.text import N_, clean_line, clean_text
from civic.duties import service as duties
from civic.duties.models import Duty


def ask_author(actor: Actor, case: Case, *, text: str) -> AuthorQuestion:
    """The department cannot go on without the author's word: it asks in public and the clock stands still."""
    require(actor, May.WORK, case)
    if case.status is not CaseStatus.ASSIGNED:
        raise Conflict(N_("پاسخ نزد مدیر است یا منتشر شده است؛ دیگر از نویسنده نمی‌پرسیم."))
    contribution = db.session.get_one(Contribution, case.contribution_id)
    if contribution.author_id is None:
        raise RuleBroken(N_("این نوشته نویسنده‌ای ندارد که بتوان از او پرسید."), field="question")
    words = clean_line(text)
    if len(words) < 10:
        raise RuleBroken(N_("پرسش را در یک جملهٔ روشن بنویسید؛ همه آن را می‌خوانند."), field="question")
    try:
        pause = duties.pause(SYSTEM, case.duty, reason=words)
    except RuleBroken as error:
        raise RuleBroken(error.message, field="question", **error.values) from error
    case.due_at = case.duty.due_at
    row = AuthorQuestion(
        case_id=case.id, pause_id=pause.id, text=words, asked_by_id=actor.signed_in(), asked_at=clock.now()
    )
    db.session.add(row)
    db.session.flush()
    _step(actor, case, StepKind.PAUSED, note=words, data={"until": pause.ends_by.isoformat()})
    record(actor, "case.ask_author", _subject(case), public=True)
    publish(AuthorAsked(case.id, row.id, case.contribution_id))
    return row


def answer_question(actor: Actor, question: AuthorQuestion, case: Case, *, text: str) -> None:
    """The author answers; the clock goes on. The department reads the words, the public reads that they came."""
    require(actor, May.ANSWER_QUESTION, db.session.get_one(Contribution, case.contribution_id))
    if question.answered_at is not None or case.status is CaseStatus.ANSWERED:
        raise Conflict(N_("این پرسش دیگر باز نیست. صفحه را دوباره باز کنید."))
    words = clean_text(text)
    if not words:
        raise RuleBroken(N_("پاسخ خود را بنویسید."), field="answer")
    question.answer, question.answered_at = words, clock.now()
    if question.closed_at is None:
        question.closed_at = clock.now()
        _go_on(actor, case, "answered")
    record(actor, "case.author_answered", _subject(case), public=True)
    publish(AuthorAnswered(case.id, question.id, case.contribution_id))


def stop_waiting(actor: Actor, case: Case) -> None:
    """The department goes on without the author's word."""
    require(actor, May.WORK, case)
    question = queries.open_question(case.id)
    if question is None:
        raise Conflict(N_("این پرونده منتظر نویسنده نیست. صفحه را دوباره باز کنید."))
    question.closed_at = clock.now()
    _go_on(actor, case, "stopped")
    record(actor, "case.stop_waiting", _subject(case), public=True)


def note_spent_pause(actor: Actor, case: Case) -> None:
    """The ten working days of waiting are used up; the clock is running again already."""
    require(actor, May.RUN_CLOCK, case)
    question = queries.open_question(case.id)
    if question is None:
        return
    question.closed_at = clock.now()
    case.due_at = case.duty.due_at
    _step(actor, case, StepKind.RESUMED, detail="spent", data={"due": case.due_at.isoformat()})


def extend(actor: Actor, case: Case, *, reason: str) -> None:
    """The head takes ten working days more, once, and says in public why."""
    require(actor, May.EXTEND, case)
    if case.status is CaseStatus.ANSWERED:
        raise Conflict(N_("این پرونده پاسخ گرفته است."))
    try:
        duties.extend(SYSTEM, case.duty, reason=reason)
    except RuleBroken as error:
        raise RuleBroken(error.message, field="extension", **error.values) from error
    case.due_at = case.duty.due_at
    words = case.duty.extension_reason
    _step(actor, case, StepKind.EXTENDED, note=words, data={"due": case.due_at.isoformat()})
    record(actor, "case.extend", _subject(case), public=True, reason=words)
    publish(CaseExtended(case.id, case.contribution_id))


def mark_overdue(actor: Actor, case: Case) -> None:
    """The time is over without an answer: that stands on the life line for everybody."""
    require(actor, May.RUN_CLOCK, case)
    if case.status not in OPEN or clock.now() < case.due_at:
        return
    _step(actor, case, StepKind.OVERDUE, data={"case": case.number, "department": case.department_id})
    record(actor, "case.overdue", _subject(case), public=True, department=case.department_id)


def close_week(actor: Actor, *, last_day: date) -> None:
    """What went half again over its time in the week that ended on `last_day` is put before the council, once."""
    require(actor, May.RUN_CLOCK)
    made = db.session.execute(
        upsert(OverdueWeek)
        .values(last_day=last_day, case_count=queries.count_far_overdue(last_day), closed_at=clock.now())
        .on_conflict_do_nothing()
        .returning(OverdueWeek.case_count)
    ).scalar()
    if made:
        publish(WeekClosed(last_day.isoformat(), made))


def follow_clock(actor: Actor) -> int:
    """Due moments that have moved with the calendar move in the inbox, too. One statement; answers how many moved."""
    require(actor, May.RUN_CLOCK)
    owed = select(Duty.due_at).where(Duty.id == Case.duty_id).scalar_subquery()
    moved = db.session.execute(
        update(Case)
        .where(Case.status.in_(OPEN), Case.due_at != owed)
        .values(due_at=owed)
        .execution_options(synchronize_session=False)
    )
    return int(moved.rowcount)  # type: ignore[attr-defined]


def _go_on(actor: Actor, case: Case, why: str) -> None:
    duties.resume(SYSTEM, case.duty)
    case.due_at = case.duty.due_at
    _step(actor, case, StepKind.RESUMED, detail=why, data={"due": case.due_at.isoformat()})


def store_figures(actor: Actor) -> None:
    """Count every department's desk anew."""
    require(actor, May.RUN_CLOCK)
    moment = clock.now()
    for row in queries.count_desks():
        db.session.execute(
            upsert(DepartmentFigures)
            .values(**row, taken_at=moment)
            .on_conflict_do_update(
                index_elements=["department_id"],
                set_={name: value for name, value in row.items() if name != "department_id"}
                | {"taken_at": moment},
            )
        )
