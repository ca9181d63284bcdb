"""PostgreSQL through its own COPY and our own driver: no program of the server is needed on this machine.

All tables are read in one REPEATABLE READ transaction, so that they agree with each other while the site goes on. They
are put back into the schema of their own revision, with the foreign keys dropped and made again in the same transaction:
tables that point at each other have no order, and switching triggers off would ask for a superuser.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection

from civic.app import migrate
from civic.app.backup.store import Reader, Writer
from civic.core.db import db

TABLES = """
    SELECT c.relname, array_agg(a.attname ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'alembic_version'
    GROUP BY c.relname ORDER BY c.relname"""
KEY = """
    SELECT array_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum))
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = %s::regclass AND i.indisprimary"""
SEQUENCES = """
    SELECT c.relname FROM pg_class c WHERE c.relkind = 'S' AND c.relnamespace = current_schema()::regnamespace
    ORDER BY c.relname"""
FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"""


def dump(writer: Writer) -> dict[str, Any]:
    """Every table as CSV; their rows and fingerprints, and where the counters of new ids stand."""
    with db.engine.connect().execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    ) as connection:
        raw = _raw(connection)
        tables = {}
        for name, columns in raw.execute(TABLES).fetchall():
            with writer.open(f"tables/{name}.csv") as out:
                rows = _copy_out(raw, name, columns, out.write)
            tables[name] = {"rows": rows, "sha256": out.hash.hexdigest(), "columns": columns}
        return tables


def sequences() -> dict[str, Any]:
    """Counters are outside transactions: read after the snapshot they are never behind it."""
    with db.engine.connect() as connection:
        raw = _raw(connection)
        names = [name for (name,) in raw.execute(SEQUENCES).fetchall()]
        query = sql.SQL("SELECT last_value, is_called FROM {}")
        found = {name: raw.execute(query.format(sql.Identifier(name))).fetchone() for name in names}
        return {name: list(row) for name, row in found.items() if row}


def _raw(connection: Connection) -> psycopg.Connection[Any]:
    raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    for setting in (
        "statement_timeout = 0",
        "datestyle = 'ISO'",
        "timezone = 'UTC'",
        "extra_float_digits = 1",
    ):
        raw.execute(f"SET LOCAL {setting}")
    return raw


def _copy_out(raw: psycopg.Connection[Any], name: str, columns: list[str], take: Any) -> int:
    keys = raw.execute(KEY, (f'"{name}"',)).fetchone()
    order = (keys and keys[0]) or columns
    query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT (FORMAT csv, HEADER)").format(
        _names(columns), sql.Identifier(name), _names(order)
    )
    with raw.cursor() as cursor:
        with cursor.copy(query) as rows:
            for piece in rows:
                take(bytes(piece))
        return cursor.rowcount


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def is_empty() -> bool:
    with db.engine.connect() as connection:
        query = "SELECT 1 FROM pg_class WHERE relkind IN ('r', 'S', 'v') AND relnamespace = current_schema()::regnamespace LIMIT 1"
        return connection.exec_driver_sql(query).first() is None


def load(reader: Reader) -> Iterator[str]:
    """Make the tables and fill them; names of tables that are not what the manifest says, and then nothing is kept."""
    migrate.upgrade(reader.manifest["revision"])
    wrong: list[str] = []
    with db.engine.connect() as connection, connection.begin() as whole:
        raw = _raw(connection)
        _fill(raw, reader)
        for name, wanted in reader.manifest["tables"].items():
            seen = hashlib.sha256()
            rows = _copy_out(raw, name, wanted["columns"], seen.update)
            if (rows, seen.hexdigest()) != (wanted["rows"], wanted["sha256"]):
                wrong.append(name)
        if wrong:
            whole.rollback()
    yield from wrong


def _fill(raw: psycopg.Connection[Any], reader: Reader) -> None:
    keys = raw.execute(FOREIGN_KEYS).fetchall()
    for table, name, _definition in keys:
        raw.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(table), sql.Identifier(name)))
    present = [name for name, _columns in raw.execute(TABLES).fetchall()]
    raw.execute(sql.SQL("TRUNCATE {}").format(_names(present)))
    for name, wanted in reader.manifest["tables"].items():
        query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER)").format(
            sql.Identifier(name), _names(wanted["columns"])
        )
        with raw.cursor() as cursor, cursor.copy(query) as rows:
            for piece in reader.read(f"tables/{name}.csv"):
                rows.write(piece)
    for table, name, definition in keys:
        raw.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                sql.SQL(table), sql.Identifier(name), sql.SQL(definition)
            )
        )
    for name, (last, called) in reader.manifest["sequences"].items():
        raw.execute("SELECT setval(%s::regclass, %s, %s)", (f'"{name}"', last, called))


def undo() -> None:
    """Back to nothing, after a restore that failed."""
    migrate.downgrade("base")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
