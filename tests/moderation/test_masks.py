"""Covered passages: what is hidden is nowhere, what was written is kept for the author and an appeal."""

import pytest
from sqlalchemy import select

from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.masking import check_passages, cover, passage_pattern, with_bars
from civic.contributions.models import Contribution, Mask, Version
from civic.contributions.rules import Status
from civic.core.actor import Role
from civic.core.db import db, transaction
from civic.core.errors import RuleBroken
from civic.groups.queries import actor_of
from civic.index.models import Indexed
from civic.moderation import queries, service
from civic.moderation.models import Decision
from civic.moderation.rules import Verdict
from civic.notifications.jobs import send_letters

NAME, PHONE = "غلام‌رضا پنهان‌نژاد", "۰۹۱۵۱۲۳۴۵۶۷"
TITLE = f"پلاک {NAME} را بنویسید"
TEXT = f"همسایهٔ ما {NAME} هر شب روی پیاده‌رو می‌ایستد.\n\nشماره‌اش {PHONE} است و کسی جلویش را نمی‌گیرد."
SECRETS = (NAME, "پنهان‌نژاد", "پنهان نژاد", PHONE, "09151234567", "۱۲۳۴۵۶۷")


@pytest.fixture
def first(make):
    return make.user("نیلوفر بررس", roles=(Role.MODERATOR,))


def thing(app, row):
    with app.app_context():
        found = db.session.get_one(Contribution, row)
        values = (found.status, found.title, found.text, found.html, found.summary)
        db.session.remove()
    return values


def nowhere(text, where=""):
    for secret in SECRETS:
        assert secret not in text, (where, secret)


def flagged(app, make, row):
    reader = make.user()
    with app.app_context():
        with transaction():
            service.flag(actor_of(reader), contributions.by_id(row), clause=4)
            found = queries.open_item_of(row).id
        db.session.remove()
    return found


def cover_it(person, item, **more):
    person.open(f"/queue/{item}")
    return person.submit(
        f"/queue/{item}", verdict="mask", clause="4", covered=NAME, covered_kind="name", **more
    )


def test_what_is_covered_is_on_no_page_in_no_list_mail_feed_or_table(app, make, browser, first, follow_up):
    author = make.user(email="author@example.org")
    row, item = make.queued(author, title=TITLE, text=TEXT)
    moderator = browser(first)
    page = moderator.open(f"/queue/{item}")
    assert PHONE in page
    found = page.split('name="found" value="')[1].split('"')[0]
    assert cover_it(moderator, item, found=[found]).status_code == 303
    follow_up()
    with app.app_context():
        send_letters()
        db.session.remove()
    status, title, text, html, summary = thing(app, row)
    assert status is Status.PUBLIC
    for part in (title, text, html, summary):
        nowhere(part)
    assert title == "پلاک [نام پوشانده شد] را بنویسید"
    assert '<span class="redact" aria-hidden="true"></span><span class="vh">(نام پوشانده شد)</span>' in html
    assert "(شماره پوشانده شد)" in html
    reader = browser(make.user())
    guest = browser()
    paths = (
        f"/proposals/{row}", "/proposals", "/proposals?order=newest", f"/proposals/{row}/history", f"/proposals/{row}/comments", "/",
        f"/api/v1/proposals/{row}", "/api/v1/proposals?limit=100", "/transparency", "/transparency/moderation.csv", f"/p/{row}",
    )  # fmt: skip
    for path in paths:
        for person in (guest, reader):
            nowhere(person.client.get(path, follow_redirects=True).get_data(as_text=True), path)
    assert "redact" in guest.open(f"/proposals/{row}")
    for words in (NAME, PHONE, "پنهان‌نژاد"):
        assert f'/proposals/{row}"' not in guest.open("/search?q=" + words)
    assert f"/proposals/{row}" in guest.open("/search?q=پیاده‌رو")
    with app.app_context():
        indexed = db.session.get_one(Indexed, row)
        nowhere(indexed.title + indexed.body)
        assert db.session.scalars(select(Decision.passages)).one() == []
        db.session.remove()
    for letter in app.extensions["post"].letters:
        nowhere(str(letter))
    writer = browser(author)
    page = writer.open(f"/me/decisions/{1}")
    assert NAME in page
    assert PHONE in page
    nowhere(writer.open(f"/proposals/{row}"))
    assert "masked" in kinds(app, author)


def kinds(app, user_id):
    from civic.notifications.models import Notice

    with app.app_context():
        found = list(db.session.scalars(select(Notice.kind).where(Notice.user_id == user_id)))
        db.session.remove()
    return found


def test_a_public_text_and_its_earlier_versions_are_covered(app, make, browser, first, follow_up):
    author = make.user()
    row = make.proposal_page(author, title=TITLE, text=TEXT)
    with app.app_context(), transaction():
        contribution_service.edit(
            actor_of(author),
            contributions.by_id(row),
            title="پلاک او را بنویسید",
            text=f"همسایهٔ ما {NAME} نمی‌رود، باز هم.",
        )
    follow_up()
    with app.app_context():
        item = queries.open_item_of(row).id
        db.session.remove()
    assert NAME in browser().open(f"/proposals/{row}/history")
    assert cover_it(browser(first), item).status_code == 303
    follow_up()
    nowhere(browser().open(f"/proposals/{row}/history").replace(PHONE, ""), "history")
    nowhere(browser().open(f"/proposals/{row}"))
    with app.app_context():
        assert NAME not in db.session.scalars(select(Version.text)).one()
        assert len(db.session.scalars(select(Mask)).all()) == 2


