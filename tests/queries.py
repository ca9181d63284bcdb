"""Counting SQL statements."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from civic.core.db import db


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Everything sent to the database inside, statement by statement (BEGIN and COMMIT left out)."""
    sent: list[str] = []

    def hear(_connection, _cursor, statement, _parameters, _context, _many):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", hear)
