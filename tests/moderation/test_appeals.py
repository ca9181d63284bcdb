"""An appeal: by whom, until when, once; judged by another; what follows; who hears of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.audit.models import AuditEntry
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.models import Attachment, Contribution, Step
from civic.contributions.rules import ContributionKind, Status
from civic.core import clock
from civic.core.actor import PUBLIC, SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.groups.queries import actor_of
from civic.moderation import jobs, queries, service
from civic.moderation.models import Appeal, Decision
from civic.moderation.rules import AppealStatus, ItemReason, Verdict, check_appeal, median
from civic.notifications.models import Notice

WHY = "این نوشته توهین نیست؛ انتقاد از کار اداره است."


@pytest.fixture
def first(make):
    return make.user("نیلوفر بررس", roles=(Role.MODERATOR,))


@pytest.fixture
def second(make):
    return make.user("بهرام بررس", roles=(Role.MODERATOR,))


@pytest.fixture
def decided(app, first):
    """decided(item, verdict): the first moderator's decision, carried out; its id."""

    def act(item_id, verdict=Verdict.HIDE, clause=2, **more):
        with app.app_context():
            with transaction():
                made = service.decide(
                    actor_of(first),
                    queries.for_change(item_id),
                    verdict=verdict,
                    clause=clause,
                    note="چون",
                    **more,
                )
                found = made.id
            db.session.remove()
        return found

    return act


def status_of(app, row):
    with app.app_context():
        found = db.session.get_one(Contribution, row).status
        db.session.remove()
    return found


def told(app, user_id):
    with app.app_context():
        kinds = list(
            db.session.scalars(select(Notice.kind).where(Notice.user_id == user_id).order_by(Notice.id))
        )
        db.session.remove()
    return kinds


def appealed(app, author, decision_id, text=WHY):
    with app.app_context():
        with transaction():
            made = service.appeal(
                actor_of(author), queries.own_for_change(actor_of(author), decision_id), text=text
            )
            found = made.id
        db.session.remove()
    return found


def judge(app, user_id, appeal_id, *, overturn, answer="انتقاد مجاز است."):
    with app.app_context():
        try:
            with transaction():
                service.judge(
                    actor_of(user_id), queries.appeal_for_change(appeal_id), overturn=overturn, answer=answer
                )
        finally:
            db.session.remove()


