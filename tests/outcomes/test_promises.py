"""A promise is kept when the people say so."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.audit.models import AuditEntry
from civic.cases import queries as case_queries
from civic.cases import service as cases
from civic.cases.models import Answer, Case
from civic.cases.rules import CaseStatus
from civic.contributions.models import Contribution, Step
from civic.core import clock
from civic.core.actor import PUBLIC, SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed, RuleBroken
from civic.core.jobs import run_all
from civic.core.outbox import OutboxEvent
from civic.departments import service as departments
from civic.departments.events import DepartmentRetired
from civic.departments.models import Department
from civic.groups.queries import actor_of
from civic.notifications.models import Notice
from civic.outcomes import jobs, queries, rules, service
from civic.outcomes.models import Promise, PromiseVerdict, SheetPhoto
from civic.outcomes.rules import PromiseStatus, Verdict
from tests.make import delivery
from tests.make.city import answered


@pytest.fixture
def city(make):
    """An answered proposal whose promise is due in thirty days, with its author and four voters."""

    class City:
        bus = make.department("bus", name="اتوبوسرانی")
        officer = make.user("مجید احمدی", roles=(Role.OFFICER,), department_id=bus)
        head = make.user("مهدی راستگو", roles=(Role.HEAD,), department_id=bus)
        author = make.user()
        voters = tuple(make.user() for _ in range(4))
        made = make.base_proposal(author, title="سایه‌بان خیابان امامت")
        question = make.bare_question(made)
        case_id = make.open_case(made, department_id=bus)
        answer_id = make.answered(case_id, officer, head)
        promise_id = make.promise_id(answer_id)

    make.bare_votes(City.question, 4, voters=City.voters)
    return City


def report(city):
    with transaction():
        delivery.reported(city.promise_id, city.officer)


def say(city, user_id, verdict):
    with transaction():
        service.judge(actor_of(user_id), queries.for_change(city.promise_id), verdict=Verdict(verdict))


def promise(city):
    db.session.expire_all()
    return db.session.get_one(Promise, city.promise_id)


def steps(city):
    return list(
        db.session.scalars(select(Step.kind).where(Step.contribution_id == city.made).order_by(Step.id))
    )


@pytest.mark.parametrize(
    ("done", "partly", "not_done", "author_says_no", "expected"),
    [
        (2, 0, 0, False, "wait"),
        (3, 0, 0, False, "confirm"),
        (3, 2, 0, False, "confirm"),
        (3, 3, 0, False, "wait"),
        (3, 0, 2, False, "confirm"),
        (6, 0, 3, False, "dispute"),
        (100, 0, 1, True, "dispute"),
        (0, 0, 0, False, "wait"),
    ],
)
def test_what_the_words_amount_to(done, partly, not_done, author_says_no, expected):
    assert rules.outcome(done, partly, not_done, author_says_no=author_says_no) == expected


@pytest.mark.usefixtures("ctx")
def test_done_counts_only_when_three_people_say_so(city):
    report(city)
    assert promise(city).status is PromiseStatus.REPORTED
    for n, voter in enumerate(city.voters[:3], 1):
        say(city, voter, "done")
        say(city, voter, "done")  # twice is once
        assert promise(city).done_count == n
        assert promise(city).status is (PromiseStatus.CONFIRMED if n == 3 else PromiseStatus.REPORTED)
    assert steps(city)[-2:] == ["reported_done", "confirmed"]
    kinds = db.session.scalars(
        select(OutboxEvent.kind).where(OutboxEvent.kind.like("outcomes.%")).order_by(OutboxEvent.id)
    ).all()
    assert kinds == ["outcomes.events.PromiseReported", "outcomes.events.PromiseConfirmed"]


@pytest.mark.usefixtures("ctx")
def test_the_author_alone_reopens_and_a_changed_word_counts(city):
    report(city)
    for voter in city.voters:
        say(city, voter, "done")
    say(city, city.author, "not_done")
    assert promise(city).status is PromiseStatus.OPEN
    assert steps(city)[-2:] == ["disputed", "reopened"]
    with clock.at(clock.now() + timedelta(days=31)):
        say(city, city.author, "partly")  # 4 of 5 say done
        assert promise(city).status is PromiseStatus.CONFIRMED


@pytest.mark.usefixtures("ctx")
def test_three_others_reopen_and_a_new_report_is_judged_anew(city):
    report(city)
    for n, voter in enumerate(city.voters[:3], 1):
        say(city, voter, "not_done")
        assert promise(city).status is (PromiseStatus.OPEN if n == 3 else PromiseStatus.REPORTED)
    report(city)
    assert (promise(city).status, promise(city).not_done_count) == (PromiseStatus.REPORTED, 0)
    assert queries.verdicts(city.promise_id, 2) == {}
    assert queries.verdicts(city.promise_id, 1) == {Verdict.NOT_DONE: 3}
    earlier = queries.earlier_rounds(promise(city))
    assert [(r.number, r.not_done_count, r.disputed_by) for r in earlier] == [(1, 3, "others")]


@pytest.mark.usefixtures("ctx")
def test_strangers_have_no_word_and_nobody_before_its_time(make, city):
    stranger = make.user()
    with pytest.raises(RuleBroken):
        say(city, city.author, "done")
    report(city)
    with pytest.raises(NotAllowed):
        say(city, stranger, "done")
    with transaction(), pytest.raises(NotAllowed):
        service.judge(PUBLIC, queries.for_change(city.promise_id), verdict=Verdict.DONE)
    assert promise(city).done_count == 0


@pytest.mark.usefixtures("ctx")
def test_only_the_department_reports(make, city):
    for other in (
        city.author,
        make.user(roles=(Role.OFFICER,), department_id=make.department()),
        make.user(roles=(Role.OPERATOR,)),
    ):
        with transaction(), pytest.raises(NotAllowed):
            delivery.reported(city.promise_id, other)


@pytest.mark.usefixtures("ctx")
def test_on_the_day_everyone_is_asked_once(city):
    jobs.ask_due()
    assert promise(city).asked_at is None
    with clock.at(clock.now() + timedelta(days=30)):
        jobs.ask_due()
        jobs.ask_due()
    assert promise(city).asked_at
    told = db.session.scalars(
        select(OutboxEvent).where(OutboxEvent.kind == "outcomes.events.PromiseDue")
    ).all()
    assert [e.payload for e in told] == [{"promise_id": city.promise_id, "contribution_id": city.made}]


def test_the_reaction_keeps_one_promise(app, make, city, follow_up):
    follow_up()
    follow_up()
    with app.app_context():
        assert [p.id for p in db.session.scalars(select(Promise))] == [city.promise_id]
        db.session.remove()


def test_the_pages_without_javascript(app, make, browser, city, follow_up):
    page = f"/promises/{city.promise_id}"
    guest = browser()
    assert "هنوز زمان دارد" in guest.open("/promises")
    assert "هنوز زمان دارد" in guest.open(page)
    guest.open(f"/promises/of/{city.made}", status=303)
    assert guest.location == page
    officer = browser(city.officer)
    officer.open(page)
    assert officer.submit(f"{page}/report", report="کوتاه", percent="100").status_code == 422
    officer.open(page)
    form = dict(officer.form(f"{page}/report").fields) | {
        "report": "هر چهار ایستگاه ساخته شد.",
        "percent": "۱۰۰٪",
    }
    fields = [(k, v) for k, v in form.items() if k != "happened_on"] + [("happened_on", "1405/01/20")]

    def send(**more):
        return officer.post(
            f"{page}/report",
            [*fields, *more.items()],
            files={"evidence": (io.BytesIO(delivery.jpeg()), "a.jpg")},
        )

    assert send().status_code == 303
    assert send().status_code == 303  # a double click
    fields = [(k, v) for k, v in fields if k != "once"]
    assert send(once="another").status_code == 409
    voter = browser(city.voters[0])
    voter.open(page)
    assert voter.submit(f"{page}/verdict", verdict="maybe").status_code == 422
    voter.open(page)
    assert voter.submit(f"{page}/verdict", verdict="done", note="خوب شد").status_code == 303
    assert "نظر شما: درست شد" in voter.open(page)
    assert "خوب شد" in guest.open(page)
    guest.submit(f"{page}/verdict", verdict="not_done")
    assert "/signin?intent=" in guest.location
    stranger = browser(make.user())
    assert "تنها کسانی که پیشنهاد داده" in stranger.open(page)
    token = stranger.token()
    assert stranger.post(f"{page}/verdict", {"verdict": "done", "csrf_token": token}).status_code == 403
    assert "در انتظار تأیید مردم" in guest.open("/promises?state=wait")
    for lang in ("en", "ar"):
        browser(lang=lang).open(page)
    guest.open("/promises/999", status=404)


def test_the_book_is_ordered_and_filtered(app, make, browser, city):
    with app.app_context():
        for days, user in ((5, city.author), (3, city.author), (9, city.author)):
            made = make.base_proposal(user)
            case = make.open_case(made, department_id=city.bus)
            make.answered(case, city.officer, city.head, due=clock.today() + timedelta(days=days))
        with clock.at(clock.now() + timedelta(days=12)):
            first, following = [], ""
            while following is not None:
                page = queries.section("broken", cursor=following, size=2)
                first += [e.promise.due_on for e in page.items]
                following = page.next
            assert first == sorted(first)
            assert len(first) == 3
            assert queries.section("broken", department_id=city.bus + 99).items == []
            assert [e.promise.id for e in queries.section("ahead").items] == [city.promise_id]
            assert queries.pressing(1)[0].promise.due_on == first[0]
        db.session.remove()
    browser().open(f"/promises?department={city.bus}&state=ahead&after=zzz")
    browser().open("/promises?department=abc&state=nothing")


def test_hidden_things_take_their_promise_with_them(app, browser, city):
    from civic.contributions import service as contributions
    from civic.contributions.queries import by_id

    with app.app_context():
        with transaction():
            contributions.hide(SYSTEM, by_id(city.made))
        db.session.remove()
    browser().open(f"/promises/{city.promise_id}", status=404)
    assert "سایه‌بان خیابان امامت" not in browser().open("/promises")


def closed(city, heir=None):
    """The department is closed and what follows is done."""
    with transaction():
        departments.retire_department(SYSTEM, db.session.get_one(Department, city.bus), replaced_by_id=heir)
    run_all()
    db.session.expire_all()


def handed_over():
    return [
        e.data for e in db.session.scalars(select(AuditEntry).where(AuditEntry.act == "promise.hand_over"))
    ]


@pytest.mark.usefixtures("ctx")
def test_a_closed_departments_promise_is_kept_by_its_successor(make, city):
    new = make.department("new", name="شرکت اتوبوس")
    officer = make.user(roles=(Role.OFFICER,), department_id=new)
    due, stage = promise(city).due_on, db.session.get_one(Contribution, city.made).stage
    closed(city, new)
    found = promise(city)
    assert (found.department_id, found.due_on, found.status) == (new, due, PromiseStatus.OPEN)
    assert steps(city)[-1] == "assigned"
    assert db.session.get_one(Contribution, city.made).stage == stage  # the answer stays given
    assert [(d["department"], d["was"]) for d in handed_over()] == [(new, city.bus)]
    told = db.session.scalars(select(Notice.user_id).where(Notice.kind == "promise_handed_over")).all()
    assert told == [officer]
    with transaction():
        jobs.hand_over(DepartmentRetired(city.bus, new))  # a second run
    assert (len(handed_over()), steps(city).count("assigned")) == (1, 1)
    with transaction(), pytest.raises(NotAllowed):
        delivery.reported(city.promise_id, city.officer)
    with transaction():
        delivery.reported(city.promise_id, officer)
    say(city, city.author, "not_done")
    case = db.session.get_one(Case, city.case_id)
    assert (case.status, case.department_id) == (CaseStatus.ASSIGNED, new)  # not owed by a closed department


@pytest.mark.usefixtures("ctx")
def test_a_chain_of_successors_and_a_hidden_subject(make, city):
    new, newest = make.department("new"), make.department("newest")
    with transaction():
        delivery.hidden(city.made)
        for old, heir in ((city.bus, new), (new, newest)):
            departments.retire_department(SYSTEM, db.session.get_one(Department, old), replaced_by_id=heir)
    run_all()
    assert promise(city).department_id == newest
    assert len(handed_over()) == 1


@pytest.mark.usefixtures("ctx")
def test_pictures_of_the_people_are_the_successors_business(make, city):
    new = make.department("new")
    with transaction():
        db.session.add(
            PromiseVerdict(promise_id=city.promise_id, round=0, user_id=city.author, verdict=Verdict.PARTLY, photo="a.jpg", at=clock.now())
        )  # fmt: skip
        db.session.add(SheetPhoto(contribution_id=city.made, round=0, name="b.jpg", day=clock.today()))
    assert {queries.photo_named(name).department_id for name in ("a.jpg", "b.jpg")} == {city.bus}
    closed(city, new)
    assert {queries.photo_named(name).department_id for name in ("a.jpg", "b.jpg")} == {new}


@pytest.mark.usefixtures("ctx")
def test_what_was_kept_stays_until_it_is_disputed(make, city):
    new = make.department("new")
    report(city)
    for voter in city.voters:
        say(city, voter, "done")
    closed(city, new)
    assert promise(city).department_id == city.bus
    say(city, city.author, "not_done")
    assert (promise(city).status, promise(city).department_id) == (PromiseStatus.OPEN, new)


@pytest.mark.usefixtures("ctx")
def test_an_answer_kept_after_its_department_was_closed_is_the_successors(make, city):
    """The news of both may arrive in either order."""
    new = make.department("new")
    closed(city, new)
    with transaction():
        db.session.delete(promise(city))
        case = db.session.get_one(Case, city.case_id)
        assert case.department_id == city.bus  # it was answered: nothing was owed
        service.keep(SYSTEM, db.session.get_one(Answer, city.answer_id), case)
    assert db.session.scalars(select(Promise.department_id)).all() == [new]


def test_without_a_successor_it_stays_in_sight_in_the_closed_departments_name(app, city, browser):
    with app.app_context():
        closed(city)
        assert (promise(city).department_id, handed_over()) == (city.bus, [])
        db.session.remove()
    page = browser().open(f"/promises/{city.promise_id}")
    assert "اتوبوسرانی" in page
    assert "بسته شده است و هنوز جانشینی ندارد" in page
    assert "سرپوشیده" in browser().open("/promises")


@pytest.mark.usefixtures("ctx")
def test_a_reopened_case_of_nobody_goes_to_triage_and_takes_its_promise_along(make, city):
    other = make.department("other")
    writer, head = (make.user(roles=(role,), department_id=other) for role in (Role.OFFICER, Role.HEAD))
    triage = make.user(roles=(Role.TRIAGE,))
    report(city)
    closed(city)
    say(city, city.author, "not_done")
    case = db.session.get_one(Case, city.case_id)
    assert (case.status, case.department_id) == (CaseStatus.TRIAGE, None)
    with transaction():
        case = case_queries.for_change(SYSTEM, city.case_id)
        cases.assign_department(actor_of(triage), case, department_id=other)
        answered(city.case_id, writer, head, due=promise(city).due_on)
    assert promise(city).department_id == other


def test_relatives_of_the_department_have_no_word(app, make, city, browser):
    above, below, beside = make.department("above"), make.department("below"), make.department("beside")
    with app.app_context():
        with transaction():
            db.session.get_one(Department, city.bus).parent_id = above
            db.session.get_one(Department, below).parent_id = city.bus
            db.session.get_one(Department, beside).parent_id = above
        report(city)
        db.session.remove()
    page = f"/promises/{city.promise_id}"
    for office, role in ((above, Role.HEAD), (below, Role.OFFICER), (city.bus, Role.OFFICER)):
        person = make.user(roles=(role,), department_id=office)
        make.bare_votes(city.question, 1, voters=(person,))
        visitor = browser(person)
        assert "دربارهٔ انجام آن نظر نمی‌دهند" in visitor.open(page)
        assert f"{page}/verdict" not in visitor.text
        sent = visitor.post(f"{page}/verdict", {"csrf_token": visitor.token(), "verdict": "done"})
        assert sent.status_code == 403
        assert "این را مردمی می‌گویند" in sent.get_data(as_text=True)
        with app.app_context():
            with transaction(), pytest.raises(NotAllowed):
                service.scan(actor_of(person), queries.sheet_for_change(city.made), said=Verdict.DONE)
            db.session.remove()
    neighbour = make.user(roles=(Role.HEAD,), department_id=beside)
    make.bare_votes(city.question, 1, voters=(neighbour,))
    with app.app_context():
        say(city, neighbour, "done")
        assert promise(city).done_count == 1
        db.session.remove()
