"""The department reports how far it has come, and shows it."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from civic.contributions.models import Step
from civic.core import clock
from civic.core.actor import Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, RuleBroken
from civic.outcomes import rules
from civic.outcomes.models import DeliveryReport, Evidence, Promise
from civic.outcomes.rules import PromiseStatus
from tests.make import delivery
from tests.outcomes.test_promises import city

__all__ = ["city"]
WORDS = "هر چهار ایستگاه ساخته شد."


def media(app) -> list[Path]:
    return [p for p in (Path(app.config["DATA_DIR"]) / "media").rglob("*") if p.is_file()]


@pytest.fixture
def desk(app, browser, city):
    """The officer's open page; send(percent=…, files=[(bytes, name)], …) posts the report form."""
    officer = browser(city.officer)
    page = f"/promises/{city.promise_id}"

    def send(*, files=(), day="", **filled):
        officer.open(page)
        values = {"percent": "40", "report": WORDS} | filled
        form = [
            (k, v) for k, v in officer.form(f"{page}/report").fields if k not in values and k != "happened_on"
        ]
        form += [*values.items(), ("happened_on", day or clock.today().isoformat())]
        sent = {"evidence": [(io.BytesIO(data), name) for data, name in files]} if files else {}
        return officer.post(f"{page}/report", form, files=sent)

    send.page, send.officer = page, officer
    return send


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"percent": 101}, "percent"),
        ({"percent": -1}, "percent"),
        ({"words": "کوتاه"}, "report"),
        ({"happened": 1}, "happened_on"),
        ({"percent": 30, "before": 40}, "reason"),
        ({"percent": 30, "before": 40, "reason": "کم"}, "reason"),
        ({"percent": 100, "files": 0}, "evidence"),
        ({"files": 7}, "evidence"),
    ],
)
def test_what_a_report_must_hold(more, field):
    today = clock.today()
    values = {
        "percent": 50, "before": 0, "words": WORDS, "reason": "", "files": 1, "today": today,
        "happened_on": today + timedelta(days=more.get("happened", 0)),
    } | {k: v for k, v in more.items() if k != "happened"}  # fmt: skip
    with pytest.raises(RuleBroken) as refused:
        rules.check_report(**values)
    assert refused.value.field == field


def test_a_lower_percent_with_a_reason_and_the_same_percent_are_fine():
    today = clock.today()
    rules.check_report(
        percent=30, before=40, words=WORDS, reason="پیمانکار عوض شد", files=0, today=today, happened_on=today
    )
    rules.check_report(percent=40, before=40, words=WORDS, reason="", files=0, today=today, happened_on=today)


