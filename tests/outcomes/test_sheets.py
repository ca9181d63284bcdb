"""The sheet at the place, its code, and the page behind it."""

import gzip
import io
import itertools
import random
import re
from datetime import timedelta

import pytest
import segno
from sqlalchemy import select

from civic.app.checks import differences
from civic.cases.rules import AnswerKind
from civic.core import clock, jobs, limits
from civic.core.actor import PUBLIC, Role
from civic.core.db import db, transaction
from civic.core.errors import RuleBroken
from civic.core.files import read_picture
from civic.notifications.models import Notice
from civic.outcomes import queries, rules, service
from civic.outcomes.models import Promise, PromiseVerdict, Sheet, SheetDay, SheetPhoto
from civic.outcomes.rules import ALPHABET, PromiseStatus, Verdict
from civic.outcomes.service import sheets
from civic.outcomes.views.sheets import LINES
from tests.make import delivery
from tests.outcomes.test_promises import city

__all__ = ["city"]


@pytest.fixture
def code(make, city):
    """The code of a promise that was reported done."""
    make.reported(city.promise_id, city.officer)
    return make.code_of_promise(city.promise_id)


def sheet(app, city) -> Sheet:
    with app.app_context():
        row = db.session.get_one(Sheet, city.made)
        db.session.expunge(row)
        db.session.remove()
    return row


# ---- codes -------------------------------------------------------------------------------------


def test_every_wrong_letter_and_every_swap_of_neighbours_is_found():
    luck = random.Random(4)
    for _ in range(300):
        code = rules.code_of(luck.randrange(29) for _ in range(8))
        assert rules.read_code(code) == code
        for place, letter in itertools.product(range(9), ALPHABET):
            if code[place] != letter:
                assert rules.read_code(code[:place] + letter + code[place + 1 :]) == ""
        for place in range(8):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert swapped == code or rules.read_code(swapped) == ""


@pytest.mark.parametrize("form", ["{}", " {} ", "{} ".lower(), "-{}-"])
def test_a_code_is_read_as_people_type_it(form):
    code = rules.code_of([0, 1, 2, 3, 4, 5, 6, 7])
    assert rules.read_code(form.format(code)) == code
    assert rules.read_code(code.lower()) == code
    assert rules.read_code(code[:4] + "-" + code[4:]) == code
    assert rules.read_code(code.translate(str.maketrans("23456789", "۲۳۴۵۶۷۸۹"))) == code


@pytest.mark.parametrize(
    "typed", ["", "2", "2" * 8, "2" * 10, "IIIIIIIII", "<script>", "²" * 9, "\u202e" * 9]
)
def test_what_is_no_code_is_none(typed):
    assert rules.read_code(typed) == ""


@pytest.mark.parametrize(
    ("counts", "doubt"),
    [
        ((0, 0, 4), False), ((0, 0, 5), True), ((4, 0, 5), True), ((5, 0, 5), False), ((3, 3, 6), False), ((2, 3, 6), True),
    ],
)  # fmt: skip
def test_when_the_street_doubts(counts, doubt):
    assert rules.in_doubt(*counts) is doubt


# ---- the sheet ---------------------------------------------------------------------------------


def test_a_sheet_for_a_promise_and_its_code_is_what_the_drawing_holds(app, browser, city, code):
    guest = browser()
    for lang in ("fa", "en", "ar"):
        text = browser(lang=lang).open(f"/sheets/{city.made}")
        assert f"localhost/d/{code}" in text
        assert "سایه‌بان خیابان امامت" in text
        for other in {"fa", "en", "ar"} - {lang}:
            assert LINES[other][1] in text
    answer = guest.client.get(f"/d/{code}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    drawing = answer.get_data(as_text=True)
    assert "<script" not in drawing
    assert "style" not in drawing
    expected = io.BytesIO()
    made = segno.make(f"http://localhost/d/{code}", error="q", micro=False)
    assert made.error in {"Q", "H"}
    made.save(
        expected, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None,
        omitsize=True,
    )  # fmt: skip
    assert drawing.encode() == expected.getvalue()


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (AnswerKind.DECLINED, "این پاسخ شما را قانع کرد؟"),
        (AnswerKind.ALREADY_DONE, "درست شد؟"),
        (AnswerKind.ACCEPTED, "این قول هنوز زمان دارد"),
    ],
)
def test_every_answered_proposal_has_a_sheet_that_asks_what_fits(app, make, browser, city, kind, asked):
    made = make.base_proposal(city.author)
    case = make.open_case(made, department_id=city.bus)
    make.answered(case, city.officer, city.head, kind=kind)
    with app.app_context():
        code = queries.placard_of(made).sheet.code
        db.session.remove()
    guest = browser()
    guest.open(f"/sheets/{made}")
    assert asked in guest.open(f"/d/{code}")
    answer = guest.post(f"/d/{code}", {"said": "done"})
    assert answer.status_code == (422 if kind is AnswerKind.ACCEPTED else 303)


