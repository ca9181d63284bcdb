"""Promises of before the rounds: what was reported is one round, what was said of it stays, everything answered has a code."""

import pytest
from sqlalchemy import text

from civic.app import migrate
from civic.core.db import db
from civic.outcomes.rules import read_code
from tests.outcomes.test_asking import done
from tests.outcomes.test_promises import city, say

__all__ = ["city"]
BEFORE = "0006"


def rows(statement):
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


@pytest.mark.usefixtures("ctx")
def test_down_and_up_again_with_promises_that_were_spoken_about(city):
    done(city)
    for voter, word in zip(city.voters, ("done", "not_done", "partly", "cannot_tell"), strict=True):
        say(city, voter, word)
    db.session.remove()
    migrate.downgrade(BEFORE)
    try:
        assert rows("SELECT verdict FROM promise_verdicts ORDER BY verdict") == [
            ("done",),
            ("not_done",),
            ("partly",),
        ]
        assert rows("SELECT status, done_count FROM promises") == [("reported", 1)]
        db.engine.dispose()
    finally:
        migrate.upgrade()
    assert rows("SELECT round, percent, dispute_count FROM promises") == [(1, 100, 0)]
    assert rows("SELECT DISTINCT round FROM promise_verdicts") == [(1,)]
    assert rows("SELECT number, done_count, not_done_count FROM promise_rounds") == [(1, 1, 1)]
    ((code, number),) = rows("SELECT code, round FROM sheets")
    assert read_code(code) == code
    assert number == 1
    db.engine.dispose()
