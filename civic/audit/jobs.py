"""Sealing every second, publishing the head every hour."""

import json
import os
from dataclasses import replace
from pathlib import Path

from flask import current_app

from civic.audit import keys, queries, rules, service
from civic.core.actor import SYSTEM
from civic.core.db import transaction

BATCH = 1_000


def seal() -> None:
    """Chain what is not chained yet, batch by batch."""
    _seal(whole=False)


def publish_head() -> None:
    """Seal what is left, whatever its age, and write the newest link where everybody can fetch it and keep it."""
    _seal(whole=True)
    with transaction():
        head = queries.head()
    file = heads_file()
    known = queries.published_heads(file, last=1)
    if head.seq and (not known or known[-1].seq != head.seq):
        file.parent.mkdir(parents=True, exist_ok=True)
        signed = replace(head, sig=keys.sign(rules.signed_words(head.seq, head.hash, head.at_words)))
        with file.open("a") as lines:
            lines.write(json.dumps(signed.as_json()) + "\n")
            lines.flush()
            os.fsync(lines.fileno())


def heads_file() -> Path:
    return Path(current_app.config["DATA_DIR"]) / queries.HEADS


def _seal(*, whole: bool) -> None:
    while True:
        with transaction():
            made = service.seal(SYSTEM, limit=BATCH, whole=whole)
        if made < BATCH:
            return
