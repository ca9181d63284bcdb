"""Checks, their bounds, moves of a finding, and the arithmetic of likeness and bursts, as plain values."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from civic.core.errors import RuleBroken
from civic.core.text import N_, fold


class Check(StrEnum):
    """One fixed question, asked by the clock."""

    OVERDUE_CASE = "overdue_case"
    OVERDUE_CLAUSE = "overdue_clause"
    DISPUTED = "disputed"
    REUSED = "reused"
    RETURNS = "returns"
    OVERTURNED = "overturned"
    BURST = "burst"


class FindingStatus(StrEnum):
    OPEN = "open"
    EXPLAINED = "explained"
    CORRECTED = "corrected"
    REFERRED = "referred"
    DISMISSED = "dismissed"


MOVES = {
    (FindingStatus.OPEN, "explain"): FindingStatus.EXPLAINED,
    (FindingStatus.OPEN, "correct"): FindingStatus.CORRECTED,
    (FindingStatus.OPEN, "refer"): FindingStatus.REFERRED,
    (FindingStatus.OPEN, "dismiss"): FindingStatus.DISMISSED,
    (FindingStatus.REFERRED, "explain"): FindingStatus.EXPLAINED,
    (FindingStatus.REFERRED, "correct"): FindingStatus.CORRECTED,
    (FindingStatus.EXPLAINED, "reopen"): FindingStatus.OPEN,
    (FindingStatus.CORRECTED, "reopen"): FindingStatus.OPEN,
    (FindingStatus.REFERRED, "reopen"): FindingStatus.OPEN,
    (FindingStatus.DISMISSED, "reopen"): FindingStatus.OPEN,
}
ALARMS_HELD = (FindingStatus.EXPLAINED, FindingStatus.CORRECTED, FindingStatus.REFERRED)
"""Ends of a finding in which the check had seen something that was so; a dismissed one was a false alarm."""


@dataclass(frozen=True)
class Spec:
    """A check in words, its threshold's unit, what it starts with and between what it can be set."""

    title: str
    means: str
    unit: str
    default: int
    low: int
    high: int
    least: int = 0
    """How many there must be before a share or a rate says anything."""


SPECS: dict[Check, Spec] = {
    Check.OVERDUE_CASE: Spec(
        N_("پرونده‌های از مهلت گذشته"), N_("پرونده‌ای که بیش از این روز از مهلتش گذشته و پاسخ نگرفته است."),
        N_("روز پس از مهلت"), 3, 0, 60,
    ),
    Check.OVERDUE_CLAUSE: Spec(
        N_("بندهای مصوبهٔ از موعد گذشته"), N_("بند مصوبه‌ای که بیش از این روز از موعدش گذشته و واحد آن را پایان‌یافته ندانسته است."),
        N_("روز پس از موعد"), 3, 0, 60,
    ),
    Check.DISPUTED: Spec(
        N_("«انجام شد»هایی که مردم نپذیرفتند"), N_("واحدی که مردم بیش از این درصد از «انجام شد»هایش را نادرست دانسته‌اند."),
        N_("درصد"), 20, 5, 60, least=5,
    ),
    Check.REUSED: Spec(
        N_("یک پاسخ برای همه"), N_("متنی که بیش از این بار، کمابیش یکسان، پاسخ رسمی شده است."),
        N_("بار"), 5, 2, 50,
    ),
    Check.RETURNS: Spec(
        N_("بازگرداندن‌های پیاپی"), N_("واحدی که بیش از این درصد از پرونده‌های سه ماه گذشته را بازگردانده است."),
        N_("درصد"), 25, 10, 80, least=10,
    ),
    Check.OVERTURNED: Spec(
        N_("تصمیم‌هایی که در اعتراض برگشت"), N_("بررسِ محتوایی که بیش از این درصد از تصمیم‌های اعتراض‌شده‌اش را همکار دیگری برگردانده است."),
        N_("درصد"), 30, 10, 80, least=8,
    ),
    Check.BURST: Spec(
        N_("جهش رأی"), N_("پرسشی که در یک ساعت بیش از این برابرِ معمولش رأی گرفته است."),
        N_("برابر"), 8, 3, 50, least=30,
    ),
}  # fmt: skip

MOST_FLAGGED = 30
"""Percent: a threshold that would flag more than this of what it looks at finds nothing, it only makes noise."""

