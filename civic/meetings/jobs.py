"""What follows for agendas when words on them are covered."""

from civic.contributions.events import ContributionMasked
from civic.contributions.queries import by_id
from civic.core.actor import SYSTEM
from civic.meetings import service


def follow_title(event: ContributionMasked) -> None:
    """An item that carries a report is called what its subject is called now."""
    service.follow_title(SYSTEM, by_id(event.contribution_id))
