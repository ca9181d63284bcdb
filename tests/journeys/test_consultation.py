"""An association asks the city: built, returned, approved, opinions, vote, report, the department's answer."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from civic.app import create_app
from civic.contributions.models import Contribution
from civic.core import clock
from civic.core.db import db, transaction
from civic.spaces.models import Phase
from civic.votes.models import Ballot, Question
from config import Config
from tests.journeys.conftest import CHROMIUM, Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.timeout(300),
]

TITLE = "خیابان جنت پیاده‌راه شود؟ کدام راه؟"
PEOPLE = {
    "manager": "ngo@demo.example", "operator": "operator@demo.example", "moderator": "moderator@demo.example",
    "citizen": "citizen@demo.example", "forum": "forum@demo.example", "officer": "officer@demo.example", "head": "head@demo.example",
}  # fmt: skip


class City:
    """The live site's data: the days pass faster here."""

    def __init__(self, live):
        self.app = create_app(Config.from_env(live.env))

    def pass_days(self, consultation: int, phase: str) -> None:
        """Shift everything so that this phase began a moment ago."""
        with self.app.app_context():
            with transaction():
                space = db.session.scalar(
                    select(Contribution.space_id).where(Contribution.id == consultation)
                )
                phases = db.session.scalars(select(Phase).where(Phase.space_id == space)).all()
                opens = next(p.opens_at for p in phases if p.kind == phase)
                back = opens - clock.now() + timedelta(seconds=1)
                for one in phases:
                    one.opens_at, one.closes_at = one.opens_at - back, one.closes_at - back
                question = db.session.scalars(
                    select(Question).where(Question.contribution_id == consultation)
                ).one()
                db.session.execute(
                    update(Question)
                    .where(Question.id == question.id)
                    .values(opens_at=question.opens_at - back, closes_at=question.closes_at - back)
                )
            db.session.remove()

    def ballots(self, consultation: int) -> int:
        with self.app.app_context():
            query = (
                select(db.func.count(Ballot.id))
                .join(Question)
                .where(Question.contribution_id == consultation)
            )
            found = db.session.scalar(query)
            db.session.remove()
        return int(found or 0)

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def city(live):
    made = City(live)
    yield made
    made.close()


def build(manager, live) -> int:
    """Five steps."""
    manager.open("/consultations")
    manager.press("برگزاری نظرخواهی")
    manager.page.wait_for_url("**/consultations/new")
    manager.press("ادامه")
    manager.page.wait_for_url("**/question")
    manager.write("title", TITLE)
    manager.write("text", "کاسبان و خانواده‌ها دو نظر دارند؛ پیش از کار می‌پرسیم.")
    manager.write("can_change", "ساعت بسته‌بودن خیابان")
    manager.write("option_lines", "همیشه بسته\nفقط عصرها\nباز بماند")
    manager.press("ادامه")
    manager.page.wait_for_url("**/phases")
    manager.press("ادامه")
    manager.page.wait_for_url("**/department")
    manager.choose("department_id", str(live.ids["department:bus"]))
    manager.press("ادامه")
    manager.page.wait_for_url("**/review")
    manager.press("فرستادن برای تأیید")
    manager.page.wait_for_selector("main :text('نزد مدیر سامانه است')")
    return int(re.search(r"/consultations/(\d+)", manager.page.url)[1])


def vote_at_once(person, consultation: int):
    """Somebody sends the form of a vote although the page shows none."""
    person.open(f"/consultations/{consultation}")
    token = person.page.locator("input[name='csrf_token']").first.get_attribute("value")
    base = re.match(r"https?://[^/]+", person.page.url)[0]
    return person.page.request.post(
        f"{base}/consultations/{consultation}/vote", form={"csrf_token": token, "choice": "o1"}, headers={"Origin": base},
        max_redirects=0,
    )  # fmt: skip


def vote(person, consultation: int, choice: str) -> None:
    person.open(f"/consultations/{consultation}")
    person.choose("choice", choice)
    person.press("ثبت رأی") if not person.sees("تغییر رأی") else person.press("تغییر رأی")
    person.page.wait_for_load_state()
    person.waits_for(f"/consultations/{consultation}", "رأی شما ثبت شد")


