"""kill -9 of worker and Redis in the middle of a milestone: each person exactly one notice, letters under stable names."""

import shutil
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from civic.accounts.models import User
from civic.accounts.rules import Identity
from civic.contributions.models import Involved, Muted
from civic.contributions.rules import Involvement
from civic.core import clock
from civic.core.db import db, transaction
from civic.core.mail import LINES
from civic.core.outbox import publish
from civic.notifications.models import Letter, Notice, Preference
from civic.notifications.rules import Channel, LetterStatus, Rhythm, Topic
from civic.outcomes.events import PromiseConfirmed
from tests.notifications.killing import Sink, free_port, kill, resident, start_redis, start_worker

PEOPLE = 2_000
MUTED, STOPPED, NO_MAIL = 20, 40, 30
TOLD, MAILED = PEOPLE - MUTED, PEOPLE - MUTED - STOPPED - NO_MAIL


def count(app, query) -> int:
    with app.app_context():
        found = db.session.scalar(query)
        db.session.remove()
    return found or 0


def wait_for(app, query, wanted: int, seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while (found := count(app, query)) < wanted and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def gather(app, proposal: int) -> None:
    """Two thousand followers; some muted the thing, some want no letters of this topic, some none at all."""
    moment = clock.now()
    with app.app_context(), transaction() as session:
        people = [
            User(
                full_name="", email=f"p{n}@example.org", identity_level=Identity.EMAIL, created_at=moment,
                mail_notices=n >= NO_MAIL,
            )
            for n in range(PEOPLE)
        ]  # fmt: skip
        session.add_all(people)
        session.flush()
        session.add_all(
            Involved(contribution_id=proposal, user_id=p.id, role=Involvement.FOLLOWER, at=moment)
            for p in people
        )
        session.add_all(Muted(contribution_id=proposal, user_id=p.id) for p in people[100 : 100 + MUTED])
        session.add_all(
            Preference(user_id=p.id, topic=Topic.ANSWERS, channel=Channel.MAIL, rhythm=Rhythm.OFF)
            for p in people[200 : 200 + STOPPED]
        )
        for _ in range(3):  # the same news three times over
            publish(PromiseConfirmed(1, proposal))


@pytest.mark.slow
@pytest.mark.redis
@pytest.mark.timeout(300)
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server on this machine")
def test_killed_three_times_everybody_is_told_exactly_once(site, app, make, tmp_path):
    proposal = make.proposal(make.user())
    gather(app, proposal)
    moment = clock.now()
    sink, port = Sink(), free_port()
    redis, worker = start_redis(port, tmp_path), start_worker(site.url, site.folder, port, sink)
    told = select(func.count()).select_from(Notice).where(Notice.kind == "promise_confirmed")
    sent = select(func.count()).select_from(Letter).where(Letter.status == LetterStatus.SENT)
    memory = []
    try:
        for query, wanted in ((told, 1), (sent, 200), (sent, 1_000)):
            assert wait_for(app, query, wanted, 60) >= wanted
            memory.append(resident(worker.pid))
            kill(worker)
            kill(redis)
            redis = start_redis(port, tmp_path)
            with app.app_context(), transaction() as session:
                # the lease of what the dead worker held is over
                session.execute(
                    db.update(Letter).where(Letter.status == LetterStatus.SENDING).values(not_before=moment)
                )
            worker = start_worker(site.url, site.folder, port, sink)
        assert wait_for(app, sent, MAILED, 150) == MAILED
        memory.append(resident(worker.pid))
    finally:
        kill(worker)
        kill(redis)
        sink.shutdown()
        sink.server_close()
    with app.app_context():
        per_person = db.session.execute(
            select(Notice.user_id, func.count())
            .where(Notice.kind == "promise_confirmed")
            .group_by(Notice.user_id)
        ).all()
        assert Counter(n for _, n in per_person) == {1: TOLD + 1}
        unread = dict(
            db.session.execute(
                select(User.unread, func.count()).where(User.email.is_not(None)).group_by(User.unread)
            ).all()
        )
        assert unread == {1: TOLD, 0: MUTED}
        assert db.session.query(Letter).count() == MAILED
    names = {}
    for name, to in sink.seen:
        assert names.setdefault(to, name) == name, "a letter changed its name between tries"
    assert len(names) == MAILED
    assert len(set(names.values())) == MAILED
    assert len(sink.seen) - MAILED <= 3 * LINES, "at most the letters in the air at each kill"
    assert sink.connections < MAILED / 10, "letters share connections"
    assert max(memory) < 400, "MiB"
