"""Building a consultation in five steps, approving it, turning its phases, reporting."""

from typing import Any

from civic.audit.service import record
from civic.cases import service as cases
from civic.cases.rules import Door
from civic.consultations import queries, rules
from civic.consultations.events import (
    ConsultationApproved,
    ConsultationReturned,
    ConsultationSubmitted,
    PhaseOpened,
    ReportDue,
    ReportPublished,
)
from civic.consultations.models import Consultation
from civic.consultations.policy import May
from civic.consultations.rules import MOVES, ConsultationStatus, Plan
from civic.contributions import service as contributions
from civic.contributions.rules import ContributionKind, StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import db
from civic.core.errors import RuleBroken
from civic.core.html import from_plain
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text
from civic.departments.models import DepartmentStatus
from civic.departments.queries import department
from civic.spaces.models import Phase, Space, SpaceKind
from civic.spaces.queries import standing
from civic.spaces.rules import Moderation, PhaseKind
from civic.votes import service as votes


def begin(actor: Actor, *, group_id: int, template: str, options: str = "") -> Consultation:
    """A manager opens a draft for the group: the days come from the template."""
    require(actor, May.BEGIN)
    if not actor.manages(group_id):
        raise RuleBroken(N_("فقط مدیر گروه می‌تواند به نام آن نظرخواهی برگزار کند."), field="group_id")
    contribution = contributions.begin(
        actor, ContributionKind.CONSULTATION, title="", text="", group_id=group_id
    )
    consultation = Consultation(
        id=contribution.id,
        group_id=group_id,
        option_lines=options,
        dates=rules.template_plan(template, clock.today()).stored(),
        step=2,
        contribution=contribution,
    )
    db.session.add(consultation)
    db.session.flush()
    return consultation


def ask(
    actor: Actor, consultation: Consultation, *, title: str, text: str, can_change: str, cannot_change: str,
    option_lines: str, category_id: int | None = None, district_id: int | None = None,
) -> None:  # fmt: skip
    """Step two: the question, why it is asked, what can and cannot change, the options of the vote."""
    require(actor, May.BUILD, consultation)
    rules.check_options(option_lines)
    contribution = consultation.contribution
    contribution.title = clean_line(title)
    contribution.text = clean_text(text)
    contribution.html = from_plain(contribution.text)
    contribution.summary = contribution.text[:160]
    contribution.category_id = category_id
    contribution.district_id = district_id
    contribution.updated_at = clock.now()
    consultation.can_change = "\n".join(rules.lines(can_change))
    consultation.cannot_change = "\n".join(rules.lines(cannot_change))
    consultation.option_lines = "\n".join(rules.lines(option_lines))
    consultation.step = max(consultation.step, 3)


def plan(actor: Actor, consultation: Consultation, wanted: Plan) -> None:
    """Step three: the last days of both phases."""
    require(actor, May.BUILD, consultation)
    rules.check_plan(wanted, clock.today())
    consultation.dates = wanted.stored()
    consultation.step = max(consultation.step, 4)


def name_department(actor: Actor, consultation: Consultation, *, department_id: int) -> None:
    """Step four: who owes the answer."""
    require(actor, May.BUILD, consultation)
    consultation.department_id = department(department_id).id
    consultation.step = max(consultation.step, 5)


def submit(actor: Actor, consultation: Consultation) -> None:
    """Step five: complete, and before the operator."""
    require(actor, May.SUBMIT, consultation)
    _check_complete(consultation)
    move(consultation, "submit", MOVES)
    consultation.submitted_at = clock.now()
    consultation.return_reason = ""
    record(actor, "consultation.submit", _subject(consultation))
    publish(ConsultationSubmitted(consultation.id))


def give_back(actor: Actor, consultation: Consultation, *, reason: str) -> None:
    """The operator returns it with reasons."""
    require(actor, May.RETURN, consultation)
    if not clean_text(reason):
        raise RuleBroken(N_("بنویسید چه چیزی باید درست شود."), field="reason")
    move(consultation, "return", MOVES)
    consultation.return_reason = clean_text(reason)
    record(actor, "consultation.return", _subject(consultation))
    publish(ConsultationReturned(consultation.id))


def approve(actor: Actor, consultation: Consultation) -> None:
    """It becomes public and gets a room of its own, with its phases; the vote waits for its first day."""
    require(actor, May.APPROVE, consultation)
    _check_complete(consultation)
    chosen = _plan_of(consultation)
    moment = clock.now()
    if clock.day_end(chosen.collect_end) <= moment:
        raise RuleBroken(N_("روزهای این نظرخواهی گذشته است. آن را با همین دلیل بازگردانید."))
    move(consultation, "approve", MOVES)
    contribution = consultation.contribution
    city = standing()  # proposals written for it are voted on and answered as all others are
    space = Space(
        kind=SpaceKind.CONSULTATION, name=contribution.title, moderation=Moderation(chosen.moderation),
        threshold_floor=city.threshold_floor, threshold_per_ten_thousand=city.threshold_per_ten_thousand,
        threshold_city=city.threshold_city, voting_days=city.voting_days, monthly_top=city.monthly_top,
        answer_days=city.answer_days,
    )  # fmt: skip
    db.session.add(space)
    db.session.flush()
    collected, voted = clock.day_end(chosen.collect_end), clock.day_end(chosen.vote_end)
    spans = [
        (PhaseKind.COLLECT, N_("گردآوری نظر"), moment, collected),
        (PhaseKind.VOTE, N_("رأی‌گیری"), collected, voted),
        (PhaseKind.REPORT, N_("گزارش پایانی"), voted, clock.day_end(chosen.report_until)),
    ]
    for position, (kind, name, opens_at, closes_at) in enumerate(spans, 1):
        db.session.add(
            Phase(
                space_id=space.id,
                position=position,
                kind=kind,
                name=name,
                opens_at=opens_at,
                closes_at=closes_at,
            )
        )
    contribution.space_id = space.id
    contribution.submitted_at = consultation.submitted_at
    consultation.approved_at = moment
    consultation.approved_by_id = actor.user_id
    db.session.flush()
    contributions.show(actor, contribution)
    contributions.add_step(actor, contribution, StepKind.CONSULTATION_APPROVED)
    votes.open_question(
        SYSTEM, contribution, opens_at=collected, closes_at=voted, options=rules.options_of(consultation.option_lines),
        threshold=None,
    )  # fmt: skip
    _phase_opens(consultation, PhaseKind.COLLECT)
    record(actor, "consultation.approve", _subject(consultation), public=True)
    publish(ConsultationApproved(consultation.id))


