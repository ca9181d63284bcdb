"""Reads of promises and figures. Pages read stored figures; the counting selects are for the clock alone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from civic.cases.models import Answer, Case
from civic.cases.rules import PROMISING, AnswerStatus, CaseStatus, Door
from civic.contributions.models import Contribution, Involved
from civic.contributions.queries import family, open_to_all
from civic.contributions.rules import ContributionKind, Status
from civic.core import clock, dates
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, decode, encode
from civic.departments.models import Department
from civic.outcomes import rules
from civic.outcomes.models import Figures, Promise, PromiseVerdict
from civic.outcomes.rules import PromiseStatus, Verdict
from civic.places.models import District
from civic.votes.models import Ballot, Participation, Question, Tally
from civic.votes.rules import BallotStatus

SIZE = 20
SECTIONS = ("broken", "today", "wait", "kept", "ahead")
MONTHS = 8


@dataclass(frozen=True)
class Entry:
    """A line of the book."""

    promise: Promise
    contribution: Contribution
    department: Department
    column: str
    days: int


# ---- promises ----------------------------------------------------------------------------------


def _book() -> Any:
    return (
        select(Promise, Contribution, Department)
        .join(Contribution, Contribution.id == Promise.contribution_id)
        .join(Department, Department.id == Promise.department_id)
        .where(open_to_all(), Promise.status != PromiseStatus.VOID)
        .options(joinedload(Contribution.district))
    )


def _entry(row: Any) -> Entry:
    promise = row[0]
    today = clock.today()
    return Entry(
        promise, row[1], row[2], rules.column(promise.status, promise.due_on, today),
        abs((promise.due_on - today).days),
    )  # fmt: skip


def _in_section(section: str, today: date) -> Any:
    if section == "kept":
        return Promise.status == PromiseStatus.CONFIRMED
    if section == "wait":
        return Promise.status == PromiseStatus.REPORTED
    is_open = Promise.status == PromiseStatus.OPEN
    return and_(
        is_open,
        {"ahead": Promise.due_on > today, "today": Promise.due_on == today}.get(
            section, Promise.due_on < today
        ),
    )


def section(
    name: str, *, department_id: int | None = None, cursor: str = "", size: int = SIZE
) -> Page[Entry]:
    """One section of the book. The oldest unanswered promise always comes first; kept ones newest first."""
    query = _book().where(_in_section(name, clock.today()))
    if department_id:
        query = query.where(Promise.department_id == department_id)
    falling = name == "kept"
    values = decode(cursor, 2) if cursor else None
    if values is not None and 0 < values[0] < date.max.toordinal():
        day, last = date.fromordinal(values[0]), values[1]
        later = Promise.due_on < day if falling else Promise.due_on > day
        query = query.where(or_(later, and_(Promise.due_on == day, Promise.id > last)))
    order = Promise.due_on.desc() if falling else Promise.due_on.asc()
    found = db.session.execute(query.order_by(order, Promise.id).limit(size + 1)).all()
    items = [_entry(row) for row in found[:size]]
    following = None
    if len(found) > size:
        following = encode([items[-1].promise.due_on.toordinal(), items[-1].promise.id])
    return Page(items, following, values is None)


def entry(promise_id: int) -> Entry:
    """One promise with what it is about; NotFound when that cannot be read by everybody."""
    row = db.session.execute(_book().where(Promise.id == promise_id)).first()
    if row is None:
        raise NotFound
    return _entry(row)


def for_change(promise_id: int) -> Promise:
    entry(promise_id)
    return one_for_change(select(Promise).where(Promise.id == promise_id))


def of_contribution(contribution_id: int) -> Promise | None:
    """Its newest promise, while everybody can read what it is about."""
    row = db.session.execute(
        _book().where(Promise.contribution_id == contribution_id).order_by(Promise.id.desc()).limit(1)
    ).first()
    return row[0] if row else None


def verdict_of(actor: Actor, promise_id: int) -> PromiseVerdict | None:
    return db.session.get(PromiseVerdict, (promise_id, actor.user_id)) if actor.is_signed_in else None


def is_concerned(actor: Actor, contribution_id: int) -> bool:
    """Has this person a word on what came of it: author, voter or involved in any way?"""
    if actor.user_id is None:
        return False
    one = family(contribution_id)
    involved = exists().where(Involved.contribution_id.in_(one), Involved.user_id == actor.user_id)
    voted = exists().where(
        Participation.user_id == actor.user_id,
        Participation.question_id == Question.id,
        Question.contribution_id.in_(one),
    )
    author = exists().where(Contribution.id == contribution_id, Contribution.author_id == actor.user_id)
    return bool(db.session.scalar(select(or_(involved, voted, author))))


def notes_on(promise_id: int, limit: int = 20) -> Sequence[PromiseVerdict]:
    """Words beside the verdicts, newest first; without names."""
    return db.session.scalars(
        select(PromiseVerdict)
        .where(PromiseVerdict.promise_id == promise_id, PromiseVerdict.note != "")
        .order_by(PromiseVerdict.at.desc())
        .limit(limit)
    ).all()


def verdicts(promise_id: int) -> dict[Verdict, int]:
    rows = db.session.execute(
        select(PromiseVerdict.verdict, func.count())
        .where(PromiseVerdict.promise_id == promise_id)
        .group_by(PromiseVerdict.verdict)
    )
    return {row[0]: row[1] for row in rows}


def to_ask(limit: int = 500) -> Sequence[int]:
    """Promises whose day has come and about which nobody was asked."""
    return db.session.scalars(
        select(Promise.id)
        .where(
            Promise.status.in_((PromiseStatus.OPEN, PromiseStatus.REPORTED)),
            Promise.due_on <= clock.today(),
            Promise.asked_at.is_(None),
        )
        .order_by(Promise.due_on, Promise.id)
        .limit(limit)
    ).all()


# ---- figures -----------------------------------------------------------------------------------


def figures(*names: str) -> dict[str, Any]:
    """Stored counts by name; {} for what was never taken."""
    rows = db.session.scalars(select(Figures).where(Figures.name.in_(names)))
    found = {row.name: row.data for row in rows}
    return {name: found.get(name, {}) for name in names}


def departments_named() -> dict[int, Department]:
    return {d.id: d for d in db.session.scalars(select(Department))}


def districts_in_order() -> Sequence[District]:
    return db.session.scalars(
        select(District).where(District.origin == "").order_by(District.position, District.id)
    ).all()


def count_totals() -> dict[str, Any]:
    """The totals that pages and /api/v1/statistics show."""
    by_status: dict[str, dict[str, int]] = defaultdict(dict)
    by_stage: dict[str, dict[str, int]] = defaultdict(dict)
    origins: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = db.session.execute(
        select(
            Contribution.kind, Contribution.status, Contribution.stage, Contribution.origin, func.count(),
            func.coalesce(func.sum(Contribution.origin_votes), 0),
        )
        .where(Contribution.status != Status.DRAFT)
        .group_by(Contribution.kind, Contribution.status, Contribution.stage, Contribution.origin)
    )  # fmt: skip
    for kind, status, stage, origin, n, votes in rows:
        by_status[kind][status] = by_status[kind].get(status, 0) + n
        if status is Status.PUBLIC:
            by_stage[kind][stage] = by_stage[kind].get(stage, 0) + n
            if origin:
                origins[origin][f"{kind}s"] += n
                origins[origin]["votes"] += int(votes or 0)
    public = {kind: counts.get(Status.PUBLIC, 0) for kind, counts in by_status.items()}
    ballots = db.session.scalar(
        select(func.count()).select_from(Ballot).where(Ballot.status == BallotStatus.CAST)
    )
    answers = dict(
        db.session.execute(
            select(Answer.kind, func.count())
            .where(Answer.status == AnswerStatus.PUBLISHED)
            .group_by(Answer.kind)
        ).all()
    )
    promises = dict(db.session.execute(select(Promise.status, func.count()).group_by(Promise.status)).all())
    return {
        "problems": public.get(ContributionKind.PROBLEM, 0),
        "proposals": public.get(ContributionKind.PROPOSAL, 0),
        "comments": public.get(ContributionKind.COMMENT, 0),
        "consultations": public.get(ContributionKind.CONSULTATION, 0),
        "questions": public.get(ContributionKind.QUESTION, 0),
        "ballots": ballots or 0,
        "counted_ballots": int(db.session.scalar(select(func.sum(Tally.ballots))) or 0),
        "answers": sum(answers.values()),
        "answers_by_kind": answers,
        "promises": sum(n for status, n in promises.items() if status is not PromiseStatus.VOID),
        "promises_by_status": promises,
        "by_status": dict(by_status),
        "by_stage": dict(by_stage),
        "by_origin": {name: dict(counts) for name, counts in origins.items()},
    }


def _answers() -> Sequence[Any]:
    """Every published answer with what is counted of it."""
    return db.session.execute(
        select(
            Answer.kind, Answer.in_time, Answer.published_at, Case.department_id, Contribution.district_id,
            Contribution.published_at.label("since"), Case.door,
        )
        .join(Case, Case.id == Answer.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Answer.status == AnswerStatus.PUBLISHED, open_to_all())
    ).all()  # fmt: skip


def count_outcomes() -> dict[str, Any]:
    """{'outcomes': …, 'departments': …, 'districts': …, 'months': …, 'promises': …}: one reading of everything.

    A department's row holds what its own answers and promises add; the headline is their sum.
    """
    blank = dict.fromkeys(
        ("answered", "in_time", "promised", "due", "confirmed", "open", "late", "broken"), 0
    )
    departments: dict[int, dict[str, int]] = defaultdict(lambda: dict(blank))
    districts: dict[int, dict[str, int]] = defaultdict(lambda: dict(blank))
    waits: dict[Any, list[int]] = defaultdict(list)
    months: dict[str, dict[str, int]] = defaultdict(lambda: {"opened": 0, "answered": 0})
    doors: dict[str, int] = defaultdict(int)
    for a in _answers():
        for row in (departments[a.department_id], districts[a.district_id or 0]):
            row["answered"] += 1
            row["in_time"] += bool(a.in_time)
            row["promised"] += a.kind in PROMISING
        days = max(0, (a.published_at - a.since).days)
        waits["all"].append(days)
        waits[a.department_id].append(days)
        months[dates.month_start(dates.as_day(a.published_at)).isoformat()]["answered"] += 1
        doors[a.door] += 1
    _count_open(departments, districts, months)
    columns, by_department = _count_promises(departments)
    total = {key: sum(row[key] for row in departments.values()) for key in blank}
    shown = sorted(months)[-MONTHS:]
    return {
        "outcomes": total | {"median_days": rules.median(waits["all"]), "doors": dict(doors)},
        "departments": {
            "rows": [
                row | {"id": key, "median_days": rules.median(waits[key])}
                for key, row in sorted(departments.items(), key=lambda r: (-r[1]["answered"], r[0]))
            ]
        },
        "districts": {"rows": {str(key): row for key, row in districts.items()}},
        "months": {"rows": [{"month": month} | months[month] for month in shown]},
        "promises": {"columns": columns, "departments": by_department},
    }


def _count_open(
    departments: dict[int, dict[str, int]],
    districts: dict[int, dict[str, int]],
    months: dict[str, dict[str, int]],
) -> None:
    """What is still owed, and when cases were opened."""
    moment = clock.now()
    rows = db.session.execute(
        select(Case.department_id, Contribution.district_id, func.count(), func.sum(case((Case.due_at <= moment, 1), else_=0)))
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Case.status != CaseStatus.ANSWERED, open_to_all(), Case.department_id.is_not(None))
        .group_by(Case.department_id, Contribution.district_id)
    )  # fmt: skip
    for department_id, district_id, n, late in rows:
        for row in (departments[department_id], districts[district_id or 0]):
            row["open"] += n
            row["late"] += int(late or 0)
    for opened_at in db.session.scalars(
        select(Case.opened_at)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(open_to_all())
    ):
        months[dates.month_start(dates.as_day(opened_at)).isoformat()]["opened"] += 1


def _count_promises(
    departments: dict[int, dict[str, int]],
) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """The book by section, in all and by department; due and confirmed ones go into the departments' rows."""
    today = clock.today()
    columns = dict.fromkeys(SECTIONS, 0)
    by_department: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SECTIONS, 0))
    rows = db.session.execute(
        select(Promise.department_id, Promise.status, Promise.due_on, func.count())
        .join(Contribution, Contribution.id == Promise.contribution_id)
        .where(open_to_all(), Promise.status != PromiseStatus.VOID)
        .group_by(Promise.department_id, Promise.status, Promise.due_on)
    )
    for department_id, status, due_on, n in rows:
        name = rules.column(status, due_on, today)
        columns[name] += n
        by_department[str(department_id)][name] += n
        row = departments[department_id]
        row["due"] += n if due_on <= today or status is PromiseStatus.CONFIRMED else 0
        row["confirmed"] += n if status is PromiseStatus.CONFIRMED else 0
        row["broken"] += n if name == "broken" else 0
    return columns, dict(by_department)


