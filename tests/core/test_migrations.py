"""Up, down and up again with data, and the models equal what the migrations made."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from civic.app import migrate
from civic.core.db import Base, db


def shape():
    seen = inspect(db.engine)
    return {
        table: (
            sorted(c["name"] for c in seen.get_columns(table)),
            sorted(i["name"] for i in seen.get_indexes(table) if i["name"]),
        )
        for table in seen.get_table_names()
        if not table.startswith(("indexed_fts", "alembic"))
    }


def test_models_equal_the_newest_migration(ctx):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = [
            d
            for d in compare_metadata(context, Base.metadata)
            if "indexed_fts" not in str(d) and "words" not in str(d)
        ]
    assert differences == []


def test_down_and_up_again_leaves_the_same_shape(ctx, make, site):
    make.contribution(make.user())
    before = shape()
    db.session.remove()
    migrate.downgrade("base")
    assert shape() == {}
    migrate.upgrade()
    assert shape() == before
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT kind FROM spaces WHERE id = 1")).scalar() == "standing"
    db.engine.dispose()


def test_the_record_refuses_to_be_changed(ctx, make):
    make.user()
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entries (at, act, subject, actor_role, actor_mark, data, public)"
                " VALUES ('2026-01-01 00:00:00', 'a', 'b', 'c', 'd', '{}', false)"
            )
        )
    for statement in ("UPDATE audit_entries SET act = 'x'", "DELETE FROM audit_entries"):
        with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))