def test_what_was_not_answered_or_was_hidden_has_no_sheet(app, make, browser, city, code):
    guest = browser()
    guest.open(f"/sheets/{make.base_proposal(city.author)}", status=404)
    guest.open("/sheets/987654", status=404)
    assert guest.client.get(f"/d/{code}").status_code == 200
    make.hidden(city.made)
    gone = [
        guest.client.get(path).status_code
        for path in (f"/d/{code}", f"/sheets/{city.made}", f"/d/{code}/qr.svg")
    ]
    assert gone == [404, 404, 404]
    never = rules.code_of([1, 2, 3, 4, 5, 6, 7, 8])
    assert guest.open(f"/d/{code}", status=404).replace(code, "") == guest.open(
        f"/d/{never}", status=404
    ).replace(never, "")
    assert guest.post(f"/d/{code}", {"said": "done"}).status_code == 404


# ---- the page behind the code ------------------------------------------------------------------


def test_the_page_and_all_it_loads_weigh_less_than_30_kilobytes(browser, code):
    guest = browser()
    for lang in ("fa", "en", "ar"):
        text = browser(lang=lang).open(f"/d/{code}")
        loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
        assert loaded, "the style sheet"
        assert "<script" not in text
        bodies = [guest.client.get(path).data for path in loaded]
        assert not any(b"url(" in body for body in bodies), "a style sheet that fetches more"
        assert len(text.encode()) + sum(map(len, bodies)) < 30_000  # not even packed
        assert len(gzip.compress(text.encode())) + sum(len(gzip.compress(b)) for b in bodies) < 8_000
    answer = guest.client.get(f"/d/{code}")
    assert "Set-Cookie" not in answer.headers  # scanning leaves nothing; only pressing does


def test_two_taps_and_a_number_is_all_that_is_kept(app, browser, city, code):
    guest = browser()
    guest.open(f"/d/{code}")
    answer = guest.submit(said="not_done")
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "گفتید: نه" in guest.follow()
    row = sheet(app, city)
    assert (row.done_count, row.partly_count, row.not_done_count) == (0, 0, 1)
    for word in ("done", "not_done"):  # the same browser again
        assert guest.post(f"/d/{code}", {"said": word}).status_code == 303
    assert sheet(app, city).not_done_count == 1
    assert sheet(app, city).done_count == 0
    browser().post(f"/d/{code}", {"said": "done"})  # another browser
    with app.app_context():
        assert db.session.scalars(select(PromiseVerdict)).all() == []  # never mixed with the people's verdict
        assert db.session.get_one(Promise, city.promise_id).done_count == 0
        kept = {c.name for t in (Sheet, SheetDay, SheetPhoto) for c in t.__table__.columns}
        assert not any(word in name for name in kept for word in ("ip", "address", "user", "agent", "cookie"))
        assert list(differences()) == []
        db.session.remove()
    text = browser().open(f"/promises/{city.promise_id}")
    assert "جدا شمرده می‌شوند" in text


def test_a_forged_cookie_counts_for_nothing_and_a_wrong_word_is_refused(app, browser, city, code):
    guest = browser()
    guest.client.set_cookie("charsu-d", '{"1": [1, "done"]}')
    assert "درست شد؟" in guest.open(f"/d/{code}")
    for said in ("cannot_tell", "x", "", "done'--"):
        assert guest.post(f"/d/{code}", {"said": said}).status_code == 422
    assert sheet(app, city).done_count == 0
    assert guest.post(f"/d/{code}", {"said": "done"}).status_code == 303
    assert sheet(app, city).done_count == 1


def test_wrong_codes_get_a_page_that_helps(browser, code):
    guest = browser()
    wrong = code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % 29]
    assert "یک حرف این کد درست نیست" in guest.open(f"/d/{wrong}", status=404)
    assert "یک حرف این کد درست نیست" in guest.open("/d/%3Cscript%3E", status=404)
    assert "<script>" not in guest.text
    guest.open("/d")
    guest.open(f"/d?code={code.lower()}", status=303)
    assert guest.location == f"/d/{code}"
    guest.open(f"/d/{code.lower()}", status=303)
    assert guest.location == f"/d/{code}"
    guest.open("/d?code=xyz", status=404)
    assert guest.client.get(f"/d/{wrong}/qr.svg").status_code == 404
    for lang in ("en", "ar"):
        browser(lang=lang).open(f"/d/{wrong}", status=404)
        browser(lang=lang).open("/d")


def test_many_noes_flag_the_case_once_and_ask_the_author(app, browser, city, code):
    with app.app_context():
        start = clock.now()
        for n in range(7):
            with transaction():
                service.scan(PUBLIC, queries.sheet_for_change(city.made), said=Verdict.NOT_DONE)
            row = db.session.get_one(Sheet, city.made)
            assert bool(row.doubted_at) is (n >= 4)
        jobs.run_all()
        told = db.session.execute(
            select(Notice.kind, Notice.user_id).where(Notice.kind.like("sheet_%"))
        ).all()
        assert sorted(told) == sorted(
            [
                ("sheet_doubted", city.officer),
                ("sheet_doubted", city.head),
                ("sheet_doubted_author", city.author),
            ]
        )
        assert (
            db.session.get_one(Promise, city.promise_id).status is PromiseStatus.REPORTED
        )  # flagged, not reopened
        assert clock.now() >= start
        db.session.remove()
    assert "بیشتر کسانی که کد محل را خوانده‌اند" in browser(city.officer).open(f"/promises/{city.promise_id}")
    assert "بیشتر کسانی که کد محل را خوانده‌اند" not in browser().open(f"/promises/{city.promise_id}")


