"""Alembic's environment, for both databases.

SQLite rebuilds a table by copying: with foreign keys on, dropping the old parent would cascade to its children. So they
are switched off before the transaction and checked after it.
"""

from alembic import context
from sqlalchemy import text

from civic.app import models  # noqa: F401 - all tables known
from civic.core.db import Choice, Moment, db

connection = context.config.attributes["connection"]
sqlite = connection.dialect.name == "sqlite"


def own(obj, name, kind, reflected, compare_to):  # noqa: ARG001
    """Full-text tables and columns are made by hand."""
    return (
        not (kind == "table" and name.startswith("indexed_fts"))
        and not (kind == "column" and name == "words")
        and not (kind == "index" and name == "ix_indexed_texts_words")
    )


def plain(kind, obj, context_):  # noqa: ARG001
    """Migrations must not import our types: they have to run after those have changed."""
    if kind == "type" and isinstance(obj, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(obj, Choice):
        return "sa.String(24)"
    return False


if sqlite:
    connection.commit()
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
context.configure(
    connection=connection, target_metadata=db.metadata, render_as_batch=sqlite, compare_type=True,
    include_object=own, render_item=plain, transaction_per_migration=True,
)  # fmt: skip
with context.begin_transaction():
    if not sqlite:
        connection.execute(text("SET lock_timeout = '5s'"))
    context.run_migrations()
if sqlite:
    connection.commit()
    broken = connection.connection.driver_connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
    if broken:
        message = f"a migration left rows without their parents: {broken[:5]}"
        raise RuntimeError(message)
