"""Telling people, reading, sending letters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Integer, String, func, literal, select, update

from civic.accounts import queries as accounts
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import Moment, db, upsert
from civic.core.policy import require
from civic.core.states import move
from civic.notifications import queries
from civic.notifications.models import Letter, Notice
from civic.notifications.policy import May
from civic.notifications.rules import GAPS, LEASE, MOVES, LetterStatus
from civic.notifications.sources import People, ask


@dataclass(frozen=True)
class News:
    """One sort of words for some people. `but` is somebody who knows already."""

    kind: str
    people: People
    contribution_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    but: int | None = None


def tell(actor: Actor, dedup: str, news: Sequence[News]) -> None:
    """Each person concerned is told once, in the words of the first line that names them. One statement per line.

    `dedup` names the event. Everything happens in the transaction of the reaction, so a second run finds it all done.
    """
    require(actor, May.TELL)
    if queries.told(dedup):
        return
    for line in news:
        _insert(dedup, line)
    told = select(Notice.user_id).where(Notice.dedup == dedup)
    ask().count_unread(SYSTEM, told)
    db.session.execute(
        upsert(Letter)
        .from_select(
            ["id", "status", "attempts", "not_before", "last_error"],
            select(
                Notice.id, literal(str(LetterStatus.PENDING), String), literal(0, Integer), literal(clock.now(), Moment()),
                literal("", String),
            ).where(Notice.dedup == dedup, Notice.user_id.in_(accounts.mailable_ids())),
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def _insert(dedup: str, line: News) -> None:
    everyone = line.people.subquery()
    people = (
        select(everyone.c[0].label("id")).distinct().subquery()
    )  # JSON has no equality: people first, data after
    person = people.c.id
    chosen = (
        select(
            person, literal(dedup, String), literal(line.kind, String), literal(line.contribution_id, Integer),
            literal(line.data, JSON()), literal(clock.now(), Moment()),
        )
        .where(person.in_(accounts.active_ids()))
    )  # fmt: skip
    if line.but is not None:
        chosen = chosen.where(person != line.but)
    db.session.execute(
        upsert(Notice)
        .from_select(["user_id", "dedup", "kind", "contribution_id", "data", "at"], chosen)
        .on_conflict_do_nothing()
    )


def read(actor: Actor, notice: Notice) -> None:
    """The person opened it."""
    require(actor, May.READ, notice)
    notice.read_at = notice.read_at or clock.now()
    db.session.flush()
    _count_own(actor)


def read_all(actor: Actor) -> None:
    """Nothing is new any more."""
    require(actor, May.READ)
    db.session.execute(
        update(Notice)
        .where(Notice.user_id == actor.signed_in(), Notice.read_at.is_(None))
        .values(read_at=clock.now())
    )
    _count_own(actor)


def _count_own(actor: Actor) -> None:
    unread = db.session.scalar(
        select(func.count())
        .select_from(Notice)
        .where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
    )
    ask().set_unread(actor, unread or 0)


def claim_letters(actor: Actor) -> list[int]:
    """Take up to a batch of letters for a while; nobody else sends them in that time."""
    require(actor, May.SEND)
    claimed = []
    for letter in queries.letters_due():
        move(letter, "claim", MOVES)
        letter.not_before = clock.now() + LEASE
        claimed.append(letter.id)
    return claimed


def letter_sent(actor: Actor, letter: Letter) -> None:
    """The post took it."""
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
    else:
        move(letter, "fail", MOVES)
        letter.not_before = clock.now() + GAPS[letter.attempts - 1]


def letter_dropped(actor: Actor, letter: Letter) -> None:
    """What it is about is no longer to be seen, or the person wants no letters."""
    require(actor, May.SEND)
    move(letter, "drop", MOVES)


def retry_letter(actor: Actor, letter: Letter) -> None:
    """The operator lets a parked letter be tried again."""
    require(actor, May.SETTLE)
    move(letter, "retry", MOVES)
    letter.attempts = 0
    letter.not_before = clock.now()


def drop_letter(actor: Actor, letter: Letter) -> None:
    """The operator gives a parked letter up; the notice in the site stays."""
    require(actor, May.SETTLE)
    move(letter, "drop", MOVES)


def stop_letters(actor: Actor, user_id: int) -> None:
    """One click in a letter: no more letters."""
    require(actor, May.STOP)
    ask().stop_letters(user_id)
