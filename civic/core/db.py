"""The database, and everything in which SQLite and PostgreSQL differ.

Entry points open `transaction()` first, then load with `for_change`, then judge. Outside of it everything only reads:
on PostgreSQL each such statement stands alone, so that neither BEGIN nor ROLLBACK is sent and the statements that the
driver has prepared live on (a ROLLBACK makes it forget them, and the planner was a third of a page). SQLite takes its transactions from us
(the driver's own lost 418 of 480 read-then-updates in an experiment): every transaction that writes begins IMMEDIATE.
"""

import json
import select as sockets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    DateTime,
    Engine,
    Executable,
    Integer,
    MetaData,
    Pool,
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
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from civic.core.errors import NotFound

T = TypeVar("T")
TRUSTED_FOR = 30.0
"""Seconds for which a connection that was used and has a quiet socket needs no question whether it lives."""


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


class ReadingSession(FlaskSession):
    """Reads statement by statement; writes, locks and cursors belong into `transaction()`."""

    def get_bind(self, *args: Any, **named: Any) -> Any:
        engine: Any = super().get_bind(*args, **named)
        whole = self.info.get("open_transaction") or self.info.get("one_reading")
        if whole or engine.dialect.name == "sqlite":
            return engine
        if engine not in _readers:
            _readers[engine] = engine.execution_options(isolation_level="AUTOCOMMIT")
        return _readers[engine]


_readers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()
db = SQLAlchemy(model_class=Base, session_options={"class_": ReadingSession})


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


class Ids(TypeDecorator[Any]):
    """A list of ids as one value, for `Among`."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(Integer))

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class Among(FunctionElement[bool]):
    """`Among(column, bindparam(name, type_=Ids()))`: a column is one of a list that is one parameter, however long it is.

    For statements that are made once; `in_` writes a parameter for each id and makes the statement anew for each length.
    """

    type = Boolean()
    inherit_cache = True
    name = "among"


@compiles(Among, "postgresql")
def _among_postgresql(element: Any, compiler: Any, **named: Any) -> str:
    column, ids = (compiler.process(part, **named) for part in element.clauses)
    return f"{column} = ANY ({ids})"


@compiles(Among, "sqlite")
def _among_sqlite(element: Any, compiler: Any, **named: Any) -> str:
    column, ids = (compiler.process(part, **named) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - what the compiler itself has written


def one_of(column: str, enum: type[StrEnum]) -> CheckConstraint:
    """CHECK that a text column holds a member of the enum."""
    members = ", ".join(f"'{member}'" for member in enum)
    return CheckConstraint(f"{column} IN ({members})", name=f"{column}_known")


def columns(statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
    """Plain columns of a statement that was made once, past the bookkeeping of objects: for what every page reads.

    Inside this request's transaction, and after what it has pending.
    """
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values)


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
        "pool_use_lifo": True,  # the connection used last knows the statements, and surely lives
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


@event.listens_for(Pool, "checkin")
def _used(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _alive(connection: Any, record: Any, _proxy: Any) -> None:
    """Whether a kept connection still has its server, mostly without asking it.

    A server that has gone closes its end, which makes the socket readable; one that is only idle says nothing. So a
    question over the wire is needed only when the socket speaks up, or when nobody has used it for a while and a
    firewall may have forgotten it. All other connections of a server that went are let go with this one.
    """
    used = record.info.get("used")
    if used is None or isinstance(connection, sqlite3.Connection):
        return
    poll = sockets.poll()
    try:
        poll.register(connection.fileno(), sockets.POLLIN)
        if time.monotonic() - used < TRUSTED_FOR and not poll.poll(0):
            return
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise InvalidatePoolError from error


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


@event.listens_for(ReadingSession, "before_flush")
def _only_in_transactions(session: Session, _context: Any, _instances: Any) -> None:
    if session.dirty or session.new or session.deleted:
        must_be_in_transaction()


@event.listens_for(ReadingSession, "do_orm_execute")
def _locks_too(state: ORMExecuteState) -> None:
    locks = state.is_select and getattr(state.statement, "_for_update_arg", None) is not None
    if locks or state.is_insert or state.is_update or state.is_delete:
        must_be_in_transaction()


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


@contextmanager
def one_reading() -> Iterator[Session]:
    """Rows that come one by one through a cursor of the database: it lives in a transaction, which changes nothing."""
    session = db.session()
    if session.info.get("open_transaction") or session.info.get("one_reading"):
        yield session
        return
    session.rollback()
    session.info["one_reading"] = True
    try:
        yield session
    finally:
        session.info.pop("one_reading", None)
        session.rollback()


def must_be_in_transaction() -> None:
    """Locks and changes outside of `transaction()` would not last: a fault of ours, never of a person."""
    if not db.session().info.get("open_transaction"):
        message = "only inside transaction() is anything locked or changed"
        raise RuntimeError(message)


def before_commit(act: Any) -> None:
    """Run `act(session)` as the last thing of this transaction: hot rows stay locked for the shortest time."""
    session = db.session()
    session.info.setdefault("last_words", []).append(act)


def one_for_change(query: Select[T]) -> T:
    """The row, locked and fresh; NotFound when there is none. PostgreSQL: leaves foreign-key checks of others alone."""
    must_be_in_transaction()
    query = query.execution_options(populate_existing=True)
    if not is_sqlite():
        query = query.with_for_update(key_share=True, of=query.column_descriptions[0]["entity"])
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def serialise(*parts: object) -> None:
    """Only one transaction at a time past this point for the same parts. SQLite: the transaction already is alone."""
    must_be_in_transaction()
    if not is_sqlite():
        key = func.hashtextextended(":".join(map(str, parts)), 0)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def claim(query: Select[T]) -> T | None:
    """The first row nobody else works on, locked; None when there is none."""
    must_be_in_transaction()
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