def test_from_the_notice_to_the_overturned_decision(app, make, browser, first, second, decided, follow_up):
    author, reporter = make.user(), make.user()
    subject = make.proposal_page(make.user())
    comment = make.comment(author, subject, text="این مدیر بی‌عرضه باید برود.")
    reader = browser(reporter)
    reader.open(f"/flag/{comment}?back=/")
    reader.submit(clause="2")
    with app.app_context():
        item = queries.open_item_of(comment).id
        db.session.remove()
    decision = decided(item)
    follow_up()
    assert status_of(app, comment) is Status.HIDDEN
    assert "hidden" in told(app, author)

    writer = browser(author)
    page = writer.open("/me/notices")
    assert "پنهان شد" in page
    notice = re.findall(r"/me/notices/(\d+)", page)[0]
    writer.open(f"/me/notices/{notice}", status=303)
    assert writer.location.endswith(f"/me/decisions/{decision}")
    page = writer.open(f"/me/decisions/{decision}")
    assert "بی‌عرضه" in page
    assert "بند ۲" in page
    assert "۱ نفر آن را گزارش کرده بود" in page
    assert writer.submit(text=WHY).status_code == 303
    assert "اعتراض در بررسی" in writer.follow()
    assert f"/me/decisions/{decision}" in writer.open("/me/decisions")
    follow_up()
    assert "appeal_waiting" in told(app, second)
    assert "appeal_waiting" not in told(app, first)

    with app.app_context():
        appeal = db.session.scalars(select(Appeal.id)).one()
        db.session.remove()
    one = browser(first)
    page = one.open(f"/queue/appeals/{appeal}")
    assert 'name="outcome"' not in page
    assert "خودتان گرفته‌اید" in page
    data = {"csrf_token": one.token(), "outcome": "uphold", "answer": "می‌ماند"}
    assert one.post(f"/queue/appeals/{appeal}", data).status_code == 403
    assert "این تصمیم را خودتان گرفته‌اید" in one.text
    assert status_of(app, comment) is Status.HIDDEN

    other = browser(second)
    assert f"/queue/appeals/{appeal}" in other.open("/queue/appeals")
    assert WHY in other.open(f"/queue/appeals/{appeal}")
    assert other.submit(outcome="overturn", answer="انتقاد تند مجاز است.").status_code == 303
    assert status_of(app, comment) is Status.PUBLIC
    assert "این مدیر بی‌عرضه" in browser().open(f"/proposals/{subject}")
    follow_up()
    assert "appeal_overturned" in told(app, author)
    assert "report_overturned" in told(app, reporter)
    page = writer.open(f"/me/decisions/{decision}")
    assert "تصمیم برگشت" in page
    assert "انتقاد تند مجاز است" in page
    assert "رسیدگی" in other.open("/queue/appeals?state=judged")
    other.open(f"/queue/appeals/{appeal}")
    with app.app_context():
        kinds = list(
            db.session.scalars(select(Step.kind).where(Step.contribution_id == comment).order_by(Step.id))
        )
        assert [str(k) for k in kinds][-3:] == ["hidden", "appealed", "overturned"]
        acts = set(db.session.scalars(select(AuditEntry.act).where(AuditEntry.act.startswith("moderation."))))
        assert {"moderation.decide", "moderation.appeal", "moderation.overturn"} <= acts
        assert db.session.get_one(Contribution, subject).comment_count == 1


def test_a_proposal_comes_back_with_its_first_date(app, make, first, second, decided):
    author = make.user()
    row = make.proposal_page(author)
    with app.app_context():
        with transaction():
            service.flag(actor_of(make_reader()), contributions.by_id(row), clause=2)
        item, before = queries.open_item_of(row).id, db.session.get_one(Contribution, row).published_at
        db.session.remove()
    with clock.at(clock.now() + timedelta(hours=3)):
        appeal = appealed(app, author, decided(item))
        judge(app, second, appeal, overturn=True)
    with app.app_context():
        assert db.session.get_one(Contribution, row).published_at == before


def make_reader():
    from tests.make import basics

    return basics.user()


def test_upheld_changes_nothing_and_is_told(app, make, first, second, decided, follow_up):
    author = make.user()
    row, item = make.queued(author)
    appeal = appealed(app, author, decided(item))
    judge(app, second, appeal, overturn=False, answer="توهین است.")
    assert status_of(app, row) is Status.HIDDEN
    follow_up()
    assert "appeal_upheld" in told(app, author)
    with pytest.raises(Conflict):
        judge(app, second, appeal, overturn=True)


def test_what_was_returned_is_published_when_overturned(app, make, second, decided):
    author = make.user()
    row, item = make.queued(author)
    judge(app, second, appealed(app, author, decided(item, Verdict.RETURN)), overturn=True)
    assert status_of(app, row) is Status.PUBLIC


def test_a_hidden_photo_is_shown_again(app, make, second, decided):
    author = make.user()
    row, item = make.queued(author, photo=True)
    appeal = appealed(app, author, decided(item, Verdict.HIDE_PHOTO, 8))
    judge(app, second, appeal, overturn=True)
    with app.app_context():
        assert db.session.scalars(select(Attachment.hidden_at)).one() is None
    assert status_of(app, row) is Status.PUBLIC


