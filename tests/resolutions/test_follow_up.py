"""From the decision to the verified clause: who may, what is refused, what the public reads."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from civic.app import checks
from civic.audit.models import AuditEntry
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.models import Step
from civic.core import clock
from civic.core.actor import SYSTEM, Actor, Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.core.policy import allowed
from civic.departments import service as departments
from civic.departments.events import DepartmentRetired
from civic.departments.models import Department
from civic.duties import jobs as duties
from civic.groups.queries import actor_of
from civic.notifications.models import Notice
from civic.resolutions import jobs, queries, rules, service
from civic.resolutions.jobs import refresh_figures
from civic.resolutions.models import Clause, ClauseEntry, Resolution
from civic.resolutions.policy import May
from civic.resolutions.rules import ClauseKind, ClauseStatus, DueKind, Quarter, ResolutionStatus
from tests.queries import counted
from tests.reports.conftest import agenda, city  # noqa: F401 - fixtures

WORDS = {
    "number": "6/218/1", "title": "سایه‌بان برای ایستگاه‌های توس", "text": "سازمان اتوبوسرانی ایستگاه‌ها را سایه‌دار می‌کند.",
    "why": "بیشتر مردم خواسته‌اند و جا هست.",
}  # fmt: skip
PDF = b"%PDF-1.4\n1 0 obj\n<</Type /Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def council(city, make):  # noqa: F811
    city.term, city.organ = make.term(city.clerk), make.organ(city.clerk)
    return city


@pytest.fixture
def passed(council, make):
    council.resolution = make.resolution(
        council.clerk,
        council.organ,
        council.term,
        (council.thing,),
        department_id=council.department,
        clauses=2,
    )
    council.first, council.second = make.clause_of(council.resolution), make.clause_of(council.resolution, 1)
    return council


def say(browser, who, clause, says, text="کار انجام شد.", file=None, name="a.jpg"):
    person = browser(who)
    person.open(f"/council/clauses/{clause}")
    files = {"evidence": (io.BytesIO(file), name)} if file else None
    return person, person.submit(f"/council/clauses/{clause}/report", files=files, says=says, text=text)


def test_from_the_item_to_the_proposals_page(app, browser, make, council, follow_up):
    meeting = make.meeting(council.clerk, council.organ, council.term, days=0.01)
    item = make.placed(council.clerk, meeting, council.report)
    with clock.at(clock.now() + timedelta(hours=1)):
        clerk = browser(council.clerk)
        clerk.open(f"/council/items/{item}/result")
        assert clerk.submit(outcome="approved", text="تصویب شد، چون مردم خواسته‌اند.").status_code == 303
        clerk.follow()
        assert f"/council/resolutions/new?item={item}" in clerk.text
        clerk.open(f"/council/resolutions/new?item={item}")
        assert "تصویب شد، چون مردم خواسته‌اند." in clerk.text
        assert ("about", str(council.thing)) in clerk.form().fields
        assert clerk.submit(**(WORDS | {"why": ""})).status_code == 422
        assert WORDS["text"] in clerk.text
        clerk.open(f"/council/resolutions/new?item={item}")
        assert clerk.submit(**WORDS).status_code == 303, clerk.text
        page = clerk.location
        clerk.follow()
        assert clerk.submit("/notify").status_code == 303
        assert "مصوبهٔ بی‌بند ابلاغ نمی‌شود" in clerk.follow()
        sent = clerk.submit(
            "/clauses", kind="sole", text="چهار ایستگاه سایه‌دار شود.", department_id="", due_days="۱۰"
        )
        assert sent.status_code == 422
        assert "بند بی واحد مسئول ثبت نمی‌شود" in clerk.text
        assert "چهار ایستگاه سایه‌دار شود." in clerk.text
        clerk.open(page)
        sent = clerk.submit(
            "/clauses",
            kind="sole",
            text="چهار ایستگاه سایه‌دار شود.",
            department_id=str(council.department),
            due_days="",
        )
        assert sent.status_code == 422
        clerk.open(page)
        sent = clerk.submit(
            "/clauses",
            kind="sole",
            text="چهار ایستگاه سایه‌دار شود.",
            department_id=str(council.department),
            due_days="۱۰",
        )
        assert sent.status_code == 303, clerk.text
        for who in (None, council.member, council.officer):
            browser(who).open(page, status=404)  # a draft is the clerk's
        clerk.open(page)
        assert clerk.submit("/notify").status_code == 303
        follow_up()
        guest = browser()
        shown = guest.open(f"/proposals/{council.thing}")
        for words in (
            "شورا چه کرد و چرا؟",
            WORDS["why"],
            "چهار ایستگاه سایه‌دار شود.",
            "شورا دربارهٔ آن تصمیم گرفت",
            "مادهٔ واحده",
        ):
            assert words in shown, words
        for lang in ("fa", "en", "ar"):
            for path in (
                page,
                "/council/resolutions",
                "/council/clauses",
                "/council/clauses/1",
                "/council/sheet",
            ):
                browser(lang=lang).open(path)
        clerk.open(f"{page}/edit")
        assert clerk.submit(**WORDS).status_code == 409


def test_the_department_reports_and_somebody_else_verifies(app, browser, make, passed, follow_up):
    follow_up()
    head = make.user("مدیر دیگر", roles=(Role.HEAD,), department_id=make.department())
    for who in (None, passed.author, head, passed.clerk, passed.member):
        assert "/report" not in browser(who).open(f"/council/clauses/{passed.first}")
    officer, sent = say(browser, passed.officer, passed.first, "complete")
    assert sent.status_code == 422
    assert "انجام کامل بی مدرک ثبت نمی‌شود" in officer.text
    assert "کار انجام شد." in officer.text
    officer, sent = say(
        browser, passed.officer, passed.first, "complete", file=b"GIF89a not really", name="a.pdf"
    )
    assert sent.status_code == 422
    assert "مدرک باید عکس" in officer.text
    _, sent = say(browser, passed.officer, passed.first, "started", "سازه سفارش داده شد.")
    assert sent.status_code == 303
    _, sent = say(browser, passed.officer, passed.first, "complete", file=picture())
    assert sent.status_code == 303
    guest = browser()
    page = guest.open(f"/council/clauses/{passed.first}")
    assert "/council/evidence/" in page
    name = page.split("/council/evidence/")[1].split('"')[0]
    shown = guest.client.get(f"/council/evidence/{name}")
    assert shown.mimetype == "image/jpeg"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    guest.open("/council/evidence/nothing.jpg", status=404)
    clerk = browser(passed.clerk)
    assert "منتظر تأیید شما" in clerk.open("/council")
    clerk.open(f"/council/clauses/{passed.first}")
    assert clerk.submit("/check", act="back", text="").status_code == 422
    clerk.open(f"/council/clauses/{passed.first}")
    assert clerk.submit("/check", act="back", text="ایستگاه چهارم هنوز مانده است.").status_code == 303
    assert "ایستگاه چهارم هنوز مانده است." in guest.open(f"/council/clauses/{passed.first}")
    _, sent = say(browser, passed.head, passed.first, "complete", file=PDF, name="x.jpg")
    assert sent.status_code == 303
    inspector = browser(make.user("بازرس", roles=(Role.INSPECTOR,)))
    inspector.open(f"/council/clauses/{passed.first}")
    assert inspector.submit("/check", act="verify", text="دیدم.").status_code == 303
    follow_up()
    page = guest.open(f"/proposals/{passed.thing}")
    assert "اجرای بند مصوبه تأیید شد" in page
    assert "انجام شد و تأیید شد" in page
    with app.app_context():
        row = db.session.get_one(Clause, passed.first)
        assert (row.status, row.in_time) == (ClauseStatus.VERIFIED, True)
        whole = db.session.get_one(Resolution, passed.resolution)
        assert (whole.status, whole.verified_count) == (ResolutionStatus.IN_FORCE, 1)
        assert list(checks.differences()) == []
        db.session.remove()
    say(browser, passed.officer, passed.second, "complete", file=picture())
    clerk.open(f"/council/clauses/{passed.second}")
    assert clerk.submit("/check", act="verify").status_code == 303
    with app.app_context():
        assert db.session.get_one(Resolution, passed.resolution).status is ResolutionStatus.DONE
        whole = db.session.get_one(Resolution, passed.resolution)
        with transaction():
            db.session.execute(Resolution.__table__.update().values(verified_count=1, status="in_force"))
        assert any("verified clauses of resolution" in line for line in checks.differences())
        db.session.remove()


def test_a_department_does_not_verify_itself(app, browser, make, passed):
    say(browser, passed.officer, passed.first, "complete", file=picture())
    both = make.user(
        "دبیری که کارشناس هم هست", roles=(Role.CLERK, Role.OFFICER), department_id=passed.department
    )
    other = make.user("مدیر دیگر", roles=(Role.HEAD,), department_id=make.department())
    for who in (
        passed.officer,
        passed.head,
        both,
        other,
        passed.member,
        passed.author,
        make.user(roles=(Role.OPERATOR,)),
    ):
        person = browser(who)
        assert "/check" not in person.open(f"/council/clauses/{passed.first}")
        person.open("/me/profile")
        for act in ("verify", "back"):
            sent = person.post(
                f"/council/clauses/{passed.first}/check",
                {"csrf_token": person.token(), "act": act, "text": "شد"},
            )
            assert sent.status_code == 403, (who, act)
    assert browser().client.post(f"/council/clauses/{passed.first}/check", data={}).status_code in {303, 403}
    with app.app_context():
        with pytest.raises(NotAllowed), transaction():
            service.verify(actor_of(passed.head), queries.clause_for_change(SYSTEM, passed.first))
        db.session.remove()


def test_others_report_nothing(app, browser, make, passed):
    other = make.user("مدیر دیگر", roles=(Role.HEAD,), department_id=make.department())
    for who in (other, passed.clerk, passed.member, passed.author):
        person = browser(who)
        person.open("/me/profile")
        sent = person.post(
            f"/council/clauses/{passed.first}/report",
            {"csrf_token": person.token(), "says": "started", "text": "شد"},
        )
        assert sent.status_code == 403
    with app.app_context():
        assert not db.session.scalars(select(ClauseEntry)).all()
        db.session.remove()


def test_nothing_is_verified_before_it_is_complete(app, passed):
    with app.app_context():
        with pytest.raises(Conflict), transaction():
            service.verify(actor_of(passed.clerk), queries.clause_for_change(SYSTEM, passed.first))
        db.session.remove()


def test_the_clock_of_a_clause_is_the_citys_clock(app, browser, make, passed, follow_up):
    with app.app_context():
        row = db.session.get_one(Clause, passed.first)
        duty_id, due, last = (
            row.duty_id,
            row.duty_id and db.session.get_one(type(row).duty.property.mapper.class_, row.duty_id).due_at,
            row.due_on,
        )
        assert duty_id
        db.session.remove()
    follow_up()
    assert "دیرکرد" not in browser().open(f"/council/clauses/{passed.first}")
    with clock.at(due + timedelta(hours=1)):
        with app.app_context():
            duties.run_clock()
            db.session.remove()
        follow_up()
        assert "دیرکرد" in browser().open(f"/council/clauses/{passed.first}")
        assert "سایه‌بان" in browser().open("/council/resolutions?overdue=yes")
        shown = json.loads(browser().client.get("/api/v1/resolutions?overdue=true").data)["items"]
        assert [r["number"] for r in shown] == ["6/218/1"]
        whole = json.loads(browser().client.get(f"/api/v1/resolutions/{passed.resolution}").data)
        assert [c["overdue"] for c in whole["clauses"]] == [True, True]
        assert whole["clauses"][0]["last_day"] == last.isoformat()
        with app.app_context():
            kinds = db.session.execute(select(Notice.kind, func.count()).group_by(Notice.kind)).all()
            told = dict(kinds)
            assert told["clause_soon"] == 2 * 2  # officer and head, of both clauses
            assert told["clause_late"] == 2 * 2  # head and clerk
            steps = db.session.scalars(select(Step.kind).where(Step.contribution_id == passed.thing)).all()
            assert steps.count("overdue") == 2
            duties.run_clock()
            db.session.remove()
        follow_up()
        with app.app_context():
            again = db.session.scalar(select(func.count()).where(Notice.kind == "clause_late"))
            assert again == told["clause_late"]
            refresh_figures()
            assert queries.figures()["totals"]["late"] == 2
            db.session.remove()
        _, sent = say(browser, passed.officer, passed.first, "complete", file=picture())
        assert sent.status_code == 303
    with app.app_context():
        assert db.session.get_one(Clause, passed.first).in_time is False
        db.session.remove()
    assert json.loads(browser().client.get("/api/v1/resolutions?overdue=true").data)["items"] == []


def test_supporters_are_told_once_per_milestone(app, browser, make, council, follow_up):
    voter = make.vote(council.thing)
    twin = make.proposal_page(make.user(), title="پیشنهاد دیگری دربارهٔ همین")
    make.vote(twin, user_id=voter)
    meeting = make.meeting(council.clerk, council.organ, council.term)
    make.placed(council.clerk, meeting, council.report)
    resolution = make.resolution(
        council.clerk, council.organ, council.term, (council.thing, twin), department_id=council.department
    )
    clause = make.clause_of(resolution)
    follow_up()
    follow_up()
    say(browser, council.officer, clause, "complete", file=picture())
    clerk = browser(council.clerk)
    clerk.open(f"/council/clauses/{clause}")
    clerk.submit("/check", act="verify")
    follow_up()
    with app.app_context():
        told = dict(
            db.session.execute(
                select(Notice.kind, func.count())
                .where(Notice.user_id == voter, Notice.kind.in_(["on_agenda", "resolved", "clause_verified"]))
                .group_by(Notice.kind)
            ).all()
        )
        assert told == {"on_agenda": 1, "resolved": 1, "clause_verified": 1}
        member = db.session.scalars(select(Notice.kind).where(Notice.user_id == council.member)).all()
        assert "paper_new" in member
        db.session.remove()
    shown = browser(voter).client.get("/me/notices").get_data(as_text=True)
    assert "شورا دربارهٔ" in shown


def test_what_a_hidden_proposal_had_to_do_with_it_is_not_told(app, browser, passed, follow_up):
    with app.app_context():
        with transaction():
            contribution_service.hide(SYSTEM, contributions.by_id(passed.thing))
        db.session.remove()
    follow_up()
    for path in (f"/council/resolutions/{passed.resolution}", f"/council/clauses/{passed.first}"):
        assert f"/proposals/{passed.thing}" not in browser().open(path)
    shown = json.loads(browser().client.get(f"/api/v1/resolutions/{passed.resolution}").data)
    assert shown["about"] == []


def test_a_draft_reaches_nobody(app, browser, make, council):
    draft = make.resolution(council.clerk, council.organ, council.term, (council.thing,), notified=False)
    clause = make.clause_of(draft)
    for who in (None, council.member, council.officer, council.author, make.user(roles=(Role.OPERATOR,))):
        client = browser(who).client
        for path in (
            f"/council/resolutions/{draft}",
            f"/council/clauses/{clause}",
            f"/api/v1/resolutions/{draft}",
        ):
            assert client.get(path).status_code == 404, (who, path)
        for path in (
            "/council/resolutions",
            "/council/clauses",
            "/council/sheet",
            "/council/sheet.csv",
            "/api/v1/resolutions",
            f"/proposals/{council.thing}",
        ):
            assert WORDS["title"] not in client.get(path).get_data(as_text=True), (who, path)


def test_the_same_number_twice_in_a_term_is_refused(make, council):
    make.resolution(council.clerk, council.organ, council.term)
    with pytest.raises(RuleBroken, match="این شماره"):
        make.resolution(council.clerk, council.organ, council.term)


def test_the_sheet_counts_by_department(app, browser, make, council):
    today = clock.today()
    resolution = make.resolution(
        council.clerk, council.organ, council.term, notified=False, department_id=council.department, days=1
    )
    with app.app_context():
        with transaction():
            actor = actor_of(council.clerk)
            found = queries.for_change(actor, resolution)
            service.add_clause(actor, found, kind=ClauseKind.NOTE, number=1, text="بی‌تاریخ است.", department_id=council.department,
                               due_kind=DueKind.NONE)  # fmt: skip
            service.add_clause(actor, found, kind=ClauseKind.ITEM, number=2, text="=SUM(A1)", department_id=council.department,
                               due_kind=DueKind.DATE, due_on=today + timedelta(days=1))  # fmt: skip
            service.notify(actor, queries.for_change(actor, resolution))
        rows = queries.sheet(rules.quarter_of(queries.clauses_of(resolution)[0].clause.due_on))
        assert sum(row.total for row in rows) >= 1
        db.session.remove()
    quarter = rules.quarter_of(today).key
    page = browser().open(f"/council/sheet?quarter={quarter}")
    assert "بی‌تاریخ است." in page
    lines = list(
        csv.DictReader(
            io.StringIO(
                browser()
                .client.get(f"/council/sheet.csv?quarter={quarter}")
                .get_data(as_text=True)
                .lstrip("\ufeff")
            )
        )
    )
    assert {line["standing"] for line in lines} <= {"ahead", "no_date"}
    assert "no_date" in {line["standing"] for line in lines}
    assert all(not line["text"].startswith("=") for line in lines)
    for odd in ("x", "1405-5", "1405-0", "٣", "9" * 30):
        browser().open(f"/council/sheet?quarter={odd}&organ={odd}")
    browser(lang="en").open("/council/sheet")


@pytest.mark.parametrize(
    ("day", "key"),
    [(date(2026, 3, 21), "1405-1"), (date(2026, 6, 21), "1405-1"), (date(2026, 6, 22), "1405-2"), (date(2026, 11, 26), "1405-3"),
     (date(2027, 3, 20), "1405-4"), (date(2027, 3, 21), "1406-1")],
)  # fmt: skip
def test_quarters_of_the_jalali_year(day, key):
    found = rules.quarter_of(day)
    assert found.key == key
    assert found.first <= day <= found.last
    assert rules.read_quarter(key) == found


def test_a_quarter_ends_where_the_next_begins():
    for number in range(1, 5):
        here = Quarter(1405, number)
        following = Quarter(1405 + (number == 4), number % 4 + 1)
        assert here.last + timedelta(days=1) == following.first


def test_every_move_of_a_clause_is_named():
    reached = set(rules.CLAUSE_MOVES.values())
    assert reached | {ClauseStatus.NOT_STARTED} == set(ClauseStatus)
    assert {before for before, _ in rules.CLAUSE_MOVES} | rules.CLAUSE_FINAL == set(ClauseStatus)
    assert {before for before, _ in rules.MOVES} | rules.FINAL == set(ResolutionStatus)


def test_lists_take_a_fixed_number_of_queries(app, browser, make, council):
    def cost(path):
        with counted(app) as sent:
            browser().open(path)
        return len(sent)

    paths = ("/council/resolutions", "/council/clauses", "/council/sheet")
    make.resolution(council.clerk, council.organ, council.term, department_id=council.department)
    first = [cost(path) for path in paths]
    for n in range(4):
        make.resolution(
            council.clerk,
            council.organ,
            council.term,
            number=f"x{n}",
            department_id=make.department(),
            clauses=2,
        )
    assert [cost(path) for path in paths] == first
    assert max(first) <= 6
    assert not allowed(Actor(user_id=council.author), May.WRITE)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"department_id": None}, "department_id"), ({"text": ""}, "text"), ({"due_days": 0}, "due_days"),
     ({"due_kind": DueKind.DATE, "due_on": date(2026, 1, 1)}, "due_on")],
)  # fmt: skip
def test_a_clause_says_who_and_until_when(change, field):
    sound = {
        "text": "سایه‌بان",
        "department_id": 1,
        "due_kind": DueKind.DAYS,
        "due_on": None,
        "due_days": 10,
        "today": date(2026, 1, 1),
    }
    rules.check_clause(**sound)
    with pytest.raises(RuleBroken) as refused:
        rules.check_clause(**(sound | change))
    assert refused.value.field == field


def closed(department_id, heir=None):
    """The department is closed; what follows is the worker's."""
    with transaction():
        departments.retire_department(
            SYSTEM, db.session.get_one(Department, department_id), replaced_by_id=heir
        )


