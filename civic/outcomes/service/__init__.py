"""Keeping promises in a book, hearing from people whether they were kept, and the sheets that ask at the place."""

from civic.outcomes.service.judging import judge
from civic.outcomes.service.promises import (
    ask,
    ask_again,
    follow_revision,
    hand_over,
    keep,
    report,
    store_figures,
)
from civic.outcomes.service.sheets import add_photo, scan

__all__ = [
    "add_photo",
    "ask",
    "ask_again",
    "follow_revision",
    "hand_over",
    "judge",
    "keep",
    "report",
    "scan",
    "store_figures",
]