def test_once_and_in_time(app, make, browser, decided, second):
    author = make.user()
    row, item = make.queued(author)
    decision = decided(item)
    writer = browser(author)
    writer.open(f"/me/decisions/{decision}")
    form = [*writer.form().fields]
    data = [(k, v) for k, v in form if k != "text"] + [("text", WHY)]
    assert writer.post(f"/me/decisions/{decision}", data).status_code == 303
    assert writer.post(f"/me/decisions/{decision}", data).status_code == 303  # a double click is one appeal
    again = [(k, "b" * 32 if k == "once" else v) for k, v in data]
    assert writer.post(f"/me/decisions/{decision}", again).status_code == 409
    assert "یک بار اعتراض شده است" in writer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Appeal)) == 1
    judge(app, second, 1, overturn=False)
    assert (
        writer.post(
            f"/me/decisions/{decision}", [(k, "c" * 32 if k == "once" else v) for k, v in data]
        ).status_code
        == 409
    )
    other = make.user()
    _row, late_item = make.queued(other)
    late = decided(late_item)
    with clock.at(clock.now() + timedelta(days=14, minutes=1)):
        slow = browser(other)
        assert "مهلت اعتراض گذشته است" in slow.open(f"/me/decisions/{late}")
        token = {"csrf_token": slow.token(), "text": WHY}
        assert slow.post(f"/me/decisions/{late}", token).status_code == 409
        assert "۱۴ روز" in slow.text
    assert status_of(app, row) is Status.HIDDEN


@pytest.mark.parametrize("text", ["", "   ", "نه", "ن" * 1001])
def test_an_appeal_needs_a_reason_and_keeps_what_was_typed(app, make, browser, decided, text):
    author = make.user()
    _row, item = make.queued(author)
    writer = browser(author)
    writer.open(f"/me/decisions/{decided(item)}")
    assert writer.submit(text=text).status_code == 422
    assert text.strip()[:900] in writer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Appeal)) == 0


def test_nobody_else_sees_or_uses_the_way(app, make, browser, decided, first):
    boss, member = make.user(), make.user()
    group = make.group(managers=(boss,), members=(member,))
    author = make.user()
    row, item = make.queued(author)
    with app.app_context(), transaction() as session:
        session.get_one(Contribution, row).group_id = group
    decision = decided(item)
    for stranger in (make.user(), member, make.user(roles=(Role.OPERATOR,)), first):
        person = browser(stranger)
        person.open(f"/me/decisions/{decision}", status=404)
        person.open("/me/profile")
        data = {"csrf_token": person.token(), "text": WHY}
        assert person.post(f"/me/decisions/{decision}", data).status_code == 404
    guest = browser()
    guest.open(f"/me/decisions/{decision}", status=303)
    manager = browser(boss)
    manager.open(f"/me/decisions/{decision}")
    assert manager.submit(text=WHY).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Appeal.by_id)).one() == boss


def test_the_judge_is_neither_the_author_nor_of_the_group(app, make, decided, second):
    author = make.user()
    row, item = make.queued(author)
    group = make.group(managers=(second,))
    with app.app_context(), transaction() as session:
        session.get_one(Contribution, row).group_id = group
    appeal = appealed(app, author, decided(item))
    with pytest.raises(NotAllowed, match="گروهتان"):
        judge(app, second, appeal, overturn=True)
    for nobody in (make.user(), make.user(roles=(Role.OPERATOR,))):
        with pytest.raises(NotAllowed):
            judge(app, nobody, appeal, overturn=True)
    with pytest.raises(RuleBroken):
        judge(app, make.user(roles=(Role.MODERATOR,)), appeal, overturn=True, answer=" ")
    with app.app_context(), transaction(), pytest.raises(NotAllowed):
        service.judge(PUBLIC, queries.appeal_for_change(appeal), overturn=True, answer="نه")
    assert status_of(app, row) is Status.HIDDEN


