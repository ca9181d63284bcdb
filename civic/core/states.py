"""The one place where a status changes: look up the move, set it. The row must be locked (`one_for_change`)."""

from collections.abc import Mapping
from typing import Any

from civic.core.errors import Conflict
from civic.core.text import N_


def move(thing: Any, verb: str, moves: Mapping[tuple[Any, str], Any]) -> Any:
    """Carry out `verb` on the thing's status; Conflict when its status does not allow it. Returns the old status."""
    before = thing.status
    after = moves.get((before, verb))
    if after is None:
        raise Conflict(
            N_(
                "این مورد در این میان تغییر کرده است و این کار دیگر روی آن شدنی نیست. صفحه را دوباره باز کنید."
            )
        )
    thing.status = after
    return before
