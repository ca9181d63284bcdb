"""Telling people, part by part, and reading.

News may concern a hundred thousand people. They are told in parts of `rules.PART`, in the order of their ids, each part
in a transaction of its own together with the mark how far it came (`Telling`): locks are short, memory is flat, and a
worker that takes over goes on after the last part. The unique key (event, person) holds whatever happens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Integer, Select, String, case, exists, func, literal, select, update

from civic.accounts import queries as accounts
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import Moment, db, one_for_change, upsert
from civic.core.jobs import unfinished
from civic.core.policy import require
from civic.notifications import rules
from civic.notifications.models import Letter, Notice, Preference, PushSubscription, Telling, Unreachable
from civic.notifications.policy import May
from civic.notifications.rules import Channel, LetterStatus, Rhythm, Topic, rhythm_unless_chosen
from civic.notifications.sources import People, ask
from civic.notifications.words import topic_of


@dataclass(frozen=True)
class News:
    """One sort of words for some people. `but` is somebody who knows already."""

    kind: str
    people: People
    contribution_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    but: int | None = None


def tell(actor: Actor, dedup: str, news: Sequence[News]) -> None:
    """Each person concerned is told once, in the words of the first line that names them.

    `dedup` names the event. One call tells one part at most and says `unfinished` when somebody is left, so that the
    reaction runs again; a run after the last part finds it all done.
    """
    require(actor, May.TELL)
    progress = _progress(dedup)
    if progress.finished_at is not None:
        return
    room = rules.PART
    while progress.line < len(news):
        line = news[progress.line]
        ids = _next_people(line, progress.after_id, room)
        if ids:
            _tell_part(dedup, line, ids)
            progress.after_id = ids[-1]
            room -= len(ids)
        if room <= 0:
            unfinished()
            return
        progress.line += 1
        progress.after_id = 0
    if db.session.scalar(select(Notice.id).where(Notice.dedup == dedup).limit(1)) is None:
        db.session.delete(progress)  # nobody was there to hear: the same news may come when somebody is
        return
    progress.finished_at = clock.now()


def _progress(dedup: str) -> Telling:
    db.session.execute(
        upsert(Telling).values(dedup=dedup, line=0, after_id=0, begun_at=clock.now()).on_conflict_do_nothing()
    )
    return one_for_change(select(Telling).where(Telling.dedup == dedup))


def _next_people(line: News, after_id: int, most: int) -> list[int]:
    """The next people of a line, in the order of their ids."""
    everyone = line.people.subquery()
    person = everyone.c[0]
    query = select(person).where(person > after_id, person.in_(accounts.active_ids()))
    if line.but is not None:
        query = query.where(person != line.but)
    return list(db.session.scalars(query.distinct().order_by(person).limit(most)))


def _tell_part(dedup: str, line: News, ids: list[int]) -> None:
    people = accounts.active_ids()
    person = people.selected_columns[0]
    rows = people.where(person.in_(ids)).add_columns(
        literal(dedup, String), literal(line.kind, String), literal(line.contribution_id, Integer),
        literal(line.data, JSON()), literal(clock.now(), Moment()),
    )  # fmt: skip
    told = list(
        db.session.scalars(
            upsert(Notice)
            .from_select(["user_id", "dedup", "kind", "contribution_id", "data", "at"], rows)
            .on_conflict_do_nothing()
            .returning(Notice.user_id)
        )
    )
    if not told:
        return
    ask().count_unread(SYSTEM, people.where(person.in_(told)))
    _write_letters(dedup, topic_of(line.kind), told)


def _write_letters(dedup: str, topic: Topic, told: list[int]) -> None:
    """Rows of the ledger for those who want to hear outside the site, too."""
    new = (Notice.dedup == dedup, Notice.user_id.in_(told))
    moment = clock.local(clock.now())
    mail = _wish(topic, Channel.MAIL)
    mailable = (*new, Notice.user_id.in_(accounts.mailable_ids()), ~_refused(Channel.MAIL))
    _put_by_notice(Channel.MAIL, clock.now(), *mailable, mail == Rhythm.NOW)
    _put_digests(moment, mail, *mailable)
    calm = rules.after_quiet(moment)
    if topic in rules.SMS_TOPICS:
        textable = Notice.user_id.in_(accounts.textable_ids())
        wanted = _wish(topic, Channel.SMS) == Rhythm.NOW
        _put_by_notice(Channel.SMS, calm, *new, textable, wanted, ~_refused(Channel.SMS))
    listens = exists().where(PushSubscription.user_id == Notice.user_id)
    _put_by_notice(Channel.PUSH, calm, *new, listens, _wish(topic, Channel.PUSH) == Rhythm.NOW)


def _wish(topic: Topic, channel: Channel) -> Any:
    """The rhythm that holds for the person of a notice: the chosen one, else what holds unless chosen."""
    chosen = (
        select(Preference.rhythm)
        .where(Preference.user_id == Notice.user_id, Preference.topic == topic, Preference.channel == channel)
        .scalar_subquery()
    )
    return func.coalesce(chosen, literal(str(rhythm_unless_chosen(topic, channel)), String), type_=String())


def _refused(channel: Channel) -> Any:
    return exists().where(Unreachable.user_id == Notice.user_id, Unreachable.channel == channel)


def _put_by_notice(channel: Channel, not_before: Any, *where: Any) -> None:
    rows = select(
        Notice.user_id, Notice.id, literal(str(channel), String), *_fresh(literal(not_before, Moment()))
    ).where(*where)
    _put(["user_id", "notice_id", "channel"], rows)


def _put_digests(moment: Any, mail: Any, *where: Any) -> None:
    """The person's next digest, unless it is there already."""
    names, times = {}, {}
    for rhythm in (Rhythm.DAILY, Rhythm.WEEKLY):
        day = rules.digest_day(moment, rhythm)
        names[str(rhythm)] = literal(rules.digest_name(day, rhythm), String)
        leaves = moment.replace(
            year=day.year, month=day.month, day=day.day, hour=rules.DIGEST_AT.hour, minute=rules.DIGEST_AT.minute,
            second=0, microsecond=0,
        )  # fmt: skip
        times[str(rhythm)] = literal(leaves, Moment())
    rows = select(
        Notice.user_id, case(names, value=mail), literal(str(Channel.MAIL), String),
        *_fresh(case(times, value=mail)),
    ).where(*where, mail.in_(list(names)))  # fmt: skip
    _put(["user_id", "digest", "channel"], rows)


def _fresh(not_before: Any) -> tuple[Any, ...]:
    return (literal(str(LetterStatus.PENDING), String), literal(0, Integer), not_before, literal("", String))


def _put(columns: list[str], rows: Select[Any]) -> None:
    db.session.execute(
        upsert(Letter)
        .from_select([*columns, "status", "attempts", "not_before", "last_error"], rows)
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
