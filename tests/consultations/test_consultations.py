"""A group asks the city: five steps, approval, phases, vote, report, and the answer owed."""

from datetime import date, timedelta

import pytest

from civic.cases.models import Case
from civic.cases.rules import Door
from civic.consultations import jobs, queries, rules, service
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationStatus, Plan
from civic.contributions.models import Contribution, Step
from civic.contributions.rules import Status
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.groups.queries import actor_of
from civic.votes import jobs as votes
from civic.votes.models import Ballot
from tests.queries import counted

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("collect", "vote"), [(0, 20), (2, 20), (10, 12), (10, 9), (10, 400)])
def test_days_too_near_or_too_far_are_refused(collect, vote):
    with pytest.raises(RuleBroken):
        rules.check_plan(Plan(TODAY + timedelta(collect), TODAY + timedelta(vote)), TODAY)


def test_good_days_pass_and_the_vote_starts_the_day_after():
    plan = Plan(TODAY + timedelta(10), TODAY + timedelta(20))
    rules.check_plan(plan, TODAY)
    assert plan.vote_start == TODAY + timedelta(11)
    assert Plan.read(plan.stored()) == plan
    assert Plan.read({}) is None


@pytest.mark.parametrize("text", ["", "یک گزینه", "الف\nالف", "\n".join("ابپتثجچحخ"), "آ" * 161 + "\nب"])
def test_options_that_make_no_ballot_are_refused(text):
    with pytest.raises(RuleBroken):
        rules.check_options(text)


@pytest.mark.parametrize("template", rules.TEMPLATES)
def test_every_template_gives_days_that_pass(template):
    rules.check_plan(rules.template_plan(template, TODAY), TODAY)


def people(make):
    boss = make.user("مدیر سمن")
    group = make.group("انجمن پیاده‌راه", managers=(boss,))
    return boss, group, make.department(name="معاونت حمل‌ونقل"), make.user(roles=(Role.OPERATOR,))


def days(browser, plan: dict[str, date]):
    return {name: f"{day.year}-{day.month:02}-{day.day:02}" for name, day in plan.items()}


def test_five_steps_and_approval_without_javascript(app, make, browser, follow_up):
    boss, _group, office, operator = people(make)
    manager = browser(boss)
    manager.open("/consultations/new")
    assert manager.submit(template="options").status_code == 303
    cid = int(manager.location.split("/")[2])
    manager.follow()
    assert manager.submit(title="کوتاه").status_code == 422
    assert manager.submit(
        title="خیابان جلوی سه دبستان بسته شود؟", text="هر ظهر صدها کودک میان خودروها می‌گذرند.",
        can_change="ساعت", cannot_change="آمبولانس", option_lines="هر روز\nفقط شنبه",
    ).status_code == 303  # fmt: skip
    manager.follow()
    today = clock.today()
    near = {"collect_end": today + timedelta(1), "vote_end": today + timedelta(30)}
    assert manager.submit(**days(manager, near)).status_code == 422
    good = {"collect_end": today + timedelta(10), "vote_end": today + timedelta(20)}
    assert manager.submit(**days(manager, good)).status_code == 303
    manager.follow()
    assert manager.submit(department_id=str(office)).status_code == 303
    assert "معاونت حمل‌ونقل" in manager.follow()
    path = f"/consultations/{cid}"
    browser().open(path, status=404)
    browser(make.user()).open(f"{path}/edit/review", status=404)
    browser(make.user(roles=(Role.MODERATOR,))).open(path, status=404)
    assert manager.submit().status_code == 303
    assert "نزد مدیر سامانه" in manager.follow()
    manager.open(f"{path}/edit/question", status=303)

    desk = browser(operator)
    assert "خیابان جلوی سه دبستان" in desk.open("/admin/consultations")
    desk.open(f"/admin/consultations/{cid}")
    assert desk.submit(reason="").status_code == 422
    assert desk.submit(reason="گزینهٔ سوم را هم بیاورید.").status_code == 303
    follow_up()
    manager.open(f"{path}/edit/review")
    assert "گزینهٔ سوم را هم بیاورید" in manager.text
    assert manager.submit().status_code == 303
    desk.open(f"/admin/consultations/{cid}")
    pressed = [("csrf_token", desk.token()), ("act", "approve")]
    assert desk.post(desk.path, pressed).status_code == 303
    assert desk.post(desk.path, pressed).status_code == 409
    follow_up()
    page = browser().open(path)
    assert "خیابان جلوی سه دبستان" in page
    assert "معاونت حمل‌ونقل" in page
    assert "خیابان جلوی سه دبستان" in browser().open("/consultations?state=open")
    assert browser().client.get(f"/c/{cid}").status_code == 303
    with app.app_context():
        found = db.session.get(Contribution, cid)
        assert found.status is Status.PUBLIC
        assert found.space_id != 1
        assert {"published", "consultation_approved", "phase_opened"} <= set(
            db.session.scalars(db.select(Step.kind).where(Step.contribution_id == cid))
        )


