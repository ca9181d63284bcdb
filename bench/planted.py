"""The web server and the worker as `bench/faults.py` starts them: as they are, or with one fault of its PLANTS put in."""

import os
import sys
import threading
import time
from pathlib import Path

from flask import g, redirect, request

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from civic.app import create_app, worker
from civic.core import jobs
from civic.core.db import db, transaction
from civic.votes import service
from config import Config

PLANT = os.environ.get("CHARSU_PLANT", "")


def plant(app) -> None:
    if PLANT == "no-single-ballot":
        service.serialise = lambda *_parts: None
    if PLANT == "own-counter":
        service.before_commit = own_counter
    if PLANT == "early-answer":
        real = app.view_functions["votes.cast"]

        def early(**values):
            actor, path, form = g.actor, request.path, request.form.copy()

            def later():
                time.sleep(0.3)
                with app.test_request_context(path, method="POST", data=form):
                    g.actor = actor
                    real(**values)

            threading.Thread(target=later, daemon=True).start()
            return redirect(request.path.removesuffix("/vote") + "#vote", 303)

        early.guard = real.guard
        app.view_functions["votes.cast"] = early


def own_counter(act) -> None:
    """The counter first, committed by itself; the ballot a moment later."""
    with db.engine.begin() as connection:
        act(connection)
    time.sleep(0.02)


def done_first(delivery_id: int) -> bool:
    with transaction():
        delivery = jobs._pending(delivery_id)  # noqa: SLF001
        if delivery is None:
            return False
        reaction, event = jobs.reaction_of(delivery)
        jobs._done(delivery)  # noqa: SLF001
    time.sleep(0.3)
    with transaction():
        reaction(event)
    return True


if __name__ != "__main__":  # gunicorn: made once, before the web processes are forked
    web = create_app(Config.from_env())
    plant(web)
else:
    if PLANT == "done-first":
        jobs.run = done_first
    worker.run()
