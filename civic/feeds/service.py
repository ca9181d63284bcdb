"""Opening and closing the secret address of a calendar."""

import secrets

from sqlalchemy import delete

from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, upsert
from civic.core.policy import require
from civic.feeds.models import CalendarKey
from civic.feeds.policy import May
from civic.feeds.rules import Scope


def open_calendar(actor: Actor, scope: Scope) -> None:
    """A secret address for the person's calendar; the one before it is dead from now on."""
    require(actor, May.KEEP_CALENDAR, scope)
    fresh = {"nonce": secrets.token_hex(16), "made_at": clock.now()}
    db.session.execute(
        upsert(CalendarKey)
        .values(user_id=actor.signed_in(), scope=scope, **fresh)
        .on_conflict_do_update(index_elements=["user_id", "scope"], set_=fresh)
    )


def close_calendar(actor: Actor, scope: Scope) -> None:
    """No address any more. Also for somebody who has left the desk meanwhile."""
    require(actor, May.KEEP_CALENDAR, Scope.MINE)
    db.session.execute(
        delete(CalendarKey).where(CalendarKey.user_id == actor.signed_in(), CalendarKey.scope == scope)
    )
