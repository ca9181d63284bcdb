"""What the clock does to clauses."""

from civic.core.actor import SYSTEM
from civic.core.db import transaction
from civic.duties.events import DutyEscalated
from civic.resolutions import queries, service


def warn(event: DutyEscalated) -> None:
    """A clause's time runs out, or is out; duties of other things are not ours."""
    found = queries.of_duty(event.duty_id)
    if found is not None:
        service.warn(SYSTEM, found, level=event.level)


def refresh_figures() -> None:
    with transaction():
        service.store_figures(SYSTEM)
