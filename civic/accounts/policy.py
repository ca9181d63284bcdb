"""Who may do what to accounts."""

from enum import StrEnum
from typing import Any

from civic.core.actor import Actor
from civic.core.policy import (
    POLICY,
    WHILE_BLOCKED,
    anyone,
    is_moderator,
    is_operator,
    is_signed_in,
    is_system,
)


class May(StrEnum):
    SIGN_IN = "account:sign_in"
    CHANGE_OWN = "account:change_own"
    GRANT = "account:grant"
    BLOCK = "account:block"
    SHUT_WRITING = "account:shut_writing"
    KEEP_NOTICES = "account:keep_notices"


def is_self(actor: Actor, thing: Any) -> bool:
    """The person themselves"""
    return actor.user_id is not None and thing.id == actor.user_id


POLICY |= {
    May.SIGN_IN: [[anyone]],
    May.CHANGE_OWN: [[is_signed_in, is_self]],
    May.GRANT: [[is_operator], [is_system]],
    May.BLOCK: [[is_operator]],
    May.SHUT_WRITING: [[is_moderator], [is_operator], [is_system]],
    May.KEEP_NOTICES: [[is_system]],
}
WHILE_BLOCKED |= {May.SIGN_IN, May.CHANGE_OWN}
