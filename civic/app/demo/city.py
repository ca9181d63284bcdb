"""Districts, categories, departments, routing, holidays, and the accounts that one can sign in with."""

from datetime import date

from persiantools.jdatetime import JalaliDate
from sqlalchemy import select

from civic.accounts.models import RoleGrant, User
from civic.accounts.passwords import hash_password
from civic.accounts.rules import Identity, NameStyle, Residence
from civic.core import clock
from civic.core.actor import Kind, Role
from civic.core.db import db
from civic.departments.models import Category, Department, RoutingRule
from civic.duties.models import Holiday
from civic.groups.models import Group, GroupMember, GroupStatus, MemberRole
from civic.places.models import District
from civic.spaces.models import Space

PASSWORD = "charsu-demo"  # noqa: S105 - printed at the first start; the demo refuses to run in production

DISTRICTS = [  # code, population: invented, of the real order of magnitude
    ("1", 184_000), ("2", 512_000), ("3", 408_000), ("4", 262_000), ("5", 181_000), ("6", 236_000), ("7", 271_000),
    ("8", 98_000), ("9", 338_000), ("10", 297_000), ("11", 212_000), ("12", 149_000), ("samen", 14_000),
]  # fmt: skip
CATEGORIES = [
    ("transit", "حمل‌ونقل", "Transport", "النقل", "اتوبوس مترو ایستگاه تاکسی خط دوچرخه پارکینگ"),
    (
        "road-safety",
        "ایمنی راه",
        "Road safety",
        "سلامة الطرق",
        "گذرگاه عابر چراغ سرعت سرعت‌کاه تصادف مدرسه خط‌کشی",
    ),
    (
        "walking",
        "پیاده‌رو و دسترسی",
        "Walking and access",
        "الأرصفة وسهولة الوصول",
        "پیاده‌رو ویلچر رمپ کالسکه پله نابینا",
    ),
    ("green", "فضای سبز", "Parks", "الحدائق", "بوستان درخت چمن نیمکت آبخوری فضای سبز"),
    (
        "lighting",
        "روشنایی و امنیت",
        "Lighting and safety",
        "الإنارة والأمان",
        "روشنایی چراغ تاریک زیرگذر دوربین شب",
    ),
    ("waste", "پسماند و پاکیزگی", "Waste", "النفايات", "زباله سطل پسماند بازیافت نظافت"),
    ("water", "آب و فاضلاب", "Water and drains", "المياه والصرف", "آب باران جوی فاضلاب آبگرفتگی"),
    (
        "children",
        "کودکان و مدرسه",
        "Children and schools",
        "الأطفال والمدارس",
        "کودک مدرسه دبستان بازی مهدکودک",
    ),
    ("pilgrims", "زائران", "Pilgrims", "الزائرون", "زائر حرم زیارت مسافر راهنما"),
    (
        "culture",
        "فرهنگ و ورزش",
        "Culture and sport",
        "الثقافة والرياضة",
        "کتابخانه ورزش فرهنگسرا سینما استخر",
    ),
    ("economy", "اقتصاد محله", "Local economy", "اقتصاد الحي", "بازار کسبه مغازه کارآفرین غرفه"),
]
DEPARTMENTS = [
    ("bus", "سازمان اتوبوسرانی", "Bus organisation", "هيئة الحافلات"),
    ("traffic", "معاونت حمل‌ونقل و ترافیک", "Transport and traffic deputy", "معاونية النقل والمرور"),
    ("works", "معاونت عمران", "Civil works deputy", "معاونية الأشغال"),
    ("parks", "سازمان پارک‌ها و فضای سبز", "Parks organisation", "هيئة الحدائق"),
    ("waste", "مدیریت پسماند", "Waste management", "إدارة النفايات"),
    ("planning", "معاونت شهرسازی", "Urban planning deputy", "معاونية التخطيط العمراني"),
    ("culture", "معاونت فرهنگی و اجتماعی", "Culture and society deputy", "المعاونية الثقافية والاجتماعية"),
    ("district-9", "شهرداری منطقهٔ ۹", "District 9 municipality", "بلدية المنطقة ٩"),
    ("services", "معاونت خدمات شهری", "Municipal services deputy", "معاونية الخدمات البلدية"),
    ("district-8", "شهرداری منطقهٔ ۸", "District 8 municipality", "بلدية المنطقة ٨"),
]
RULES = [  # category, district, department: the first that matches wins
    ("walking", "9", "district-9"), ("walking", "8", "district-8"), ("transit", None, "bus"), ("road-safety", None, "traffic"), ("walking", None, "works"),
    ("green", None, "parks"), ("lighting", None, "works"), ("waste", None, "waste"), ("water", None, "works"),
    ("children", None, "culture"), ("pilgrims", None, "culture"), ("culture", None, "culture"), ("economy", "9", "district-9"),
    ("economy", None, "planning"),
]  # fmt: skip
FIXED = [(1, 1), (1, 2), (1, 3), (1, 4), (1, 12), (1, 13), (3, 14), (3, 15), (11, 22), (12, 29)]
"""Official holidays of the solar calendar (month, day). Those of the lunar calendar move and are imported each year."""

