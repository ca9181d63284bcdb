"""After «done» was reported: asked on the 7th and the 28th day, disputed, reported anew, or left without a word."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.app.checks import differences
from civic.cases.models import Case
from civic.cases.rules import CaseStatus
from civic.contributions.models import Involved
from civic.contributions.rules import Involvement
from civic.core import clock, jobs
from civic.core.actor import Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed
from civic.core.outbox import OutboxEvent
from civic.groups.queries import actor_of
from civic.notifications.models import Notice
from civic.outcomes import queries, rules, service
from civic.outcomes.jobs import ask_due, refresh_figures
from civic.outcomes.models import Promise, PromiseRound
from civic.outcomes.rules import PromiseStatus, Verdict
from tests.make import delivery
from tests.outcomes.test_promises import city, say

__all__ = ["city"]


def done(city, **more):
    with transaction():
        delivery.reported(city.promise_id, city.officer, **more)


def promise(city):
    db.session.expire_all()
    return db.session.get_one(Promise, city.promise_id)


def told(kind):
    return sorted(db.session.scalars(select(Notice.user_id).where(Notice.kind == kind)))


def clock_runs():
    ask_due()
    jobs.run_all()


@pytest.mark.usefixtures("ctx")
def test_those_who_have_not_spoken_are_asked_on_day_7_and_day_28_once_each(city):
    start = clock.now()
    with clock.at(start):
        done(city)
        jobs.run_all()
        say(city, city.voters[0], "done")
    with clock.at(start + timedelta(days=6, hours=23)):
        clock_runs()
        assert told("promise_asked") == []
    with clock.at(start + timedelta(days=7)):
        for _ in range(3):
            clock_runs()
        everyone = {city.author, *city.voters}
        assert told("promise_asked") == sorted(everyone - {city.voters[0]})
        say(city, city.voters[1], "cannot_tell")
    with clock.at(start + timedelta(days=27, hours=23)):
        clock_runs()
        assert told("promise_asked_again") == []
    with clock.at(start + timedelta(days=28)):
        for _ in range(3):
            clock_runs()
        assert told("promise_asked_again") == sorted(everyone - {*city.voters[:2]})
    with clock.at(start + timedelta(days=60)):
        clock_runs()
    assert len(told("promise_asked")) == 4
    assert len(told("promise_asked_again")) == 3


@pytest.mark.usefixtures("ctx")
def test_a_clock_that_stood_still_asks_once_and_not_twice(city):
    start = clock.now()
    with clock.at(start):
        done(city)
    with clock.at(start + timedelta(days=40)):
        clock_runs()
        clock_runs()
    kinds = db.session.scalars(
        select(OutboxEvent.payload).where(OutboxEvent.kind == "outcomes.events.PromiseAsked")
    ).all()
    assert [p["asking"] for p in kinds] == ["last"]


@pytest.mark.usefixtures("ctx")
def test_what_nobody_confirms_is_shown_as_not_confirmed_and_never_as_done(city, browser):
    start = clock.now()
    with clock.at(start):
        done(city)
    with clock.at(start + timedelta(days=28)):
        clock_runs()
        row = promise(city)
        assert row.status is PromiseStatus.UNCONFIRMED
        assert rules.column(row.status, row.due_on, clock.today()) == "unheard"
        refresh_figures()
        found = queries.figures("outcomes", "promises")
        assert (found["outcomes"]["confirmed"], found["outcomes"]["unheard"]) == (0, 1)
        assert found["promises"]["columns"]["unheard"] == 1
        assert found["promises"]["columns"]["kept"] == 0
        for voter in city.voters[:3]:  # a late word still counts
            say(city, voter, "done")
        assert promise(city).status is PromiseStatus.CONFIRMED


def test_the_book_shows_silence_as_a_column_of_its_own(app, browser, city):
    with app.app_context():
        start = clock.now()
        with clock.at(start - timedelta(days=29)):
            done(city)
        ask_due()
        refresh_figures()
        db.session.remove()
    text = browser().open("/promises?state=unheard")
    assert "تأیید نشد: کسی نظر نداد." in text
    assert "سایه‌بان خیابان امامت" in text
    assert "تأیید نشد: کسی نظر نداد." in browser().open(f"/promises/{city.promise_id}")


@pytest.mark.usefixtures("ctx")
@pytest.mark.parametrize("by", ["author", "others"])
def test_a_dispute_opens_the_promise_and_tells_the_department(city, by):
    done(city)
    if by == "author":
        say(city, city.author, "not_done")
    else:
        for voter in city.voters[:3]:
            say(city, voter, "not_done")
    row = promise(city)
    assert (row.status, row.dispute_count) == (PromiseStatus.OPEN, 1)
    assert row.disputed_at
    jobs.run_all()
    case = db.session.get_one(Case, row.case_id, populate_existing=True)
    assert (case.status, case.reopen_count, case.answered_at) == (CaseStatus.ASSIGNED, 1, None)
    assert case.due_at > clock.now()
    assert told("case_reopened") == sorted({city.officer, city.head})
    assert told("promise_disputed_desk") == sorted({city.officer, city.head})
    assert told("promise_disputed") == sorted({city.author, *city.voters})
    refresh_figures()
    figures = queries.figures("outcomes", "departments")
    assert (figures["outcomes"]["reported"], figures["outcomes"]["disputed"]) == (1, 1)
    assert next(r for r in figures["departments"]["rows"] if r["id"] == city.bus)["disputed"] == 1
    rounds = db.session.scalars(select(PromiseRound)).all()
    assert [r.disputed_by for r in rounds] == [by]
    assert list(differences()) == []


@pytest.mark.usefixtures("ctx")
def test_two_supporters_do_not_reopen(city):
    done(city)
    for voter in city.voters[:2]:
        say(city, voter, "not_done")
    assert promise(city).status is PromiseStatus.REPORTED


@pytest.mark.usefixtures("ctx")
def test_a_second_report_begins_a_round_in_which_all_are_asked_anew(city):
    start = clock.now()
    with clock.at(start):
        done(city)
        for voter in city.voters[:3]:
            say(city, voter, "not_done")
    with clock.at(start + timedelta(days=5)):
        done(city, words="این بار همهٔ ایستگاه‌ها ساخته شد.")
        row = promise(city)
        assert (row.round, row.not_done_count, row.disputed_at) == (2, 0, None)
        case = db.session.get_one(Case, row.case_id, populate_existing=True)
        assert (case.status, case.answered_at) == (
            CaseStatus.ANSWERED,
            clock.now(),
        )  # nothing is owed until people speak
        say(city, city.voters[0], "done")
        assert promise(city).status is PromiseStatus.REPORTED  # the three noes are history
    with clock.at(start + timedelta(days=12)):
        clock_runs()
    assert told("promise_asked") == sorted({city.author, *city.voters[1:]})
    assert [(r.number, r.not_done_count) for r in queries.earlier_rounds(promise(city))] == [(1, 3)]
    assert queries.verdicts(city.promise_id, 1) == {Verdict.NOT_DONE: 3}
    assert list(differences()) == []


def test_earlier_words_stay_readable_on_the_page(app, browser, city):
    with app.app_context():
        done(city)
        say(city, city.author, "not_done")
        done(city)
        db.session.remove()
    text = browser().open(f"/promises/{city.promise_id}")
    assert "دورهای پیشین پرسش" in text
    assert "نویسنده گفت انجام نشده است" in text


@pytest.mark.usefixtures("ctx")
def test_those_who_cannot_tell_weigh_on_neither_side(city):
    done(city)
    for voter, word in zip(city.voters, ("done", "done", "cannot_tell", "cannot_tell"), strict=True):
        say(city, voter, word)
    row = promise(city)
    assert (row.status, row.cannot_tell_count) == (PromiseStatus.REPORTED, 2)
    say(city, city.author, "done")
    assert promise(city).status is PromiseStatus.CONFIRMED
    assert list(differences()) == []


@pytest.mark.usefixtures("ctx")
def test_the_department_has_no_word_on_its_own_promise(city):
    with transaction() as session:
        session.add(
            Involved(
                contribution_id=city.made, user_id=city.officer, role=Involvement.FOLLOWER, at=clock.now()
            )
        )
    done(city)
    for who in (city.officer, city.head):
        with pytest.raises(NotAllowed):
            say(city, who, "done")
    assert promise(city).done_count == 0


@pytest.mark.usefixtures("ctx")
def test_hidden_things_are_not_asked_about_and_do_not_stop_the_clock(make, city):
    start = clock.now()
    with clock.at(start):
        done(city)
        other = make.base_proposal(city.author)
        case = make.open_case(other, department_id=city.bus)
        second = make.promise_id(make.answered(case, city.officer, city.head))
        with transaction():
            delivery.reported(second, city.officer)
            delivery.hidden(city.made)
    with clock.at(start + timedelta(days=8)):
        clock_runs()
    asked = db.session.scalars(
        select(OutboxEvent.payload).where(OutboxEvent.kind == "outcomes.events.PromiseAsked")
    ).all()
    assert [p["promise_id"] for p in asked] == [second]


@pytest.mark.usefixtures("ctx")
def test_a_lost_count_is_found_by_recount(city):
    done(city)
    say(city, city.voters[0], "done")
    assert list(differences()) == []
    with transaction():
        row = db.session.get_one(Promise, city.promise_id)
        row.done_count, row.dispute_count = 5, 2
    found = "\n".join(differences())
    assert "verdicts 'done' on promise" in found
    assert "disputes of promise" in found


def test_a_person_changes_their_word_with_a_photo_that_only_some_may_see(app, make, browser, city):
    make.reported(city.promise_id, city.officer)
    page = f"/promises/{city.promise_id}"
    voter = browser(city.voters[0])
    voter.open(page)
    assert (
        voter.submit(f"{page}/verdict", verdict="partly", files={"photo": (_file(), "a.jpg")}).status_code
        == 303
    )
    voter.open(page)
    assert voter.submit(f"{page}/verdict", verdict="cannot_tell", note="دور بودم").status_code == 303
    assert "نمی‌توانم بگویم" in voter.open(page)
    voter.open(page)
    assert (
        voter.submit(
            f"{page}/verdict", verdict="done", files={"photo": (_file(b"<svg/>"), "a.jpg")}
        ).status_code
        == 422
    )
    with app.app_context():
        row = db.session.get_one(Promise, city.promise_id)
        assert (row.partly_count, row.cannot_tell_count, row.done_count) == (0, 1, 0)
        (name,) = queries.photos_on(row)
        assert db.session.scalar(select(func.count()).select_from(PromiseRound)) == 1
        db.session.remove()
    path = f"/evidence/from-people/{name}"
    allowed = (city.author, city.officer, make.user(roles=(Role.MODERATOR,)))
    for who in allowed:
        assert browser(who).client.get(path).status_code == 200
        assert name in browser(who).open(page)
    for who in (city.voters[1], make.user(roles=(Role.OPERATOR,)), make.user()):
        assert browser(who).client.get(path).status_code == 404
        assert name not in browser(who).open(page)
    assert browser().client.get(path).status_code == 303
    make.hidden(city.made)
    assert browser(city.officer).client.get(path).status_code == 404


def _file(data=None):
    return io.BytesIO(data or delivery.jpeg())


@pytest.mark.usefixtures("ctx")
def test_a_stranger_s_verdict_leaves_no_trace(make, city):
    stranger = make.user()
    done(city)
    with transaction(), pytest.raises(NotAllowed):
        service.judge(actor_of(stranger), queries.for_change(city.promise_id), verdict=Verdict.NOT_DONE)
    assert queries.verdicts(city.promise_id, 1) == {}


@pytest.mark.parametrize(
    ("days", "first", "last", "due"),
    [
        (6.9, False, False, ""), (7, False, False, "first"), (20, True, False, ""), (28, True, False, "last"), (28, False, False, "last"),
        (29, True, True, ""), (400, False, True, ""),
    ],
)  # fmt: skip
def test_which_asking_is_due(days, first, last, due):
    start = clock.now()
    assert rules.asking(start, start + timedelta(days=days), first=first, last=last) == due


@pytest.mark.usefixtures("ctx")
def test_answering_a_reopened_case_anew_makes_one_promise_and_keeps_the_dispute_counted(make, city):
    done(city)
    say(city, city.author, "not_done")
    make.answered(city.case_id, city.officer, city.head, due=clock.today() + timedelta(days=90))
    rows = db.session.scalars(
        select(Promise).order_by(Promise.id).execution_options(populate_existing=True)
    ).all()
    assert [r.status for r in rows] == [PromiseStatus.VOID, PromiseStatus.OPEN]
    refresh_figures()
    total = queries.figures("outcomes")["outcomes"]
    assert (total["reported"], total["disputed"], total["due"]) == (1, 1, 0)
    with transaction():
        delivery.reported(rows[1].id, city.officer)
    assert list(differences()) == []
