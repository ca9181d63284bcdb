"""Promises and verdicts as plain values."""

from datetime import date
from enum import StrEnum


class PromiseStatus(StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    VOID = "void"


class Verdict(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


MOVES = {
    (PromiseStatus.OPEN, "report"): PromiseStatus.REPORTED,
    (PromiseStatus.REPORTED, "confirm"): PromiseStatus.CONFIRMED,
    (PromiseStatus.REPORTED, "dispute"): PromiseStatus.OPEN,
    (PromiseStatus.CONFIRMED, "dispute"): PromiseStatus.OPEN,
    (PromiseStatus.OPEN, "void"): PromiseStatus.VOID,
    (PromiseStatus.REPORTED, "void"): PromiseStatus.VOID,
}


def column(status: PromiseStatus, due_on: date, today: date) -> str:
    """Where the promise stands in the book: kept, wait, ahead, today or broken."""
    if status is PromiseStatus.CONFIRMED:
        return "kept"
    if status is PromiseStatus.REPORTED:
        return "wait"
    if due_on > today:
        return "ahead"
    return "today" if due_on == today else "broken"
