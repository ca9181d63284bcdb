"""Ballots, results and small cells as plain values."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from civic.core.errors import Conflict, RuleBroken
from civic.core.text import N_

FOR, AGAINST = "for", "against"
K = 10
"""A group cell is shown from this many people on."""
LEAST_VOTERS = 20
LEAST_SIDE = 2
WITHDRAWN = "withdrawn"
"""What the commitment of a withdrawn ballot binds instead of a choice."""


class QuestionStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class BallotStatus(StrEnum):
    CAST = "cast"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    ONLINE = "online"
    PAPER = "paper"
    KIOSK = "kiosk"
    ASSISTED = "assisted"


QUESTION_MOVES = {(QuestionStatus.OPEN, "close"): QuestionStatus.CLOSED}
BALLOT_MOVES = {
    (BallotStatus.CAST, "withdraw"): BallotStatus.WITHDRAWN,
    (BallotStatus.WITHDRAWN, "cast"): BallotStatus.CAST,
    (BallotStatus.CAST, "cast"): BallotStatus.CAST,
}


def check_choice(choice: str, options: Sequence[str]) -> None:
    """One option of the question's own; nothing is inferred from anything else."""
    if choice not in options:
        raise RuleBroken(
            N_("این گزینه در برگهٔ رأی نیست؛ رأیی ثبت نشد. یکی از گزینه‌های صفحه را برگزینید."), field="choice"
        )


def check_open(status: QuestionStatus, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    """Votes are taken between the two moments, by the server's clock only."""
    if now < opens_at:
        raise Conflict(N_("رأی‌گیری هنوز آغاز نشده است؛ رأیی ثبت نشد."))
    if status is not QuestionStatus.OPEN or now >= closes_at:
        raise Conflict(N_("رأی‌گیری پایان یافته است؛ رأیی ثبت نشد."))


def commitment(nonce: str, choice: str) -> str:
    """What the audit record holds of a ballot: it binds the choice without telling it, as long as the nonce is secret."""
    return hashlib.sha256(f"{nonce}:{choice}".encode()).hexdigest()


def seal_of(totals: Mapping[str, Any], by_kind: Mapping[str, Any], rule_version: int) -> str:
    """The fingerprint of a published result."""
    table = {"totals": totals, "by_kind": by_kind, "rules": rule_version}
    return hashlib.sha256(json.dumps(table, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def publishable(cells: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int] | None]:
    """What may be shown of a closed question by group: {group: counts by option, or None when only hidden}.

    Rules R1 to R4 of the design: no breakdown under 20 voters; a cell from K people on, when at least LEAST_SIDE of them
    chose otherwise than the most (then nobody who takes their own vote away sees a unanimous rest); never exactly one hidden group, and hidden groups
    together must be showable, else the next smallest is hidden too, else the whole breakdown is. Hidden groups are
    summed under the key "other"; an empty answer means no breakdown at all.
    """
    sizes = {group: sum(counts.values()) for group, counts in cells.items() if sum(counts.values())}
    if sum(sizes.values()) < LEAST_VOTERS:
        return {}

    def showable(counts: Mapping[str, int], size: int) -> bool:
        sides = sorted(counts.values(), reverse=True)
        return size >= K and len(sides) > 1 and size - sides[0] >= LEAST_SIDE

    hidden = {group for group, size in sizes.items() if not showable(cells[group], size)}
    shown = sorted((group for group in sizes if group not in hidden), key=lambda g: (sizes[g], g))
    while hidden:
        together = _sum([cells[group] for group in hidden])
        if len(hidden) > 1 and showable(together, sum(together.values())):
            break
        if not shown:
            return {}
        hidden.add(shown.pop(0))
    if not shown:
        return {}
    result: dict[str, dict[str, int] | None] = {group: dict(cells[group]) for group in sorted(shown)}
    if hidden:
        result["other"] = _sum([cells[group] for group in hidden])
    return result


def _sum(tables: Sequence[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in tables:
        for option, n in counts.items():
            total[option] = total.get(option, 0) + n
    return total
