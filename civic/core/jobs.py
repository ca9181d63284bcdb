"""Carrying out what the outbox holds, and what the clock asks for. RQ carries only delivery ids; these rows are the truth."""

import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from civic.core import clock
from civic.core.db import Base, Moment, claim, db, transaction, upsert
from civic.core.logs import log
from civic.core.outbox import GAPS, Delivery, DeliveryStatus, reaction_of

PARTS_SECONDS = 60.0
"""A reaction that works in parts is left to the next offer after this long, so that a queue's own limit never cuts it."""


class PeriodicRun(Base):
    """When a periodic job last ran; the row is the lock."""

    __tablename__ = "periodic_runs"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(String(500), default="")


def due(limit: int = 200) -> list[int]:
    """Ids of deliveries whose time has come, oldest first."""
    query = (
        select(Delivery.id)
        .where(Delivery.status == DeliveryStatus.PENDING, Delivery.not_before <= clock.now())
        .order_by(Delivery.id)
        .limit(limit)
    )
    ids = list(db.session.scalars(query))
    db.session.rollback()
    return ids


def run(delivery_id: int) -> bool:
    """Carry out one delivery; False when somebody else has it or it is done. Safe to call any number of times."""
    end = time.monotonic() + PARTS_SECONDS
    try:
        while True:
            with transaction() as session:
                delivery = _pending(delivery_id)
                if delivery is None:
                    return False
                reaction, event = reaction_of(delivery)
                if getattr(reaction, "outside", False):
                    break
                session.info.pop("unfinished", None)
                reaction(event)
                if not session.info.pop("unfinished", False):
                    _done(delivery)
                    return True
            if time.monotonic() > end:
                return True
        reaction(event)
        with transaction():
            if delivery := _pending(delivery_id):
                _done(delivery)
    except Exception as error:  # noqa: BLE001 - whatever fails is retried, then shown to the operator
        _failed(delivery_id, error)
        return False
    return True


def unfinished() -> None:
    """Said by a reaction that has done one part of its work: the part is committed, and it runs again for the rest."""
    db.session().info["unfinished"] = True


def _pending(delivery_id: int) -> Delivery | None:
    return claim(
        select(Delivery).where(Delivery.id == delivery_id, Delivery.status == DeliveryStatus.PENDING)
    )


def _done(delivery: Delivery) -> None:
    delivery.status = DeliveryStatus.DONE
    delivery.done_at = clock.now()
    delivery.last_error = ""


def _failed(delivery_id: int, error: Exception) -> None:
    db.session.rollback()
    log.warning("delivery failed", delivery=delivery_id, error=repr(error))
    with transaction():
        delivery = _pending(delivery_id)
        if delivery is None:
            return
        delivery.attempts += 1
        delivery.last_error = "".join(traceback.format_exception_only(error))[:2000]
        if delivery.attempts > len(GAPS):
            delivery.status = DeliveryStatus.PARKED
        else:
            delivery.not_before = clock.now() + GAPS[delivery.attempts - 1]


def run_all(limit: int = 10_000) -> int:
    """Carry out everything that is due, until nothing is left; returns how many were done. Used by tests and commands."""
    total = 0
    while total < limit:
        done = sum(run(delivery_id) for delivery_id in due())
        if not done:
            return total
        total += done
    return total


def resting() -> set[str]:
    """Names of the periodic jobs whose time has not come: one read, so that an idle tick takes no write lock."""
    names = set(db.session.scalars(select(PeriodicRun.name).where(PeriodicRun.next_at > clock.now())))
    db.session.rollback()
    return names


def run_periodic(name: str, every: timedelta, act: Callable[[], object]) -> bool:
    """Run `act` when its time has come and nobody else is at it. The job opens its own transactions."""
    moment = clock.now()
    with transaction() as session:
        session.execute(
            upsert(PeriodicRun).values(name=name, next_at=moment, last_error="").on_conflict_do_nothing()
        )
        row = claim(select(PeriodicRun).where(PeriodicRun.name == name, PeriodicRun.next_at <= moment))
        if row is None:
            return False
        row.next_at = moment + every
        row.last_at = moment
    problem = ""
    try:
        act()
    except Exception as error:  # noqa: BLE001 - one failing job must not stop the others
        db.session.rollback()
        log.warning("periodic job failed", job=name, error=repr(error))
        problem = repr(error)[:500]
    with transaction() as session:
        session.get_one(PeriodicRun, name).last_error = problem
    return True


def settle(delivery_id: int, *, again: bool) -> None:
    """A parked delivery is tried anew from the start, or given up. The operator's desk asks for permission first."""
    row = claim(select(Delivery).where(Delivery.id == delivery_id, Delivery.status == DeliveryStatus.PARKED))
    if row is None:
        return
    row.status = DeliveryStatus.PENDING if again else DeliveryStatus.DROPPED
    row.attempts = 0
    row.not_before = clock.now()