def test_who_declared_an_interest_of_their_own_does_not_judge(app, make, browser, decided, second, follow_up):
    author = make.user()
    row, item = make.queued(author)
    with app.app_context(), transaction():
        service.step_aside(
            actor_of(second), queries.for_change(item), conflict=True
        )  # `first` is to decide instead
    appeal = appealed(app, author, decided(item))
    follow_up()
    assert "appeal_waiting" not in told(app, second)
    page = browser(second).open(f"/queue/appeals/{appeal}")
    assert "ذی‌نفعید" in page
    assert 'name="outcome"' not in page
    with pytest.raises(NotAllowed, match="ذی‌نفعید"):
        judge(app, second, appeal, overturn=True)
    assert status_of(app, row) is Status.HIDDEN
    judge(app, make.user(roles=(Role.MODERATOR,)), appeal, overturn=True)
    assert status_of(app, row) is Status.PUBLIC


def test_what_changed_since_is_not_overturned(app, make, decided, second):
    author = make.user()
    row, item = make.queued(author)
    decision = decided(item, Verdict.RETURN)
    appeal = appealed(app, author, decision)
    with app.app_context(), transaction():
        thing = contributions.by_id(row)
        contribution_service.edit(actor_of(author), thing, title="عنوان درست", text="متن درست‌شده و مودبانه.")
        contribution_service.submit(actor_of(author), thing)
    with pytest.raises(Conflict, match="تغییر کرده"):
        judge(app, second, appeal, overturn=True)
    assert status_of(app, row) is Status.WAITING
    judge(app, second, appeal, overturn=False)


def test_an_appeal_against_an_earlier_return_does_not_publish_a_later_text(app, make, decided, second):
    author = make.user()
    row, item = make.queued(author)
    decision = decided(item, Verdict.RETURN)
    appeal = appealed(app, author, decision)
    with app.app_context(), transaction():
        thing = contributions.by_id(row)
        contribution_service.edit(
            actor_of(author), thing, title="عنوان دیگر", text="متن دیگری که باز هم نارواست."
        )
        contribution_service.submit(actor_of(author), thing)
        service.queue(SYSTEM, thing, ItemReason.EDITED)
    with app.app_context():
        again = queries.open_item_of(row).id
    decided(again, Verdict.RETURN)
    with app.app_context():
        assert not queries.own_decision(actor_of(author), decision).holds
    with pytest.raises(Conflict, match="تغییر کرده"):
        judge(app, second, appeal, overturn=True)
    assert status_of(app, row) is Status.RETURNED


def test_what_its_author_takes_back_needs_no_judgement(app, make, decided, follow_up):
    author = make.user()
    row, item = make.queued(author)
    appealed(app, author, decided(item, Verdict.RETURN))
    with app.app_context(), transaction():
        contribution_service.withdraw(actor_of(author), contributions.by_id(row), reason="")
    follow_up()
    with app.app_context():
        assert db.session.scalars(select(Appeal.status)).one() is AppealStatus.DROPPED


def test_the_clock_names_what_is_late_once_a_day(app, make, decided, first, second, follow_up):
    author = make.user()
    _row, item = make.queued(author)
    appealed(app, author, decided(item))
    make.queued(make.user(), title="دیگری")
    at = clock.day_start(clock.today()) + timedelta(days=4, hours=7)
    with clock.at(at), app.app_context():
        jobs.remind()
    follow_up()
    assert "review_overdue" not in told(app, second)
    for hours in (2, 3):
        with clock.at(at + timedelta(hours=hours)), app.app_context():
            jobs.remind()
            db.session.remove()
        with clock.at(at + timedelta(hours=hours)):
            follow_up()
    assert told(app, second).count("review_overdue") == 1
    assert told(app, first).count("review_overdue") == 1
    assert told(app, author).count("review_overdue") == 0
    with app.app_context():
        assert db.session.scalars(select(Notice.data).where(Notice.kind == "review_overdue")).first() == {
            "items": 1,
            "appeals": 1,
        }


