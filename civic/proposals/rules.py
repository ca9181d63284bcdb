"""When a proposal may still be changed, and which lists there are, as plain values."""

from civic.core.errors import RuleBroken
from civic.core.text import N_

STAGES = ("open", "dept", "accepted", "partly", "no", "run", "done", "closed")
"""Stages by which the list can be narrowed."""
ORDERS = ("random", "popular", "newest", "discussed")
CHANGEABLE = frozenset({"draft", "returned", "review", "mate", "open"})


def check_change(stage: str) -> None:
    """What people voted on and a department is judging keeps its words."""
    if stage not in CHANGEABLE:
        raise RuleBroken(
            N_(
                "رأی‌گیری این پیشنهاد پایان یافته یا نزد واحد مسئول است؛ متن آن دیگر عوض نمی‌شود. در گفت‌وگو توضیح دهید."
            )
        )
