"""Reads of categories, departments, rules."""

from collections.abc import Sequence

from sqlalchemy import select

from civic.core.db import db
from civic.core.errors import NotFound
from civic.departments.models import Category, Department, DepartmentStatus, RoutingRule


def categories(origin: str = "") -> Sequence[Category]:
    return db.session.scalars(
        select(Category).where(Category.origin == origin).order_by(Category.position, Category.id)
    ).all()


def departments(*, retired: bool = False) -> Sequence[Department]:
    query = select(Department).order_by(Department.name_fa)
    return db.session.scalars(
        query if retired else query.where(Department.status == DepartmentStatus.ACTIVE)
    ).all()


def department(department_id: int | None) -> Department:
    found = db.session.get(Department, department_id) if department_id else None
    if found is None:
        raise NotFound
    return found


def rules() -> Sequence[RoutingRule]:
    """Routing rules in the order in which they are tried."""
    return db.session.scalars(select(RoutingRule).order_by(RoutingRule.position, RoutingRule.id)).all()
