"""What letters are written from, taken at the moment of sending and asked of the same select as every page.

What was hidden, muted away, unsubscribed or closed since a letter was put on its way is found out here: no draft, no letter.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from civic.accounts import queries as accounts
from civic.contributions.queries import muted_by, visible
from civic.core import clock
from civic.core.actor import PUBLIC
from civic.core.db import db
from civic.core.errors import NotFound
from civic.notifications.models import Letter, Notice, Preference, PushSubscription, Unreachable
from civic.notifications.rules import (
    MOST_IN_DIGEST,
    Channel,
    LetterStatus,
    Rhythm,
    Topic,
    digest_span,
    read_digest,
    rhythm_unless_chosen,
)
from civic.notifications.sources import ask
from civic.notifications.words import topic_of

PERSONAL = (Topic.MINE, Topic.WORK, Topic.GROUPS)
"""What is told for the person's own sake: muting a thing does not silence it."""


@dataclass(frozen=True)
class Subject:
    """A contribution as a letter names it."""

    id: int
    kind: Any
    title: str
    summary: str


@dataclass(frozen=True)
class Told:
    """One notice of a letter, with what it is about."""

    kind: str
    data: dict[str, Any]
    contribution_id: int | None
    about: Subject | None


@dataclass(frozen=True)
class Browser:
    """Where a message for a browser goes."""

    id: int
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Draft:
    """Everything a letter is written from. `to` is an address or a number, empty for browsers."""

    letter_id: int
    name: str
    user_id: int
    full_name: str
    to: str
    locale: str
    told: tuple[Told, ...]
    digest: str = ""
    more: int = 0
    browsers: tuple[Browser, ...] = ()


@dataclass
class _Reading:
    """What a batch of letters needs, read in a fixed number of queries."""

    people: dict[int, Any] = field(default_factory=dict)
    wishes: dict[tuple[int, Topic, Channel], Rhythm] = field(default_factory=dict)
    refused: set[tuple[int, Channel]] = field(default_factory=set)
    seen: dict[int, Subject] = field(default_factory=dict)
    own: dict[int, dict[int, Subject]] = field(default_factory=dict)
    browsers: dict[int, list[Browser]] = field(default_factory=dict)
    muted: set[tuple[int, int]] = field(default_factory=set)

    def wish(self, user_id: int, kind: str, channel: Channel) -> Rhythm:
        topic = topic_of(kind)
        return self.wishes.get((user_id, topic, channel), rhythm_unless_chosen(topic, channel))

    def subject(self, user_id: int, contribution_id: int) -> Subject | None:
        """The thing as this person may read it; asked by person only for what is not everybody's."""
        if contribution_id in self.seen:
            return self.seen[contribution_id]
        if user_id not in self.own:
            self.own[user_id] = {}
        own = self.own[user_id]
        if contribution_id not in own:
            try:
                own.update(_subjects(visible(ask().actor_of(user_id)), {contribution_id}))
            except NotFound:
                return None
        return own.get(contribution_id)

    def told(self, notice: Notice) -> Told | None:
        about = None
        if notice.contribution_id:
            about = self.subject(notice.user_id, notice.contribution_id)
            if about is None:
                return None
            if (
                topic_of(notice.kind) not in PERSONAL
                and (notice.user_id, notice.contribution_id) in self.muted
            ):
                return None
        return Told(notice.kind, dict(notice.data), notice.contribution_id, about)


def drafts(letter_ids: Sequence[int]) -> dict[int, Draft]:
    """Drafts of these letters; those that are not to be sent any more are missing."""
    rows = db.session.execute(
        select(Letter, Notice)
        .outerjoin(Notice, Notice.id == Letter.notice_id)
        .where(Letter.id.in_(letter_ids))
    ).all()
    digests = {letter.id: _gathered(letter) for letter, _notice in rows if letter.digest}
    notices = [notice for _letter, notice in rows if notice is not None]
    notices += [notice for found in digests.values() for notice in found]
    reading = _read([letter for letter, _notice in rows], notices)
    made = {}
    for letter, notice in rows:
        draft = (
            _digest(reading, letter, digests[letter.id])
            if letter.digest
            else _single(reading, letter, notice)
        )
        if draft is not None:
            made[letter.id] = draft
    db.session.rollback()
    return made


