"""How a person wants to hear: rhythms by topic and channel, browsers, no letters at all."""

from collections.abc import Mapping

from sqlalchemy import delete, select

from civic.accounts.queries import digest as digest_of
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, serialise, upsert
from civic.core.errors import RuleBroken
from civic.core.policy import require
from civic.core.text import N_
from civic.notifications import queries
from civic.notifications.models import Preference, PushSubscription, Unreachable
from civic.notifications.policy import May
from civic.notifications.rules import MOST_BROWSERS, RHYTHMS, Channel, Rhythm, Topic, rhythm_unless_chosen
from civic.notifications.sources import ask


def choose(actor: Actor, wishes: Mapping[tuple[Topic, Channel], Rhythm]) -> None:
    """The person says how to hear of each topic; what is as it would be anyway is not kept."""
    require(actor, May.WISH)
    _keep(actor.signed_in(), wishes)


def _keep(user_id: int, wishes: Mapping[tuple[Topic, Channel], Rhythm]) -> None:
    for (topic, channel), rhythm in wishes.items():
        if rhythm not in RHYTHMS[channel]:
            raise RuleBroken(N_("این راه خبرگرفتن برای این موضوع نیست. یکی از گزینه‌های صفحه را برگزینید."))
        if rhythm is rhythm_unless_chosen(topic, channel):
            db.session.execute(
                delete(Preference).where(
                    Preference.user_id == user_id, Preference.topic == topic, Preference.channel == channel
                )
            )
            continue
        values = {"user_id": user_id, "topic": topic, "channel": channel, "rhythm": rhythm}
        db.session.execute(
            upsert(Preference)
            .values(**values)
            .on_conflict_do_update(index_elements=["user_id", "topic", "channel"], set_={"rhythm": rhythm})
        )


def allow_letters(actor: Actor, *, wanted: bool) -> None:
    """The person wants letters by mail, or none at all whatever the topic."""
    require(actor, May.WISH)
    ask().allow_letters(actor.signed_in(), wanted)


def stop_letters(
    actor: Actor, user_id: int, *, topic: Topic | None = None, digest: Rhythm | None = None
) -> None:
    """One click in a letter: no more letters, or none of this topic, or no more of these digests."""
    require(actor, May.STOP)
    if topic is not None:
        _keep(user_id, {(topic, Channel.MAIL): Rhythm.OFF})
    elif digest is not None:
        now = queries.wishes_of(user_id)
        topics = [t for t in Topic if now[t, Channel.MAIL] is digest]
        _keep(user_id, {(t, Channel.MAIL): Rhythm.OFF for t in topics})
    else:
        ask().allow_letters(user_id, False)


def reach_again(actor: Actor, channel: Channel) -> None:
    """The person says the address works: letters are tried again."""
    require(actor, May.WISH)
    db.session.execute(
        delete(Unreachable).where(Unreachable.user_id == actor.signed_in(), Unreachable.channel == channel)
    )


def add_browser(actor: Actor, *, endpoint: str, p256dh: str, auth: str) -> None:
    """This browser takes messages from now on, for whoever is signed in here; the oldest gives way past ten."""
    require(actor, May.WISH)
    if actor.session_id is None:
        raise RuleBroken(N_("این مرورگر را تنها وقتی می‌توان افزود که در آن وارد شده باشید."))
    user_id = actor.signed_in()
    serialise("push", user_id)
    values = {
        "user_id": user_id, "session_id": actor.session_id, "p256dh": p256dh, "auth": auth, "made_at": clock.now(),
    }  # fmt: skip
    db.session.execute(
        upsert(PushSubscription)
        .values(endpoint=endpoint, endpoint_hash=digest_of(endpoint), **values)
        .on_conflict_do_update(index_elements=["endpoint_hash"], set_=values)
    )
    kept = select(PushSubscription.id).where(PushSubscription.user_id == user_id)
    newest = kept.order_by(PushSubscription.made_at.desc(), PushSubscription.id.desc()).limit(MOST_BROWSERS)
    ids = list(db.session.scalars(newest))
    db.session.execute(
        delete(PushSubscription).where(PushSubscription.user_id == user_id, PushSubscription.id.not_in(ids))
    )


def drop_browser(actor: Actor, *, endpoint: str = "", browser_id: int = 0) -> None:
    """A browser of this person takes no more messages."""
    require(actor, May.WISH)
    mine = PushSubscription.user_id == actor.signed_in()
    which = (
        PushSubscription.endpoint_hash == digest_of(endpoint)
        if endpoint
        else PushSubscription.id == browser_id
    )
    db.session.execute(delete(PushSubscription).where(mine, which))


def forget_browser(actor: Actor, browser_id: int) -> None:
    """Its push service says that it is gone."""
    require(actor, May.SEND)
    db.session.execute(delete(PushSubscription).where(PushSubscription.id == browser_id))
