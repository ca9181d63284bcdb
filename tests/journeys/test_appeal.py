"""A comment is hidden, its author appeals, the first moderator is refused, a second one overturns: with and without JavaScript."""

import re
import time

import pytest

from civic.app import create_app
from civic.core.db import db, transaction
from config import Config
from tests.journeys.conftest import CHROMIUM, Person
from tests.make import votes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.timeout(300),
]

TEXT = "این مدیر بی‌عرضه باید برود؛ سه هفته است اتوبوس ساعت دوازده سر وقت نمی‌آید."
PEOPLE = {
    "citizen": "citizen@demo.example", "forum": "forum@demo.example", "first": "moderator@demo.example",
    "second": "moderator2@demo.example",
}  # fmt: skip


def proposal(live):
    """A public proposal to comment on."""
    app = create_app(Config.from_env(live.env))
    with app.app_context():
        with transaction():
            made = votes.proposal_page(live.ids["user:ngo@demo.example"], title="اتوبوس شبانه تا حرم")
        db.session.remove()
        db.engine.dispose()
    return made


def next_item(moderator):
    for _ in range(60):
        moderator.open("/queue")
        if moderator.page.locator("main td a[href*='/queue/']").count():
            moderator.tap("main td a[href*='/queue/']")
            moderator.page.wait_for_url(re.compile(r"/queue/\d+"))
            return
        time.sleep(0.3)
    raise AssertionError("nothing came into the queue")


def decide(moderator, verdict, clause=""):
    next_item(moderator)
    if clause:
        moderator.choose("clause", clause)
    moderator.tap(f"main button[name='verdict'][value='{verdict}']")
    moderator.page.wait_for_load_state()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_appeal_is_overturned_by_a_second_moderator(chromium, live, script):
    subject = proposal(live)
    people = {who: Person(chromium, live.base, script=script) for who in PEOPLE}
    for who, login in PEOPLE.items():
        people[who].sign_in(login)
    public = Person(chromium, live.base, script=script)
    citizen, forum, first, second = (people[who] for who in PEOPLE)
    page = f"/proposals/{subject}"

    citizen.open(f"{page}/comments")
    citizen.write("text", TEXT)
    citizen.choose("side", "against")
    citizen.press("فرستادن نظر")
    citizen.page.wait_for_load_state()
    decide(first, "publish")
    public.waits_for(page, "بی‌عرضه")

    forum.open(page)
    forum.page.locator("#comments a[href*='/flag/']").first.click()
    forum.choose("clause", "2")
    forum.press("فرستادن گزارش")
    forum.page.wait_for_load_state()
    decide(first, "hide", "2")
    public.open(page)
    assert not public.sees("بی‌عرضه")

    citizen.waits_for("/me/notices", "پنهان شد")
    citizen.press("پنهان شد")
    citizen.page.wait_for_url(re.compile(r"/me/decisions/\d+"))
    assert citizen.sees("بی‌عرضه")
    assert citizen.sees("بند ۲")
    citizen.write("text", "این انتقاد از کار است، نه توهین به شخص.")
    citizen.press("فرستادن اعتراض")
    citizen.page.wait_for_load_state()
    assert citizen.sees("بررس دیگری آن را می‌خواند")

    first.open("/queue/appeals")
    first.tap("main td a[href*='/queue/appeals/']")
    first.page.wait_for_url(re.compile(r"/queue/appeals/\d+"))
    assert first.sees("خودتان گرفته‌اید")
    token = first.page.locator("input[name='csrf_token']").first.get_attribute("value")
    forced = first.context.request.post(
        first.page.url,
        form={"csrf_token": token or "", "outcome": "uphold", "answer": "می‌ماند"},
        headers={"Origin": live.base},
    )
    assert forced.status == 403
    assert "این تصمیم را خودتان گرفته‌اید" in forced.text()

    second.open("/queue/appeals")
    second.tap("main td a[href*='/queue/appeals/']")
    second.page.wait_for_url(re.compile(r"/queue/appeals/\d+"))
    assert second.sees("بی‌عرضه")
    second.choose("outcome", "overturn")
    second.write("answer", "انتقاد تند از مدیر شهری مجاز است.")
    second.press("ثبت نتیجه")
    second.page.wait_for_load_state()

    public.waits_for(page, "بی‌عرضه")
    citizen.waits_for("/me/notices", "اعتراض پذیرفته شد")
    forum.waits_for("/me/notices", "با اعتراض برگشت")
    citizen.press("اعتراض پذیرفته شد")
    citizen.page.wait_for_url(re.compile(r"/me/decisions/\d+"))
    assert citizen.sees("انتقاد تند از مدیر شهری مجاز است")
    public.open("/transparency")
    assert public.sees("تصمیم برگشت")
    for person in [*people.values(), public]:
        person.close()
