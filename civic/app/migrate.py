"""Bringing the database to the newest shape."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from civic.core.db import db
from config import ROOT

LOCK = 7_361_114


def alembic_config(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(ROOT) / "migrations"))
    config.attributes["connection"] = connection
    return config


def current(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return revision


def head() -> str | None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(ROOT) / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head()


def knows(revision: str | None) -> bool:
    """Is this one of our revisions?"""
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(ROOT) / "migrations"))
    return revision in {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}


def is_current() -> bool:
    """Has the database the shape this code was written for?"""
    with db.engine.connect() as connection:
        return current(connection) == _head()


@cache
def _head() -> str | None:
    return head()


def upgrade(to: str = "head") -> bool:
    """Migrate; False when there was nothing to do. On PostgreSQL one process at a time."""
    with db.engine.connect() as connection:
        if to == "head" and current(connection) == head():
            return False
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(:k)"), {"k": LOCK})
            connection.commit()
        command.upgrade(alembic_config(connection), to)
        connection.commit()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_unlock(:k)"), {"k": LOCK})
            connection.commit()
    return True


def downgrade(to: str) -> None:
    with db.engine.connect() as connection:
        command.downgrade(alembic_config(connection), to)
        connection.commit()


def revise(message: str, number: str) -> None:
    """Write a new migration from the difference between models and database (for developers)."""
    with db.engine.connect() as connection:
        command.revision(alembic_config(connection), message, autogenerate=True, rev_id=number)
