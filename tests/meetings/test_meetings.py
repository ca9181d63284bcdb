"""Agendas, stances, results: who may, until when, and what stays inside."""

import html
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pypdf
import pytest
from sqlalchemy import select, text

from civic.contributions.models import Step
from civic.core import clock
from civic.core.actor import Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.groups.queries import actor_of
from civic.meetings import queries, rules, service
from civic.meetings.models import AgendaItem, Meeting, Stance
from civic.meetings.rules import ItemStatus, MeetingStatus, OrganKind, Outcome, StanceKind
from civic.reports.models import Report
from tests.queries import counted
from tests.reports.conftest import agenda, city  # noqa: F401 - fixtures

SECRET = "این را تنها شورا بداند: پیمانکار خویشاوند کسی است."
OPEN_NOTE = "به‌شرطی که پیاده‌رو تنگ نشود."


@pytest.fixture
def said(app, city, agenda, browser):  # noqa: F811
    """The member has said something, with a note for the council alone."""
    member = browser(city.member)
    member.open(f"/council/items/{agenda[1]}")
    sent = member.submit(f"/council/items/{agenda[1]}/stance", stance="changes", note=SECRET)
    assert sent.status_code == 303
    return agenda


@pytest.mark.postgres
def test_of_two_clerks_who_call_the_same_meeting_one_is_told_that_the_number_is_taken(app, make):
    clerks = [make.user(roles=(Role.CLERK,)) for _ in range(2)]
    term, organ = make.term(clerks[0]), make.organ(clerks[0])
    at = clock.now() + timedelta(days=5)
    called = Event()

    def call(clerk, hold):
        with app.app_context():
            try:
                with transaction():
                    found = next(t for t in queries.terms() if t.id == term)
                    meeting = service.plan(
                        actor_of(clerk), organ=queries.organ(organ), term=found, number=218, at=at, place="تالار شورا",
                        public=True, stance_until=at - timedelta(days=1),
                    )  # fmt: skip
                    db.session.flush()
                    called.set()
                    if hold:
                        wait_until_somebody_waits()
                    return meeting.number
            except RuleBroken as error:
                return error.field
            finally:
                db.session.remove()

    def wait_until_somebody_waits():
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        until = time.monotonic() + 20
        while True:
            with db.engine.connect() as beside:
                if beside.scalar(waiting):
                    return
            assert time.monotonic() < until, "the second clerk does not wait for the first"
            time.sleep(0.01)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(call, clerks[0], True)
        assert called.wait(20)
        second = pool.submit(call, clerks[1], False)
        assert (first.result(), second.result()) == (218, "number")


def test_from_the_desk_to_the_agenda(app, make, browser, city):  # noqa: F811
    clerk, guest = browser(city.clerk), browser()
    clerk.open("/council/meetings/new")
    assert "نخست دوره و شورا را ثبت کنید" in clerk.text
    clerk.open("/council/organs")
    assert clerk.submit("/council/organs/new", kind="council", name_fa="شورای شهر").status_code == 303
    clerk.open("/council/organs")
    assert clerk.submit("/council/organs/new", kind="council", name_fa="شورای دیگر").status_code == 422
    assert "شورا یکی است" in clerk.text
    clerk.open("/council/organs")
    assert (
        clerk.submit(
            "/council/terms/new",
            number="۶",
            starts_on="1405/01/01",
            ends_on="1404/01/01",
        ).status_code
        == 422
    )
    clerk.open("/council/organs")
    assert (
        clerk.submit(
            "/council/terms/new",
            number="۶",
            starts_on="1404/01/01",
            ends_on="1409/01/01",
        ).status_code
        == 303
    )
    day = clock.today() + timedelta(days=6)
    clerk.open("/council/meetings/new")
    bad = clerk.submit(
        number="218", day=day.isoformat(), time="25", place="تالار شورا", stance_day=day.isoformat()
    )
    assert bad.status_code == 422
    assert "تالار شورا" in clerk.text
    clerk.open("/council/meetings/new")
    sent = clerk.submit(
        number="۲۱۸",
        day=day.isoformat(),
        time="۹:۳۰",
        place="تالار شورا",
        stance_day=(day - timedelta(days=1)).isoformat(),
    )
    assert sent.status_code == 303, clerk.text
    meeting = clerk.follow()
    assert "جلسهٔ ۲۱۸ شورای شهر" in meeting
    clerk.open("/council/meetings/1/items/new")
    assert clerk.submit(kind="report", report_id="").status_code == 422
    clerk.open("/council/meetings/1/items/new")
    assert clerk.submit(kind="bill", title="").status_code == 422
    clerk.open("/council/meetings/1/items/new")
    assert clerk.submit(kind="bill", title="لایحهٔ پارکینگ").status_code == 303
    clerk.open("/council/meetings/1/items/new")
    assert clerk.submit(kind="report", report_id=str(city.report)).status_code == 303
    page = guest.open("/council/meetings/1")
    assert page.index("لایحهٔ پارکینگ") < page.index("خیابان توس")
    clerk.open("/council/meetings/1")
    assert clerk.submit("/council/items/2/shift", act="up").status_code == 303
    page = guest.open("/council/meetings/1")
    assert page.index("لایحهٔ پارکینگ") > page.index("خیابان توس")
    assert "در دستور کار شورا جای گرفت" in guest.open(f"/proposals/{city.thing}")
    clerk.open("/council/meetings/1/items/new")
    assert f'value="{city.report}"' not in clerk.text  # a frozen report is not frozen twice
    for path in (
        "/council/meetings",
        "/council/members",
        "/council/reports",
        f"/council/members/{city.member}",
    ):
        for lang in ("fa", "en", "ar"):
            browser(lang=lang).open(path)


