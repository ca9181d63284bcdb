"""Who may do what to accounts."""

from enum import StrEnum
from typing import Any

from civic.core.actor import Actor
from civic.core.policy import POLICY, anyone, is_operator, is_signed_in, is_system


class May(StrEnum):
    SIGN_IN = "account:sign_in"
    CHANGE_OWN = "account:change_own"
    GRANT = "account:grant"
    BLOCK = "account:block"
    KEEP_NOTICES = "account:keep_notices"


def is_self(actor: Actor, thing: Any) -> bool:
    """The person themselves"""
    return actor.user_id is not None and thing.id == actor.user_id


POLICY |= {
    May.SIGN_IN: [[anyone]],
    May.CHANGE_OWN: [[is_signed_in, is_self]],
    May.GRANT: [[is_operator], [is_system]],
    May.BLOCK: [[is_operator]],
    May.KEEP_NOTICES: [[is_system]],
}
