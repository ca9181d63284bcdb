"""Calendars of deadlines: whole days of the city, names for ever, secret addresses that can be closed, nothing hidden."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from civic.accounts.models import User
from civic.contributions import queries as contributions
from civic.contributions import service as contributing
from civic.contributions.rules import Involvement
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed
from civic.feeds import service
from civic.feeds.models import CalendarKey
from civic.feeds.rules import Scope, last_day
from civic.groups.queries import actor_of
from civic.votes.models import Question
from tests.queries import counted


def read(browser, path: str, *, status: int = 200):
    """(events by uid, the browser) of a calendar, read by the library that wrote it from the bytes that went out."""
    visitor = browser()
    visitor.open(path, status=status)
    if status != 200:
        return {}, visitor
    assert visitor.response.mimetype == "text/calendar"
    raw = visitor.response.get_data()
    assert b"\r\n" in raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    calendar = Calendar.from_ical(raw)
    assert calendar["version"] == "2.0"
    events = {str(e["uid"]): e for e in calendar.walk("VEVENT")}
    for event in events.values():
        assert type(event["dtstart"].dt) is date, "a day, not a moment"
        assert event["dtend"].dt - event["dtstart"].dt == timedelta(days=1)
        assert event["dtstamp"].dt.tzinfo is not None
    return events, visitor


def secret(browser, user_id: int, scope: str = "mine") -> str:
    page = browser(user_id)
    page.open("/me/calendar")
    assert page.submit(f"/me/calendar/{scope}").status_code == 303
    page.open("/me/calendar")
    address = page.text.split(f'id="at-{scope}"')[1].split('value="')[1].split('"')[0]
    return address.removeprefix("http://localhost")


@pytest.mark.parametrize(
    ("closes", "day"),
    [
        (clock.day_start(date(2026, 12, 6)), date(2026, 12, 5)),  # midnight belongs to the day that ended
        (datetime(2026, 3, 20, 20, 30, tzinfo=UTC), date(2026, 3, 20)),  # 1 Farvardin 00:00 -> 29 Esfand
        (datetime(2025, 3, 20, 20, 30, tzinfo=UTC), date(2025, 3, 20)),  # 30 Esfand of a leap year
        (datetime(2026, 12, 5, 12, 0, tzinfo=UTC), date(2026, 12, 5)),
    ],
)
def test_a_deadline_lies_on_the_last_day_that_counts(closes, day):
    assert last_day(clock.local(closes)) == day


def test_a_thing_has_a_calendar_with_stable_names(app, browser, make):
    proposal = make.voted_on(make.user(), title="سایه‌بان", days=30)
    department = make.department()
    make.open_case(proposal, department_id=department)
    events, _ = read(browser, f"/proposals/{proposal}.ics")
    assert sorted(uid.split("-")[0] for uid in events) == ["answer", "vote"]
    with app.app_context():
        question = db.session.query(Question).one()
        vote = events[f"vote-{question.id}@localhost"]
        assert vote["dtstart"].dt == last_day(clock.local(question.closes_at))
    assert str(vote["summary"]) == "آخرین روز رأی: سایه‌بان"
    assert "۱۴۰" in str(vote["description"]), "the Jalali date in words"
    assert str(vote["url"]) == f"http://localhost/proposals/{proposal}"
    again, visitor = read(browser, f"/proposals/{proposal}.ics")
    assert list(again) == list(events)
    etag = visitor.response.headers["ETag"]
    assert (
        visitor.client.get(f"/proposals/{proposal}.ics", headers={"If-None-Match": etag}).status_code == 304
    )
    english, _ = read(browser, f"/en/proposals/{proposal}.ics")
    assert str(english[f"vote-{question.id}@localhost"]["summary"]).startswith("Last day to vote")


def test_promises_that_are_open_are_in_the_calendar(app, browser, make):
    department = make.department()
    officer = make.user(roles=(Role.OFFICER,), department_id=department)
    head = make.user(roles=(Role.HEAD,), department_id=department)
    proposal = make.voted_on(make.user())
    make.answered(
        make.open_case(proposal, department_id=department),
        officer,
        head,
        due=clock.today() + timedelta(days=9),
    )
    events, _ = read(browser, f"/proposals/{proposal}.ics")
    (promise,) = [event for uid, event in events.items() if uid.startswith("promise")]
    assert promise["dtstart"].dt == clock.today() + timedelta(days=9)
    assert "چهار ایستگاه سرپوشیده" in str(promise["description"])
    assert not any(uid.startswith("answer") for uid in events), "it was answered"


def test_my_things_by_a_secret_address_without_what_is_muted_or_hidden(app, browser, make):
    person = make.user()
    own, followed, voted, muted, hidden, foreign = (
        make.voted_on(person if n == 0 else make.user(), title=f"چیز {n}") for n in range(6)
    )
    with app.app_context(), transaction():
        for thing in (followed, muted, hidden):
            contributing.involve(contributions.by_id(thing), actor_of(person), Involvement.FOLLOWER)
    make.vote(voted, user_id=person)
    with app.app_context(), transaction():
        contributing.unfollow(actor_of(person), contributions.by_id(muted))
        contributing.hide(SYSTEM, contributions.by_id(hidden), clause=2)
    address = secret(browser, person)
    events, visitor = read(browser, address)
    assert sorted(str(e["url"]) for e in events.values()) == sorted(
        f"http://localhost/proposals/{thing}" for thing in (own, followed, voted)
    )
    assert visitor.response.headers["Cache-Control"].startswith("private")
    assert f"/proposals/{foreign}" not in visitor.text


def test_an_address_dies_when_it_is_renewed_closed_or_its_account_is(app, browser, make):
    person = make.user()
    first = secret(browser, person)
    second = secret(browser, person)
    assert first != second
    read(browser, first, status=404)
    read(browser, second)
    page = browser(person)
    page.open("/me/calendar")
    assert page.submit("/me/calendar/mine/close").status_code == 303
    read(browser, second, status=404)
    third = secret(browser, person)
    with app.app_context(), transaction():
        db.session.execute(db.text("UPDATE users SET status='blocked' WHERE id=:i"), {"i": person})
    read(browser, third, status=404)
    read(browser, "/calendar/abc.ics", status=404)
    read(browser, third[:-6] + "xx.ics", status=404)


def test_the_desk_has_its_own_calendar_for_those_who_work_there(app, browser, make):
    bus, parks = make.department("bus"), make.department("parks")
    officer = make.user(roles=(Role.OFFICER,), department_id=bus)
    ours, theirs, hidden = (make.voted_on(make.user(), title=f"پرونده {n}") for n in range(3))
    case = make.open_case(ours, department_id=bus)
    make.open_case(theirs, department_id=parks)
    make.open_case(hidden, department_id=bus)
    with app.app_context(), transaction():
        contributing.hide(SYSTEM, contributions.by_id(hidden), clause=2)
    address = secret(browser, officer, "desk")
    events, _ = read(browser, address)
    assert list(events) == [f"answer-{case}@localhost"]
    assert str(events[f"answer-{case}@localhost"]["url"]) == f"http://localhost/inbox/{case}"
    with app.app_context(), transaction() as session:
        session.execute(db.text("DELETE FROM role_grants WHERE user_id = :i"), {"i": officer})
    assert read(browser, address)[0] == {}, "judged anew at each reading"
    with app.app_context():
        for actor, scope in ((actor_of(officer), Scope.DESK), (SYSTEM, Scope.MINE)):
            with pytest.raises(NotAllowed):
                service.open_calendar(actor, scope)
    page = browser(make.user())
    page.open("/me/calendar")
    assert page.post("/me/calendar/desk", {"csrf_token": page.token()}).status_code == 403
    assert page.post("/me/calendar/other", {"csrf_token": page.token()}).status_code == 404


def test_a_calendar_costs_the_same_however_full(app, browser, make):
    person = make.user()
    make.voted_on(person)
    address = secret(browser, person)

    def cost() -> int:
        with counted(app) as sent:
            read(browser, address)
        return len(sent)

    few = cost()
    for _ in range(5):
        make.voted_on(person)
    assert cost() == few <= 14


def test_the_page_says_what_comes_next_in_every_language(app, browser, make):
    person = make.user()
    make.voted_on(person, title="سایه‌بان")
    for lang in ("fa", "en", "ar"):
        assert "سایه‌بان" in browser(person, lang=lang).open("/me/calendar")
    with app.app_context():
        assert db.session.query(CalendarKey).count() == 0
    browser().open("/me/calendar", status=303)


def test_somebody_whose_writing_is_shut_can_close_a_secret_address(app, browser, make):
    person = make.user()
    make.voted_on(person)
    address = secret(browser, person)
    with app.app_context(), transaction() as session:
        session.get_one(User, person).blocked_until = clock.now() + timedelta(days=7)
    page = browser(person)
    page.open("/me/calendar")
    assert page.submit("/me/calendar/mine/close").status_code == 303
    read(browser, address, status=404)


def test_a_withdrawn_proposal_has_no_last_day_to_vote(app, browser, make):
    author = make.user()
    proposal = make.voted_on(author)
    address = secret(browser, author)
    assert len(read(browser, address)[0]) == 1
    with app.app_context(), transaction():
        contributing.withdraw(actor_of(author), contributions.by_id(proposal), reason="دیگر لازم نیست.")
    assert read(browser, address)[0] == {}
