"""What the clock and a closed department do to clauses."""

from civic.core.actor import SYSTEM
from civic.core.db import transaction
from civic.departments.events import DepartmentRetired
from civic.departments.queries import heir_of
from civic.duties.events import DutyEscalated
from civic.resolutions import queries, service


def warn(event: DutyEscalated) -> None:
    """A clause's time runs out, or is out; duties of other things are not ours."""
    found = queries.of_duty(event.duty_id)
    if found is not None:
        service.warn(SYSTEM, found, level=event.level)


def hand_over(event: DepartmentRetired) -> None:
    """What a closed department owes the council is owed by the one that replaces it; without one it stays in its name."""
    heir = heir_of(event.department_id)
    if heir is None:
        return
    for clause_id in queries.unverified_of(event.department_id):
        service.hand_over(SYSTEM, queries.any_clause_for_change(clause_id), department_id=heir)


def refresh_figures() -> None:
    with transaction():
        service.store_figures(SYSTEM)