LEAST_ROWS = 10
"""With fewer rows a share of flagged ones says nothing about the threshold."""

QUIET = timedelta(days=30)
"""So long after it was closed the same thing does not come back by itself."""

SEEN_FOR = timedelta(hours=1)
"""So long the stated reason opens a person's details."""

LEAST_REASON = 20


def check_threshold(check: Check, value: int) -> None:
    """Within the bounds of the check."""
    spec = SPECS[check]
    if not spec.low <= value <= spec.high:
        raise RuleBroken(
            N_("این مقدار باید میان %(low)s و %(high)s باشد."), field="value", low=spec.low, high=spec.high
        )


def check_noise(flagged: int, rows: int) -> None:
    """Refuses a threshold under which nearly everything would be a finding."""
    if rows >= LEAST_ROWS and flagged * 100 > rows * MOST_FLAGGED:
        raise RuleBroken(
            N_(
                "با این مقدار %(flagged)s مورد از %(rows)s مورد یافته می‌شود؛ بیش از %(most)s درصد، و دیگر چیزی را نشان نمی‌دهد."
                " آستانه را بالاتر ببرید."
            ),
            field="value", flagged=flagged, rows=rows, most=MOST_FLAGGED,
        )  # fmt: skip


# ---- likeness of answers -----------------------------------------------------------------------
# Method: Broder's resemblance of word shingles (1997), estimated by min-hashing, found by banding (Leskovec, Rajaraman,
# Ullman, Mining of Massive Datasets, ch. 3), and confirmed on the shingles themselves.

SIZE = 4
"""Words in a shingle."""

BANDS, ROWS = 8, 3
LEAST_WORDS = 8
LIKE = 0.7
"""Shared shingles of all shingles from which on two texts are the same text."""

_PRIME = (1 << 61) - 1
_TURNS = [
    tuple(
        int.from_bytes(hashlib.blake2b(f"{n}{part}".encode(), digest_size=7).digest(), "big") | 1
        for part in "ab"
    )
    for n in range(BANDS * ROWS)
]


def shingles(text: str) -> frozenset[int]:
    """Overlapping groups of words, spelling and numbers evened out; empty for a text too short to be compared."""
    words = ["#" if word.isdigit() else word for word in fold(text).split()]
    if len(words) < LEAST_WORDS:
        return frozenset()
    groups = (" ".join(words[n : n + SIZE]) for n in range(len(words) - SIZE + 1))
    return frozenset(
        int.from_bytes(hashlib.blake2b(g.encode(), digest_size=7).digest(), "big") for g in groups
    )


def bands(groups: frozenset[int]) -> list[str]:
    """Keys of which texts that are alike share at least one (for a likeness of 0.8: 99.7 % of them)."""
    if not groups:
        return []
    signature = [min((a * group + b) % _PRIME for group in groups) for a, b in _TURNS]
    return [
        hashlib.blake2b(f"{n}:{signature[n * ROWS : (n + 1) * ROWS]}".encode(), digest_size=9).hexdigest()
        for n in range(BANDS)
    ]


def likeness(one: frozenset[int], two: frozenset[int]) -> float:
    """From 0 (nothing in common) to 1."""
    return len(one & two) / len(one | two) if one and two else 0.0


# ---- bursts of votes ---------------------------------------------------------------------------

LEAST_HOURS = 6
"""Hours with votes before, without which nothing is known of what is usual."""


def usual(counts: Sequence[int]) -> int | None:
    """Votes in a usual hour: the middle one of the hours that had any. None while too little is known."""
    ordered = sorted(n for n in counts if n)
    return max(1, ordered[(len(ordered) - 1) // 2]) if len(ordered) >= LEAST_HOURS else None


def is_burst(n: int, before: Sequence[int], times: int) -> bool:
    """Far above what this question usually gets in an hour, and enough votes to matter."""
    middle = usual(before)
    return middle is not None and n >= SPECS[Check.BURST].least and n > times * middle


def percent(part: int, whole: int) -> int:
    """Whole percent, 0 of nothing."""
    return round(100 * part / whole) if whole else 0


def precision(ends: Mapping[str, int]) -> int | None:
    """Of the findings that were closed, the percent that were no false alarm; None while none was."""
    closed = sum(n for status, n in ends.items() if status != FindingStatus.OPEN)
    held = sum(ends.get(status, 0) for status in ALARMS_HELD)
    return percent(held, closed) if closed else None
