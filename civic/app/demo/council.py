"""What the invented council had before it: one meeting that was held, one that is to come."""

from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from typing import Protocol

from sqlalchemy import select

from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.files import read_evidence, write
from civic.meetings import queries, service
from civic.meetings.models import Term
from civic.meetings.rules import ItemKind, OrganKind, Outcome, StanceKind
from civic.reports import queries as reports
from civic.reports import service as report_service
from civic.resolutions import queries as resolutions
from civic.resolutions import service as resolution_service
from civic.resolutions.rules import ClauseKind, ClauseStatus, DueKind


class Teller(Protocol):
    """What this part of the story needs of its teller."""

    ids: dict[str, int]
    now: datetime

    def actor(self, who: str | int) -> Actor: ...
    def ago(self, days: float) -> AbstractContextManager[None]: ...


PLAN = (
    b"%PDF-1.4\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type /Pages /Kids [3 0 R] /Count 1>>\nendobj\n"
    b"3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
)
"""An empty sheet that stands for the plan of a playground."""

HELD, COMING = 21.0, -6.0
"""Days ago."""


def tell(teller: Teller) -> None:
    """Set up the council, hold a meeting, plan the next one."""
    clerk = teller.actor("clerk@demo.example")
    first, second = teller.actor("council@demo.example"), teller.actor("council2@demo.example")
    with teller.ago(300):
        today = clock.today()
        term = service.open_term(
            clerk, number=6, starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=1400)
        ).id
        council = service.set_up_organ(
            clerk, kind=OrganKind.COUNCIL, name_fa="شورای شهر", name_en="City council", name_ar="مجلس المدينة"
        ).id
        commission = service.set_up_organ(
            clerk, kind=OrganKind.COMMISSION, name_fa="کمیسیون عمران و حمل‌ونقل", name_en="Commission for works and transport",
            name_ar="لجنة العمران والنقل",
        )  # fmt: skip
        service.seat(clerk, commission, user_ids=[second.signed_in()])
    held = _meeting(teller, clerk, council, term, 217, planned=HELD + 12, at=HELD)
    declined = _report(teller, clerk, "no", HELD + 9, "آیا شورا از واحد می‌خواهد جای دیگری برای این کار پیدا کند؟",
                       "آیا زمین شهرداری در خیابان روبه‌رو آزاد است؟\nهزینهٔ جابه‌جایی لولهٔ آب چقدر است؟")  # fmt: skip
    item = _place(teller, clerk, held, declined, HELD + 8)
    bill = _other(teller, clerk, held, HELD + 8)
    _stance(teller, first, item, HELD + 4, StanceKind.CHANGES, "به‌شرطی که جای تازه نزدیک باشد.", public=True)
    _stance(
        teller,
        second,
        item,
        HELD + 3,
        StanceKind.SUPPORT,
        "با شرکت آب گفت‌وگو کرده‌ام؛ هنوز علنی نشود.",
        public=False,
    )
    _decide(teller, clerk, item, Outcome.CHANGED,
            "شورا پذیرفت که روی لولهٔ اصلی ساخته نشود، اما از واحد خواست زمین روبه‌رو را آماده کند؛ چون ۶۲ نفر رأی داده‌اند و نیاز محل روشن است.")  # fmt: skip
    _decide(
        teller,
        clerk,
        bill,
        Outcome.APPROVED,
        "تعرفهٔ سال آینده با دو رأی موافق تصویب شد، چون افزایش آن کمتر از تورم است.",
    )
    _resolution(teller, clerk, item)
    coming = _meeting(teller, clerk, council, term, 218, planned=7, at=COMING)
    for number, stage in enumerate(("closed", "run")):
        report = _report(
            teller,
            clerk,
            stage,
            5 - number,
            "آیا شورا بودجهٔ این کار را در متمم امسال می‌گذارد؟",
            "زمان آغاز کار",
        )
        if report is not None:
            placed = _place(teller, clerk, coming, report, 4 - number)
            if number == 0:
                _stance(teller, second, placed, 2, StanceKind.SUPPORT, "", public=False)


def _meeting(
    teller: Teller, clerk: Actor, organ: int, term: int, number: int, *, planned: float, at: float
) -> int:
    """Planned then, at nine o'clock of the day `at` days ago."""
    day = clock.local(teller.now - timedelta(days=at)).date()
    begins = datetime.combine(day, time(9), clock.CITY)
    with teller.ago(planned):
        return service.plan(
            clerk, organ=queries.organ(organ), term=db.session.get_one(Term, term), number=number, at=begins,
            place="تالار شورا، خیابان خسروی", public=True, stance_until=begins - timedelta(hours=15),
        ).id  # fmt: skip


