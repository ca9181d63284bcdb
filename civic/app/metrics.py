"""/metrics for Prometheus, on the machine itself only."""

import time

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import func, select

from civic.core.db import db
from civic.core.errors import NotFound
from civic.core.outbox import Delivery, DeliveryStatus
from civic.core.web import public

bp = Blueprint("metrics", __name__)
REGISTRY = CollectorRegistry()
ANSWERS = Counter(
    "charsu_answers_total",
    "Answers by endpoint and status of this process",
    ["endpoint", "status"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "charsu_answer_seconds",
    "Time to make an answer",
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
QUEUE = Gauge(
    "charsu_deliveries",
    "Deliveries of the outbox that wait, and those given up",
    ["status"],
    registry=REGISTRY,
)
LOOPBACK = {"127.0.0.1", "::1"}


def setup(app: Flask) -> None:
    app.register_blueprint(bp)
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    ANSWERS.labels(request.endpoint or "none", response.status_code).inc()
    if "begun" in g:
        SECONDS.observe(time.perf_counter() - g.begun)
    return response


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Figures of this process and the depth of the queue; absent for everybody who is not on the machine."""
    if request.remote_addr not in LOOPBACK or "X-Forwarded-For" in request.headers:
        raise NotFound
    waiting = (DeliveryStatus.PENDING, DeliveryStatus.PARKED)
    found = db.session.execute(
        select(Delivery.status, func.count()).where(Delivery.status.in_(waiting)).group_by(Delivery.status)
    )
    counts = {status: n for status, n in found}  # noqa: C416 - rows are no pairs for dict()
    for status in waiting:
        QUEUE.labels(str(status)).set(counts.get(status, 0))
    return Response(generate_latest(REGISTRY), mimetype="text/plain")
