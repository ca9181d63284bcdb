"""Writing a resolution, notifying it, following its clauses up."""

from datetime import date

from sqlalchemy import delete, select

from civic.audit.service import record
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Status, StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import db, serialise
from civic.core.errors import Conflict, RuleBroken
from civic.core.files import Paper, Picture
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text
from civic.departments.models import Department, DepartmentStatus
from civic.duties import service as duties
from civic.duties.rules import last_day
from civic.meetings.models import AgendaItem, Organ, Term
from civic.meetings.rules import ItemStatus
from civic.outcomes.models import Figures
from civic.resolutions import queries, rules
from civic.resolutions.events import (
    ClauseHandedOver,
    ClauseLate,
    ClauseReported,
    ClauseSentBack,
    ClauseVerified,
    ResolutionPassed,
)
from civic.resolutions.models import Clause, ClauseEntry, Resolution, ResolutionSubject
from civic.resolutions.policy import May
from civic.resolutions.rules import (
    CLAUSE_MOVES,
    MOVES,
    VERBS,
    Act,
    ClauseKind,
    ClauseStatus,
    DueKind,
    EvidenceKind,
    ResolutionStatus,
)

WHO_VERIFIES = N_(
    "انجام بند را کسی می‌سنجد که آن را به گردن ندارد: دبیر شورا یا بازرسی که نه در واحد مسئول کار می‌کند، نه در واحدهای"
    " بالادست یا زیرمجموعهٔ آن و نه در واحدی که جای خود را به آن داده است. بررسی را به یکی از آنان بسپارید."
)


def write(
    actor: Actor, *, organ: Organ, term: Term, number: str, title: str, text: str, why: str, approved_on: date,
    item: AgendaItem | None = None, about: list[int] | None = None,
) -> Resolution:  # fmt: skip
    """A draft that only the clerk sees, about what stood on the agenda and whatever else is named."""
    require(actor, May.WRITE)
    if item is not None and item.status is not ItemStatus.DECIDED:
        raise RuleBroken(N_("نخست نتیجهٔ این دستور را ثبت کنید، سپس مصوبه را بنویسید."))
    made = Resolution(
        organ_id=organ.id, term_id=term.id, item_id=item.id if item else None, number="", title="", text="", why="",
        approved_on=approved_on, clause_count=0, verified_count=0,
    )  # fmt: skip
    _fill(made, number=number, title=title, text=text, why=why, approved_on=approved_on, term=term)
    db.session.add(made)
    db.session.flush()
    _link(made, about or [])
    record(actor, "resolution.write", _subject(made))
    return made


def rewrite(
    actor: Actor, resolution: Resolution, *, number: str, title: str, text: str, why: str, approved_on: date, about: list[int]
) -> None:  # fmt: skip
    """Another wording, as long as it is not notified."""
    require(actor, May.WRITE)
    _still_a_draft(resolution)
    term = db.session.get_one(Term, resolution.term_id)
    _fill(resolution, number=number, title=title, text=text, why=why, approved_on=approved_on, term=term)
    _link(resolution, about)


def add_clause(
    actor: Actor, resolution: Resolution, *, kind: ClauseKind, number: int, text: str, department_id: int | None, due_kind: DueKind,
    due_on: date | None = None, due_days: int | None = None,
) -> Clause:  # fmt: skip
    """What which department must do by when. Without a department there is no clause."""
    require(actor, May.WRITE)
    _still_a_draft(resolution)
    words = clean_text(text)
    rules.check_clause(words, department_id, due_kind, due_on, due_days, clock.today())
    _check_department(department_id or 0)
    made = Clause(
        resolution_id=resolution.id, position=queries.next_position(resolution.id), kind=kind, number=max(1, number),
        text=words[:2000], department_id=department_id, due_kind=due_kind, due_on=due_on if due_kind is DueKind.DATE else None,
        due_days=due_days if due_kind is DueKind.DAYS else None,
    )  # fmt: skip
    db.session.add(made)
    resolution.clause_count += 1
    db.session.flush()
    return made


def drop_clause(actor: Actor, clause: Clause) -> None:
    """Out of a draft."""
    require(actor, May.WRITE)
    _still_a_draft(clause.resolution)
    clause.resolution.clause_count -= 1
    db.session.delete(clause)
    db.session.flush()


def drop(actor: Actor, resolution: Resolution) -> None:
    """The clerk gives a draft up."""
    require(actor, May.WRITE)
    move(resolution, "drop", MOVES)
    record(actor, "resolution.drop", _subject(resolution))


def notify(actor: Actor, resolution: Resolution) -> None:
    """It is public and its departments know: from now on their time runs, in the clock of everything the city owes."""
    require(actor, May.WRITE)
    if not resolution.clause_count:
        raise RuleBroken(N_("مصوبهٔ بی‌بند ابلاغ نمی‌شود. دست‌کم یک بند با واحد مسئول بیفزایید."))
    lines = queries.clauses_of(resolution.id)
    for line in lines:
        _check_open(line.clause)
    resolution.passed_at = clock.now()
    move(resolution, "pass", MOVES)
    for line in lines:
        _start_clock(line.clause)
    _tell(
        actor, resolution, StepKind.RESOLVED, note=resolution.title,
        data={"resolution": resolution.id, "number": resolution.number},
    )  # fmt: skip
    record(
        actor, "resolution.pass", _subject(resolution), public=True, clauses=resolution.clause_count, item=resolution.item_id
    )  # fmt: skip
    publish(ResolutionPassed(resolution.id))


