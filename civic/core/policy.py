"""Who may do what: tables in each package's policy.py, asked here and nowhere else.

A row reads: permission -> any of these lines; all predicates of one line. A permission without a row is refused.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from civic.core.actor import Actor
from civic.core.errors import NotAllowed
from civic.core.text import N_

Predicate = Callable[[Actor, Any], bool]
POLICY: dict[StrEnum, list[list[Predicate]]] = {}


def allowed(actor: Actor, permission: StrEnum, thing: Any = None) -> bool:
    """Would `require` pass? For pages that show or hide a button."""
    return any(all(holds(actor, thing) for holds in line) for line in POLICY.get(permission, []))


def require(actor: Actor, permission: StrEnum, thing: Any = None) -> None:
    """First line of every verb."""
    if not allowed(actor, permission, thing):
        if not actor.is_signed_in and not actor.system:
            raise NotAllowed(N_("برای این کار باید وارد شوید."))
        raise NotAllowed(N_("این کار در اختیار شما نیست."))


def anyone(_actor: Actor, _thing: Any) -> bool:
    """Anybody, signed in or not"""
    return True


def is_signed_in(actor: Actor, _thing: Any) -> bool:
    """Anybody with an account"""
    return actor.is_signed_in


def is_system(actor: Actor, _thing: Any) -> bool:
    """The system itself (clock, event, operator's command)"""
    return actor.system


def is_operator(actor: Actor, _thing: Any) -> bool:
    """The operator of the site"""
    return actor.is_operator


def is_moderator(actor: Actor, _thing: Any) -> bool:
    """A moderator"""
    return actor.is_moderator


def is_clerk(actor: Actor, _thing: Any) -> bool:
    """The council's clerk"""
    return actor.is_clerk


def is_inspector(actor: Actor, _thing: Any) -> bool:
    """An inspector"""
    return actor.is_inspector


def is_council(actor: Actor, _thing: Any) -> bool:
    """A member of the city council"""
    return actor.is_council
