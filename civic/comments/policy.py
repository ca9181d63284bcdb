"""Who may say what about a contribution."""

from enum import StrEnum
from typing import Any

from civic.contributions.policy import is_author, is_not_author
from civic.contributions.rules import Status
from civic.core.actor import Actor
from civic.core.policy import POLICY, WHILE_BLOCKED, is_signed_in, is_system


class May(StrEnum):
    COMMENT = "comment:write"
    EDIT = "comment:edit"
    WITHDRAW = "comment:withdraw"
    MARK = "comment:mark"
    COUNT = "comment:count"


def is_public(_actor: Actor, thing: Any) -> bool:
    """It is public"""
    return bool(thing.status is Status.PUBLIC)


POLICY |= {
    May.COMMENT: [[is_signed_in, is_public]],
    May.EDIT: [[is_author]],
    May.WITHDRAW: [[is_author]],
    May.MARK: [[is_signed_in, is_public, is_not_author]],
    May.COUNT: [[is_system]],
}
WHILE_BLOCKED |= {May.MARK, May.WITHDRAW}
