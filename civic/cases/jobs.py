"""What brings cases into being without a person."""

from typing import Protocol

from civic.cases import service
from civic.cases.rules import Door
from civic.contributions.queries import by_id
from civic.contributions.rules import Status
from civic.core.actor import SYSTEM
from civic.core.db import transaction


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
