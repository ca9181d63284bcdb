"""Who may vote, and who opens and closes a vote."""

from enum import StrEnum
from typing import Any

from civic.accounts.rules import Identity
from civic.contributions.policy import is_not_author, is_readable
from civic.core.actor import Actor
from civic.core.policy import POLICY, WHILE_BLOCKED, is_signed_in, is_system


class May(StrEnum):
    OPEN = "vote:open"
    CAST = "vote:cast"
    CLOSE = "vote:close"
    CONVINCED = "vote:convinced"
    COUNT = "vote:count"


def can_be_matched(actor: Actor, thing: Any) -> bool:
    """Known by more than an e-mail address where paper ballots count too"""
    return not (thing.paper_counts and actor.identity_level == Identity.EMAIL)


POLICY |= {
    May.OPEN: [[is_system]],
    May.CAST: [[is_signed_in, can_be_matched]],
    May.CLOSE: [[is_system]],
    May.COUNT: [[is_system]],
    May.CONVINCED: [[is_signed_in, is_readable, is_not_author]],
}
WHILE_BLOCKED |= {May.CAST, May.CONVINCED}
