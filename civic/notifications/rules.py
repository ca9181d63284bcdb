"""Topics, channels and rhythms of notices; states of a letter; quiet hours and days of digests, as plain values.

A letter is one notice on its way by one channel, or one digest of a person. Times given to these functions are the
city's own (Tehran): pass `clock.local(...)`.
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum


class Topic(StrEnum):
    """What a notice is about, as people choose."""

    MINE = "mine"
    FOLLOWED = "followed"
    VOTES = "votes"
    ANSWERS = "answers"
    CONSULTATIONS = "consultations"
    GROUPS = "groups"
    WORK = "work"
    COUNCIL = "council"


class Channel(StrEnum):
    """How news leaves the site. In the site itself it always stands."""

    MAIL = "mail"
    SMS = "sms"
    PUSH = "push"


class Rhythm(StrEnum):
    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


SMS_TOPICS = (Topic.ANSWERS, Topic.VOTES)
"""A text message costs money and rings: only for what ends a long wait."""

RHYTHMS = {
    Channel.MAIL: (Rhythm.NOW, Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.OFF),
    Channel.SMS: (Rhythm.NOW, Rhythm.OFF),
    Channel.PUSH: (Rhythm.NOW, Rhythm.OFF),
}


def rhythm_unless_chosen(topic: Topic, channel: Channel) -> Rhythm:
    """What holds for a person who chose nothing: letters at once, of followed things once a day, no text messages."""
    if channel is Channel.SMS:
        return Rhythm.OFF
    if topic is Topic.FOLLOWED:
        return Rhythm.DAILY if channel is Channel.MAIL else Rhythm.OFF
    return Rhythm.NOW


class LetterStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"
    BOUNCED = "bounced"
    DROPPED = "dropped"


MOVES = {
    (LetterStatus.PENDING, "claim"): LetterStatus.SENDING,
    (LetterStatus.SENDING, "claim"): LetterStatus.SENDING,  # whoever had it died meanwhile
    (LetterStatus.SENDING, "sent"): LetterStatus.SENT,
    (LetterStatus.SENDING, "fail"): LetterStatus.PENDING,
    (LetterStatus.SENDING, "park"): LetterStatus.PARKED,
    (LetterStatus.SENDING, "bounce"): LetterStatus.BOUNCED,
    (LetterStatus.SENDING, "drop"): LetterStatus.DROPPED,
    (LetterStatus.PARKED, "retry"): LetterStatus.PENDING,
    (LetterStatus.PARKED, "drop"): LetterStatus.DROPPED,
    (LetterStatus.BOUNCED, "retry"): LetterStatus.PENDING,
    (LetterStatus.BOUNCED, "drop"): LetterStatus.DROPPED,
}
FINAL = {LetterStatus.SENT, LetterStatus.DROPPED}
FAILED = (LetterStatus.PARKED, LetterStatus.BOUNCED)
"""Waits for the operator: tried to the end, or refused for good by the other side."""

GAPS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 720)]
"""Waiting times between tries; after the last a letter is parked and shown to the operator."""

LEASE = timedelta(minutes=5)
"""A letter claimed longer ago than this is taken up by the next worker: sent at least once, its Message-ID stable."""

BATCH = 50
PART = 2_000
"""How many people are told in one transaction."""

SMS_LENGTH = 160
MOST_IN_DIGEST = 60
MOST_BROWSERS = 10

QUIET_FROM, QUIET_UNTIL = time(22), time(8)
DIGEST_AT, DIGEST_CLOSES = time(8, 30), time(8, 25)
"""A digest leaves at 08:30 and holds what was told until 08:25: what is being written down meanwhile is in the next."""

SATURDAY = 5


def is_quiet(local: datetime) -> bool:
    """22:00 to 08:00: no phone rings."""
    return local.time() >= QUIET_FROM or local.time() < QUIET_UNTIL


def after_quiet(local: datetime) -> datetime:
    """This moment, or 08:00 of the next morning when it falls in the quiet hours."""
    if not is_quiet(local):
        return local
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(day, QUIET_UNTIL, local.tzinfo)


def digest_day(local: datetime, rhythm: Rhythm) -> date:
    """The day whose digest holds what is told now: the next 08:30, for the weekly one that of a Saturday."""
    day = local.date() if local.time() < DIGEST_CLOSES else local.date() + timedelta(days=1)
    if rhythm is Rhythm.WEEKLY:
        day += timedelta(days=(SATURDAY - day.weekday()) % 7)
    return day


def digest_span(day: date, rhythm: Rhythm) -> tuple[datetime, datetime]:
    """From when until when (the end left out) a digest of this day reaches back, in the city's time without a zone."""
    end = datetime.combine(day, DIGEST_CLOSES)
    return end - timedelta(days=7 if rhythm is Rhythm.WEEKLY else 1), end


def digest_name(day: date, rhythm: Rhythm) -> str:
    """`daily:2026-11-28`: one per person and period."""
    return f"{rhythm}:{day.isoformat()}"


def read_digest(name: str) -> tuple[Rhythm, date]:
    rhythm, day = name.split(":")
    return Rhythm(rhythm), date.fromisoformat(day)
