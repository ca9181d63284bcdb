"""A year of a whole city: the nightly clock, a department's inbox and the review queue under 137,065 cases.

137,065 cases over 13 districts with the shares that the city once reported (district 2: 18 %, 3: 12 %, 9: 11 %, Samen
2 %, the rest spread), some 93 % of them answered in time, and 50,000 texts waiting for review. Everything is invented.
PostgreSQL only; the database is dropped afterwards.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import func, select, text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.run import Place, cpu_of_postgres, drive  # noqa: E402
from civic.accounts.models import RoleGrant  # noqa: E402
from civic.app import migrate  # noqa: E402
from civic.app.demo import city  # noqa: E402
from civic.app.demo.bulk import Bulk  # noqa: E402
from civic.cases.models import Answer, Case  # noqa: E402
from civic.contributions.models import Contribution, Involved, Step  # noqa: E402
from civic.core import clock  # noqa: E402
from civic.core.actor import Role  # noqa: E402
from civic.core.db import db, transaction  # noqa: E402
from civic.departments.models import Department  # noqa: E402
from civic.duties import rules as duties  # noqa: E402
from civic.duties.models import Duty  # noqa: E402
from civic.duties.queries import holidays  # noqa: E402
from civic.moderation.jobs import count_queue  # noqa: E402
from civic.moderation.models import Item  # noqa: E402
from civic.proposals.models import Proposal  # noqa: E402
from civic.votes.models import Question, Tally  # noqa: E402

CASES, WAITING = 137_065, 50_000
SHARES = {"2": 18.0, "3": 12.0, "9": 11.0, "samen": 2.0}
CHUNK = 20_000
DAYS = 20
TITLE = "سایه‌بان برای ایستگاه‌های خیابان امامت، مورد {}"
WORDS = "زیر آفتاب و باران منتظر می‌مانیم. برای ایستگاه‌ها سایه‌بان و نیمکت بگذارید تا سالمندان بتوانند بنشینند."


def whole(model: Any, **values: Any) -> dict[str, Any]:
    """A row that names every column: those not given take the model's default, else nothing."""
    row = {}
    for column in model.__table__.columns:
        made = column.default
        default = None if made is None else made.arg(None) if made.is_callable else made.arg
        row[column.key] = values.get(column.key, default)
    unknown = set(values) - set(row)
    if unknown:
        message = f"{model.__name__} has no {unknown}"
        raise KeyError(message)
    return row


def fill(place: Place, cases: int, waiting: int) -> dict[str, int]:
    """The city and its year. Answers the ids of an officer of the busiest department and of a moderator."""
    with place.app.app_context():
        migrate.upgrade()
        with transaction():
            ids = city.build()
            offices, officer = _offices(ids)
        for part in _year(offices, cases, waiting):
            sys.stdout.write(f"\r{part:,} rows of the year")
            sys.stdout.flush()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
            c.execute(text("SET statement_timeout = 0"))
            c.execute(text("VACUUM ANALYZE"))
        with transaction():
            people = [officer, ids["user:moderator@demo.example"]]
            place.cookies = place._sign_in(people)  # noqa: SLF001
        count_queue()
        db.session.remove()
    sys.stdout.write("\n")
    return {"officer": officer, "moderator": people[1]}


def _offices(ids: dict[str, int]) -> tuple[list[tuple[int, int, float]], int]:
    """(district, its department, share) of all 13, and an officer of district 2."""
    codes = [key.removeprefix("district:") for key in ids if key.startswith("district:")]
    rest = (100 - sum(SHARES.values())) / (len(codes) - len(SHARES))
    found = []
    for code in codes:
        department = ids.get(f"department:district-{code}")
        if department is None:
            row = Department(code=f"district-{code}", name_fa=f"شهرداری منطقهٔ {code}")
            db.session.add(row)
            db.session.flush()
            department = row.id
        found.append((ids[f"district:{code}"], department, SHARES.get(code, rest)))
    busiest = next(d for district, d, _ in found if district == ids["district:2"])
    moment = clock.now()
    person = city._person("officer2@demo.invalid", "کارشناس منطقهٔ ۲ (نمایشی)", None, "")  # noqa: SLF001
    for role in (Role.OFFICER, Role.HEAD):
        db.session.add(
            RoleGrant(user_id=person, role=role, scope_kind="department", scope_id=busiest, granted_at=moment)
        )
    return found, person


def _year(offices: Sequence[tuple[int, int, float]], cases: int, waiting: int) -> Iterator[int]:
    bulk, luck, now = Bulk(5), random.Random(7), clock.now()
    off = holidays((now - timedelta(days=370)).date(), now.date())
    with transaction():
        people = bulk.people(2_000, [district for district, _, _ in offices])
        bulk.settle()
    due_of: dict[Any, Any] = {}
    # The queue first: so the newest rows are public, and the bare page need not look behind 50,000 that are not.
    for start in range(0, waiting, CHUNK):
        n = min(CHUNK, waiting - start)
        with transaction() as session:
            session.execute(text("SET LOCAL statement_timeout = 0"))
            _queue(bulk, luck, n, offices, people)
        yield start + n
    for start in range(0, cases, CHUNK):
        n = min(CHUNK, cases - start)
        with transaction() as session:
            session.execute(text("SET LOCAL statement_timeout = 0"))
            _cases(bulk, luck, n, offices, people, off, due_of)
        yield waiting + start + n


