"""How a person wants to hear: one choice per topic for letters, one tick per topic for browsers and text messages."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from civic.core.forms import CivicForm, choice, tick
from civic.core.text import N_
from civic.notifications.rules import RHYTHMS, SMS_TOPICS, Channel, Rhythm, Topic
from civic.notifications.words import TOPICS

RHYTHM_WORDS = {
    Rhythm.NOW: N_("همان وقت"),
    Rhythm.DAILY: N_("در خلاصهٔ روز"),
    Rhythm.WEEKLY: N_("در خلاصهٔ هفته"),
    Rhythm.OFF: N_("فقط در سایت"),
}


class WishesForm(CivicForm):
    """Fields are added by topic: `mail_votes`, `push_votes`, `sms_votes`."""

    mail_notices = tick(N_("خبرها به ایمیلم هم بیاید"))

    def wishes(self, topics: Iterable[Topic]) -> dict[tuple[Topic, Channel], Rhythm]:
        """What was chosen, for the fields that were on the page."""
        chosen: dict[tuple[Topic, Channel], Rhythm] = {}
        for topic in topics:
            for channel in Channel:
                field = self._fields.get(f"{channel}_{topic}")
                if field is None:
                    continue
                if channel is Channel.MAIL:
                    chosen[topic, channel] = Rhythm(field.data)
                else:
                    chosen[topic, channel] = Rhythm.NOW if field.data else Rhythm.OFF
        return chosen


def wishes_form(
    topics: Iterable[Topic],
    held: Mapping[tuple[Topic, Channel], Rhythm],
    *,
    mail: bool,
    sms: bool,
    letters: bool,
) -> WishesForm:
    """The form for these topics, with what holds now; a channel that the person has no address for is left out."""
    fields: dict[str, Any] = {}
    now: dict[str, Any] = {"mail_notices": letters}
    for topic in topics:
        if mail:
            pairs = [(r.value, lazy_gettext(RHYTHM_WORDS[r])) for r in RHYTHMS[Channel.MAIL]]
            fields[f"mail_{topic}"] = choice(TOPICS[topic], pairs)
            now[f"mail_{topic}"] = held[topic, Channel.MAIL].value
        fields[f"push_{topic}"] = tick(TOPICS[topic])
        now[f"push_{topic}"] = held[topic, Channel.PUSH] is Rhythm.NOW
        if sms and topic in SMS_TOPICS:
            fields[f"sms_{topic}"] = tick(TOPICS[topic])
            now[f"sms_{topic}"] = held[topic, Channel.SMS] is Rhythm.NOW
    return type("WishesOfTopics", (WishesForm,), fields)(**now)
