"""News of what happened, written in the same transaction as the act, carried out at least once.

`publish` writes one row per event and one delivery per reaction that `app/wiring.py` names. A reaction runs in one
transaction together with the mark "done", so what it writes to our database happens exactly once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, insert
from sqlalchemy.orm import Mapped, mapped_column

from civic.core import clock
from civic.core.db import Base, Choice, Moment, db, one_of

GAPS = [timedelta(seconds=s) for s in (5, 30, 120, 600, 3600)]
"""Waiting times between tries, growing; after the last a delivery is parked and shown to the operator."""

Reaction = Callable[[Any], None]


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"
    DROPPED = "dropped"


class OutboxEvent(Base):
    __tablename__ = "outbox_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(80), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Delivery(Base):
    __tablename__ = "outbox_deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "reaction"),
        one_of("status", DeliveryStatus),
        Index("ix_outbox_deliveries_due", "status", "not_before", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outbox_events.id", ondelete="CASCADE"))
    reaction: Mapped[str] = mapped_column(String(120))
    status: Mapped[DeliveryStatus] = mapped_column(Choice(DeliveryStatus), default=DeliveryStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None] = mapped_column(Moment)


_events: dict[str, type[Any]] = {}
_reactions: dict[str, Reaction] = {}
_wires: dict[str, list[str]] = {}


def name_of(thing: Any) -> str:
    """`cases.jobs.route` for civic.cases.jobs.route."""
    return f"{thing.__module__.removeprefix('civic.')}.{thing.__qualname__}"


def outside(reaction: Reaction) -> Reaction:
    """Mark a reaction that talks to the world: it runs without a transaction, at least once."""
    reaction.outside = True  # type: ignore[attr-defined]
    return reaction


def wire(table: Mapping[type[Any], Sequence[Reaction]]) -> None:
    """Called once by app/wiring.py with event class -> reactions."""
    for event, reactions in table.items():
        _events[name_of(event)] = event
        _wires[name_of(event)] = [name_of(reaction) for reaction in reactions]
        _reactions.update({name_of(reaction): reaction for reaction in reactions})


def publish(event: Any, *, after: timedelta = timedelta()) -> None:
    """Write the event beside the act; its reactions run once the act is committed and `after` has passed."""
    kind = name_of(type(event))
    if kind not in _wires:
        message = f"{kind} has no row in app/wiring.py"
        raise LookupError(message)
    moment = clock.now()
    row = OutboxEvent(kind=kind, payload=asdict(event), created_at=moment)
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        Delivery(event_id=row.id, reaction=reaction, not_before=moment + after) for reaction in _wires[kind]
    )


def publish_all(events: Sequence[Any], *, after: timedelta = timedelta()) -> None:
    """As `publish`, for many events of the clock at once, in two statements per thousand."""
    moment = clock.now()
    for start in range(0, len(events), 1000):
        part = events[start : start + 1000]
        unknown = next((name_of(type(e)) for e in part if name_of(type(e)) not in _wires), "")
        if unknown:
            message = f"{unknown} has no row in app/wiring.py"
            raise LookupError(message)
        rows = [
            {"kind": name_of(type(event)), "payload": asdict(event), "created_at": moment} for event in part
        ]
        made = db.session.execute(insert(OutboxEvent).returning(OutboxEvent.id, OutboxEvent.kind), rows)
        deliveries = [
            {"event_id": row.id, "reaction": reaction, "not_before": moment + after}
            for row in made
            for reaction in _wires[row.kind]
        ]
        if deliveries:
            db.session.execute(insert(Delivery), deliveries)


def reaction_of(delivery: Delivery) -> tuple[Reaction, Any]:
    """The function and the revived event of a delivery."""
    event = db.session.get_one(OutboxEvent, delivery.event_id)
    return _reactions[delivery.reaction], _events[event.kind](**event.payload)
