"""The whole loop with seven people, once with JavaScript and once without; the public, signed out, sees every step."""

import re
import time

import pytest

from tests.journeys.acts import report_done, say
from tests.journeys.conftest import CHROMIUM, Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.timeout(300),
]

TEXT = "صبح‌ها زیر آفتاب منتظر اتوبوس می‌مانیم و سالمندان جایی برای نشستن ندارند. برای ایستگاه خیابان امامت سایه‌بان و نیمکت بگذارید."
PEOPLE = {
    "citizen": "citizen@demo.example", "forum": "forum@demo.example", "ngo": "ngo@demo.example", "moderator": "moderator@demo.example",
    "officer": "officer@demo.example", "head": "head@demo.example", "member": "council@demo.example",
}  # fmt: skip


def propose(citizen, live):
    """Three short steps."""
    citizen.open("/proposals/new")
    citizen.write("text", TEXT)
    citizen.press("ادامه")
    citizen.page.wait_for_url("**/where*")
    citizen.write("place_text", "خیابان امامت، ایستگاه ۸")
    citizen.choose("district_id", str(live.ids["district:samen"]))
    citizen.press("ادامه")
    citizen.page.wait_for_url("**/who*")
    citizen.press("فرستادن پیشنهاد")
    citizen.page.wait_for_url(re.compile(r"/proposals/\d+"))
    return int(re.search(r"/proposals/(\d+)", citizen.page.url)[1])


def moderate(moderator):
    """Open the oldest and publish it."""
    for _ in range(60):
        moderator.open("/queue")
        if moderator.page.locator("main td a[href*='/queue/']").count():
            break
        time.sleep(0.3)
    moderator.tap("main td a[href*='/queue/']")
    moderator.tap("main button[name='verdict'][value='publish']")
    moderator.page.wait_for_load_state()


