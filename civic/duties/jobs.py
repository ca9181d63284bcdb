"""The clock's round over everything that is owed."""

from civic.core.actor import SYSTEM
from civic.core.db import transaction
from civic.duties import service


def run_clock() -> int:
    """End waiting that is used up, tell every level that has come. Twice is once. Answers how many duties it looked at."""
    with transaction():
        service.end_spent_pauses(SYSTEM)
    total = 0
    while True:
        with transaction():
            looked = service.escalate_due(SYSTEM)
        total += looked
        if not looked:
            return total
