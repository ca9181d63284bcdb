"""Taking back, second moderators, many at once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.models import Contribution
from civic.contributions.rules import Status
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.dates import digits
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed
from civic.groups.queries import actor_of
from civic.moderation import queries, service
from civic.moderation.models import Decision, Flag, Item, StoodAside
from civic.moderation.rules import DecisionStatus, ItemReason, ItemStatus, Verdict
from civic.notifications.models import Notice


@pytest.fixture
def first(make):
    return make.user("نیلوفر بررس", roles=(Role.MODERATOR,))


@pytest.fixture
def second(make):
    return make.user("بهرام بررس", roles=(Role.MODERATOR,))


@pytest.fixture
def ten_seconds(app):
    app.config["UNDO_SECONDS"] = 10
    yield
    app.config["UNDO_SECONDS"] = 0


def status_of(app, row):
    with app.app_context():
        found = db.session.get_one(Contribution, row).status
        db.session.remove()
    return found


def item_of(app, item):
    with app.app_context():
        found = db.session.get_one(Item, item)
        values = (found.status, found.reason, found.claimed_by_id)
        db.session.remove()
    return values


def decide(person, item, verdict, **filled):
    person.open(f"/queue/{item}")
    return person.submit(f"/queue/{item}", verdict=verdict, **filled)


def count(app, model, *where):
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(model).where(*where))
        db.session.remove()
    return found


def test_a_decision_can_be_taken_back_and_nobody_has_heard_of_it(
    app, make, browser, first, ten_seconds, follow_up
):
    author = make.user()
    row, item = make.queued(author)
    person = browser(first)
    assert decide(person, item, "hide", clause="2").status_code == 303
    follow_up()
    assert status_of(app, row) is Status.WAITING
    assert count(app, Notice) == 0
    page = person.open("/queue")
    assert "لغو" in page
    assert person.submit("/queue/undo").status_code == 303
    assert person.location == f"/queue/{item}"
    assert item_of(app, item) == (ItemStatus.OPEN, ItemReason.NEW, first)
    with clock.at(clock.now() + timedelta(seconds=30)):
        follow_up()
    assert status_of(app, row) is Status.WAITING
    assert count(app, Notice) == 0
    assert count(app, Decision, Decision.status == DecisionStatus.UNDONE) == 1
    assert "هنوز تصمیمی" in browser().open("/transparency")
    csv = browser()
    csv.open("/transparency/moderation.csv")
    assert csv.text.count("\n") == 1
    assert decide(person, item, "publish").status_code == 303


def test_after_ten_seconds_it_is_carried_out_and_too_late(app, make, browser, first, ten_seconds, follow_up):
    author = make.user()
    row, item = make.queued(author)
    person = browser(first)
    decide(person, item, "hide", clause="2")
    person.open("/queue")
    form = person.form("/queue/undo")
    with clock.at(clock.now() + timedelta(seconds=11)):
        assert person.post("/queue/undo", form.fields).status_code == 409
        assert "مهلت لغو گذشته" in person.text
        assert status_of(app, row) is Status.WAITING  # the worker has not come yet
        follow_up()
        assert status_of(app, row) is Status.HIDDEN
        follow_up()
        assert "hidden" in notices(app, author)
        assert person.post("/queue/undo", form.fields).status_code == 409
        assert 'action="/queue/undo"' not in person.open("/queue")
    assert status_of(app, row) is Status.HIDDEN


def notices(app, user_id):
    with app.app_context():
        found = list(db.session.scalars(select(Notice.kind).where(Notice.user_id == user_id)))
        db.session.remove()
    return found


def test_undoing_twice_or_another_s_decision_is_refused(app, make, browser, first, second, ten_seconds):
    _row, item = make.queued(make.user())
    person, other = browser(first), browser(second)
    decide(person, item, "publish")
    person.open("/queue")
    fields = person.form("/queue/undo").fields
    other.open("/queue")
    decision = next(value for name, value in fields if name == "decision")
    assert other.post("/queue/undo", {"csrf_token": other.token(), "decision": decision}).status_code == 403
    assert person.post("/queue/undo", fields).status_code == 303
    assert person.post("/queue/undo", fields).status_code == 409
    assert person.post("/queue/undo", {"csrf_token": fields[0][1], "decision": "987654"}).status_code == 404


def test_whoever_is_first_of_undo_and_worker_wins(app, make, first):
    row, item = make.queued(make.user())
    with app.app_context():
        with transaction():
            made = service.decide(
                actor_of(first), queries.for_change(item), verdict=Verdict.PUBLISH, undo_seconds=10
            ).id
        with transaction():
            service.carry_out(SYSTEM, queries.decision_for_change(made))
        with pytest.raises(Conflict), transaction():
            service.undo(actor_of(first), queries.decision_for_change(made))
        with transaction():
            service.carry_out(SYSTEM, queries.decision_for_change(made))  # twice does nothing
        db.session.remove()
    assert status_of(app, row) is Status.PUBLIC


def test_what_its_author_changed_in_these_seconds_comes_back_to_the_queue(app, make, first, follow_up):
    author = make.user()
    row, item = make.queued(author, text="نام غلام پنهان‌نژاد اینجاست.")
    with app.app_context(), transaction():
        service.decide(
            actor_of(first),
            queries.for_change(item),
            verdict=Verdict.MASK,
            clause=4,
            passages=[("name", "پنهان‌نژاد")],
            undo_seconds=10,
        )
    with app.app_context(), transaction():
        contributions.by_id(row).text = "دیگر نامی اینجا نیست."
    with clock.at(clock.now() + timedelta(seconds=12)):
        follow_up()
    assert status_of(app, row) is Status.WAITING
    assert count(app, Item, Item.status == ItemStatus.OPEN) == 1
    assert count(app, Decision, Decision.status == DecisionStatus.UNDONE) == 1


def test_a_report_in_these_seconds_is_not_lost_by_undoing(app, make, browser, first, ten_seconds):
    row = make.contribution_id(make.user())
    with app.app_context(), transaction():
        service.queue(SYSTEM, contributions.by_id(row), ItemReason.NEW)
    with app.app_context():
        item = queries.open_item_of(row).id
        db.session.remove()
    person = browser(first)
    decide(person, item, "publish")
    reader = make.user()
    with app.app_context(), transaction():
        service.flag(actor_of(reader), contributions.by_id(row), clause=2)
    person.open("/queue")
    assert person.submit("/queue/undo").status_code == 303
    assert item_of(app, item)[:2] == (ItemStatus.OPEN, ItemReason.FLAGGED)
    assert count(app, Item, Item.status == ItemStatus.OPEN) == 1
    assert count(app, Flag, Flag.decision_id.is_(None)) == 1


def test_a_second_moderator_decides_what_the_first_left_to_him(app, make, browser, first, second):
    row, item = make.queued(make.user())
    person = browser(first)
    person.open(f"/queue/{item}/aside")
    assert person.submit(f"/queue/{item}/aside", why="second", note="").status_code == 422
    assert person.submit(f"/queue/{item}/aside", why="second", note="آیا این توهین است؟").status_code == 303
    page = person.open(f"/queue/{item}")
    assert 'name="verdict"' not in page
    assert "به بررس دوم سپرده‌اید" in page
    data = {"csrf_token": person.token(), "verdict": "publish"}
    assert person.post(f"/queue/{item}", data).status_code == 403
    assert "به بررس دوم سپرده‌اید" in person.text
    assert person.post(f"/queue/{item}/claim", data).status_code == 403
    person.open("/queue")
    person.submit("/queue/next")
    assert person.location == "/queue"
    other = browser(second)
    assert f"/queue/{item}" in other.open("/queue?reason=second")
    assert "آیا این توهین است؟" in other.open(f"/queue/{item}")
    assert decide(other, item, "publish").status_code == 303
    assert status_of(app, row) is Status.PUBLIC


def test_a_declared_interest_needs_no_note_and_the_last_moderator_cannot_leave(app, make, browser, first):
    _row, item = make.queued(make.user())
    person = browser(first)
    person.open(f"/queue/{item}/aside")
    assert person.submit(f"/queue/{item}/aside", why="conflict", note="").status_code == 422
    assert "بررس دیگری نیست" in person.text
    make.user("بررس دوم", roles=(Role.MODERATOR,))
    assert person.submit(f"/queue/{item}/aside", why="conflict", note="").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(StoodAside.conflict)).one() is True


def test_many_at_once_each_with_its_own_number(app, make, browser, first, ten_seconds, follow_up):
    made = [make.queued(make.user(), title=f"نوشتهٔ {digits(n, 'fa')}") for n in range(3)]
    person = browser(first)
    page = person.open("/queue")
    assert page.count('name="item"') == 3
    path = "/queue/bulk?" + "&".join(f"item={item}" for _row, item in made)
    person.open(path)
    assert person.submit("/queue/bulk", verdict="hide", clause="").status_code == 422
    assert "کدام بند" in person.text
    person.open(path)
    assert person.submit("/queue/bulk", verdict="hide", clause="6", note="تبلیغ").status_code == 200
    assert person.text.count("پنهان می‌شود") == 3
    assert count(app, Decision) == 0
    form = person.form("/queue/bulk")
    fields = [*form.fields, ("confirm", "yes")]
    assert person.post("/queue/bulk", fields).status_code == 303
    assert person.post("/queue/bulk", fields).status_code == 303  # a double click is one act
    assert count(app, Decision) == 3
    assert "۳ تصمیم هنوز اجرا نشده" in person.open("/queue")
    with app.app_context():
        rows = db.session.execute(select(Decision.number, Decision.clause, Decision.note)).all()
        assert len({row.number for row in rows}) == 3
        assert {(row.clause, row.note) for row in rows} == {(6, "تبلیغ")}
        db.session.remove()
    assert person.submit("/queue/undo").status_code == 303
    assert count(app, Item, Item.status == ItemStatus.OPEN) == 3
    with clock.at(clock.now() + timedelta(seconds=11)):
        follow_up()
    assert {status_of(app, row) for row, _item in made} == {Status.WAITING}


def test_what_changed_meanwhile_is_named_and_left_alone(app, make, browser, first, second):
    author = make.user()
    (good, one), (edited, two), (decided, three), (taken, four) = [
        make.queued(author, title=f"نوشتهٔ {digits(n, 'fa')}") for n in range(4)
    ]
    person = browser(first)
    person.open("/queue/bulk?" + "&".join(f"item={item}" for item in (one, two, three, four)))
    person.submit("/queue/bulk", verdict="publish")
    form = person.form("/queue/bulk")
    with app.app_context(), transaction():
        contribution_service.edit(
            actor_of(author), contributions.by_id(edited), title="تازه", text="متن دیگری است."
        )
        service.decide(actor_of(second), queries.for_change(three), verdict=Verdict.HIDE, clause=2)
        contribution_service.withdraw(actor_of(author), contributions.by_id(taken), reason="")
    assert person.post("/queue/bulk", [*form.fields, ("confirm", "yes")]).status_code == 303
    page = person.open("/queue")
    assert page.count("دست نخورد") == 3
    assert "۱ تصمیم ثبت شد" in page
    assert [status_of(app, row) for row in (good, edited, decided, taken)] == [
        Status.PUBLIC, Status.WAITING, Status.HIDDEN, Status.WITHDRAWN,
    ]  # fmt: skip


def test_a_forged_mark_or_too_many_are_refused(app, make, browser, first):
    row, item = make.queued(make.user())
    person = browser(first)
    person.open(f"/queue/bulk?item={item}")
    data = {"csrf_token": person.token(), "verdict": "publish", "confirm": "yes"}
    assert person.post("/queue/bulk", data | {"item": str(item)}).status_code == 422  # nothing was looked at
    assert (
        person.post("/queue/bulk", data | {"item": str(item), "seen": f"{item}:open.9.waiting.0"}).status_code
        == 303
    )
    assert status_of(app, row) is Status.WAITING
    assert (
        person.post(
            "/queue/bulk", data | {"item": str(item), "verdict": "mask", "seen": f"{item}:open.1.waiting.0"}
        ).status_code
        == 422
    )
    person.open("/queue/bulk", status=303)
    person.open("/queue/bulk?item=%00", status=400)
    many = [
        ("csrf_token", data["csrf_token"]),
        ("verdict", "publish"),
        ("confirm", "yes"),
        ("item", str(item)),
    ]
    many += [("seen", f"{n}:x") for n in range(1, 60)]
    assert person.post("/queue/bulk", many).status_code == 422


def test_one_s_own_among_many_is_left_to_others(app, make, browser, first):
    own, own_item = make.queued(first, title="از خودم")
    row, item = make.queued(make.user(), title="از دیگری")
    person = browser(first)
    person.open(f"/queue/bulk?item={own_item}&item={item}")
    person.submit("/queue/bulk", verdict="publish")
    assert "از خودتان یا گروهتان" in person.text
    form = person.form("/queue/bulk")
    assert sum(name == "seen" for name, _value in form.fields) == 1
    forged = [*form.fields, ("seen", f"{own_item}:open.1.waiting.0"), ("confirm", "yes")]
    assert person.post("/queue/bulk", forged).status_code == 303
    assert (status_of(app, own), status_of(app, row)) == (Status.WAITING, Status.PUBLIC)


def test_verbs_refuse_whoever_is_not_named(app, make, first):
    _row, item = make.queued(make.user())
    citizen = make.user()
    with app.app_context(), transaction():
        found = queries.for_change(item)
        for act in (
            lambda: service.step_aside(actor_of(citizen), found, conflict=True),
            lambda: service.decide_many(
                actor_of(citizen), {item: ""}, verdict=Verdict.PUBLISH, clause=None, note="", undo_seconds=0
            ),
            lambda: service.remind(actor_of(first)),
            lambda: service.store_figures(actor_of(first), queries.QUEUE),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_before_and_after_of_an_edit_stand_beside_each_other(app, make, browser, first, follow_up):
    author = make.user()
    row = make.proposal_page(author, title="پیش", text="متن پیشین نوشته.")
    with app.app_context(), transaction():
        contribution_service.edit(
            actor_of(author), contributions.by_id(row), title="پس", text="متن تازهٔ نوشته."
        )
    follow_up()
    with app.app_context():
        item = queries.open_item_of(row).id
        db.session.remove()
    page = browser(first).open(f"/queue/{item}")
    assert "متن پیشین نوشته." in page
    assert re.search(r"متن تازهٔ نوشته", page)


def test_a_text_that_changed_under_the_moderator_s_eyes_is_read_anew(app, make, browser, first):
    author = make.user()
    row, item = make.queued(author)
    person = browser(first)
    person.open(f"/queue/{item}")
    with app.app_context(), transaction():
        contribution_service.edit(
            actor_of(author), contributions.by_id(row), title="تازه", text="متن دیگری است."
        )
    assert person.submit(f"/queue/{item}", verdict="publish").status_code == 422
    assert "متن تازه را بخوانید" in person.text
    assert "متن دیگری است." in person.text
    assert status_of(app, row) is Status.WAITING
    assert person.submit(f"/queue/{item}", verdict="publish").status_code == 303


def test_a_text_that_changed_in_the_ten_seconds_is_not_published_unread(app, make, first, follow_up):
    author = make.user()
    row, item = make.queued(author)
    with app.app_context(), transaction():
        service.decide(actor_of(first), queries.for_change(item), verdict=Verdict.PUBLISH, undo_seconds=10)
    with app.app_context(), transaction():
        contribution_service.edit(
            actor_of(author), contributions.by_id(row), title="تازه", text="متن دیگری است."
        )
    with clock.at(clock.now() + timedelta(seconds=12)):
        follow_up()
    assert status_of(app, row) is Status.WAITING
    assert count(app, Item, Item.status == ItemStatus.OPEN) == 1
