"""Categories, departments and the rules that route between them: the operator's verbs."""

import re

from sqlalchemy import func, select

from civic.audit.service import record
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.errors import RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line
from civic.departments.events import DepartmentRetired
from civic.departments.models import Category, Department, DepartmentKind, DepartmentStatus, RoutingRule
from civic.departments.policy import May
from civic.departments.queries import condition_of, offices, rules
from civic.departments.rules import Condition, leads_back, successor

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
    actor: Actor, *, code: str, name_fa: str, name_en: str = "", name_ar: str = "",
    kind: DepartmentKind = DepartmentKind.ORGANISATION, parent_id: int | None = None, district_id: int | None = None,
) -> Department:  # fmt: skip
    """A new department that can owe answers."""
    require(actor, May.CHANGE)
    _check_code(code, "code")
    if db.session.scalar(select(Department.id).where(Department.code == code)):
        raise RuleBroken(N_("واحد دیگری همین کد را دارد."), field="code")
    department = Department(
        code=code, name_fa=_named(name_fa), name_en=clean_line(name_en), name_ar=clean_line(name_ar)
    )
    _place(department, kind, parent_id, district_id)
    db.session.add(department)
    db.session.flush()
    record(actor, "department.add", f"department:{department.id}", public=True, parent=parent_id)
    return department


def change_department(
    actor: Actor, department: Department, *, name_fa: str, name_en: str = "", name_ar: str = "",
    kind: DepartmentKind = DepartmentKind.ORGANISATION, parent_id: int | None = None, district_id: int | None = None,
) -> None:  # fmt: skip
    """Other names, or another place among the departments."""
    require(actor, May.CHANGE, department)
    department.name_fa = _named(name_fa)
    department.name_en, department.name_ar = clean_line(name_en), clean_line(name_ar)
    _place(department, kind, parent_id, district_id)
    record(actor, "department.change", f"department:{department.id}", public=True, parent=parent_id)


def retire_department(actor: Actor, department: Department, *, replaced_by_id: int | None = None) -> None:
    """It gets nothing new any more; rules that lead to it lead to the one that replaces it, or go.

    What it still owes follows (see `cases.jobs.hand_over`).
    """
    require(actor, May.CHANGE, department)
    if replaced_by_id is not None:
        there = offices()
        links = {office.id: office.replaced_by_id for office in there.values()}
        if replaced_by_id == department.id or leads_back(department.id, replaced_by_id, links):
            raise RuleBroken(
                N_("این دو واحد جانشین یکدیگر می‌شدند؛ واحد دیگری را برگزینید."), field="replaced_by_id"
            )
        if successor(replaced_by_id, there) is None:
            raise RuleBroken(N_("این واحد دیگر فعال نیست. واحد دیگری برگزینید."), field="replaced_by_id")
    move(department, "retire", MOVES)
    department.replaced_by_id = replaced_by_id
    for rule in db.session.scalars(select(RoutingRule).where(RoutingRule.department_id == department.id)):
        if replaced_by_id:
            rule.department_id, rule.changed_at = replaced_by_id, clock.now()
            rule.version += 1
        else:
            db.session.delete(rule)
    record(actor, "department.retire", f"department:{department.id}", public=True, replaced_by=replaced_by_id)
    publish(DepartmentRetired(department.id, replaced_by_id))


def revive_department(actor: Actor, department: Department) -> None:
    """It owes answers again."""
    require(actor, May.CHANGE, department)
    move(department, "revive", MOVES)
    department.replaced_by_id = None
    record(actor, "department.revive", f"department:{department.id}", public=True)


def add_rule(
    actor: Actor, *, department_id: int, category_id: int | None = None, district_id: int | None = None,
    kind: str = "", door: str = "", group_kind: str = "", keywords: str = "",
) -> RoutingRule:  # fmt: skip
    """A new last rule. The same conditions twice are refused: the second would never be reached."""
    require(actor, May.CHANGE)
    last = db.session.scalar(select(func.max(RoutingRule.position))) or 0
    rule = RoutingRule(
        version=1, position=last + 1, department_id=department_id, category_id=category_id,
        district_id=district_id, kind=kind, door=door, group_kind=group_kind, keywords=clean_line(keywords),
        changed_at=clock.now(),
    )  # fmt: skip
    _check_rule(rule)
    db.session.add(rule)
    db.session.flush()
    record(actor, "routing.add", f"rule:{rule.id}", public=True, department=department_id)
    return rule


def try_rule(
    actor: Actor, *, department_id: int, category_id: int | None = None, district_id: int | None = None,
    kind: str = "", door: str = "", group_kind: str = "", keywords: str = "", instead_of: int = 0,
) -> Condition:  # fmt: skip
    """The rule as it would be, new or in the place of another; RuleBroken if it would be refused. Nothing changes."""
    require(actor, May.CHANGE)
    rule = RoutingRule(
        id=instead_of, version=1, department_id=department_id, category_id=category_id, district_id=district_id,
        kind=kind, door=door, group_kind=group_kind, keywords=clean_line(keywords),
    )  # fmt: skip
    _check_rule(rule)
    return condition_of(rule)


def change_rule(
    actor: Actor, rule: RoutingRule, *, department_id: int, category_id: int | None = None,
    district_id: int | None = None, kind: str = "", door: str = "", group_kind: str = "", keywords: str = "",
) -> None:  # fmt: skip
    """Other conditions or another department. Cases already routed keep the version and the words of the old rule."""
    require(actor, May.CHANGE, rule)
    with db.session.no_autoflush:
        rule.department_id, rule.category_id, rule.district_id = department_id, category_id, district_id
        rule.kind, rule.door, rule.group_kind, rule.keywords = kind, door, group_kind, clean_line(keywords)
        _check_rule(rule)
    rule.version += 1
    rule.changed_at = clock.now()
    record(
        actor,
        "routing.change",
        f"rule:{rule.id}",
        public=True,
        department=department_id,
        version=rule.version,
    )


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


def _place(
    department: Department, kind: DepartmentKind, parent_id: int | None, district_id: int | None
) -> None:
    """Where it stands: what sort, under whom, for which district."""
    if parent_id is not None:
        there = offices()
        if parent_id not in there:
            raise RuleBroken(N_("واحد بالادست را از فهرست برگزینید."), field="parent_id")
        links = {office.id: office.parent_id for office in there.values()}
        if department.id and leads_back(department.id, parent_id, links):
            raise RuleBroken(
                N_("این واحد زیرمجموعهٔ خودش می‌شد؛ واحد بالادست دیگری برگزینید."), field="parent_id"
            )
    if kind is DepartmentKind.DISTRICT and district_id is None:
        raise RuleBroken(N_("شهرداری منطقه لازم است بگوید از کدام منطقه است."), field="district_id")
    department.kind, department.parent_id = kind, parent_id
    department.district_id = district_id


def _check_rule(rule: RoutingRule) -> None:
    department = db.session.get(Department, rule.department_id)
    if department is None or department.status is not DepartmentStatus.ACTIVE:
        raise RuleBroken(N_("این واحد دیگر فعال نیست. واحد دیگری برگزینید."), field="department_id")
    own = condition_of(rule)
    with db.session.no_autoflush:
        others = rules()
    for other in others:
        there = condition_of(other)
        if other.id != rule.id and there.covers(own) and own.covers(there):
            raise RuleBroken(
                N_("قاعدهٔ دیگری همین شرط‌ها را دارد؛ این یکی هرگز به کار نمی‌آمد."), field="category_id"
            )
