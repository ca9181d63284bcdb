"""Phases and thresholds as plain values."""

from collections.abc import Sequence
from enum import StrEnum

from civic.core.actor import Kind


class Moderation(StrEnum):
    """When what people write is seen: after a moderator read it, at once, or at once for some kinds of author."""

    PRE = "pre"
    POST = "post"
    MIXED = "mixed"


TRUSTABLE = (Kind.EXPERT, Kind.NGO, Kind.WOMEN_FORUM, Kind.CITIZEN, Kind.VISITOR)
TRUSTED = (Kind.EXPERT, Kind.NGO, Kind.WOMEN_FORUM)
"""Kinds whose texts are seen at once where the mode is mixed, unless the operator chose others."""


def is_public_first(mode: Moderation, trusted: Sequence[str], capacity: str) -> bool:
    """Is a text of this capacity seen before a moderator read it?"""
    return mode is Moderation.POST or (mode is Moderation.MIXED and capacity in trusted)


class PhaseKind(StrEnum):
    COLLECT = "collect"
    VOTE = "vote"
    REPORT = "report"
    ANSWER = "answer"


def threshold(population: int | None, *, floor: int, per_ten_thousand: int, city: int) -> int:
    """Votes in favour that bind a department to answer: scaled to the district, the city's own figure without one."""
    if population is None:
        return city
    return max(floor, -(-population * per_ten_thousand // 10_000))
