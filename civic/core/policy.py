"""Who may do what: tables in each package's policy.py, asked here and nowhere else.

A row reads: permission -> any of these lines; all predicates of one line. A permission without a row is refused.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from civic.core import dates
from civic.core.actor import Actor
from civic.core.errors import NotAllowed
from civic.core.i18n import language
from civic.core.text import N_

Predicate = Callable[[Actor, Any], bool]
POLICY: dict[StrEnum, list[list[Predicate]]] = {}
WHILE_BLOCKED: set[StrEnum] = set()
"""What somebody whose writing is shut may still do. Everything else is refused, new permissions too."""

FOR_GOOD = 9999
"""The year that stands for no end."""


def allowed(actor: Actor, permission: StrEnum, thing: Any = None) -> bool:
    """Would `require` pass? For pages that show or hide a button."""
    if actor.is_blocked and permission not in WHILE_BLOCKED:
        return False
    return any(all(holds(actor, thing) for holds in line) for line in POLICY.get(permission, []))


def require(actor: Actor, permission: StrEnum, thing: Any = None, *, otherwise: str = "") -> None:
    """First line of every verb. `otherwise` is the sentence that says who can, where a plain refusal would puzzle."""
    if not allowed(actor, permission, thing):
        if actor.is_blocked and permission not in WHILE_BLOCKED:
            raise _shut(actor)
        if not actor.is_signed_in and not actor.system:
            raise NotAllowed(N_("برای این کار باید وارد شوید."))
        raise NotAllowed(otherwise or N_("این کار در اختیار شما نیست."))


def _shut(actor: Actor) -> NotAllowed:
    until = actor.blocked_until
    if until is None or until.year >= FOR_GOOD:
        return NotAllowed(
            N_(
                "نوشتن برای شما بسته است. خواندن و رأی‌دادن باز است؛ دلیل و راه اعتراض در صفحهٔ «تصمیم‌ها دربارهٔ من» آمده است."
            )
        )
    return NotAllowed(
        N_(
            "نوشتن تا %(day)s برای شما بسته است. خواندن و رأی‌دادن باز است؛ دلیل و راه اعتراض در صفحهٔ «تصمیم‌ها دربارهٔ من» آمده است."
        ),
        day=dates.write_day(until, language(), "y"),
    )


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
