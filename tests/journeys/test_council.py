"""The council's road, once with JavaScript and once without: drafted, frozen, judged, decided, done, verified, public."""

import re
from datetime import timedelta

import pytest

from civic.app import create_app
from civic.core import clock
from civic.core.dates import parts_of
from civic.core.db import db, transaction
from civic.meetings.models import Meeting
from config import Config
from tests.journeys.acts import picture
from tests.journeys.conftest import CHROMIUM, Person
from tests.make import Make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.timeout(300),
]

PEOPLE = {
    "member": "council@demo.example", "clerk": "clerk@demo.example", "officer": "officer@demo.example", "citizen": "citizen@demo.example",
}  # fmt: skip
WHY = "مردم سایه می‌خواهند و پیاده‌رو جا دارد."


def pick_day(person, name, day):
    for place, value in enumerate(parts_of(day, "fa")):
        person.page.locator(f"main select[name='{name}']").nth(place).select_option(str(value))


def the_day_has_come(app):
    """The meeting begins now."""
    with app.app_context():
        with transaction() as session:
            meeting = session.query(Meeting).one()
            meeting.at = clock.now() - timedelta(minutes=5)
            meeting.stance_until = meeting.at - timedelta(hours=1)
        db.session.remove()


def take_to_council(people, page):
    """A member carries it there."""
    people["member"].open(page)
    people["member"].press("بردن به شورا")
    people["member"].press("بردن به شورا")
    people["member"].page.wait_for_url("**/council")


def draft(clerk, title):
    """The report wrote itself; the clerk adds the question and what was heard. Answers its number."""
    clerk.open("/council/papers")
    clerk.press(title)
    report = int(re.search(r"/reports/(\d+)", clerk.page.url)[1])
    clerk.press("نوشتن متن")
    clerk.write("question", "آیا شورا بودجهٔ سایه‌بان را می‌پذیرد؟")
    clerk.write("heard", "بیشتر مردم سایه می‌خواهند.")
    clerk.press("ذخیره")
    clerk.page.wait_for_url(f"**/council/reports/{report}")
    assert clerk.sees("آیا شورا بودجهٔ سایه‌بان را می‌پذیرد؟")
    return report


def put_on_agenda(clerk, report):
    """A meeting in three days, with the report on its agenda: from now on its bytes are fixed."""
    clerk.open("/council/meetings/new")
    clerk.write("number", "۲۱۸")
    pick_day(clerk, "day", clock.today() + timedelta(days=3))
    clerk.write("time", "۹:۳۰")
    clerk.write("place", "تالار شورا")
    pick_day(clerk, "stance_day", clock.today() + timedelta(days=2))
    clerk.press("ثبت جلسه")
    clerk.page.wait_for_url(re.compile(r"/council/meetings/\d+$"))
    meeting = re.search(r"/meetings/(\d+)", clerk.page.url)[1]
    clerk.press("دستور تازه")
    clerk.choose("kind", "report")
    clerk.choose("report_id", str(report))
    clerk.press("گذاشتن در دستور")
    clerk.page.wait_for_url(f"**/council/meetings/{meeting}")


def take_a_stance(member, title):
    """Before the deadline, with a note for the council alone. Answers the item's number."""
    member.open("/council")
    assert member.sees("نظر شما مانده است")
    member.press(title)
    member.choose("stance", "support")
    member.write("note", "به‌شرطی که راه ویلچر باز بماند.")
    member.press("ثبت نظر")
    member.page.wait_for_load_state()
    return re.search(r"/items/(\d+)", member.page.url)[1]