def test_the_author_does_not_write_it_anew(app, make, browser, first):
    author = make.user()
    row, item = make.queued(author, title=TITLE, text=TEXT)
    assert cover_it(browser(first), item).status_code == 303
    for words in (NAME, "غلام رضا  پنهان نژاد", "غلامرضا پنهان‌نژاد"):
        with app.app_context(), transaction(), pytest.raises(RuleBroken, match="پوشانده است"):
            contribution_service.edit(
                actor_of(author), contributions.by_id(row), title="عنوان", text=f"باز هم {words} اینجاست."
            )
    with app.app_context():
        with transaction():
            contribution_service.edit(
                actor_of(author),
                contributions.by_id(row),
                title="عنوان",
                text="همسایهٔ ما [نام پوشانده شد] هنوز هست.",
            )
        assert "redact" in db.session.get_one(Contribution, row).html


def test_an_appeal_uncovers_everything_again(app, make, browser, first, follow_up):
    author = make.user()
    row, item = make.queued(author, title=TITLE, text=TEXT)
    assert cover_it(browser(first), item).status_code == 303
    writer = browser(author)
    writer.open("/me/decisions/1")
    assert writer.submit(text="این نام نام خیابان است، نه نام همسایه.").status_code == 303
    other = browser(make.user("بررس دوم", roles=(Role.MODERATOR,)))
    page = other.open("/queue/appeals/1")
    assert NAME in page
    assert other.submit(outcome="overturn", answer="نام خیابان است.").status_code == 303
    follow_up()
    status, title, text, html, _summary = thing(app, row)
    assert (status, title, text) == (Status.PUBLIC, TITLE, TEXT)
    assert "redact" not in html
    assert NAME in browser().open(f"/proposals/{row}")
    assert f"/proposals/{row}" in browser().open("/search?q=پنهان‌نژاد")


def test_one_overturned_covering_leaves_another_in_place(app, make, first):
    author = make.user()
    row, item = make.queued(author, title=TITLE, text=TEXT)
    with app.app_context(), transaction():
        actor = actor_of(first)
        one = service.decide(
            actor, queries.for_change(item), verdict=Verdict.MASK, clause=4, passages=[("name", NAME)]
        )
        service.flag(actor_of(make_reader()), contributions.by_id(row), clause=4)
        two = service.decide(
            actor,
            queries.for_change(queries.open_item_of(row).id),
            verdict=Verdict.MASK,
            clause=4,
            passages=[("phone", PHONE)],
        )
        found = contributions.by_id(row)
        contribution_service.unmask(actor, found, reference=one.number)
        assert NAME in found.text
        assert PHONE not in found.text
        contribution_service.unmask(actor, found, reference=two.number)
        assert (found.title, found.text) == (TITLE, TEXT)


def make_reader():
    from tests.make import basics

    return basics.user()


@pytest.mark.parametrize(
    ("filled", "words"),
    [({"covered": ""}, "بنویسید یا برگزینید"), ({"covered": "کسی دیگر"}, "در این نوشته نیست"), ({"covered": "ا"}, "دو حرف"),
     ({"covered": NAME, "clause": ""}, "کدام بند"), ({"covered": f"{TITLE}\n{TEXT.replace(chr(10) * 2, ' ')}"}, "چیزی برای خواندن نمی‌ماند")],
)  # fmt: skip
def test_bad_passages_are_refused_with_everything_kept(app, make, browser, first, filled, words):
    row, item = make.queued(make.user(), title=TITLE, text=TEXT)
    moderator = browser(first)
    moderator.open(f"/queue/{item}")
    sent = {"verdict": "mask", "clause": "4", "note": "یادداشتی که می‌ماند"} | filled
    assert moderator.submit(f"/queue/{item}", **sent).status_code == 422
    assert words in moderator.text
    assert "یادداشتی که می‌ماند" in moderator.text
    assert thing(app, row)[0] is Status.WAITING


def test_rules():
    text = "علي رضايي در كوچهٔ ۱۲"
    assert cover(text, [("name", "علی رضایی")], "fa") == "[نام پوشانده شد] در كوچهٔ ۱۲"
    assert cover(text, [("address", "کوچهٔ 12")], "en") == "علي رضايي در [address covered]"
    assert cover("abc ABC", [("part", "abc")], "ar").count("[حُجب جزء]") == 2
    assert cover("ab abc", [("part", "ab"), ("name", "abc")], "en") == "[passage covered] [name covered]"
    assert passage_pattern("a.b").search("axb") is None
    assert "<script>" not in with_bars("<p>[نام پوشانده شد]</p>", "fa")
    with pytest.raises(RuleBroken):
        check_passages([("name", "الف ب")] * 21, "الف ب پ ت")
    with pytest.raises(RuleBroken):
        check_passages([("strange", "الف ب")], "الف ب پ ت")