def test_only_a_manager_builds_and_only_the_operator_approves(app, ctx, make):
    boss, group, _office, operator = people(make)
    plain = make.user()
    stranger = make.user()
    make.group(managers=(stranger,))
    with transaction():
        with pytest.raises(NotAllowed):
            service.begin(actor_of(plain), group_id=group, template="options")
        with pytest.raises(RuleBroken):
            service.begin(actor_of(stranger), group_id=group, template="options")
    cid = make.consultation(boss, group, state="submitted")
    with transaction():
        found = queries.for_change(actor_of(boss), cid)
        for who in (boss, plain):
            with pytest.raises(NotAllowed):
                service.approve(actor_of(who), found)
            with pytest.raises(NotAllowed):
                service.give_back(actor_of(who), found, reason="نه")
        for who in (plain, operator):
            with pytest.raises(NotAllowed):
                service.submit(actor_of(who), found)
            with pytest.raises(NotAllowed):
                service.publish_report(actor_of(who), found, text="گزارش")
        with pytest.raises(NotAllowed):
            service.turn(actor_of(operator), found, None)
        with pytest.raises(NotAllowed):
            service.plan(actor_of(boss), found, Plan(TODAY, TODAY))  # submitted: no longer being built


def test_a_plan_whose_days_have_passed_is_not_approved(app, ctx, make):
    boss, group, _office, operator = people(make)
    cid = make.consultation(boss, group, state="submitted")
    with clock.at(clock.now() + timedelta(days=6)), pytest.raises(RuleBroken), transaction():
        service.approve(actor_of(operator), queries.for_change(actor_of(operator), cid))


def test_the_vote_is_open_exactly_in_its_phase(app, make, browser, follow_up):
    boss, group, _office, _operator = people(make)
    cid = make.consultation(boss, group)
    voter = browser(make.user())
    path = f"/consultations/{cid}"

    def vote(choice="o1"):
        voter.open("/me")
        return voter.post(f"{path}/vote", [("csrf_token", voter.token()), ("choice", choice)]).status_code

    assert vote() in {409, 422}
    with clock.at(clock.now() + timedelta(days=7)):
        with app.app_context():
            jobs.turn_phases()
            jobs.turn_phases()
        voter.sign_in(make.user())
        assert vote() == 303
        assert vote("o9") == 422
        voter.open(path)
    with clock.at(clock.now() + timedelta(days=12)):
        voter.sign_in(make.user())
        assert vote() in {409, 422}
        voter.open(path)
    with app.app_context():
        assert db.session.query(Ballot).count() == 1
        opened = db.session.scalars(
            db.select(Step.detail).where(Step.contribution_id == cid, Step.kind == "phase_opened")
        )
        assert list(opened) == ["collect", "vote"]


def closed(app, make, follow_up, votes_of=3):
    """A consultation whose vote has just closed."""
    boss, group, office, operator = people(make)
    cid = make.consultation(boss, group, department_id=office)
    with clock.at(clock.now() + timedelta(days=7)):
        with app.app_context():
            jobs.turn_phases()
        for n in range(votes_of):
            make.vote(cid, "o1" if n % 3 else "o2")
    return boss, office, operator, cid