def test_a_stance_is_given_changed_and_counted(app, browser, city, said, make):  # noqa: F811
    item = said[1]
    guest = browser()
    page = guest.open(f"/council/items/{item}")
    assert "موافق با تغییر" in page
    assert "الهام کریمی" in page
    member = browser(city.member)
    member.open(f"/council/items/{item}")
    assert SECRET in member.text
    assert (
        member.submit(
            f"/council/items/{item}/stance", stance="against", note=OPEN_NOTE, note_public="y"
        ).status_code
        == 303
    )
    assert OPEN_NOTE in guest.open(f"/council/items/{item}")
    with app.app_context():
        row = db.session.get_one(AgendaItem, item)
        assert (row.changes_count, row.against_count, row.interest_count) == (0, 1, 0)
        db.session.remove()
    member.open(f"/council/items/{item}")
    assert member.submit(f"/council/items/{item}/stance", stance="against", interest="y").status_code == 303
    with app.app_context():
        row = db.session.get_one(AgendaItem, item)
        assert (row.against_count, row.interest_count) == (
            0,
            1,
        )  # declared interest: the stance does not count
        db.session.remove()
    assert "ذی‌نفع" in guest.open(f"/council/items/{item}")
    assert "ذی‌نفع" in guest.open(f"/council/members/{city.member}")
    member.open(f"/council/items/{item}")
    assert (
        member.submit(
            f"/council/items/{item}/stance", stance=None, interest=None, note="فقط یادداشت"
        ).status_code
        == 422
    )
    assert "فقط یادداشت" in member.text


def test_a_note_for_the_council_reaches_nobody_else(app, browser, city, said, make, follow_up):  # noqa: F811
    follow_up()
    meeting, item = said
    outside = [
        None,
        city.author,
        city.officer,
        city.head,
        make.user(roles=(Role.OPERATOR,)),
        make.user(roles=(Role.MODERATOR,)),
        make.user(roles=(Role.INSPECTOR,)),
    ]
    pages = (
        f"/council/items/{item}", f"/council/meetings/{meeting}", f"/council/members/{city.member}", f"/council/reports/{city.report}",
        f"/api/v1/meetings/{meeting}", "/api/v1/meetings?when=upcoming", f"/api/v1/reports/{city.report}", "/council/meetings",
        f"/council/reports/{city.report}.pdf", f"/proposals/{city.thing}", "/transparency", "/search?q=پیمانکار",
    )  # fmt: skip
    for who in outside:
        client = browser(who).client
        for path in pages:
            answer = client.get(path)
            assert answer.status_code == 200, (who, path)
            text = answer.get_data(as_text=not path.endswith(".pdf"))
            if path.endswith(".pdf"):
                text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(text)).pages)
                assert "پیمانکار" not in text
            assert SECRET not in text, (who, path)
    for who in (city.clerk, make.member("عضو دیگر")):
        assert SECRET in html.unescape(browser(who).open(f"/council/items/{item}"))


