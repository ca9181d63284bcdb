"""How a case comes to be: by which door, to which department, under which number."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from civic.cases import jobs, queries, service
from civic.cases.events import CaseOpened
from civic.cases.models import Case
from civic.cases.rules import CaseStatus, Door
from civic.contributions.models import Contribution, Step
from civic.contributions.queries import by_id
from civic.core import clock
from civic.core.actor import SYSTEM, Actor, Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.core.jobs import run_all
from civic.core.outbox import Delivery, DeliveryStatus, OutboxEvent, publish
from civic.departments import service as departments
from civic.departments.models import Department
from civic.duties import service as duties
from civic.groups.queries import actor_of
from civic.votes.events import ThresholdReached
from tests.queries import counted

AUTUMN = datetime(2026, 11, 23, 9, tzinfo=UTC)


def the_case(contribution_id):
    return db.session.scalars(select(Case).where(Case.contribution_id == contribution_id)).one()


def test_the_first_rule_that_fits_wins_and_is_written_down(app, make, ctx):
    transit, parks = make.category("transit", name="اتوبوس"), make.category("parks")
    nine, one = make.district("9", name="منطقهٔ ۹"), make.district("1")
    bus, roads = make.department("bus", name="اتوبوسرانی"), make.department("roads")
    make.rule(roads, category_id=transit, district_id=one, position=1)
    make.rule(bus, category_id=transit, position=2)
    author = make.user()
    wanted = {(transit, one): roads, (transit, nine): bus, (parks, nine): None, (None, None): None}
    for (category, district), department in wanted.items():
        made = make.base_proposal(author, category_id=category, district_id=district)
        with clock.at(AUTUMN), transaction():
            case = service.open_case(SYSTEM, by_id(made), door=Door.THRESHOLD)
            assert case.department_id == department
            assert case.status is (CaseStatus.ASSIGNED if department else CaseStatus.TRIAGE)
            if department == bus:
                assert case.rule_words == "اتوبوس × * → اتوبوسرانی"
                assert case.rule_id


def test_numbers_follow_the_jalali_year(app, make, ctx):
    author = make.user()
    numbers = []
    for moment in (
        AUTUMN,
        AUTUMN,
        datetime(2027, 3, 20, 21, tzinfo=UTC),
    ):  # the last is Nowruz 1406 in Tehran
        made = make.base_proposal(author)
        with clock.at(moment), transaction():
            numbers.append(service.open_case(SYSTEM, by_id(made), door=Door.THRESHOLD).number)
    assert numbers == ["م-1405-0001", "م-1405-0002", "م-1406-0001"]


def test_the_threshold_opens_one_case_however_often_it_is_told(app, make, follow_up):
    bus = make.department()
    make.rule(bus)
    made = make.base_proposal(make.user())
    with app.app_context():
        with transaction():
            publish(ThresholdReached(1, made))
        db.session.remove()
    follow_up()
    with app.app_context():
        for _ in range(2):  # at least once may be more than once
            with transaction():
                jobs.open_for_threshold(ThresholdReached(1, made))
        db.session.remove()
    with app.app_context():
        case = the_case(made)
        assert (case.department_id, case.door, case.due_at) == (bus, Door.THRESHOLD, case.duty.due_at)
        kinds = list(
            db.session.scalars(select(Step.kind).where(Step.contribution_id == made).order_by(Step.id))
        )
        assert kinds == ["published", "threshold", "case_opened"]
        assert db.session.get(Contribution, made).stage == "dept"
        events = db.session.scalars(select(OutboxEvent).where(OutboxEvent.kind.like("cases.%"))).all()
        assert [e.kind for e in events] == ["cases.events.CaseOpened"]
        assert CaseOpened(**events[0].payload).case_id == case.id


def test_what_is_not_public_gets_no_case(app, make, ctx):
    made = make.base_proposal(make.user(), public=False)
    with transaction(), pytest.raises(RuleBroken):
        service.open_case(SYSTEM, by_id(made), door=Door.THRESHOLD)


def test_a_retired_department_hands_the_case_to_the_one_that_replaced_it(app, make, ctx):
    old, new = make.department("old"), make.department("new")
    with transaction():
        departments.retire_department(SYSTEM, db.session.get_one(Department, old), replaced_by_id=new)
    made = make.base_proposal(make.user())
    with transaction():
        assert (
            service.open_case(SYSTEM, by_id(made), door=Door.CONSULTATION, department_id=old).department_id
            == new
        )


def test_triage_sends_at_once_with_a_public_reason(app, make, browser):
    bus = make.department(name="اتوبوسرانی")
    make.rule(bus)
    made = make.base_proposal(make.user())
    clerk = browser(make.user(roles=(Role.TRIAGE,)))
    clerk.open(f"/triage/{made}")
    assert clerk.submit(reason="کوتاه").status_code == 422
    assert "کوتاه" in clerk.text
    clerk.submit(reason="ایمنی کودکان جلوی دبستان در خطر است.")
    assert clerk.status == 303
    clerk.open(f"/triage/{made}")
    assert "پیش‌تر به واحد فرستاده شده" in clerk.text
    with app.app_context():
        case = the_case(made)
        assert (case.door, case.door_note) == (Door.AT_ONCE, "ایمنی کودکان جلوی دبستان در خطر است.")
        db.session.remove()


@pytest.mark.parametrize("roles", [(), (Role.OFFICER,), (Role.COUNCIL,), (Role.MODERATOR,)])
def test_others_cannot_send_at_once_or_see_triage(make, browser, roles):
    made = make.base_proposal(make.user())
    person = browser(make.user(roles=roles, department_id=make.department()))
    person.open(f"/triage/{made}", status=403)
    person.open("/triage", status=403)


def test_a_guest_is_led_to_sign_in(make, browser):
    browser().open("/triage", status=303)
    browser().open("/inbox", status=303)


def test_a_verb_for_the_system_is_closed_to_people(app, make, ctx):
    made = make.base_proposal(make.user())
    operator = make.user(roles=(Role.OPERATOR,))
    with transaction(), pytest.raises(NotAllowed):
        service.open_case(actor_of(operator), by_id(made), door=Door.THRESHOLD)
    with transaction(), pytest.raises(NotAllowed):
        service.send_at_once(Actor(user_id=1), by_id(made), reason="یک دلیل بلند و روشن")


def test_triage_assigns_and_a_department_returns_twice_at_most(app, make, browser):
    bus, roads = make.department("bus"), make.department("roads")
    made = make.base_proposal(make.user(), title="سایه‌بان امامت")
    case_id = make.open_case(made)
    clerk = browser(make.user(roles=(Role.TRIAGE,)))
    operator = browser(make.user(roles=(Role.OPERATOR,)))
    officer = browser(make.user(roles=(Role.OFFICER,), department_id=bus))
    stranger = browser(make.user(roles=(Role.OFFICER,), department_id=roads))
    for round_ in range(3):
        assert "سایه‌بان امامت" in clerk.open("/triage")
        if round_ == 2:  # what came back twice is settled by the operator
            assert "مدیر سامانه تعیین می‌کند" in clerk.text
            refused = clerk.post(
                f"/triage/cases/{case_id}",
                {"department_id": str(bus), "csrf_token": token_of(clerk, "/me/profile")},
            )
            assert refused.status_code == 403
            clerk = operator
            clerk.open("/triage")
        assert clerk.submit(f"/triage/cases/{case_id}", department_id="").status_code == 422
        clerk.open("/triage")
        clerk.submit(f"/triage/cases/{case_id}", department_id=bus)
        assert clerk.status == 303
        assert "سایه‌بان امامت" not in clerk.open("/triage")
        stranger.open(f"/inbox/{case_id}", status=404)
        officer.open(f"/inbox/{case_id}")
        if round_ < 2:
            token = officer.token()
            assert officer.submit(f"/inbox/{case_id}/return", reason=" ").status_code == 422
            stranger.open("/inbox")
            answer = stranger.post(
                f"/inbox/{case_id}/return",
                {"reason": "مال ما", "csrf_token": token_of(stranger, "/me/profile")},
            )
            assert answer.status_code == 404
            officer.open(f"/inbox/{case_id}")
            assert officer.submit(f"/inbox/{case_id}/return", reason="مربوط به عمران است.").status_code == 303
            assert token
            assert "مربوط به عمران است." in clerk.open("/triage")
    assert "دو بار بازگردانده شده" in officer.text
    head = make.user(roles=(Role.HEAD,), department_id=bus)
    with app.app_context():
        with transaction(), pytest.raises(RuleBroken):
            service.return_to_triage(actor_of(head), the_case(made), reason="باز هم")
        case = the_case(made)
        assert case.opened_at == case.duty.opened_at  # the clock never stopped
        db.session.remove()


def token_of(person, path):
    person.open(path)
    return person.token()


def test_two_officers_take_one_case(app, make, ctx):
    bus = make.department()
    case_id = make.open_case(make.base_proposal(make.user()), department_id=bus)
    first, second = (make.user(roles=(Role.OFFICER,), department_id=bus) for _ in range(2))
    with transaction():
        service.take(actor_of(first), queries.for_change(actor_of(first), case_id))
    with transaction(), pytest.raises(Conflict):
        service.take(actor_of(second), queries.for_change(actor_of(second), case_id))
    outsider = make.user()
    with transaction(), pytest.raises(RuleBroken):
        service.assign_officer(
            actor_of(first), queries.for_change(actor_of(first), case_id), officer_id=outsider
        )
    with transaction():
        service.assign_officer(
            actor_of(first), queries.for_change(actor_of(first), case_id), officer_id=second
        )
    assert db.session.get_one(Case, case_id).officer_id == second


def test_the_triage_desk_takes_a_fixed_number_of_queries(app, make, browser):
    clerk = browser(make.user(roles=(Role.TRIAGE,)))
    author = make.user()

    def cost():
        with counted(app) as sent:
            clerk.open("/triage")
        return len(sent)

    make.open_case(make.base_proposal(author))
    one = cost()
    for _ in range(5):
        make.open_case(make.base_proposal(author))
    assert cost() == one <= 13


def test_the_inbox_follows_a_calendar_that_comes_later(app, make, ctx):
    made = make.base_proposal(make.user())
    with clock.at(AUTUMN), transaction():
        case = service.open_case(SYSTEM, by_id(made), door=Door.THRESHOLD)
    before = case.due_at
    with clock.at(AUTUMN), transaction():
        duties.import_holidays(SYSTEM, "1405/09/08,تعطیل\n")
        assert case.due_at == before
    with clock.at(AUTUMN):
        jobs.follow_clock()
    db.session.expire_all()
    assert case.due_at == case.duty.due_at == before + timedelta(days=1)
    with transaction():
        assert service.follow_clock(SYSTEM) == 0


def test_a_closed_department_hands_over_what_it_owes(app, make, ctx):
    old, new = make.department("old", name="قدیم"), make.department("new", name="تازه")
    case_id = make.open_case(make.base_proposal(make.user()), department_id=old)
    operator = actor_of(make.user(roles=(Role.OPERATOR,)))
    with transaction():
        departments.retire_department(operator, db.session.get_one(Department, old), replaced_by_id=new)
    run_all()
    case = db.session.get_one(Case, case_id)
    assert (case.department_id, case.duty.department_id, case.rule_words) == (new, new, "successor")
    with transaction():
        departments.retire_department(operator, db.session.get_one(Department, new))
    run_all()
    db.session.expire_all()
    assert (case.status, case.department_id) == (CaseStatus.TRIAGE, None)
    assert case.return_count == 0


def test_rules_to_a_closed_department_lead_to_its_successor_or_to_triage(app, make, ctx):
    old, new = make.department("old", name="قدیم"), make.department("new", name="تازه")
    rule_id = make.rule(old)
    with transaction():
        row = db.session.get_one(Department, old)
        row.status, row.replaced_by_id = "retired", new  # as an import could bring it
    author = make.user()
    first, second = make.base_proposal(author), make.base_proposal(author)
    with clock.at(AUTUMN), transaction():
        case = service.open_case(SYSTEM, by_id(first), door=Door.THRESHOLD)
        assert (case.department_id, case.rule_id, case.rule_version) == (new, rule_id, 1)
        assert case.rule_words == "* × * → قدیم ⇢ تازه"
        db.session.get_one(Department, old).replaced_by_id = None
    with clock.at(AUTUMN), transaction():
        case = service.open_case(SYSTEM, by_id(second), door=Door.THRESHOLD)
        assert (case.status, case.department_id) == (CaseStatus.TRIAGE, None)


def test_another_department_than_the_rule_suggests_needs_a_reason(app, make, browser):
    bus, roads = make.department("bus", name="اتوبوسرانی"), make.department("roads", name="عمران")
    made = make.base_proposal(make.user(), title="سایه‌بان امامت")
    case_id = make.open_case(made)
    make.rule(bus)  # the rule came after the case
    clerk = browser(make.user(roles=(Role.TRIAGE,)))
    assert "پیشنهاد قاعده: اتوبوسرانی" in clerk.open("/triage")
    assert clerk.submit(f"/triage/cases/{case_id}", department_id=roads).status_code == 422
    assert "«اتوبوسرانی» را پیشنهاد می‌کند" in clerk.text
    filled = {"department_id": roads, "reason": "پیاده‌رو را عمران می‌سازد."}
    assert clerk.submit(f"/triage/cases/{case_id}", **filled).status_code == 303
    with app.app_context():
        case = the_case(made)
        assert (case.department_id, case.override_reason) == (roads, "پیاده‌رو را عمران می‌سازد.")
        # what the bus department has given back is not suggested again
        with transaction():
            case = queries.for_change(SYSTEM, case_id)
            assert queries.suggestion(case) == bus
        db.session.remove()


def test_several_cases_go_together_or_not_at_all(app, make, browser):
    bus = make.department("bus", name="اتوبوسرانی")
    author = make.user()
    wanted = [make.open_case(make.base_proposal(author, title=f"مورد {n}")) for n in range(3)]
    clerk = browser(make.user(roles=(Role.TRIAGE,)))
    clerk.open("/triage")
    assert clerk.submit("/triage/cases", department_id=bus).status_code == 422
    assert "هیچ پرونده‌ای برگزیده نشده" in clerk.text
    clerk.open("/triage")
    assert clerk.submit("/triage/cases", department_id=bus, case=[str(n) for n in [*wanted[:2], 9999]]).status_code == 404  # fmt: skip
    with app.app_context():
        assert {db.session.get_one(Case, n).status for n in wanted} == {CaseStatus.TRIAGE}
        db.session.remove()
    clerk.open("/triage")
    assert (
        clerk.submit("/triage/cases", department_id=bus, case=[str(n) for n in wanted[:2]]).status_code == 303
    )
    with app.app_context():
        assert [db.session.get_one(Case, n).department_id for n in wanted] == [bus, bus, None]
        db.session.remove()


def test_what_came_back_stands_on_top_of_the_desk(make, browser):
    bus = make.department("bus")
    author, officer = make.user(), browser(make.user(roles=(Role.OFFICER,), department_id=bus))
    make.open_case(make.base_proposal(author, title="نخست آمد"))
    back = make.open_case(make.base_proposal(author, title="بازگشت"), department_id=bus)
    officer.open(f"/inbox/{back}")
    officer.submit(f"/inbox/{back}/return", reason="مال عمران است.")
    page = browser(make.user(roles=(Role.TRIAGE,))).open("/triage")
    assert page.index("مال عمران است.") < page.index("نخست آمد")


def test_a_successor_that_was_closed_too_leaves_the_case_to_triage(app, make, ctx):
    old, new = make.department("old"), make.department("new")
    case_id = make.open_case(make.base_proposal(make.user()), department_id=old)
    with transaction():
        departments.retire_department(SYSTEM, db.session.get_one(Department, old), replaced_by_id=new)
        departments.retire_department(SYSTEM, db.session.get_one(Department, new))
    run_all()
    case = db.session.get_one(Case, case_id)
    assert (case.status, case.department_id) == (CaseStatus.TRIAGE, None)
    assert db.session.scalars(select(Delivery).where(Delivery.status != DeliveryStatus.DONE)).all() == []
