"""Calendars (RFC 5545) of whole days: a day of the city is that day everywhere, and its Jalali date stands in words."""

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vDuration

from civic.core.dates import write_day
from civic.core.i18n import say
from civic.core.text import N_
from civic.feeds.rules import Deadline, Due

TITLES = {
    Deadline.VOTE: N_("آخرین روز رأی: %(title)s"),
    Deadline.PHASE_OPENS: N_("آغاز «%(name)s»: %(title)s"),
    Deadline.PHASE_CLOSES: N_("پایان «%(name)s»: %(title)s"),
    Deadline.ANSWER: N_("مهلت پاسخ رسمی: %(title)s"),
    Deadline.PROMISE: N_("موعد قول شهر: %(title)s"),
}


def write(
    dues: Sequence[Due], *, base: str, name: str, language: str, address: Callable[[Due], str]
) -> bytes:
    """A whole calendar; `address` gives the page of a deadline."""
    calendar = Calendar()
    calendar.add("prodid", "-//Charsu//Deadlines//FA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Tehran")
    calendar.add("refresh-interval", vDuration(timedelta(hours=6)), parameters={"value": "DURATION"})
    host = urlsplit(base).hostname or "localhost"
    for due in dues:
        event = Event()
        event.add("uid", f"{due.kind}-{due.number}@{host}")
        event.add("dtstamp", due.since.astimezone(UTC))
        event.add("dtstart", due.day)
        event.add("dtend", due.day + timedelta(days=1))
        event.add("summary", say(TITLES[due.kind], title=due.title, name=due.name))
        page = base + address(due)
        day = write_day(due.day, language, "wy")
        words = (
            f"{due.name}\n{day}\n{page}"
            if due.kind in {Deadline.PROMISE, Deadline.ANSWER}
            else f"{day}\n{page}"
        )
        event.add("description", words)
        event.add("url", page)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