def test_reports_follow_each_other_in_public_with_their_evidence(app, browser, city, desk, follow_up):
    assert (
        desk(percent="۳۵٪", files=[(delivery.jpeg(), "a.jpg"), (delivery.pdf(), "b.pdf")]).status_code == 303
    )
    assert desk(percent="60").status_code == 303
    assert desk(percent="50", reason="یک ایستگاه باید دوباره ساخته شود").status_code == 303
    assert desk(percent="100", files=[(delivery.jpeg(), "c.png")]).status_code == 303
    guest = browser()
    text = guest.open(desk.page)
    for words in (
        "۳۵٪",
        "۶۰٪",
        "۵۰٪",
        "۱۰۰٪",
        "یک ایستگاه باید دوباره",
        "مدرک ۲: PDF",
        "در انتظار تأیید مردم",
    ):
        assert words in text, words
    with app.app_context():
        row = db.session.get_one(Promise, city.promise_id)
        assert (row.status, row.percent, row.round, row.done_on) == (
            PromiseStatus.REPORTED, 100, 1, clock.today(),
        )  # fmt: skip
        kinds = db.session.scalars(
            select(Step.kind).where(Step.contribution_id == city.made).order_by(Step.id)
        ).all()
        assert kinds[-4:] == ["progress", "progress", "progress", "reported_done"]
        files = {e.kind: e for e in db.session.scalars(select(Evidence).where(Evidence.report_id == 1))}
        paper, picture = files["pdf"], files["picture"]
        db.session.remove()
    follow_up()
    voter = browser(city.voters[0])
    notices = voter.open("/me/notices")
    assert notices.count("از پیشرفت کار") == 3
    answer = guest.client.get(f"/evidence/{paper.name}")
    assert answer.data == delivery.pdf() or answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "b.pdf" not in answer.headers["Content-Disposition"]
    for name in (picture.name, picture.small_name):
        answer = guest.client.get(f"/evidence/{name}")
        assert (answer.mimetype, answer.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    for lang in ("en", "ar"):
        browser(lang=lang).open(desk.page)


@pytest.mark.parametrize(
    ("filled", "files", "sentence"),
    [
        ({"percent": "100"}, (), "بدون مدرک"),
        ({"percent": "140"}, (), "۰ تا ۱۰۰"),
        ({"percent": "abc"}, (), "۰ تا ۱۰۰"),
        ({"percent": ""}, (), "درصد پیشرفت"),
        ({"report": "کوتاه"}, (), "یکی دو جمله"),
        (
            {"day": (clock.today() + timedelta(days=1)).isoformat()},
            [(delivery.jpeg(), "a.jpg"), (delivery.pdf(), "b.pdf")],
            "هنوز نرسیده",
        ),
        ({}, [(b"<svg onload='alert(1)'/>", "a.jpg")], "هیچ‌کدام نیست"),
        ({}, [(b"GIF89a" + b"\0" * 50, "a.pdf")], "هیچ‌کدام نیست"),
        ({}, [(b"%PDF-1.4 nothing", "a.pdf")], "خراب است"),
        ({}, [(delivery.jpeg(), "a.jpg"), (delivery.pdf_with_script(), "b.pdf")], "دستور اجرایی"),
        ({}, [(delivery.jpeg(), "a.jpg"), (delivery.pdf_locked(), "b.pdf")], "رمز دارد"),
        ({}, [(delivery.jpeg(), f"{n}.jpg") for n in range(7)], "حداکثر ۶ مدرک"),
    ],
)
def test_a_bad_report_is_refused_with_a_sentence_and_leaves_nothing(app, city, desk, filled, files, sentence):
    before = len(media(app))
    assert desk(files=files, **filled).status_code == 422
    assert sentence in desk.officer.text
    if filled.get("report", WORDS) == WORDS:
        assert WORDS in desk.officer.text  # every word typed is kept
    with app.app_context():
        assert db.session.scalars(select(DeliveryReport)).all() == []
        assert db.session.scalars(select(Evidence)).all() == []
        row = db.session.get_one(Promise, city.promise_id)
        assert (row.percent, row.status) == (0, PromiseStatus.OPEN)
        db.session.remove()
    assert len(media(app)) == before


def test_nobody_else_reports_and_their_files_are_not_even_looked_at(app, make, browser, city):
    page = f"/promises/{city.promise_id}"
    before = len(media(app))
    for who in (
        city.author,
        city.voters[0],
        make.user(roles=(Role.OFFICER,), department_id=make.department()),
        make.user(roles=(Role.OPERATOR,)),
    ):
        other = browser(who)
        other.open(page)
        assert "گزارش پیشرفت یا انجام" not in other.text
        data = {
            "csrf_token": other.token(), "percent": "100", "report": WORDS,
            "happened_on": clock.today().isoformat(),
        }  # fmt: skip
        answer = other.post(
            f"{page}/report", data, files={"evidence": (io.BytesIO(delivery.jpeg()), "a.jpg")}
        )
        assert answer.status_code == 403
    assert len(media(app)) == before


def test_evidence_of_what_was_hidden_is_gone_for_everybody(app, make, browser, city):
    make.reported(city.promise_id, city.officer)
    with app.app_context():
        found = db.session.scalars(select(Evidence)).one()
        db.session.remove()
    assert browser().client.get(f"/evidence/{found.name}").status_code == 200
    make.hidden(city.made)
    for who in (None, city.author, city.officer, make.user(roles=(Role.MODERATOR,))):
        for name in (found.name, found.small_name):
            assert browser(who).client.get(f"/evidence/{name}").status_code == 404
    assert browser().client.get("/evidence/absent.pdf").status_code == 404


@pytest.mark.usefixtures("ctx")
def test_what_was_reported_done_takes_no_progress(city):
    with transaction():
        delivery.reported(city.promise_id, city.officer)
    for percent in (60, 100):
        with transaction(), pytest.raises(Conflict):
            delivery.reported(city.promise_id, city.officer, percent=percent, reason="دلیل کاهش این است")
