"""The five tasks a stranger finishes unaided, within their taps (docs/ux-tasks.md). The first is in test_loop.py.

A tap is every press on a button, link, choice or picker; putting the finger into a field belongs to the typing.
"""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import update

from civic.app import create_app
from civic.cases.rules import AnswerKind, Door
from civic.contributions.queries import by_id
from civic.core import clock
from civic.core.db import db, transaction
from civic.council import service as council
from civic.groups.queries import actor_of
from civic.outcomes.models import Promise
from config import Config
from tests.journeys.conftest import CHROMIUM, Person
from tests.make import Make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.timeout(180),
]


def photo() -> dict[str, object]:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), (120, 140, 90)).save(out, "JPEG")
    return {"name": "crossing.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture
def app(live):
    """The live site's data, opened from here."""
    made = create_app(Config.from_env(live.env))
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def pick(person: Person, name: str, value: str, n: int = 0) -> None:
    """One choice in a list."""
    person.taps += 1
    person.page.locator(f"main select[name='{name}']").nth(n).select_option(value)


def test_a_guest_asks_for_a_safe_crossing(chromium, live):
    """Task 2: one text, where, a photo, name. At most 10, with signing up on the way."""
    stranger = Person(chromium, live.base, script=True, phone=True)
    stranger.open("/")
    stranger.tap(".tabbar a:has-text('پیشنهاد تازه')")
    stranger.write("text", "گذرگاه جلوی دبستان خطرناک است و ماشین‌ها تند می‌آیند. سرعت‌کاه و چراغ عابر بگذارید.")
    stranger.page.wait_for_selector("#similar .guess")
    button = stranger.page.locator("main button:has-text('ادامه')").bounding_box()
    field = stranger.page.locator("main textarea[name='text']").bounding_box()
    assert button["y"] - field["y"] < 500, "what is suggested must not push the next step out of sight"
    stranger.press("ادامه")
    stranger.write("login", "۰۹۱۵۷۷۷۸۸۹۹")
    stranger.press("دریافت کد ورود")
    stranger.write("code", stranger.page.locator("[data-demo-code]").inner_text())
    stranger.press("ورود")
    stranger.page.wait_for_url("**/where*")
    stranger.write("place_text", "خیابان امامت، جلوی دبستان")
    pick(stranger, "district_id", str(live.ids["district:9"]))
    stranger.taps += 2  # the picker, the picture in it
    stranger.page.locator("main input[type='file']").set_input_files(photo())
    stranger.press("ادامه")
    stranger.page.wait_for_url("**/who*")
    assert stranger.sees("برای دو گزینهٔ نخست لازم است")
    stranger.press("فرستادن پیشنهاد")
    stranger.page.wait_for_url(re.compile(r"/proposals/\d+"))
    assert stranger.sees("پیشنهاد شما فرستاده شد")
    assert stranger.sees("خیابان امامت، جلوی دبستان")
    assert stranger.page.locator("main img").count() == 1
    assert stranger.taps <= 10
    stranger.close()


def test_an_association_asks_in_two_phases(chromium, live):
    """Task 3: the template brings the days. At most 14."""
    manager = Person(chromium, live.base, script=True)
    manager.sign_in("ngo@demo.example")
    manager.taps = 0
    manager.tap(".mainnav a:has-text('نظرخواهی')")
    manager.press("برگزاری نظرخواهی")
    manager.page.wait_for_url("**/consultations/new")
    manager.press("ادامه")
    manager.page.wait_for_url("**/question")
    manager.write("title", "خیابان جنت پیاده‌راه شود؟ کدام راه؟")
    manager.write("text", "کاسبان و خانواده‌ها دو نظر دارند؛ پیش از کار می‌پرسیم.")
    manager.write("can_change", "ساعت بسته‌بودن خیابان")
    manager.write("cannot_change", "راه آمبولانس باز می‌ماند")
    manager.write("option_lines", "همیشه بسته\nفقط عصرها\nباز بماند")
    pick(manager, "category_id", str(live.ids["category:transit"]))
    manager.press("ادامه")
    manager.page.wait_for_url("**/phases")
    assert all(s.input_value() for s in manager.page.locator("main select[name='collect_end']").all())
    manager.press("ادامه")
    manager.page.wait_for_url("**/department")
    named = manager.page.locator("main select[name='department_id']").input_value()
    assert named == str(live.ids["department:bus"]), "the department that answers for the topic is suggested"
    manager.press("ادامه")
    manager.page.wait_for_url("**/review")
    manager.press("فرستادن برای تأیید")
    manager.page.wait_for_selector("main :text('نزد مدیر سامانه است')")
    assert manager.taps <= 14
    manager.open("/me")
    assert manager.sees("خیابان جنت پیاده‌راه شود؟")
    manager.close()


def test_an_officer_answers_the_oldest_case(chromium, live, app):
    """Task 4: yes, with changes, by 1 Dey. At most 10."""
    make = Make(app)
    author = live.ids["user:citizen@demo.example"]
    for title in ("پارکینگ دوچرخه کنار ایستگاه", "سایه‌بان ایستگاه امامت"):
        made = make.base_proposal(author, title=title)
        make.open_case(made, department_id=live.ids["department:bus"], door=Door.THRESHOLD)
    officer = Person(chromium, live.base, script=True)
    officer.sign_in("officer@demo.example")
    officer.taps = 0
    officer.tap("header a:has-text('صندوق واحد'):visible")
    officer.page.wait_for_url("**/inbox")
    officer.press("نوشتن پاسخ")
    officer.page.wait_for_url("**/answer")
    assert officer.sees("پارکینگ دوچرخه")
    officer.taps += 1
    officer.choose("kind", "partly")
    assert not officer.page.locator("main [name='decline_reason']").is_visible()
    assert not officer.page.locator("main [name='other_body']").is_visible()
    officer.write("what", "بیست جای قفل‌دار می‌گذاریم، ده تا امسال.")
    officer.write("why", "پیاده‌رو جای بیشتر ندارد.")
    officer.write("cost_rial", "۹۰۰٬۰۰۰٬۰۰۰")
    officer.write("promise_text", "ده جای قفل‌دار کنار ایستگاه")
    for n, part in enumerate(["1406", "10", "1"]):
        pick(officer, "promise_due", part, n)
    officer.press("پیش‌نمایش")
    officer.page.wait_for_url("**/answer#preview")
    officer.taps += 1
    officer.page.locator("section:has(#preview) button:has-text('فرستادن به مدیر')").click()
    officer.page.wait_for_selector("main :text('پاسخ به مدیر فرستاده شد')")
    assert officer.taps <= 10
    officer.close()


def test_a_council_member_asks_why_a_promise_is_late(chromium, live, app):
    """Task 5: and finds what became of the last question. At most 8."""
    make, ids = Make(app), live.ids
    staff = ids["user:officer@demo.example"], ids["user:head@demo.example"]
    member = ids["user:council@demo.example"]
    made = make.base_proposal(ids["user:citizen@demo.example"], title="نیمکت ایستگاه امامت")
    answer = make.answered(make.open_case(made, department_id=ids["department:bus"]), *staff)
    with app.app_context():
        with transaction():
            db.session.execute(
                update(Promise)
                .where(Promise.answer_id == answer)
                .values(due_on=clock.today() - timedelta(days=12))
            )
            asked = council.ask(
                actor_of(member), title="خط ۸ چرا دیر می‌رسد؟", text="از چه روزی سر وقت می‌آید؟",
                department_id=ids["department:bus"], about=by_id(made),
            ).id  # fmt: skip
        db.session.remove()
    make.answered(make.open_case(asked), *staff, kind=AnswerKind.ALREADY_DONE)

    councillor = Person(chromium, live.base, script=True)
    councillor.sign_in("council@demo.example")
    councillor.taps = 0
    councillor.tap(".mainnav a:has-text('نتایج')")
    councillor.page.wait_for_url("**/outcomes")
    councillor.press("چهار ایستگاه سرپوشیده")
    councillor.page.wait_for_url("**/promises/*")
    councillor.press("پرسش از واحد")
    councillor.page.wait_for_url("**/council/questions/new*")
    assert councillor.page.locator("main select[name='department_id']").input_value() == str(
        ids["department:bus"]
    )
    councillor.write("title", "چرا نیمکت‌ها هنوز نیامده است؟")
    councillor.write("text", "دوازده روز از موعد گذشته است. مانع چیست و روز تازه کی است؟")
    councillor.press("فرستادن پرسش")
    councillor.page.wait_for_url(re.compile(r"/council/questions/\d+$"))
    councillor.tap("header a:has-text('میز شورا'):visible")
    councillor.page.wait_for_url("**/council")
    councillor.press("خط ۸ چرا دیر می‌رسد؟")
    councillor.page.wait_for_url(f"**/council/questions/{asked}")
    assert councillor.sees("چهار ایستگاه سرپوشیده می‌شود.")
    assert councillor.taps <= 8
    councillor.close()
