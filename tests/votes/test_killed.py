"""kill -9 of web, worker, Redis and PostgreSQL in turn under concurrent votes; bench/faults.py does it, and says what it looks at."""

import shutil
from pathlib import Path

import pytest

from bench import faults

pytestmark = [
    pytest.mark.slow,
    pytest.mark.redis,
    pytest.mark.postgres,
    pytest.mark.timeout(400),
    pytest.mark.skipif(
        shutil.which("redis-server") is None
        or not any(Path("/usr/lib/postgresql").glob("*/bin/postgres") or [shutil.which("postgres")]),
        reason="redis-server and postgres are needed as programs",
    ),
]


def test_no_acknowledged_vote_is_lost_or_counted_twice():
    report = faults.run(people_count=30, proposal_count=20, kills=12)
    assert report.faults == []
    assert report.pairs == 600
    assert report.answered >= 600
    assert report.kills == {"web": 3, "worker": 3, "redis": 3, "postgres": 3}


def test_the_same_run_convicts_a_site_that_answers_too_early():
    """A judge that never says no is none: README.md of bench tells what the other planted faults were called."""
    report = faults.run(people_count=12, proposal_count=12, kills=4, plant="early-answer", seed=2)
    assert any("lost or changed" in line for line in report.faults)