def resolve(clerk, live, item):
    """The result, and a resolution with one clause; without a department it is refused."""
    clerk.open(f"/council/items/{item}")
    clerk.press("ثبت نتیجه")
    clerk.choose("outcome", "approved")
    clerk.write("text", WHY)
    clerk.press("ثبت نتیجه")
    clerk.page.wait_for_url(f"**/council/items/{item}")
    clerk.press("نوشتن مصوبه")
    clerk.write("number", "۶/۲۱۸/۱")
    clerk.write("text", "سازمان اتوبوسرانی برای ایستگاه سایه‌بان می‌گذارد.")
    clerk.press("ذخیرهٔ پیش‌نویس")
    clerk.page.wait_for_url(re.compile(r"/council/resolutions/\d+$"))
    resolution = re.search(r"/resolutions/(\d+)", clerk.page.url)[1]
    clerk.choose("kind", "sole")
    clerk.page.locator("main textarea[name='text']").fill("یک سایه‌بان با نیمکت نصب شود.")
    clerk.choose("due_kind", "days")
    clerk.write("due_days", "۱۰")
    clerk.press("افزودن بند")
    clerk.page.wait_for_load_state()
    assert clerk.sees("بند بی واحد مسئول ثبت نمی‌شود")
    clerk.choose("department_id", str(live.ids["department:bus"]))
    clerk.press("افزودن بند")
    clerk.page.wait_for_url(re.compile(rf"/council/resolutions/{resolution}#clauses"))
    clerk.press("ابلاغ مصوبه")
    clerk.page.wait_for_load_state()


def carry_out(officer):
    """The department says that it is done, with a picture; it cannot verify that itself. Answers the clause's number."""
    officer.open("/council/clauses")
    officer.press("مادهٔ واحده")
    clause = re.search(r"/clauses/(\d+)", officer.page.url)[1]
    officer.choose("says", "complete")
    officer.write("text", "سایه‌بان و نیمکت نصب شد.")
    officer.page.locator("main input[name='evidence']").set_input_files(picture())
    officer.press("ثبت گزارش")
    officer.page.wait_for_load_state()
    assert officer.sees("انجام شد، در انتظار تأیید")
    assert not officer.sees("تأیید انجام")
    return clause


def verify(clerk, clause):
    clerk.open(f"/council/clauses/{clause}")
    clerk.press("تأیید انجام")
    clerk.page.wait_for_load_state()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_draft_to_the_verified_clause(chromium, live, script):
    app = create_app(Config.from_env(live.env))
    make = Make(app)
    thing = make.proposal_page(
        live.ids["user:citizen@demo.example"], title="سایه‌بان برای ایستگاه خیابان امامت"
    )
    clerk_id = live.ids["user:clerk@demo.example"]
    make.term(clerk_id)
    make.organ(clerk_id)
    people = {who: Person(chromium, live.base, script=script) for who in PEOPLE}
    for who, login in PEOPLE.items():
        people[who].sign_in(login)
    public = Person(chromium, live.base, script=script)
    page = f"/proposals/{thing}"

    people["citizen"].open(page)
    people["citizen"].tap("main button[name='choice'][value='for']")
    take_to_council(people, page)

    clerk = people["clerk"]
    report = draft(clerk, "سایه‌بان برای ایستگاه")
    assert public.page.goto(f"/council/reports/{report}").status == 404
    put_on_agenda(clerk, report)

    public.open(f"/council/reports/{report}")
    frozen = public.page.locator("main code").first.inner_text()
    assert re.fullmatch(r"[0-9a-f]{64}", frozen)
    paper = public.context.request.get(f"/council/reports/{report}.pdf")
    assert (paper.status, paper.headers["content-type"]) == (200, "application/pdf")
    public.waits_for(page, "در دستور کار شورا جای گرفت")

    item = take_a_stance(people["member"], "سایه‌بان برای ایستگاه")
    public.open(f"/council/items/{item}")
    assert public.sees("۱ از")
    assert not public.sees("به‌شرطی که راه ویلچر باز بماند.")

    the_day_has_come(app)
    resolve(clerk, live, item)
    public.waits_for(page, "شورا دربارهٔ آن تصمیم گرفت")
    assert public.sees(WHY)
    assert public.sees("یک سایه‌بان با نیمکت نصب شود.")

    clause = carry_out(people["officer"])
    verify(clerk, clause)
    public.waits_for(page, "اجرای بند مصوبه تأیید شد")
    assert public.sees("انجام شد و تأیید شد")
    public.open(f"/council/clauses/{clause}")
    assert public.page.locator("main img[src*='/council/evidence/']").count() == 1
    public.open(f"/council/reports/{report}")
    assert public.page.locator("main code").first.inner_text() == frozen
    for person in (*people.values(), public):
        person.close()
