"""What a calendar holds and which day a deadline falls on, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Scope(StrEnum):
    """Whose deadlines: those of the person's own things, or of the cases of the person's departments."""

    MINE = "mine"
    DESK = "desk"


class Deadline(StrEnum):
    VOTE = "vote"
    PHASE_OPENS = "phase-opens"
    PHASE_CLOSES = "phase-closes"
    ANSWER = "answer"
    PROMISE = "promise"


@dataclass(frozen=True)
class Due:
    """Something that happens on a city day. `kind` and `number` (of its row) name it for ever; `since` is when it was set."""

    kind: Deadline
    number: int
    day: date
    since: datetime
    contribution_id: int
    contribution_kind: str
    title: str
    name: str = ""


MOST_EVENTS = 300
MOST_ENTRIES = 50
BACK = timedelta(days=60)
"""How far a calendar looks back; what lies further is history, not a deadline."""


def last_day(closes: datetime) -> date:
    """The day on which something ends, from the first moment after it in the city's time."""
    return (closes - timedelta(microseconds=1)).date()
