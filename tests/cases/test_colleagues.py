"""Another department's part, ready sentences, who stands in for whom."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.cases import queries, service
from civic.cases.models import AnswerTemplate, Case, CasePart, Leave
from civic.cases.rules import AnswerKind
from civic.contributions.models import Step
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.dates import parts_of
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from civic.groups.queries import actor_of
from civic.notifications.models import Notice


@pytest.fixture
def city(make):
    class City:
        bus = make.department("bus", name="اتوبوسرانی")
        works = make.department("works", name="معاونت عمران")
        officer = make.user("مجید احمدی", roles=(Role.OFFICER,), department_id=bus)
        other = make.user("لیلا نوری", roles=(Role.OFFICER,), department_id=bus)
        head = make.user("مهدی راستگو", roles=(Role.HEAD,), department_id=bus)
        builder = make.user("سازنده", roles=(Role.OFFICER,), department_id=works)
        author = make.user()
        made = make.base_proposal(author, title="سایه‌بان خیابان امامت")
        case_id = make.open_case(made, department_id=bus)

    return City


def the_case(city) -> Case:
    return db.session.get_one(Case, city.case_id)


def test_another_department_gives_its_part_and_it_stands_in_the_answer(app, city, browser, follow_up):
    officer, builder, guest = browser(city.officer), browser(city.builder), browser()
    builder.open(f"/inbox/{city.case_id}", status=404)
    officer.open(f"/inbox/{city.case_id}")
    asked = {"partner_id": str(city.works), "part_question": "پهنای پیاده‌رو چقدر است؟"}
    assert (
        officer.submit(f"/inbox/{city.case_id}/parts", **(asked | {"part_question": "چه؟"})).status_code
        == 422
    )
    assert "چه؟" in officer.text
    officer.open(f"/inbox/{city.case_id}")
    assert (
        officer.submit(f"/inbox/{city.case_id}/parts", **(asked | {"partner_id": str(city.bus)})).status_code
        == 422
    )
    officer.open(f"/inbox/{city.case_id}")
    assert officer.submit(f"/inbox/{city.case_id}/parts", **asked).status_code == 303
    officer.open(f"/inbox/{city.case_id}")
    assert officer.submit(f"/inbox/{city.case_id}/parts", **asked).status_code == 422  # asked already
    follow_up()
    assert "معاونت عمران" in guest.open(f"/proposals/{city.made}")
    assert "پهنای پیاده‌رو چقدر است؟" in builder.open("/inbox")
    builder.open(f"/inbox/{city.case_id}")
    assert "نوشتن پاسخ" not in builder.text
    with app.app_context():
        part_id = db.session.scalars(select(CasePart.id)).one()
        db.session.remove()
    assert builder.submit(f"/inbox/parts/{part_id}", part_text="کم").status_code == 422
    words = "پهنای پیاده‌رو سه متر و نیم است و جا هست."
    builder.open(f"/inbox/{city.case_id}")
    assert builder.submit(f"/inbox/parts/{part_id}", part_text=words).status_code == 303
    assert words not in guest.open(f"/proposals/{city.made}")
    assert words in officer.open(f"/inbox/{city.case_id}")
    follow_up()
    with app.app_context():
        kinds = db.session.scalars(select(Step.kind).where(Step.contribution_id == city.made)).all()
        assert kinds.count(StepKind.JOINED_DEPARTMENT) == 1
        told = set(db.session.scalars(select(Notice.user_id).where(Notice.kind == "part_given")))
        assert told == {city.officer, city.other, city.head}
        assert the_case(city).duty.department_id == city.bus  # the lead keeps the clock
        db.session.remove()
        with transaction():
            lead = actor_of(city.officer)
            service.save_answer(lead, the_case(city), kind=AnswerKind.ALREADY_DONE, what="پارسال انجام شد.")
            service.send_to_head(lead, the_case(city))
            service.approve(actor_of(city.head), the_case(city))
        with transaction(), pytest.raises(Conflict):
            service.give_part(
                actor_of(city.builder), *queries.part_for_change(actor_of(city.builder), part_id), text=words
            )
        with transaction(), pytest.raises(NotFound):
            queries.part_for_change(actor_of(city.officer), part_id)
        part = db.session.get_one(CasePart, part_id)
        with transaction(), pytest.raises(NotAllowed):
            service.give_part(actor_of(city.officer), part, the_case(city), text=words)
        db.session.remove()
    assert words in guest.open(f"/proposals/{city.made}")


def test_a_part_written_for_the_next_answer_waits_for_it(app, city, browser):
    """The case is open again: what another department writes now is published with the new answer, not before."""
    old, new = "پهنای پیاده‌رو سه متر است و جا هست.", "اندازهٔ تازه: دو متر و نیم است و جا نیست."
    with app.app_context():
        lead, builder = actor_of(city.officer), actor_of(city.builder)
        with transaction():
            part = service.ask_department(
                lead, the_case(city), department_id=city.works, question="پهنای پیاده‌رو چقدر است؟"
            ).id
        with transaction():
            service.give_part(builder, *queries.part_for_change(builder, part), text=old)
            service.save_answer(lead, the_case(city), kind=AnswerKind.ALREADY_DONE, what="پارسال انجام شد.")
            service.send_to_head(lead, the_case(city))
            service.approve(actor_of(city.head), the_case(city))
        db.session.remove()
    assert old in browser().open(f"/proposals/{city.made}")
    with app.app_context():
        with transaction():
            service.reopen(SYSTEM, the_case(city), reason="مردم گفتند انجام نشده است.")
            builder = actor_of(city.builder)
            service.give_part(builder, *queries.part_for_change(builder, part), text=new)
        db.session.remove()
    assert new not in browser().open(f"/proposals/{city.made}")


def test_ready_sentences_fill_only_what_is_empty(app, city, browser):
    head, officer = browser(city.head), browser(city.officer)
    head.open("/inbox/templates")
    filled = {"title": "در برنامهٔ سال آینده", "department_id": str(city.bus), "kind": "partly", "what": "در برنامهٔ سال آینده است.", "why": "بودجهٔ امسال بسته شده."}  # fmt: skip
    assert head.submit(**(filled | {"what": ""})).status_code == 422
    assert head.submit(**filled).status_code == 303
    assert "در برنامهٔ سال آینده" in officer.open("/inbox/templates")
    assert "ثبت" not in officer.text.split("<main")[1].split("</main")[0]
    with app.app_context():
        template_id = db.session.scalars(select(AnswerTemplate.id)).one()
        with transaction(), pytest.raises(NotAllowed):
            service.retire_template(actor_of(city.officer), queries.template_for_change(template_id))
        db.session.remove()
    officer.open(f"/inbox/{city.case_id}/answer")
    typed = {"act": "template", "template_id": str(template_id), "what": "همین را خودم نوشتم."}
    officer.submit(**typed)
    assert "همین را خودم نوشتم." in officer.text
    assert "در برنامهٔ سال آینده است." not in officer.text
    assert "بودجهٔ امسال بسته شده." in officer.text
    head.open(f"/inbox/templates/{template_id}")
    assert head.submit(f"/inbox/templates/{template_id}", what="برای سال آینده نوشته شد.").status_code == 303
    head.open("/inbox/templates")
    assert head.submit(f"/inbox/templates/{template_id}/retire").status_code == 303
    head.open(f"/inbox/templates/{template_id}", status=404)
    assert "گذاشتن قالب" not in officer.open(f"/inbox/{city.case_id}/answer")


def test_a_colleague_stands_in_for_an_officer_on_leave(app, city, browser, follow_up):
    officer, head = browser(city.officer), browser(city.head)
    today = clock.today()
    first, last = ([str(n) for n in parts_of(day, "fa")] for day in (today, today + timedelta(days=5)))
    officer.open("/inbox/leave")
    wrong = {"first_day": last, "last_day": first, "deputy_id": str(city.other)}
    assert officer.submit("/inbox/leave", **wrong).status_code == 422
    assert officer.submit("/inbox/leave", first_day=first, last_day=last, deputy_id=str(city.other)).status_code == 303  # fmt: skip
    assert "لیلا نوری" in head.open("/inbox/leave")
    with app.app_context():
        with transaction():
            service.take(actor_of(city.officer), the_case(city))
        with transaction(), pytest.raises(RuleBroken):  # twice in the same days
            service.go_on_leave(actor_of(city.officer), first_day=today, last_day=today, deputy_id=city.other)
        with transaction(), pytest.raises(RuleBroken):  # who is away stands in for nobody
            service.go_on_leave(actor_of(city.other), first_day=today, last_day=today, deputy_id=city.officer)
        with transaction(), pytest.raises(RuleBroken):  # of another department
            service.go_on_leave(actor_of(city.head), first_day=today, last_day=today, deputy_id=city.builder)
        db.session.remove()
    assert "سایه‌بان" in head.open("/inbox?view=away")
    follow_up()
    with app.app_context():
        with transaction():
            service.assign_officer(actor_of(city.head), the_case(city), officer_id=city.officer)
        assert the_case(city).officer_id == city.other
        leave_id = db.session.scalars(select(Leave.id)).one()
        with transaction(), pytest.raises(NotFound):
            queries.own_leave(actor_of(city.other), leave_id)
        db.session.remove()
    follow_up()
    with app.app_context():
        told = set(db.session.scalars(select(Notice.user_id).where(Notice.kind == "case_yours")))
        assert told == {city.other}
        db.session.remove()
    officer.open("/inbox/leave")
    assert officer.submit(f"/inbox/leave/{leave_id}/end").status_code == 303
    assert "هیچ همکاری در مرخصی نیست" in officer.follow()


def away(who, deputy, first, last):
    """Days from today."""
    today = clock.today()
    with transaction():
        service.go_on_leave(
            actor_of(who),
            first_day=today + timedelta(first),
            last_day=today + timedelta(last),
            deputy_id=deputy,
        )


@pytest.mark.usefixtures("ctx")
def test_who_stands_in_for_somebody_does_not_go_meanwhile(city, make):
    third = make.user("سوم", roles=(Role.OFFICER,), department_id=city.bus)
    away(city.officer, city.other, 2, 6)
    for first, last in ((0, 2), (4, 5), (6, 9), (0, 9)):
        with pytest.raises(RuleBroken, match="شما جانشین") as refused:
            away(city.other, third, first, last)
        assert refused.value.values["name"] == "مجید احمدی"
        assert refused.value.field == "first_day"
    away(city.other, third, 7, 9)  # after the last of those days
    with pytest.raises(RuleBroken, match="شما جانشین"):  # a chain: officer, other, third
        away(third, city.head, 9, 12)
    away(third, city.head, 0, 6)


@pytest.mark.usefixtures("ctx")
def test_who_is_away_on_one_of_the_days_stands_in_for_nobody(city, make):
    third = make.user("سوم", roles=(Role.OFFICER,), department_id=city.bus)
    away(city.other, third, 5, 8)
    for first, last in ((0, 5), (6, 7), (8, 20)):
        with pytest.raises(RuleBroken, match="خودش در مرخصی است") as refused:
            away(city.officer, city.other, first, last)
        assert (refused.value.values["name"], refused.value.values["deputy"]) == ("لیلا نوری", "سوم")
        assert refused.value.field == "deputy_id"
    away(city.officer, city.other, 0, 4)


def test_the_page_says_who_stands_in_for_whom(app, city, browser):
    with app.app_context():
        away(city.officer, city.other, 0, 5)
        db.session.remove()
    person = browser(city.other)
    person.open("/inbox/leave")
    first, last = ([str(n) for n in parts_of(clock.today() + timedelta(n), "fa")] for n in (1, 2))
    sent = person.submit("/inbox/leave", first_day=first, last_day=last, deputy_id=str(city.head))
    assert sent.status_code == 422
    assert "شما جانشین «مجید احمدی» هستید" in person.text
    assert "با جانشین دیگری دوباره ثبت کند" in person.text
    with app.app_context():
        assert db.session.scalars(select(Leave.user_id)).all() == [city.officer]
        db.session.remove()


@pytest.mark.postgres
def test_two_who_name_each_other_at_the_same_moment(app, city):
    """The second comes while the first is not committed, and must wait for it to see it."""
    written, refused = threading.Event(), []
    today = clock.today()

    def second():
        written.wait(5)
        with app.app_context():
            try:
                away(city.other, city.officer, 0, 3)
            except RuleBroken as error:
                refused.append(error.field)
            db.session.remove()

    run = threading.Thread(target=second)
    run.start()
    with app.app_context():
        with transaction():
            service.go_on_leave(
                actor_of(city.officer), first_day=today, last_day=today + timedelta(3), deputy_id=city.other
            )
            written.set()
            run.join(1)
        run.join(5)
        assert db.session.scalars(select(Leave.user_id)).all() == [city.officer]
        db.session.remove()
    assert refused == ["first_day"]


@pytest.mark.usefixtures("ctx")
def test_old_chains_end_with_who_is_at_work_and_old_circles_with_the_person(city, make):
    third = make.user("سوم", roles=(Role.OFFICER,), department_id=city.bus)
    today = clock.today()

    def written_earlier(who, deputy):
        with transaction():
            db.session.add(Leave(user_id=who, deputy_id=deputy, first_day=today, last_day=today, created_at=clock.now()))  # fmt: skip

    written_earlier(city.officer, city.other)
    written_earlier(city.other, third)
    assert queries.who_works_for(city.officer, today) == third
    with transaction():
        service.assign_officer(actor_of(city.head), the_case(city), officer_id=city.officer)
    assert the_case(city).officer_id == third
    assert queries.who_works_for(city.officer, today + timedelta(1)) == city.officer
    written_earlier(third, city.officer)
    assert queries.who_works_for(city.officer, today) == city.officer
