"""Writing the record."""

import hashlib
import secrets
from typing import Any

from sqlalchemy import insert

from civic.audit import queries
from civic.audit.models import AuditActor, AuditEntry, AuditSeal
from civic.audit.policy import May
from civic.audit.rules import digest, link
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, serialise
from civic.core.policy import require


def record(
    actor: Actor, act: str, subject: str, *, public: bool = False, who: str = "", **data: Any
) -> AuditEntry:
    """Write down who did what to what, within the act's transaction. `data` must hold no personal data.

    `who` stands in for the person where not even the operator shall find them: a ballot's pseudonym.
    """
    salt = secrets.token_hex(16)
    who = who or str(actor.user_id or "system")
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
    order = ("operator", "inspector", "moderator", "head", "officer", "triage", "clerk", "council")
    held = {str(grant.role) for grant in actor.grants}
    return next((role for role in order if role in held), str(actor.own_kind))


def seal(actor: Actor, *, limit: int = 1000, whole: bool = False) -> int:
    """Chain what was written since the last time; returns how many entries. Only one sealer at a time.

    Commit order is not id order, so unsealed entries are looked for behind the newest seals too; `whole` looks at all.
    """
    require(actor, May.SEAL)
    serialise("audit-seal")
    seq, prev = queries.last_link()
    moment = clock.now()
    links = []
    for entry in queries.unsealed(limit=limit, whole=whole):
        seq += 1
        fingerprint = digest(queries.plain(entry))
        made = link(seq, prev, fingerprint)
        links.append(
            {
                "seq": seq,
                "entry_id": entry.id,
                "prev": prev,
                "digest": fingerprint,
                "hash": made,
                "sealed_at": moment,
            }
        )
        prev = made
    if links:
        db.session.execute(insert(AuditSeal), links)
    return len(links)
