"""Who may do what with notices and letters."""

from enum import StrEnum
from typing import Any

from civic.core.actor import Actor
from civic.core.policy import POLICY, WHILE_BLOCKED, anyone, is_operator, is_signed_in, is_system


class May(StrEnum):
    TELL = "notice:tell"
    READ = "notice:read"
    SEND = "letter:send"
    STOP = "letter:stop"
    WISH = "notice:wish"
    SETTLE = "letter:settle"


def is_addressee(actor: Actor, thing: Any) -> bool:
    """The person it is for"""
    return thing is None or thing.user_id == actor.user_id


POLICY |= {
    May.TELL: [[is_system]],
    May.READ: [[is_signed_in, is_addressee]],
    May.SEND: [[is_system]],
    May.STOP: [[anyone]],
    May.WISH: [[is_signed_in]],
    May.SETTLE: [[is_operator]],
}
WHILE_BLOCKED |= {May.READ, May.STOP, May.WISH}
