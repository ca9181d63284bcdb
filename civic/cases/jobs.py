"""What brings cases into being without a person."""

from datetime import timedelta
from typing import Protocol

from civic.cases import queries, service
from civic.cases.rules import Door
from civic.contributions.queries import by_id
from civic.contributions.rules import Status
from civic.core import clock
from civic.core.actor import SYSTEM
from civic.core.db import transaction
from civic.core.text import N_
from civic.departments.events import DepartmentRetired
from civic.departments.queries import heir_of
from civic.duties.events import DutyEscalated, PauseSpent

OVERDUE = 100
FRIDAY = 4


class AboutContribution(Protocol):
    """Any event that names a contribution; the packages that publish them lie beside or above."""

    contribution_id: int


def open_for_threshold(event: AboutContribution) -> None:
    """Enough people voted for it: its department owes an answer, once and for good."""
    contribution = by_id(event.contribution_id)
    if contribution.status is Status.PUBLIC:
        service.open_case(SYSTEM, contribution, door=Door.THRESHOLD)


def follow_clock() -> None:
    """The calendar changed: the inboxes' order follows."""
    with transaction():
        service.follow_clock(SYSTEM)


def note_escalation(event: DutyEscalated) -> None:
    """At the due moment the delay stands on the life line, for everybody."""
    if event.level != OVERDUE:
        return
    case = queries.by_duty_for_change(event.duty_id)
    if case is not None:
        service.mark_overdue(SYSTEM, case)


def note_spent_pause(event: PauseSpent) -> None:
    """The author has not answered in ten working days: the case goes on without."""
    case = queries.by_duty_for_change(event.duty_id)
    if case is not None:
        service.note_spent_pause(SYSTEM, case)


def close_week() -> None:
    """Weeks end on Friday. The one that ended last is put before the council, once."""
    today = clock.today()
    last_day = today - timedelta(days=(today.weekday() - FRIDAY) % 7 or 7)
    with transaction():
        service.close_week(SYSTEM, last_day=last_day)


def store_figures() -> None:
    """The staff's dashboards are counted by the clock."""
    with transaction():
        service.store_figures(SYSTEM)


def hand_over(event: DepartmentRetired) -> None:
    """What a closed department still owes goes to the one that replaces it, or back to triage."""
    heir = heir_of(event.replaced_by_id) if event.replaced_by_id is not None else None
    for case_id in queries.owed_by(event.department_id):
        case = queries.for_change(SYSTEM, case_id)
        service.hand_over(SYSTEM, case, department_id=heir)


REVIEW = N_("روزی رسید که برای بررسی دوبارهٔ این پاسخ نوشته شده بود.")


def review_due() -> None:
    """An answer that waited for the council is owed again on the day it named."""
    with transaction():
        waiting = list(queries.to_review())
    for case_id in waiting:
        with transaction():
            service.reopen(SYSTEM, queries.for_change(SYSTEM, case_id), reason=REVIEW)
