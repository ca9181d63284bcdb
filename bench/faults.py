"""kill -9 in turn of web, worker, Redis and PostgreSQL under concurrent votes: is every acknowledged vote there, once?

    python bench/faults.py                          20,000 votes, 16 kills
    python bench/faults.py --people 40 --proposals 30 --kills 12      a small run, as the tests make it
    python bench/faults.py --plant early-answer     the same with a fault planted: it must fail

Everything runs on 127.0.0.1 with servers of its own on free ports: PostgreSQL (fsync on), Redis, two web processes behind
gunicorn, one worker. Each client owns some people; it sends a vote until it is answered 303, remembers what was answered,
changes or takes back some votes, and sends some twice at the same moment, as an impatient finger does. Afterwards:

- lost: the last answered choice of each person and proposal is the one on the ballot;
- double: no more than one ballot for each, and none that nobody cast;
- counters: `civic recount` finds nothing, and the tallies are what the clients were told;
- record: `civic audit verify` finds nothing, and the stand-alone verifier says the same of the public record;
- followed: each proposal that reached its threshold has its one case, and nothing is left in the outbox.

PLANTS are faults put into the started servers (never into the code on disk); README.md says what each run answered.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, insert, select, text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from civic.accounts.models import LoginSession, User  # noqa: E402
from civic.accounts.queries import digest  # noqa: E402
from civic.accounts.rules import Identity  # noqa: E402
from civic.app import create_app, migrate  # noqa: E402
from civic.cases.models import Case  # noqa: E402
from civic.contributions import service as contributions  # noqa: E402
from civic.contributions.rules import ContributionKind, Status  # noqa: E402
from civic.core import clock  # noqa: E402
from civic.core.actor import SYSTEM  # noqa: E402
from civic.core.db import db, transaction  # noqa: E402
from civic.core.outbox import Delivery, DeliveryStatus  # noqa: E402
from civic.groups.queries import actor_of  # noqa: E402
from civic.proposals.models import Proposal  # noqa: E402
from civic.votes import queries as votes  # noqa: E402
from civic.votes import service as voting  # noqa: E402
from civic.votes.keys import voter_key  # noqa: E402
from civic.votes.models import Ballot, BallotChoice, Question, Tally, VoterSecret  # noqa: E402
from civic.votes.rules import AGAINST, FOR, BallotStatus  # noqa: E402
from config import Config  # noqa: E402

TURNS = ("web", "worker", "redis", "postgres")
CLIENTS = 12
PATIENCE = 180
"""Seconds without any answered vote after which the run is given up."""

PLANTS = {
    "no-single-ballot": "no lock per person and no unique index: two clicks at once make two ballots",
    "early-answer": "303 is sent before the vote is committed",
    "own-counter": "the tally is written in a transaction of its own, beside the ballot's",
    "lazy-commit": "PostgreSQL runs with synchronous_commit = off and a slow WAL writer",
    "done-first": "a delivery is marked done before its reaction runs",
    "forged-ballot": "nobody kills it, but somebody writes a ballot into the database at the end",
}


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait(ready, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            message = "a server did not start"
            raise RuntimeError(message)
        time.sleep(0.05)


# ---- the servers -------------------------------------------------------------------------------


class Servers:
    """PostgreSQL, Redis, web and worker, each of which can be killed and started again."""

    def __init__(self, plant: str = "") -> None:
        self.plant = plant
        self.folder = Path(tempfile.mkdtemp(prefix="charsu-faults-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.ports = {name: free_port() for name in ("web", "redis", "postgres")}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
        self.bin = found[-1].parent if found else Path(shutil.which("postgres") or "postgres").parent
        self.as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.ports['postgres']}/charsu"
        self.secret = secrets.token_hex(32)
        self.env = {
            **os.environ, "DATABASE_URL": self.url, "REDIS_URL": f"redis://127.0.0.1:{self.ports['redis']}/0", "CIVIC_ENV": "test",
            "CIVIC_DATA_DIR": str(self.folder / "data"), "CIVIC_SECRET_KEY": self.secret, "CIVIC_LIMITS": "0", "CIVIC_PORT": str(self.ports["web"]),
            "CIVIC_BASE_URL": f"http://127.0.0.1:{self.ports['web']}", "SMTP_URL": "memory:", "SMS_URL": "memory:",
            "PYTHONPATH": str(ROOT), "CHARSU_PLANT": plant,
        }  # fmt: skip

    def begin(self) -> None:
        cluster = self.folder / "pg"
        cluster.mkdir()
        if self.as_postgres:
            shutil.chown(cluster, "postgres")
        initdb = [
            self.bin / "initdb",
            "-D",
            cluster,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run([*self.as_postgres, *map(str, initdb)], check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.start("postgres")
        with psycopg.connect(self._server(), autocommit=True) as server:
            server.execute("CREATE DATABASE charsu")
        self.app = create_app(
            Config(env="test", data_dir=self.folder / "data", database_url=self.url, secret_key=self.secret, limits=False,
                   base_url=self.env["CIVIC_BASE_URL"], smtp_url="memory:", sms_url="memory:", extra={"worker": True})
        )  # fmt: skip
        with self.app.app_context():
            migrate.upgrade()
            if self.plant == "no-single-ballot":
                with db.engine.begin() as connection:
                    connection.execute(
                        text("ALTER TABLE ballots DROP CONSTRAINT uq_ballots_question_id_voter_key")
                    )
        for name in ("redis", "web", "worker"):
            self.start(name)

    def _server(self) -> str:
        return f"host=127.0.0.1 port={self.ports['postgres']} user=postgres dbname=postgres connect_timeout=2"

    def start(self, name: str) -> None:
        port = self.ports.get(name, 0)
        if name == "postgres":
            self._start_postgres(port)
            return
        commands = {
            "redis": ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)],
            "web": [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--preload", "--workers", "2", "--threads", "8", "--bind",
                    f"127.0.0.1:{port}", "--timeout", "60", "--log-level", "critical", "bench.planted:web"],
            "worker": [sys.executable, "-m", "bench.planted"],
        }  # fmt: skip
        with (self.folder / f"{name}.log").open("ab") as errors:
            self.running[name] = subprocess.Popen(
                commands[name], env=self.env, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=errors,
            )  # fmt: skip
        if name == "redis":
            wait(lambda: answers(port))
        if name == "web":
            wait(self._web_is_up)

    def _web_is_up(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.ports["web"], timeout=5)
        try:
            line.request("GET", "/health/live")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def _start_postgres(self, port: int) -> None:
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "on",
                    "max_connections": 80}  # fmt: skip
        if self.plant == "lazy-commit":
            settings |= {"synchronous_commit": "off", "wal_writer_delay": "10s"}
        more = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [*self.as_postgres, str(self.bin / "postgres"), "-D", str(self.folder / "pg"), *more]

        def up() -> bool:
            process = self.running.get("postgres")
            if (
                process is None or process.poll() is not None
            ):  # what a dead one left is still being let go: again
                with (self.folder / "postgres.log").open("ab") as errors:
                    self.running["postgres"] = subprocess.Popen(
                        command, start_new_session=True, cwd="/", stdout=subprocess.DEVNULL, stderr=errors,
                    )  # fmt: skip
                time.sleep(0.1)
            with contextlib.suppress(psycopg.Error), psycopg.connect(self._server()):
                return True
            return False

        wait(up)

    def kill(self, name: str) -> None:
        """-9, the whole of it."""
        process = self.running.pop(name)
        pids = self._postgres_pids() if name == "postgres" else []
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _postgres_pids(self) -> list[int]:
        """The postmaster of our own cluster and its children, the postmaster first."""
        try:
            first = int((self.folder / "pg" / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError):
            return []
        found = [first]
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == first:
                    found.append(int(stat.parent.name))
        return found

    def civic(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "civic.app.commands", *words]
        return subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)

    def end(self) -> None:
        with contextlib.suppress(Exception), self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for name in list(self.running):
            self.kill(name)
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- the city ----------------------------------------------------------------------------------


@dataclass
class Person:
    id: int
    cookie: str
    token: str


def people(app, count: int, secret: str) -> list[Person]:
    """Signed-in voters."""
    signer = app.session_interface.get_signing_serializer(app)
    made, moment = [], clock.now()
    with app.app_context(), transaction() as session:
        rows = [User(full_name="", email=f"p{n}@example.org", identity_level=Identity.EMAIL, created_at=moment,
                     welcomed_at=moment) for n in range(count)]  # fmt: skip
        session.add_all(rows)
        session.flush()
        sessions = []
        for row in rows:
            token, raw = secrets.token_urlsafe(24), secrets.token_hex(20)
            sessions.append(
                {
                    "token_hash": digest(token),
                    "user_id": row.id,
                    "label": "",
                    "created_at": moment,
                    "seen_at": moment,
                }
            )
            cookie = signer.dumps({"_user_id": token, "_fresh": True, "csrf_token": raw})
            made.append(
                Person(
                    row.id,
                    f"charsu={cookie}",
                    URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw),
                )
            )
        session.execute(insert(LoginSession), sessions)
    return made


def proposals(app, author_id: int, count: int, threshold: int) -> list[int]:
    """Public proposals that are voted on."""
    ids = []
    for n in range(count):
        with app.app_context(), transaction() as session:
            row = contributions.begin(
                actor_of(author_id),
                ContributionKind.PROPOSAL,
                title=f"پیشنهاد {n}",
                text="متن پیشنهاد برای آزمون.",
            )
            row.published_at = row.submitted_at = clock.now()
            row.status = Status.PUBLIC
            session.add(Proposal(id=row.id))
            session.flush()
            opens_at = clock.now()
            voting.open_question(
                SYSTEM,
                row,
                opens_at=opens_at,
                closes_at=opens_at.replace(year=opens_at.year + 1),
                threshold=threshold,
            )
            ids.append(row.id)
    return ids


# ---- the clients -------------------------------------------------------------------------------


@dataclass
class Told:
    """What the clients were told."""

    choice: dict[tuple[int, int], str] = field(default_factory=dict)
    answered: int = 0
    tries: int = 0
    refused: list[str] = field(default_factory=list)
    last_at: float = field(default_factory=time.monotonic)
    given_up: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class Client(threading.Thread):
    """Votes for its people until every vote is answered, whatever happens on the way."""

    def __init__(self, port: int, voters: list[Person], things: list[int], told: Told, seed: int) -> None:
        super().__init__(daemon=True)
        self.port, self.voters, self.things, self.told = port, voters, things, told
        self.luck = random.Random(seed)
        self.line: http.client.HTTPConnection | None = None

    def run(self) -> None:
        try:
            self._vote()
        finally:
            if self.line is not None:
                self.line.close()

    def _vote(self) -> None:
        pairs = [(person, thing) for person in self.voters for thing in self.things]
        self.luck.shuffle(pairs)
        for person, thing in pairs:
            choices = [self.luck.choices((FOR, AGAINST), (3, 2))[0]]
            if self.luck.random() < 0.15:
                choices.append(self.luck.choice((FOR, AGAINST, "withdraw")))
            for choice in choices:
                twice = self.luck.random() < 0.06
                second = (
                    threading.Thread(target=self._double, args=(person, thing, choice)) if twice else None
                )
                if second:
                    second.start()
                done = self._until_answered(person, thing, choice)
                if second:
                    second.join()
                if not done:
                    return

    def _double(self, person: Person, thing: int, choice: str) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        with contextlib.suppress(OSError, http.client.HTTPException):
            self._post(line, person, thing, choice)
        line.close()

    def _until_answered(self, person: Person, thing: int, choice: str) -> bool:
        pause = 0.02
        while True:
            if self.told.given_up:
                return False
            if self.line is None:
                self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
            try:
                status, where = self._post(self.line, person, thing, choice)
            except (OSError, http.client.HTTPException):
                status, where = 0, ""
            if status != 303:
                self.line.close()
                self.line = None
            with self.told.lock:
                self.told.tries += 1
                if status == 303 and where.endswith("#vote"):
                    self.told.answered += 1
                    self.told.last_at = time.monotonic()
                    self.told.choice[person.id, thing] = choice
                    return True
                if status in {303, 400, 403, 404, 409, 422}:
                    self.told.refused.append(f"{status} {where}")
                    return True
                if time.monotonic() - self.told.last_at > PATIENCE:
                    self.told.given_up = True
            pause = min(pause * 2, 0.8)
            time.sleep(pause)

    def _post(
        self, line: http.client.HTTPConnection, person: Person, thing: int, choice: str
    ) -> tuple[int, str]:
        body = urllib.parse.urlencode({"choice": choice, "csrf_token": person.token})
        headers = {"Cookie": person.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", f"/proposals/{thing}/vote", body, headers)
        with contextlib.closing(line.getresponse()) as answer:
            answer.read()
            return answer.status, answer.headers.get("Location", "")


# ---- the judgement -----------------------------------------------------------------------------


def judge(servers: Servers, told: Told, things: list[int], threshold: int) -> list[str]:
    """Everything that is wrong, in words; nothing when each acknowledged vote is there once."""
    found = [f"refused: {words}" for words in told.refused[:3]]
    if told.given_up:
        found.append("the site did not answer any more")
    with servers.app.app_context():
        db.session.remove()
        found += _ballots(told, things)
        found += _followed(things, threshold)
        db.session.remove()
    servers.civic("audit", "seal")
    for words in (("recount",), ("audit", "verify")):
        done = servers.civic(*words)
        if done.returncode:
            found.append(f"civic {' '.join(words)}: {(done.stderr or done.stdout).strip().splitlines()[0]}")
    found += _from_outside(servers)
    return found


def _ballots(told: Told, things: list[int]) -> list[str]:
    secret = db.session.scalars(select(VoterSecret.secret)).one()
    question = {
        q.contribution_id: q.id
        for q in db.session.scalars(select(Question).where(Question.contribution_id.in_(things)))
    }
    rows = db.session.execute(
        select(Ballot.question_id, Ballot.voter_key, Ballot.status, BallotChoice.option_key).outerjoin(
            BallotChoice, BallotChoice.ballot_id == Ballot.id
        )
    ).all()
    held: dict[tuple[int, str], list[str]] = {}
    for question_id, key, status, choice in rows:
        held.setdefault((question_id, key), []).append(
            choice if status is BallotStatus.CAST and choice else "withdraw"
        )
    lost, double, wanted = 0, sum(len(many) - 1 for many in held.values()), Counter()
    for (person, thing), choice in told.choice.items():
        own = held.pop((question[thing], voter_key(secret, person)), [])
        lost += own[-1:] != [choice]
        wanted[question[thing], choice] += 1
    stored = {
        (q, key): n
        for q, key, n in db.session.execute(select(Tally.question_id, Tally.option_key, Tally.ballots))
    }
    apart = sum(n != wanted.get(key, 0) for key, n in stored.items())
    words = [(lost, "acknowledged votes lost or changed"), (double, "ballots too many"), (len(held), "ballots that nobody cast"),
             (apart, "counters that are not what the clients were told")]  # fmt: skip
    return [f"{n} {what}" for n, what in words if n]


def _followed(things: list[int], threshold: int) -> list[str]:
    deadline = time.monotonic() + 90
    left = select(func.count()).select_from(Delivery).where(Delivery.status == DeliveryStatus.PENDING)
    while db.session.scalar(left) and time.monotonic() < deadline:
        db.session.rollback()
        time.sleep(0.3)
    found = []
    if waiting := db.session.scalar(left):
        found.append(f"{waiting} deliveries were never carried out")
    if parked := db.session.scalar(
        select(func.count()).select_from(Delivery).where(Delivery.status == DeliveryStatus.PARKED)
    ):
        found.append(f"{parked} deliveries were given up")
    reached = set(
        db.session.scalars(select(Question.contribution_id).where(Question.threshold_reached_at.is_not(None)))
    )
    due = {thing for thing in things if votes.tally_json(thing)["for"] >= threshold}
    cases = Counter(db.session.scalars(select(Case.contribution_id)))
    if due - reached:
        found.append(f"{len(due - reached)} proposals passed their threshold unseen")
    if missing := reached - set(cases):
        found.append(f"{len(missing)} proposals reached their threshold and no case was opened")
    if any(n > 1 for n in cases.values()):
        found.append("two cases for one proposal")
    return found


def _from_outside(servers: Servers) -> list[str]:
    """What somebody sees who only has the site's address and the verifier."""
    for name in ("record.jsonl", "heads.json"):
        address = f"http://127.0.0.1:{servers.ports['web']}/transparency/{name}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            (servers.folder / name).write_bytes(answer.read())
    key = json.loads((servers.folder / "heads.json").read_text())["key"]
    command = [sys.executable, "-I", "-S", str(ROOT / "deploy" / "verify_record.py"), "--record", "record.jsonl",
               "--heads", "heads.json", "--key", key]  # fmt: skip
    done = subprocess.run(command, cwd=servers.folder, capture_output=True, text=True, check=False)
    return [f"verify_record.py: {done.stderr.strip()}"] if done.returncode else []


