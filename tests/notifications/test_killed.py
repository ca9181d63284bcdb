"""kill -9 of worker and Redis in the middle of two thousand notices: each person exactly one, letters under stable names."""

import os
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from civic.accounts.models import User
from civic.accounts.rules import Identity
from civic.contributions.models import Involved
from civic.contributions.rules import Involvement
from civic.core import clock
from civic.core.db import db, transaction
from civic.core.outbox import publish
from civic.notifications.models import Letter, Notice
from civic.notifications.rules import LetterStatus
from civic.outcomes.events import PromiseConfirmed

PEOPLE = 2_000
ROOT = Path(__file__).resolve().parents[2]


class Sink(socketserver.ThreadingTCPServer):
    """A post office that takes every letter and remembers its Message-ID and addressee."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), Conversation)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 sink")
        to = ""
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("RCPT"):
                to = line.split("<")[1].split(">")[0]
            if word.startswith("DATA"):
                self.say("354 go on")
                self.keep(to)
            elif word.startswith("QUIT"):
                self.say("221 bye")
                return
            self.say("250 ok")

    def keep(self, to: str) -> None:
        name = ""
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            if line.lower().startswith(b"message-id:"):
                name = line.decode().split(":", 1)[1].strip()
        self.server.seen.append((name, to))  # type: ignore[attr-defined]

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_redis(port: int, folder: Path) -> subprocess.Popen:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return started
        time.sleep(0.05)
    message = "redis-server did not answer"
    raise RuntimeError(message)


def start_worker(site, redis_port: int, sink: Sink) -> subprocess.Popen:
    settings = {
        **os.environ, "CIVIC_ENV": "test", "DATABASE_URL": site.url, "CIVIC_DATA_DIR": str(site.folder), "CIVIC_SECRET_KEY": "t" * 40,
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0", "SMTP_URL": f"smtp://127.0.0.1:{sink.server_address[1]}",
        "CIVIC_BASE_URL": "http://localhost", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "civic.app.commands", "worker"]
    return subprocess.Popen(
        command, env=settings, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def kill(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


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


@pytest.mark.slow
@pytest.mark.redis
@pytest.mark.timeout(300)
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server on this machine")
def test_killed_in_the_middle_everybody_is_told_exactly_once(site, app, make, tmp_path):
    proposal = make.proposal(make.user())
    moment = clock.now()
    with app.app_context(), transaction() as session:
        people = [
            User(full_name="", email=f"p{n}@example.org", identity_level=Identity.EMAIL, created_at=moment)
            for n in range(PEOPLE)
        ]
        session.add_all(people)
        session.flush()
        session.add_all(
            Involved(contribution_id=proposal, user_id=p.id, role=Involvement.FOLLOWER, at=moment)
            for p in people
        )
        for _ in range(3):  # the same news three times over
            publish(PromiseConfirmed(1, proposal))
    sink, port = Sink(), free_port()
    redis, worker = start_redis(port, tmp_path), start_worker(site, port, sink)
    sent = select(func.count()).select_from(Letter).where(Letter.status == LetterStatus.SENT)
    try:
        for wanted in (100, 700):
            assert wait_for(app, sent, wanted, 60) >= wanted
            kill(worker)
            kill(redis)
            redis = start_redis(port, tmp_path)
            with (
                app.app_context(),
                transaction() as session,
            ):  # the lease of what the dead worker held is over
                session.execute(
                    db.update(Letter).where(Letter.status == LetterStatus.SENDING).values(not_before=moment)
                )
            worker = start_worker(site, port, sink)
        assert wait_for(app, sent, PEOPLE, 150) == PEOPLE
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
        assert Counter(n for _, n in per_person) == {1: PEOPLE + 1}
        unread = db.session.scalars(select(User.unread).where(User.email.is_not(None))).all()
        assert set(unread) == {1}
    names = {}
    for name, to in sink.seen:
        assert names.setdefault(to, name) == name, "a letter changed its name between tries"
    assert len(names) == PEOPLE
    assert len(set(names.values())) == PEOPLE
    assert len(sink.seen) - PEOPLE <= 4
