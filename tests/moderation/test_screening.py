"""What a machine finds in a text; it orders the queue, and hides nothing."""

import pytest
from sqlalchemy import select

from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import Status
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed, RuleBroken
from civic.groups.queries import actor_of
from civic.moderation import queries, screening, service
from civic.moderation.models import Item, WatchWord
from civic.moderation.screening import (
    bands,
    is_card,
    is_national_id,
    likeness,
    score,
    screen,
    segments,
    signature,
)

LONG = (
    "برای ایستگاه‌های خیابان امامت سایه‌بان بگذارید چون در تابستان مردم زیر آفتاب می‌ایستند و هیچ درختی آن نزدیکی نیست "
    "و سالمندان از گرما آزار می‌بینند و کودکان هم خسته می‌شوند."
)


def found(text, words=()):
    return [(hit.rule, hit.words) for hit in screen(text, words)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("زنگ بزنید ۰۹۱۵۱۲۳۴۵۶۷ تا بگویم", "phone"), ("0915 123 45 67", "phone"), ("+98 915 123 4567", "phone"),
        ("۰۵۱-۳۸۴۰۰۰۰۰", "phone"), ("٠٩١٥١٢٣٤٥٦٧", "phone"), ("کد ملی ۰۰۱۳۵۴۲۴۱۹ است", "national_id"),
        ("۴۱۱۱-۱۱۱۱-۱۱۱۱-۱۱۱۱", "card"), ("5555555555554444", "card"), ("https://example.org/x", "link"), ("www.example.ir", "link"),
        ("به example.com/ارزان سر بزنید", "link"), ("کانال @arzankade", "link"), ("نهههههههه", "repeated"), ("چرا چرا چرا چرا", "repeated"),
        ("خرید لاستیک\nخرید لاستیک\nخرید لاستیک", "repeated"),
    ],
)  # fmt: skip
def test_a_rule_finds_what_it_is_for(text, rule):
    assert rule in {name for name, _words in found(text)}


def test_check_digits_are_judged():
    assert is_national_id("0013542419")
    assert not is_national_id("0013542418")
    assert not is_national_id("1111111111")
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")
    assert found("کارت ۴۱۱۱ ۱۱۱۱ ۱۱۱۱ ۱۱۱۱")[0][0] == "card"


@pytest.mark.parametrize(
    "text",
    ["سال ۱۴۰۵ و ۱۳ منطقه", "بودجه ۱۲٬۰۰۰٬۰۰۰٬۰۰۰ ریال", "ساعت ۷:۳۰ تا ۱۴:۳۰", "a@b", "بله بله", "خیابان امام رضا ۲۴", "۱۲۳۴۵۶۷۸۹۰"],
)  # fmt: skip
def test_what_is_harmless_is_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize("written", ["بی‌عرضه", "بي عرضه", "بیعرضه", "بِی‌عُرضه"])
def test_a_listed_word_is_found_however_it_is_typed_and_only_whole(written):
    text = f"این مدیر {written} باید برود"
    assert found(text, ["بی عرضه"]) == [("word", written)]
    assert found("عرضه‌ی کالا و سبد", ["بد"]) == []


def test_the_place_of_a_finding_is_that_in_what_was_written():
    text = "شمارهٔ من ۰۹۱۵۱۲۳۴۵۶۷ است"
    hit = screen(text)[0]
    assert text[hit.start : hit.end] == "۰۹۱۵۱۲۳۴۵۶۷"
    assert segments(text, [hit.stored()]) == [("شمارهٔ من ", ""), ("۰۹۱۵۱۲۳۴۵۶۷", "phone"), (" است", "")]
    assert segments("الف", []) == [("الف", "")]


def test_each_rule_counts_at_most_twice():
    assert score([{"rule": "link"}] * 9) == 2 * screening.WEIGHTS["link"]
    assert (
        score([{"rule": "link"}, {"rule": "phone"}]) == screening.WEIGHTS["link"] + screening.WEIGHTS["phone"]
    )


