"""`civic worker`: carries out the outbox and the clock's jobs, in one process of its own.

With REDIS_URL it is an RQ worker: a relay thread offers the ids of due deliveries to the queue, RQ hands them back one
by one. The rows in the database are the truth: a lost or empty Redis costs nothing, the relay offers them again, and
while Redis is away they are carried out directly.
"""

import hashlib
import signal
import threading
import time
from collections.abc import Callable

import redis
from flask import Flask
from rq import Queue
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker

from civic.app import create_app, schedule
from civic.core import jobs
from civic.core.db import db
from civic.core.logs import log
from config import Config

PAUSE = 0.3
OFFER_AGAIN = 30.0
_app: Flask | None = None


def carry_out(delivery_id: int) -> bool:
    """What RQ calls. An app context per delivery."""
    with app().app_context():
        return jobs.run(delivery_id)


def app() -> Flask:
    """This process's application, made once."""
    global _app  # noqa: PLW0603 - one process, one app
    if _app is None:
        config = Config.from_env()
        config.extra["worker"] = True
        _app = create_app(config)
    return _app


def queue_name() -> str:
    """One queue per database: two sites on one Redis must not take each other's ids."""
    url = app().config["SQLALCHEMY_DATABASE_URI"]
    return f"civic-{hashlib.sha256(url.encode()).hexdigest()[:12]}"


class Relay:
    """Offers due deliveries and runs the clock's jobs until told to stop."""

    def __init__(self, offer: Callable[[list[int]], None]) -> None:
        self.offer = offer
        self.stop = threading.Event()

    def loop(self) -> None:
        while not self.stop.is_set():
            try:
                with app().app_context():
                    self.offer(jobs.due())
                    schedule.tick()
            except Exception as error:  # noqa: BLE001 - the database may be away; the loop must live
                log.warning("relay", error=repr(error))
                self.stop.wait(2)
            self.stop.wait(PAUSE)


def run() -> None:
    """Until SIGTERM."""
    config = Config.from_env()
    connection = redis.Redis.from_url(config.redis_url) if config.redis_url else None
    if connection is None:
        relay = Relay(_directly)
        _until_told(relay)
        return
    _with_rq(connection)


def _directly(ids: list[int]) -> None:
    for delivery_id in ids:
        jobs.run(delivery_id)


def _until_told(relay: Relay) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: relay.stop.set())
    relay.loop()


def _with_rq(connection: redis.Redis) -> None:
    queue = Queue(queue_name(), connection=connection, serializer=JSONSerializer)
    offered: dict[int, float] = {}

    def offer(ids: list[int]) -> None:
        moment = time.monotonic()
        for old in [k for k, at in offered.items() if moment - at > OFFER_AGAIN]:
            del offered[old]
        fresh = [i for i in ids if i not in offered]
        if not fresh:
            return
        try:
            queue.enqueue_many(
                [
                    Queue.prepare_data(
                        carry_out, args=[i], job_id=f"d{i}-{time.time_ns()}", result_ttl=0, failure_ttl=60
                    )
                    for i in fresh
                ]
            )
            offered.update(dict.fromkeys(fresh, moment))
        except redis.RedisError as error:
            log.warning("redis away, carrying out directly", error=repr(error))
            _directly(fresh)

    relay = Relay(offer)
    thread = threading.Thread(target=relay.loop, daemon=True)
    thread.start()
    stopping = threading.Event()

    def told(*_args: object) -> None:
        stopping.set()
        relay.stop.set()
        raise SystemExit(0)

    while not stopping.is_set():
        try:
            worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
            worker.log_result_lifespan = False
            signal.signal(signal.SIGTERM, told)
            worker.work(with_scheduler=False, logging_level="WARNING")
            break  # a warm stop asked for by signal
        except redis.RedisError as error:
            log.warning("redis away", error=repr(error))
            stopping.wait(1)
    relay.stop.set()
    thread.join(5)
    with app().app_context():
        db.session.remove()
