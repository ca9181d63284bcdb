"""The chain of the record as plain values; docs/operate.md describes it for verifiers who do not use this code."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FIRST = "0" * 64
"""What the first link leans on."""

UNSEALED_GRACE = 120
"""Seconds after which an entry that is not sealed is a fault: the sealer works every second."""

LATE = 600
"""Seconds that an act's transaction may take at the very most between writing its entry and committing it."""


def canonical(entry: Mapping[str, Any]) -> str:
    """One entry as text, the same on every machine: sorted keys, UTC to the microsecond, no spaces."""
    at: datetime = entry["at"]
    values = {**entry, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def link(seq: int, prev: str, entry: Mapping[str, Any]) -> str:
    """The hash of one link: its number, the link before, and the entry."""
    return hashlib.sha256(f"{seq}\n{prev}\n{canonical(entry)}".encode()).hexdigest()
