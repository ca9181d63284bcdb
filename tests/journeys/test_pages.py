"""Every page template of the site, opened by the person it is for, is readable and usable by everyone.

One site with the demo's story and a few more scenes is made for all tests of this file. Each page is loaded once per
language and then looked at in several windows, without loading it again:

- 320, 390 and 1280 px, light and dark (Persian): own contrast and sideways scroll;
- each width once (320 dark, 390 and 1280 light): axe; of its two slowest rules contrast runs once per scheme, small targets
  once per kind of screen: the own checks of both are stricter, and that of contrast looks in every window;
- 320 and 390 px, light: also targets of 44 px; at 390 also letters of at least 13.4 px.

axe runs the tags wcag2a, wcag2aa, wcag21a, wcag21aa, wcag22aa and best-practice and must find nothing. All pages are opened
in Persian, a sample of them in English and Arabic (axe once there, and without the dark window of 1280 px), where no word of
ours may have stayed Persian. Nowhere may the console report an error, which is also how the browser reports what the content
security policy refused.
"""

import fcntl
import importlib.resources
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from sqlalchemy import select

from civic.accounts.models import User
from civic.accounts.rules import NameStyle, initial_name, shown_name
from civic.app import create_app
from civic.app.errors import PAGES as ERRORS
from civic.app.errors import answer as error_answer
from civic.cases import queries as case_queries
from civic.cases import service as cases
from civic.cases.models import Answer, AnswerTemplate, AuthorQuestion, Case
from civic.cases.rules import AnswerKind, CaseStatus, Door
from civic.comments import service as comments
from civic.consultations import service as consultations
from civic.consultations.models import Consultation
from civic.consultations.rules import Plan
from civic.contributions import queries as contributions
from civic.contributions import service as contributions_service
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind
from civic.core import clock, jobs
from civic.core.actor import Kind
from civic.core.db import db, transaction
from civic.departments.models import Department
from civic.duties.models import Duty
from civic.groups import queries as group_queries
from civic.groups import service as groups
from civic.groups.models import Group
from civic.groups.queries import actor_of
from civic.meetings.models import AgendaItem, Meeting, Organ
from civic.meetings.rules import ItemStatus, MeetingStatus, OrganKind
from civic.moderation import queries as moderation_queries
from civic.moderation import service as moderation
from civic.moderation.models import Appeal, Item
from civic.moderation.rules import Verdict as Decision
from civic.notifications.links import signer
from civic.outcomes.models import Figures, Promise, Sheet
from civic.places.models import District
from civic.problems import service as problems
from civic.proposals import service as proposals
from civic.reports.models import Report
from civic.reports.rules import ReportStatus
from civic.resolutions.models import Clause, Resolution
from civic.resolutions.rules import ClauseStatus
from civic.supervision.models import Look
from civic.votes import service as votes
from civic.votes.models import Question
from config import Config
from tests.journeys import processes
from tests.journeys.conftest import CHROMIUM, Person, await_port, free_port
from tests.journeys.processes import ROOT
from tests.pages import problems as house_rules

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(420),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
]  # fmt: skip

AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
MEASURE = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async ([tags, but]) => (await axe.run(document, {runOnly: tags, rules: Object.fromEntries(but.map(r => [r, {enabled: false}])),
    resultTypes: ["violations"], preload: false})).violations.map(
    v => v.id + ": " + v.nodes.slice(0, 4).map(n => n.target.join(" ") + " " + n.failureSummary.split("\\n").slice(1, 3).join(" ")).join(" ; "))"""
WRITTEN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  for (let n; (n = walk.nextNode());) if (!n.parentElement.closest("bdi, [dir=auto], .usertext, textarea, [lang]:not(html)")) found.add(n.data.trim());
  return [...found];
}"""
STAFF = {
    "citizen": "citizen@demo.example", "forum": "forum@demo.example", "ngo": "ngo@demo.example", "moderator": "moderator@demo.example",
    "triage": "triage@demo.example", "officer": "officer@demo.example", "head": "head@demo.example", "council": "council@demo.example",
    "operator": "operator@demo.example", "inspector": "inspector@demo.example", "expert": "expert@demo.example",
    "officer2": "officer2@demo.example",
    "clerk": "clerk@demo.example", "officer.parks": "officer.parks@demo.example",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A page: its template, who opens it, where; what is filled in and sent first; the languages besides Persian."""

    template: str
    who: str
    path: str
    fill: dict[str, str] | None = None
    more: tuple[str, ...] = ()
    status: int = 200


SAMPLE = ("en", "ar")
PAGES = [
    Seen("site/home", "guest", "/", more=SAMPLE),
    Seen("site/help", "guest", "/help", more=SAMPLE),
    Seen("site/rules", "guest", "/rules", more=SAMPLE),
    Seen("site/accessibility", "guest", "/accessibility", more=SAMPLE),
    Seen("site/privacy", "guest", "/privacy", more=SAMPLE),
    Seen("site/data", "guest", "/data", more=("en",)),
    Seen("site/imported", "guest", "/data/imports/barcelona-2016", more=("en",)),
    Seen("site/api", "guest", "/api", more=("en",)),
    Seen("search/index", "guest", "/search?q=خیابان", more=SAMPLE),
    Seen("search/index", "guest", "/search?q=ناپیدا"),
    Seen("proposals/index", "guest", "/proposals", more=SAMPLE),
    Seen("proposals/index", "guest", "/proposals?q=ناپیدا"),
    Seen("proposals/show", "guest", "/proposals/{open}", more=SAMPLE),
    Seen("proposals/show", "citizen", "/proposals/{voted}", more=("en",)),
    Seen("proposals/show", "guest", "/proposals/{answered}", more=SAMPLE),
    Seen("proposals/show", "guest", "/proposals/{declined}"),
    Seen("proposals/show", "citizen", "/proposals/{own}"),
    Seen("proposals/show", "citizen", "/proposals/{waiting}"),
    Seen("comments/index", "guest", "/proposals/{answered}/comments", more=("en",)),
    Seen("contributions/history", "guest", "/proposals/{own}/history", more=SAMPLE),
    Seen("contributions/edit", "citizen", "/proposals/{own}/edit"),
    Seen("contributions/withdraw", "citizen", "/proposals/{own}/withdraw"),
    Seen("contributions/edit", "citizen", "/problems/{own_problem}/edit"),
    Seen("comments/edit", "citizen", "/comments/{comment}/edit"),
    Seen("moderation/flag", "citizen", "/flag/{open}", more=("en",)),
    Seen("proposals/new", "guest", "/proposals/new", more=SAMPLE),
    Seen("proposals/new", "citizen", "/proposals/new", fill={"text": ""}, status=422),
    Seen("proposals/where", "citizen", "/proposals/new/where?draft={draft}", more=SAMPLE),
    Seen("proposals/who", "citizen", "/proposals/new/who?draft={draft}", more=SAMPLE),
    Seen("problems/index", "guest", "/problems", more=SAMPLE),
    Seen("problems/show", "guest", "/problems/{problem}", more=SAMPLE),
    Seen("problems/new", "citizen", "/problems/new", more=("en",)),
    Seen("problems/new", "citizen", "/problems/new", fill={"text": ""}, status=422),
    Seen("consultations/index", "guest", "/consultations", more=SAMPLE),
    Seen("consultations/show", "guest", "/consultations/{running}", more=SAMPLE),
    Seen("consultations/show", "citizen", "/consultations/{voting}", more=("en",)),
    Seen("consultations/show", "guest", "/consultations/{closed}"),
    Seen("consultations/report", "guest", "/consultations/{closed}/report", more=SAMPLE),
    Seen("consultations/new", "ngo", "/consultations/new", more=("en",)),
    Seen("consultations/edit_question", "ngo", "/consultations/{building}/edit/question"),
    Seen(
        "consultations/edit_question",
        "ngo",
        "/consultations/{building}/edit/question",
        fill={"title": ""},
        status=422,
    ),
    Seen("consultations/edit_phases", "ngo", "/consultations/{building}/edit/phases"),
    Seen("consultations/edit_department", "ngo", "/consultations/{building}/edit/department"),
    Seen("consultations/edit_review", "ngo", "/consultations/{building}/edit/review"),
    Seen("consultations/write_report", "ngo", "/consultations/{reporting}/report/edit"),
    Seen("outcomes/index", "guest", "/outcomes", more=SAMPLE),
    Seen("outcomes/departments", "guest", "/outcomes/departments", more=("en",)),
    Seen("outcomes/promises", "guest", "/promises", more=SAMPLE),
    Seen("outcomes/promise", "guest", "/promises/{kept}", more=("en",)),
    Seen("outcomes/promise", "citizen", "/promises/{reported}"),
    Seen("outcomes/promise", "guest", "/promises/{disputed}", more=SAMPLE),
    Seen("outcomes/promise", "guest", "/promises/{unheard}"),
    Seen("outcomes/promise", "operator", "/promises/{progressing}"),
    Seen("outcomes/departments", "guest", "/outcomes/departments?sort=late", more=("ar",)),
    Seen("outcomes/board", "guest", "/outcomes/departments/{department}", more=SAMPLE),
    Seen("outcomes/board", "guest", "/outcomes/districts/{district}", more=("en",)),
    Seen("outcomes/sheet", "guest", "/sheets/{hung}", more=SAMPLE),
    Seen("outcomes/scan", "guest", "/d/{code}", more=SAMPLE),
    Seen("outcomes/no_sheet", "guest", "/d", more=("en",)),
    Seen("outcomes/no_sheet", "guest", "/d/22222222K", status=404, more=("ar",)),
    Seen("moderation/transparency", "guest", "/transparency", more=SAMPLE),
    Seen("groups/index", "guest", "/groups", more=SAMPLE),
    Seen("people/group", "guest", "/groups/{forum}", more=("en",)),
    Seen("people/group", "forum", "/groups/{forum}"),
    Seen("groups/members", "forum", "/groups/{forum}/members"),
    Seen("groups/about", "forum", "/groups/{forum}/about"),
    Seen("people/give_back", "forum", "/groups/{forum}/texts/{endorsing}/return"),
    Seen("groups/invitation", "guest", "/g/{invitation}"),
    Seen("groups/ask", "citizen", "/signup/group"),
    Seen("accounts/signin", "guest", "/signin", more=SAMPLE),
    Seen("accounts/signin", "guest", "/signin", fill={"login": "newcomer@demo.example"}),
    Seen("accounts/signin", "guest", "/signin", fill={"login": ""}, status=422),
    Seen("accounts/welcome", "citizen", "/welcome", more=("en",)),
    Seen("accounts/profile", "citizen", "/me/profile", more=("en",)),
    Seen("accounts/password", "citizen", "/me/profile", fill={"password": "x"}, status=422),
    Seen("people/me", "citizen", "/me", more=SAMPLE),
    Seen("people/me", "forum", "/me"),
    Seen("people/me", "operator", "/me"),
    Seen("people/following", "citizen", "/me/following", more=("en",)),
    Seen("contributions/drafts", "citizen", "/me/drafts"),
    Seen("notifications/index", "forum", "/me/notices", more=SAMPLE),
    Seen("notifications/unsubscribe", "guest", "/unsubscribe/{letters}"),
    Seen("notifications/settings", "citizen", "/me/notices/settings", more=SAMPLE),
    Seen("notifications/settings", "officer", "/me/notices/settings"),
    Seen("feeds/calendar", "citizen", "/me/calendar", more=SAMPLE),
    Seen("feeds/calendar", "officer", "/me/calendar"),
    Seen("moderation/queue", "moderator", "/queue", more=("en",)),
    Seen("moderation/item", "moderator", "/queue/{item}", more=("en",)),
    Seen("moderation/bulk", "moderator", "/queue/bulk?item={item}", more=("en",)),
    Seen("moderation/bulk", "moderator", "/queue/bulk?item={item}", fill={"note": ""}, status=422),
    Seen("moderation/step_aside", "moderator", "/queue/{item}/aside", more=("en",)),
    Seen("moderation/appeals", "moderator", "/queue/appeals", more=("en",)),
    Seen("moderation/appeals", "moderator", "/queue/appeals?state=judged"),
    Seen("moderation/judge", "moderator", "/queue/appeals/{appeal}", more=("en",)),
    Seen("moderation/blocks", "moderator", "/queue/blocks", more=("en",)),
    Seen("moderation/block", "moderator", "/queue/block/{open}", more=("en",)),
    Seen("moderation/decisions", "citizen", "/me/decisions", more=SAMPLE),
    Seen("moderation/own_decision", "citizen", "/me/decisions/{decision}", more=SAMPLE),
    Seen("moderation/appeal_block", "expert", "/me/decisions/block", more=("en",)),
    Seen("admin/words", "operator", "/admin/words", more=("en",)),
    Seen("admin/modes", "operator", "/admin/moderation", more=("en",)),
    Seen("admin/blocks", "operator", "/admin/blocks", more=("en",)),
    Seen("proposals/show", "moderator", "/proposals/{took_in}", more=("en",)),
    Seen("problems/show", "guest", "/problems/{problem_took_in}"),
    Seen("contributions/history", "guest", "/proposals/{merged}/history", more=("en",)),
    Seen("contributions/history", "guest", "/proposals/{took_in}/history?from=1&to=3", more=SAMPLE),
    Seen("cosigning/index", "guest", "/proposals/{took_in}/cosigners", more=SAMPLE),
    Seen("cosigning/index", "citizen", "/proposals/{took_in}/cosigners", more=("en",)),
    Seen("cosigning/index", "ngo", "/proposals/{took_in}/cosigners"),
    Seen("cosigning/index", "citizen", "/proposals/{own}/cosigners", more=("en",)),
    Seen("merging/choose", "moderator", "/merge/{open}", more=("en",)),
    Seen("merging/choose", "moderator", "/merge/{open}?q=خیابان"),
    Seen("merging/confirm", "moderator", "/merge/{own}/into/{took_in}", more=SAMPLE),
    Seen("merging/confirm", "triage", "/merge/{own}/into/{answered}"),
    Seen("merging/undo", "moderator", "/merge/{merged}/undo", more=("en",)),
    Seen("cases/inbox", "officer", "/inbox", more=("en",)),
    Seen("cases/case", "officer", "/inbox/{case}", more=("en",)),
    Seen("cases/answer", "officer", "/inbox/{case}/answer", more=("en",)),
    Seen("cases/case", "head", "/inbox/{to_approve}"),
    Seen("cases/department", "head", "/inbox/department", more=("en",)),
    Seen("cases/case", "officer", "/inbox/{asked_case}", more=SAMPLE),
    Seen("cases/case", "officer", "/inbox/{answered_case}"),
    Seen("cases/case", "head", "/inbox/{extended_case}"),
    Seen("cases/question", "citizen", "/questions/{asked}", more=SAMPLE),
    Seen("cases/question", "citizen", "/questions/{asked}", fill={"answer": ""}, status=422),
    Seen("cases/versions", "guest", "/answers/{revised}/versions", more=SAMPLE),
    Seen("cases/templates", "head", "/inbox/templates", more=("ar",)),
    Seen("cases/leave", "officer", "/inbox/leave", more=("en",)),
    Seen("cases/leave", "officer2", "/inbox/leave", more=("ar",)),
    Seen("cases/overdue", "council", "/overdue", more=SAMPLE),
    Seen("cases/triage", "triage", "/triage", more=("en",)),
    Seen("cases/at_once", "triage", "/triage/{open}"),
    Seen("council/index", "council", "/council", more=("en",)),
    Seen("council/ask", "council", "/council/questions/new"),
    Seen("council/questions", "guest", "/council/questions", more=("en",)),
    Seen("council/question", "guest", "/council/questions/{question}", more=("en",)),
    Seen("council/index", "clerk", "/council"),
    Seen("council/member", "guest", "/council/members/{member}", more=("en",)),
    Seen("council/organs", "clerk", "/council/organs"),
    Seen("council/seats", "clerk", "/council/organs/{commission}"),
    Seen("reports/index", "guest", "/council/reports", more=("en",)),
    Seen("reports/show", "guest", "/council/reports/{frozen}", more=SAMPLE),
    Seen("reports/show", "clerk", "/council/reports/{report_draft}"),
    Seen("reports/papers", "clerk", "/council/papers", more=("en",)),
    Seen("reports/edit", "clerk", "/council/reports/{report_draft}/edit"),
    Seen("reports/edit", "clerk", "/council/reports/{report_draft}/edit", fill={"question": ""}, status=422),
    Seen("reports/send", "council", "/council/papers/send/{open}"),
    Seen("meetings/index", "guest", "/council/meetings", more=SAMPLE),
    Seen("meetings/members", "guest", "/council/members"),
    Seen("meetings/show", "guest", "/council/meetings/{held}", more=("en",)),
    Seen("meetings/show", "clerk", "/council/meetings/{coming}"),
    Seen("meetings/item", "guest", "/council/items/{decided_item}", more=("en",)),
    Seen("meetings/item", "council", "/council/items/{open_item}", more=("ar",)),
    Seen("meetings/new", "clerk", "/council/meetings/new"),
    Seen("meetings/place", "clerk", "/council/meetings/{coming}/items/new"),
    Seen("meetings/reschedule", "clerk", "/council/meetings/{coming}/edit"),
    Seen("meetings/cancel", "clerk", "/council/meetings/{coming}/cancel"),
    Seen("meetings/decide", "clerk", "/council/items/{open_item}/result"),
    Seen("resolutions/index", "guest", "/council/resolutions", more=SAMPLE),
    Seen("resolutions/show", "guest", "/council/resolutions/{resolution}", more=("en",)),
    Seen("resolutions/write", "clerk", "/council/resolutions/new?item={decided_item}"),
    Seen("resolutions/board", "officer.parks", "/council/clauses", more=("en",)),
    Seen("resolutions/clause", "guest", "/council/clauses/{verified}", more=("en",)),
    Seen("resolutions/clause", "officer.parks", "/council/clauses/{owed}"),
    Seen("resolutions/sheet", "guest", "/council/sheet", more=SAMPLE),
    Seen("admin/index", "operator", "/admin", more=("en",)),
    Seen("admin/users", "operator", "/admin/users"),
    Seen("admin/user", "operator", "/admin/users/{officer}"),
    Seen("admin/groups", "operator", "/admin/groups"),
    Seen("admin/categories", "operator", "/admin/categories"),
    Seen("admin/districts", "operator", "/admin/districts"),
    Seen("admin/departments", "operator", "/admin/departments"),
    Seen("admin/routing", "operator", "/admin/routing"),
    Seen("admin/thresholds", "operator", "/admin/thresholds"),
    Seen("admin/holidays", "operator", "/admin/holidays"),
    Seen("admin/jobs", "operator", "/admin/jobs"),
    Seen("admin/letters", "operator", "/admin/letters", more=("en",)),
    Seen("admin/consultations", "operator", "/admin/consultations"),
    Seen("admin/consultation", "operator", "/admin/consultations/{submitted}"),
    Seen("supervision/board", "inspector", "/supervision", more=SAMPLE),
    Seen("supervision/board", "inspector", "/supervision?state=all"),
    Seen("supervision/finding", "inspector", "/supervision/findings/{finding}", more=("en",)),
    Seen("supervision/person", "inspector", "/supervision/findings/{finding}/people/author", more=("en",)),
    Seen(
        "supervision/person",
        "inspector",
        "/supervision/findings/{finding}/people/author",
        fill={"reason": ""},
        status=422,
    ),
    Seen("supervision/look", "inspector", "/supervision/looks/{look}", more=("en",)),
    Seen("supervision/looks", "inspector", "/supervision/looks", more=("en",)),
    Seen("supervision/looks", "operator", "/supervision/looks"),
    Seen("supervision/threshold", "inspector", "/supervision/checks/burst", more=("en",)),
    Seen("supervision/threshold", "inspector", "/supervision/checks/burst", fill={"value": ""}, status=422),
    Seen("supervision/looks_at_me", "officer", "/me/looks", more=SAMPLE),
    Seen("supervision/looks_at_me", "citizen", "/me/looks"),
    Seen("errors/404", "guest", "/proposals/999999", status=404, more=SAMPLE),
    Seen("errors/403", "citizen", "/admin", status=403, more=("en",)),
]


@dataclass
class City:
    """The running site, what the scenes left behind, and the error pages as the site writes them."""

    base: str
    ids: dict[str, str | int]
    errors: dict[int, str]
    words: re.Pattern[str]
    doors: dict[str, Person]

    def person(self, chromium, who: str) -> Person:
        """Signed in once, however many pages they open."""
        if who not in self.doors:
            self.doors[who] = Person(chromium, self.base, script=True)
            if who in STAFF:
                self.doors[who].sign_in(STAFF[who])
        return self.doors[who]


@pytest.fixture(scope="session")
def site(tmp_path_factory, chromium) -> Iterator[City]:
    """The demo, with what its story leaves out: drafts, waiting things, a group's inner life."""
    common = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent
    with (common / "pages.lock").open("w") as lock:  # told once, whichever worker comes first
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (common / "pages.json").exists():
            (common / "pages.json").write_text(json.dumps(tell(common / "pages")), encoding="utf-8")
    told = json.loads((common / "pages.json").read_text(encoding="utf-8"))
    folder, port = tmp_path_factory.mktemp("pages") / "data", free_port()
    shutil.copytree(common / "pages", folder)
    env = settings(folder, told["key"], port)
    app = create_app(Config.from_env(env))
    ids = told["ids"] | {"letters": signer(app).dumps(told["ids"]["citizen"])}
    errors = {}
    for status in ERRORS:
        with app.test_request_context(f"/broken/{status}"):
            errors[status] = error_answer(status, "", code="0a1b2c3d" if status == 500 else "").get_data(
                as_text=True
            )
    web = processes.start(("serve",), env, folder / "web.log")
    city = City(f"http://127.0.0.1:{port}", ids, errors, re.compile(told["words"]), {})
    try:
        await_port(port)
        yield city
    finally:
        for person in city.doors.values():
            person.close()
        processes.end(web)


def settings(folder: Path, key: str, port: int) -> dict[str, str]:
    return os.environ | {
        "CIVIC_DATA_DIR": str(folder), "CIVIC_PORT": str(port), "CIVIC_ENV": "demo", "CIVIC_SECRET_KEY": key,
        "DATABASE_URL": "", "REDIS_URL": "", "SMTP_URL": "", "SMS_URL": "", "CIVIC_LIMITS": "0",
        "CIVIC_BASE_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip


def tell(folder: Path) -> dict[str, Any]:
    """Fill a data folder; what the tests must know of it."""
    folder.mkdir()
    key, log = secrets.token_hex(32), folder.with_suffix(".log")
    env = settings(folder, key, free_port())
    demo = processes.start(("demo", "--proposals", "30", "--voters", "60", "--votes-per", "12"), env, log)
    demo.join()
    assert demo.exitcode == 0, log.read_text(encoding="utf-8")
    app = create_app(Config.from_env(env))
    with app.app_context():
        found = {"key": key, "ids": scenes(), "words": of_people().pattern}
        db.session.remove()
        db.engine.dispose()
    return found


def scenes() -> dict[str, str | int]:
    """Ids by name, for the addresses above."""
    people = {
        login.split("@")[0]: number
        for number, login in db.session.execute(select(User.id, User.email))
        if login
    }
    db.session.rollback()
    actors = {who: actor_of(people[who]) for who in STAFF}
    ids: dict[str, str | int] = {"citizen": people["citizen"], "officer": people["officer"]}
    _drafts(actors, ids)
    _groups(actors, ids)
    jobs.run_all()
    _found(ids)
    _consultations(actors, ids)
    _cases(actors, ids)
    _council(ids)
    with transaction() as session:
        session.add(
            Figures(
                name="import:barcelona-2016", taken_at=clock.now(),
                data={"proposals": 3621, "comments": 5844, "votes": {"yes": 10, "no": 2}},
            )
        )  # fmt: skip
    jobs.run_all()
    return ids


def of_people() -> re.Pattern[str]:
    """Everything that people wrote, which no page translates; the longest first."""
    columns = (
        Contribution.title, Contribution.byline, Contribution.text, Contribution.place_text, User.full_name, Group.name, Consultation.option_lines,
        Promise.text, AnswerTemplate.title, AnswerTemplate.what, AnswerTemplate.why, Resolution.title, Resolution.text, Resolution.why, Clause.text, AgendaItem.title, AgendaItem.outcome_text, Organ.name_fa,
        Report.question, Report.heard, Report.open_points,
    )  # fmt: skip
    rows = {row for column in columns for row in db.session.scalars(select(column).distinct()) if row}
    parts = {line.strip() for row in rows for line in row.splitlines()}
    parts |= {
        shown_name("", NameStyle.DISTRICT, name) for name in db.session.scalars(select(District.name_fa))
    }
    parts |= {initial_name(row) for row in rows} | {part[:60] for part in parts if len(part) > 60}
    return re.compile(
        "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True) if len(part) > 1)
    )


def _one(query) -> int:
    return db.session.scalars(query.limit(1)).one()


def _drafts(actors, ids) -> None:
    """The citizen's own texts: a draft, one that waits, one that is public, a comment; and one opinion."""
    citizen, moderator = actors["citizen"], actors["moderator"]
    words = "پیاده‌روی خیابان گلستان در دو جا شکسته است و چرخ ویلچر و کالسکه از آن نمی‌گذرد. آن را هموار کنید."
    with transaction():
        ids["draft"] = proposals.begin(citizen, text=words, title="").id
        made = proposals.begin(
            citizen, text=words + " امروز هم کسی افتاد.", title="پیاده‌روی هموار در خیابان گلستان"
        )
        proposals.send(citizen, made)
        ids["own"] = made.id
        made = problems.begin(citizen, text=words, title="پیاده‌روی شکستهٔ خیابان گلستان")
        problems.send(citizen, made)
        ids["own_problem"] = made.id
        made = proposals.begin(
            citizen, text=words + " شب‌ها چراغ هم ندارد.", title="چراغ برای پیاده‌روی گلستان"
        )
        proposals.send(citizen, made)
        ids["waiting"] = made.id
    jobs.run_all()
    for name in ("own", "own_problem"):
        with transaction():
            item = moderation_queries.open_item_of(ids[name])
            moderation.decide(moderator, moderation_queries.for_change(item.id), verdict=Decision.PUBLISH)
    jobs.run_all()
    with transaction():
        own = contributions.for_change(citizen, ids["own"])
        proposals.edit(citizen, own, title=own.title, text=words + " امروز هم کالسکه‌ای واژگون شد.")
    jobs.run_all()
    with transaction():
        ids["open"] = _one(
            select(Question.contribution_id)
            .join(Contribution, Contribution.id == Question.contribution_id)
            .where(
                Contribution.kind == ContributionKind.PROPOSAL,
                Contribution.stage == "open",
                Contribution.comment_count > 3,
            )
        )
        subject = contributions.for_change(citizen, ids["open"])
        ids["comment"] = comments.write(
            citizen, subject, text="از این کوچه هر روز می‌گذرم؛ درست می‌گویید.", side="for"
        ).id


def _groups(actors, ids) -> None:
    """A member, one who asks, an invitation, a text that waits for the manager's word, a group that waits for the operator."""
    citizen, forum, expert = (
        actors["citizen"],
        actors["forum"],
        actor_of(_one(select(User.id).where(User.email == "expert@demo.example"))),
    )
    with transaction():
        ids["forum"] = _one(select(Group.id).where(Group.kind == Kind.WOMEN_FORUM))
        group = group_queries.for_change(forum, ids["forum"])
        groups.ask_to_join(citizen, group)
        groups.ask_to_join(expert, group)
        groups.admit(forum, group, citizen.signed_in())
        ids["invitation"] = groups.invite(forum, group).token
        groups.ask_for(
            expert,
            name="انجمن کارشناسان ترافیک",
            kind=Kind.EXPERT,
            about="چند کارشناس ترافیک که به پرسش‌های مردم پاسخ می‌دهند.",
        )
    citizen = actors["citizen"] = actor_of(citizen.signed_in())
    with transaction():
        made = proposals.begin(
            citizen,
            text="جلسهٔ ماهانهٔ مادران در فرهنگسرای محله جا ندارد. یک اتاق عصرها باز بماند.",
            title="اتاقی برای مادران محله",
        )
        proposals.send(citizen, made, group_id=ids["forum"])
        ids["endorsing"] = made.id


def _found(ids) -> None:
    """What the story holds."""
    of_kind = {
        "answered": (ContributionKind.PROPOSAL, "run"), "declined": (ContributionKind.PROPOSAL, "no"), "problem": (ContributionKind.PROBLEM, "p-open"),
        "question": (ContributionKind.QUESTION, "dept"),
    }  # fmt: skip
    for name, (kind, stage) in of_kind.items():
        ids[name] = _one(
            select(Contribution.id)
            .where(Contribution.kind == kind, Contribution.stage == stage)
            .order_by(Contribution.id)
        )
    for kind, one, into in (
        (ContributionKind.PROPOSAL, "merged", "took_in"), (ContributionKind.PROBLEM, "merged_problem", "problem_took_in"),
    ):  # fmt: skip
        query = select(Contribution.id).where(Contribution.kind == kind, Contribution.status == "merged")
        ids[one] = _one(query)
        ids[into] = db.session.get_one(Contribution, ids[one]).merged_into_id or 0
    states = dict.fromkeys(db.session.scalars(select(Consultation.id).order_by(Consultation.id)))
    ids["running"], ids["voting"], ids["closed"] = states
    ids["reporting"] = ids["voting"]
    ids["kept"] = _one(select(Promise.id).where(Promise.status == "confirmed"))
    ids["reported"] = _one(select(Promise.id).where(Promise.status == "reported"))
    ids["finding"], ids["look"] = _one(select(Look.finding_id)), _one(select(Look.id))
    ids["disputed"] = _one(select(Promise.id).where(Promise.disputed_at.is_not(None)))
    ids["unheard"] = _one(select(Promise.id).where(Promise.status == "unconfirmed"))
    ids["progressing"] = _one(select(Promise.id).where(Promise.status == "open", Promise.percent == 60))
    ids["department"], ids["hung"] = db.session.execute(
        select(Promise.department_id, Promise.contribution_id).where(Promise.id == ids["reported"])
    ).one()
    ids["code"] = _one(select(Sheet.code).where(Sheet.contribution_id == ids["hung"]))
    ids["district"] = _one(select(District.id).where(District.code == "samen"))
    ids["item"] = _one(select(Item.id).where(Item.status == "open"))
    ids["appeal"] = _one(select(Appeal.id).where(Appeal.status == "open", Appeal.decision_id.is_not(None)))
    ids["decision"] = _one(select(Appeal.decision_id).where(Appeal.id == ids["appeal"]))
    with transaction() as session:
        moderation.block(
            actor_of(_one(select(User.id).where(User.email == "moderator@demo.example"))),
            session.scalars(select(User).where(User.email == "expert@demo.example")).one(),
            clause=2, reason="پی‌درپی به دیگران ناسزا گفته است.", days=7,
        )  # fmt: skip
    citizen = actor_of(ids["citizen"])
    ids["voted"] = _one(
        select(Question.contribution_id)
        .join(Contribution, Contribution.id == Question.contribution_id)
        .where(
            Contribution.kind == ContributionKind.PROPOSAL, Contribution.stage == "open", Contribution.comment_count > 3,
            Contribution.id != ids["open"],
        )
    )  # fmt: skip
    with transaction():
        votes.cast(
            citizen,
            db.session.scalars(select(Question).where(Question.contribution_id == ids["voted"])).one(),
            "for",
        )
    with transaction():
        contributions_service.follow(citizen, contributions.for_change(citizen, ids["answered"]))


def _consultations(actors, ids) -> None:
    """One that is being built and one that waits for the operator."""
    ngo = actors["ngo"]
    for name in ("building", "submitted"):
        with transaction():
            made = consultations.begin(
                ngo, group_id=_one(select(Group.id).where(Group.kind == Kind.NGO)), template="options"
            )
            consultations.ask(
                ngo, made, title="ساعت کار کتابخانهٔ محله تا ده شب برسد؟", text="دانش‌آموزها عصر جایی برای درس‌خواندن ندارند.",
                can_change="روزهای هفته", cannot_change="بودجهٔ امسال", option_lines="هر شب\nفقط شب‌های امتحان\nنه",
            )  # fmt: skip
            today = clock.today()
            consultations.plan(ngo, made, Plan(today + timedelta(days=12), today + timedelta(days=26)))
            consultations.name_department(
                ngo, made, department_id=_one(select(Department.id).where(Department.code == "culture"))
            )
            if name == "submitted":
                consultations.submit(ngo, made)
            ids[name] = made.id


def _council(ids) -> None:
    """What the council's story left: one meeting held, one to come, a draft of each kind."""
    meetings = select(Meeting.id).order_by(Meeting.number)
    ids["held"], ids["coming"] = _one(meetings), _one(meetings.where(Meeting.status == MeetingStatus.PLANNED))
    reports = select(AgendaItem.id).where(AgendaItem.report_id.is_not(None))
    ids["decided_item"] = _one(reports.where(AgendaItem.status == ItemStatus.DECIDED))
    ids["open_item"] = _one(reports.where(AgendaItem.status == ItemStatus.OPEN))
    ids["frozen"] = _one(select(Report.id).where(Report.status == ReportStatus.FROZEN))
    ids["report_draft"] = _one(select(Report.id).where(Report.status == ReportStatus.DRAFT))
    ids["member"] = _one(select(User.id).where(User.email == "council@demo.example"))
    ids["commission"] = _one(select(Organ.id).where(Organ.kind == OrganKind.COMMISSION))
    ids["resolution"] = _one(select(Resolution.id))
    ids["verified"] = _one(select(Clause.id).where(Clause.status == ClauseStatus.VERIFIED))
    ids["owed"] = _one(select(Clause.id).where(Clause.status == ClauseStatus.STARTED))


def _cases(actors, ids) -> None:
    """In the bus organisation's inbox one to answer and one for the head; one that nobody knows where to send."""
    officer = actors["officer"]
    bus = list(
        db.session.scalars(
            select(Case.id)
            .join(Department, Department.id == Case.department_id)
            .join(Contribution, Contribution.id == Case.contribution_id)
            .where(
                Department.code == "bus", Case.status == CaseStatus.ASSIGNED, Case.door != Door.AT_ONCE,
                Contribution.kind != ContributionKind.QUESTION,
            )
            .order_by(Case.id)
        )
    )  # fmt: skip
    with transaction():
        cases.return_to_triage(
            officer,
            case_queries.for_change(officer, bus[0]),
            reason="ایستگاه در خیابان دیگری است و با ما نیست.",
        )
    with transaction():
        for number in bus[1:3]:
            cases.take(officer, case_queries.for_change(officer, number))
        cases.add_note(
            officer,
            case_queries.for_change(officer, bus[1]),
            text="با پیمانکار صحبت شد؛ هفتهٔ آینده بازدید می‌کنند.",
        )
        case = case_queries.for_change(officer, bus[2])
        cases.save_answer(
            officer, case, kind=AnswerKind.ACCEPTED, what="سایه‌بان در چهار ایستگاه نصب می‌شود.", why="این ایستگاه‌ها شلوغ‌اند و سایه ندارند.",
            cost_rial=4_000_000_000, promise_text="نصب چهار سایه‌بان", promise_due=clock.today() + timedelta(days=60),
        )  # fmt: skip
        cases.send_to_head(officer, case)
    ids["case"], ids["to_approve"] = bus[1], bus[2]
    asked = db.session.execute(
        select(AuthorQuestion.id, AuthorQuestion.case_id).where(AuthorQuestion.closed_at.is_(None))
    ).one()
    ids["asked"], ids["asked_case"] = asked
    ids["answered_case"] = _one(select(AuthorQuestion.case_id).where(AuthorQuestion.answered_at.is_not(None)))
    ids["extended_case"] = _one(
        select(Case.id).join(Duty, Duty.id == Case.duty_id).where(Duty.extension_days > 0)
    )
    ids["revised"] = _one(select(Answer.case_id).where(Answer.version == 2))


# ---- looking ------------------------------------------------------------------------------------


def window(tab: Tab, width: int, scheme: str) -> None:
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    tab.set_viewport_size({"width": width, "height": 844 if width < 500 else 900})


def look(tab: Tab, *, lang: str, every: bool = True, words: re.Pattern[str] | None = None) -> list[str]:
    """What is wrong with the page that is open, in all windows. In other languages only what the words can change: colours are the same."""
    found = []

    def measure(width: int, scheme: str, *names: str) -> None:
        answer = tab.evaluate(MEASURE)
        assert answer["texts"] > 10, "an empty page"
        found.extend(f"{width} {scheme} {name}: {one}" for name in names for one in answer[name])

    def axe(width: int, scheme: str, *but: str) -> None:
        found.extend(f"{width} {scheme} axe: {one}" for one in tab.evaluate(RUN_AXE, [TAGS, list(but)]))

    tab.evaluate(AXE)
    tab.evaluate("document.fonts.ready.then(() => 1)")
    window(tab, 390, "light")
    measure(390, "light", "contrast", "sideways", "targets", "small")
    axe(390, "light")
    window(tab, 320, "light")
    measure(320, "light", "contrast", "sideways", "targets")
    window(tab, 320, "dark")
    measure(320, "dark", "contrast", "sideways")
    if every:
        axe(320, "dark", "target-size")
    window(tab, 390, "dark")
    measure(390, "dark", "contrast", "sideways")
    window(tab, 1280, "light")
    measure(1280, "light", "contrast", "sideways")
    if every:
        axe(1280, "light", "color-contrast")
        window(tab, 1280, "dark")
        measure(1280, "dark", "contrast", "sideways")
    if lang != "fa":
        found.extend(f"not translated: {one}" for one in tab.evaluate(WRITTEN) if foreign(one, lang, words))
    picture(tab, lang)
    return found


def foreign(text: str, lang: str, words: re.Pattern[str] | None) -> bool:
    """Whether something Persian is left when the words of people are taken out; one letter stands for a name or a case."""
    rest = words.sub("", text) if words else text
    return bool(
        re.search(
            r"[\u0620-\u06ff]{2}" if lang == "en" else r"[\u0620-\u06ff]*[پچژگکیۀ][\u0620-\u06ff]+", rest
        )
    )


def picture(tab: Tab, lang: str) -> None:
    """With PAGES_PICTURES=folder every page is also photographed, for the eye."""
    folder = os.environ.get("PAGES_PICTURES")
    if not folder:
        return
    path = re.sub(r"[^\w=?-]+", "_", tab.url.split("/", 3)[3]) or "home"
    Path(folder).mkdir(parents=True, exist_ok=True)
    n = len(list(Path(folder).glob("*-390-light.png")))
    for width, scheme in ((390, "light"), (1280, "light"), (390, "dark")):
        window(tab, width, scheme)
        tab.screenshot(path=f"{folder}/{n:03}-{lang}-{path[:60]}-{width}-{scheme}.png", full_page=True)


def visit(
    person: Person, seen: Seen, ids: dict, lang: str, words: re.Pattern[str] | None = None
) -> list[str]:
    """Open a page as it is meant to be opened; answer what is wrong with it."""
    tab, said = person.page, []

    def hear(message) -> None:
        if message.type in {"error", "warning"} and f"status of {seen.status}" not in message.text:
            said.append(f"console: {message.text}")

    def crash(error) -> None:
        said.append(f"script: {error}")

    tab.on("console", hear)
    tab.on("pageerror", crash)
    window(tab, 390, "light")
    try:
        path = ("" if lang == "fa" else f"/{lang}") + seen.path.format(**ids)
        answer = tab.goto(path)
        if seen.fill is not None:
            name, words = next(iter(seen.fill.items()))
            with tab.expect_navigation() as sent:
                tab.evaluate(
                    """([name, words]) => { const e = document.querySelector(`main [name="${name}"]`); e.value = words;
                    HTMLFormElement.prototype.submit.call(e.form); }""", [name, words],
                )  # fmt: skip
            answer = sent.value
        if answer.status != seen.status:
            return [f"answered {answer.status}"]
        found = house_rules(answer.text())
        found += look(tab, lang=lang, every=lang == "fa", words=words)
        return found + said
    finally:
        tab.remove_listener("console", hear)
        tab.remove_listener("pageerror", crash)


def report(found: dict[str, list[str]]) -> None:
    bad = {where: what for where, what in found.items() if what}
    if os.environ.get("PAGES_PICTURES"):
        print(json.dumps(bad, ensure_ascii=False, indent=1))
    lines = [f"{where}\n    " + "\n    ".join(what) for where, what in bad.items()]
    assert not bad, f"{len(bad)} of {len(found)} pages:\n" + "\n".join(lines)


def test_no_template_is_left_out():
    on_disk = {
        str(path.relative_to(ROOT / "templates").with_suffix(""))
        for path in (ROOT / "templates").rglob("*.html")
        if not path.name.startswith("_")
        and path.relative_to(ROOT / "templates").parts[0] not in {"ui", "layouts"}
    }
    opened = {seen.template for seen in PAGES} | {f"errors/{status}" for status in ERRORS}
    letters = {"notifications/digest", "notifications/letter"}
    assert opened | letters | {"errors/page"} == on_disk


AT_ONCE = 16
"""Pages of one test: few enough for the workers to share them out."""


@pytest.mark.parametrize("first", range(0, len(PAGES), AT_ONCE))
def test_persian(chromium, site, first):
    part = PAGES[first : first + AT_ONCE]
    report({f"{s.template} {s.path}": visit(site.person(chromium, s.who), s, site.ids, "fa") for s in part})


FOREIGN = {lang: [seen for seen in PAGES if lang in seen.more] for lang in SAMPLE}


@pytest.mark.parametrize(
    ("lang", "first"),
    [(lang, n) for lang, pages in FOREIGN.items() for n in range(0, len(pages), AT_ONCE)],
)
def test_other_languages(chromium, site, lang, first):
    report(
        {
            f"{lang} {s.path}": visit(site.person(chromium, s.who), s, site.ids, lang, site.words)
            for s in FOREIGN[lang][first : first + AT_ONCE]
        }
    )


def test_errors(chromium, site):
    """Also those that cannot be made at will: the site's own words, put under an address of the site."""
    tab = site.person(chromium, "guest").page
    found = {}
    tab.route(
        "**/broken/*",
        lambda route: route.fulfill(
            body=site.errors[int(route.request.url.rsplit("/", 1)[1])],
            content_type="text/html; charset=utf-8",
        ),
    )
    for status, html in site.errors.items():
        tab.goto(f"/broken/{status}")
        found[f"errors/{status}"] = house_rules(html) + look(tab, lang="fa")
    tab.unroute("**/broken/*")
    report(found)
