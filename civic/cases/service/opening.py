"""How a case comes to be: by a door, to a department, under a number; and back from its answer."""

from sqlalchemy import select

from civic.audit.service import record
from civic.cases import queries
from civic.cases.events import CaseOpened, CaseReopened
from civic.cases.models import Case, CaseNumber
from civic.cases.policy import May
from civic.cases.rules import ACKNOWLEDGE_DAYS, CASE_MOVES, QUESTION_DAYS, CaseStatus, Door
from civic.cases.service.desk import hand_over
from civic.cases.service.parts import _active, _step, _subject
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.queries import steps_of
from civic.contributions.rules import ContributionKind, Status, StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.dates import jalali_year
from civic.core.db import db, one_for_change, serialise, upsert
from civic.core.errors import Conflict, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line
from civic.departments.models import Department
from civic.departments.queries import conditions, heir_of, offices
from civic.departments.rules import Condition, first_match, successor
from civic.duties import service as duties
from civic.duties.queries import due_after
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
    rule, rule_words = None, ""
    if department_id is None:
        department_id, rule, rule_words = _route(contribution, door)
    else:
        department_id = _active(department_id).id
        rule_words = "named"
    if days is None:
        days = QUESTION_DAYS if door is Door.QUESTION else _answer_days(contribution)
    duty = duties.open_duty(SYSTEM, days=days, department_id=department_id)
    case = Case(
        number=_next_number(), contribution_id=contribution.id, door=door, door_note=clean_line(door_note),
        status=CaseStatus.ASSIGNED if department_id else CaseStatus.TRIAGE, department_id=department_id,
        rule_id=rule.id if rule else None, rule_version=rule.version if rule else None, rule_words=rule_words, duty_id=duty.id, opened_at=duty.opened_at, due_at=duty.due_at,
        acknowledge_by=due_after(ACKNOWLEDGE_DAYS) if department_id else None,
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
        rule=rule.id if rule else None,
        rule_version=rule.version if rule else None,
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


def reopen(actor: Actor, case: Case, *, reason: str) -> None:
    """What was answered is not so: the case is owed again, from now, with a clock of its own. The answer stays readable."""
    require(actor, May.REOPEN, case)
    move(case, "reopen", CASE_MOVES)
    duty = duties.open_duty(SYSTEM, days=_days_of(case), department_id=case.department_id)
    case.duty_id, case.duty = duty.id, duty
    case.opened_at, case.due_at = duty.opened_at, duty.due_at
    case.answered_at = case.acknowledged_at = case.revision_sent_at = None
    case.acknowledge_by = due_after(ACKNOWLEDGE_DAYS)
    case.reopen_count += 1
    words = clean_line(reason)[:500]
    _step(
        actor, case, StepKind.REOPENED, detail="case", note=words,
        data={"case": case.number, "department": case.department_id, "due": case.due_at.isoformat()},
    )  # fmt: skip
    record(actor, "case.reopen", _subject(case), public=True, department=case.department_id, reason=words)
    publish(CaseReopened(case.id, case.contribution_id))
    heir = heir_of(case.department_id or 0)
    if heir != case.department_id:
        hand_over(SYSTEM, case, department_id=heir)  # its department was closed after it had answered


def settle(actor: Actor, case: Case) -> None:
    """What it was reopened for was done and reported: nothing is owed until the people say otherwise. Its answer stands."""
    require(actor, May.REOPEN, case)
    if case.status is not CaseStatus.ASSIGNED or not case.reopen_count or not queries.has_answer(case.id):
        return
    move(case, "settle", CASE_MOVES)
    moment = clock.now()
    in_time, days = duties.meet(SYSTEM, case.duty, at=moment)
    case.answered_at = moment
    record(actor, "case.settle", _subject(case), public=True, in_time=in_time, days=days)


def _route(contribution: Contribution, door: Door) -> tuple[int | None, Condition | None, str]:
    """Department, rule and how the rule reads today. A closed department's successor, or triage where it has none."""
    rule = first_match(conditions(), queries.facts_of(contribution, door))
    if rule is None:
        return None, None, ""
    there = successor(rule.department_id, offices())
    if there is None:
        return None, None, ""
    words = queries.words_of_rule(rule)
    if there != rule.department_id:
        words += f" ⇢ {db.session.get_one(Department, there).name_fa}"
    return there, rule, words[:300]


def _days_of(case: Case) -> int:
    if case.door is Door.QUESTION:
        return QUESTION_DAYS
    return _answer_days(db.session.get_one(Contribution, case.contribution_id))


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