def turn(actor: Actor, consultation: Consultation, phase: Phase) -> None:
    """The clock: a phase is over, the next one opens. The report's phase ends only with a report."""
    require(actor, May.TURN, consultation)
    if phase.done_at is not None or phase.closes_at > clock.now():
        return
    phase.done_at = clock.now()
    if consultation.status not in rules.PUBLIC or phase.kind is PhaseKind.REPORT:
        return
    contributions.add_step(actor, consultation.contribution, StepKind.PHASE_CLOSED, detail=phase.kind)
    if phase.kind is PhaseKind.COLLECT:
        _phase_opens(consultation, PhaseKind.VOTE)


def end_vote(actor: Actor, consultation: Consultation) -> None:
    """The vote is closed: its figures are frozen and the group owes a report."""
    require(actor, May.TURN, consultation)
    if consultation.status is not ConsultationStatus.RUNNING:
        return
    move(consultation, "close", MOVES)
    found = queries.figures(consultation)
    consultation.report_data = found.stored()
    consultation.participant_count = found.participants
    publish(ReportDue(consultation.id))


def count(actor: Actor, consultation: Consultation) -> None:
    """How many people take part, for the page."""
    require(actor, May.TURN, consultation)
    consultation.participant_count = queries.participants(consultation)


def draft_report(actor: Actor, consultation: Consultation, *, text: str) -> None:
    """Keep what was written so far; nobody else sees it."""
    require(actor, May.REPORT, consultation)
    _check_reportable(consultation)
    consultation.report_text = clean_text(text)


def publish_report(actor: Actor, consultation: Consultation, *, text: str) -> None:
    """The plain report is public; from this moment the named department owes an answer."""
    require(actor, May.REPORT, consultation)
    _check_reportable(consultation)
    if not clean_text(text) and not actor.system:
        raise RuleBroken(N_("گزارش را بنویسید؛ بی‌متن منتشر نمی‌شود."), field="text")
    move(consultation, "publish_report", MOVES)
    consultation.report_text = clean_text(text)
    consultation.report_html = from_plain(consultation.report_text)
    consultation.reported_at = clock.now()
    contribution = consultation.contribution
    contributions.add_step(
        actor, contribution, StepKind.REPORTED, detail="figures_only" if actor.system else ""
    )
    record(actor, "consultation.report", _subject(consultation), public=True, by_clock=actor.system)
    named = department(consultation.department_id)
    owing = (
        named.id if named.status is DepartmentStatus.ACTIVE else None
    )  # a retired one: the routing rules say who
    cases.open_case(SYSTEM, contribution, door=Door.CONSULTATION, department_id=owing)
    publish(ReportPublished(consultation.id, by_clock=actor.system))


def _check_reportable(consultation: Consultation) -> None:
    if consultation.status is ConsultationStatus.RUNNING:
        raise RuleBroken(
            N_(
                "رأی‌گیری هنوز تمام نشده است و نظرخواهی پیش از پایان زمانش بسته نمی‌شود. پس از روز پایان رأی‌گیری، گزارش را همین‌جا منتشر کنید."
            )
        )
    if consultation.department_id is None:
        raise RuleBroken(
            N_(
                "واحد پاسخ‌گو نامیده نشده است و بی آن نظرخواهی بسته نمی‌شود. از مدیر سامانه بخواهید واحد را بنامد."
            )
        )


def _phase_opens(consultation: Consultation, kind: PhaseKind) -> None:
    contributions.add_step(SYSTEM, consultation.contribution, StepKind.PHASE_OPENED, detail=kind)
    publish(PhaseOpened(consultation.id, kind))


def _check_complete(consultation: Consultation) -> None:
    contribution: Any = consultation.contribution
    if not contribution.title or not contribution.text:
        raise RuleBroken(N_("پرسش و متن آن هنوز نوشته نشده است. به گام ۲ برگردید."))
    rules.check_options(consultation.option_lines)
    if consultation.department_id is None:
        raise RuleBroken(N_("واحد پاسخ‌گو هنوز برگزیده نشده است. به گام ۴ برگردید."))
    if consultation.status in rules.BUILDING:
        rules.check_plan(_plan_of(consultation), clock.today())


def _plan_of(consultation: Consultation) -> Plan:
    found = Plan.read(consultation.dates)
    if found is None:
        raise RuleBroken(N_("روزهای نظرخواهی هنوز گذاشته نشده است. به گام ۳ برگردید."))
    return found


def _subject(consultation: Consultation) -> str:
    return f"consultation:{consultation.id}"
