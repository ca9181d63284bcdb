"""The operator's desk: everything opens for the operator, nothing for others; what is set holds."""

import io

import pytest

from civic.accounts.models import RoleGrant, User
from civic.core import clock
from civic.core.actor import Role
from civic.core.db import db, transaction
from civic.core.outbox import Delivery, DeliveryStatus, OutboxEvent
from civic.departments.models import Category, Department, RoutingRule
from civic.duties.models import Holiday
from civic.places.models import District
from civic.spaces.models import Space

PAGES = (
    "/admin", "/admin/jobs", "/admin/users", "/admin/groups", "/admin/consultations", "/admin/categories", "/admin/departments",
    "/admin/districts", "/admin/thresholds", "/admin/routing", "/admin/holidays",
)  # fmt: skip


@pytest.fixture
def operator(make, browser):
    return browser(make.user("مدیر سامانه", roles=(Role.OPERATOR,)))


@pytest.mark.parametrize("lang", ["fa", "en", "ar"])
def test_every_page_stands_in_every_language(make, browser, lang):
    person = browser(make.user(roles=(Role.OPERATOR,)), lang=lang)
    make.rule(make.department(), category_id=make.category(), district_id=make.district())
    make.group()
    for path in PAGES:
        person.open(path)


def test_nobody_else_enters(make, browser):
    office = make.department()
    others = [
        make.user(),
        *[make.user(roles=(role,), department_id=office) for role in Role if role is not Role.OPERATOR],
    ]
    for path in PAGES:
        for who in others:
            browser(who).open(path, status=403)
        browser().open(path, status=303)


def test_a_role_is_given_in_a_department_and_taken_back(app, make, operator):
    person, office = make.user("کارشناس آینده"), make.department(name="سازمان پارک‌ها")
    assert "کارشناس آینده" in operator.open("/admin/users?q=آینده")
    operator.open(f"/admin/users/{person}")
    assert operator.submit(role="officer", department_id="").status_code == 422
    assert operator.submit(role="officer", department_id=str(office)).status_code == 303
    with app.app_context():
        grant = db.session.query(RoleGrant).filter_by(user_id=person).one()
        assert (grant.role, grant.scope_kind, grant.scope_id) == (Role.OFFICER, "department", office)
    assert "سازمان پارک‌ها" in operator.follow()
    assert operator.submit("/revoke").status_code == 303
    with app.app_context():
        assert db.session.query(RoleGrant).filter_by(user_id=person).count() == 0


def test_an_expert_is_named_and_an_account_closed_and_opened(app, make, operator):
    person = make.user()
    for action, filled, status in (
        ("/expert", {"expert_field": "حمل‌ونقل"}, "active"),
        ("/block", {}, "blocked"),
        ("/unblock", {}, "active"),
    ):
        operator.open(f"/admin/users/{person}")
        assert operator.submit(action, **filled).status_code == 303
        with app.app_context():
            found = db.session.get(User, person)
            assert (found.expert_field, found.status) == ("حمل‌ونقل", status)
    operator.open("/admin/users/9999", status=404)


def test_the_last_operator_keeps_the_role(make, operator):
    operator.open("/admin/users?q=مدیر سامانه")
    own = next(p for p in operator.text.split('href="/admin/users/')[1:]).split('"')[0]
    operator.open(f"/admin/users/{own}")
    operator.submit("/revoke")
    assert "از خودتان نمی‌توانید بگیرید" in operator.follow()