def test_overdue_is_marked_in_the_queue_and_at_the_desk(app, make, browser, decided, second):
    author = make.user()
    _row, item = make.queued(author)
    appealed(app, author, decided(item))
    make.queued(make.user(), title="دیگری")
    with clock.at(clock.now() + timedelta(days=4)):
        person = browser(second)
        assert "از مهلت گذشته" in person.open("/queue?reason=overdue")
        assert "از مهلت گذشته" in person.open("/queue/appeals")


def test_the_transparency_counts_appeals_without_names(app, make, browser, decided, second):
    author = make.user("هما ناشناس")
    decisions = [decided(make.queued(author, title=f"محرمانه {n}")[1]) for n in range(3)]
    appeals = [appealed(app, author, one) for one in decisions]
    judge(app, second, appeals[0], overturn=True)
    judge(app, second, appeals[1], overturn=False)
    with app.app_context():
        jobs.count_months()
        db.session.remove()
    page = browser().open("/transparency")
    assert "از ۳ اعتراض، ۱ تصمیم برگشت" in page
    assert "۵۰٪ تصمیم‌های رسیدگی‌شده برگشت" in page
    assert "اعتراض در بررسی" in page
    assert browser().open("/transparency?verdict=overturned").count("<tr><td") == 1
    csv = browser()
    csv.open("/transparency/moderation.csv")
    head, *lines = csv.text.strip("\ufeff").splitlines()
    assert head == "number,at,kind,verdict,clause,clause_words,waited_hours,appeal,appeal_judged_at"
    assert [line.split(",")[7] for line in lines] == ["overturned", "upheld", "open"]
    for line in lines:
        for moment in (line.split(",")[1], line.split(",")[8]):
            assert not moment or moment[13:19] == ":00:00"
    for secret in ("هما", "محرمانه", WHY, "نیلوفر", "بهرام"):
        assert secret not in page.split('id="log"')[1].split("<tbody>")[1].split("</tbody>")[0]
        assert secret not in csv.text
    for moment in re.findall(r'datetime="([^"]+)"', page.split('id="log"')[1].split("</table>")[0]):
        assert moment[13:19] == ":00:00"
    for lang in ("ar", "en"):
        browser(lang=lang).open("/transparency")
    with app.app_context():
        month = queries.months()[-1]
        assert (month.overturned, month.judged, month.overturned_share, month.in_time, month.late) == (
            {2: 1},
            2,
            50,
            3,
            0,
        )


def test_figures_are_not_counted_on_read(app, make, browser, decided):
    decided(make.queued(make.user())[1])
    with app.app_context():
        jobs.count_months()
        db.session.remove()
    before = browser().open("/transparency").count("۱ تصمیم")
    decided(make.queued(make.user(), title="دیگری")[1])
    assert browser().open("/transparency").count("۱ تصمیم") == before


def test_rules():
    check_appeal(WHY)
    with pytest.raises(RuleBroken):
        check_appeal("  نه  ")
    assert median([]) == 0
    assert median([(5, 1), (10, 1), (100, 1)]) == 10
    assert median([(5, 9), (100, 1)]) == 5


def test_pages_of_the_desk_in_every_language(app, make, browser, decided, second):
    author = make.user()
    decision = decided(make.queued(author, ContributionKind.PROBLEM)[1])
    appeal = appealed(app, author, decision)
    for lang in ("fa", "ar", "en"):
        person = browser(second, lang=lang)
        for path in (
            "/queue",
            "/queue/appeals",
            f"/queue/appeals/{appeal}",
            "/queue/blocks",
            "/queue/blocks?state=over",
            "/queue/appeals?state=judged",
        ):
            person.open(path)
        writer = browser(author, lang=lang)
        writer.open("/me/decisions")
        writer.open(f"/me/decisions/{decision}")
    with app.app_context():
        assert db.session.get_one(Decision, decision).verdict is Verdict.HIDE