# ---- for the council's desk --------------------------------------------------------------------


def pressing(limit: int = 6) -> list[Entry]:
    """Promises that are broken or due today, the oldest first."""
    rows = db.session.execute(
        _book()
        .where(Promise.status == PromiseStatus.OPEN, Promise.due_on <= clock.today())
        .order_by(Promise.due_on, Promise.id)
        .limit(limit)
    )
    return [_entry(row) for row in rows]


def late_departments(limit: int = 20) -> Sequence[Any]:
    """(department, overdue cases, earliest deadline) for those that owe an answer past its day."""
    n = func.count()
    return db.session.execute(
        select(Department, n.label("n"), func.min(Case.due_at).label("since"))
        .join(Case, Case.department_id == Department.id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Case.status.in_((CaseStatus.ASSIGNED, CaseStatus.AWAITING_HEAD)), Case.due_at <= clock.now(),
               open_to_all())
        .group_by(Department.id)
        .order_by(func.min(Case.due_at), Department.id)
        .limit(limit)
    ).all()  # fmt: skip


def lately_answered(limit: int = 5) -> Sequence[tuple[Contribution, Answer]]:
    """The newest answers to proposals and problems, for those who read along."""
    rows = db.session.execute(
        select(Contribution, Answer)
        .join(Case, Case.contribution_id == Contribution.id)
        .join(Answer, Answer.case_id == Case.id)
        .where(Answer.status == AnswerStatus.PUBLISHED, open_to_all(), Case.door != Door.QUESTION)
        .order_by(Answer.published_at.desc(), Answer.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]
