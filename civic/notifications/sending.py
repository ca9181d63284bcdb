"""The senders: claim a batch, commit, hand each letter to the other side, write down what became of it.

Each letter is marked in a transaction of its own right after it was handed over: when this process is killed, only a
letter in the air is sent a second time, under the same name; there is one per line at most.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from flask import Flask, current_app

from civic.core import mail, sms
from civic.core.actor import SYSTEM
from civic.core.db import db, is_sqlite, transaction
from civic.core.logs import log
from civic.core.outbound import Refused
from civic.notifications import push, queries, service
from civic.notifications.drafts import Draft, drafts
from civic.notifications.rules import BATCH, LEASE, Channel
from civic.notifications.writing import browser_message, post_letter, text_message

SEND_SECONDS = 2.0
"""How long one run of a sender may take; the next one follows at once."""

FRESH_SECONDS = 2.0
"""Drafts older than this are read again before the rest of a batch is sent: what was hidden meanwhile stays here."""

Deliver = Callable[[Draft], None]


def send_letters() -> None:
    """Mail, several letters over one connection, and over several connections at a time when many are waiting."""
    waiting = queries.count_due(Channel.MAIL, most=mail.lines() * BATCH)
    lines = min(mail.lines(), -(-waiting // BATCH))
    if lines <= 1 or is_sqlite():
        if waiting:
            _over_one_line()
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    with ThreadPoolExecutor(lines, "post") as pool:
        begun = [pool.submit(copy_context().run, _in_thread, app) for _ in range(lines)]
    for one in begun:
        one.result()


def _in_thread(app: Flask) -> None:
    with app.app_context():
        try:
            _over_one_line()
        finally:
            db.session.remove()


def _over_one_line() -> None:
    with mail.many():
        _send(Channel.MAIL, post_letter)


def send_texts() -> None:
    """Text messages."""
    if queries.count_due(Channel.SMS, most=1):
        _send(Channel.SMS, lambda draft: sms.send(draft.to, text_message(draft)))


def send_messages() -> None:
    """Messages of browsers."""
    if queries.count_due(Channel.PUSH, most=1):
        _send(Channel.PUSH, _to_browsers)


def _to_browsers(draft: Draft) -> None:
    """To every browser of the person; one that took it is enough, and those that are gone are forgotten."""
    words = browser_message(draft)
    taken, problem = False, None
    for browser in draft.browsers:
        try:
            push.send(browser, **words)
            taken = True
        except (push.BrowserGone, Refused):
            with transaction():
                service.forget_browser(SYSTEM, browser.id)
        except Exception as error:  # noqa: BLE001 - the next browser may still be reached
            problem = error
    if problem is not None and not taken:
        raise problem


def _send(channel: Channel, deliver: Deliver) -> None:
    end = time.monotonic() + SEND_SECONDS
    while time.monotonic() < end:
        with transaction():
            claimed = service.claim_letters(SYSTEM, channel)
        if not claimed:
            return
        _send_batch(claimed, deliver)


def _send_batch(claimed: list[int], deliver: Deliver) -> None:
    begun = read_at = time.monotonic()
    ready = drafts(claimed)
    for n, letter_id in enumerate(claimed):
        moment = time.monotonic()
        if moment - begun > LEASE.total_seconds() / 2:
            return  # a slow other side: the rest is claimed anew when the lease is over, never sent twice
        if moment - read_at > FRESH_SECONDS:
            ready, read_at = drafts(claimed[n:]), moment
        _send_one(letter_id, ready.get(letter_id), deliver)


def _send_one(letter_id: int, draft: Draft | None, deliver: Deliver) -> None:
    problem, dead = "", False
    if draft is not None:
        try:
            deliver(draft)
        except (mail.NoSuchBox, sms.NoSuchNumber) as error:
            problem, dead = str(error) or repr(error), True
        except Exception as error:  # noqa: BLE001 - whatever the other side says, the letter is tried again and then shown
            problem = repr(error)
    with transaction():
        letter = queries.letter_for_change(letter_id)
        if draft is None:
            service.letter_dropped(SYSTEM, letter)
        elif dead:
            service.letter_bounced(SYSTEM, letter, error=problem)
        elif problem:
            service.letter_failed(SYSTEM, letter, error=problem)
        else:
            service.letter_sent(SYSTEM, letter)
    if problem:
        log.warning(
            "letter failed", letter=letter_id, error=problem.split("(")[0].split(" ")[0]
        )  # no address