@pytest.mark.usefixtures("ctx")
def test_noes_of_long_ago_and_of_the_round_before_do_not_flag(city, code):
    start = clock.now()

    def scan(said, n=1):
        for _ in range(n):
            with transaction():
                service.scan(PUBLIC, queries.sheet_for_change(city.made), said=said)

    scan(Verdict.NOT_DONE, 4)
    with clock.at(start + timedelta(days=28)):
        scan(Verdict.NOT_DONE, 4)
        assert db.session.get_one(Sheet, city.made).doubted_at is None
        scan(Verdict.NOT_DONE)
        assert db.session.get_one(Sheet, city.made).doubted_at
        with transaction():
            row = queries.for_change(city.promise_id)
            row.status = PromiseStatus.OPEN
        with transaction():
            delivery.reported(city.promise_id, city.officer)
        row = db.session.get_one(Sheet, city.made, populate_existing=True)
        assert (row.round, row.not_done_count, row.doubted_at) == (2, 0, None)
        scan(Verdict.NOT_DONE, 2)
        row = db.session.get_one(Sheet, city.made, populate_existing=True)
        assert (row.not_done_count, row.doubted_at) == (2, None)
        assert [d for d in differences() if "sheet" in d] == []


def test_a_signed_in_person_who_is_concerned_gives_the_word_that_counts(app, make, browser, city, code):
    voter, stranger, officer = browser(city.voters[0]), browser(make.user()), browser(city.officer)
    for person, word, status in ((voter, "partly", 303), (stranger, "done", 303), (officer, "done", 403)):
        person.open("/me/profile")
        data = {"csrf_token": person.token(), "said": word}
        assert person.post(f"/d/{code}", data).status_code == status
    with app.app_context():
        row = db.session.get_one(Promise, city.promise_id)
        assert (row.partly_count, row.done_count) == (1, 0)
        db.session.remove()
    assert sheet(app, city).done_count == 1
    assert sheet(app, city).partly_count == 0
    assert "گفتید: تا حدی" in voter.client.get(f"/d/{code}").get_data(as_text=True)
    assert voter.post(f"/d/{code}", {"said": "done"}).status_code == 400  # no token, no word


def test_a_photo_after_the_answer_is_for_the_department_and_the_author(app, make, browser, city, code):
    guest = browser()
    assert (
        guest.post(
            f"/d/{code}/photo", {}, files={"photo": (io.BytesIO(delivery.jpeg()), "a.jpg")}
        ).status_code
        == 303
    )
    assert sheet(app, city).photo_count == 0  # nothing was said yet
    guest.post(f"/d/{code}", {"said": "partly"})
    for bad in (b"<svg/>", delivery.pdf(), b""):
        answer = guest.post(f"/d/{code}/photo", {}, files={"photo": (io.BytesIO(bad), "a.jpg")})
        assert answer.status_code == 422
    assert guest.post(f"/d/{code}/photo", {}).status_code == 422
    assert (
        guest.post(
            f"/d/{code}/photo", {}, files={"photo": (io.BytesIO(delivery.jpeg()), "a.jpg")}
        ).status_code
        == 303
    )
    assert "عکس رسید" in guest.follow()
    with app.app_context():
        (name,) = queries.scan_photos(city.made)
        db.session.remove()
    path = f"/evidence/from-people/{name}"
    assert browser(city.officer).client.get(path).status_code == 200
    assert name in browser(city.author).open(f"/promises/{city.promise_id}")
    assert browser(make.user(roles=(Role.COUNCIL,))).client.get(path).status_code == 404
    assert guest.client.get(f"/evidence/{name}").status_code == 404


@pytest.mark.usefixtures("ctx")
def test_photos_have_a_bound(city, code, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_PHOTOS", 1)
    with transaction():
        service.add_photo(PUBLIC, queries.sheet_for_change(city.made), read_picture(delivery.jpeg()))
    with transaction(), pytest.raises(RuleBroken):
        service.add_photo(PUBLIC, queries.sheet_for_change(city.made), read_picture(delivery.jpeg()))


def test_one_network_cannot_press_without_end(app, browser, city, code):
    app.config["LIMITS"] = True
    limits._windows.clear()  # the same test on the other database pressed from here, too
    try:
        codes = [browser().post(f"/d/{code}", {"said": "done"}).status_code for _ in range(17)]
    finally:
        app.config["LIMITS"] = False
    assert codes[:15] == [303] * 15
    assert codes[15:] == [429, 429]
    assert sheet(app, city).done_count == 15
