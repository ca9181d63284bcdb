"""From the cookie to the actor, once per request."""

from typing import Any

from flask import Flask, flash, g, session
from flask_login import LoginManager

from civic.accounts import queries, service
from civic.accounts.views import Ticket
from civic.app.intentions import CARRIERS
from civic.core.actor import PUBLIC, Actor
from civic.core.db import transaction
from civic.core.errors import CivicError
from civic.core.i18n import say
from civic.core.logs import log
from civic.groups.queries import behind


def setup(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(Ticket)
    app.extensions["keep_intention"] = keep_intention
    app.extensions["carry_out"] = carry_out


def load_actor() -> Actor:
    """Who holds this request's cookie; a guest when there is none or it is dead."""
    token = session.get("_user_id")
    if not token:
        return PUBLIC
    found = behind(token)
    if found is None or queries.expired(found[1], staff=found[0].is_staff):
        session.clear()
        return PUBLIC
    actor, used = found
    g.touch = actor.session_id if queries.needs_touch(used) else None
    return actor


def touch() -> None:
    """Write down that the session was used, after the answer was made."""
    session_id = g.pop("touch", None)
    if session_id:
        with transaction():
            service.mark_seen(g.actor, session_id)


def keep_intention(kind: str, payload: dict[str, Any]) -> str:
    with transaction():
        return service.intend(g.actor, kind, payload)


def carry_out(token: str, intent: str) -> str | None:
    """After sign-in: do what the guest meant. What no longer can be done is said on the next page."""
    found = behind(token)
    if found is None:
        return None
    g.actor, _used = found
    with transaction():
        taken = service.take_intention(g.actor, intent)
    if taken is None:
        return None
    kind, payload = taken
    try:
        return CARRIERS[kind](g.actor, payload)
    except CivicError as error:
        log.info("intention refused", kind=kind)
        return _explain(error, payload)


def _explain(error: CivicError, payload: dict[str, Any]) -> str:
    flash(say(error.message, **error.values), "bad")
    return str(payload.get("back") or "/")
