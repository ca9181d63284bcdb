"""The ledger: letters are claimed, sent, tried again, parked, settled."""

from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, upsert
from civic.core.policy import require
from civic.core.states import move
from civic.notifications import queries
from civic.notifications.models import Letter, Unreachable
from civic.notifications.policy import May
from civic.notifications.rules import GAPS, LEASE, MOVES, Channel, after_quiet, is_quiet


def claim_letters(actor: Actor, channel: Channel = Channel.MAIL) -> list[int]:
    """Take up to a batch of letters for a while; nobody else sends them in that time. In quiet hours no phone rings."""
    require(actor, May.SEND)
    if channel is not Channel.MAIL and is_quiet(clock.local(clock.now())):
        return []
    claimed = []
    for letter in queries.letters_due(channel):
        move(letter, "claim", MOVES)
        letter.not_before = clock.now() + LEASE
        claimed.append(letter.id)
    return claimed


def letter_sent(actor: Actor, letter: Letter) -> None:
    """The other side took it."""
    require(actor, May.SEND)
    move(letter, "sent", MOVES)
    letter.sent_at = clock.now()
    letter.last_error = ""


def letter_failed(actor: Actor, letter: Letter, *, error: str) -> None:
    """Try again later, later each time; in the end the operator sees it."""
    require(actor, May.SEND)
    letter.attempts += 1
    letter.last_error = error[:300]
    if letter.attempts > len(GAPS):
        move(letter, "park", MOVES)
        return
    move(letter, "fail", MOVES)
    again = clock.now() + GAPS[letter.attempts - 1]
    letter.not_before = again if letter.channel is Channel.MAIL else after_quiet(clock.local(again))


def letter_bounced(actor: Actor, letter: Letter, *, error: str) -> None:
    """The other side refused this address for good: no more is sent there, and the person reads why in the settings."""
    require(actor, May.SEND)
    letter.attempts += 1
    letter.last_error = error[:300]
    move(letter, "bounce", MOVES)
    db.session.execute(
        upsert(Unreachable)
        .values(user_id=letter.user_id, channel=letter.channel, reason=error[:300], at=clock.now())
        .on_conflict_do_nothing()
    )


def letter_dropped(actor: Actor, letter: Letter) -> None:
    """What it is about is no longer to be seen, or the person wants no letters."""
    require(actor, May.SEND)
    move(letter, "drop", MOVES)


def retry_letter(actor: Actor, letter: Letter) -> None:
    """The operator lets a failed letter be tried again; what made the address count as dead is forgotten."""
    require(actor, May.SETTLE)
    move(letter, "retry", MOVES)
    letter.attempts = 0
    letter.not_before = clock.now()
    gone = db.session.get(Unreachable, (letter.user_id, letter.channel))
    if gone is not None:
        db.session.delete(gone)


def drop_letter(actor: Actor, letter: Letter) -> None:
    """The operator gives a failed letter up; the notice in the site stays."""
    require(actor, May.SETTLE)
    move(letter, "drop", MOVES)


def retry_channel(actor: Actor, channel: Channel) -> int:
    """The operator lets what was given up on a channel be tried again, some hundreds at a time; how many it were."""
    require(actor, May.SETTLE)
    parked = queries.parked_letters(channel)
    for letter in parked:
        move(letter, "retry", MOVES)
        letter.attempts = 0
        letter.not_before = clock.now()
    return len(parked)
