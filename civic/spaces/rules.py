"""Phases and thresholds as plain values."""

from enum import StrEnum


class Moderation(StrEnum):
    PRE = "pre"
    POST = "post"


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
