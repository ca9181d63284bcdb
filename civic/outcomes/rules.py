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
    (PromiseStatus.OPEN, "confirm"): PromiseStatus.CONFIRMED,
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


LEAST_VERDICTS = 3
LEAST_SHARE = 60
OTHERS_TO_DISPUTE = 3
"""How «done» comes about. Only people concerned have a word: the author, co-signers, those who voted, joined,
commented or follow. It counts as done when at least LEAST_VERDICTS of them have spoken and at least LEAST_SHARE
percent say done. One «not done» of the author, or three of others, disputes it: the promise is open again, until the
department reports anew or the word of the people changes."""


def outcome(done: int, partly: int, not_done: int, *, author_says_no: bool) -> str:
    """What the people's words amount to: confirm, dispute or wait."""
    if author_says_no or not_done >= OTHERS_TO_DISPUTE:
        return "dispute"
    total = done + partly + not_done
    return "confirm" if total >= LEAST_VERDICTS and 100 * done >= LEAST_SHARE * total else "wait"


def share(part: int, whole: int) -> int:
    """Whole percent, 0 of nothing."""
    return round(100 * part / whole) if whole else 0


def median(values: list[int]) -> int | None:
    """The middle one; None of nothing."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else None