def _report(
    teller: Teller, clerk: Actor, stage: str, days: float, question: str, open_points: str
) -> int | None:
    """The report about a proposal at this stage, or about the closed consultation."""
    query = select(Contribution.id).where(Contribution.status == "public").order_by(Contribution.id)
    if stage == "closed":
        query = query.where(Contribution.kind == ContributionKind.CONSULTATION, Contribution.stage == "dept")
    else:
        query = query.where(Contribution.kind == ContributionKind.PROPOSAL, Contribution.stage == stage)
    with teller.ago(days):
        for number in db.session.scalars(query).all():
            found = reports.open_draft(number)
            if found is not None:
                report = reports.for_change(found.id)
                report_service.edit(
                    clerk, report, question=question, heard=report.heard, open_points=open_points
                )  # fmt: skip
                return report.id
    return None


def _place(teller: Teller, clerk: Actor, meeting: int, report: int | None, days: float) -> int:
    with teller.ago(days):
        return service.place(
            clerk,
            queries.meeting_for_change(meeting),
            kind=ItemKind.REPORT,
            report=reports.for_change(report or 0),
        ).id


def _other(teller: Teller, clerk: Actor, meeting: int, days: float) -> int:
    with teller.ago(days):
        return service.place(
            clerk,
            queries.meeting_for_change(meeting),
            kind=ItemKind.BILL,
            title="لایحهٔ تعرفهٔ کرایهٔ اتوبوس در سال آینده",
        ).id


def _stance(
    teller: Teller, who: Actor, item: int, days: float, stance: StanceKind, note: str, *, public: bool
) -> None:
    with teller.ago(days):
        service.take_stance(
            who, queries.item_for_change(who, item), stance=stance, note=note, note_public=public
        )


def _decide(teller: Teller, clerk: Actor, item: int, outcome: Outcome, text: str) -> None:
    with teller.ago(HELD - 0.5):
        service.decide(clerk, queries.item_for_change(clerk, item), outcome=outcome, text=text)


def _resolution(teller: Teller, clerk: Actor, item: int) -> None:
    """Three clauses: one done and verified, one past its day, one that has time."""
    parks = teller.ids["department:parks"]
    with teller.ago(HELD - 1):
        found = queries.item(clerk, item)
        about = [found.report.contribution_id] if found.report else []
        made = resolution_service.write(
            clerk, organ=found.meeting.organ, term=db.session.get_one(Term, found.meeting.term_id), number="6/217/1",
            title="زمین بازی در جای دیگر محله", item=found, about=about, approved_on=clock.today(),
            text="شورا ساخت‌وساز روی لولهٔ اصلی آب را نمی‌پذیرد و سازمان پارک‌ها را موظف می‌کند زمین روبه‌رو را آماده کند.",
            why="نیاز محل روشن است و ۶۲ نفر به آن رأی داده‌اند؛ ایمنی لولهٔ آب هم نباید به خطر بیفتد.",
        ).id  # fmt: skip
        for number, (text, days) in enumerate(
            (("نقشهٔ زمین روبه‌رو به شورا داده شود.", 5), ("گزارش هزینه و زمان کار منتشر شود.", 8), ("زمین بازی با کف‌پوش نرم ساخته شود.", 60)), 1
        ):  # fmt: skip
            resolution_service.add_clause(
                clerk, resolutions.for_change(clerk, made), kind=ClauseKind.ARTICLE, number=number, text=text, department_id=parks,
                due_kind=DueKind.DAYS, due_days=days,
            )  # fmt: skip
        resolution_service.notify(clerk, resolutions.for_change(clerk, made))
    clauses = [line.clause.id for line in resolutions.clauses_of(made)]
    db.session.rollback()
    officer = teller.actor("officer.parks@demo.example")
    paper = read_evidence(PLAN, where="evidence")
    write([paper])
    with teller.ago(HELD - 6):
        resolution_service.report(
            officer, resolutions.clause_for_change(officer, clauses[0]), says=ClauseStatus.COMPLETE, text="نقشه آماده و پیوست شد.",
            evidence=paper,
        )  # fmt: skip
    with teller.ago(HELD - 7):
        resolution_service.verify(
            clerk, resolutions.clause_for_change(clerk, clauses[0]), text="نقشه را دیدم و به اعضا دادم."
        )
    with teller.ago(HELD - 9):
        resolution_service.report(
            officer, resolutions.clause_for_change(officer, clauses[2]), says=ClauseStatus.STARTED, text="زمین تسطیح شد و کف‌پوش سفارش داده شد."
        )  # fmt: skip
