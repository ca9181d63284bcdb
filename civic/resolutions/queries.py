"""Every read of resolutions. Drafts are the clerk's; what is notified is public, with its clauses and their evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from civic.contributions.models import Contribution
from civic.contributions.queries import open_to_all
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, page
from civic.core.policy import allowed
from civic.departments.models import Department
from civic.duties.queries import holidays
from civic.duties.rules import Lamp, lamp
from civic.meetings.models import AgendaItem
from civic.meetings.queries import public_items_about
from civic.outcomes.models import Figures
from civic.resolutions.models import Clause, ClauseEntry, Resolution, ResolutionSubject
from civic.resolutions.policy import May
from civic.resolutions.rules import (
    OWED,
    PUBLIC,
    ClauseStatus,
    DueKind,
    Quarter,
    ResolutionStatus,
    standing,
)

STATES = ("not_started", "started", "substantial", "complete", "verified", "blocked")
FIGURES = "resolutions"


@dataclass(frozen=True)
class Line:
    """A clause as lists show it, with its clock while it is owed."""

    clause: Clause
    lamp: Lamp | None
    standing: str

    @property
    def late(self) -> bool:
        return self.standing == "late" and self.clause.status in OWED


@dataclass(frozen=True)
class Told:
    """What the council did with a subject: agendas, resolutions with their clauses."""

    items: Sequence[AgendaItem]
    resolutions: list[tuple[Resolution, list[Line]]]


def _resolutions() -> Select[Resolution]:
    return select(Resolution).options(joinedload(Resolution.organ), joinedload(Resolution.term))


def listed(state: str = "", *, overdue: bool = False) -> Select[Resolution]:
    """Notified resolutions, the same for every reader; state in_force or done; overdue: with a clause past its day."""
    query = _resolutions().where(Resolution.status.in_(PUBLIC))
    if state in {s.value for s in PUBLIC}:
        query = query.where(Resolution.status == ResolutionStatus(state))
    if overdue:
        query = query.where(Resolution.id.in_(select(Clause.resolution_id).where(_is_late())))
    return query


def public_list(
    state: str = "", *, overdue: bool = False, cursor: str = "", size: int = 20
) -> Page[Resolution]:
    return page(listed(state, overdue=overdue), [(Resolution.id, True)], cursor=cursor, size=size)


def drafts() -> Sequence[Resolution]:
    """For the clerk: what is being written."""
    return db.session.scalars(
        _resolutions()
        .where(Resolution.status == ResolutionStatus.DRAFT)
        .order_by(Resolution.id.desc())
        .limit(50)
    ).all()


def readable(actor: Actor, resolution_id: int) -> Resolution:
    """A notified resolution; a draft for the clerk; NotFound otherwise."""
    found = db.session.scalars(_resolutions().where(Resolution.id == resolution_id)).first()
    if found is None or not (found.status in PUBLIC or allowed(actor, May.WRITE)):
        raise NotFound
    return found


def for_change(actor: Actor, resolution_id: int) -> Resolution:
    one_for_change(select(Resolution).where(Resolution.id == resolution_id))
    return readable(actor, resolution_id)


def subjects(resolution_id: int) -> Sequence[Contribution]:
    """What it is about, as far as everybody can read it."""
    return db.session.scalars(
        select(Contribution)
        .join(ResolutionSubject, ResolutionSubject.contribution_id == Contribution.id)
        .where(ResolutionSubject.resolution_id == resolution_id, open_to_all())
        .order_by(Contribution.id)
    ).all()


def subject_ids(resolution_id: int) -> Sequence[int]:
    """For steps and notices, whatever the reader may see."""
    return db.session.scalars(
        select(ResolutionSubject.contribution_id).where(ResolutionSubject.resolution_id == resolution_id)
    ).all()


def _clauses() -> Select[Clause]:
    return select(Clause).options(
        joinedload(Clause.department),
        joinedload(Clause.duty),
        joinedload(Clause.resolution).joinedload(Resolution.organ),
    )


def _is_late() -> ColumnElement[bool]:
    """Owed, and its day is behind it."""
    return and_(Clause.status.in_(OWED), Clause.due_on < clock.today())


def _lines(found: Sequence[Clause]) -> list[Line]:
    days = holidays()
    today = clock.today()
    return [
        Line(c, _lamp(c, days), standing(c.status, c.due_on if c.duty_id else None, c.in_time, today))
        for c in found
    ]


def _lamp(found: Clause, days: Any) -> Lamp | None:
    if found.duty is None or found.status not in OWED:
        return None
    return lamp(clock.now(), found.duty.opened_at, found.duty.due_at, days)


def clauses_of(resolution_id: int) -> list[Line]:
    """In their order."""
    return _lines(
        db.session.scalars(
            _clauses().where(Clause.resolution_id == resolution_id).order_by(Clause.position, Clause.id)
        ).all()
    )


def clause(actor: Actor, clause_id: int) -> Clause:
    """A clause of a resolution this reader may read."""
    found = db.session.scalars(_clauses().where(Clause.id == clause_id)).first()
    if found is None or not (found.resolution.status in PUBLIC or allowed(actor, May.WRITE)):
        raise NotFound
    return found


def clause_for_change(actor: Actor, clause_id: int) -> Clause:
    """Locked and fresh, its resolution first: counters are kept under that lock."""
    _lock(clause(actor, clause_id))
    return clause(actor, clause_id)


def any_clause_for_change(clause_id: int) -> Clause:
    """For the system alone: also of a draft."""
    one = _clauses().where(Clause.id == clause_id)
    _lock(db.session.scalars(one).one())
    return db.session.scalars(one).one()


def _lock(found: Clause) -> None:
    one_for_change(select(Resolution).where(Resolution.id == found.resolution_id))
    one_for_change(select(Clause).where(Clause.id == found.id))


def unverified_of(department_id: int) -> Sequence[int]:
    """Ids of the clauses a department still has to answer for, or will once their draft is notified."""
    return db.session.scalars(
        select(Clause.id)
        .join(Resolution, Resolution.id == Clause.resolution_id)
        .where(
            Clause.department_id == department_id, Clause.status != ClauseStatus.VERIFIED,
            Resolution.status.in_((ResolutionStatus.DRAFT, ResolutionStatus.IN_FORCE)),
        )
        .order_by(Clause.resolution_id, Clause.id)
    ).all()  # fmt: skip


def line_of(found: Clause) -> Line:
    return _lines([found])[0]


def entries(clause_id: int) -> Sequence[ClauseEntry]:
    """The follow-up of a clause, newest first."""
    return db.session.scalars(
        select(ClauseEntry)
        .where(ClauseEntry.clause_id == clause_id)
        .order_by(ClauseEntry.id.desc())
        .limit(100)
    ).all()


def evidence_named(name: str) -> ClauseEntry:
    """A file by its name; evidence of notified resolutions is public, and there is no other."""
    found = db.session.scalars(
        select(ClauseEntry).where(or_(ClauseEntry.file_name == name, ClauseEntry.small_name == name))
    ).first()
    if found is None:
        raise NotFound
    return found


def board(
    *, department_id: int | None = None, state: str = "", overdue: bool = False, cursor: str = ""
) -> Page[Line]:
    """Clauses of notified resolutions, newest first."""
    query = (
        _clauses()
        .join(Resolution, Resolution.id == Clause.resolution_id)
        .where(Resolution.status.in_(PUBLIC))
    )
    if department_id:
        query = query.where(Clause.department_id == department_id)
    if state in STATES:
        query = query.where(Clause.status == ClauseStatus(state))
    if overdue:
        query = query.where(_is_late())
    found: Page[Any] = page(query, [(Clause.id, True)], cursor=cursor)
    return Page(_lines(found.items), found.next, found.first)


def owed_by(departments: Sequence[int], limit: int = 20) -> list[Line]:
    """What these departments still have to do, the soonest day first."""
    return _lines(
        db.session.scalars(
            _clauses()
            .join(Resolution, Resolution.id == Clause.resolution_id)
            .where(
                Resolution.status == ResolutionStatus.IN_FORCE, Clause.department_id.in_(departments), Clause.status.in_(OWED)
            )
            .order_by(Clause.due_on.is_(None), Clause.due_on, Clause.id)
            .limit(limit)
        ).all()
    )  # fmt: skip


def to_verify(limit: int = 20) -> list[Line]:
    """What departments say is complete and nobody has checked, the oldest first."""
    return _lines(
        db.session.scalars(
            _clauses()
            .where(Clause.status == ClauseStatus.COMPLETE)
            .order_by(Clause.completed_at, Clause.id)
            .limit(limit)
        ).all()
    )


def of_duty(duty_id: int) -> Clause | None:
    return db.session.scalars(_clauses().where(Clause.duty_id == duty_id)).first()


def told_about(contribution_id: int) -> Told:
    """For the page of a proposal or consultation: what the council did with it, and why."""
    found = db.session.scalars(
        _resolutions()
        .join(ResolutionSubject, ResolutionSubject.resolution_id == Resolution.id)
        .where(ResolutionSubject.contribution_id == contribution_id, Resolution.status.in_(PUBLIC))
        .order_by(Resolution.id.desc())
        .limit(5)
    ).all()
    lines: dict[int, list[Line]] = {r.id: [] for r in found}
    if found:
        rows = db.session.scalars(
            _clauses().where(Clause.resolution_id.in_(list(lines))).order_by(Clause.position, Clause.id)
        ).all()
        for line in _lines(rows):
            lines[line.clause.resolution_id].append(line)
    return Told(public_items_about(contribution_id), [(r, lines[r.id]) for r in found])


def next_position(resolution_id: int) -> int:
    last = select(func.max(Clause.position)).where(Clause.resolution_id == resolution_id)
    return (db.session.scalar(last) or 0) + 1


def number_taken(term_id: int, number: str, *, but: int | None = None) -> bool:
    query = select(Resolution.id).where(Resolution.term_id == term_id, Resolution.number == number)
    if but is not None:
        query = query.where(Resolution.id != but)
    return db.session.scalar(query) is not None


# ---- the quarterly sheet -----------------------------------------------------------------------


@dataclass
class Row:
    """One department's clauses of a quarter."""

    department: Department
    on_time: int = 0
    late: int = 0
    ahead: int = 0
    no_date: int = 0
    verified: int = 0
    lines: list[Line] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.on_time + self.late + self.ahead + self.no_date


