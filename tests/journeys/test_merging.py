"""A moderator merges two proposals of the same wish and parts them again, with JavaScript and without."""

import pytest

from tests.journeys.conftest import CHROMIUM, Person
from tests.journeys.test_loop import moderate, propose

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.timeout(300),
]

PEOPLE = ("citizen", "ngo", "forum", "moderator")


def support(person, page):
    person.open(page)
    person.tap("main button[name='choice'][value='for']")
    person.page.wait_for_load_state()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_two_wishes_become_one_and_two_again(chromium, live, script):
    people = {who: Person(chromium, live.base, script=script) for who in PEOPLE}
    for who, person in people.items():
        person.sign_in(f"{who}@demo.example")
    public = Person(chromium, live.base, script=script)
    moderator = people["moderator"]
    numbers = []
    for who in ("ngo", "citizen"):
        numbers.append(propose(people[who], live))
        moderate(moderator)
        public.waits_for(f"/proposals/{numbers[-1]}", "رأی شما چیست؟")
    into, one = numbers
    support(people["forum"], f"/proposals/{one}")
    support(people["citizen"], f"/proposals/{into}")

    moderator.open(f"/proposals/{one}")
    moderator.press("ادغام با نوشتهٔ مشابه")
    moderator.page.wait_for_url(f"**/merge/{one}")
    moderator.tap(f"main a[href$='/merge/{one}/into/{into}']")
    moderator.page.wait_for_url("**/into/*")
    assert moderator.sees("پس از ادغام ۲ نفر شمرده می‌شود")
    moderator.press("ادغام می‌کنم")
    moderator.page.wait_for_load_state()
    assert moderator.sees("دلیل را در یک جمله بنویسید")
    moderator.write("reason", "هر دو همان سایه‌بان را در همان ایستگاه می‌خواهند.")
    moderator.press("ادغام می‌کنم")
    moderator.page.wait_for_url(f"**/proposals/{into}")

    public.open(f"/p/{one}")
    assert public.page.url.endswith(f"/proposals/{into}?merged={one}")
    assert public.sees("در این نوشته ادغام شده است")
    assert public.sees("۲ نفر موافق، از آن میان ۱ نفر از ادغام‌ها")
    people["forum"].open(f"/proposals/{into}")
    assert people["forum"].sees("اینجا هم موافق شمرده می‌شوید")
    people["forum"].waits_for("/me/notices", "در نوشتهٔ مشابهی ادغام شد")
    public.open(f"/proposals/{one}/history")
    assert public.sees("هر دو همان سایه‌بان را در همان ایستگاه می‌خواهند")

    moderator.open(f"/proposals/{into}")
    moderator.press("برگرداندن ادغام")
    moderator.page.wait_for_url(f"**/merge/{one}/undo")
    moderator.write("reason", "ایستگاه‌ها در دو خیابان جدا هستند.")
    moderator.press("ادغام را برمی‌گردانم")
    moderator.page.wait_for_url(f"**/proposals/{one}")
    public.open(f"/proposals/{one}")
    assert public.page.url.endswith(f"/proposals/{one}")
    assert "۱" in public.page.locator(".tallies").inner_text()
    public.open(f"/proposals/{into}")
    assert not public.sees("از ادغام‌ها")
    answer = live.civic("recount")
    assert answer.code == 0, answer.words
