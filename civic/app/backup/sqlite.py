"""The SQLite file: copied by its own online backup while others write, put back as a file."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from civic.app.backup.store import Reader, Writer
from civic.core.db import db

NAME = "civic.db"
SKIPPED = ("sqlite_", "indexed_fts", "alembic_version")


def file() -> Path:
    return Path(str(db.engine.url.database)).resolve()


def dump(writer: Writer) -> dict[str, Any]:
    """One consistent copy; its tables with their rows and fingerprints."""
    scratch = writer.folder / ".copy.db"
    source = sqlite3.connect(file(), timeout=30)
    copy = sqlite3.connect(scratch)
    try:
        source.backup(copy)  # in one step: a reader of the write-ahead log, which stops nobody
        copy.execute("PRAGMA journal_mode=DELETE")
        tables = {name: fingerprint(copy, name) for name in table_names(copy)}
    finally:
        copy.close()
        source.close()
    writer.add(NAME, scratch)
    scratch.unlink()
    return tables


def table_names(base: sqlite3.Connection) -> list[str]:
    rows = base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in rows if not name.startswith(SKIPPED)]


def fingerprint(base: sqlite3.Connection, table: str) -> dict[str, Any]:
    """Rows of a table in the order of its key, as one hash."""
    columns = base.execute(f'PRAGMA table_info("{table}")').fetchall()
    names = ", ".join(f'"{column[1]}"' for column in columns)
    key = [f'"{c[1]}"' for c in sorted(columns, key=lambda c: c[5]) if c[5]] or ["rowid"]
    seen, count = hashlib.sha256(), 0
    for row in base.execute(f'SELECT {names} FROM "{table}" ORDER BY {", ".join(key)}'):  # noqa: S608 - our own names
        seen.update(json.dumps(list(row), default=bytes.hex, separators=(",", ":")).encode() + b"\n")
        count += 1
    return {"rows": count, "sha256": seen.hexdigest()}


def is_empty() -> bool:
    if not file().exists():
        return True
    base = sqlite3.connect(file())
    try:
        return not base.execute("SELECT 1 FROM sqlite_master WHERE type = 'table'").fetchone()
    finally:
        base.close()


def load(reader: Reader) -> Iterator[str]:
    """Put the file in its place; names of tables that are not what the manifest says."""
    target = file()
    scratch = target.with_name(f".{target.name}.partial")
    scratch.unlink(missing_ok=True)
    db.engine.dispose()
    try:
        reader.take(NAME, scratch)
        base = sqlite3.connect(scratch)
        wrong = [
            name
            for name, wanted in reader.manifest["tables"].items()
            if name not in table_names(base) or fingerprint(base, name) != wanted
        ]
        base.close()
        if wrong:
            yield from wrong
            return
        for end in ("-wal", "-shm"):
            target.with_name(target.name + end).unlink(missing_ok=True)
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)


def undo() -> None:
    """Back to nothing, after a restore that failed later on."""
    db.engine.dispose()
    for end in ("", "-wal", "-shm"):
        file().with_name(file().name + end).unlink(missing_ok=True)