def test_deadline_and_decision_end_stances(app, city, agenda, make):  # noqa: F811
    late, item = make.member("دیرآمده"), agenda[1]

    def take(who, at):
        with clock.at(at), transaction():
            service.take_stance(
                actor_of(who), queries.item_for_change(actor_of(who), item), stance=StanceKind.SUPPORT
            )

    with app.app_context():
        meeting = db.session.get_one(Meeting, agenda[0])
        until, begins = meeting.stance_until, meeting.at
        db.session.rollback()
        take(city.member, until - timedelta(minutes=1))
        with pytest.raises(RuleBroken, match="مهلت نظر"):
            take(late, until)
        take(city.member, until + timedelta(minutes=5))  # whoever spoke in time may still change it
        with pytest.raises(RuleBroken, match="هنوز آغاز نشده"), transaction():
            service.decide(
                actor_of(city.clerk),
                queries.item_for_change(actor_of(city.clerk), item),
                outcome=Outcome.APPROVED,
                text="شد",
            )
        with clock.at(begins + timedelta(hours=1)), transaction():
            service.decide(
                actor_of(city.clerk),
                queries.item_for_change(actor_of(city.clerk), item),
                outcome=Outcome.APPROVED,
                text="شد",
            )
        with pytest.raises(Conflict):
            take(city.member, begins + timedelta(hours=2))
        assert db.session.get_one(Meeting, agenda[0]).status is MeetingStatus.HELD
        db.session.remove()


def test_a_result_of_a_cancelled_meeting_is_refused(app, browser, city, agenda):  # noqa: F811
    meeting, item = agenda
    clerk = browser(city.clerk)
    clerk.open(f"/council/meetings/{meeting}/cancel")
    assert clerk.submit(reason="").status_code == 422
    clerk.open(f"/council/meetings/{meeting}/cancel")
    assert clerk.submit(reason="به حد نصاب نرسید").status_code == 303
    assert "به حد نصاب نرسید" in browser().open(f"/council/meetings/{meeting}")
    clerk.open(f"/council/items/{item}/result")
    assert clerk.submit(outcome="approved", text="تصویب شد، چون لازم است.").status_code == 422
    assert "این جلسه لغو شده است و نتیجه‌ای از آن ثبت نمی‌شود" in clerk.text
    assert "تصویب شد، چون لازم است." in clerk.text
    clerk.open("/me/profile")
    token = clerk.token()
    for act in ("up", "withdraw"):
        assert (
            clerk.post(f"/council/items/{item}/shift", {"csrf_token": token, "act": act}).status_code == 409
        )
    with app.app_context():
        assert db.session.get_one(AgendaItem, item).status is ItemStatus.OPEN
        db.session.remove()


def test_closed_items_show_their_number_and_nothing_else(app, browser, city, make):  # noqa: F811
    term, organ = make.term(city.clerk), make.organ(city.clerk)
    meeting = make.meeting(city.clerk, organ, term)
    item = make.placed(city.clerk, meeting, city.report, public=False)
    page = browser().open(f"/council/meetings/{meeting}")
    assert "دستور غیرعلنی" in page
    assert "توس" not in page
    shown = json.loads(browser().client.get(f"/api/v1/meetings/{meeting}").data)["items"]
    assert shown == [{"number": 1, "public": False}]
    for who in (None, city.author, city.officer):
        for path in (
            f"/council/items/{item}",
            f"/council/reports/{city.report}",
            f"/api/v1/reports/{city.report}",
            f"/council/reports/{city.report}.pdf",
        ):
            assert browser(who).client.get(path).status_code == 404, (who, path)
    for who in (city.member, city.clerk):
        assert "توس" in browser(who).open(f"/council/items/{item}")
        assert "توس" in browser(who).open(f"/council/meetings/{meeting}")
    member = browser(city.member)
    member.open(f"/council/items/{item}")
    assert member.submit(f"/council/items/{item}/stance", stance="support").status_code == 303
    assert "توس" not in browser().open(f"/council/members/{city.member}")
    with app.app_context():
        assert (
            "on_agenda"
            not in db.session.scalars(select(Step.kind).where(Step.contribution_id == city.thing)).all()
        )
        assert db.session.get_one(Report, city.report).public_at is None
        db.session.remove()


