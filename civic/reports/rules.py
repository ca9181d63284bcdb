"""A report, its fingerprint and what of it may still be read, as plain values.

The fingerprint is over the canonical document. Words of people do not stand in it: each quotation is bound by a salted
hash, and the words lie beside it. When a comment is removed its words go and a mark stays, while the document and its
fingerprint remain what they were.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from civic.core.errors import RuleBroken
from civic.core.text import N_

FORMAT = "charsu participation report"
VERSION = 1
SUBJECT = "subject"
"""The quotation that is the proposal's or the consultation's own text."""

REASONS_A_SIDE = 2
MOST_PROMISES = 4
MOST_QUESTIONS = 3
QUOTE = 240
QUESTION, HEARD, OPEN_POINTS = 400, 700, 500
"""Letters that the clerk's own words may have: with them a brief stays on two pages."""


class ReportStatus(StrEnum):
    DRAFT = "draft"
    FROZEN = "frozen"
    DROPPED = "dropped"


class Door(StrEnum):
    """Why a report was drafted; the later one in `DOORS` outweighs."""

    VOTE_CLOSED = "vote_closed"
    ANSWERED = "answered"
    CONSULTATION = "consultation"
    NEEDS_COUNCIL = "needs_council"
    SENT = "sent"


DOORS = tuple(Door)
MOVES = {
    (ReportStatus.DRAFT, "freeze"): ReportStatus.FROZEN,
    (ReportStatus.DRAFT, "drop"): ReportStatus.DROPPED,
    (ReportStatus.DROPPED, "take_up"): ReportStatus.DRAFT,
}
FINAL = {ReportStatus.FROZEN}


def weightier(now: Door, new: Door) -> Door:
    """Of two reasons for a report the one that counts more."""
    return max(now, new, key=DOORS.index)


def canonical(document: Mapping[str, Any]) -> str:
    """The document as text, the same on every machine: sorted keys, no spaces, letters as they are."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def seal_of(text: str) -> str:
    """The fingerprint of a canonical document: SHA-256 of its UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def commitment(salt: str, text: str, byline: str) -> str:
    """What the document holds of a quotation: it binds the words without telling them."""
    return seal_of(canonical({"salt": salt, "text": text, "byline": byline}))


def shares(values: Sequence[int]) -> list[int]:
    """Whole percents that sum to 100 (largest remainder); zeros of nothing."""
    whole = sum(values)
    if not whole:
        return [0 for _ in values]
    found = [100 * value // whole for value in values]
    order = sorted(range(len(values)), key=lambda i: (-(100 * values[i] % whole), i))
    for i in order[: 100 - sum(found)]:
        found[i] += 1
    return found


def figure(n: int, link: str, unit: str = "") -> dict[str, Any]:
    """A number of a report with the page that shows where it comes from."""
    return {"n": n, "link": link, "unit": unit}


def check_words(question: str, heard: str, open_points: str) -> None:
    """The clerk's words must fit on two pages."""
    for field, words, most in (
        ("question", question, QUESTION), ("heard", heard, HEARD), ("open_points", open_points, OPEN_POINTS)
    ):  # fmt: skip
        if len(words) > most:
            raise RuleBroken(
                N_("این بخش حداکثر %(most)s حرف باشد تا خلاصه در دو صفحه جا شود."), most=most, field=field
            )
    if not question.strip():
        raise RuleBroken(N_("بنویسید از شورا چه پرسیده می‌شود."), field="question")
