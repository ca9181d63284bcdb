"""What voting tells the rest. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ThresholdReached:
    """Enough votes in favour: a department owes an answer. A one-way latch."""

    question_id: int
    contribution_id: int


@dataclass(frozen=True)
class VoteClosed:
    """Voting ended and its result is published."""

    question_id: int
    contribution_id: int