def _read(letters: Sequence[Letter], notices: Sequence[Notice]) -> _Reading:
    reading = _Reading()
    ids = {letter.user_id for letter in letters}
    reading.people = accounts.by_ids(list(ids))
    for row in db.session.scalars(select(Preference).where(Preference.user_id.in_(ids))):
        reading.wishes[row.user_id, row.topic, row.channel] = row.rhythm
    for gone in db.session.scalars(select(Unreachable).where(Unreachable.user_id.in_(ids))):
        reading.refused.add((gone.user_id, gone.channel))
    about = {n.contribution_id for n in notices if n.contribution_id}
    reading.seen = _subjects(visible(PUBLIC), about)
    reading.muted = muted_by(ids, about)
    if any(letter.channel is Channel.PUSH for letter in letters):
        living = PushSubscription.session_id.in_(accounts.living_session_ids())
        for b in db.session.scalars(
            select(PushSubscription)
            .where(PushSubscription.user_id.in_(ids), living)
            .order_by(PushSubscription.id)
        ):
            reading.browsers.setdefault(b.user_id, []).append(Browser(b.id, b.endpoint, b.p256dh, b.auth))
    return reading


def _subjects(seen: Any, ids: Collection[int | None]) -> dict[int, Subject]:
    if not ids:
        return {}
    found = db.session.scalars(seen.where(seen.selected_columns[0].in_(ids)))
    return {c.id: Subject(c.id, c.kind, c.title, c.summary) for c in found}


def _address(reading: _Reading, letter: Letter) -> str | None:
    """Where the letter goes; None when the person is gone or no longer takes letters by this channel."""
    person = reading.people.get(letter.user_id)
    if person is None or (letter.user_id, letter.channel) in reading.refused:
        return None
    if letter.channel is Channel.MAIL:
        return person.email if person.email and person.mail_notices else None
    if letter.channel is Channel.SMS:
        return person.phone or None
    return "" if reading.browsers.get(letter.user_id) else None


def _single(reading: _Reading, letter: Letter, notice: Notice) -> Draft | None:
    to = _address(reading, letter)
    if to is None or reading.wish(letter.user_id, notice.kind, letter.channel) is Rhythm.OFF:
        return None
    told = reading.told(notice)
    if told is None:
        return None
    person = reading.people[letter.user_id]
    browsers = tuple(reading.browsers.get(letter.user_id, ()))
    return Draft(
        letter.id,
        f"notice-{notice.id}",
        person.id,
        person.full_name,
        to,
        person.locale,
        (told,),
        browsers=browsers,
    )


def _gathered(letter: Letter) -> list[Notice]:
    """Notices of a digest's period that were not sent by themselves, oldest first."""
    rhythm, day = read_digest(letter.digest or "")
    start, end = (edge.replace(tzinfo=clock.CITY) for edge in digest_span(day, rhythm))
    alone = select(Letter.notice_id).where(
        Letter.user_id == letter.user_id,
        Letter.channel == Channel.MAIL,
        Letter.notice_id.is_not(None),
        Letter.status != LetterStatus.DROPPED,
    )
    return list(
        db.session.scalars(
            select(Notice)
            .where(
                Notice.user_id == letter.user_id, Notice.at >= start, Notice.at < end, Notice.id.not_in(alone)
            )
            .order_by(Notice.id.desc())
            .limit(300)
        )
    )[::-1]


def _digest(reading: _Reading, letter: Letter, found: list[Notice]) -> Draft | None:
    """None also when nothing is left to tell: an empty digest is not sent."""
    to = _address(reading, letter)
    if to is None:
        return None
    rhythm, _day = read_digest(letter.digest or "")
    told = [
        one
        for notice in found
        if reading.wish(letter.user_id, notice.kind, Channel.MAIL) is rhythm
        and (one := reading.told(notice)) is not None
    ]
    if not told:
        return None
    person = reading.people[letter.user_id]
    shown = tuple(told[-MOST_IN_DIGEST:])
    return Draft(
        letter.id, f"digest-{rhythm}-{_day.isoformat()}-{person.id}", person.id, person.full_name, to, person.locale,
        shown, letter.digest or "", len(told) - len(shown),
    )  # fmt: skip
