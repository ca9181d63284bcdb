"""What happens to a case inside the city is told to those whose business it is."""

import pytest
from sqlalchemy import select

from civic.cases import queries as cases
from civic.cases import service
from civic.cases.events import CaseOpened
from civic.cases.rules import AnswerKind
from civic.contributions import service as contributing
from civic.contributions.queries import by_id
from civic.contributions.rules import Involvement
from civic.core.actor import Role
from civic.core.db import db, transaction
from civic.council import service as council
from civic.groups.queries import actor_of
from civic.notifications import jobs
from civic.notifications.models import Notice
from civic.notifications.rules import Topic
from civic.notifications.words import WORDS as NOTICES


@pytest.fixture
def city(app, make):
    class City:
        bus = make.department("bus", name="اتوبوسرانی")
        parks = make.department("parks", name="پارک‌ها")
        officer = make.user("مجید احمدی", roles=(Role.OFFICER,), department_id=bus)
        colleague = make.user("زهره کریمی", roles=(Role.OFFICER,), department_id=bus)
        head = make.user("مهدی راستگو", roles=(Role.HEAD,), department_id=bus)
        gardener = make.user("شیرین ملکی", roles=(Role.OFFICER,), department_id=parks)
        clerk = make.user("میز ارجاع", roles=(Role.TRIAGE,))
        member = make.user("الهام کریمی", roles=(Role.COUNCIL,))
        author = make.user()
        follower = make.user()
        made = make.base_proposal(author, title="سایه‌بان خیابان امامت")

    with app.app_context(), transaction():
        contributing.involve(by_id(City.made), actor_of(City.follower), Involvement.FOLLOWER)
    return City


def told(app, kind):
    """Who was told this, as often as they were."""
    with app.app_context():
        found = sorted(db.session.scalars(select(Notice.user_id).where(Notice.kind == kind)))
        db.session.remove()
        return found


def act(app, verb, who, case_id, **values):
    with app.app_context():
        with transaction():
            verb(actor_of(who), cases.for_change(actor_of(who), case_id), **values)
        db.session.remove()


WORDS = {
    "kind": AnswerKind.DECLINED,
    "what": "نمی‌شود.",
    "why": "پیاده‌رو باریک است.",
    "decline_reason": "budget",
}


def test_a_new_case_is_told_to_its_department_and_to_nobody_elses(app, make, city, follow_up, browser):
    case_id = make.open_case(city.made, department_id=city.bus)
    follow_up()
    assert told(app, "case_new") == sorted([city.officer, city.colleague, city.head])
    assert told(app, "case_opened") == sorted([city.author, city.follower])
    person = browser(city.officer)
    assert "پروندهٔ تازه‌ای به واحد شما رسید: «سایه‌بان خیابان امامت»" in person.open("/me/notices")
    with app.app_context():
        notice = db.session.scalars(select(Notice.id).where(Notice.user_id == city.officer)).one()
    person.open(f"/me/notices/{notice}", status=303)
    assert person.location == f"/inbox/{case_id}"
    assert "A new case has reached your department" in browser(city.officer, lang="en").open("/me/notices")
    assert "وصل إلى جهتكم ملف جديد" in browser(city.officer, lang="ar").open("/me/notices")
    with app.app_context(), transaction():
        jobs.tell_case(CaseOpened(case_id, city.made))
    assert len(told(app, "case_new")) == 3  # carried out twice, told once


def test_without_a_department_triage_hears_and_then_the_one_it_names(app, make, city, follow_up):
    case_id = make.open_case(city.made)
    follow_up()
    assert told(app, "case_triage") == [city.clerk]
    assert told(app, "case_new") == []
    act(app, service.assign_department, city.clerk, case_id, department_id=city.parks)
    follow_up()
    assert told(app, "case_new") == [city.gardener]
    act(app, service.return_to_triage, city.gardener, case_id, reason="خیابان با اتوبوسرانی است.")
    follow_up()
    assert told(app, "case_returned") == [city.clerk]
    act(app, service.assign_department, city.clerk, case_id, department_id=city.bus)
    follow_up()
    assert told(app, "case_new") == sorted([city.gardener, city.officer, city.colleague, city.head])


def test_given_back_before_anybody_was_told_only_triage_hears(app, make, city, follow_up):
    case_id = make.open_case(city.made)
    act(app, service.assign_department, city.clerk, case_id, department_id=city.parks)
    act(app, service.return_to_triage, city.gardener, case_id, reason="خیابان با اتوبوسرانی است.")
    follow_up()
    assert told(app, "case_new") == []
    assert told(app, "case_returned") == [city.clerk]


def test_an_officer_hears_what_others_give_them_and_not_what_they_take(app, make, city, follow_up):
    case_id = make.open_case(city.made, department_id=city.bus)
    follow_up()
    act(app, service.assign_officer, city.head, case_id, officer_id=city.colleague)
    follow_up()
    assert told(app, "case_yours") == [city.colleague]
    act(app, service.assign_officer, city.officer, case_id, officer_id=city.officer)
    follow_up()
    assert told(app, "case_yours") == [city.colleague]


def test_head_and_writer_hear_each_time_the_answer_comes_and_goes(app, make, city, follow_up):
    case_id = make.open_case(city.made, department_id=city.bus)
    for time in (1, 2):
        act(app, service.save_answer, city.officer, case_id, **WORDS)
        act(app, service.send_to_head, city.officer, case_id)
        follow_up()
        assert told(app, "answer_to_approve") == [city.head] * time
        assert told(app, "answer_sent_back") == [city.officer] * (time - 1)
        if time == 1:
            act(app, service.send_back, city.head, case_id, note="هزینه را هم بنویسید.")
            follow_up()
            assert told(app, "answer_sent_back") == [city.officer]


def test_a_council_question_is_told_to_the_department_and_to_those_concerned(app, city, follow_up, browser):
    with app.app_context(), transaction():
        asked = council.ask(
            actor_of(city.member), title="سایه‌بان کی می‌رسد؟", text="مردم از چه روزی زیر سایه می‌ایستند؟",
            department_id=city.bus, about=by_id(city.made),
        ).id  # fmt: skip
    follow_up()
    assert told(app, "council_asked") == sorted([city.officer, city.colleague, city.head])
    assert told(app, "case_new") == []
    assert told(app, "council_asked_about") == sorted([city.author, city.follower])
    assert city.member not in told(app, "council_asked_about")
    person = browser(city.follower)
    assert "سایه‌بان کی می‌رسد؟" in person.open("/me/notices")
    with app.app_context():
        notice = db.session.scalars(select(Notice.id).where(Notice.user_id == city.follower)).one()
    person.open(f"/me/notices/{notice}", status=303)
    assert person.location.endswith(f"/council/questions/{asked}")


def test_an_officer_whose_account_is_closed_is_not_told(app, make, city, follow_up):
    with app.app_context(), transaction():
        db.session.execute(db.text("UPDATE users SET status='blocked' WHERE id=:i"), {"i": city.colleague})
    make.open_case(city.made, department_id=city.bus)
    follow_up()
    assert told(app, "case_new") == sorted([city.officer, city.head])


def test_what_somebody_must_do_is_never_left_to_the_digest_of_followed_things():
    """Muting a proposal as a reader does not silence the deadline of its case, nor a question to its author."""
    for kind, words in NOTICES.items():
        if words.to in {"case", "triage", "overdue", "review_overdue", "appeal", "approvals"}:
            assert words.topic is Topic.WORK, kind
        elif words.to in {"question", "decision", "decisions", "cosigners"}:
            assert words.topic is Topic.MINE, kind