def test_the_citys_lists_are_kept(app, operator):
    operator.open("/admin/categories")
    assert operator.submit(slug="Bad Slug", name_fa="فضای سبز").status_code == 422
    assert "فضای سبز" in operator.text
    assert operator.submit(slug="green", name_fa="فضای سبز", keywords="درخت پارک").status_code == 303
    operator.open("/admin/categories/1")
    assert operator.submit(name_fa="پارک‌ها").status_code == 303
    operator.open("/admin/departments")
    assert operator.submit("/admin/departments", code="parks", name_fa="سازمان پارک‌ها").status_code == 303
    operator.open("/admin/districts")
    assert operator.submit(code="d9", name_fa="منطقهٔ نه", population="بسیار").status_code == 422
    assert operator.submit(code="d9", name_fa="منطقهٔ نه", population="۳۲۰٬۰۰۰").status_code == 303
    with app.app_context():
        assert db.session.query(Category).one().name_fa == "پارک‌ها"
        assert db.session.query(District).one().population == 320_000
    operator.open("/admin/routing")
    assert (
        operator.submit("/admin/routing", category_id="1", district_id="", department_id="1").status_code
        == 303
    )
    operator.open("/admin/routing")
    assert (
        operator.submit("/admin/routing", category_id="1", district_id="", department_id="1").status_code
        == 422
    )
    assert (
        operator.submit("/admin/routing", category_id="", district_id="1", department_id="1").status_code
        == 303
    )
    operator.open("/admin/routing")
    assert operator.submit("/2/up").status_code == 303
    with app.app_context():
        order = db.session.scalars(db.select(RoutingRule).order_by(RoutingRule.position)).all()
        assert [r.id for r in order] == [2, 1]
    operator.open("/admin/departments/1")
    assert operator.submit("/1/retire").status_code == 303
    with app.app_context():
        assert db.session.query(Department).one().status == "retired"
        assert db.session.query(RoutingRule).count() == 0
    operator.open("/admin/categories/77", status=404)


def test_thresholds_hold_for_what_comes(app, operator):
    operator.open("/admin/thresholds")
    assert operator.submit(floor="0").status_code == 422
    assert operator.submit(floor="۱۵۰", per_ten_thousand="12").status_code == 303
    with app.app_context():
        assert db.session.get(Space, 1).threshold_floor == 150


def test_holidays_come_from_a_file_and_bad_lines_are_named(app, operator):
    operator.open("/admin/holidays")
    rows = "jalali_date,title\n1405/10/02,ولادت\n1405/13/40,نادرست\n"
    assert operator.submit(files={"file": (io.BytesIO(rows.encode()), "h.csv")}).status_code == 200
    assert "سطر ۳" in operator.text
    operator.open("/admin/holidays")
    assert operator.submit(text="").status_code == 422
    assert operator.submit(files={"file": (io.BytesIO(b"\xff\xfe\x00bad"), "h.csv")}).status_code == 422
    with app.app_context():
        assert db.session.query(Holiday).count() == 1


def test_a_parked_job_is_tried_again_or_let_be(app, operator):
    with app.app_context(), transaction():
        db.session.add(OutboxEvent(id=1, kind="votes.events.VoteClosed", payload={}, created_at=clock.now()))
        db.session.flush()
        for n in (1, 2):
            db.session.add(
                Delivery(
                    event_id=1,
                    reaction=f"x.jobs.y{n}",
                    status=DeliveryStatus.PARKED,
                    not_before=clock.now(),
                    attempts=6,
                )
            )
    for n, act in ((1, "again"), (2, "drop")):
        assert f"x.jobs.y{n}" in operator.open("/admin/jobs")
        assert operator.submit(f"/admin/jobs/{n}", act=act).status_code == 303
    with app.app_context():
        found = [
            d.status
            for d in db.session.query(Delivery)
            .filter(Delivery.reaction.like("x.jobs%"))
            .order_by(Delivery.id)
        ]
        assert found == [DeliveryStatus.PENDING, DeliveryStatus.DROPPED]


def test_rules_are_tried_on_what_came_before_they_are_kept(app, make, operator):
    bus, roads = make.department("bus", name="اتوبوسرانی"), make.department("roads", name="عمران")
    transit = make.category("transit", name="اتوبوس")
    make.rule(bus, category_id=transit)
    author = make.user()
    for title in ("ایستگاه زائران", "ایستگاه دیگر"):
        make.open_case(make.base_proposal(author, title=title, category_id=transit))
    operator.open("/admin/routing")
    filled = {"keywords": "زائر", "category_id": "", "district_id": "", "department_id": str(roads)}
    assert operator.submit("/admin/routing", **filled, act="try").status_code == 200
    assert "از ۲ پروندهٔ ۹۰ روز گذشته هیچ‌یک جای دیگری نمی‌رفت" in operator.text
    assert operator.submit("/admin/routing", **filled, act="keep").status_code == 303
    page = operator.open("/admin/routing/2")
    assert "از ۲ پروندهٔ ۹۰ روز گذشته، ۱ پرونده جای دیگری می‌رفت" in page  # one place higher
    assert "ایستگاه زائران" in page
    operator.submit("/2/up")
    assert "ایستگاه دیگر" in operator.open("/admin/routing/1")  # taken away, it would go to triage
    operator.open("/admin/routing/2")
    assert operator.submit("/admin/routing/2", keywords="زائر، مسافر", act="keep").status_code == 303
    with app.app_context():
        rule = db.session.get(RoutingRule, 2)
        assert (rule.version, rule.keywords, rule.position) == (2, "زائر، مسافر", 1)
        assert db.session.query(RoutingRule).count() == 2
    operator.open("/admin/routing/99", status=404)


