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


def digest(entry: Mapping[str, Any]) -> str:
    """The fingerprint of one entry. It may be shown of an entry that is not: `actor_mark` holds a salt nobody can guess."""
    return hashlib.sha256(canonical(entry).encode()).hexdigest()


def link(seq: int, prev: str, digest: str) -> str:
    """The hash of one link: its number, the link before, and the fingerprint of its entry."""
    return hashlib.sha256(f"{seq}\n{prev}\n{digest}".encode()).hexdigest()


def old_link(seq: int, prev: str, entry: Mapping[str, Any]) -> str:
    """The same as it was made before seals kept fingerprints: over the entry itself, so that only its keeper can check it."""
    return hashlib.sha256(f"{seq}\n{prev}\n{canonical(entry)}".encode()).hexdigest()


def signed_words(seq: int, newest: str, at: str) -> bytes:
    """What the site's key signs of a published head; `at` as published, in seconds."""
    return f"charsu head\n{seq}\n{newest}\n{at}".encode()
