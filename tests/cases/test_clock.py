"""The clock of a case: asking the author, more time, what happens at 75, 100 and 150 per cent."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from civic.app.commands import cli
from civic.cases import jobs, queries, service
from civic.cases.models import AuthorQuestion, Case, DepartmentFigures, OverdueWeek
from civic.cases.rules import AnswerKind, CaseStatus, Door, middle
from civic.contributions.models import Contribution, Step
from civic.contributions.queries import by_id
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import PUBLIC, SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from civic.core.jobs import run_all
from civic.core.outbox import Delivery, OutboxEvent
from civic.departments.models import Department
from civic.duties import jobs as duties
from civic.duties.models import Escalation
from civic.groups.queries import actor_of
from civic.notifications.models import Notice

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.fixture
def city(app, make):
    """A department below a deputy, with people in both, and one case opened on a Monday with 20 working days."""

    class City:
        deputy = make.department("deputy", name="معاونت")
        bus = make.department("bus", name="اتوبوسرانی")
        officer = make.user("مجید احمدی", roles=(Role.OFFICER,), department_id=bus)
        other = make.user("لیلا نوری", roles=(Role.OFFICER,), department_id=bus)
        head = make.user("مهدی راستگو", roles=(Role.HEAD,), department_id=bus)
        above = make.user("معاون", roles=(Role.HEAD,), department_id=deputy)
        council = make.user("عضو شورا", roles=(Role.COUNCIL,))
        author = make.user()
        made = make.base_proposal(author, title="سایه‌بان خیابان امامت")

    with app.app_context():
        with clock.at(MONDAY), transaction():
            db.session.get_one(Department, City.bus).parent_id = City.deputy
            City.case_id = service.open_case(
                SYSTEM, by_id(City.made), door=Door.THRESHOLD, department_id=City.bus
            ).id
        db.session.remove()
    return City


def the_case(city) -> Case:
    return db.session.get_one(Case, city.case_id)


def told(kind: str) -> set[int]:
    return set(db.session.scalars(select(Notice.user_id).where(Notice.kind == kind)))


def steps(city) -> list[str]:
    return list(
        db.session.scalars(select(Step.kind).where(Step.contribution_id == city.made).order_by(Step.id))
    )


def run(moment: datetime) -> None:
    with clock.at(moment):
        duties.run_clock()
        jobs.close_week()
        run_all()


@pytest.mark.usefixtures("ctx")
def test_each_level_reaches_those_whose_turn_it_is(city):
    run(MONDAY + timedelta(days=23))  # 75 per cent: nobody has taken it, so all of the department
    assert told("case_late_75") == {city.officer, city.other, city.head}
    assert told("case_late_100") == set()
    assert StepKind.OVERDUE not in steps(city)
    run(MONDAY + timedelta(days=29))
    assert told("case_late_100") == {city.head}
    assert steps(city).count(StepKind.OVERDUE) == 1
    run(MONDAY + timedelta(days=45))
    assert told("case_late_150") == {city.above}
    assert told("council_overdue") == set()
    run(MONDAY + timedelta(days=47))  # a Saturday, or later: the week is over
    assert told("council_overdue") == {city.council}
    assert (
        db.session.scalar(select(func.count()).select_from(OverdueWeek).where(OverdueWeek.case_count > 0))
        == 1
    )


@pytest.mark.usefixtures("ctx")
def test_at_75_per_cent_only_the_officer_who_has_it(city):
    with clock.at(MONDAY), transaction():
        service.take(actor_of(city.officer), the_case(city))
    run(MONDAY + timedelta(days=23))
    assert told("case_late_75") == {city.officer}


def test_the_command_run_twice_does_nothing_the_second_time(app, city, monkeypatch):
    monkeypatch.setattr("civic.app.commands.site", lambda: app)
    at = (MONDAY + timedelta(days=60)).strftime("%Y-%m-%d %H:%M:%S")

    def counted() -> list[int]:
        found = [
            db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (OutboxEvent, Delivery, Escalation, Step, Notice, OverdueWeek)
        ]
        db.session.remove()
        return found

    with app.app_context():
        before = counted()
        assert CliRunner().invoke(cli, ["sla", "run", "--at", at], catch_exceptions=False).exit_code == 0
        first = counted()
        assert CliRunner().invoke(cli, ["sla", "run", "--at", at], catch_exceptions=False).exit_code == 0
        assert counted() == first
    assert all(now > then for now, then in zip(first, before, strict=True))


@pytest.mark.usefixtures("ctx")
def test_an_answered_case_is_told_no_more(city):
    with clock.at(MONDAY), transaction():
        officer = actor_of(city.officer)
        service.save_answer(officer, the_case(city), kind=AnswerKind.ALREADY_DONE, what="پارسال انجام شد.")
        service.send_to_head(officer, the_case(city))
        service.approve(actor_of(city.head), the_case(city))
    run(MONDAY + timedelta(days=90))
    assert told("case_late_75") == told("case_late_100") == told("case_late_150") == set()
    assert StepKind.OVERDUE not in steps(city)


def test_the_delay_is_public_on_the_page_and_in_lists(app, city, browser):
    later = MONDAY + timedelta(days=40)
    with clock.at(later):
        guest = browser()
        assert "پاسخ از مهلت گذشته" in guest.open(f"/proposals/{city.made}")
        assert "پاسخ از مهلت گذشته" in guest.open("/proposals")
        with app.app_context():
            assert queries.late_among([db.session.get_one(Contribution, city.made)]) == {city.made}
            db.session.remove()
    with clock.at(MONDAY):
        assert "پاسخ از مهلت گذشته" not in browser().open("/proposals")


def test_the_author_is_asked_answers_and_the_clock_goes_on(app, city, browser, follow_up):
    with clock.at(MONDAY + timedelta(days=1)):
        officer, author, guest = browser(city.officer), browser(city.author), browser()
        officer.open(f"/inbox/{city.case_id}")
        assert officer.submit(f"/inbox/{city.case_id}/ask", question="کجا؟").status_code == 422
        assert "کجا؟" in officer.text
        assert (
            officer.submit(f"/inbox/{city.case_id}/ask", question="کدام ایستگاه‌های خیابان؟").status_code
            == 303
        )
        assert "ساعت ایستاده است" in officer.open("/inbox?view=waiting")
        assert "منتظر نویسنده" in officer.open(f"/inbox/{city.case_id}")
        page = guest.open(f"/proposals/{city.made}")
        assert "کدام ایستگاه‌های خیابان؟" in page
        assert "پاسخ به واحد" not in page
        follow_up()
        assert "کدام ایستگاه‌های خیابان؟" in author.open("/me/notices")
        assert "پاسخ به واحد" in author.open(f"/proposals/{city.made}")
    with app.app_context():
        question_id = db.session.scalars(select(AuthorQuestion.id)).one()
        paused_due = the_case(city).due_at
        db.session.remove()
    with clock.at(MONDAY + timedelta(days=6)):
        officer, author = browser(city.officer), browser(city.author)
        officer.open(f"/questions/{question_id}", status=404)
        author.open(f"/questions/{question_id}")
        assert author.submit(answer="  ").status_code == 422
        assert author.submit(answer="ایستگاه‌های ۸ و ۱۸ و ۲۶").status_code == 303
        assert "پاسخ شما به واحد رسید" in author.follow()
        author.post(f"/questions/{question_id}", {"answer": "دوباره", "csrf_token": author.token()})
        assert author.status == 409
        assert "ایستگاه‌های ۸ و ۱۸ و ۲۶" in officer.open(f"/inbox/{city.case_id}")
        assert "ایستگاه‌های ۸ و ۱۸ و ۲۶" not in guest.open(f"/proposals/{city.made}")
        follow_up()
    with app.app_context():
        case = the_case(city)
        # from Tuesday 10:30 to Sunday 10:30: 240 + 420 + 420 + 180 minutes, three working days
        assert case.duty.paused_minutes == 1260
        assert case.due_at == case.duty.due_at < paused_due
        assert steps(city)[-2:] == [StepKind.PAUSED, StepKind.RESUMED]
        assert told("author_answered") == {city.officer, city.other, city.head}
        db.session.remove()


def test_the_authors_words_are_read_by_the_department_alone(app, city, browser, make):
    """So the author was told before writing them; council, triage and those above know only that they came."""
    words = "ایستگاه‌های ۳ و ۷؛ خانهٔ خودم روبه‌روی شمارهٔ ۷ است."
    with app.app_context():
        with clock.at(MONDAY + timedelta(days=1)), transaction():
            asked = service.ask_author(actor_of(city.officer), the_case(city), text="کدام ایستگاه‌های خیابان؟")
            author = actor_of(city.author)
            service.answer_question(author, *queries.question_for_change(author, asked.id), text=words)
        db.session.remove()
    for staff in (city.officer, city.other, city.head):
        assert words in browser(staff).open(f"/inbox/{city.case_id}")
    for reader in (
        city.above,
        city.council,
        make.user(roles=(Role.TRIAGE,)),
        make.user(roles=(Role.OPERATOR,)),
    ):
        page = browser(reader).open(f"/inbox/{city.case_id}")
        assert words not in page
        assert "تنها واحد مسئول می‌خواند" in page


@pytest.mark.usefixtures("ctx")
def test_waiting_that_is_used_up_goes_on_by_itself(city):
    officer = actor_of(city.officer)
    with clock.at(MONDAY), transaction():
        service.take(officer, the_case(city))
        service.ask_author(officer, the_case(city), text="کدام ایستگاه‌های خیابان؟")
        with pytest.raises(RuleBroken, match="منتظر پاسخ نویسنده"):
            service.return_to_triage(officer, the_case(city), reason="مال ما نیست")
    run(MONDAY + timedelta(days=13))
    assert the_case(city).duty.paused_at is not None
    run(MONDAY + timedelta(days=15))
    db.session.expire_all()
    case = the_case(city)
    assert case.duty.paused_at is None
    assert case.due_at == case.duty.due_at
    assert steps(city)[-1] == StepKind.RESUMED
    assert told("pause_spent") == {city.officer}
    with clock.at(MONDAY + timedelta(days=16)), transaction():
        with pytest.raises(RuleBroken, match="ده روز کاری"):
            service.ask_author(officer, case, text="باز هم می‌پرسیم از شما")
        asked = db.session.scalars(select(AuthorQuestion)).one()
        service.answer_question(actor_of(city.author), asked, case, text="دیر شد، اما ایستگاه ۸")
        with pytest.raises(NotAllowed):
            service.answer_question(officer, asked, case, text="به جای او")
    assert case.duty.paused_minutes == 10 * 420


@pytest.mark.usefixtures("ctx")
def test_the_department_stops_waiting(city):
    officer = actor_of(city.officer)
    with clock.at(MONDAY), transaction():
        service.ask_author(officer, the_case(city), text="کدام ایستگاه‌های خیابان؟")
        service.stop_waiting(officer, the_case(city))
        with pytest.raises(Conflict):
            service.stop_waiting(officer, the_case(city))
    assert the_case(city).duty.paused_at is None


def test_the_head_extends_once_with_a_public_reason(app, city, browser, follow_up):
    with clock.at(MONDAY + timedelta(days=2)):
        officer, head = browser(city.officer), browser(city.head)
        assert "تمدید مهلت" not in officer.open(f"/inbox/{city.case_id}")
        head.open(f"/inbox/{city.case_id}")
        assert head.submit(f"/inbox/{city.case_id}/extend", extension="کم").status_code == 422
        reason = "نقشه‌برداری خیابان دو هفته طول می‌کشد."
        assert head.submit(f"/inbox/{city.case_id}/extend", extension=reason).status_code == 303
        assert "دوباره تمدید نمی‌شود" in head.open(f"/inbox/{city.case_id}")
        assert reason in browser().open(f"/proposals/{city.made}")
        follow_up()
    with app.app_context():
        with transaction(), pytest.raises(NotAllowed):
            service.extend(actor_of(city.officer), the_case(city), reason=reason)
        with transaction(), pytest.raises(RuleBroken, match="یک بار"):
            service.extend(actor_of(city.head), the_case(city), reason=reason)
        assert steps(city)[-1] == StepKind.EXTENDED
        assert the_case(city).due_at == the_case(city).duty.due_at
        assert city.author in told("case_extended")
        db.session.remove()


@pytest.mark.usefixtures("ctx")
def test_a_case_is_accepted_within_three_working_days(city):
    case = the_case(city)
    assert clock.local(case.acknowledge_by).date().isoformat() == "2026-11-29"  # the midnight after Saturday
    with clock.at(MONDAY), transaction():
        service.assign_officer(actor_of(city.head), case, officer_id=city.officer)
        assert case.acknowledged_at is None
        with pytest.raises(Conflict):
            service.take(actor_of(city.other), case)
        service.take(actor_of(city.officer), case)
        assert case.acknowledged_at == MONDAY
        service.assign_officer(actor_of(city.head), case, officer_id=city.other)
        assert case.acknowledged_at is None


@pytest.mark.usefixtures("ctx")
def test_figures_are_counted_by_the_clock(city, make):
    paused = make.open_case(make.base_proposal(city.author), department_id=city.bus)
    with clock.at(MONDAY), transaction():
        case = db.session.get_one(Case, paused)
        service.ask_author(actor_of(city.officer), case, text="کدام ایستگاه‌های خیابان؟")
        returned = db.session.get_one(Case, city.case_id)
        service.return_to_triage(actor_of(city.officer), returned, reason="مال ما نیست")
    with clock.at(MONDAY):
        jobs.store_figures()
        jobs.store_figures()
    found = db.session.get_one(DepartmentFigures, city.bus)
    assert (found.open_count, found.paused_count, found.late_count, found.returned_count) == (1, 1, 0, 1)
    assert found.median_days is None
    assert db.session.get_one(DepartmentFigures, city.deputy).open_count == 0


def test_a_head_sees_what_stands_below_and_no_other(app, city, browser, make):
    with clock.at(MONDAY + timedelta(hours=1)):
        with app.app_context():
            jobs.store_figures()
            db.session.remove()
        above, head = browser(city.above), browser(city.head)
        assert "اتوبوسرانی" in above.open("/inbox/department")
        assert "معاونت" not in head.open("/inbox/department").split("<table")[1]
        assert "سایه‌بان خیابان امامت" in above.open(f"/inbox?department={city.bus}")
        assert "سایه‌بان خیابان امامت" not in above.open("/inbox")
        above.open(f"/inbox/{city.case_id}")
        above.open(f"/inbox/{city.case_id}/answer", status=404)  # reads, does not write
        stranger = browser(make.user(roles=(Role.HEAD,), department_id=make.department("roads")))
        stranger.open(f"/inbox/{city.case_id}", status=404)
        assert "سایه‌بان خیابان امامت" not in stranger.open(f"/inbox?department={city.bus}")


def test_the_council_reads_the_weeks_delays(app, city, browser):
    with app.app_context():
        run(MONDAY + timedelta(days=45))
        run(MONDAY + timedelta(days=47))
        last_day = db.session.scalars(select(OverdueWeek.last_day).where(OverdueWeek.case_count > 0)).one()
        db.session.remove()
    with clock.at(MONDAY + timedelta(days=47)):
        member = browser(city.council)
        assert "سایه‌بان خیابان امامت" in member.open(f"/overdue?week={last_day}")
        assert "سایه‌بان خیابان امامت" in member.open("/overdue?week=بد")
        browser(city.author).open("/overdue", status=403)
        browser().open("/overdue", status=303)
    with app.app_context():
        run(MONDAY + timedelta(days=54))
        newest = db.session.scalars(
            select(OverdueWeek.last_day).order_by(OverdueWeek.last_day.desc())
        ).first()
        db.session.remove()
    assert (
        newest > last_day
    )  # a week in which nothing was added: the desk opens on the last that has something
    with clock.at(MONDAY + timedelta(days=54)):
        assert "سایه‌بان خیابان امامت" in browser(city.council).open("/overdue")
        assert "سایه‌بان خیابان امامت" not in browser(city.council).open(f"/overdue?week={newest}")


@pytest.mark.usefixtures("ctx")
def test_the_clock_of_cases_is_nobodys_but_the_systems(city):
    for act in (
        lambda who: service.mark_overdue(who, the_case(city)),
        lambda who: service.note_spent_pause(who, the_case(city)),
        lambda who: service.close_week(who, last_day=clock.today()),
        service.store_figures,
        service.follow_clock,
        lambda who: service.reopen(who, the_case(city), reason="چون"),
        lambda who: service.hand_over(who, the_case(city), department_id=None),
    ):
        for who in (PUBLIC, actor_of(city.head), actor_of(city.author)):
            with transaction(), pytest.raises(NotAllowed):
                act(who)
    assert the_case(city).status is CaseStatus.ASSIGNED
    with pytest.raises(NotFound):
        queries.question_for_author(PUBLIC, 1)


@pytest.mark.parametrize(
    ("counted", "median"),
    [
        ([], None),
        ([(3, 1)], 3),
        ([(1, 1), (9, 1)], 1),
        ([(1, 1), (2, 1), (9, 1)], 2),
        ([(1, 5), (20, 6)], 20),
    ],
)
def test_the_middle_of_what_was_counted(counted, median):
    assert middle(counted) == median
