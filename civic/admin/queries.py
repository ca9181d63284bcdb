"""How the site is doing, for its operator."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import func, literal, select
from sqlalchemy.exc import SQLAlchemyError

from civic.admin.policy import May
from civic.audit.models import AuditEntry, AuditSeal
from civic.cases import queries as cases
from civic.cases.models import Case
from civic.contributions.models import Contribution
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, is_sqlite, one_reading
from civic.core.jobs import PeriodicRun
from civic.core.outbox import Delivery, DeliveryStatus, OutboxEvent
from civic.core.policy import require
from civic.core.text import fold_joined
from civic.departments.queries import conditions, offices
from civic.departments.rules import Condition, Facts, Office, first_match, successor
from civic.groups.models import Group
from civic.notifications.models import Letter
from civic.notifications.rules import FAILED, LetterStatus
from civic.outcomes import queries as outcomes
from civic.resolutions import queries as resolutions

LATE = timedelta(minutes=2)
TRIED = timedelta(days=90)
MOST_TRIED = 20_000
SHOWN = 20
OLD = timedelta(days=2)
LAST_BACKUP = "last-backup.json"


@dataclass(frozen=True)
class Sign:
    """One thing that can be well or ill: `lamp` g, y or r; `detail` is a number or a name, `at` a time."""

    key: str
    lamp: str
    detail: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Queue:
    """What the worker still has to do."""

    pending: int
    oldest: datetime | None
    parked: int
    letters: int
    parked_letters: int


def queue(actor: Actor) -> Queue:
    """Depth of the outbox and of the post, in two queries over what is not done."""
    require(actor, May.OPEN_DESK)
    open_states = [DeliveryStatus.PENDING, DeliveryStatus.PARKED]
    rows = {
        r.status: r
        for r in db.session.execute(
            select(Delivery.status, func.count().label("n"), func.min(Delivery.not_before).label("oldest"))
            .where(Delivery.status.in_(open_states))
            .group_by(Delivery.status)
        )
    }
    post = {
        r.status: r.n
        for r in db.session.execute(
            select(Letter.status, func.count().label("n"))
            .where(Letter.status.in_([LetterStatus.PENDING, LetterStatus.SENDING, *FAILED]))
            .group_by(Letter.status)
        )
    }
    pending, parked = rows.get(DeliveryStatus.PENDING), rows.get(DeliveryStatus.PARKED)
    return Queue(
        pending=pending.n if pending else 0,
        oldest=pending.oldest if pending else None,
        parked=parked.n if parked else 0,
        letters=post.get(LetterStatus.PENDING, 0) + post.get(LetterStatus.SENDING, 0),
        parked_letters=sum(post.get(status, 0) for status in FAILED),
    )


def last_backup(data_dir: Path) -> datetime | None:
    """When the newest backup was finished; `civic backup` leaves a line about it in the data folder."""
    try:
        return datetime.fromisoformat(json.loads((data_dir / LAST_BACKUP).read_text())["at"])
    except (OSError, ValueError, KeyError):
        return None


def health(actor: Actor, *, data_dir: Path, cache: redis.Redis | None, for_real: bool = True) -> list[Sign]:
    """Worker, database, Redis, disk, the chain of the record, the last backup (which only a real city needs)."""
    require(actor, May.OPEN_DESK)
    moment = clock.now()
    tick = db.session.scalar(select(func.max(PeriodicRun.last_at)))
    usage = shutil.disk_usage(data_dir)
    full = round(100 * usage.used / usage.total)
    return [
        Sign("web", "g"),
        Sign("worker", "g" if tick and moment - tick < LATE else "r", at=tick),
        _database(),
        _cache(cache),
        Sign("disk", "g" if full < 80 else "y" if full < 92 else "r", str(full)),
        _chain(moment),
        _copy(last_backup(data_dir), moment, for_real=for_real),
    ]


def _copy(copied: datetime | None, moment: datetime, *, for_real: bool) -> Sign:
    late = copied is None or moment - copied > OLD
    return Sign("backup", "y" if late and for_real else "g", "" if for_real else "invented", at=copied)


def _database() -> Sign:
    name = "SQLite" if is_sqlite() else "PostgreSQL"
    try:
        query = "SELECT sqlite_version()" if is_sqlite() else "SHOW server_version"
        version = db.session.connection().exec_driver_sql(query).scalar()
    except SQLAlchemyError:
        return Sign("database", "r", name)
    return Sign("database", "g", f"{name} {str(version).split(' ')[0]}")


def _cache(cache: redis.Redis | None) -> Sign:
    if cache is None:
        return Sign("redis", "g", "off")
    try:
        cache.ping()
    except redis.RedisError:
        return Sign("redis", "y", "away")
    return Sign("redis", "g")


def _chain(moment: datetime) -> Sign:
    """Sealing runs every second; an entry without its seal for longer shows that it does not."""
    newest = db.session.execute(
        select(AuditSeal.seq, AuditSeal.sealed_at).order_by(AuditSeal.seq.desc()).limit(1)
    ).first()
    sealed = select(AuditSeal.entry_id)
    waiting = db.session.scalar(
        select(func.min(AuditEntry.at)).where(
            AuditEntry.id.in_(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(500)),
            AuditEntry.id.not_in(sealed),
        )
    )
    late = waiting is not None and moment - waiting > LATE
    return Sign(
        "chain",
        "y" if late else "g",
        str(newest.seq) if newest else "0",
        newest.sealed_at if newest else None,
    )


def parked(actor: Actor) -> Sequence[Any]:
    """Deliveries that failed to the end: (Delivery, kind of the event)."""
    require(actor, May.OPEN_DESK)
    return db.session.execute(
        select(Delivery, OutboxEvent.kind)
        .join(OutboxEvent, OutboxEvent.id == Delivery.event_id)
        .where(Delivery.status == DeliveryStatus.PARKED)
        .order_by(Delivery.id)
        .limit(50)
    ).all()


def periodic(actor: Actor) -> Sequence[PeriodicRun]:
    """The clock's jobs and when they last ran."""
    require(actor, May.OPEN_DESK)
    return db.session.scalars(select(PeriodicRun).order_by(PeriodicRun.name)).all()


