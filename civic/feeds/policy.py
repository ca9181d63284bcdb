"""Who may have which calendar."""

from enum import StrEnum
from typing import Any

from civic.core.actor import Actor
from civic.core.policy import POLICY, WHILE_BLOCKED, is_signed_in
from civic.feeds.rules import Scope


class May(StrEnum):
    KEEP_CALENDAR = "calendar:keep"


def has_the_desk(actor: Actor, scope: Any) -> bool:
    """For one's own things; for cases only those who work at a department"""
    return scope is Scope.MINE or bool(actor.departments())


POLICY |= {May.KEEP_CALENDAR: [[is_signed_in, has_the_desk]]}
WHILE_BLOCKED |= {May.KEEP_CALENDAR}
