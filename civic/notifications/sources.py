"""What notifications need of other packages. The app passes it in, so that this package hears events and reaches into nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Integer, Select, literal, select

from civic.core.actor import Actor

People = Select[int]


@dataclass(frozen=True)
class Decided:
    """What a moderator decided, for those who are told. `reporters` are ids of people."""

    contribution_id: int
    verdict: str
    clause: int | None
    words: str
    note: str
    reporters: People


@dataclass(frozen=True)
class Disputed:
    """An appeal: against what, by whom, how it ended; who may judge it, who reported the text."""

    contribution_id: int | None
    decision_id: int | None
    people: People
    judges: People
    reporters: People
    outcome: str
    answer: str
    words: str


@dataclass(frozen=True)
class Shut:
    """Somebody's writing shut or open again: `until` a day (none: for good)."""

    user_id: int
    words: str
    reason: str
    until: date | None


@dataclass(frozen=True)
class Planned:
    """A consultation that is not public yet, by what its builders are told."""

    title: str
    group_id: int
    reason: str


@dataclass(frozen=True)
class Desk:
    """Whose business a case is inside the city: those of its department, and triage while it has none.

    `officer` is whoever writes the answer, `above` the heads of the department that this one belongs to.
    """

    contribution_id: int
    department_id: int | None
    staff: People
    heads: People
    triage: People
    officer: People | None = None
    above: People | None = None


NOBODY: People = select(literal(0, Integer)).where(literal(0, Integer) == 1)


@dataclass(frozen=True)
class Matter:
    """Something of the council: what it is called, what it is about, and whose business it is."""

    title: str
    about: list[int] = field(default_factory=list)
    members: People = NOBODY
    staff: People = NOBODY
    heads: People = NOBODY
    checkers: People = NOBODY
    clauses: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Cosigning:
    """Who asked whom to stand behind a proposal. `name` is empty until it may be told."""

    contribution_id: int
    name: str
    asked: People
    asker: People
    author: People


@dataclass(frozen=True)
class Sources:
    voters: Callable[[int], People]
    managers: Callable[[int], People]
    operators: Callable[[], People]
    decision: Callable[[int], Decided]
    appeal: Callable[[int], Disputed]
    block: Callable[[int], Shut]
    moderators: Callable[[], People]
    consultation: Callable[[int], Planned]
    group_name: Callable[[int], str]
    problems_answered: Callable[[int], list[int]]
    cosigning: Callable[[int], Cosigning]
    desk: Callable[[int], Desk]
    desk_of: Callable[[int], tuple[int, Desk] | None]
    desk_of_duty: Callable[[int], tuple[int, Desk] | None]
    council: Callable[[], People]
    asked: Callable[[int], str]
    staff: Callable[[int], People]
    writer: Callable[[int], int]
    item: Callable[[int], Matter]
    meeting: Callable[[int], Matter]
    resolution: Callable[[int], Matter]
    clause: Callable[[int], Matter]
    heard: Callable[[int], People]
    actor_of: Callable[[int], Actor]
    count_unread: Callable[[Actor, People], None]
    set_unread: Callable[[Actor, int], None]
    allow_letters: Callable[[int, bool], None]


_plugged: list[Sources] = []


def plug(sources: Sources) -> None:
    """Called once by the app."""
    _plugged[:] = [sources]


def ask() -> Sources:
    """What was passed in."""
    return _plugged[0]
