"""Reads of categories, departments, rules."""

from collections.abc import Sequence

from sqlalchemy import select

from civic.core.actor import Actor
from civic.core.db import db
from civic.core.errors import NotFound
from civic.departments.models import Category, Department, DepartmentStatus, RoutingRule
from civic.departments.rules import Condition, Office, below, house, read_keywords, successor


def categories(origin: str = "") -> Sequence[Category]:
    return db.session.scalars(
        select(Category).where(Category.origin == origin).order_by(Category.position, Category.id)
    ).all()


def departments(*, retired: bool = False) -> Sequence[Department]:
    query = select(Department).order_by(Department.name_fa)
    return db.session.scalars(
        query if retired else query.where(Department.status == DepartmentStatus.ACTIVE)
    ).all()


def names(language: str) -> dict[int, str]:
    """Every department's name by id, retired ones too, as plain values."""
    rows = db.session.execute(
        select(Department.id, Department.name_fa, Department.name_en, Department.name_ar)
    )
    return {row.id: {"en": row.name_en, "ar": row.name_ar}.get(language) or row.name_fa for row in rows}


def department(department_id: int | None) -> Department:
    found = db.session.get(Department, department_id) if department_id else None
    if found is None:
        raise NotFound
    return found


def rules() -> Sequence[RoutingRule]:
    """Routing rules in the order in which they are tried."""
    return db.session.scalars(select(RoutingRule).order_by(RoutingRule.position, RoutingRule.id)).all()


def conditions(rows: Sequence[RoutingRule] | None = None) -> list[Condition]:
    """The rules as plain values, in the order in which they are tried."""
    return [condition_of(row) for row in (rules() if rows is None else rows)]


def condition_of(row: RoutingRule) -> Condition:
    return Condition(
        id=row.id, version=row.version, department_id=row.department_id, category=row.category_id,
        district=row.district_id, kind=row.kind, door=row.door, group_kind=row.group_kind,
        keywords=read_keywords(row.keywords),
    )  # fmt: skip


def offices() -> dict[int, Office]:
    """Every department as plain values, in one query."""
    rows = db.session.execute(
        select(Department.id, Department.status, Department.parent_id, Department.replaced_by_id)
    )
    return {
        row.id: Office(row.id, row.status is DepartmentStatus.ACTIVE, row.parent_id, row.replaced_by_id)
        for row in rows
    }


def with_children(department_ids: frozenset[int]) -> frozenset[int]:
    """These departments and all that belong to them."""
    if not department_ids:
        return department_ids
    rows = db.session.execute(select(Department.id, Department.parent_id))
    return below(department_ids, {row.id: row.parent_id for row in rows})


def heir_of(department_id: int) -> int | None:
    """Who answers for this department today: itself, whoever has replaced it, or nobody."""
    return successor(department_id, offices())


def is_of_its_house(actor: Actor, department_id: int | None) -> bool:
    """Does this person work for the department, for one above or below it, or for one that it has replaced?"""
    mine = actor.departments()
    return bool(mine) and department_id is not None and not mine.isdisjoint(house(department_id, offices()))