def handed_over():
    return db.session.scalars(select(AuditEntry).where(AuditEntry.act == "clause.hand_over")).all()


def test_a_closed_departments_clauses_are_owed_by_its_successor(app, browser, make, passed, follow_up):
    new = make.department("new", name="شرکت اتوبوس")
    officer = make.user("کارشناس تازه", roles=(Role.OFFICER,), department_id=new)
    say(browser, passed.officer, passed.first, "complete", file=picture())
    clerk = browser(passed.clerk)
    clerk.open(f"/council/clauses/{passed.first}")
    assert clerk.submit("/check", act="verify").status_code == 303
    follow_up()
    with app.app_context():
        due = db.session.get_one(Clause, passed.second).due_on
        assert queries.unverified_of(passed.department) == [passed.second]
        closed(passed.department, new)
        db.session.remove()
    follow_up()
    with app.app_context():
        with transaction():
            jobs.hand_over(DepartmentRetired(passed.department, new))  # a second run
        first, second = (queries.clause(SYSTEM, n) for n in (passed.first, passed.second))
        assert first.department_id == passed.department  # what was verified stays with who did it
        assert (second.department_id, second.duty.department_id, second.due_on) == (new, new, due)
        assert [(e.subject, e.data["department"], e.data["was"], e.public) for e in handed_over()] == [
            (f"clause:{passed.second}", new, passed.department, True)
        ]
        steps = db.session.execute(select(Step.kind, Step.detail).where(Step.contribution_id == passed.thing))
        assert list(steps).count(("assigned", "clause")) == 1
        told = db.session.scalars(select(Notice.user_id).where(Notice.kind == "clause_handed_over")).all()
        assert told == [officer]
        db.session.remove()
    assert "بند مصوبه به واحد جانشین رسید" in browser().open(f"/proposals/{passed.thing}")
    assert "شرکت اتوبوس" in browser().open(f"/council/clauses/{passed.second}")
    person, sent = say(browser, officer, passed.second, "started", "سازه سفارش داده شد.")
    assert sent.status_code == 303, person.text


