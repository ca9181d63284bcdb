"""What the clock asks for: (name, how often, job). Each job opens its own transactions and may run twice."""

from collections.abc import Callable
from datetime import timedelta

from civic.consultations import jobs as consultations
from civic.core.jobs import run_periodic
from civic.notifications import jobs as notifications

PERIODIC: list[tuple[str, timedelta, Callable[[], None]]] = []

PERIODIC += [
    ("consultations.turn_phases", timedelta(seconds=20), consultations.turn_phases),
    ("consultations.count_participants", timedelta(minutes=2), consultations.count_participants),
    ("notifications.send_letters", timedelta(seconds=1), notifications.send_letters),
]


def tick() -> None:
    """Run what is due."""
    for name, every, act in PERIODIC:
        run_periodic(name, every, act)
