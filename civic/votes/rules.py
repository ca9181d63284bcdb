"""Ballots, results and small cells as plain values."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from civic.core.errors import RuleBroken
from civic.core.text import N_

FOR, AGAINST = "for", "against"
K = 10
"""A group cell is shown from this many people on."""
LEAST_VOTERS = 20
LEAST_SIDE = 2


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


def publishable(cells: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int] | None]:
    """What may be shown of a closed question by group: {group: counts by option, or None when only hidden}.

    Rules R1 to R4 of the design: no breakdown under 20 voters; a cell from K people on; its split when at least two
    options hold LEAST_SIDE each (unanimity would reveal everyone); never exactly one hidden group, and hidden groups
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
