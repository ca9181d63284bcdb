"""The loop closed: late once, answered, promised, delivered, disputed, opened again, done, confirmed, and the council's clause."""

import pytest
from sqlalchemy import func, select

from civic.app import create_app
from civic.cases.models import Case
from civic.contributions.models import Step
from civic.contributions.rules import StepKind
from civic.core.db import db
from civic.duties.models import Escalation
from config import Config
from tests.journeys import test_council as council
from tests.journeys.acts import report_done, say
from tests.journeys.conftest import CHROMIUM, Person
from tests.journeys.test_loop import PEOPLE, moderate, pick_day, propose
from tests.make import Make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.timeout(400),
]

STATION = "سایه‌بان و دو نیمکت در ایستگاه ۸"


def the_term_runs_out(live, app, number):
    """The clock goes round on the day after the deadline, twice; the second time it has nothing to do."""
    with app.app_context():
        due = db.session.scalars(select(Case.due_at).where(Case.contribution_id == number)).one()
        db.session.remove()
    at = due.strftime("%Y-%m-%dT%H:%M:%S")
    first, before = live.civic("sla", "run", "--at", at), counts(app)
    second = live.civic("sla", "run", "--at", at)
    assert first.code == second.code == 0, first.words + second.words
    assert second.words.startswith("0 deadlines looked at"), second.words
    assert counts(app) == before


def counts(app):
    with app.app_context():
        late = db.session.scalar(select(func.count()).where(Step.kind == StepKind.OVERDUE))
        levels = sorted(db.session.scalars(select(Escalation.level)))
        db.session.remove()
    return late, levels


def answer_with_a_promise(officer, head):
    officer.waits_for("/inbox", "ایستگاه")
    officer.tap("main a[href*='/inbox/']:has-text('ایستگاه')")
    officer.press("برمی‌دارم") if officer.sees("برمی‌دارم") else None
    officer.page.wait_for_load_state()
    officer.tap("main a[href$='/answer']")
    officer.page.wait_for_url("**/answer")
    officer.choose("kind", "partly")
    officer.write("what", "در ایستگاه ۸ سایه‌بان و دو نیمکت می‌گذاریم.")
    officer.write("why", "پیاده‌رو برای سازهٔ بزرگ‌تر جا ندارد.")
    officer.write("promise_text", STATION)
    pick_day(officer, "promise_due", ["1406", "1", "20"])
    officer.press("فرستادن به مدیر")
    officer.page.wait_for_load_state()
    head.open("/inbox?view=head")
    head.tap("main a[href*='/inbox/']:has-text('ایستگاه')")
    head.press("تأیید و انتشار")
    head.page.wait_for_load_state()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_a_missed_deadline_to_the_verified_clause(chromium, live, script):
    app = create_app(Config.from_env(live.env))
    make = Make(app)
    clerk_id = live.ids["user:clerk@demo.example"]
    make.term(clerk_id)
    make.organ(clerk_id)
    people = {who: Person(chromium, live.base, script=script) for who in (*PEOPLE, "clerk")}
    for who, login in {**PEOPLE, "clerk": "clerk@demo.example"}.items():
        people[who].sign_in(login)
    public = Person(chromium, live.base, script=script)
    officer, head, clerk = people["officer"], people["head"], people["clerk"]

    number = propose(people["citizen"], live)
    page = f"/proposals/{number}"
    moderate(people["moderator"])
    public.waits_for(page, "رأی شما چیست؟")
    for who in ("citizen", "forum", "ngo"):
        people[who].open(page)
        people[who].tap("main button[name='choice'][value='for']")
        people[who].page.wait_for_load_state()
        people[who].waits_for(page, "رأی شما: موافق")
    public.waits_for(page, "پرونده باز شد")

    the_term_runs_out(live, app, number)
    assert counts(app) == (1, [75, 100])
    public.waits_for(page, "مهلت پاسخ گذشت")
    head.waits_for("/me/notices", "گذشت")

    answer_with_a_promise(officer, head)
    public.waits_for(page, "شهرداری پاسخ داد")
    public.waits_for("/promises", STATION)

    report_done(officer, number, "سایه‌بان نصب شد.")
    public.waits_for(page, "واحد می‌گوید انجام شد")
    say(people["forum"], number, "not_done")
    public.open(page)
    assert not public.sees("مردم می‌گویند انجام نشده")
    say(people["citizen"], number, "not_done")
    public.waits_for(page, "مردم می‌گویند انجام نشده")
    assert public.sees("دوباره باز شد")
    officer.waits_for("/me/notices", "ایستگاه")

    report_done(officer, number, "نیمکت‌ها هم نصب شد.")
    for who in ("citizen", "forum", "ngo"):
        say(people[who], number, "done")
    public.waits_for(page, "انجام شد با تأیید مردم")

    council.take_to_council(people, page)
    report = council.draft(clerk, "ایستگاه")
    council.put_on_agenda(clerk, report)
    item = council.take_a_stance(people["member"], "ایستگاه")
    council.the_day_has_come(app)
    council.resolve(clerk, live, item)
    public.waits_for(page, "شورا دربارهٔ آن تصمیم گرفت")
    council.verify(clerk, council.carry_out(officer))
    public.waits_for(page, "اجرای بند مصوبه تأیید شد")
    assert public.sees("انجام شد با تأیید مردم")

    assert live.civic("recount").code == 0
    verified = live.civic("audit", "verify")
    assert verified.code == 0, verified.words
    for person in (*people.values(), public):
        person.close()
