"""Reading the record: what is to be sealed, whether the chain holds, what the public sees."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, and_, func, select

from civic.audit import rules
from civic.audit.models import AuditEntry, AuditSeal
from civic.core import clock
from civic.core.db import db
from civic.core.paging import Page, page

HEADS = "audit-heads.jsonl"
BEHIND = 5_000
"""How many of the newest seals the every-second sealer looks behind for entries that were committed late."""

COLUMNS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.act,
    AuditEntry.subject,
    AuditEntry.actor_role,
    AuditEntry.actor_mark,
    AuditEntry.data,
    AuditEntry.public,
)


def plain(entry: Row[Any]) -> dict[str, Any]:
    """An entry's columns by name, as they are hashed."""
    return {column.key: getattr(entry, column.key) for column in COLUMNS}


def last_link() -> tuple[int, str]:
    """Number and hash of the newest link."""
    row = db.session.execute(
        select(AuditSeal.seq, AuditSeal.hash).order_by(AuditSeal.seq.desc()).limit(1)
    ).first()
    return (row[0], row[1]) if row else (0, rules.FIRST)


def unsealed(*, limit: int, whole: bool = False) -> Sequence[Row[Any]]:
    """Entries without a link, oldest first."""
    query = (
        select(*COLUMNS)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditSeal.seq.is_(None))
        .order_by(AuditEntry.id)
        .limit(limit)
    )
    if not whole:
        newest = select(AuditSeal.entry_id).order_by(AuditSeal.seq.desc()).limit(BEHIND).subquery()
        lowest = db.session.scalar(select(func.min(newest.c.entry_id)))
        if lowest is not None:
            query = query.where(AuditEntry.id >= lowest)
    return db.session.execute(query).all()


@dataclass(frozen=True)
class Head:
    """The newest link at some moment, as it was made known."""

    seq: int
    hash: str
    at: datetime
    sig: str = ""

    @property
    def at_words(self) -> str:
        return self.at.isoformat(timespec="seconds")

    def as_json(self) -> dict[str, Any]:
        values: dict[str, Any] = {"seq": self.seq, "hash": self.hash, "at": self.at_words}
        return values | ({"sig": self.sig} if self.sig else {})


def head() -> Head:
    seq, newest = last_link()
    return Head(seq, newest, clock.now())


def published_heads(file: Path, *, last: int = 0) -> list[Head]:
    """What was published, oldest first; `last` limits to the newest ones. A line that cannot be read is an error."""
    if not file.exists():
        return []
    lines = [line for line in file.read_text().splitlines() if line.strip()]
    return [_head(json.loads(line)) for line in lines[-last:]]


def _head(values: dict[str, Any]) -> Head:
    return Head(
        int(values["seq"]),
        str(values["hash"]),
        datetime.fromisoformat(values["at"]),
        str(values.get("sig", "")),
    )


def read_heads(file: Path) -> list[Head]:
    """A file of heads: one JSON object per line, one object, or a list as /transparency/heads.json gives it."""
    text = file.read_text()
    try:
        whole = json.loads(text)
    except ValueError:
        return published_heads(file)
    if isinstance(whole, dict):
        whole = whole.get("heads", [whole])
    return [_head(one) for one in whole]


def faults(heads: Sequence[Head] = ()) -> Iterator[str]:
    """Walk the whole chain; the first row that is changed, deleted, inserted or cut, in words. Nothing: it holds."""
    wanted = {one.seq: one for one in heads if one.seq}
    seq, prev = 0, rules.FIRST
    newest_head = max(heads, key=lambda one: one.seq, default=None)
    while True:
        rows = _links(after=seq)
        if not rows:
            break
        for row in rows:
            fault = _fault(row, seq, prev, newest_head)
            if fault:
                yield fault
                return
            seq, prev = row.seq, row.hash
            if seq in wanted and wanted[seq].hash != prev:
                yield f"link {seq}: its hash is not the one published on {wanted[seq].at:%Y-%m-%d %H:%M}"
                return
    missing = sorted(n for n in wanted if n > seq)
    if missing:
        yield f"link {seq + 1} to {missing[-1]}: cut off; {missing[-1]} was published on {wanted[missing[-1]].at:%Y-%m-%d %H:%M}"
        return
    yield from _forgotten()


def _links(after: int, size: int = 2_000) -> Sequence[Row[Any]]:
    query = (
        select(AuditSeal.seq, AuditSeal.entry_id, AuditSeal.prev, AuditSeal.digest, AuditSeal.hash, *COLUMNS)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .where(AuditSeal.seq > after)
        .order_by(AuditSeal.seq)
        .limit(size)
    )
    return db.session.execute(query).all()


def _fault(row: Row[Any], seq: int, prev: str, newest_head: Head | None) -> str:
    if row.seq != seq + 1:
        return f"link {seq + 1}: missing, the next one is {row.seq}"
    if row.prev != prev:
        return f"link {row.seq}: does not lean on the one before it (a link was inserted, changed or deleted)"
    if row.id is None:
        return f"entry {row.entry_id} (link {row.seq}): deleted"
    if not _holds(row, prev):
        return f"entry {row.entry_id} (link {row.seq}, {row.act} of {row.subject}): changed"
    late = timedelta(seconds=rules.LATE)
    if newest_head and row.seq > newest_head.seq and row.at < newest_head.at - late:
        return f"entry {row.entry_id} (link {row.seq}): inserted afterwards, dated {row.at:%Y-%m-%d %H:%M} but sealed after the published head"
    return ""


def _holds(row: Row[Any], prev: str) -> bool:
    entry = plain(row)
    if row.digest is None:
        return rules.old_link(row.seq, prev, entry) == row.hash
    return rules.digest(entry) == row.digest and rules.link(row.seq, prev, row.digest) == row.hash


def _forgotten() -> Iterator[str]:
    limit = clock.now() - timedelta(seconds=rules.UNSEALED_GRACE)
    row = db.session.execute(
        select(AuditEntry.id)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditSeal.seq.is_(None), AuditEntry.at < limit)
        .order_by(AuditEntry.id)
        .limit(1)
    ).first()
    if row:
        yield f"entry {row[0]}: in no link (inserted past the sealer, its link cut off, or the sealer does not run)"


def public_log(*, acts: Sequence[str] = (), cursor: str = "", size: int = 20) -> Page[AuditEntry]:
    """Acts that everybody may see, newest first."""
    query = select(AuditEntry).where(AuditEntry.public)
    if acts:
        query = query.where(AuditEntry.act.in_(acts))
    found: Page[AuditEntry] = page(query, [(AuditEntry.id, True)], cursor=cursor, size=size)
    return found


def links_for_all(after: int, upto: int, size: int = 2_000) -> Sequence[Row[Any]]:
    """The next links, with the columns of their entries where these are marked public, else nothing of them."""
    query = (
        select(AuditSeal.seq, AuditSeal.digest, AuditSeal.hash, *COLUMNS)
        .outerjoin(AuditEntry, and_(AuditEntry.id == AuditSeal.entry_id, AuditEntry.public))
        .where(AuditSeal.seq > after, AuditSeal.seq <= upto)
        .order_by(AuditSeal.seq)
        .limit(size)
    )
    return db.session.execute(query).all()


def hash_of(seq: int) -> str | None:
    """The hash of one link; what the first leans on for 0."""
    return rules.FIRST if seq == 0 else db.session.scalar(select(AuditSeal.hash).where(AuditSeal.seq == seq))
