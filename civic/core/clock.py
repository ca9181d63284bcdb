"""The one clock. Stored times are UTC; the city's day is Tehran's, which keeps +03:30 all year since 2022."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Tehran")
_set: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """This moment in UTC, to the microsecond."""
    return _set.get() or datetime.now(UTC)


def today() -> date:
    """The day in the city."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The moment as the city's clocks show it."""
    return moment.astimezone(CITY)


def day_start(day: date) -> datetime:
    """The first moment of a city day, in UTC."""
    return datetime.combine(day, time.min, CITY).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The first moment after a city day, in UTC: deadlines written as a day last until its midnight."""
    return day_start(day + timedelta(days=1))


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at `moment`: for tests and for demo data with a past."""
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
