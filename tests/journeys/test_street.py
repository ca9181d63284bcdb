"""The way of the sheet: printed, scanned, answered in two taps by a neighbour without an account, seen by the city."""

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from civic.app import create_app
from civic.app.demo import delivery
from civic.cases import queries as case_queries
from civic.cases import service as cases
from civic.cases.rules import AnswerKind, Door
from civic.contributions.queries import by_id
from civic.contributions.rules import ContributionKind
from civic.core import clock, files
from civic.core.actor import SYSTEM
from civic.core.db import db, transaction
from civic.groups.queries import actor_of
from civic.outcomes import queries, service
from civic.outcomes.models import Promise
from config import Config
from tests.journeys.conftest import CHROMIUM, Person
from tests.make.basics import contribution

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.timeout(240),
]


@pytest.fixture
def hung(live):
    """A promise that the bus organisation reported as done: (contribution, promise, code)."""
    app = create_app(Config.from_env(live.env))
    with app.app_context():
        ids = live.ids
        with transaction():
            row = contribution(
                ids["user:citizen@demo.example"], ContributionKind.PROBLEM, title="سایه‌بان ایستگاه امامت ۸", place_text="خیابان امامت"
            )  # fmt: skip
            made = row.id
            case_id = cases.open_case(
                SYSTEM, by_id(made), door=Door.THRESHOLD, department_id=ids["department:bus"]
            ).id
        officer, head = (actor_of(ids[f"user:{who}@demo.example"]) for who in ("officer", "head"))
        with transaction():
            case = case_queries.for_change(officer, case_id)
            cases.save_answer(
                officer, case, kind=AnswerKind.ACCEPTED, what="سایه‌بان ساخته می‌شود.", why="نیاز روشن است.",
                promise_text="سایه‌بان ایستگاه امامت ۸", promise_due=clock.today().replace(year=clock.today().year + 1),
            )  # fmt: skip
            cases.send_to_head(officer, case)
        with transaction():
            case = case_queries.for_change(head, case_id)
            service.keep(SYSTEM, cases.approve(head, case), case)
        with transaction():
            promise = db.session.scalars(select(Promise).where(Promise.contribution_id == made)).one()
            kept = [delivery.picture(3)]
            files.write(kept)
            service.report(
                officer, queries.for_change(promise.id), percent=100, words="سایه‌بان و نیمکت نصب شد.", kept=kept,
                happened_on=clock.today(),
            )  # fmt: skip
            found = made, promise.id, queries.placard_of(made).sheet.code
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_neighbour_answers_in_two_taps(chromium, live, hung, script, tmp_path):
    made, promise_id, code = hung
    printer = Person(chromium, live.base, script=script)
    printer.open(f"/promises/{promise_id}")
    printer.press("برگهٔ محل با کد QR")
    printer.page.wait_for_url(f"**/sheets/{made}")
    assert printer.sees("شما گفتید، ما کردیم؛ درست شد؟")
    address = printer.page.locator(".addr").inner_text()
    assert address == f"{live.base.split('://')[1]}/d/{code}"
    drawing = printer.page.locator("img.qr")
    assert drawing.evaluate("e => e.complete && e.naturalWidth > 0")
    printer.page.emulate_media(media="print")
    assert 37 < drawing.evaluate("e => e.getBoundingClientRect().width") * 25.4 / 96 < 39
    assert not printer.page.locator("header.top").is_visible()
    pages = printer.page.pdf(prefer_css_page_size=True) if script else b""
    assert not script or len(re.findall(rb"/Type\s*/Page[^s]", pages)) == 1  # one A4 page

    neighbour = Person(chromium, live.base, script=script, phone=True)
    weight = 0

    def weigh(response):
        nonlocal weight
        weight += len(response.body()) + len(str(response.headers))

    neighbour.page.on("response", weigh)
    neighbour.taps += 1  # the phone's own: the code was read, its link is tapped
    neighbour.open(f"/d/{code}")
    neighbour.page.wait_for_load_state("networkidle")
    assert weight < 30_000, weight
    assert neighbour.sees("سایه‌بان ایستگاه امامت ۸")
    neighbour.tap("button[value='not_done']")
    neighbour.page.wait_for_selector("#said")
    assert neighbour.taps == 2
    assert neighbour.sees("گفتید: نه")

    picture = tmp_path / "place.jpg"
    Image.new("RGB", (900, 700), (90, 140, 60)).save(picture, "JPEG")
    neighbour.page.locator("input[type=file]").set_input_files(str(picture))
    neighbour.tap("button:has-text('فرستادن عکس')")
    neighbour.page.wait_for_url("**photo=sent*")
    assert neighbour.sees("عکس رسید")
    neighbour.open(f"/d/{code}")
    assert not neighbour.page.locator("button[value='done']").count()  # once a browser

    public = Person(chromium, live.base, script=script)
    public.open(f"/promises/{promise_id}")
    assert public.sees("در محل چه می‌گویند؟")
    assert not public.page.locator("text=عکس‌هایی که مردم فرستاده‌اند").count()
    officer = Person(chromium, live.base, script=script)
    officer.sign_in("officer@demo.example")
    officer.open(f"/promises/{promise_id}")
    shown = officer.page.locator("img[alt='عکس ۱ از محل']")
    shown.scroll_into_view_if_needed()
    officer.page.wait_for_function(
        "e => e.complete && e.naturalWidth > 0", arg=shown.element_handle()
    ) if script else None
    answer = officer.context.request.get(shown.get_attribute("src"))
    assert Image.open(io.BytesIO(answer.body())).format == "JPEG"
    for person in (printer, neighbour, public, officer):
        person.close()
