"""People, places, departments, groups."""

from itertools import count

from civic.accounts.models import RoleGrant, User
from civic.accounts.passwords import HASHER
from civic.accounts.rules import Identity, NameStyle, Residence
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Status, StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Kind, Role
from civic.core.dates import digits
from civic.core.db import db
from civic.departments.models import Category, Department, RoutingRule
from civic.groups.models import Group, GroupMember, GroupStatus, MemberRole
from civic.groups.queries import actor_of
from civic.places.models import District

_n = count(1)


def district(code: str = "", *, population: int = 100_000, name: str = "") -> int:
    n = next(_n)
    row = District(
        code=code or f"d{n}",
        name_fa=name or "منطقهٔ آزمایش",
        name_en="Test district",
        name_ar="منطقة",
        population=population,
        position=n,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def category(slug: str = "", *, name: str = "حمل‌ونقل", keywords: str = "اتوبوس خیابان") -> int:
    row = Category(
        slug=slug or f"c{next(_n)}", name_fa=name, name_en="Transport", name_ar="النقل", keywords=keywords
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def department(code: str = "", *, name: str = "سازمان آزمایش") -> int:
    row = Department(code=code or f"dep{next(_n)}", name_fa=name, name_en="Test department", name_ar="دائرة")
    db.session.add(row)
    db.session.flush()
    return row.id


def rule(
    department_id: int, *, category_id: int | None = None, district_id: int | None = None, position: int = 100
) -> int:
    row = RoutingRule(
        department_id=department_id,
        category_id=category_id,
        district_id=district_id,
        position=position,
        changed_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def user(
    name: str = "مریم آزمایشی", *, roles: tuple[Role, ...] = (), department_id: int | None = None, district_id: int | None = None,
    kind: Kind = Kind.CITIZEN, expert: str = "", phone: str | None = None, email: str | None = None, password: str = "",
    style: NameStyle = NameStyle.FULL,
) -> int:  # fmt: skip
    n = next(_n)
    row = User(
        full_name=name, name_style=style, phone=phone or (None if email else f"0915{n:07d}"), email=email, own_kind=kind,
        expert_field=expert, district_id=district_id, identity_level=Identity.EMAIL if email and not phone else Identity.PHONE,
        residence_level=Residence.DECLARED if district_id else Residence.NONE, created_at=clock.now(), welcomed_at=clock.now(),
        password_hash=HASHER.hash(password) if password else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for role in roles:
        scoped = department_id if role in {Role.OFFICER, Role.HEAD} else None
        db.session.add(
            RoleGrant(
                user_id=row.id,
                role=role,
                scope_kind="department" if scoped else "",
                scope_id=scoped or 0,
                granted_at=clock.now(),
            )
        )
    db.session.flush()
    return row.id


def group(
    name: str = "", *, kind: Kind = Kind.NGO, managers: tuple[int, ...] = (), members: tuple[int, ...] = ()
) -> int:
    row = Group(
        name=name or f"انجمن آزمایش {digits(next(_n), 'fa')}",
        kind=kind,
        status=GroupStatus.ACTIVE,
        created_at=clock.now(),
        member_count=len(managers) + len(members),
    )
    db.session.add(row)
    db.session.flush()
    for user_id in managers:
        db.session.add(
            GroupMember(group_id=row.id, user_id=user_id, role=MemberRole.MANAGER, joined_at=clock.now())
        )
    for user_id in members:
        db.session.add(
            GroupMember(group_id=row.id, user_id=user_id, role=MemberRole.MEMBER, joined_at=clock.now())
        )
    db.session.flush()
    return row.id


def contribution(
    author_id: int, kind: ContributionKind = ContributionKind.PROPOSAL, *, title: str = "سایه‌بان برای ایستگاه‌ها",
    text: str = "زیر آفتاب منتظر می‌مانیم. برای ایستگاه‌ها سایه‌بان بگذارید.", public: bool = True, **more: object,
) -> Contribution:  # fmt: skip
    """The bare base row, public by default; packages build their own kinds on it."""
    row = contributions.begin(actor_of(author_id), kind, title=title, text=text, **more)  # type: ignore[arg-type]
    if public:
        row.published_at = clock.now()
        row.submitted_at = clock.now()
        row.status = Status.PUBLIC
        contributions.add_step(SYSTEM, row, StepKind.PUBLISHED)
    return row
