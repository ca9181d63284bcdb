"""Who works on a case: triage, department, officer, notes."""

from civic.audit.service import record
from civic.cases import queries
from civic.cases.events import CaseAssigned, CaseReturned
from civic.cases.models import Case
from civic.cases.policy import May
from civic.cases.rules import ACKNOWLEDGE_DAYS, ANSWER_MOVES, CASE_MOVES, MOST_RETURNS, OPEN, CaseStatus
from civic.cases.service.parts import _active, _note, _step, _subject
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import allowed, require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text
from civic.departments.models import Department
from civic.duties.queries import due_after


def assign_department(
    actor: Actor, case: Case, *, department_id: int, note: str = "", reason: str = ""
) -> None:
    """Triage names the department, by hand or after a return. The clock has been running all along.

    Another department than the rules would choose needs a reason. What came back twice is settled by the operator.
    """
    require(actor, May.TRIAGE, case)
    if case.return_count >= MOST_RETURNS and not allowed(actor, May.SETTLE, case):
        raise NotAllowed(N_("این پرونده دو بار بازگشته است؛ واحد آن را مدیر سامانه تعیین می‌کند."))
    department = _active(department_id)
    suggested = queries.suggestion(case)
    why = clean_line(reason)[:500]
    if suggested is not None and suggested != department.id and not why:
        raise RuleBroken(
            N_("قاعدهٔ ارجاع «%(name)s» را پیشنهاد می‌کند. بنویسید چرا واحد دیگری را برگزیدید."),
            name=db.session.get_one(Department, suggested).name_fa, field="reason",
        )  # fmt: skip
    move(case, "assign", CASE_MOVES)
    _settle_in(case, department.id)
    case.rule_id, case.rule_version, case.rule_words, case.override_reason = None, None, "by hand", why
    if clean_line(note):
        _note(actor, case, "note", note)
    if why:
        _note(actor, case, "override", why)
    _step(actor, case, StepKind.ASSIGNED, data={"department": department.id})
    record(
        actor, "case.assign", _subject(case), public=True, department=department.id,
        against_rule=suggested is not None and suggested != department.id,
    )  # fmt: skip
    publish(CaseAssigned(case.id, case.contribution_id))


def hand_over(actor: Actor, case: Case, *, department_id: int | None) -> None:
    """Its department was closed: the one that replaces it owes the answer now, or triage finds another."""
    require(actor, May.OPEN, case)
    if case.status not in OPEN or case.status is CaseStatus.TRIAGE:
        return
    before = case.department_id
    if department_id is not None:
        _settle_in(case, _active(department_id).id)
    else:
        if case.status is CaseStatus.AWAITING_HEAD:
            move(queries.answer_for_change(case.id), "send_back", ANSWER_MOVES)
        move(case, "give_up", CASE_MOVES)
        _settle_in(case, None)
    case.rule_id, case.rule_version, case.rule_words = None, None, "successor"
    _step(actor, case, StepKind.ASSIGNED if department_id else StepKind.CASE_RETURNED, data={"department": department_id or before})  # fmt: skip
    record(actor, "case.hand_over", _subject(case), public=True, department=department_id, was=before)
    if department_id is not None:
        publish(CaseAssigned(case.id, case.contribution_id))
    else:
        publish(CaseReturned(case.id, case.contribution_id))


def _settle_in(case: Case, department_id: int | None) -> None:
    case.department_id, case.officer_id, case.acknowledged_at = department_id, None, None
    case.acknowledge_by = due_after(ACKNOWLEDGE_DAYS) if department_id is not None else None
    case.duty.department_id = department_id


def take(actor: Actor, case: Case) -> None:
    """«قبول پرونده»: an officer says it is theirs and the work begins. When another was faster, nothing changes.

    What a colleague was given by name is accepted by that colleague only.
    """
    require(actor, May.WORK, case)
    if case.officer_id == actor.user_id and case.acknowledged_at is not None:
        return
    if case.status is not CaseStatus.ASSIGNED or case.officer_id not in (None, actor.user_id):
        raise Conflict(N_("همکار دیگری این پرونده را برداشته است. صفحه را دوباره باز کنید."))
    case.officer_id, case.acknowledged_at = actor.user_id, clock.now()
    record(actor, "case.take", _subject(case), in_time=clock.now() < (case.acknowledge_by or clock.now()))


def assign_officer(actor: Actor, case: Case, *, officer_id: int) -> None:
    """Somebody of the same department is to write the answer."""
    require(actor, May.ASSIGN_OFFICER, case)
    if case.status is CaseStatus.ANSWERED:
        raise Conflict(N_("این پرونده پاسخ گرفته است."))
    if officer_id not in {user_id for user_id, _ in queries.staff_of(case.department_id or 0)}:
        raise RuleBroken(N_("این شخص در این واحد کار نمی‌کند."), field="officer_id")
    officer_id = queries.who_works_for(officer_id, clock.today())
    if officer_id != case.officer_id:
        case.acknowledged_at = None  # the new one accepts it anew
    case.officer_id = officer_id
    record(actor, "case.assign_officer", _subject(case))
    if officer_id != actor.user_id:
        publish(CaseAssigned(case.id, case.contribution_id, officer_id))


def return_to_triage(actor: Actor, case: Case, *, reason: str) -> None:
    """It is not this department's business. The clock runs on; a third return is not possible."""
    require(actor, May.WORK, case)
    words = clean_text(reason)
    if not words:
        raise RuleBroken(N_("بنویسید چرا این پرونده به واحد شما مربوط نیست."), field="reason")
    if case.duty.paused_at is not None:
        raise RuleBroken(N_("این پرونده منتظر پاسخ نویسنده است. نخست به انتظار پایان دهید."), field="reason")
    if case.return_count >= MOST_RETURNS:
        raise RuleBroken(
            N_(
                "این پرونده دو بار بازگردانده شده است و بار سوم شدنی نیست. مدیر سامانه آن را به شما سپرده است؛ اگر"
                " بخشی به واحد دیگری مربوط است از آن واحد نظر بخواهید و پاسخ را بنویسید."
            ),
            field="reason",
        )
    move(case, "return", CASE_MOVES)
    _note(actor, case, "return", words)
    before = case.department_id
    case.return_count += 1
    _settle_in(case, None)
    case.rule_id = case.rule_version = None
    _step(actor, case, StepKind.CASE_RETURNED, data={"department": before})
    record(actor, "case.return", _subject(case), public=True, department=before)
    publish(CaseReturned(case.id, case.contribution_id))


def add_note(actor: Actor, case: Case, *, text: str) -> None:
    """A note that only the department reads."""
    require(actor, May.WORK, case)
    words = clean_text(text)
    if not words:
        raise RuleBroken(N_("یادداشت خالی است."), field="text")
    _note(actor, case, "note", words)
