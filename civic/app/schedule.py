"""What the clock asks for: (name, how often, job). Each job opens its own transactions and may run twice."""

from collections.abc import Callable
from datetime import timedelta

from civic.core.jobs import run_periodic

PERIODIC: list[tuple[str, timedelta, Callable[[], None]]] = []


def tick() -> None:
    """Run what is due."""
    for name, every, act in PERIODIC:
        run_periodic(name, every, act)
