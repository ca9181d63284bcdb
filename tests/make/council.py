"""The council: its term, organs, meetings, reports, agendas."""

from datetime import timedelta

from civic.contributions.queries import by_id
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.groups.queries import actor_of
from civic.meetings import queries as meetings
from civic.meetings import service as meeting_service
from civic.meetings.rules import ItemKind, OrganKind
from civic.reports import queries as reports
from civic.reports import service as report_service
from civic.reports.rules import Door
from civic.resolutions import queries as resolutions
from civic.resolutions import service as resolution_service
from civic.resolutions.rules import ClauseKind, DueKind
from tests.make import basics


def clerk(name: str = "دبیر شورا") -> int:
    return basics.user(name, roles=(Role.CLERK,))


def member(name: str = "الهام کریمی") -> int:
    return basics.user(name, roles=(Role.COUNCIL,))


def term(clerk_id: int, number: int = 6) -> int:
    today = clock.today()
    return meeting_service.open_term(
        actor_of(clerk_id),
        number=number,
        starts_on=today - timedelta(days=400),
        ends_on=today + timedelta(days=800),
    ).id


def organ(clerk_id: int, kind: OrganKind = OrganKind.COUNCIL, *, name: str = "شورای شهر") -> int:
    return meeting_service.set_up_organ(
        actor_of(clerk_id), kind=kind, name_fa=name, name_en="City council", name_ar="مجلس المدينة"
    ).id


def meeting(
    clerk_id: int, organ_id: int, term_id: int, *, number: int = 218, days: float = 5, public: bool = True
) -> int:
    """A meeting so many days from now; stances until a day before."""
    at = clock.now() + timedelta(days=days)
    found = next(t for t in meetings.terms() if t.id == term_id)
    return meeting_service.plan(
        actor_of(clerk_id), organ=meetings.organ(organ_id), term=found, number=number, at=at, place="تالار شورا", public=public,
        stance_until=at - timedelta(days=1),
    ).id  # fmt: skip


def report_draft(contribution_id: int, *, door: Door = Door.ANSWERED) -> int:
    return report_service.draft(SYSTEM, by_id(contribution_id), door=door).id


def placed(clerk_id: int, meeting_id: int, report_id: int, *, public: bool = True) -> int:
    """The report stands on the agenda, frozen: the item's id."""
    return meeting_service.place(
        actor_of(clerk_id), meetings.meeting_for_change(meeting_id), kind=ItemKind.REPORT, public=public,
        report=reports.for_change(report_id),
    ).id  # fmt: skip


def resolution(
    clerk_id: int, organ_id: int, term_id: int, about: tuple[int, ...] = (), *, number: str = "6/218/1", department_id: int | None = None,
    days: int = 10, clauses: int = 1, notified: bool = True,
) -> int:  # fmt: skip
    """A resolution with so many clauses of one department, notified through the real verbs."""
    actor = actor_of(clerk_id)
    made = resolution_service.write(
        actor, organ=meetings.organ(organ_id), term=next(t for t in meetings.terms() if t.id == term_id), number=number,
        title="سایه‌بان برای ایستگاه‌های توس", text="سازمان اتوبوسرانی ایستگاه‌ها را سایه‌دار می‌کند.", why="بیشتر مردم خواسته‌اند و جا هست.",
        approved_on=clock.today(), about=list(about),
    )  # fmt: skip
    for number_ in range(1, clauses + 1):
        resolution_service.add_clause(
            actor, made, kind=ClauseKind.ARTICLE, number=number_, text=f"چهار ایستگاه در گام {number_} سایه‌دار شود.",
            department_id=department_id or basics.department(), due_kind=DueKind.DAYS, due_days=days,
        )  # fmt: skip
    if notified:
        resolution_service.notify(actor, resolutions.for_change(actor, made.id))
    return made.id


def clause_of(resolution_id: int, place: int = 0) -> int:
    return resolutions.clauses_of(resolution_id)[place].clause.id
