"""Counting the statements that a piece of code sends."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from civic.core.db import db


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """with counted(app) as sent: …; afterwards `sent` holds every SELECT, INSERT, UPDATE and DELETE."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip()[:6].upper() in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH R"}:
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