@dataclass(frozen=True)
class Elsewhere:
    """A case that other rules would have sent elsewhere: number, title, from and to which department (0: triage)."""

    number: str
    title: str
    before: int
    after: int


@dataclass(frozen=True)
class DryRun:
    """What other rules would have done with the cases of the last 90 days: `moved` of `total`, and the newest of them."""

    total: int
    moved: int
    newest: list[Elsewhere]


@dataclass(frozen=True)
class Burden:
    """What a department still owes: answers, promises, clauses of the council's resolutions."""

    cases: int
    promises: int
    clauses: int


def burden(actor: Actor, department_id: int) -> Burden:
    """What goes to its successor when it is closed, or what becomes nobody's."""
    require(actor, May.OPEN_DESK)
    return Burden(
        len(cases.owed_by(department_id)),
        len(outcomes.owed_by(department_id)),
        len(resolutions.unverified_of(department_id)),
    )


def dry_run(actor: Actor, after: Sequence[Condition]) -> DryRun:
    """Try rules on the cases of the last 90 days, at most the newest 20,000, beside the rules of today."""
    require(actor, May.OPEN_DESK)
    before, there = conditions(), offices()
    words = any(rule.keywords for rule in [*before, *after])
    text = Contribution.text if words else literal("")
    query = (
        select(
            Case.number, Case.door, Contribution.title, Contribution.kind, Contribution.category_id,
            Contribution.district_id, Group.kind.label("group_kind"), text.label("text"),
        )
        .join(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(Group, Group.id == Contribution.group_id)
        .where(Case.opened_at >= clock.now() - TRIED, Case.rule_words != "named")
        .order_by(Case.opened_at.desc(), Case.id.desc())
        .limit(MOST_TRIED)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    total = moved = 0
    newest: list[Elsewhere] = []
    with one_reading() as session:
        for row in session.execute(query):
            facts = Facts(
                category=row.category_id, district=row.district_id, kind=row.kind, door=row.door,
                group_kind=row.group_kind or "", text=fold_joined(f"{row.title} {row.text}") if words else "",
            )  # fmt: skip
            old, new = (_sent_to(rules, facts, there) for rules in (before, after))
            total += 1
            if old != new:
                moved += 1
                if len(newest) < SHOWN:
                    newest.append(Elsewhere(row.number, row.title, old, new))
    return DryRun(total, moved, newest)


def _sent_to(rules: Sequence[Condition], facts: Facts, there: dict[int, Office]) -> int:
    rule = first_match(rules, facts)
    return (successor(rule.department_id, there) or 0) if rule is not None else 0


def routed_lately(actor: Actor) -> dict[int, int]:
    """How many cases of the last 90 days each rule has sent; 0 for those that no rule fitted."""
    require(actor, May.OPEN_DESK)
    rows = db.session.execute(
        select(Case.rule_id, func.count()).where(Case.opened_at >= clock.now() - TRIED).group_by(Case.rule_id)
    )
    return {row[0] or 0: row[1] for row in rows}
