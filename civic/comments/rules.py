"""What may be said where, as plain values."""

from enum import StrEnum

from civic.core.errors import RuleBroken
from civic.core.text import N_


class Side(StrEnum):
    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


MOST = 1500
SIDED = frozenset({"proposal", "consultation"})
"""Kinds that are voted on: what is said of them is a reason for, a reason against, or neither."""


def side_for(kind: str, side: str, *, reply: bool) -> Side:
    """The side a comment takes: none under what is not voted on, and none in a reply."""
    if kind not in SIDED or reply:
        return Side.NEUTRAL
    if side not in set(Side):
        raise RuleBroken(N_("بگویید این دلیل موافق است، دلیل مخالف یا هیچ‌کدام."), field="side")
    return Side(side)