# ---- the run -----------------------------------------------------------------------------------


@dataclass
class Report:
    faults: list[str]
    pairs: int
    answered: int
    tries: int
    kills: dict[str, int]
    seconds: float


def run(
    *,
    people_count: int,
    proposal_count: int,
    kills: int,
    plant: str = "",
    seed: int = 1,
    say=lambda _line: None,
) -> Report:
    """The whole of it; the servers are gone afterwards."""
    servers = Servers(plant)
    started = time.monotonic()
    killed: Counter[str] = Counter()
    try:
        servers.begin()
        voters = people(servers.app, people_count, servers.secret)
        threshold = max(2, people_count // 3)
        things = proposals(servers.app, voters[0].id, proposal_count, threshold)
        told, pairs = Told(), people_count * proposal_count
        clients = [
            Client(servers.ports["web"], voters[n::CLIENTS], things, told, seed * 100 + n)
            for n in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        for n in range(kills):
            while (
                len(told.choice) < pairs * (n + 1) / (kills + 1)
                and any(c.is_alive() for c in clients)
                and not told.given_up
            ):
                time.sleep(0.01)
            name = TURNS[n % len(TURNS)]
            servers.kill(name)
            servers.start(name)
            killed[name] += 1
            say(
                f"{time.monotonic() - started:6.1f} s  {len(told.choice):6} of {pairs} votes answered, {name} killed and started again"
            )
        for client in clients:
            client.join()
        if plant == "forged-ballot":
            forge(servers.app)
        found = judge(servers, told, things, threshold)
        return Report(found, pairs, told.answered, told.tries, dict(killed), time.monotonic() - started)
    finally:
        servers.end()


def forge(app) -> None:
    """What somebody with the database's password may try: a ballot more, and the counter with it."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            text(
                "WITH one AS (INSERT INTO ballots (question_id, voter_key, status, channel, capacity, identity_level, residence_level,"
                " cast_at, changed_at, nonce) SELECT question_id, repeat('f', 64), 'cast', channel, capacity, identity_level,"
                " residence_level, cast_at, changed_at, 'forged' FROM ballots LIMIT 1 RETURNING id, question_id),"
                " two AS (INSERT INTO ballot_choices (ballot_id, option_key) SELECT id, 'for' FROM one)"
                " UPDATE tallies SET ballots = ballots + 1 FROM one WHERE tallies.question_id = one.question_id AND option_key = 'for'"
            )
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--proposals", type=int, default=50)
    parser.add_argument("--kills", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--plant", choices=sorted(PLANTS), default="", help="put a fault in; the run must fail"
    )
    asked = parser.parse_args()
    if asked.plant:
        print(f"planted: {PLANTS[asked.plant]}")
    report = run(people_count=asked.people, proposal_count=asked.proposals, kills=asked.kills, plant=asked.plant,
                 seed=asked.seed, say=lambda line: print(line, flush=True))  # fmt: skip
    kills = ", ".join(f"{name} {n}" for name, n in report.kills.items())
    print(
        f"{report.pairs} votes, {report.answered} answers in {report.tries} tries, killed: {kills}; {report.seconds:.0f} s"
    )
    for line in report.faults:
        print(line)
    print(
        "no acknowledged vote lost, none double, counters equal, the record whole"
        if not report.faults
        else "FAILED"
    )
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