def _cases(bulk: Bulk, luck: random.Random, n: int, offices: Any, people: list[int], off: Any, due_of: Any) -> None:  # fmt: skip
    now, last_night = bulk.moment, bulk.moment - timedelta(days=1)
    rows: dict[Any, list[dict[str, Any]]] = {m: [] for m in (Contribution, Proposal, Involved, Step, Question, Tally, Duty, Case, Answer)}  # fmt: skip
    takes = {m: iter(bulk.take(m, n)) for m in (Contribution, Question, Duty, Case, Answer)}
    steps = iter(bulk.take(Step, 4 * n))
    for district, department, _share in luck.choices(offices, [share for *_, share in offices], k=n):
        i, duty, case = (next(takes[m]) for m in (Contribution, Duty, Case))
        opened = now - timedelta(days=luck.uniform(0.01, 365))
        day = clock.local(opened).date()
        if day not in due_of:
            due_of[day] = duties.due_moment(opened, DAYS, None, 0, off)
        due = due_of[day]
        days = luck.triangular(2, 27, 17) if luck.random() < 0.93 else luck.uniform(25, 60)
        answered = opened + timedelta(days=days)
        there = answered <= now
        levels = duties.level_moments(opened, due, 0, off) if not there else []
        told = max([level for level, at in levels if at <= last_night], default=0)
        author = luck.choice(people)
        rows[Contribution].append(whole(
            Contribution, id=i, kind="proposal", status="public", stage="accepted" if there else "dept", space_id=1,
            author_id=author, capacity="citizen", byline="شهروند (نمایشی)", title=TITLE.format(i), text=WORDS,
            html=f"<p>{WORDS}</p>", summary=WORDS[:160], district_id=district, created_at=opened, submitted_at=opened,
            published_at=opened, updated_at=opened, shuffle=luck.getrandbits(30),
        ))  # fmt: skip
        rows[Proposal].append(whole(Proposal, id=i))
        rows[Involved].append(whole(Involved, contribution_id=i, user_id=author, role="author", at=opened))
        for kind in ("submitted", "published", "case_opened", *(["answered"] if there else [])):
            rows[Step].append(whole(
                Step, id=next(steps), contribution_id=i, kind=kind, at=answered if kind == "answered" else opened,
                detail="already_done" if kind == "answered" else "", data={},
            ))  # fmt: skip
        question, ends = next(takes[Question]), opened + timedelta(days=60)
        rows[Question].append(whole(
            Question, id=question, contribution_id=i, status="closed" if ends <= now else "open", opens_at=opened,
            closes_at=ends, closed_at=ends if ends <= now else None, paper_counts=False, has_merged=False,
        ))  # fmt: skip
        for option in ("for", "against"):
            rows[Tally].append({
                "question_id": question, "option_key": option, "contribution_id": i, "ballots": luck.randint(0, 400), "merged": 0
            })  # fmt: skip
        rows[Duty].append(whole(
            Duty, id=duty, department_id=department, opened_at=opened, due_at=due, working_minutes=DAYS * 420,
            told_level=told, met_at=answered if there else None,
            next_at=None if there else next((at for level, at in levels if level > told), None),
        ))  # fmt: skip
        rows[Case].append(whole(
            Case, id=case, number=f"م-سال-{case}", contribution_id=i, door="threshold",
            status="answered" if there else "assigned", department_id=department, duty_id=duty, opened_at=opened,
            due_at=due, answered_at=answered if there else None, acknowledge_by=opened + timedelta(days=4),
        ))  # fmt: skip
        if there:
            rows[Answer].append(whole(
                Answer, id=next(takes[Answer]), case_id=case, status="published", kind="already_done", what="انجام شد.",
                written_by_id=people[0], published_at=answered, sent_at=answered, in_time=answered < due,
                days_taken=int(days * 5 / 7),
            ))  # fmt: skip
    for model, written in rows.items():
        bulk.write(model, written)
    bulk.settle()


def _queue(bulk: Bulk, luck: random.Random, n: int, offices: Any, people: list[int]) -> None:
    things, items = bulk.take(Contribution, n), bulk.take(Item, n)
    moments = [bulk.moment - timedelta(hours=luck.uniform(0, 200)) for _ in things]
    bulk.write(Contribution, [
        whole(
            Contribution, id=i, kind="proposal", status="waiting", stage="review", space_id=1,
            author_id=luck.choice(people), capacity="citizen", byline="شهروند (نمایشی)", title=TITLE.format(i), text=WORDS,
            html=f"<p>{WORDS}</p>", summary=WORDS[:160], district_id=luck.choice(offices)[0], created_at=at,
            submitted_at=at, updated_at=at, shuffle=luck.getrandbits(30),
        )
        for i, at in zip(things, moments, strict=True)
    ])  # fmt: skip
    bulk.write(Proposal, [whole(Proposal, id=i) for i in things])
    bulk.write(Item, [
        whole(Item, id=k, contribution_id=i, status="open", reason="new", opened_at=at, due_at=at + timedelta(hours=24))
        for k, i, at in zip(items, things, moments, strict=True)
    ])  # fmt: skip
    bulk.settle()


