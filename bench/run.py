"""One command: what a page costs, beside what the least page would cost on the same machine in the same run."""

import argparse
import contextlib
import http.client
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
from collections.abc import Callable, Iterator
from pathlib import Path

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import create_engine, event, insert, select, text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from civic.accounts.models import LoginSession, User  # noqa: E402
from civic.accounts.queries import digest  # noqa: E402
from civic.app import create_app, migrate  # noqa: E402
from civic.app.demo import bulk, city  # noqa: E402
from civic.contributions.models import Contribution  # noqa: E402
from civic.core import clock  # noqa: E402
from civic.core.db import db, transaction  # noqa: E402
from config import Config  # noqa: E402

PARALLEL = 4
TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def cpu_of(pid: int) -> float:
    """CPU seconds a process has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def cpu_of_postgres(cluster: int = 0) -> float:
    """CPU seconds of all living PostgreSQL processes; of one cluster, with those that have ended, when its pid is given."""
    total = 0.0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, rest = path.read_text().rsplit(")", 1)
            fields = rest.split()
            pid, parent = int(path.parent.name), int(fields[1])
            if cluster and pid == cluster:
                total += sum(int(f) for f in fields[11:15]) / TICK
            elif name.endswith("(postgres") and (not cluster or parent == cluster):
                total += (int(fields[11]) + int(fields[12])) / TICK
    return total


class Place:
    """A database of one size on one backend, with the site and the bare app served over it."""

    def __init__(self, backend: str, size: int, base: str) -> None:
        self.backend, self.size = backend, size
        self.folder = Path(tempfile.mkdtemp(prefix="charsu-bench-"))
        self.admin = None
        if backend == "sqlite":
            self.url = f"sqlite:///{self.folder / 'civic.db'}"
        else:
            self.name = f"charsu_bench_{secrets.token_hex(3)}"
            self.admin = create_engine(base.rsplit("/", 1)[0] + "/postgres", isolation_level="AUTOCOMMIT")
            with self.admin.connect() as c:
                c.execute(text(f"CREATE DATABASE {self.name}"))
            self.url = base.rsplit("/", 1)[0] + f"/{self.name}"
        self.secret = secrets.token_hex(32)
        self.app = create_app(
            Config(env="test", data_dir=self.folder, database_url=self.url, secret_key=self.secret, limits=False,
                   base_url="http://127.0.0.1", smtp_url="memory:", sms_url="memory:")
        )  # fmt: skip
        self.children: list[subprocess.Popen[bytes]] = []

    def fill(self) -> None:
        """The city, the proposals, a proposal with 200 comments, and signed-in voters."""
        with self.app.app_context():
            migrate.upgrade()
            with transaction():
                ids = city.build()
            places = [i for k, i in ids.items() if k.startswith("district:")]
            topics = {k.removeprefix("category:"): i for k, i in ids.items() if k.startswith("category:")}
            steps = bulk.proposals(7, self.size, max(2000, self.size // 50), 10, places=places, topics=topics)
            while True:
                with transaction():
                    if next(steps, None) is None:
                        break
            with transaction() as session:
                self.proposals = list(
                    session.scalars(
                        select(Contribution.id)
                        .where(Contribution.kind == "proposal")
                        .order_by(Contribution.id)
                    )
                )
                self.busy = self.proposals[len(self.proposals) // 2]
                busy = bulk.Bulk(11)
                people = list(session.scalars(select(User.id).where(User.email.like("person%")).limit(1500)))
                bulk._comments(busy, [self.busy], people, {self.busy: clock.now()}, {self.busy: 200})  # noqa: SLF001
                busy.settle()
                session.execute(
                    text("UPDATE contributions SET comment_count = 200 WHERE id = :i"), {"i": self.busy}
                )
                self.cookies = self._sign_in(people)
            if self.backend == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
                    c.execute(text("SET statement_timeout = 0"))
                    c.execute(text("VACUUM ANALYZE"))
            else:
                with db.engine.connect() as c:
                    c.exec_driver_sql("COMMIT")
                    c.exec_driver_sql("ANALYZE")
                    c.exec_driver_sql("BEGIN")
            db.session.remove()

    def _sign_in(self, people: list[int]) -> list[tuple[str, str]]:
        """(cookie, CSRF token) per person."""
        signer = self.app.session_interface.get_signing_serializer(self.app)
        made, rows, moment = [], [], clock.now()
        for person in people:
            token, raw = secrets.token_urlsafe(24), secrets.token_hex(20)
            rows.append(
                {
                    "token_hash": digest(token),
                    "user_id": person,
                    "label": "",
                    "created_at": moment,
                    "seen_at": moment,
                }
            )
            cookie = signer.dumps({"_user_id": token, "_fresh": True, "csrf_token": raw})
            made.append(
                (f"charsu={cookie}", URLSafeTimedSerializer(self.secret, salt="wtf-csrf-token").dumps(raw))
            )
        db.session.execute(insert(LoginSession), rows)
        return made

    @contextlib.contextmanager
    def served(self, module: list[str]) -> Iterator[tuple[int, int]]:
        """(pid, port) of a server over this database."""
        port = free_port()
        env = os.environ | {
            "DATABASE_URL": self.url, "CIVIC_PORT": str(port), "CIVIC_DATA_DIR": str(self.folder), "CIVIC_SECRET_KEY": self.secret,
            "CIVIC_ENV": "test", "CIVIC_LIMITS": "0", "PYTHONPATH": str(ROOT), "REDIS_URL": "", "SMTP_URL": "memory:", "SMS_URL": "memory:",
        }  # fmt: skip
        child = subprocess.Popen([sys.executable, *module], env=env, cwd=ROOT, stderr=subprocess.DEVNULL)
        self.children.append(child)
        try:
            for _ in range(150):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                    break
                time.sleep(0.1)
            yield child.pid, port
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(20)

    def queries_of(self, path: str) -> int:
        """SQL statements of one page, counted inside this process."""
        seen: list[str] = []

        def note(_c, _cursor, statement, *_rest) -> None:
            seen.append(statement)

        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", note)
            self.app.test_client().get(path)
            event.remove(db.engine, "before_cursor_execute", note)
        return len(
            [
                s
                for s in seen
                if s.split(None, 1)[0].upper() in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
            ]
        )

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        if self.admin is not None:
            with self.admin.connect() as c:
                c.execute(text(f"DROP DATABASE {self.name} WITH (FORCE)"))
            self.admin.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)


Request = Callable[[int], tuple[str, str, str, dict[str, str]]]
"""From a running number to (method, path, body, headers)."""


def drive(port: int, pid: int, n: int, make: Request, *, postgres: bool, cluster: int = 0, parallel: int = PARALLEL) -> tuple[float, float, float, int]:  # fmt: skip
    """n requests over kept connections: (web CPU ms, database CPU ms, requests per second, refused)."""
    refused = 0
    lock = threading.Lock()
    numbers = iter(range(n))

    def work() -> None:
        nonlocal refused
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            method, path, body, headers = make(number)
            connection.request(
                method, path, body=body or None, headers={"Accept-Encoding": "gzip", **headers}
            )
            answer = connection.getresponse()
            answer.read()
            if answer.status not in {200, 303}:
                with lock:
                    refused += 1

    web, database, started = cpu_of(pid), cpu_of_postgres(cluster) if postgres else 0.0, time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(parallel)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    passed = time.perf_counter() - started
    web_after, database_after = cpu_of(pid), cpu_of_postgres(cluster) if postgres else 0.0
    return (web_after - web) * 1000 / n, (database_after - database) * 1000 / n, n / passed, refused


def get(path: str) -> Request:
    return lambda _n: ("GET", path, "", {})


def measure(place: Place, requests: int) -> dict[str, tuple[float, float, float, int, int]]:
    """All rows of one place."""
    rows: dict[str, tuple[float, float, float, int, int]] = {}
    luck = random.Random(3)
    postgres = place.backend == "postgresql"
    deep = deep_page(place)
    pages = {
        "home": "/", "proposals, first page": "/proposals", "proposals, deep page": deep, "proposals by popularity": "/proposals?order=popular",
        "a proposal with 200 comments": f"/proposals/{place.busy}",
    }  # fmt: skip
    with place.served(["bench/bare.py"]) as (pid, port):
        drive(port, pid, 50, get("/"), postgres=postgres)
        rows["bare page"] = (*drive(port, pid, requests, get("/"), postgres=postgres), 1)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        rows["bare vote"] = (
            *drive(
                port, pid, requests, lambda _n: ("POST", "/vote", "choice=for", headers), postgres=postgres
            ),
            2,
        )
    with place.served(["-m", "civic.app.serve"]) as (pid, port):
        for name, path in pages.items():
            drive(port, pid, 30, get(path), postgres=postgres)
            rows[name] = (*drive(port, pid, requests, get(path), postgres=postgres), place.queries_of(path))
        spread = luck.sample(place.proposals, min(len(place.proposals), 900))

        def post(path_of: Callable[[int], str], fields: dict[str, str]) -> Request:
            def make(n: int) -> tuple[str, str, str, dict[str, str]]:
                cookie, token = place.cookies[n % len(place.cookies)]
                body = urllib.parse.urlencode({**fields, "csrf_token": token})
                return (
                    "POST",
                    path_of(n),
                    body,
                    {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"},
                )

            return make

        votes = min(requests, len(place.cookies))
        rows["vote POST, spread"] = (
            *drive(port, pid, votes, post(lambda n: f"/proposals/{spread[n % len(spread)]}/vote", {"choice": "for"}), postgres=postgres), 0,
        )  # fmt: skip
        rows["vote POST, one proposal"] = (
            *drive(port, pid, votes, post(lambda _n: f"/proposals/{place.proposals[0]}/vote", {"choice": "against"}), postgres=postgres), 0,
        )  # fmt: skip
        comment = {"text": "A measured comment, long enough to be one.", "side": "neutral"}
        rows["comment POST"] = (
            *drive(port, pid, votes, post(lambda n: f"/proposals/{spread[n % len(spread)]}/comments", comment), postgres=postgres), 0,
        )  # fmt: skip
    return rows


def deep_page(place: Place) -> str:
    """The address of a page far behind the first, found by following `next` a few times from a cursor deep inside."""
    from civic.core.paging import encode  # noqa: PLC0415 - only here

    middle = place.proposals[len(place.proposals) // 10]
    return f"/proposals?order=newest&after={encode([middle])}"


def show(place: Place, rows: dict[str, tuple[float, float, float, int, int]]) -> None:
    page, vote = rows["bare page"][0] + rows["bare page"][1], rows["bare vote"][0] + rows["bare vote"][1]
    sys.stdout.write(f"\n{place.backend}, {place.size:,} proposals, 10 votes each\n")
    sys.stdout.write(f"{'':34}{'web CPU ms':>11}{'db CPU ms':>11}{'req/s':>9}{'queries':>9}{'x bare':>8}\n")
    for name, (web, database, rate, refused, queries) in rows.items():
        base = vote if name.endswith(("POST", "spread", "one proposal")) or name == "bare vote" else page
        note = f"   {refused} refused" if refused else ""
        count = str(queries) if queries else "-"
        sys.stdout.write(
            f"{name:34}{web:11.2f}{database:11.2f}{rate:9.0f}{count:>9}{(web + database) / base if base else 0:8.1f}{note}\n"
        )
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--backends", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    base = os.environ.get("TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
    first: dict[tuple[str, str], float] = {}
    for backend in options.backends:
        for size in options.sizes:
            place = Place(backend, size, base)
            try:
                place.fill()
                rows = measure(place, options.requests)
            finally:
                place.close()
            show(place, rows)
            for name, row in rows.items():
                if size == options.sizes[0]:
                    first[backend, name] = row[0] + row[1]
                elif first.get((backend, name)):
                    growth = (row[0] + row[1]) / first[backend, name]
                    sys.stdout.write(f"  {name}: {growth:.2f} x the cost at {options.sizes[0]:,}\n")


if __name__ == "__main__":
    main()
