"""Who arranges meetings and who has a word in them."""

from enum import StrEnum
from typing import Any

from civic.core.actor import Actor
from civic.core.policy import POLICY, is_clerk, is_council, is_inspector, is_system


class May(StrEnum):
    ARRANGE = "meeting:arrange"
    STANCE = "meeting:stance"
    READ_PAPERS = "meeting:read_papers"
    READ_NOTES = "meeting:read_notes"
    FOLLOW = "meeting:follow"


def sits_in_the_council(actor: Actor, _thing: Any) -> bool:
    """A member of the city council, in an organ they sit in"""
    return actor.is_council


POLICY |= {
    May.ARRANGE: [[is_clerk]],
    May.STANCE: [[sits_in_the_council]],
    May.READ_PAPERS: [[is_council], [is_clerk], [is_inspector]],
    May.READ_NOTES: [[is_council], [is_clerk]],
    May.FOLLOW: [[is_system]],
}
