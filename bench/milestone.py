"""One milestone to a hundred thousand people, with the worker and Redis killed -9 on the way.

    nice .venv/bin/python bench/milestone.py [--people 100000] [--kills 3]

It starts a PostgreSQL and a Redis of its own on free ports and a post office that remembers every letter, lets half of the
people follow a proposal, others join or vote, some both, some of them muted, some with letters off in each of the ways there
are, publishes one event, kills worker and Redis in the middle of the telling and of the sending, and then counts. The
leases of the killed worker run out by themselves (five minutes). It exits 1 when a count is wrong.
"""

import argparse
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, insert, select

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from civic.accounts.models import User  # noqa: E402
from civic.accounts.rules import Identity  # noqa: E402
from civic.app import create_app, migrate  # noqa: E402
from civic.contributions.models import Involved, Muted  # noqa: E402
from civic.contributions.queries import by_id  # noqa: E402
from civic.contributions.rules import Involvement  # noqa: E402
from civic.core import clock  # noqa: E402
from civic.core.db import db, transaction  # noqa: E402
from civic.core.outbox import publish  # noqa: E402
from civic.notifications.models import Letter, Notice, Preference  # noqa: E402
from civic.notifications.rules import Channel, LetterStatus, Rhythm, Topic  # noqa: E402
from civic.outcomes.events import PromiseConfirmed  # noqa: E402
from civic.votes.models import Participation, Question  # noqa: E402
from config import Config  # noqa: E402
from tests.make import Make  # noqa: E402
from tests.notifications.killing import (  # noqa: E402
    Sink,
    free_port,
    kill,
    resident,
    start_redis,
    start_worker,
    wait_for_port,
)