def sheet(quarter: Quarter, organ_id: int | None = None) -> list[Row]:
    """Clauses whose day lies in the quarter, and those without a date that were notified in it, by department."""
    begin, end = clock.day_start(quarter.first), clock.day_end(quarter.last)
    query = (
        _clauses()
        .join(Resolution, Resolution.id == Clause.resolution_id)
        .where(
            Resolution.status.in_(PUBLIC),
            or_(
                and_(Clause.due_on >= quarter.first, Clause.due_on <= quarter.last),
                and_(
                    Clause.due_kind == DueKind.NONE, Resolution.passed_at >= begin, Resolution.passed_at < end
                ),
            ),
        )
        .order_by(Clause.department_id, Clause.due_on, Clause.id)
        .limit(2000)
    )
    if organ_id:
        query = query.where(Resolution.organ_id == organ_id)
    rows: dict[int, Row] = {}
    for line in _lines(db.session.scalars(query).all()):
        row = rows.setdefault(line.clause.department_id, Row(line.clause.department))
        row.lines.append(line)
        setattr(row, line.standing, getattr(row, line.standing) + 1)
        row.verified += line.clause.status is ClauseStatus.VERIFIED
    return sorted(rows.values(), key=lambda row: row.department.id)


def first_year(now: datetime) -> datetime:
    """When the oldest resolution was notified; now when there is none."""
    return db.session.scalar(select(func.min(Resolution.passed_at))) or now


