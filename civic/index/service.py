"""Keeping the index."""

from sqlalchemy import delete

from civic.core.actor import Actor, must_be_system
from civic.core.db import db, upsert
from civic.core.html import plain
from civic.core.text import fold_joined
from civic.index.models import Indexed


def put(actor: Actor, contribution_id: int, *, kind: str, title: str, html: str) -> None:
    """Make a public text findable."""
    must_be_system(actor)
    values = {"kind": kind, "title": fold_joined(title)[:400], "body": fold_joined(plain(html))}
    db.session.execute(
        upsert(Indexed)
        .values(id=contribution_id, **values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )


def drop(actor: Actor, contribution_id: int) -> None:
    """Make it unfindable."""
    must_be_system(actor)
    db.session.execute(delete(Indexed).where(Indexed.id == contribution_id))
