"""The database, and everything in which SQLite and PostgreSQL differ.

Entry points open `transaction()` first, then load with `for_change`, then judge. SQLite takes its transactions from us
(the driver's own lost 418 of 480 read-then-updates in an experiment): every transaction that writes begins IMMEDIATE.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Engine,
    MetaData,
    Select,
    String,
    event,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from civic.core.errors import NotFound

T = TypeVar("T")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


class Moment(TypeDecorator[datetime]):
    """A UTC instant. SQLite hands back naive times; here a time always knows its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a stored time needs a zone"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Choice(TypeDecorator[StrEnum]):
    """A StrEnum stored as text; pair it with `one_of` so that the database refuses anything else."""

    impl = String(24)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else str(self.enum(value))

    def process_result_value(self, value: str | None, dialect: Any) -> StrEnum | None:
        return None if value is None else self.enum(value)


def one_of(column: str, enum: type[StrEnum]) -> CheckConstraint:
    """CHECK that a text column holds a member of the enum."""
    members = ", ".join(f"'{member}'" for member in enum)
    return CheckConstraint(f"{column} IN ({members})", name=f"{column}_known")


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def options(url: str, *, worker: bool = False) -> dict[str, Any]:
    """Engine options: bounded pools and statements, so that one slow thing does not stop the site."""
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": 10, "isolation_level": None}}
    limit = 60_000 if worker else 5_000
    return {
        "hide_parameters": True,  # an error says which statement, never what people typed
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 5,
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": 5,
            "options": f"-c statement_timeout={limit} -c lock_timeout=10000 -c timezone=UTC",
        },
    }


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def transaction() -> Iterator[Session]:
    """The only place that commits. Whatever was read before is let go, so that rules judge fresh rows."""
    session = db.session()
    if session.info.get("open_transaction"):
        yield session
        return
    session.rollback()
    session.info["open_transaction"] = True
    try:
        if is_sqlite():
            session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        yield session
        session.flush()
        for last in session.info.pop("last_words", []):
            last(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("open_transaction", None)
        session.info.pop("last_words", None)


def before_commit(act: Any) -> None:
    """Run `act(session)` as the last thing of this transaction: hot rows stay locked for the shortest time."""
    session = db.session()
    session.info.setdefault("last_words", []).append(act)


def one_for_change(query: Select[T]) -> T:
    """The row, locked and fresh; NotFound when there is none. PostgreSQL: leaves foreign-key checks of others alone."""
    query = query.execution_options(populate_existing=True)
    if not is_sqlite():
        query = query.with_for_update(key_share=True, of=query.column_descriptions[0]["entity"])
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def serialise(*parts: object) -> None:
    """Only one transaction at a time past this point for the same parts. SQLite: the transaction already is alone."""
    if not is_sqlite():
        key = func.hashtextextended(":".join(map(str, parts)), 0)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def claim(query: Select[T]) -> T | None:
    """The first row nobody else works on, locked; None when there is none."""
    if not is_sqlite():
        query = query.with_for_update(skip_locked=True, of=query.column_descriptions[0]["entity"])
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def upsert(model: Any) -> Any:
    """INSERT … ON CONFLICT of the dialect in use."""
    return sqlite_insert(model) if is_sqlite() else postgresql_insert(model)


def hour_of(column: Any) -> Any:
    """The full hour (UTC) of a stored moment, to group by."""
    if is_sqlite():
        return type_coerce(func.strftime("%Y-%m-%d %H:00:00.000000", column), Moment)
    return type_coerce(func.date_trunc("hour", column), Moment)


def ping() -> None:
    """Raises when the database does not answer."""
    db.session.execute(text("SELECT 1"))
    db.session.rollback()
