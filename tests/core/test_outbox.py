"""News is written with the act, carried out with its mark, retried with growing gaps, and parked in sight."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.app import schedule
from civic.core import clock, jobs, outbox
from civic.core.db import db, transaction
from civic.core.outbox import GAPS, Delivery, DeliveryStatus, OutboxEvent, publish, wire
from civic.places.models import District
from tests.queries import counted


@dataclass(frozen=True)
class Rang:
    n: int


@dataclass(frozen=True)
class Sent:
    n: int


fail = {"now": False}


def ring(event: Rang) -> None:
    db.session.add(District(code=f"rang-{event.n}", name_fa="زنگ"))
    db.session.flush()
    if fail["now"]:
        raise RuntimeError("the bell broke")


wire({Rang: [ring]})


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(District)) or 0


@pytest.fixture(autouse=True)
def _whole():
    fail["now"] = False


def test_an_event_of_a_rolled_back_act_never_was(ctx):
    def act() -> None:
        with transaction():
            publish(Rang(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert jobs.run_all() == 0
    assert db.session.scalar(select(func.count()).select_from(OutboxEvent)) == 0


def test_a_delivery_carried_out_twice_has_one_effect(ctx):
    with transaction():
        publish(Rang(1))
    [delivery] = jobs.due()
    assert jobs.run(delivery)
    assert not jobs.run(delivery)
    assert count() == 1


def test_a_failed_delivery_leaves_nothing_and_is_parked_after_its_tries(ctx):
    fail["now"] = True
    with transaction():
        publish(Rang(1))
    [delivery_id] = jobs.due()
    moment = clock.now()
    for n, gap in enumerate(GAPS, 1):
        with clock.at(moment):
            assert not jobs.run(delivery_id)
        row = db.session.get(Delivery, delivery_id, populate_existing=True)
        assert (row.attempts, row.not_before) == (n, moment + gap)
        db.session.rollback()
        moment += gap + timedelta(seconds=1)
    jobs.run(delivery_id)
    row = db.session.get(Delivery, delivery_id, populate_existing=True)
    assert row.status is DeliveryStatus.PARKED
    assert "the bell broke" in row.last_error
    assert count() == 0


def test_an_event_without_a_row_in_the_wiring_is_refused(ctx):
    @dataclass(frozen=True)
    class Lost:
        n: int

    with pytest.raises(LookupError), transaction():
        publish(Lost(1))


def test_a_periodic_job_runs_once_per_gap(ctx):
    ran = []
    moment = clock.now()
    for seconds, expected in ((0, 1), (5, 1), (11, 2)):
        with clock.at(moment + timedelta(seconds=seconds)):
            jobs.run_periodic("bell", timedelta(seconds=10), lambda: ran.append(1))
        assert len(ran) == expected


def test_an_idle_tick_of_the_clock_writes_nothing(app, ctx):
    moment = clock.now()
    with clock.at(moment):
        schedule.tick()
        _tick_writes_nothing(app)
    with clock.at(moment + timedelta(hours=2)):
        assert not jobs.resting()


def _tick_writes_nothing(app) -> None:
    assert jobs.resting() == {name for name, _, _ in schedule.PERIODIC}
    with counted(app) as sent:
        schedule.tick()
    assert [s.split()[0] for s in sent] == ["SELECT"]


def test_outside_reactions_run_without_a_transaction(ctx):
    seen = []

    @outbox.outside
    def send(_event: Sent) -> None:
        seen.append(db.session().info.get("open_transaction"))

    wire({Sent: [send]})
    with transaction():
        publish(Sent(1))
    assert jobs.run_all() == 1
    assert seen == [None]