def test_nearly_the_same_text_is_alike_and_another_is_not():
    one, near = signature(LONG), signature(LONG.replace("آزار می‌بینند", "اذیت می‌شوند"))
    other = signature("پارکینگ جلوی مدرسه را جمع کنید تا بچه‌ها بتوانند از پیاده‌رو بگذرند و راننده‌ها هم جای دیگری بایستند، مثلاً آن سوی میدان.")  # fmt: skip
    assert likeness(one, near) > 0.6 > 0.2 > likeness(one, other)
    assert set(bands(one)) & set(bands(near))
    assert signature("موافقم") == []
    assert likeness([], one) == 0


def test_it_orders_the_queue_marks_the_passage_and_hides_nothing(app, make, browser):
    author = make.user()
    plain, first = make.queued(author, text="سایه‌بان بگذارید.")
    risky, second = make.queued(author, title="تماس", text="با من تماس بگیرید: ۰۹۱۵۱۲۳۴۵۶۷")
    moderator = browser(make.user("بررس", roles=(Role.MODERATOR,)))
    page = moderator.open("/queue")
    assert page.index(f'/queue/{second}"') < page.index(f'/queue/{first}"')
    assert "شمارهٔ تلفن" in page
    page = moderator.open(f"/queue/{second}")
    assert '<mark class="mark" title="شمارهٔ تلفن">۰۹۱۵۱۲۳۴۵۶۷</mark>' in page
    assert "تصمیم با شماست" in page
    with app.app_context():
        statuses = set(
            db.session.scalars(select(Contribution.status).where(Contribution.id.in_([plain, risky])))
        )
        assert statuses == {Status.WAITING}


def test_a_near_duplicate_is_named_to_the_moderator(app, make, browser):
    author = make.user()
    old, _item = make.queued(author, title="نخستین", text=LONG)
    _new, item = make.queued(author, title="دومین", text=LONG.replace("کودکان", "بچه‌ها"))
    page = browser(make.user(roles=(Role.MODERATOR,))).open(f"/queue/{item}")
    assert "بسیار شبیه نوشتهٔ دیگر" in page
    assert f"/proposals/{old}" in page
    with app.app_context():
        assert db.session.get_one(Item, item).signals[-1]["other"] == old


def test_the_operator_keeps_the_list(app, make, browser):
    operator = browser(make.user(roles=(Role.OPERATOR,)))
    operator.open("/admin/words")
    assert operator.submit(word="بی‌عرضه").status_code == 303
    for again in ("بي عرضه", "بی عرضه", "ب"):
        operator.open("/admin/words")
        assert operator.submit("/admin/words", word=again).status_code == 422, (again, operator.location)
        assert again in operator.text
    _row, item = make.queued(make.user(), text="این مدیر بي عرضه باید برود.")
    moderator = make.user(roles=(Role.MODERATOR,))
    assert 'title="واژهٔ فهرست مدیر سامانه">بي عرضه</mark>' in browser(moderator).open(f"/queue/{item}")
    with app.app_context():
        word = db.session.scalars(select(WatchWord.id)).one()
        with transaction(), pytest.raises(NotAllowed):
            service.add_word(actor_of(moderator), "واژه")
        db.session.remove()
    browser(moderator).open("/admin/words", status=403)
    operator.open("/admin/words")
    assert operator.submit(f"/admin/words/{word}/remove").status_code == 303
    assert "هنوز واژه‌ای" in operator.open("/admin/words")


def test_an_edit_is_screened_anew(app, make):
    author = make.user()
    row, item = make.queued(author, text="سایه‌بان بگذارید.")
    with app.app_context(), transaction():
        thing = contributions.by_id(row)
        thing.text = "زنگ بزنید ۰۹۱۵۱۲۳۴۵۶۷"
        service.queue(SYSTEM, thing, queries.open_item_of(row).reason)
    with app.app_context():
        found_item = db.session.get_one(Item, item)
        assert [hit["rule"] for hit in found_item.signals] == ["phone"]
        assert found_item.rank == -screening.WEIGHTS["phone"]


def test_rules_of_words(app, make):
    operator = make.user(roles=(Role.OPERATOR,))
    with app.app_context(), transaction():
        service.add_word(actor_of(operator), "لاستیک ارزان")
        with pytest.raises(RuleBroken):
            service.add_word(actor_of(operator), "لاستيك  ارزان")