# ---- figures -----------------------------------------------------------------------------------


def figures() -> dict[str, Any]:
    """Counts of the board, as last taken by the clock."""
    row = db.session.get(Figures, FIGURES)
    return dict(row.data) if row else {}


def count() -> dict[str, Any]:
    """For the clock alone: resolutions and clauses by state, those past their day, those without a date."""
    resolutions = {
        str(status): n
        for status, n in db.session.execute(
            select(Resolution.status, func.count())
            .where(Resolution.status.in_(PUBLIC))
            .group_by(Resolution.status)
        )
    }
    owed = Clause.status.in_(OWED)
    rows = db.session.execute(
        select(
            Clause.department_id, func.count(), func.sum(case((owed, 1), else_=0)), func.sum(case((_is_late(), 1), else_=0)),
            func.sum(case((and_(owed, Clause.due_kind == DueKind.NONE), 1), else_=0)),
            func.sum(case((Clause.status == ClauseStatus.COMPLETE, 1), else_=0)),
            func.sum(case((Clause.status == ClauseStatus.VERIFIED, 1), else_=0)),
        )
        .join(Resolution, Resolution.id == Clause.resolution_id)
        .where(Resolution.status.in_(PUBLIC))
        .group_by(Clause.department_id)
    )  # fmt: skip
    names = ("clauses", "owed", "late", "no_date", "to_verify", "verified")
    departments = {str(row[0]): dict(zip(names, (int(n or 0) for n in row[1:]), strict=True)) for row in rows}
    totals = {name: sum(d[name] for d in departments.values()) for name in names}
    return {"resolutions": resolutions, "departments": departments, "totals": totals}