def test_without_a_successor_a_clause_stays_and_a_draft_is_not_notified(
    app, browser, make, passed, follow_up
):
    draft = make.resolution(
        passed.clerk,
        passed.organ,
        passed.term,
        number="6/219/1",
        department_id=passed.department,
        notified=False,
    )
    with app.app_context():
        closed(passed.department)
        db.session.remove()
    follow_up()
    page = browser().open(f"/council/clauses/{passed.first}")
    assert "سازمان اتوبوسرانی" in page
    assert "بسته شده است و هنوز جانشینی ندارد" in page
    clerk = browser(passed.clerk)
    clerk.open(f"/council/resolutions/{draft}")
    assert clerk.submit("/notify").status_code == 303
    assert "بسته شده است و جانشینی ندارد" in clerk.follow()
    with app.app_context():
        assert db.session.get_one(Resolution, draft).status is ResolutionStatus.DRAFT
        assert handed_over() == []
        db.session.remove()


def test_a_draft_is_put_right_in_silence(app, make, council, follow_up):
    new = make.department("new")
    make.user(roles=(Role.OFFICER,), department_id=new)
    draft = make.resolution(
        council.clerk,
        council.organ,
        council.term,
        (council.thing,),
        department_id=council.department,
        notified=False,
    )
    clause = make.clause_of(draft)
    with app.app_context():
        closed(council.department, new)
        db.session.remove()
    follow_up()
    with app.app_context():
        assert db.session.get_one(Clause, clause).department_id == new
        assert [entry.public for entry in handed_over()] == [False]
        assert not db.session.scalars(select(Notice).where(Notice.kind == "clause_handed_over")).all()
        details = db.session.scalars(select(Step.detail).where(Step.contribution_id == council.thing)).all()
        assert "clause" not in details
        db.session.remove()