def report(
    actor: Actor, clause: Clause, *, says: ClauseStatus, text: str, evidence: Picture | Paper | None = None
) -> ClauseEntry:  # fmt: skip
    """The department says how far it is. What it calls complete shows a picture or a paper, and waits to be verified."""
    require(actor, May.REPORT, clause)
    _in_force(clause)
    words = clean_text(text)[:1000]
    rules.check_report(says, words, has_evidence=evidence is not None)
    clause.blocked_reason = words if says is ClauseStatus.BLOCKED else ""
    moment = clock.now()
    clause.reported_at = moment
    if says is ClauseStatus.COMPLETE:
        clause.completed_at = moment
        clause.in_time = moment < clause.duty.due_at if clause.duty is not None else None
    move(clause, VERBS[says], CLAUSE_MOVES)
    entry = _entry(actor, clause, Act.REPORT, words, evidence)
    _tell(
        actor,
        clause.resolution,
        StepKind.CLAUSE_REPORTED,
        detail=says,
        note=words,
        data={"clause": clause.id},
    )
    record(actor, "clause.report", f"clause:{clause.id}", public=True, says=says, evidence=entry.evidence)
    publish(ClauseReported(clause.id, entry.id, says is ClauseStatus.COMPLETE))
    return entry


def verify(actor: Actor, clause: Clause, *, text: str = "") -> None:
    """Somebody of another house has seen that it is done. With the last clause the resolution is done."""
    require(actor, May.VERIFY, clause, otherwise=WHO_VERIFIES)
    _in_force(clause)
    moment = clock.now()
    clause.verified_at, clause.verified_by_id = moment, actor.user_id
    move(clause, "verify", CLAUSE_MOVES)
    words = clean_text(text)[:1000]
    _entry(actor, clause, Act.VERIFY, words)
    if clause.duty is not None:
        duties.meet(SYSTEM, clause.duty, at=clause.completed_at or moment)
    resolution = clause.resolution
    resolution.verified_count += 1
    if resolution.verified_count == resolution.clause_count:
        resolution.done_at = moment
        move(resolution, "fulfil", MOVES)
    _tell(actor, resolution, StepKind.CLAUSE_VERIFIED, note=words, data={"clause": clause.id})
    record(
        actor, "clause.verify", f"clause:{clause.id}", public=True, resolution=resolution.id, in_time=clause.in_time
    )  # fmt: skip
    publish(ClauseVerified(clause.id))


def send_back(actor: Actor, clause: Clause, *, text: str) -> None:
    """It is not done yet; the department reads why, and its clock has been running all along."""
    require(actor, May.VERIFY, clause, otherwise=WHO_VERIFIES)
    _in_force(clause)
    words = clean_text(text)[:1000]
    if not words:
        raise RuleBroken(N_("بنویسید چه چیزی کم است؛ واحد همین را می‌خواند."), field="text")
    move(clause, "send_back", CLAUSE_MOVES)
    clause.in_time = None
    entry = _entry(actor, clause, Act.SEND_BACK, words)
    record(actor, "clause.send_back", f"clause:{clause.id}", public=True)
    publish(ClauseSentBack(clause.id, entry.id))


def hand_over(actor: Actor, clause: Clause, *, department_id: int) -> None:
    """The department that owed it was closed: another one owes it now, in the same time. A draft is only put right."""
    require(actor, May.HAND_OVER, clause)
    before, resolution = clause.department_id, clause.resolution
    if before == department_id or clause.status in rules.CLAUSE_FINAL or resolution.status in rules.FINAL:
        return
    clause.department_id = department_id
    notified = resolution.status is ResolutionStatus.IN_FORCE
    if clause.duty is not None:
        clause.duty.department_id = department_id
    db.session.flush()
    record(
        actor, "clause.hand_over", f"clause:{clause.id}", public=notified, department=department_id, was=before
    )  # fmt: skip
    if notified:
        _tell(
            actor, resolution, StepKind.ASSIGNED, detail="clause", note=db.session.get_one(Department, department_id).name_fa,
            data={"clause": clause.id, "department": department_id, "was": before},
        )  # fmt: skip
        publish(ClauseHandedOver(clause.id, department_id))


def warn(actor: Actor, clause: Clause, *, level: int) -> None:
    """The clock: so much of its time has gone. What waits to be verified is the checker's business, not the department's."""
    require(actor, May.COUNT)
    if level == 100 and clause.status in rules.OWED:
        _tell(
            actor,
            clause.resolution,
            StepKind.OVERDUE,
            detail="clause",
            note=clause.text,
            data={"clause": clause.id},
        )
    publish(ClauseLate(clause.id, level))