def test_a_closed_meeting_shows_its_time(browser, city, make):  # noqa: F811
    term, organ = make.term(city.clerk), make.organ(city.clerk)
    meeting = make.meeting(city.clerk, organ, term, public=False)
    make.placed(city.clerk, meeting, city.report)
    page = browser().open(f"/council/meetings/{meeting}")
    assert "غیرعلنی" in page
    assert "تالار شورا" not in page
    assert "توس" not in page
    assert json.loads(browser().client.get(f"/api/v1/meetings/{meeting}").data)["place"] is None


def test_members_speak_in_organs_they_sit_in(app, browser, city, make):  # noqa: F811
    term = make.term(city.clerk)
    organ = make.organ(city.clerk, OrganKind.COMMISSION, name="کمیسیون عمران")
    meeting = make.meeting(city.clerk, organ, term)
    item = make.placed(city.clerk, meeting, city.report)
    member = browser(city.member)
    assert "نظر شما</h2>" not in member.open(f"/council/items/{item}")
    assert "توس" not in member.open("/council").split('id="mine"')[0].split('id="papers"')[1]
    member.open("/me/profile")
    sent = member.post(f"/council/items/{item}/stance", {"csrf_token": member.token(), "stance": "support"})
    assert sent.status_code == 403
    clerk = browser(city.clerk)
    clerk.open(f"/council/organs/{organ}")
    assert clerk.submit(members=[str(city.member), str(city.author)]).status_code in {303, 422}
    clerk.open(f"/council/organs/{organ}")
    assert clerk.submit(members=[str(city.member)]).status_code == 303
    assert "الهام کریمی" in browser().open("/council/members")
    member.open(f"/council/items/{item}")
    assert member.submit(f"/council/items/{item}/stance", stance="support").status_code == 303
    assert "۱ از ۱ عضو نظر داده‌اند" in browser().open(f"/council/items/{item}")


def test_only_the_clerk_arranges(app, browser, city, agenda, make):  # noqa: F811
    meeting, item = agenda
    for who in (None, city.author, city.member, city.head, make.user(roles=(Role.OPERATOR,))):
        person = browser(who)
        for path in (
            "/council/meetings/new", f"/council/meetings/{meeting}/edit", f"/council/meetings/{meeting}/cancel",
            f"/council/meetings/{meeting}/items/new", f"/council/items/{item}/result", "/council/organs", "/council/papers",
        ):  # fmt: skip
            assert person.client.get(path).status_code == (303 if who is None else 403), (who, path)
    with app.app_context():
        with pytest.raises(NotAllowed), transaction():
            service.cancel(actor_of(city.member), queries.meeting_for_change(meeting), reason="نه")
        db.session.remove()


def test_the_same_number_twice_and_a_day_outside_the_term_are_refused(app, city, make):  # noqa: F811
    term, organ = make.term(city.clerk), make.organ(city.clerk)
    make.meeting(city.clerk, organ, term)
    with pytest.raises(RuleBroken, match="این شماره"):
        make.meeting(city.clerk, organ, term)
    with pytest.raises(RuleBroken, match="در دورهٔ برگزیده نیست"):
        make.meeting(city.clerk, organ, term, number=219, days=2000)


@pytest.mark.parametrize(
    ("typed", "read"), [("9", (9, 0)), ("9:30", (9, 30)), ("16.05", (16, 5)), ("00:00", (0, 0))]
)
def test_times_as_people_write_them(typed, read):
    assert rules.read_time(typed) == read


@pytest.mark.parametrize("typed", ["25", "9:60", "x", "", "9:3:1", "-1", "٩9x"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(RuleBroken):
        rules.read_time(typed)


def test_an_agenda_takes_a_fixed_number_of_queries(app, browser, city, make):  # noqa: F811
    term, organ = make.term(city.clerk), make.organ(city.clerk)
    meeting = make.meeting(city.clerk, organ, term)

    def cost():
        with counted(app) as sent:
            browser().open(f"/council/meetings/{meeting}")
        return len(sent)

    make.placed(city.clerk, meeting, city.report)
    one = cost()
    for _ in range(5):
        make.placed(city.clerk, meeting, make.report_draft(make.proposal_page(make.user())))
    assert cost() == one
    assert one <= 4
    with app.app_context():
        assert not db.session.scalars(select(Stance)).all()
        db.session.remove()