def test_relatives_do_not_verify_each_others_clauses(app, browser, make, passed, follow_up):
    above, below, beside, old = (make.department(code) for code in ("above", "below", "beside", "old"))
    with app.app_context():
        with transaction():
            db.session.get_one(Department, passed.department).parent_id = above
            db.session.get_one(Department, below).parent_id = passed.department
            db.session.get_one(Department, beside).parent_id = above
        closed(old, passed.department)
        db.session.remove()
    follow_up()
    say(browser, passed.officer, passed.first, "complete", file=picture())
    page = f"/council/clauses/{passed.first}"
    relatives = [
        make.user(roles=(judge, works), department_id=office)
        for office, works in (
            (above, Role.HEAD),
            (below, Role.OFFICER),
            (old, Role.OFFICER),
            (passed.department, Role.HEAD),
        )
        for judge in (Role.CLERK, Role.INSPECTOR)
    ]
    for who in relatives:
        person = browser(who)
        assert "/check" not in person.open(page)
        for act in ("verify", "back"):
            sent = person.post(f"{page}/check", {"csrf_token": person.token(), "act": act, "text": "شد"})
            assert sent.status_code == 403
            assert "دبیر شورا یا بازرسی که نه در واحد مسئول کار می‌کند" in sent.get_data(as_text=True)
    neighbour = browser(make.user(roles=(Role.INSPECTOR, Role.HEAD), department_id=beside))
    neighbour.open(page)
    assert neighbour.submit("/check", act="verify", text="دیدم.").status_code == 303
