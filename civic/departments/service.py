"""Categories, departments and the rules that route between them: the operator's verbs."""

import re

from sqlalchemy import func, select

from civic.audit.service import record
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.errors import RuleBroken
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line
from civic.departments.models import Category, Department, DepartmentStatus, RoutingRule
from civic.departments.policy import May

SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,38}$")
MOVES = {
    (DepartmentStatus.ACTIVE, "retire"): DepartmentStatus.RETIRED,
    (DepartmentStatus.RETIRED, "revive"): DepartmentStatus.ACTIVE,
}


def add_category(
    actor: Actor, *, slug: str, name_fa: str, name_en: str = "", name_ar: str = "", keywords: str = ""
) -> Category:
    """A new subject people can choose."""
    require(actor, May.CHANGE)
    _check_code(slug, "slug")
    if db.session.scalar(select(Category.id).where(Category.slug == slug)):
        raise RuleBroken(N_("موضوع دیگری همین شناسه را دارد."), field="slug")
    last = db.session.scalar(select(func.max(Category.position))) or 0
    category = Category(
        slug=slug, name_fa=_named(name_fa), name_en=clean_line(name_en), name_ar=clean_line(name_ar),
        keywords=clean_line(keywords), position=last + 1,
    )  # fmt: skip
    db.session.add(category)
    db.session.flush()
    record(actor, "category.add", f"category:{category.id}", public=True)
    return category


def change_category(
    actor: Actor, category: Category, *, name_fa: str, name_en: str = "", name_ar: str = "", keywords: str = "",
    position: int | None = None,
) -> None:  # fmt: skip
    """Other names, words by which it is suggested, or place in the list."""
    require(actor, May.CHANGE, category)
    category.name_fa = _named(name_fa)
    category.name_en, category.name_ar = clean_line(name_en), clean_line(name_ar)
    category.keywords = clean_line(keywords)
    if position is not None:
        category.position = position
    record(actor, "category.change", f"category:{category.id}", public=True)


def add_department(
    actor: Actor, *, code: str, name_fa: str, name_en: str = "", name_ar: str = ""
) -> Department:
    """A new department that can owe answers."""
    require(actor, May.CHANGE)
    _check_code(code, "code")
    if db.session.scalar(select(Department.id).where(Department.code == code)):
        raise RuleBroken(N_("واحد دیگری همین کد را دارد."), field="code")
    department = Department(
        code=code, name_fa=_named(name_fa), name_en=clean_line(name_en), name_ar=clean_line(name_ar)
    )
    db.session.add(department)
    db.session.flush()
    record(actor, "department.add", f"department:{department.id}", public=True)
    return department


def change_department(
    actor: Actor, department: Department, *, name_fa: str, name_en: str = "", name_ar: str = ""
) -> None:
    """Other names."""
    require(actor, May.CHANGE, department)
    department.name_fa = _named(name_fa)
    department.name_en, department.name_ar = clean_line(name_en), clean_line(name_ar)
    record(actor, "department.change", f"department:{department.id}", public=True)


def retire_department(actor: Actor, department: Department, *, replaced_by_id: int | None = None) -> None:
    """It gets nothing new any more; rules that lead to it lead to the one that replaces it, or go."""
    require(actor, May.CHANGE, department)
    if replaced_by_id == department.id:
        raise RuleBroken(N_("واحد نمی‌تواند جانشین خودش باشد."), field="replaced_by_id")
    move(department, "retire", MOVES)
    department.replaced_by_id = replaced_by_id
    for rule in db.session.scalars(select(RoutingRule).where(RoutingRule.department_id == department.id)):
        if replaced_by_id:
            rule.department_id, rule.changed_at = replaced_by_id, clock.now()
        else:
            db.session.delete(rule)
    record(actor, "department.retire", f"department:{department.id}", public=True, replaced_by=replaced_by_id)


def revive_department(actor: Actor, department: Department) -> None:
    """It owes answers again."""
    require(actor, May.CHANGE, department)
    move(department, "revive", MOVES)
    department.replaced_by_id = None
    record(actor, "department.revive", f"department:{department.id}", public=True)


def add_rule(
    actor: Actor, *, department_id: int, category_id: int | None = None, district_id: int | None = None
) -> RoutingRule:
    """A new last rule. The same conditions twice are refused: the second would never be reached."""
    require(actor, May.CHANGE)
    _check_rule(department_id, category_id, district_id)
    last = db.session.scalar(select(func.max(RoutingRule.position))) or 0
    rule = RoutingRule(
        position=last + 1, department_id=department_id, category_id=category_id, district_id=district_id,
        changed_at=clock.now(),
    )  # fmt: skip
    db.session.add(rule)
    db.session.flush()
    record(actor, "routing.add", f"rule:{rule.id}", public=True, department=department_id)
    return rule


def change_rule(
    actor: Actor, rule: RoutingRule, *, department_id: int, category_id: int | None, district_id: int | None
) -> None:
    """Other conditions or another department. Cases already routed keep the words of the old rule."""
    require(actor, May.CHANGE, rule)
    _check_rule(department_id, category_id, district_id, but=rule.id)
    rule.department_id, rule.category_id, rule.district_id = department_id, category_id, district_id
    rule.changed_at = clock.now()
    record(actor, "routing.change", f"rule:{rule.id}", public=True, department=department_id)


def move_rule(actor: Actor, rule: RoutingRule, *, up: bool) -> None:
    """Try it one place earlier or later."""
    require(actor, May.CHANGE, rule)
    order = list(db.session.scalars(select(RoutingRule).order_by(RoutingRule.position, RoutingRule.id)))
    at = next(i for i, other in enumerate(order) if other.id == rule.id)
    to = at - 1 if up else at + 1
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    for position, other in enumerate(order, 1):
        other.position = position
    rule.changed_at = clock.now()
    record(actor, "routing.order", f"rule:{rule.id}", public=True, position=rule.position)


def remove_rule(actor: Actor, rule: RoutingRule) -> None:
    """It is no longer tried."""
    require(actor, May.CHANGE, rule)
    record(actor, "routing.remove", f"rule:{rule.id}", public=True, department=rule.department_id)
    db.session.delete(rule)


def _named(name: str) -> str:
    cleaned = clean_line(name)
    if not cleaned:
        raise RuleBroken(N_("نام فارسی لازم است."), field="name_fa")
    return cleaned


def _check_code(code: str, field: str) -> None:
    if not SLUG.match(code):
        raise RuleBroken(N_("شناسه از حرف کوچک لاتین، رقم و خط تیره ساخته می‌شود."), field=field)


def _check_rule(
    department_id: int, category_id: int | None, district_id: int | None, *, but: int | None = None
) -> None:
    department = db.session.get(Department, department_id)
    if department is None or department.status is not DepartmentStatus.ACTIVE:
        raise RuleBroken(N_("این واحد دیگر فعال نیست. واحد دیگری برگزینید."), field="department_id")
    same = db.session.scalar(
        select(RoutingRule.id).where(
            RoutingRule.category_id.is_not_distinct_from(category_id),
            RoutingRule.district_id.is_not_distinct_from(district_id),
            RoutingRule.id != (but or 0),
        )
    )
    if same:
        raise RuleBroken(
            N_("قاعدهٔ دیگری همین شرط‌ها را دارد؛ این یکی هرگز به کار نمی‌آمد."), field="category_id"
        )