STAFF = [  # login, name, roles with department code
    ("operator@demo.example", "سمیه رحیمی (نمایشی)", [(Role.OPERATOR, "")]),
    ("moderator@demo.example", "نیلوفر رضایی (نمایشی)", [(Role.MODERATOR, "")]),
    ("moderator2@demo.example", "بهرام صدر (نمایشی)", [(Role.MODERATOR, "")]),
    ("triage@demo.example", "آرش بینا (نمایشی)", [(Role.TRIAGE, "")]),
    ("officer@demo.example", "مجید احمدی (نمایشی)", [(Role.OFFICER, "bus")]),
    ("officer2@demo.example", "رویا شکوهی (نمایشی)", [(Role.OFFICER, "bus")]),
    ("head@demo.example", "مهدی راستگو (نمایشی)", [(Role.HEAD, "bus")]),
    ("council@demo.example", "الهام کریمی (نمایشی)", [(Role.COUNCIL, "")]),
    ("council2@demo.example", "یوسف نیک‌نام (نمایشی)", [(Role.COUNCIL, "")]),
    ("clerk@demo.example", "پروانه دبیری (نمایشی)", [(Role.CLERK, "")]),
    ("inspector@demo.example", "حمید ناظر (نمایشی)", [(Role.INSPECTOR, "")]),
]
CITIZENS = [
    ("citizen@demo.example", "مریم حسینی (نمایشی)", "12"),
    ("forum@demo.example", "فاطمه صادقی (نمایشی)", "3"),
    ("ngo@demo.example", "کاوه پیاده (نمایشی)", "1"),
    ("expert@demo.example", "زهرا کاظمی (نمایشی)", "9"),
    ("visitor@demo.example", "حسین النجفي (نمایشی)", None),
]
GROUPS = [
    ("انجمن بانوان طلاب (نمایشی)", Kind.WOMEN_FORUM, "3", "forum@demo.example"),
    ("انجمن دوستداران پیاده‌راه (نمایشی)", Kind.NGO, "1", "ngo@demo.example"),
]


def holidays(years: tuple[int, ...]) -> list[date]:
    """The fixed holidays of Jalali years."""
    return [
        JalaliDate(year, month, day).to_gregorian()
        for year in years
        for month, day in FIXED
        if not (day == 30 and month == 12)
    ]