def test_what_is_wrong_with_rules_is_said(app, make, operator):
    bus, roads = make.department("bus", name="اتوبوسرانی"), make.department("roads", name="عمران")
    transit = make.category("transit")
    make.rule(bus, position=1)
    make.rule(roads, category_id=transit, position=2)
    assert "هرگز نمی‌رسد" in operator.open("/admin/routing")
    with app.app_context():
        with transaction():
            row = db.session.get(Department, bus)
            row.status, row.replaced_by_id = "retired", roads
            db.session.get(Department, roads).parent_id = bus
            row.parent_id = roads
        db.session.remove()
    page = operator.open("/admin/routing")
    assert "به جانشین می‌رود: عمران" in page
    assert "در یک دور است" in page
    assert "در یک دور است" in operator.open("/admin/departments")


def test_departments_stand_below_others_without_circles(app, make, operator):
    deputy, bus = make.department("deputy", name="معاونت"), make.department("bus", name="اتوبوسرانی")
    nine = make.district("9", name="منطقهٔ ۹")
    operator.open(f"/admin/departments/{bus}")
    filled = {"kind": "organisation", "parent_id": str(deputy)}
    assert operator.submit(f"/admin/departments/{bus}", **filled).status_code == 303
    assert "زیر نظر معاونت" in operator.open("/admin/departments")
    operator.open(f"/admin/departments/{deputy}")
    assert operator.submit(f"/admin/departments/{deputy}", parent_id=str(bus)).status_code == 422
    assert "زیرمجموعهٔ خودش" in operator.text
    assert operator.submit(f"/admin/departments/{deputy}", kind="district", parent_id="").status_code == 422
    filled = {"kind": "district", "district_id": str(nine), "parent_id": ""}
    assert operator.submit(f"/admin/departments/{deputy}", **filled).status_code == 303
    operator.open(f"/admin/departments/{bus}")
    assert operator.submit(f"/{bus}/retire", replaced_by_id=str(deputy)).status_code == 303
    with app.app_context():
        row = db.session.get(Department, bus)
        assert (row.status, row.replaced_by_id, row.parent_id) == ("retired", deputy, deputy)
        db.session.remove()
    assert "جانشین: معاونت" in operator.open("/admin/departments")
    operator.open(f"/admin/departments/{deputy}")
    operator.submit(f"/{deputy}/retire", replaced_by_id=str(bus))
    assert "دیگر فعال نیست" in operator.follow() or "جانشین یکدیگر" in operator.text


def test_the_operator_sees_what_a_closed_department_leaves_behind(app, make, operator):
    bus = make.department("bus", name="اتوبوسرانی")
    officer, head = (make.user(roles=(role,), department_id=bus) for role in (Role.OFFICER, Role.HEAD))
    assert "بی‌صاحب می‌مانند" not in operator.open(f"/admin/departments/{bus}")
    author, clerk = make.user(), make.clerk()
    make.open_case(make.base_proposal(author), department_id=bus)
    make.answered(make.open_case(make.base_proposal(author), department_id=bus), officer, head)
    make.resolution(clerk, make.organ(clerk), make.term(clerk), department_id=bus, clauses=2)
    page = operator.open(f"/admin/departments/{bus}")
    assert "بی‌جانشین، ۱ قول و ۲ بند مصوبه بی‌صاحب می‌مانند" in page
    assert "<dt>پروندهٔ باز</dt><dd>۱</dd>" in page
