"""Making a backup while the site runs, and putting it back where nothing is yet."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from psycopg import Error as PostgresError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from civic.admin.queries import LAST_BACKUP, last_backup
from civic.app import checks, migrate
from civic.app.backup import postgresql, sqlite
from civic.app.backup.store import Hindrance, Reader, Writer
from civic.audit import queries as audit
from civic.core import clock
from civic.core.db import db, is_sqlite

LAST = LAST_BACKUP
HEADS = audit.HEADS
NOT_KEPT = (".partial", ".tmp")
SECRET = {"secret_key", "record_key", "vapid_key.pem"}


@dataclass(frozen=True)
class Made:
    """A backup that was finished."""

    at: datetime
    folder: str
    rows: int
    files: int
    bytes: int
    sha256: str


def make(target: Path, passphrase: bytes = b"") -> Made:
    """Database, uploads, published heads and keys into a new folder; nothing at all where something fails."""
    data = _data()
    target = target.absolute()
    if target.resolve().is_relative_to(data):
        raise Hindrance(
            f"{target} lies inside the data folder {data}, and the backup would hold itself: name a folder elsewhere."
        )
    try:
        writer = Writer(target, passphrase)
    except OSError as error:
        raise Hindrance(
            f"{target} cannot be written ({error.strerror}): give yourself the right to its folder, or name another."
        ) from None
    try:
        made = _write(writer, data)
    except OSError as error:
        raise Hindrance(
            f"the backup could not be written ({error.strerror}); nothing was left behind. Free some room on the disk of"
            f" {target.parent}, or name a folder on another."
        ) from None
    finally:
        writer.drop()
    _remember(made)
    return made


def _write(writer: Writer, data: Path) -> Made:
    moment = clock.now()
    # Heads before the snapshot: a head newer than the links in the copy would say that the copy is cut off.
    if (data / HEADS).exists():
        writer.add(f"data/{HEADS}", data / HEADS)
    with db.engine.connect() as connection:
        revision = migrate.current(connection)
    tables = sqlite.dump(writer) if is_sqlite() else postgresql.dump(writer)
    # Files after it: whatever the rows of the snapshot name is on the disk by now.
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data).as_posix()
        if path.is_file() and not path.is_symlink() and name not in {HEADS, LAST} and _is_kept(path):
            try:
                writer.add(f"data/{name}", path)
            except FileNotFoundError:
                continue  # taken away meanwhile
    rows = sum(table["rows"] for table in tables.values())
    size = sum(file["size"] for file in writer.files.values())
    count = len(writer.files)
    sha256 = writer.finish(
        {
            "made_at": moment.isoformat(timespec="seconds"),
            "engine": db.engine.dialect.name,
            "revision": revision,
            "secret": _secret_mark(),
            "sequences": {} if is_sqlite() else postgresql.sequences(),
            "tables": tables,
        }
    )
    return Made(moment, str(writer.target), rows, count, size, sha256)


def _is_kept(path: Path) -> bool:
    if path.name.endswith(NOT_KEPT):
        return False
    if not is_sqlite():
        return True
    own = sqlite.file()
    return path.resolve() not in {
        own,
        *(own.with_name(own.name + end) for end in ("-wal", "-shm", "-journal")),
    }


def _data() -> Path:
    return Path(current_app.config["DATA_DIR"]).resolve()


def _secret_mark() -> str:
    """Tells whether two keys are the same, and nothing else about them."""
    return hashlib.sha256(f"charsu:{current_app.config['SECRET_KEY']}".encode()).hexdigest()[:16]


def _remember(made: Made) -> None:
    values = {"at": made.at.isoformat(), "folder": made.folder, "rows": made.rows, "bytes": made.bytes}
    scratch = _data() / f"{LAST}.tmp"
    scratch.write_text(json.dumps(values))
    scratch.replace(_data() / LAST)


def last() -> datetime | None:
    """When the newest backup was finished."""
    return last_backup(_data())


# ---- the way back ------------------------------------------------------------------------------


def restore(folder: Path, passphrase: bytes = b"") -> Iterator[str]:
    """Put a backup back, saying line by line what was done; Hindrance, and nothing changed, where it cannot be."""
    reader = Reader(folder, passphrase)
    manifest = reader.manifest
    engine: Any = sqlite if is_sqlite() else postgresql
    _must_fit(manifest, db.engine, engine)
    reader.check()
    yield f"the backup of {manifest['made_at']} is whole: {len(reader.files)} files"
    try:
        wrong = list(engine.load(reader))
        if wrong:
            raise Hindrance(
                f"the database did not take these tables as they were: {', '.join(wrong)}. Nothing was kept."
            )
        yield f"{len(manifest['tables'])} tables with {sum(t['rows'] for t in manifest['tables'].values())} rows, each equal by hash"
        if migrate.upgrade():
            yield f"migrated from {manifest['revision']} to {migrate.head()}"
        _put_files(reader)
    except (OSError, SQLAlchemyError, PostgresError, Hindrance) as error:
        engine.undo()
        if isinstance(error, Hindrance):
            raise
        raise Hindrance(
            f"the backup could not be put back ({error}). The database was emptied again."
        ) from error
    yield f"uploads, heads and keys are in {_data()}"
    if not _same_secret(manifest):
        yield (
            "NOTE: CIVIC_SECRET_KEY is another one than that of the backup. Everybody signs in anew, and the pseudonyms of"
            " open votes change: set the old key before the site starts."
        )


def _must_fit(manifest: dict[str, Any], engine: Engine, kind: Any) -> None:
    if manifest["engine"] != engine.dialect.name:
        raise Hindrance(
            f"this backup is of {manifest['engine']}, and DATABASE_URL names {engine.dialect.name}: a backup goes back to"
            " the kind of database it came from. Set DATABASE_URL accordingly."
        )
    if not migrate.knows(manifest["revision"]):
        raise Hindrance(
            f"this backup has the shape {manifest['revision']}, which this version of the site does not know:"
            " restore it with the version that made it, or a newer one."
        )
    if not kind.is_empty():
        raise Hindrance(
            "the database is not empty, and a restore never writes over anything: make a new one (createdb, or another"
            " CIVIC_DATA_DIR) and set DATABASE_URL to it."
        )
    present = [path.name for path in _data().iterdir() if path.name not in SECRET | {LAST} and _is_kept(path)]
    if present:
        raise Hindrance(
            f"the data folder {_data()} is not empty (it holds {present[0]}): name an empty one with CIVIC_DATA_DIR."
        )


def _put_files(reader: Reader) -> None:
    data = _data()
    for name in reader.files:
        if not name.startswith("data/"):
            continue
        target = (data / name.removeprefix("data/")).resolve()
        if not target.is_relative_to(data):
            raise Hindrance(
                f"the backup names a file outside the data folder ({name}): it is not one of ours."
            )
        inside_media = target.is_relative_to(data / "media")
        reader.take(name, target, mode=0o640 if inside_media or target.name == HEADS else 0o600)


def _same_secret(manifest: dict[str, Any]) -> bool:
    """With the key of the data folder, the restored file counts from the next start on."""
    file = _data() / "secret_key"
    if current_app.config["CIVIC_ENV"] != "production" and file.exists():
        mark = hashlib.sha256(f"charsu:{file.read_text().strip()}".encode()).hexdigest()[:16]
        if mark == manifest["secret"]:
            return True
    return bool(_secret_mark() == manifest["secret"])


def proof() -> list[str]:
    """What is wrong with a restored site: counters and the record."""
    return [*checks.differences(), *checks.record_faults(None)]
