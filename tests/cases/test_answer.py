"""From the inbox to the published answer, without JavaScript."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from civic.cases import jobs, queries, service
from civic.cases.models import Answer, Case
from civic.cases.rules import AnswerKind, AnswerStatus, CaseStatus, DeclineReason, Door, check_answer
from civic.contributions import service as contributions
from civic.contributions.models import Contribution, Step
from civic.contributions.queries import by_id
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from civic.core.outbox import OutboxEvent
from civic.groups.queries import actor_of
from tests.queries import counted

WHOLE = {
    "kind": "partly", "what": "چهار ایستگاه سرپوشیده می‌شود.", "why": "پیاده‌رو باریک است.", "cost_rial": "۱۹٬۰۰۰٬۰۰۰٬۰۰۰",
    "promise_text": "چهار ایستگاه سرپوشیده", "promise_due": ["1407", "10", "1"], "act": "send",
}  # fmt: skip


@pytest.fixture
def city(make):
    """A department with an officer and a head, and one case."""

    class City:
        bus = make.department("bus", name="اتوبوسرانی")
        officer = make.user("مجید احمدی", roles=(Role.OFFICER,), department_id=bus)
        head = make.user("مهدی راستگو", roles=(Role.HEAD,), department_id=bus)
        author = make.user()
        made = make.base_proposal(author, title="سایه‌بان خیابان امامت")
        case_id = make.open_case(made, department_id=bus)

    return City


def answer_of(case_id):
    return db.session.scalars(select(Answer).where(Answer.case_id == case_id)).one()


def test_the_whole_way(app, make, browser, city, follow_up):
    officer, head, guest = browser(city.officer), browser(city.head), browser()
    assert "سایه‌بان خیابان امامت" in officer.open("/inbox")
    assert "نوشتن پاسخ" in officer.text
    officer.open(f"/inbox/{city.case_id}")
    assert officer.submit(f"/inbox/{city.case_id}/take").status_code == 303
    officer.open(f"/inbox/{city.case_id}/answer")
    assert officer.submit(**(WHOLE | {"act": "preview"})).status_code == 303
    officer.follow()
    assert "چهار ایستگاه سرپوشیده می‌شود." in officer.text
    assert "شهرداری پاسخ داد" in officer.text
    assert "چهار ایستگاه" not in guest.open(f"/proposals/{city.made}")
    assert "در انتظار پاسخ رسمی" in guest.text
    officer.open(f"/inbox/{city.case_id}/answer")
    assert officer.submit(act="send").status_code == 303
    officer.follow()
    assert "تأیید و انتشار" not in officer.text
    officer.open(f"/inbox/{city.case_id}/answer", status=303)  # nothing to write while the head reads
    head.open("/inbox?view=head")
    assert "تأیید پاسخ" in head.text
    head.open(f"/inbox/{city.case_id}")
    assert head.submit(f"/inbox/{city.case_id}/decision", act="back").status_code == 422
    assert "یادداشت لازم است" in head.text
    head.submit(f"/inbox/{city.case_id}/decision", act="back", note="هزینه را هم بنویسید.")
    assert "هزینه را هم بنویسید." in officer.open(f"/inbox/{city.case_id}")
    officer.open(f"/inbox/{city.case_id}/answer")
    officer.submit(act="send")
    head.open(f"/inbox/{city.case_id}")
    assert head.submit(f"/inbox/{city.case_id}/decision", act="approve").status_code == 303
    head.open("/inbox?view=answered")
    assert "سایه‌بان خیابان امامت" in head.text
    shown = guest.open(f"/proposals/{city.made}")
    assert "شهرداری پاسخ داد" in shown
    assert "۱۹٬۰۰۰٬۰۰۰٬۰۰۰ ریال" in shown
    assert "در مهلت" in shown
    assert "هزینه را هم بنویسید." not in shown
    assert "مجید احمدی" not in shown
    with app.app_context():
        answer, case = answer_of(city.case_id), db.session.get_one(Case, city.case_id)
        assert (answer.status, answer.in_time, answer.days_taken) == (AnswerStatus.PUBLISHED, True, 0)
        assert (case.status, case.duty.met_at) == (CaseStatus.ANSWERED, answer.published_at)
        kinds = db.session.scalars(
            select(Step.kind).where(Step.contribution_id == city.made).order_by(Step.id)
        ).all()
        assert kinds[-2:] == ["answered", "promised"]
        assert db.session.get(Contribution, city.made).stage == "run"
        told = db.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == "cases.events.CaseAnswered")
        ).one()
        assert told.payload == {
            "case_id": city.case_id, "answer_id": answer.id, "contribution_id": city.made
        }  # fmt: skip
        db.session.remove()
    for lang in ("en", "ar"):
        browser(lang=lang).open(f"/proposals/{city.made}")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"promise_due": None}, "promise_due"),
        ({"promise_text": ""}, "promise_text"),
        ({"kind": "accepted", "promise_due": None}, "promise_due"),
        ({"promise_due": ["1405", "1", "1"]}, "promise_due"),
        ({"promise_due": ["1405", "12", "31"]}, "promise_due"),
        ({"kind": "declined"}, "decline_reason"),
        ({"kind": "declined", "decline_reason": "law", "why": ""}, "why"),
        ({"kind": "not_ours"}, "other_body"),
        ({"kind": ""}, "kind"),
        ({"kind": "nonsense"}, "kind"),
        ({"what": ""}, "what"),
        ({"what": "ب" * 901}, "what"),
        ({"cost_rial": "دو میلیارد"}, "cost_rial"),
        ({"starts_on": ["1408", "1", "1"]}, "starts_on"),
    ],
)
def test_what_an_answer_lacks_is_said_and_the_words_kept(app, browser, city, change, field):
    officer = browser(city.officer)
    officer.open(f"/inbox/{city.case_id}/answer")
    assert officer.submit(**(WHOLE | change)).status_code == 422
    assert f'id="{field}-error"' in officer.text
    assert 'id="errors"' in officer.text
    assert "پیاده‌رو باریک است." in officer.text or change.get("why") == ""
    with app.app_context():
        assert db.session.get_one(Case, city.case_id).status is CaseStatus.ASSIGNED
        db.session.remove()


def test_a_draft_may_be_unfinished(app, browser, city):
    officer = browser(city.officer)
    officer.open(f"/inbox/{city.case_id}/answer")
    assert officer.submit(kind="accepted", what="هنوز می‌نویسم", act="save").status_code == 303
    assert "هنوز می‌نویسم" in officer.open(f"/inbox/{city.case_id}/answer")


def test_only_the_department_may(app, make, browser, city):
    roads = make.department("roads")
    others = {
        404: [make.user(roles=(r,), department_id=roads) for r in (Role.OFFICER, Role.HEAD)],
        403: [make.user(), make.user(roles=(Role.MODERATOR,)), city.author],
    }
    for status, people in others.items():
        for person in people:
            visitor = browser(person)
            visitor.open(f"/inbox/{city.case_id}", status=status)
            visitor.open(f"/inbox/{city.case_id}/answer", status=status)
            visitor.open("/me/profile")
            token = visitor.token()
            for act in ("take", "officer", "return", "notes", "answer", "decision"):
                sent = visitor.post(
                    f"/inbox/{city.case_id}/{act}",
                    WHOLE
                    | {"csrf_token": token, "reason": "x", "text": "x", "officer_id": "1", "act": "approve"},
                )
                assert sent.status_code == status, act
    council = browser(make.user(roles=(Role.COUNCIL,)))
    council.open(f"/inbox/{city.case_id}")
    assert "یادداشت درون واحد" not in council.text
    council.open("/inbox", status=403)
    browser().open(f"/inbox/{city.case_id}", status=303)
    with app.app_context():
        assert db.session.scalars(select(Answer)).all() == []
        db.session.remove()


@pytest.mark.usefixtures("ctx")
def test_an_officer_cannot_approve_and_a_head_not_alone_if_there_is_another(make, city):
    officer, head = actor_of(city.officer), actor_of(city.head)
    values = {"what": "الف", "promise_text": "ب", "promise_due": clock.today() + timedelta(days=9)}
    with transaction():
        case = queries.for_change(head, city.case_id)
        service.save_answer(head, case, kind=AnswerKind.ACCEPTED, **values)
        service.send_to_head(head, case)
    for verb in (service.approve, lambda a, c: service.send_back(a, c, note="نه")):
        with transaction(), pytest.raises(NotAllowed):
            verb(officer, queries.for_change(officer, city.case_id))
    second = make.user(roles=(Role.HEAD,), department_id=city.bus)
    with transaction(), pytest.raises(RuleBroken):
        service.approve(head, queries.for_change(head, city.case_id))
    with transaction():
        service.approve(actor_of(second), queries.for_change(head, city.case_id))
    with transaction(), pytest.raises(Conflict):  # both heads pressed the button
        service.approve(actor_of(second), queries.for_change(head, city.case_id))


@pytest.mark.usefixtures("ctx")
def test_the_only_head_may_approve_their_own_words_and_the_record_says_so(make, city):
    head = actor_of(city.head)
    with transaction():
        case = queries.for_change(head, city.case_id)
        service.save_answer(head, case, kind=AnswerKind.ALREADY_DONE, what="پارسال انجام شد.")
        service.send_to_head(head, case)
        answer = service.approve(head, case)
    assert (answer.written_by_id, answer.approved_by_id) == (city.head, city.head)
    assert db.session.get(Contribution, city.made).stage == "already"


@pytest.mark.usefixtures("ctx")
def test_a_late_answer_is_called_late(make, city):
    officer, head = actor_of(city.officer), actor_of(city.head)
    later = clock.now() + timedelta(days=40)
    with clock.at(later):
        assert queries.lamp_of(db.session.get_one(Case, city.case_id)).late
        jobs.store_figures()
        assert queries.desk(officer, "fa").counts == {
            "open": 1,
            "late": 1,
            "soon": 0,
            "unassigned": 1,
            "head": 0,
            "waiting": 0,
        }
        with transaction():
            case = queries.for_change(officer, city.case_id)
            service.save_answer(
                officer,
                case,
                kind=AnswerKind.DECLINED,
                what="نه",
                why="بودجه نیست",
                decline_reason=DeclineReason.BUDGET,
            )
            service.send_to_head(officer, case)
            answer = service.approve(head, case)
    assert answer.in_time is False
    assert answer.days_taken > 20
    shown = queries.public_answer(city.made)
    assert shown.lamp.late
    assert db.session.get(Contribution, city.made).stage == "no"


@pytest.mark.usefixtures("ctx")
def test_what_is_hidden_leaves_every_desk(make, city):
    officer = actor_of(city.officer)
    with transaction():
        contributions.hide(SYSTEM, by_id(city.made), clause=2)
    assert queries.inbox(officer).items == []
    assert queries.desk(officer, "fa").counts["open"] == 0
    with pytest.raises(NotFound):
        queries.readable(officer, city.case_id)


def test_an_opinion_is_one_and_changeable_and_a_guest_s_is_kept(app, make, browser, city):
    answer_id = make.answered(city.case_id, city.officer, city.head)
    reader = browser(make.user())
    page = f"/proposals/{city.made}"
    for yes, expected in (("yes", (1, 0)), ("yes", (1, 0)), ("no", (0, 1))):
        reader.open(page)
        assert reader.submit(f"/answers/{answer_id}/opinion", yes=yes).status_code == 303
        with app.app_context():
            answer = db.session.get_one(Answer, answer_id)
            assert (answer.convincing_yes, answer.convincing_no) == expected
            db.session.remove()
    reader.open(page)
    assert reader.submit(f"/answers/{answer_id}/opinion", yes="maybe").status_code == 422
    guest = browser()
    guest.open(page)
    assert guest.submit(f"/answers/{answer_id}/opinion", yes="yes").status_code == 303
    assert "/signin?intent=" in guest.location


def test_the_inbox_is_paged_by_deadline_with_a_fixed_number_of_queries(app, make, browser, city):
    officer = browser(city.officer)
    start = datetime(2026, 11, 1, 9, tzinfo=UTC)

    def fill(n, first):
        for i in range(n):
            with clock.at(start + timedelta(days=first + i)):
                make.open_case(make.base_proposal(city.author, title="پیشنهادی دیگر"), department_id=city.bus)

    fill(3, 0)
    officer.open("/inbox")
    with counted(app) as few:
        officer.open("/inbox")
    fill(24, 3)
    with counted(app) as many:
        officer.open("/inbox")
    assert len(few) == len(many)
    assert len(many) <= 11
    with app.app_context():
        actor = actor_of(city.officer)
        seen, cursor = [], ""
        while cursor is not None:
            found = queries.inbox(actor, cursor=cursor, size=10)
            seen += found.items
            cursor = found.next
        assert len(seen) == 28
        assert len({case.id for case in seen}) == 28
        assert [c.due_at for c in seen] == sorted(c.due_at for c in seen)
        assert queries.inbox(actor, cursor="!!nonsense").first
        db.session.remove()
    table = officer.client.get("/inbox.csv").get_data(as_text=True)
    assert table.startswith("\ufeffcase,title")
    assert len(table.strip().splitlines()) == 29


def test_a_formula_in_a_title_is_only_text_in_the_table(app, make, browser, city):
    make.open_case(make.base_proposal(city.author, title="=HYPERLINK(1)"), department_id=city.bus)
    assert "'=HYPERLINK(1)" in browser(city.officer).client.get("/inbox.csv").get_data(as_text=True)


def test_the_rules_alone():
    good = {
        "what": "الف", "why": "ب", "decline_reason": None, "other_body": "", "promise_text": "ج",
        "promise_due": date(2027, 1, 1), "starts_on": None, "today": date(2026, 11, 23),
    }  # fmt: skip
    check_answer(AnswerKind.ACCEPTED, **good)
    check_answer(AnswerKind.NOT_OURS, **(good | {"other_body": "آبفا"}))
    with pytest.raises(RuleBroken):
        check_answer(AnswerKind.ACCEPTED, **(good | {"promise_due": date(2026, 11, 23)}))


def test_the_public_block_takes_three_queries(app, make, city, ctx):
    with counted(app) as sent:
        found = queries.public_answer(city.made)
    assert len(sent) <= 3
    assert (found.case.door, found.department.id, found.answer) == (Door.THRESHOLD, city.bus, None)
