"""From the open door to the published answer."""

from datetime import date

from sqlalchemy import select, update

from civic.audit.service import record
from civic.cases import queries
from civic.cases.events import (
    AnswerSentBack,
    AnswerSentToHead,
    CaseAnswered,
    CaseAssigned,
    CaseOpened,
    CaseReturned,
)
from civic.cases.models import Answer, Case, CaseNote, CaseNumber, Convincing
from civic.cases.policy import May
from civic.cases.rules import (
    ANSWER_MOVES,
    CASE_MOVES,
    MOST_RETURNS,
    OPEN,
    PROMISING,
    QUESTION_DAYS,
    AnswerKind,
    AnswerStatus,
    CaseStatus,
    DeclineReason,
    Door,
    check_answer,
)
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.queries import steps_of
from civic.contributions.rules import ContributionKind, Status, StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor, Role
from civic.core.dates import jalali_year
from civic.core.db import db, one_for_change, serialise, upsert
from civic.core.errors import Conflict, NotFound, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text
from civic.departments.models import Category, Department, DepartmentStatus
from civic.departments.queries import rules as routing_rules
from civic.departments.rules import first_match
from civic.duties import service as duties
from civic.duties.models import Duty
from civic.places.models import District
from civic.spaces.models import Space


def open_case(
    actor: Actor,
    contribution: Contribution,
    *,
    door: Door,
    door_note: str = "",
    department_id: int | None = None,
    days: int | None = None,
) -> Case:
    """A department owes this an official answer from now on. Asked a second time it answers the case that is there.

    Without a department the first routing rule that fits names one, and the rule is written down; none fits: triage.
    """
    require(actor, May.OPEN, contribution)
    serialise("case", contribution.id)
    there = queries.of_contribution(contribution.id)
    if there is not None:
        return there
    if contribution.status is not Status.PUBLIC:
        raise RuleBroken(N_("تنها آنچه منتشر شده است به واحد فرستاده می‌شود."))
    rule_id, rule_words = None, ""
    if department_id is None:
        department_id, rule_id, rule_words = _route(contribution)
    else:
        department_id = _active(department_id).id
        rule_words = "named"
    if days is None:
        days = QUESTION_DAYS if door is Door.QUESTION else _answer_days(contribution)
    duty = duties.open_duty(SYSTEM, days=days, department_id=department_id)
    case = Case(
        number=_next_number(), contribution_id=contribution.id, door=door, door_note=clean_line(door_note),
        status=CaseStatus.ASSIGNED if department_id else CaseStatus.TRIAGE, department_id=department_id,
        rule_id=rule_id, rule_words=rule_words, duty_id=duty.id, opened_at=duty.opened_at, due_at=duty.due_at,
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    _door_step(contribution, case)
    contributions.add_step(
        SYSTEM, contribution, StepKind.CASE_OPENED, detail=case.door,
        data={"case": case.number, "department": department_id, "due": case.due_at.isoformat()},
    )  # fmt: skip
    record(
        actor,
        "case.open",
        _subject(case),
        public=True,
        door=case.door,
        department=department_id,
        rule=rule_id,
    )
    publish(CaseOpened(case.id, contribution.id))
    return case


def send_at_once(actor: Actor, contribution: Contribution, *, reason: str) -> Case:
    """Triage does not let it wait for votes, and says in public why."""
    require(actor, May.SEND_AT_ONCE, contribution)
    words = clean_line(reason)
    if len(words) < 10:
        raise RuleBroken(N_("دلیل را در یک جمله بنویسید؛ همه آن را می‌خوانند."), field="reason")
    if contribution.kind not in {ContributionKind.PROPOSAL, ContributionKind.PROBLEM}:
        raise RuleBroken(N_("تنها پیشنهاد و مسئله را می‌توان بی‌درنگ فرستاد."))
    if queries.of_contribution(contribution.id):
        raise Conflict(N_("این مورد پیش‌تر به واحد فرستاده شده است."))
    case = open_case(SYSTEM, contribution, door=Door.AT_ONCE, door_note=words)
    record(actor, "case.send_at_once", _subject(case), public=True, reason=words)
    return case


def assign_department(actor: Actor, case: Case, *, department_id: int, note: str = "") -> None:
    """Triage names the department, by hand or after a return. The clock has been running all along."""
    require(actor, May.TRIAGE, case)
    department = _active(department_id)
    move(case, "assign", CASE_MOVES)
    case.department_id, case.officer_id = department.id, None
    case.rule_id, case.rule_words = None, "by hand"
    case.duty.department_id = department.id
    if clean_line(note):
        _note(actor, case, "note", note)
    _step(actor, case, StepKind.ASSIGNED, data={"department": department.id})
    record(actor, "case.assign", _subject(case), public=True, department=department.id)
    publish(CaseAssigned(case.id, case.contribution_id))


def take(actor: Actor, case: Case) -> None:
    """An officer says: mine. When another was faster, nothing changes."""
    require(actor, May.WORK, case)
    if case.officer_id == actor.user_id:
        return
    if case.officer_id is not None or case.status is not CaseStatus.ASSIGNED:
        raise Conflict(N_("همکار دیگری این پرونده را برداشته است. صفحه را دوباره باز کنید."))
    case.officer_id = actor.user_id
    record(actor, "case.take", _subject(case))


def assign_officer(actor: Actor, case: Case, *, officer_id: int) -> None:
    """Somebody of the same department is to write the answer."""
    require(actor, May.ASSIGN_OFFICER, case)
    if case.status is CaseStatus.ANSWERED:
        raise Conflict(N_("این پرونده پاسخ گرفته است."))
    if officer_id not in {user_id for user_id, _ in queries.staff_of(case.department_id or 0)}:
        raise RuleBroken(N_("این شخص در این واحد کار نمی‌کند."), field="officer_id")
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
    if case.return_count >= MOST_RETURNS:
        raise RuleBroken(N_("این پرونده دو بار بازگردانده شده است و دیگر بازنمی‌گردد."), field="reason")
    move(case, "return", CASE_MOVES)
    _note(actor, case, "return", words)
    before = case.department_id
    case.return_count += 1
    case.department_id = case.officer_id = case.rule_id = None
    case.duty.department_id = None
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


def save_answer(
    actor: Actor, case: Case, *, kind: AnswerKind, what: str = "", why: str = "",
    decline_reason: DeclineReason | None = None, other_body: str = "", cost_rial: int | None = None,
    starts_on: date | None = None, promise_text: str = "", promise_due: date | None = None,
) -> Answer:  # fmt: skip
    """Keep what is written so far. Nobody outside the department sees it."""
    require(actor, May.WORK, case)
    if case.status is not CaseStatus.ASSIGNED:
        raise Conflict(N_("پاسخ نزد مدیر است یا منتشر شده است و دیگر عوض نمی‌شود."))
    answer = queries.answer_in_hand(case.id)
    if answer is None:
        answer = Answer(case_id=case.id, kind=kind, written_by_id=actor.signed_in())
        db.session.add(answer)
    if answer.status not in {AnswerStatus.DRAFT, AnswerStatus.RETURNED, None}:
        raise Conflict(N_("این پاسخ دیگر پیش‌نویس نیست."))
    answer.kind, answer.what, answer.why = kind, clean_text(what), clean_text(why)
    answer.decline_reason = decline_reason if kind is AnswerKind.DECLINED else None
    answer.other_body = clean_line(other_body) if kind is AnswerKind.NOT_OURS else ""
    answer.cost_rial, answer.starts_on = cost_rial, starts_on
    answer.promise_text = clean_line(promise_text) if kind in PROMISING else ""
    answer.promise_due = promise_due if kind in PROMISING else None
    answer.written_by_id = actor.signed_in()
    if case.officer_id is None:
        case.officer_id = actor.user_id
    db.session.flush()
    return answer


def send_to_head(actor: Actor, case: Case) -> Answer:
    """The officer is done; the head reads it. The clock does not stop."""
    require(actor, May.WORK, case)
    answer = queries.answer_for_change(case.id)
    check_answer(
        answer.kind, what=answer.what, why=answer.why, decline_reason=answer.decline_reason,
        other_body=answer.other_body, promise_text=answer.promise_text, promise_due=answer.promise_due,
        starts_on=answer.starts_on, today=clock.today(),
    )  # fmt: skip
    move(answer, "send_to_head", ANSWER_MOVES)
    move(case, "send_to_head", CASE_MOVES)
    answer.sent_at = clock.now()
    record(actor, "answer.send_to_head", _subject(case), version=answer.version)
    publish(AnswerSentToHead(case.id, answer.id))
    return answer


def send_back(actor: Actor, case: Case, *, note: str) -> None:
    """The head wants it otherwise, and says how."""
    require(actor, May.APPROVE, case)
    words = clean_text(note)
    if not words:
        raise RuleBroken(N_("اگر باز می‌گردانید، یادداشت لازم است."), field="note")
    answer = queries.answer_for_change(case.id)
    move(answer, "send_back", ANSWER_MOVES)
    move(case, "send_back", CASE_MOVES)
    _note(actor, case, "send_back", words)
    record(actor, "answer.send_back", _subject(case), version=answer.version)
    publish(AnswerSentBack(case.id, answer.id))


def approve(actor: Actor, case: Case) -> Answer:
    """The head lets it out: from now on it is the city's word.

    Nobody approves what they wrote themselves, unless the department has no other head; then the record says so.
    """
    require(actor, May.APPROVE, case)
    answer = queries.answer_for_change(case.id)
    alone = answer.written_by_id == actor.user_id
    if alone and any(
        user_id != actor.user_id for user_id, _ in queries.staff_of(case.department_id or 0, Role.HEAD)
    ):
        raise RuleBroken(N_("این پاسخ را خودتان نوشته‌اید؛ مدیر دیگری باید آن را تأیید کند."))
    if answer.promise_due and answer.promise_due <= clock.today():
        raise RuleBroken(N_("تاریخ قول گذشته است. پاسخ را بازگردانید تا تاریخ تازه بگیرد."))
    move(answer, "publish", ANSWER_MOVES)
    move(case, "publish", CASE_MOVES)
    moment = clock.now()
    answer.approved_by_id, answer.published_at = actor.user_id, moment
    answer.in_time, answer.days_taken = duties.meet(SYSTEM, case.duty, at=moment)
    case.answered_at = moment
    _step(
        actor, case, StepKind.ANSWERED, detail=answer.kind,
        data={"case": case.number, "department": case.department_id, "in_time": answer.in_time},
    )  # fmt: skip
    if answer.kind in PROMISING and answer.promise_due:
        _step(
            actor,
            case,
            StepKind.PROMISED,
            note=answer.promise_text,
            data={"due": answer.promise_due.isoformat()},
        )
    record(
        actor, "answer.publish", _subject(case), public=True, kind=answer.kind, version=answer.version,
        in_time=answer.in_time, wrote_it_too=alone,
    )  # fmt: skip
    publish(CaseAnswered(case.id, answer.id, case.contribution_id))
    return answer


def follow_clock(actor: Actor) -> int:
    """Due moments that have moved with the calendar move in the inbox, too. One statement; answers how many moved."""
    require(actor, May.OPEN)
    owed = select(Duty.due_at).where(Duty.id == Case.duty_id).scalar_subquery()
    moved = db.session.execute(
        update(Case)
        .where(Case.status.in_(OPEN), Case.due_at != owed)
        .values(due_at=owed)
        .execution_options(synchronize_session=False)
    )
    return int(moved.rowcount)  # type: ignore[attr-defined]


def opine(actor: Actor, answer: Answer, *, yes: bool) -> None:
    """«این پاسخ قانع‌کننده بود؟» One word a person, changeable."""
    require(actor, May.OPINE, answer)
    key = (answer.id, actor.signed_in())
    said = db.session.get(Convincing, key)
    if said is None:
        db.session.execute(
            upsert(Convincing).values(answer_id=key[0], user_id=key[1], yes=yes).on_conflict_do_nothing()
        )
    elif said.yes is yes:
        return
    else:
        said.yes = yes
        answer.convincing_yes -= 0 if yes else 1
        answer.convincing_no -= 1 if yes else 0
    answer.convincing_yes += 1 if yes else 0
    answer.convincing_no += 0 if yes else 1


def _route(contribution: Contribution) -> tuple[int | None, int | None, str]:
    """Department, rule and how the rule reads today."""
    rules = routing_rules()
    found = first_match(
        [(rule.id, rule.category_id, rule.district_id) for rule in rules],
        contribution.category_id,
        contribution.district_id,
    )
    rule = next((rule for rule in rules if rule.id == found), None)
    if rule is None:
        return None, None, ""
    department = _active(rule.department_id)
    category = db.session.get(Category, rule.category_id) if rule.category_id else None
    district = db.session.get(District, rule.district_id) if rule.district_id else None
    words = " × ".join([category.name_fa if category else "*", district.name_fa if district else "*"])
    return department.id, rule.id, f"{words} → {department.name_fa}"[:300]


def _active(department_id: int) -> Department:
    """The department, or the one that has replaced it."""
    seen: set[int] = set()
    found = db.session.get(Department, department_id)
    while found is not None and found.status is DepartmentStatus.RETIRED and found.replaced_by_id:
        if found.id in seen:
            break
        seen.add(found.id)
        found = db.session.get(Department, found.replaced_by_id)
    if found is None:
        raise NotFound
    if found.status is not DepartmentStatus.ACTIVE:
        raise RuleBroken(N_("این واحد دیگر فعال نیست. واحد دیگری برگزینید."), field="department_id")
    return found


def _answer_days(contribution: Contribution) -> int:
    return db.session.get_one(Space, contribution.space_id).answer_days


def _next_number() -> str:
    """The next number of this Jalali year: م-1405-0812."""
    series = f"م-{jalali_year(clock.now())}"
    db.session.execute(upsert(CaseNumber).values(series=series, last=0).on_conflict_do_nothing())
    row = one_for_change(select(CaseNumber).where(CaseNumber.series == series))
    row.last += 1
    return f"{series}-{row.last:04d}"


def _door_step(contribution: Contribution, case: Case) -> None:
    kinds = {
        Door.THRESHOLD: StepKind.THRESHOLD,
        Door.MONTH_TOP: StepKind.MONTH_TOP,
        Door.AT_ONCE: StepKind.SENT_AT_ONCE,
    }
    kind = kinds.get(case.door)
    if kind is not None and all(step.kind is not kind for step in steps_of(contribution.id)):
        contributions.add_step(SYSTEM, contribution, kind, note=case.door_note)


def _step(actor: Actor, case: Case, kind: StepKind, *, detail: str = "", note: str = "", data: dict[str, object] | None = None) -> None:  # fmt: skip
    contribution = db.session.get_one(Contribution, case.contribution_id)
    contributions.add_step(actor, contribution, kind, detail=detail, note=note, data=data)


def _note(actor: Actor, case: Case, kind: str, text: str) -> None:
    db.session.add(
        CaseNote(case_id=case.id, author_id=actor.signed_in(), kind=kind, text=text[:1000], at=clock.now())
    )
    db.session.flush()


def _subject(case: Case) -> str:
    return f"case:{case.id}"