def moderate(moderator, words: str) -> None:
    moderator.waits_for("/queue", words)
    moderator.tap(f"main td a[href*='/queue/']:has-text('{words}')")
    moderator.tap("main button[name='verdict'][value='publish']")
    moderator.page.wait_for_load_state()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_question_to_the_departments_answer(chromium, live, city, script):
    people = {who: Person(chromium, live.base, script=script) for who in PEOPLE}
    for who, login in PEOPLE.items():
        people[who].sign_in(login)
    public = Person(chromium, live.base, script=script)
    manager, operator, citizen, forum = (people[who] for who in ("manager", "operator", "citizen", "forum"))

    number = build(manager, live)
    page = f"/consultations/{number}"
    assert public.page.goto(page).status == 404
    operator.waits_for("/admin/consultations", TITLE)
    operator.press(TITLE)
    operator.page.wait_for_url(f"**/admin/consultations/{number}")
    operator.press("بازگرداندن با دلیل")
    operator.page.wait_for_selector("[aria-invalid='true']")
    operator.write("reason", "بنویسید چه چیزی از پیش روشن است.")
    operator.press("بازگرداندن با دلیل")
    operator.page.wait_for_load_state()

    manager.waits_for(f"{page}/edit/review", "بنویسید چه چیزی از پیش روشن است.")
    manager.open(f"{page}/edit/question")
    assert manager.page.locator("main [name='title']").input_value() == TITLE
    manager.write("cannot_change", "راه آمبولانس باز می‌ماند")
    manager.press("ادامه")
    manager.page.wait_for_url("**/phases")
    manager.open(f"{page}/edit/review")
    manager.press("فرستادن برای تأیید")
    manager.page.wait_for_selector("main :text('نزد مدیر سامانه است')")

    operator.open(f"/admin/consultations/{number}")
    assert operator.sees("راه آمبولانس باز می‌ماند")
    operator.press("تأیید و بازکردن")
    public.waits_for(page, "گردآوری نظر")
    assert public.sees("راه آمبولانس باز می‌ماند")
    assert public.sees("رأی‌گیری هنوز آغاز نشده است")

    forum.open(page)
    forum.write("text", "عصرها پیاده‌رو جای راه رفتن ندارد.")
    forum.choose("side", "for")
    forum.press("فرستادن نظر")
    forum.page.wait_for_load_state()
    moderate(people["moderator"], "عصرها پیاده‌رو")
    public.waits_for(page, "عصرها پیاده‌رو جای راه رفتن ندارد.")

    citizen.open(page)
    citizen.press("پیشنهاد خود را بنویسید")
    citizen.page.wait_for_url("**/proposals/new?consultation=*")
    citizen.write("text", "به جای بستن خیابان، جمعه‌ها بازارچهٔ محله در آن برپا کنید.")
    citizen.press("ادامه")
    citizen.page.wait_for_url("**/where*")
    citizen.choose("district_id", str(live.ids["district:samen"]))
    citizen.press("ادامه")
    citizen.page.wait_for_url("**/who*")
    citizen.press("فرستادن پیشنهاد")
    citizen.page.wait_for_url(re.compile(r"/proposals/\d+"))
    moderate(people["moderator"], "بازارچه")
    public.waits_for(page, "پیشنهادهای این نظرخواهی")
    assert public.sees("بازارچه")

    early = vote_at_once(citizen, number)
    assert early.status in {409, 422}
    assert "رأی‌گیری هنوز آغاز نشده" in early.text()
    assert city.ballots(number) == 0

    city.pass_days(number, "vote")
    public.waits_for(page, "رأی شما چیست؟", 60)
    assert not public.page.locator("main a[href*='/proposals/new?consultation']").count()
    vote(citizen, number, "o1")
    vote(citizen, number, "o2")
    vote(forum, number, "o2")
    vote(manager, number, "o3")
    assert city.ballots(number) == 3

    city.pass_days(number, "report")
    late = vote_at_once(people["moderator"], number)
    assert late.status in {409, 422}
    assert city.ballots(number) == 3
    manager.waits_for(page, "نوشتن گزارش", 60)
    assert public.page.goto(f"{page}/report").status == 404
    manager.press("نوشتن گزارش")
    manager.page.wait_for_url("**/report/edit")
    manager.write("text", "بیشتر مردم بسته‌شدن عصرگاهی را خواستند و یک بازارچه پیشنهاد شد.")
    manager.press("انتشار گزارش")
    manager.page.wait_for_url(f"**{page}/report")

    officer, head = people["officer"], people["head"]
    officer.waits_for("/inbox", "خیابان جنت")
    officer.tap("main a[href*='/inbox/']:has-text('خیابان جنت')")
    officer.tap("main a[href$='/answer']")
    officer.page.wait_for_url("**/answer")
    officer.choose("kind", "declined")
    officer.choose(
        "decline_reason",
        officer.page.locator("main select[name='decline_reason'] option").nth(1).get_attribute("value"),
    )
    officer.write("what", "بستن عصرگاهی امسال شدنی نیست.")
    officer.write("why", "خط اتوبوس تا پایان سال جای دیگری ندارد.")
    officer.press("فرستادن به مدیر")
    officer.page.wait_for_load_state()
    head.waits_for("/me/notices", "منتظر تأیید شماست")
    head.open("/inbox?view=head")
    head.tap("main a[href*='/inbox/']:has-text('خیابان جنت')")
    head.press("تأیید و انتشار")
    public.waits_for(f"{page}/report", "بستن عصرگاهی امسال شدنی نیست.")
    assert public.sees("بیشتر مردم بسته‌شدن عصرگاهی را خواستند")
    assert public.sees("فقط عصرها")
    public.open(page)
    assert public.sees("شهرداری پاسخ داد")
    citizen.waits_for("/me/notices", "گزارش پایانی")

    assert live.civic("recount").code == 0
    verified = live.civic("audit", "verify")
    assert verified.code == 0, verified.words
    for person in [*people.values(), public]:
        person.close()
