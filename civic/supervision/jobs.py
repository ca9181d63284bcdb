"""Every hour: count, compare, ask each question, take the figures. Each in a transaction of its own."""

from civic.core.actor import SYSTEM
from civic.core.db import transaction
from civic.supervision import service
from civic.supervision.rules import Check

BATCH, BATCHES = 200, 25
"""So many answers at one time and in one round: what is left waits for the next."""


def inspect() -> None:
    with transaction():
        service.count_hours(SYSTEM)
    for _ in range(BATCHES):
        with transaction():
            if service.compare_answers(SYSTEM, limit=BATCH) < BATCH:
                break
    for check in Check:
        with transaction():
            service.open_findings(SYSTEM, check)
    take_figures()


def take_figures() -> None:
    with transaction():
        service.take_figures(SYSTEM)
