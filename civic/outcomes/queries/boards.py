"""Stored figures as pages read them, and the short lists beside them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from civic.cases.models import Answer, Case
from civic.cases.rules import AnswerStatus, CaseStatus, Door
from civic.contributions.models import Contribution
from civic.contributions.queries import open_to_all
from civic.core import clock
from civic.core.db import db
from civic.core.errors import NotFound
from civic.departments.models import Department
from civic.outcomes.models import Figures
from civic.places.models import District


def figures(*names: str) -> dict[str, Any]:
    """Stored counts by name; {} for what was never taken."""
    rows = db.session.scalars(select(Figures).where(Figures.name.in_(names)))
    found = {row.name: row.data for row in rows}
    return {name: found.get(name, {}) for name in names}


def taken_at(name: str) -> datetime | None:
    """When the clock last counted this."""
    return db.session.scalar(select(Figures.taken_at).where(Figures.name == name))


def departments_named() -> dict[int, Department]:
    return {d.id: d for d in db.session.scalars(select(Department))}


def department(department_id: int) -> Department:
    found = db.session.get(Department, department_id)
    if found is None:
        raise NotFound
    return found


def districts_in_order() -> Sequence[District]:
    return db.session.scalars(
        select(District).where(District.origin == "").order_by(District.position, District.id)
    ).all()


def district(district_id: int) -> District:
    """One of the city's own districts."""
    found = db.session.get(District, district_id)
    if found is None or found.origin:
        raise NotFound
    return found


def overdue(
    limit: int = 5, *, department_id: int | None = None, district_id: int | None = None
) -> Sequence[tuple[Case, Contribution]]:
    """Cases past their day and without an answer, the oldest first."""
    query = (
        select(Case, Contribution)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Case.status != CaseStatus.ANSWERED, Case.due_at <= clock.now(), open_to_all())
        .where(Case.department_id.is_not(None))
    )
    if department_id:
        query = query.where(Case.department_id == department_id)
    if district_id:
        query = query.where(Contribution.district_id == district_id)
    rows = db.session.execute(query.order_by(Case.due_at, Case.id).limit(limit))
    return [(row[0], row[1]) for row in rows]


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


def lately_answered(
    limit: int = 5, *, department_id: int | None = None, district_id: int | None = None
) -> Sequence[tuple[Contribution, Answer]]:
    """The newest answers to proposals and problems."""
    query = (
        select(Contribution, Answer)
        .join(Case, Case.contribution_id == Contribution.id)
        .join(Answer, Answer.case_id == Case.id)
        .where(Answer.status == AnswerStatus.PUBLISHED, open_to_all(), Case.door != Door.QUESTION)
    )
    if department_id:
        query = query.where(Case.department_id == department_id)
    if district_id:
        query = query.where(Contribution.district_id == district_id)
    rows = db.session.execute(query.order_by(Answer.published_at.desc(), Answer.id.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]
