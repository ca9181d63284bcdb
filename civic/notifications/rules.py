"""States of a letter and the gaps between tries, as plain values."""

from datetime import timedelta
from enum import StrEnum


class LetterStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"
    DROPPED = "dropped"


MOVES = {
    (LetterStatus.PENDING, "claim"): LetterStatus.SENDING,
    (LetterStatus.SENDING, "claim"): LetterStatus.SENDING,  # whoever had it died meanwhile
    (LetterStatus.SENDING, "sent"): LetterStatus.SENT,
    (LetterStatus.SENDING, "fail"): LetterStatus.PENDING,
    (LetterStatus.SENDING, "park"): LetterStatus.PARKED,
    (LetterStatus.SENDING, "drop"): LetterStatus.DROPPED,
    (LetterStatus.PARKED, "retry"): LetterStatus.PENDING,
    (LetterStatus.PARKED, "drop"): LetterStatus.DROPPED,
}
FINAL = {LetterStatus.SENT, LetterStatus.DROPPED}
GAPS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 720)]
"""Waiting times between tries; after the last a letter is parked and shown to the operator."""

LEASE = timedelta(minutes=5)
"""A letter claimed longer ago than this is taken up by the next worker: sent at least once, its Message-ID stable."""

BATCH = 50