def build() -> dict[str, int]:
    """Fill an empty database with the city. Answers ids by code: district:9, category:transit, department:bus, user:…"""
    moment = clock.now()
    ids: dict[str, int] = {}
    persian = "".maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    arabic = "".maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    for position, (code, population) in enumerate(DISTRICTS, 1):
        names = ("منطقهٔ ثامن", "Samen district", "منطقة ثامن") if code == "samen" else (
            f"منطقهٔ {code}".translate(persian), f"District {code}", f"المنطقة {code}".translate(arabic),
        )  # fmt: skip
        ids[f"district:{code}"] = _add(
            District(
                code=code,
                name_fa=names[0],
                name_en=names[1],
                name_ar=names[2],
                population=population,
                position=position,
            )
        )
    for position, (slug, fa, en, ar, keywords) in enumerate(CATEGORIES):
        ids[f"category:{slug}"] = _add(
            Category(slug=slug, name_fa=fa, name_en=en, name_ar=ar, keywords=keywords, position=position)
        )
    for code, fa, en, ar in DEPARTMENTS:
        ids[f"department:{code}"] = _add(Department(code=code, name_fa=fa, name_en=en, name_ar=ar))
    for position, (category, district, department) in enumerate(RULES):
        _add(
            RoutingRule(
                position=(position + 1) * 10, category_id=ids[f"category:{category}"], changed_at=moment,
                district_id=ids[f"district:{district}"] if district else None, department_id=ids[f"department:{department}"],
            )
        )  # fmt: skip
    for day in holidays((1405, 1406)):
        db.session.add(Holiday(day=day, title="تعطیل رسمی تقویم خورشیدی", source="solar calendar"))
    space = db.session.get_one(Space, 1)
    space.threshold_floor, space.threshold_per_ten_thousand, space.threshold_city = 20, 5, 300
    _people(ids)
    return ids


def _people(ids: dict[str, int]) -> None:
    hashed = hash_password(PASSWORD)
    for login, name, roles in STAFF:
        ids[f"user:{login}"] = _person(login, name, None, hashed)
        for role, code in roles:
            db.session.add(
                RoleGrant(
                    user_id=ids[f"user:{login}"], role=role, scope_kind="department" if code else "",
                    scope_id=ids[f"department:{code}"] if code else 0, granted_at=clock.now(),
                )
            )  # fmt: skip
    for code, fa, _en, _ar in DEPARTMENTS[1:]:
        for role in (Role.OFFICER, Role.HEAD):
            login = f"{role}.{code}@demo.example"
            ids[f"user:{login}"] = _person(
                login, f"{'کارشناس' if role is Role.OFFICER else 'مدیر'} {fa} (نمایشی)", None, hashed
            )
            db.session.add(
                RoleGrant(
                    user_id=ids[f"user:{login}"], role=role, scope_kind="department", scope_id=ids[f"department:{code}"],
                    granted_at=clock.now(),
                )
            )  # fmt: skip
    for login, name, district in CITIZENS:
        ids[f"user:{login}"] = _person(login, name, ids.get(f"district:{district}"), hashed)
    db.session.get_one(User, ids["user:expert@demo.example"]).expert_field = "ترافیک"
    db.session.get_one(User, ids["user:visitor@demo.example"]).own_kind = Kind.VISITOR
    for name, kind, district, manager in GROUPS:
        group = _add(
            Group(
                name=name, kind=kind, status=GroupStatus.ACTIVE, district_id=ids[f"district:{district}"], created_at=clock.now(),
                about="گروهی ساختگی برای نشان‌دادن کار سامانه.", member_count=1,
            )
        )  # fmt: skip
        ids[f"group:{kind}"] = group
        db.session.add(
            GroupMember(
                group_id=group, user_id=ids[f"user:{manager}"], role=MemberRole.MANAGER, joined_at=clock.now()
            )
        )


def _person(login: str, name: str, district_id: int | None, hashed: str) -> int:
    return _add(
        User(
            full_name=name, name_style=NameStyle.FULL, email=login, password_hash=hashed, district_id=district_id,
            identity_level=Identity.EMAIL, residence_level=Residence.DECLARED if district_id else Residence.NONE,
            created_at=clock.now(), welcomed_at=clock.now(), mail_notices=False,
        )
    )  # fmt: skip


def _add(row: District | Category | Department | RoutingRule | User | Group) -> int:
    db.session.add(row)
    db.session.flush()
    return row.id


def is_empty() -> bool:
    """True for a database nobody has used."""
    return db.session.scalar(select(User.id).limit(1)) is None