def store_figures(actor: Actor) -> None:
    """Counts for the board."""
    require(actor, May.COUNT)
    db.session.merge(Figures(name=queries.FIGURES, data=queries.count(), taken_at=clock.now()))


def _fill(
    resolution: Resolution, *, number: str, title: str, text: str, why: str, approved_on: date, term: Term
) -> None:  # fmt: skip
    values = clean_line(number), clean_line(title), clean_text(text), clean_text(why)
    rules.check_resolution(*values)
    if not term.starts_on <= approved_on <= min(term.ends_on, clock.today()):
        raise RuleBroken(
            N_("روز تصویب باید در همین دوره و تا امروز باشد. روز دیگری برگزینید."), field="approved_on"
        )
    serialise("resolutions", term.id)  # two clerks with the same number: the second is told
    if queries.number_taken(term.id, values[0], but=resolution.id):
        raise RuleBroken(N_("مصوبه‌ای با این شماره در این دوره هست. شمارهٔ دیگری بنویسید."), field="number")
    resolution.number, resolution.title, resolution.text, resolution.why = values
    resolution.approved_on = approved_on


def _link(resolution: Resolution, about: list[int]) -> None:
    kinds = (ContributionKind.PROPOSAL, ContributionKind.CONSULTATION)
    known = set(
        db.session.scalars(
            select(Contribution.id).where(
                Contribution.id.in_(about), Contribution.kind.in_(kinds), Contribution.status == Status.PUBLIC
            )
        )
    )
    if set(about) - known:
        raise RuleBroken(
            N_("یکی از شماره‌ها پیشنهاد یا نظرخواهی منتشرشده نیست. نشانی آن را از صفحه‌اش بردارید."),
            field="about",
        )
    db.session.execute(delete(ResolutionSubject).where(ResolutionSubject.resolution_id == resolution.id))
    db.session.add_all(
        ResolutionSubject(resolution_id=resolution.id, contribution_id=n) for n in sorted(known)
    )
    db.session.flush()


def _check_department(department_id: int) -> None:
    found = db.session.get(Department, department_id)
    if found is None or found.status is not DepartmentStatus.ACTIVE:
        raise RuleBroken(N_("این واحد دیگر فعال نیست. واحد دیگری برگزینید."), field="department_id")


def _check_open(clause: Clause) -> None:
    """A department may be closed, without a successor, while the draft lies there."""
    if clause.department.status is not DepartmentStatus.ACTIVE:
        raise RuleBroken(
            N_(
                "یکی از بندها را «%(name)s» باید انجام دهد که بسته شده است و جانشینی ندارد. آن بند را بردارید و با واحد دیگری"
                " دوباره بنویسید، سپس ابلاغ کنید."
            ),
            name=clause.department.name_fa,
        )


def _start_clock(clause: Clause) -> None:
    if clause.due_kind is DueKind.DAYS:
        duty = duties.open_duty(SYSTEM, days=clause.due_days or 1, department_id=clause.department_id)
    elif clause.due_kind is DueKind.DATE and clause.due_on is not None:
        duty = duties.open_until(SYSTEM, day=clause.due_on, department_id=clause.department_id)
    else:
        return
    clause.duty_id, clause.due_on = duty.id, last_day(duty.due_at)


def _entry(
    actor: Actor, clause: Clause, act: Act, words: str, evidence: Picture | Paper | None = None
) -> ClauseEntry:  # fmt: skip
    role = next((str(g.role) for g in actor.grants), "")
    made = ClauseEntry(
        clause_id=clause.id, act=act, says=clause.status, text=words, by_id=actor.user_id, by_role=role, at=clock.now()
    )  # fmt: skip
    if isinstance(evidence, Picture):
        made.evidence, made.file_name, made.small_name = (
            EvidenceKind.PICTURE,
            evidence.name,
            evidence.small_name,
        )
        made.width, made.height, made.sha256 = evidence.width, evidence.height, evidence.sha256
    elif evidence is not None:
        made.evidence, made.file_name = EvidenceKind.PAPER, evidence.name
        made.size, made.sha256 = evidence.size, evidence.sha256
    db.session.add(made)
    db.session.flush()
    return made


def _tell(actor: Actor, resolution: Resolution, kind: StepKind, *, detail: str = "", note: str = "", data: dict[str, object]) -> None:  # fmt: skip
    """A line on the path of everything the resolution is about."""
    for contribution_id in queries.subject_ids(resolution.id):
        contribution = db.session.get_one(Contribution, contribution_id)
        contributions.add_step(
            actor, contribution, kind, detail=detail, note=note, data={"resolution": resolution.id} | data
        )


def _in_force(clause: Clause) -> None:
    if clause.resolution.status is not ResolutionStatus.IN_FORCE:
        raise Conflict(N_("این مصوبه در دست اجرا نیست و چیزی دربارهٔ بندهایش ثبت نمی‌شود."))


def _still_a_draft(resolution: Resolution) -> None:
    if resolution.status is not ResolutionStatus.DRAFT:
        raise Conflict(N_("این مصوبه ابلاغ شده است و متن آن دیگر عوض نمی‌شود."))


def _subject(resolution: Resolution) -> str:
    return f"resolution:{resolution.id}"