class Postgres:
    """An instance of its own, which nobody else uses and which is gone afterwards."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        binary = found[-1].parent if found else Path(shutil.which("postgres") or "").parent
        self.user = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.data = folder / "pg"
        self.data.mkdir()
        os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
        self._run(
            binary / "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        )
        self.process = subprocess.Popen(
            [binary / "postgres", "-D", self.data, "-p", str(self.port), "-h", "127.0.0.1", "-k", ""],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._as(),
        )  # fmt: skip
        wait_for_port(self.port, 30)
        time.sleep(1)
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def _as(self) -> dict[str, int]:
        own = os.getuid() != 0
        return {} if own else {"user": self.user.pw_uid, "group": self.user.pw_gid}

    def _run(self, *command: object) -> None:
        subprocess.run(
            [str(c) for c in command], check=True, stdout=subprocess.DEVNULL, cwd=self.data, **self._as()
        )

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # does not wait for those who are connected
        self.process.wait()


def gather(people: int, proposal: int) -> tuple[int, int, int]:
    """People and what ties them to the proposal; returns how many are to be told, get a letter, get a digest."""
    moment = clock.now()
    question = db.session.scalars(select(Question.id)).one()
    db.session.rollback()
    first, told, mailed, digests = 0, 0, 0, 0
    for begin in range(0, people, 5_000):
        numbers = range(begin, min(begin + 5_000, people))
        with transaction() as session:
            ids = list(
                session.scalars(
                    insert(User).returning(User.id, sort_by_parameter_order=True),
                    [
                        {
                            "full_name": "", "email": f"p{n}@example.org", "identity_level": Identity.EMAIL, "created_at": moment,
                            "mail_notices": n % 50 != 1,
                        }
                        for n in numbers
                    ],
                )
            )  # fmt: skip
            first = first or ids[0]
            rows: dict[type, list[dict[str, object]]] = {
                Involved: [],
                Participation: [],
                Muted: [],
                Preference: [],
            }
            for n, user_id in zip(numbers, ids, strict=True):
                if n % 10 < 7:  # some follow, some say that it is theirs too, some both
                    rows[Involved].append(
                        {
                            "contribution_id": proposal,
                            "user_id": user_id,
                            "role": Involvement.FOLLOWER,
                            "at": moment,
                        }
                    )
                if n % 10 == 3:
                    rows[Involved].append(
                        {
                            "contribution_id": proposal,
                            "user_id": user_id,
                            "role": Involvement.JOINER,
                            "at": moment,
                        }
                    )
                if n % 10 > 4:  # some only voted, some did both
                    rows[Participation].append({"user_id": user_id, "question_id": question})
                if n % 100 == 2:
                    rows[Muted].append({"contribution_id": proposal, "user_id": user_id})
                wish = {3: Rhythm.OFF, 4: Rhythm.DAILY, 5: Rhythm.WEEKLY}.get(n % 50)
                if wish:
                    rows[Preference].append(
                        {"user_id": user_id, "topic": Topic.ANSWERS, "channel": Channel.MAIL, "rhythm": wish}
                    )
                hears = n % 100 != 2
                told += hears
                mailed += hears and wish is None and n % 50 != 1
                digests += hears and wish in {Rhythm.DAILY, Rhythm.WEEKLY}
            for model, values in rows.items():
                if values:
                    session.execute(insert(model), values)
    return told, mailed, digests


def count(query: object) -> int:
    found = db.session.scalar(query)  # type: ignore[call-overload]
    db.session.rollback()
    return int(found or 0)


def measure(people: int, kills: int, folder: Path) -> bool:
    postgres = Postgres(folder)
    sink, port = Sink(), free_port()
    redis = start_redis(port, folder)
    data = folder / "data"
    app = create_app(
        Config(env="test", data_dir=data, database_url=postgres.url, secret_key="t" * 40, base_url="http://localhost", smtp_url="memory:")
    )  # fmt: skip
    worker = None
    try:
        with app.app_context():
            migrate.upgrade()
        make = Make(app)
        proposal = make.voted_on(make.user())
        with app.app_context():
            told, mailed, digests = gather(people, proposal)
            with transaction():
                title = by_id(proposal).title
                publish(PromiseConfirmed(1, proposal))
            print(
                f"{people:,} people; {told:,} to be told, {mailed:,} letters at once, {digests:,} digests; «{title}»",
                flush=True,
            )
            notices = select(func.count()).select_from(Notice)
            sent = select(func.count()).select_from(Letter).where(Letter.status == LetterStatus.SENT)
            worker = start_worker(postgres.url, data, port, sink)
            begun = time.monotonic()
            memory: list[float] = []
            marks: list[tuple[str, Callable[[], int], int]] = [
                ("telling", lambda: count(notices), told // 3), ("sending", lambda: count(sent), mailed // 5),
                ("sending", lambda: count(sent), 3 * mailed // 5),
            ]  # fmt: skip
            told_after = 0.0

            def until(reached: Callable[[], bool]) -> None:
                nonlocal told_after
                while not reached():
                    memory.append(resident(worker.pid))
                    if not told_after and count(notices) >= told:
                        told_after = time.monotonic() - begun
                    time.sleep(2)

            for what, now, wanted in marks[:kills]:
                until(lambda now=now, wanted=wanted: now() >= wanted)  # type: ignore[misc]
                print(
                    f"{time.monotonic() - begun:6.0f} s  {what}: {now():,} done; kill -9 worker ({resident(worker.pid):.0f} MiB) and Redis",
                    flush=True,
                )
                kill(worker)
                kill(redis)
                redis = start_redis(port, folder)
                worker = start_worker(postgres.url, data, port, sink)
            until(lambda: count(sent) >= mailed)
            whole = time.monotonic() - begun
            per_person = Counter(
                row[1]
                for row in db.session.execute(select(Notice.user_id, func.count()).group_by(Notice.user_id))
            )
            digest_rows = count(select(func.count()).select_from(Letter).where(Letter.digest.is_not(None)))
            unread = {
                row[0]: row[1]
                for row in db.session.execute(select(User.unread, func.count()).group_by(User.unread))
            }
    finally:
        if worker is not None:
            kill(worker)
        kill(redis)
        postgres.stop()
        sink.shutdown()
        sink.server_close()
    return _judge(told, mailed, digests, told_after, whole, memory, per_person, digest_rows, unread, sink)


def _judge(
    told: int, mailed: int, digests: int, told_after: float, whole: float, memory: list[float],
    per_person: Counter[int], digest_rows: int, unread: dict[int, int], sink: Sink,
) -> bool:  # fmt: skip
    names = Counter(to for _name, to in sink.seen)
    doubled = len(sink.seen) - len(names)
    stable = len({name for name, _to in sink.seen}) == len(names)
    lived = [m for m in memory if m > 50]
    half = len(lived) // 2
    print(
        f"told: all after {told_after:.0f} s; sent: all after {whole:.0f} s, {mailed / whole:.0f} letters/s with the pauses of {sink.connections:,} connections"
    )
    print(f"notices per person: {dict(per_person)} (the author is one of them); unread counters: {unread}")
    print(
        f"letters taken: {len(sink.seen):,}, addressees {len(names):,}, doubled {doubled} = {100 * doubled / max(len(names), 1):.4f} %; Message-IDs stable: {stable}"
    )
    print(f"digests waiting: {digest_rows:,}")
    print(
        f"worker's memory, MiB: first half max {max(lived[:half]):.0f}, second half max {max(lived[half:]):.0f}, over all {max(lived):.0f}"
    )
    wrong = []
    if per_person != Counter({1: told + 1}):
        wrong.append("somebody was told twice or never")
    if len(names) != mailed or not stable:
        wrong.append("letters are missing, too many or renamed")
    if doubled >= 0.001 * mailed:
        wrong.append("too many doubled letters")
    if digest_rows != digests:
        wrong.append("digests differ")
    if unread.get(1) != told + 1:
        wrong.append("unread counters differ")
    if max(lived[half:]) > 1.25 * max(lived[:half]):
        wrong.append("memory grows")
    print("ok" if not wrong else f"WRONG: {'; '.join(wrong)}")
    return not wrong


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=100_000)
    arguments.add_argument("--kills", type=int, default=3, choices=range(4))
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        sys.exit(0 if measure(asked.people, asked.kills, folder) else 1)


if __name__ == "__main__":
    main()