def nightly(place: Place) -> str:
    """`civic sla run` as the operator's timer runs it, in a process of its own: seconds, CPU of both processes, what it said."""
    env = os.environ | {
        "DATABASE_URL": place.url, "CIVIC_DATA_DIR": str(place.folder), "CIVIC_SECRET_KEY": place.secret, "CIVIC_ENV": "test",
        "REDIS_URL": "", "SMTP_URL": "memory:", "SMS_URL": "memory:",
    }  # fmt: skip
    cluster = cluster_of(place)
    database, own, started = cpu_of_postgres(cluster), _children(), time.perf_counter()
    said = subprocess.run(
        [sys.executable, "-m", "civic.app.commands", "sla", "run"], env=env, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()  # fmt: skip
    passed = time.perf_counter() - started
    return (
        f"{passed:6.1f} s, {_children() - own:6.1f} s CPU of ours, {cpu_of_postgres(cluster) - database:6.1f} s CPU of the"
        f" database: {said}"
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def forget(place: Place, days: int) -> None:
    """As if the clock had stood still for so many days: nothing of them was told."""
    with place.app.app_context(), transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        for table in ("duty_escalations", "outbox_deliveries", "outbox_events", "letters", "notices"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(
            text("UPDATE duties SET told_level = 0, next_at = opened_at WHERE met_at IS NULL AND opened_at > :since"),
            {"since": clock.now() - timedelta(days=days)},
        )  # fmt: skip


def cluster_of(place: Place) -> int:
    """The pid of the server's first process, so that other clusters of this machine are not counted."""
    with place.app.app_context():
        backend = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.remove()
    return int(Path(f"/proc/{backend}/stat").read_text().rsplit(")", 1)[1].split()[1])


def pages(place: Place, requests: int, rounds: int) -> None:
    """First pages beside the bare page: in turn, one request at a time; each figure is the median of the rounds."""
    officer, moderator = ({"Cookie": cookie} for cookie, _token in place.cookies)
    cluster = cluster_of(place)
    taken: dict[str, list[tuple[float, float]]] = {}
    with place.served(["bench/bare.py"]) as bare, place.served(["-m", "civic.app.serve"]) as site:
        wanted = {
            "bare page": (bare, "/", {}), "bare page, compiled": (bare, "/compiled", {}), "inbox, first page": (site, "/inbox", officer),
            "review queue, first page": (site, "/queue", moderator), "department's record": (site, "/inbox/department", officer),
            "rules (layout and session)": (site, "/rules", officer),
        }  # fmt: skip
        for turn in range(rounds + 1):
            for name, ((pid, port), path, headers) in wanted.items():
                made = ("GET", path, "", headers)
                web, database, _rate, refused = drive(
                    port,
                    pid,
                    requests,
                    lambda _n, made=made: made,
                    postgres=True,
                    cluster=cluster,
                    parallel=1,
                )
                if refused:
                    message = f"{refused} answers of {path} were refused"
                    raise RuntimeError(message)
                if turn:  # the first round warms up
                    taken.setdefault(name, []).append((web, database))
    rows = {n: tuple(median(one[i] for one in all_of) for i in (0, 1)) for n, all_of in taken.items()}
    plain, compiled = (sum(rows[n]) for n in ("bare page", "bare page, compiled"))
    sys.stdout.write(f"{'':28}{'web CPU ms':>11}{'db CPU ms':>11}{'x bare':>8}{'x compiled':>11}\n")
    for name, (web, database) in rows.items():
        both = web + database
        sys.stdout.write(f"{name:28}{web:11.2f}{database:11.2f}{both / plain:8.2f}{both / compiled:11.2f}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--waiting", type=int, default=WAITING)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    base = os.environ.get("TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
    place = Place("postgresql", options.cases, base)
    try:
        started = time.perf_counter()
        fill(place, options.cases, options.waiting)
        with place.app.app_context():
            owed = db.session.scalar(select(func.count()).select_from(Duty).where(Duty.met_at.is_(None)))
            db.session.remove()
        sys.stdout.write(
            f"{options.cases:,} cases, {owed:,} of them open, {options.waiting:,} texts waiting: written in"
            f" {time.perf_counter() - started:.0f} s\n"
        )
        sys.stdout.write(f"sla run, one night:      {nightly(place)}\n")
        sys.stdout.write(f"sla run, at once again:  {nightly(place)}\n")
        pages(place, options.requests, options.rounds)
        forget(place, 30)
        sys.stdout.write(f"sla run, after 30 days without a clock: {nightly(place)}\n")
    finally:
        place.close()


if __name__ == "__main__":
    main()
