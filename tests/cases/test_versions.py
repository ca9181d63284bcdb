"""A published answer is revised, a case is opened again; what was public stays readable."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.cases import jobs, queries, service
from civic.cases.models import Answer, Case
from civic.cases.rules import AnswerKind, AnswerStatus, CaseStatus, check_answer
from civic.contributions.models import Contribution, Step
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.groups.queries import actor_of
from civic.notifications.models import Notice
from civic.outcomes.models import Promise
from civic.outcomes.rules import PromiseStatus

REASON = "یکی از ایستگاه‌ها عوض شد."


@pytest.fixture
def city(make):
    class City:
        bus = make.department("bus", name="اتوبوسرانی")
        officer = make.user("مجید احمدی", roles=(Role.OFFICER,), department_id=bus)
        head = make.user("مهدی راستگو", roles=(Role.HEAD,), department_id=bus)
        author = make.user()
        made = make.base_proposal(author, title="سایه‌بان خیابان امامت")
        case_id = make.open_case(made, department_id=bus)
        answer_id = make.answered(case_id, officer, head)

    return City


def the_case(city) -> Case:
    return db.session.get_one(Case, city.case_id)


def test_a_revision_keeps_the_old_version_and_tells_everybody(app, city, browser, follow_up):
    officer, head, guest = browser(city.officer), browser(city.head), browser()
    follow_up()
    officer.open(f"/inbox/{city.case_id}")
    assert officer.submit(f"/inbox/{city.case_id}/revise", reason="چون").status_code == 422
    assert officer.submit(f"/inbox/{city.case_id}/revise", reason=REASON).status_code == 303
    officer.follow()
    assert "چهار ایستگاه سرپوشیده می‌شود." in officer.text  # begun with the old words
    assert officer.submit(what="سه ایستگاه سرپوشیده می‌شود.", act="send").status_code == 303
    assert "سه ایستگاه" not in guest.open(f"/proposals/{city.made}")
    assert "سایه‌بان" in head.open("/inbox?view=head")
    head.open(f"/inbox/{city.case_id}")
    assert head.submit(f"/inbox/{city.case_id}/decision", act="approve").status_code == 303
    assert "سه ایستگاه سرپوشیده می‌شود." in guest.open(f"/proposals/{city.made}")
    assert REASON in guest.text
    page = guest.open(f"/answers/{city.case_id}/versions")
    assert "چهار ایستگاه سرپوشیده می‌شود." in page
    assert "سه ایستگاه سرپوشیده می‌شود." in page
    follow_up()
    with app.app_context():
        first, second = queries.answer_versions(city.case_id)[::-1]
        assert (first.status, second.status) == (AnswerStatus.SUPERSEDED, AnswerStatus.PUBLISHED)
        assert (second.in_time, second.days_taken) == (first.in_time, first.days_taken)
        assert the_case(city).status is CaseStatus.ANSWERED
        kinds = db.session.scalars(select(Step.kind).where(Step.contribution_id == city.made)).all()
        assert kinds.count(StepKind.ANSWER_REVISED) == 1
        assert kinds.count(StepKind.PROMISED) == 1  # the same promise: nothing new is promised
        assert city.author in set(
            db.session.scalars(select(Notice.user_id).where(Notice.kind == "answer_revised"))
        )
        promise = db.session.scalars(select(Promise)).one()
        assert (promise.answer_id, promise.status) == (second.id, PromiseStatus.OPEN)
        db.session.remove()


def test_a_new_version_in_hand_is_read_by_its_department_alone(city, browser, make):
    officer = browser(city.officer)
    officer.open(f"/inbox/{city.case_id}")
    officer.submit(f"/inbox/{city.case_id}/revise", reason=REASON)
    officer.follow()
    assert officer.submit(what="سه ایستگاه سرپوشیده می‌شود.", act="save").status_code == 303
    assert "سه ایستگاه" in officer.open(f"/inbox/{city.case_id}")
    for role in (Role.COUNCIL, Role.TRIAGE, Role.OPERATOR):
        page = browser(make.user(roles=(role,))).open(f"/inbox/{city.case_id}")
        assert "سه ایستگاه" not in page
        assert "چهار ایستگاه سرپوشیده می‌شود." in page


@pytest.mark.usefixtures("ctx")
def test_another_promise_takes_the_place_of_the_old_one(city, follow_up):
    officer = actor_of(city.officer)
    with transaction():
        case = the_case(city)
        service.revise(officer, case, reason=REASON)
        with pytest.raises(Conflict):
            service.revise(officer, case, reason=REASON)
        service.save_answer(
            officer, case, kind=AnswerKind.ACCEPTED, what="سه ایستگاه", promise_text="سه ایستگاه",
            promise_due=clock.today() + timedelta(days=60),
        )  # fmt: skip
        service.send_to_head(officer, case)
        service.send_back(actor_of(city.head), case, note="هزینه؟")
        assert case.revision_sent_at is None
        service.send_to_head(officer, case)
        service.approve(actor_of(city.head), case)
    follow_up()
    statuses = dict(db.session.execute(select(Promise.text, Promise.status)).all())
    assert statuses["سه ایستگاه"] is PromiseStatus.OPEN
    assert list(statuses.values()).count(PromiseStatus.VOID) == 1


@pytest.mark.usefixtures("ctx")
def test_a_reopened_case_is_owed_again_and_answered_anew(city, browser):
    with transaction():
        case = the_case(city)
        before = case.duty_id
        service.reopen(SYSTEM, case, reason="سه نفر گفتند انجام نشده است.")
        with pytest.raises(Conflict):
            service.reopen(SYSTEM, case, reason="دوباره")
    assert case.duty_id != before
    assert (case.status, case.reopen_count, case.answered_at) == (CaseStatus.ASSIGNED, 1, None)
    assert case.due_at == case.duty.due_at > clock.now()
    assert db.session.get_one(Contribution, city.made).stage == "dept"
    page = browser().open(f"/proposals/{city.made}")
    assert "دوباره باز شد؛ در انتظار پاسخ تازه" in page
    assert "چهار ایستگاه سرپوشیده می‌شود." in page
    officer = actor_of(city.officer)
    with transaction():
        service.save_answer(officer, case, kind=AnswerKind.ALREADY_DONE, what="این بار انجام شد.")
        service.send_to_head(officer, case)
        service.approve(actor_of(city.head), case)
    versions = [(a.version, a.status) for a in queries.answer_versions(city.case_id)]
    assert versions == [(2, AnswerStatus.PUBLISHED), (1, AnswerStatus.SUPERSEDED)]
    kinds = db.session.scalars(select(Step.kind).where(Step.contribution_id == city.made)).all()
    assert kinds.count(StepKind.ANSWERED) == 2


@pytest.mark.usefixtures("ctx")
def test_only_the_department_revises(city, make):
    stranger = make.user(roles=(Role.HEAD,), department_id=make.department("roads"))
    for who in (stranger, city.author):
        with transaction(), pytest.raises(NotAllowed):
            service.revise(actor_of(who), the_case(city), reason=REASON)


def test_versions_of_what_is_hidden_or_unanswered_are_nowhere(app, city, browser, make):
    waiting = make.open_case(make.base_proposal(city.author), department_id=city.bus)
    browser().open(f"/answers/{waiting}/versions", status=404)
    browser().open(f"/answers/{city.case_id}/versions")
    with app.app_context():
        with transaction():
            db.session.execute(
                Contribution.__table__.update().where(Contribution.id == city.made).values(status="hidden")
            )
        db.session.remove()
    browser().open(f"/answers/{city.case_id}/versions", status=404)


def test_an_answer_that_needs_the_council_says_which_resolution_and_when_it_is_looked_at_again(
    app, make, browser, city
):
    today = clock.today()
    plain = {"why": "", "decline_reason": None, "other_body": "", "promise_text": "", "promise_due": None, "starts_on": None}  # fmt: skip
    with pytest.raises(RuleBroken, match="تصویب کند"):
        check_answer(AnswerKind.NEEDS_COUNCIL, what="بی شورا نمی‌شود.", today=today, **plain)
    with pytest.raises(RuleBroken, match="دوباره بررسی"):
        check_answer(
            AnswerKind.NEEDS_COUNCIL, what="بی شورا نمی‌شود.", council_text="تعرفهٔ تازهٔ بلیت", review_on=today,
            today=today, **plain,
        )  # fmt: skip
    made = make.base_proposal(city.author, title="بلیت ارزان‌تر")
    case_id = make.open_case(made, department_id=city.bus)
    officer, head = browser(city.officer), browser(city.head)
    officer.open(f"/inbox/{case_id}/answer")
    filled = {"kind": "needs_council", "what": "تغییر تعرفه با ما نیست.", "act": "send"}
    assert officer.submit(**filled).status_code == 422
    assert "تغییر تعرفه با ما نیست." in officer.text
    filled |= {"council_text": "شورا باید تعرفهٔ تازهٔ بلیت را تصویب کند.", "review_on": ["1406", "02", "01"]}
    assert officer.submit(**filled).status_code == 303
    head.open(f"/inbox/{case_id}")
    assert head.submit(f"/inbox/{case_id}/decision", act="approve").status_code == 303
    page = browser().open(f"/proposals/{made}")
    assert "نیازمند مصوبهٔ شورا" in page
    assert "شورا باید تعرفهٔ تازهٔ بلیت را تصویب کند." in page
    with app.app_context():
        assert db.session.get_one(Contribution, made).stage == "council"
        answer = db.session.scalars(select(Answer).where(Answer.case_id == case_id)).one()
        with clock.at(clock.day_start(answer.review_on)):
            jobs.review_due()
            jobs.review_due()
        db.session.expire_all()
        case = db.session.get_one(Case, case_id)
        assert (case.status, case.reopen_count) == (CaseStatus.ASSIGNED, 1)
        db.session.remove()