def pick_day(person, name, parts):
    for select, value in zip(range(3), parts, strict=True):
        person.page.locator(f"main select[name='{name}']").nth(select).select_option(value)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_first_word_to_confirmed_work(chromium, live, script):
    people = {who: Person(chromium, live.base, script=script) for who in PEOPLE}
    for who, login in PEOPLE.items():
        people[who].sign_in(login)
    public = Person(chromium, live.base, script=script)

    number = propose(people["citizen"], live)
    page = f"/proposals/{number}"
    assert public.page.goto(page).status == 404

    moderate(people["moderator"])
    public.waits_for(page, "رأی شما چیست؟")
    assert public.sees("رأی‌گیری آغاز شد")

    for who in ("citizen", "forum", "ngo"):
        people[who].open(page)
        people[who].tap("main button[name='choice'][value='for']")
        people[who].page.wait_for_load_state()
        people[who].waits_for(page, "رأی شما: موافق")
    public.waits_for(page, "به حد نصاب رسید")
    assert "۳" in public.page.locator(".tallies").inner_text()

    people["forum"].open(page)
    people["forum"].write("text", "مادرم هر روز نیم ساعت ایستاده منتظر می‌ماند.")
    people["forum"].choose("side", "for")
    people["forum"].press("فرستادن نظر")
    moderate(people["moderator"])
    public.waits_for(page, "نیم ساعت ایستاده")

    officer, head = people["officer"], people["head"]
    officer.waits_for("/inbox", "ایستگاه")
    officer.tap("main a[href*='/inbox/']:has-text('ایستگاه')")
    officer.press("برمی‌دارم") if officer.sees("برمی‌دارم") else None
    officer.page.wait_for_load_state()
    officer.tap("main a[href$='/answer']")
    officer.page.wait_for_url("**/answer")
    officer.choose("kind", "partly")
    officer.write("what", "در ایستگاه ۸ سایه‌بان و دو نیمکت می‌گذاریم.")
    officer.write("why", "پیاده‌رو برای سازهٔ بزرگ‌تر جا ندارد.")
    officer.write("promise_text", "سایه‌بان و دو نیمکت در ایستگاه ۸")
    pick_day(officer, "promise_due", ["1406", "1", "20"])
    officer.press("فرستادن به مدیر")
    officer.page.wait_for_load_state()
    assert not public.page.goto(page).text().count("دو نیمکت می‌گذاریم")

    head.open("/inbox?view=head")
    head.tap("main a[href*='/inbox/']:has-text('ایستگاه')")
    head.press("تأیید و انتشار")
    public.waits_for(page, "شهرداری پاسخ داد")
    assert public.sees("دو نیمکت می‌گذاریم")
    public.waits_for("/promises", "سایه‌بان و دو نیمکت در ایستگاه ۸")

    member = people["member"]
    member.open(f"/council/questions/new?about={number}")
    member.write("title", "سایه‌بان ایستگاه ۸ از چه روزی کار می‌کند؟")
    member.write("text", "مردم از چه روزی می‌توانند زیر سایه‌بان بنشینند و چه کسی پاسخ‌گوست؟")
    member.choose("department_id", str(live.ids["department:bus"]))
    member.press("پرسش")
    public.waits_for("/council/questions", "سایه‌بان ایستگاه ۸ از چه روزی")
    public.waits_for(page, "عضو شورا")

    officer.waits_for("/inbox", "از چه روزی کار می‌کند")
    officer.tap("main a[href*='/inbox/']:has-text('از چه روزی')")
    officer.press("برمی‌دارم") if officer.sees("برمی‌دارم") else None
    officer.tap("main a[href$='/answer']")
    officer.choose("kind", "already_done")
    officer.write("what", "قرارداد بسته شده است.")
    officer.write("why", "پیمانکار دیروز معرفی شد و ساخت پیش می‌رود.")
    officer.press("فرستادن به مدیر")
    head.open("/inbox?view=head")
    head.tap("main a[href*='/inbox/']:has-text('از چه روزی')")
    head.press("تأیید و انتشار")
    public.open("/council/questions")
    public.tap("main a:has-text('سایه‌بان ایستگاه ۸ از چه روزی')")
    public.waits_for(public.page.url.replace(live.base, ""), "قرارداد بسته شده است")

    report_done(officer, number, "سایه‌بان و نیمکت‌ها نصب شد.")
    for who in ("citizen", "forum", "ngo"):
        say(people[who], number, "done")
    public.waits_for(page, "انجام شد با تأیید مردم")

    for step in (
        "فرستاده شد",
        "منتشر شد",
        "رأی‌گیری آغاز شد",
        "به حد نصاب رسید",
        "پرونده باز شد",
        "شهر قول داد",
    ):
        assert public.sees(step), step
    for who in ("citizen", "forum", "ngo"):
        people[who].waits_for("/me/notices", "ایستگاه")

    assert live.civic("recount").code == 0
    verified = live.civic("audit", "verify")
    assert verified.code == 0, verified.words
    for person in [*people.values(), public]:
        person.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_guests_vote_is_kept_through_sign_in(chromium, live, script):
    """Task 1 of the design: a friend sent you this link. Vote."""
    citizen, moderator = (Person(chromium, live.base, script=script) for _ in range(2))
    citizen.sign_in(PEOPLE["citizen"])
    moderator.sign_in(PEOPLE["moderator"])
    number = propose(citizen, live)
    moderate(moderator)
    guest = Person(chromium, live.base, script=script, phone=True)
    guest.waits_for(f"/p/{number}", "رأی شما چیست؟")
    guest.taps = 0
    guest.tap("main button[name='choice'][value='against']")
    guest.write("login", "۰۹۱۵۱۲۳۴۵۶۷")
    guest.press("دریافت کد ورود")
    code = guest.page.locator("[data-demo-code]").inner_text()
    guest.write("code", code)
    guest.press("ورود")
    guest.page.wait_for_url(f"**/proposals/{number}*")
    assert guest.sees("رأی شما: مخالف")
    assert guest.taps <= 4
    guest.page.locator("main button[value='withdraw']").click()
    guest.page.wait_for_load_state()
    assert guest.sees("رأی شما چیست؟")
    assert guest.page.locator("main button[name='choice'][value='for']").count() == 1
