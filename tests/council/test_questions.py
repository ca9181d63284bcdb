"""A council member's question is a case with a clock, public with its answer."""

import pytest
from sqlalchemy import select

from civic.cases.rules import AnswerKind, Door
from civic.contributions.models import Contribution, Step
from civic.contributions.rules import Status
from civic.core.actor import Actor, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed
from civic.council import queries, service
from civic.council.models import CouncilQuestion
from civic.duties.rules import DAY_MINUTES
from tests.queries import counted

WORDS = {"title": "نیمکت‌های بوستان وحدت چه شد؟", "text": "قول بیست آبان بود. مردم از چه روزی می‌نشینند؟"}


@pytest.fixture
def city(make):
    class City:
        parks = make.department("parks", name="سازمان پارک‌ها")
        officer = make.user("شیرین ملکی", roles=(Role.OFFICER,), department_id=parks)
        head = make.user("مدیر پارک‌ها", roles=(Role.HEAD,), department_id=parks)
        member = make.user("الهام کریمی", roles=(Role.COUNCIL,))
        author = make.user()
        made = make.base_proposal(author, title="سایه و نیمکت برای بوستان وحدت")
        case_id = make.open_case(made, department_id=parks)
        answer_id = make.answered(case_id, officer, head)
        promise_id = make.promise_id(answer_id)

    return City


def question_id(app):
    with app.app_context():
        found = db.session.scalars(select(CouncilQuestion.id)).one()
        db.session.remove()
    return found


def test_from_the_promise_to_the_answer(app, make, browser, city, follow_up):
    member, guest = browser(city.member), browser()
    member.open(f"/promises/{city.promise_id}")
    assert f"/council/questions/new?promise={city.promise_id}" in member.text
    member.open(f"/council/questions/new?promise={city.promise_id}")
    form = member.form()
    assert (
        "department_id",
        str(city.parks),
    ) in form.fields  # the department of the promise is chosen already
    first = member.submit(**WORDS)
    assert first.status_code == 303
    again = member.client.post(
        f"/council/questions/new?promise={city.promise_id}",
        data=dict(form.fields) | WORDS,
        headers={"Origin": "http://localhost"},
    )
    assert again.headers["Location"] == first.headers["Location"]  # a double click asks once
    made = question_id(app)
    follow_up()
    page = guest.open(f"/council/questions/{made}")
    for words in (
        WORDS["title"],
        "الهام کریمی، عضو شورا",
        "سازمان پارک‌ها",
        "در انتظار پاسخ",
        "در دفتر قول‌ها",
    ):
        assert words in page, words
    assert WORDS["title"] in guest.open("/council/questions")
    assert WORDS["title"] in guest.open("/council/questions?state=open")
    assert WORDS["title"] not in guest.open("/council/questions?state=answered")
    assert WORDS["title"] in member.open("/council")
    assert WORDS["title"] in browser(city.officer).open("/inbox")
    with app.app_context():
        row, case = db.session.get_one(Contribution, made), queries.own(Actor(user_id=city.member))[0].case
        assert (row.status, row.byline) == (Status.PUBLIC, "الهام کریمی، عضو شورا")
        assert (case.door, case.department_id) == (Door.QUESTION, city.parks)
        assert case.duty.working_minutes == 10 * DAY_MINUTES
        kinds = db.session.scalars(select(Step.kind).where(Step.contribution_id == city.made)).all()
        assert "council_asked" in kinds
        case_id = case.id
        db.session.remove()
    make.answered(case_id, city.officer, city.head, kind=AnswerKind.ALREADY_DONE)
    follow_up()
    page = guest.open(f"/council/questions/{made}")
    assert "شهرداری پاسخ داد" in page
    assert WORDS["title"] in guest.open("/council/questions?state=answered")
    assert "پاسخ در مهلت" in member.open("/council")
    with app.app_context():
        kinds = db.session.scalars(
            select(Step.kind).where(Step.contribution_id == city.made).order_by(Step.id)
        ).all()
        assert kinds[-1] == "council_answered"
        db.session.remove()
    for lang in ("en", "ar"):
        browser(lang=lang).open(f"/council/questions/{made}")


@pytest.mark.parametrize(
    "change",
    [{"title": ""}, {"text": ""}, {"department_id": ""}, {"text": "ب" * 601}, {"department_id": "999"}],
)
def test_what_lacks_is_said_and_the_words_kept(app, browser, city, change):
    member = browser(city.member)
    member.open(f"/council/questions/new?about={city.made}")
    assert "سایه و نیمکت" in member.text
    assert member.submit(**(WORDS | change)).status_code == 422
    assert "سایه و نیمکت" in member.text
    assert WORDS["title"] in member.text or "title" in change
    with app.app_context():
        assert db.session.scalars(select(CouncilQuestion)).all() == []
        db.session.remove()


def test_who_cannot_ask_is_shown_no_questions_of_their_own(make, browser, city):
    assert "پرسش‌های من" in browser(city.member).open("/council")
    for role in (Role.CLERK, Role.INSPECTOR):
        page = browser(make.user(roles=(role,))).open("/council")
        assert "پرسش‌های من" not in page
        assert "پرسش شما بی‌پاسخ" not in page


def test_only_members_ask(app, make, browser, city):
    for roles in ((), (Role.OPERATOR,), (Role.HEAD,), (Role.MODERATOR,)):
        person = browser(make.user(roles=roles, department_id=city.parks))
        person.open("/council", status=403)
        person.open("/council/questions/new", status=403)
        person.open("/me/profile")
        sent = person.post(
            "/council/questions/new", WORDS | {"csrf_token": person.token(), "department_id": str(city.parks)}
        )
        assert sent.status_code == 403
    browser().open("/council", status=303)
    with app.app_context():
        with transaction(), pytest.raises(NotAllowed):
            service.ask(Actor(user_id=city.author), department_id=city.parks, **WORDS)
        db.session.remove()


def test_absent_things(browser, city):
    member = browser(city.member)
    for query in ("about=999", "promise=999", "about=x", "promise=۱۲", "about=99999999999999999999"):
        member.open(f"/council/questions/new?{query}")
    browser().open("/council/questions/999", status=404)
    browser().open(f"/council/questions/{city.made}", status=404)  # a proposal is no question


def test_the_list_takes_a_fixed_number_of_queries(app, make, browser, city):
    member = browser(city.member)

    def ask(n):
        for _ in range(n):
            member.open("/council/questions/new")
            assert member.submit(**WORDS, department_id=str(city.parks)).status_code == 303

    def cost():
        with counted(app) as sent:
            browser().open("/council/questions")
        return len(sent)

    ask(1)
    one = cost()
    ask(6)
    assert cost() == one
    assert one <= 3
