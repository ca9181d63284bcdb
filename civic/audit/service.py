"""Writing the record."""

import hashlib
import secrets
from typing import Any

from civic.audit.models import AuditActor, AuditEntry
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db


def record(actor: Actor, act: str, subject: str, *, public: bool = False, **data: Any) -> AuditEntry:
    """Write down who did what to what, within the act's transaction. `data` must hold no personal data."""
    salt = secrets.token_hex(16)
    who = str(actor.user_id or "system")
    entry = AuditEntry(
        at=clock.now(),
        act=act,
        subject=subject,
        actor_role=_role(actor),
        actor_mark=hashlib.sha256(f"{salt}:{who}".encode()).hexdigest(),
        data=data,
        public=public,
    )
    db.session.add(entry)
    db.session.flush()
    if actor.user_id is not None:
        db.session.add(AuditActor(entry_id=entry.id, user_id=actor.user_id, salt=salt))
    return entry


def _role(actor: Actor) -> str:
    if actor.system:
        return "system"
    order = ("operator", "moderator", "head", "officer", "triage", "council")
    held = {str(grant.role) for grant in actor.grants}
    return next((role for role in order if role in held), str(actor.own_kind))
