"""One queue: claim, decide, report; and what the public may see of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.audit.models import AuditEntry
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.models import Attachment, Contribution
from civic.contributions.rules import ContributionKind, Status
from civic.core import clock
from civic.core.actor import PUBLIC, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed, RuleBroken
from civic.core.outbox import OutboxEvent
from civic.groups.queries import actor_of
from civic.moderation import jobs, queries, service
from civic.moderation.models import Decision, Flag, Item
from civic.moderation.rules import ItemReason, ItemStatus, Verdict, check_decision, number_of
from civic.spaces.models import Space
from civic.spaces.rules import Moderation
from tests.queries import counted


@pytest.fixture
def moderator(make, browser):
    return browser(make.user("نیلوفر بررس", roles=(Role.MODERATOR,)))


def thing(app, contribution_id):
    with app.app_context():
        found = db.session.get(Contribution, contribution_id)
        values = (found.status, found.stage)
        db.session.remove()
    return values


def decide(person, item_id, verdict, **filled):
    person.open(f"/queue/{item_id}")
    return person.submit(f"/queue/{item_id}", verdict=verdict, **filled)


def test_what_is_sent_in_enters_the_queue_once_and_leaves_with_its_author(app, make, follow_up):
    author = make.user()
    row = make.contribution_id(author, public=False)
    with app.app_context(), transaction():
        contribution_service.submit(actor_of(author), contributions.by_id(row))
    follow_up()
    follow_up()
    with app.app_context():
        item = db.session.scalars(select(Item)).one()
        assert (item.reason, item.status) == (ItemReason.NEW, ItemStatus.OPEN)
        assert item.due_at - item.opened_at == timedelta(hours=24)
        with transaction():
            contribution_service.withdraw(actor_of(author), contributions.by_id(row), reason="دیگر لازم نیست")
    follow_up()
    with app.app_context():
        assert db.session.scalars(select(Item.status)).one() is ItemStatus.DROPPED


def test_consultations_and_questions_are_not_the_queue_s_business(app, make, follow_up):
    author = make.user()
    for kind in (ContributionKind.CONSULTATION, ContributionKind.QUESTION):
        row = make.contribution_id(author, kind, public=False)
        with app.app_context(), transaction():
            contribution_service.submit(actor_of(author), contributions.by_id(row))
    follow_up()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Item)) == 0


def test_where_review_comes_afterwards_the_item_exists_while_the_text_is_public(
    app, make, browser, follow_up, moderator
):
    author = make.user()
    with app.app_context(), transaction() as session:
        session.get_one(Space, 1).moderation = Moderation.POST
    row = make.contribution_id(author, public=False)
    with app.app_context(), transaction():
        contribution_service.submit(actor_of(author), contributions.by_id(row))
    follow_up()
    assert thing(app, row)[0] is Status.PUBLIC
    with app.app_context():
        item = db.session.scalars(select(Item)).one().id
    assert decide(moderator, item, "hide", clause="2").status_code == 303
    assert thing(app, row)[0] is Status.HIDDEN


def test_an_edited_public_text_comes_back_into_the_queue(app, make, follow_up):
    author = make.user()
    row = make.contribution_id(author)
    with app.app_context(), transaction():
        contribution_service.edit(
            actor_of(author), contributions.by_id(row), title="عنوان تازه", text="متن دیگر"
        )
    follow_up()
    with app.app_context():
        assert db.session.scalars(select(Item.reason)).one() is ItemReason.EDITED


@pytest.mark.parametrize(
    ("verdict", "status"), [("publish", Status.PUBLIC), ("return", Status.RETURNED), ("hide", Status.HIDDEN)]
)
def test_a_decision_is_carried_out_numbered_recorded_and_told(app, make, moderator, verdict, status):
    row, item = make.queued(make.user())
    clause = {} if verdict == "publish" else {"clause": "6"}
    assert decide(moderator, item, verdict, note="سلام", **clause).status_code == 303
    assert moderator.location == "/queue"
    assert thing(app, row)[0] is status
    with app.app_context():
        made = db.session.scalars(select(Decision)).one()
        assert made.number == number_of(made_year(made), 1)
        assert made.note == "سلام"
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "moderation.decide")).one()
        assert entry.data == {"number": made.number, "verdict": verdict, "clause": made.clause}
        told = db.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == "moderation.events.DecisionMade")
        ).one()
        assert told.payload == {"decision_id": made.id}


def made_year(decision):
    from civic.core.dates import jalali_year

    return jalali_year(decision.at)


def test_numbers_follow_each_other_and_the_next_item_is_claimed(app, make, moderator):
    items = [make.queued(make.user())[1] for _ in range(3)]
    moderator.open("/queue")
    assert moderator.submit("/queue/next").status_code == 303
    assert moderator.location == f"/queue/{items[0]}"
    for n, item in enumerate(items):
        decide(moderator, item, "publish")
        assert moderator.location == (f"/queue/{items[n + 1]}" if n < 2 else "/queue")
    with app.app_context():
        numbers = db.session.scalars(select(Decision.number).order_by(Decision.id)).all()
        assert [n[-4:] for n in numbers] == ["0001", "0002", "0003"]


@pytest.mark.parametrize("verdict", ["return", "hide"])
def test_a_refusal_without_a_clause_is_refused_with_the_words_kept(app, make, moderator, verdict):
    row, item = make.queued(make.user())
    assert decide(moderator, item, verdict, note="یادداشتی که می‌ماند").status_code == 422
    assert "یادداشتی که می‌ماند" in moderator.text
    assert 'data-focus="errors"' in moderator.text
    assert thing(app, row)[0] is Status.WAITING


@pytest.mark.parametrize("filled", [{"verdict": "burn"}, {"verdict": ""}, {"verdict": "hide", "clause": "99"}, {"verdict": "hide", "clause": "x"},
                                    {"verdict": "hide", "clause": "2", "note": "ن" * 501}, {"verdict": "hide_photo", "clause": "8"}])  # fmt: skip
def test_bad_input_is_refused(app, make, moderator, filled):
    row, item = make.queued(make.user())
    moderator.open(f"/queue/{item}")
    assert moderator.submit(f"/queue/{item}", **filled).status_code == 422
    assert thing(app, row)[0] is Status.WAITING


def test_a_photo_is_hidden_and_the_text_published(app, make, moderator):
    row, item = make.queued(make.user(), photo=True)
    assert 'value="hide_photo"' in moderator.open(f"/queue/{item}")
    assert decide(moderator, item, "hide_photo", clause="8").status_code == 303
    assert thing(app, row)[0] is Status.PUBLIC
    with app.app_context():
        assert db.session.scalars(select(Attachment)).one().hidden_at is not None


def test_a_double_click_is_one_decision(app, make, moderator):
    _, item = make.queued(make.user())
    moderator.open(f"/queue/{item}")
    form = moderator.form(f"/queue/{item}")
    data = [*form.fields, ("verdict", "publish")]
    assert moderator.post(form.action, data).status_code == 303
    first = moderator.location
    assert moderator.post(form.action, data).status_code == 303
    assert moderator.location == first
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 1


def test_a_second_moderator_sees_the_lock_and_cannot_decide(app, make, browser, moderator):
    row, item = make.queued(make.user())
    moderator.open(f"/queue/{item}")
    assert moderator.submit(f"/queue/{item}/claim").status_code == 303
    second = browser(make.user("بررس دوم", roles=(Role.MODERATOR,)))
    assert "نیلوفر بررس" in second.open("/queue")
    page = second.open(f"/queue/{item}")
    assert "نیلوفر بررس" in page
    assert 'name="verdict"' not in page
    token = second.token()
    data = {"csrf_token": token, "verdict": "publish", "once": "a" * 32}
    assert second.post(f"/queue/{item}", data).status_code == 409
    assert "نیلوفر بررس" in second.text
    assert second.post(f"/queue/{item}/claim", {"csrf_token": token}).status_code == 409
    assert second.post(f"/queue/{item}/release", {"csrf_token": token}).status_code == 403
    second.open("/queue")
    second.submit("/queue/next")
    assert second.location == "/queue"
    assert thing(app, row)[0] is Status.WAITING
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert decide(second, item, "publish").status_code == 303
    assert thing(app, row)[0] is Status.PUBLIC


def test_one_s_own_text_is_somebody_else_s_to_decide(app, make, browser):
    writer = make.user("بررس نویسنده", roles=(Role.MODERATOR,))
    group = make.group(managers=(writer,))
    own, own_item = make.queued(writer)
    _, group_item = make.queued(make.user(), title="برای گروه")
    with app.app_context(), transaction() as session:
        session.get_one(Contribution, session.get_one(Item, group_item).contribution_id).group_id = group
    person = browser(writer)
    for item in (own_item, group_item):
        page = person.open(f"/queue/{item}")
        assert 'name="verdict"' not in page
        data = {"csrf_token": person.token(), "verdict": "publish"}
        assert person.post(f"/queue/{item}", data).status_code == 403
    person.open("/queue")
    person.submit("/queue/next")
    assert person.location == "/queue"
    assert thing(app, own)[0] is Status.WAITING


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.COUNCIL, Role.TRIAGE, Role.OPERATOR])
def test_the_queue_is_for_moderators(app, make, browser, role):
    row, item = make.queued(make.user())
    person = browser(make.user(roles=(role,) if role else (), department_id=make.department()))
    for path in ("/queue", f"/queue/{item}"):
        person.open(path, status=403)
    person.open("/me/profile")
    token = {"csrf_token": person.token(), "verdict": "publish"}
    for path in (f"/queue/{item}", f"/queue/{item}/claim", "/queue/next"):
        assert person.post(path, token).status_code == 403
    guest = browser()
    guest.open("/queue", status=303)
    assert "/signin" in guest.location
    assert thing(app, row)[0] is Status.WAITING


def test_verbs_refuse_whoever_is_not_named_in_the_policy(app, make):
    row, item = make.queued(make.user())
    citizen = make.user()
    with app.app_context(), transaction():
        found = queries.for_change(item)
        contribution = contributions.by_id(row)
        for actor in (PUBLIC, actor_of(citizen)):
            for act in (
                lambda a=actor: service.decide(a, found, verdict=Verdict.PUBLISH),
                lambda a=actor: service.claim(a, found),
                lambda a=actor: service.put_back(a, found),
                lambda a=actor: service.queue(a, contribution, ItemReason.NEW),
                lambda a=actor: service.drop(a, contribution),
                lambda a=actor: service.flag(a, contribution, clause=1),
            ):
                with pytest.raises(NotAllowed):
                    act()


def test_an_unknown_item_is_absent(moderator):
    moderator.open("/queue/98765", status=404)


def test_an_item_that_is_decided_is_not_decided_again(app, make, browser, moderator):
    _, item = make.queued(make.user())
    decide(moderator, item, "publish")
    assert "تصمیم گرفته شد" in moderator.open(f"/queue/{item}")
    assert (
        moderator.post(
            f"/queue/{item}", {"csrf_token": moderator.token(), "verdict": "hide", "clause": "2"}
        ).status_code
        == 409
    )


def test_what_its_author_took_back_meanwhile_is_not_decided(app, make, moderator):
    author = make.user()
    row, item = make.queued(author)
    moderator.open(f"/queue/{item}")
    with app.app_context(), transaction():
        contribution_service.withdraw(actor_of(author), contributions.by_id(row), reason="نه")
    assert moderator.submit(f"/queue/{item}", verdict="publish").status_code == 409
    assert thing(app, row)[0] is Status.WITHDRAWN


def test_a_report_brings_a_public_text_back_once_per_person(app, make, browser, moderator):
    row = make.contribution_id(make.user())
    readers = [browser(make.user()) for _ in range(2)]
    for n, reader in enumerate(readers, 1):
        reader.open(f"/flag/{row}?back=/proposals/{row}")
        assert reader.submit(clause="4", note="شماره دارد").status_code == 303
        assert reader.location == f"/proposals/{row}"
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(Flag)) == n
            item = db.session.scalars(select(Item)).one()
            assert item.reason is ItemReason.FLAGGED
    assert "پیش‌تر گزارش کرده‌اید" in readers[0].open(f"/flag/{row}")
    again = {"csrf_token": readers[0].token(), "clause": "4", "back": f"/proposals/{row}"}
    assert readers[0].post(f"/flag/{row}", again).status_code == 303
    page = moderator.open(f"/queue/{item.id}")
    assert "۲ گزارش" in page
    assert "شماره دارد" in page
    assert decide(moderator, item.id, "hide", clause="4").status_code == 303
    with app.app_context():
        made = db.session.scalars(select(Decision)).one()
        assert set(db.session.scalars(select(Flag.decision_id))) == {made.id}
        assert len(db.session.scalars(queries.reporters(made.id)).all()) == 2
    readers[1].open(f"/flag/{row}", status=404)


def test_a_report_of_what_waits_already_outweighs_its_reason(app, make):
    row = make.contribution_id(make.user())
    with app.app_context(), transaction():
        from civic.core.actor import SYSTEM

        service.queue(SYSTEM, contributions.by_id(row), ItemReason.EDITED)
        service.flag(actor_of(make_reader(app)), contributions.by_id(row), clause=2)
    with app.app_context():
        assert db.session.scalars(select(Item.reason)).one() is ItemReason.FLAGGED


def make_reader(app):
    from tests.make import basics

    return basics.user()


def test_a_report_needs_a_clause_an_account_and_another_s_public_text(app, make, browser):
    author = make.user()
    row = make.contribution_id(author)
    reader = browser(make.user())
    for filled in ({}, {"clause": "77"}, {"clause": "x"}, {"clause": "1", "note": "ن" * 501}):
        reader.open(f"/flag/{row}?back=/")
        assert reader.submit(**filled).status_code == 422
    guest = browser()
    guest.open(f"/flag/{row}", status=303)
    assert "/signin" in guest.location
    own = browser(author)
    own.open(f"/flag/{row}?back=/")
    assert own.submit(clause="1").status_code == 403
    hidden = make.contribution_id(make.user(), public=False)
    reader.open(f"/flag/{hidden}", status=404)
    reader.open("/flag/98765", status=404)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Flag)) == 0


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil"])
def test_a_report_leads_nowhere_else(make, browser, back):
    row = make.contribution_id(make.user())
    reader = browser(make.user())
    reader.open(f"/flag/{row}")
    reader.submit(clause="1", back=back)
    assert "evil" not in reader.location


def test_the_public_log_holds_no_name_no_text_no_note(app, make, browser, moderator):
    author = make.user("هما ناشناس")
    for n, (verdict, more) in enumerate(
        [("publish", {}), ("hide", {"clause": "2"}), ("return", {"clause": "4"}), ("hide", {"clause": "4"})]
    ):
        _, item = make.queued(author, title=f"عنوان محرمانه {n}")
        decide(moderator, item, verdict, note="یادداشت خصوصی", **more)
    page = browser().open("/transparency")
    csv = browser()
    csv.open("/transparency/moderation.csv")
    for secret in ("هما ناشناس", "عنوان محرمانه", "یادداشت خصوصی", "نیلوفر"):
        assert secret not in page
        assert secret not in csv.text
    log = page.split('id="log"')[1].split("<tbody>")[1].split("</tbody>")[0]
    assert len(re.findall("ب-[۰-۹]{4}-۰۰۰[۱-۴]<", log)) == 4
    words = ("منتشر شد", "پنهان شد", "بازگشت برای اصلاح", "بند ۴", "پیشنهاد<")
    assert [log.count(word) for word in words] == [1, 2, 1, 2, 4]
    assert csv.text.count("\n") == 5
    assert browser().open("/transparency?verdict=hide").count("<tr><td") == 2
    assert "هنوز تصمیمی با این شرط‌ها" in browser().open("/transparency?kind=comment")
    for strange in ("?verdict=%27%3B--", "?kind=user", "?after=xyz", "?after=%F0"):
        browser().open(f"/transparency{strange}")
    for lang in ("ar", "en"):
        browser(lang=lang).open("/transparency")


def test_pages_take_a_fixed_number_of_queries(app, make, browser, moderator):
    def visit(path, person):
        person.open(path)
        with counted(app) as sent:
            person.open(path)
        return len(sent)

    author = make.user()
    before = {}
    with app.app_context():
        jobs.count_queue()
        jobs.count_months()
        db.session.remove()
    for size in (2, 12):
        while True:
            row, item = make.queued(author, ContributionKind.PROPOSAL)
            with app.app_context():
                if db.session.scalar(select(func.count()).select_from(Item)) >= size:
                    break
        found = {path: visit(path, moderator) for path in ("/queue", f"/queue/{item}", "/transparency")}
        shape = [found["/queue"], found[f"/queue/{item}"], found["/transparency"]]
        before.setdefault("shape", shape)
        assert shape == before["shape"] or all(a <= b for a, b in zip(shape, before["shape"], strict=True))
    assert before["shape"][0] <= 9
    assert before["shape"][1] <= 22
    assert row


def test_the_queue_is_paged_by_key_and_filtered(app, make, moderator):
    author = make.user()
    ids = [
        make.queued(author, ContributionKind.PROPOSAL if n % 2 else ContributionKind.PROBLEM)[1]
        for n in range(23)
    ]
    page = moderator.open("/queue")
    assert f'href="/queue/{ids[0]}"' in page
    assert f'href="/queue/{ids[22]}"' not in page
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert f'href="/queue/{ids[22]}"' in moderator.open(following)
    only = moderator.open("/queue?kind=proposal")
    assert f'href="/queue/{ids[1]}"' in only
    assert f'href="/queue/{ids[0]}"' not in only
    moderator.open("/queue?reason=flagged&kind=nonsense&after=rubbish")


def test_rules():
    check_decision(Verdict.PUBLISH, None, has_photo=False)
    for verdict in (Verdict.RETURN, Verdict.HIDE, Verdict.HIDE_PHOTO):
        for clause in (None, 0, 99):
            with pytest.raises(RuleBroken):
                check_decision(verdict, clause, has_photo=True)
    with pytest.raises(RuleBroken):
        check_decision(Verdict.HIDE_PHOTO, 8, has_photo=False)
    assert number_of(1405, 12) == "ب-1405-0012"
    assert number_of(1405, 12345) == "ب-1405-12345"