def test_the_report_comes_after_the_vote_and_opens_the_departments_case(app, make, browser, follow_up):
    boss, office, _operator, cid = closed(app, make, follow_up)
    path = f"/consultations/{cid}"
    text = "بیشتر مردم بستن هر روز را خواستند؛ همسایه‌ها نگران راه جایگزین بودند و کاسبان ساعت دیگری پیشنهاد کردند."
    manager = browser(boss)
    manager.open(f"{path}/report/edit")
    assert manager.submit(text=text).status_code == 422
    assert "پیش از پایان زمانش بسته نمی‌شود" in manager.text
    assert text in manager.text
    with clock.at(clock.now() + timedelta(days=11)):
        with app.app_context():
            votes.close_due()
            jobs.turn_phases()
        follow_up()
        manager.sign_in(boss)
        browser().open(f"{path}/report", status=404)
        manager.open(f"{path}/report/edit")
        assert manager.submit(text="").status_code == 422
        assert manager.submit(text=text, act="keep").status_code == 303
        browser().open(f"{path}/report", status=404)
        assert text in manager.follow()
        assert manager.submit(text=text).status_code == 303
        follow_up()
        page = browser().open(f"{path}/report")
        assert "۳ رأی شمرده شد" in page
        assert text in page
        browser().open(path)
        assert "خیابان" in browser().open("/consultations?state=over")
    with app.app_context():
        case = db.session.query(Case).one()
        assert (case.contribution_id, case.door, case.department_id) == (cid, Door.CONSULTATION, office)
        found = db.session.get(Consultation, cid)
        assert found.status is ConsultationStatus.CLOSED
        assert found.report_data["totals"] == {"o1": 2, "o2": 1, "o3": 0}
        assert found.participant_count == 3


def test_an_unwritten_report_is_published_with_the_figures_after_fourteen_days(app, make, browser, follow_up):
    _boss, office, _operator, cid = closed(app, make, follow_up)
    later = clock.now() + timedelta(days=10 + rules.REPORT_DAYS)
    with clock.at(later):
        with app.app_context():
            votes.close_due()
            jobs.turn_phases()
        follow_up()
        with app.app_context():
            jobs.turn_phases()
            assert db.session.query(Case).count() == 0
    with clock.at(later + timedelta(days=2)):
        with app.app_context():
            jobs.turn_phases()
            jobs.turn_phases()
            assert db.session.query(Case).one().department_id == office
        page = browser().open(f"/consultations/{cid}/report")
        assert "برگزارکننده در ۱۴ روز گزارشی ننوشت" in page


def test_a_report_is_published_once(app, ctx, make, follow_up):
    boss, _office, _operator, cid = closed(app, make, follow_up)
    with clock.at(clock.now() + timedelta(days=11)):
        votes.close_due()
        follow_up()
        with transaction():
            service.publish_report(actor_of(boss), queries.for_change(actor_of(boss), cid), text="گزارش کامل")
        with pytest.raises(Conflict), transaction():
            service.publish_report(actor_of(boss), queries.for_change(actor_of(boss), cid), text="گزارش دیگر")


def test_a_hidden_consultation_is_absent_everywhere(app, make, browser):
    boss, group, _office, _operator = people(make)
    cid = make.consultation(boss, group)
    with app.app_context(), transaction():
        found = queries.for_change(SYSTEM, cid)
        service.contributions.hide(SYSTEM, found.contribution, clause=1)
    for path in (f"/consultations/{cid}", f"/c/{cid}", f"/consultations/{cid}/report"):
        browser().open(path, status=404)
    assert "دبستان" not in browser().open("/consultations")


def test_a_draft_begun_twice_by_a_double_click_is_one(app, make, browser):
    boss, _group, _office, _operator = people(make)
    manager = browser(boss)
    manager.open("/consultations/new")
    data = [(k, v) for k, v in manager.form().fields]
    assert manager.post("/consultations/new", data).status_code == 303
    assert manager.post("/consultations/new", data).status_code == 303
    with app.app_context():
        assert db.session.query(Consultation).count() == 1


def test_list_and_page_cost_the_same_however_much_there_is(app, make, browser):
    boss, group, office, _operator = people(make)
    first = make.consultation(boss, group, department_id=office)

    def cost(path: str) -> int:
        guest = browser()
        with counted(app) as sent:
            guest.open(path)
        return len(sent)

    one = cost("/consultations"), cost(f"/consultations/{first}")
    for _ in range(4):
        make.consultation(boss, group, department_id=office)
    assert (cost("/consultations"), cost(f"/consultations/{first}")) == one
    assert one[0] <= 3
    assert one[1] <= 9


@pytest.mark.parametrize("lang", ["fa", "en", "ar"])
def test_the_pages_stand_in_every_language(make, browser, lang):
    boss, group, office, _operator = people(make)
    cid = make.consultation(boss, group, department_id=office)
    draft = make.consultation(boss, group, department_id=office, state="draft")
    guest, manager = browser(lang=lang), browser(boss, lang=lang)
    guest.open("/consultations")
    guest.open(f"/consultations/{cid}")
    for step in ("question", "phases", "department", "review"):
        manager.open(f"/consultations/{draft}/edit/{step}")
    manager.open(f"/consultations/{draft}/edit/nonsense", status=404)
    browser(lang=lang).open("/consultations/999", status=404)
