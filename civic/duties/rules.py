"""The one clock of everything the city owes: working days, deadlines, lamps, as plain values.

A working day is Saturday to Wednesday, 07:30 to 14:30 in Tehran, unless it is an official holiday. A duty of n working
days opened on day 0 lasts to the midnight that ends the n-th working day after day 0: the city is late from the first
moment of the next day. What is shown is that last day, never the number of days.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from civic.core.clock import CITY, day_end, local

WEEKEND = {3, 4}  # Thursday, Friday, as date.weekday()
OPENS, CLOSES = time(7, 30), time(14, 30)
DAY_MINUTES = 7 * 60
SOON = 5
"""With fewer working days left than this the lamp turns yellow."""

Holidays = Collection[date]


@dataclass(frozen=True)
class Lamp:
    """key g, y or r; working days left, or late when r; percent of the time that has gone."""

    key: str
    days: int
    percent: int
    last_day: date

    @property
    def late(self) -> bool:
        return self.key == "r"


def is_working(day: date, holidays: Holidays) -> bool:
    return day.weekday() not in WEEKEND and day not in holidays


def add_working_days(start: datetime, n: int, holidays: Holidays) -> datetime:
    """The moment a duty of n working days ends: the first moment after the last of them."""
    return day_end(nth_working_day(local(start).date(), n, holidays))


def nth_working_day(start: date, n: int, holidays: Holidays) -> date:
    """The n-th working day after `start`, which itself does not count."""
    day = start
    while n > 0:
        day += timedelta(days=1)
        n -= is_working(day, holidays)
    return day


def working_days_between(first: date, last: date, holidays: Holidays) -> int:
    """Working days after `first` up to and including `last`; 0 when `last` is not later."""
    days = (first + timedelta(days=i) for i in range(1, (last - first).days + 1))
    return sum(is_working(day, holidays) for day in days)


def working_minutes_between(start: datetime, end: datetime, holidays: Holidays) -> int:
    """Minutes of office hours between two moments."""
    if end <= start:
        return 0
    begin, finish = local(start), local(end)
    total = 0
    day = begin.date()
    while day <= finish.date():
        if is_working(day, holidays):
            opens = max(begin, datetime.combine(day, OPENS, CITY))
            closes = min(finish, datetime.combine(day, CLOSES, CITY))
            total += max(0, int((closes - opens).total_seconds()) // 60)
        day += timedelta(days=1)
    return total


def last_day(due: datetime) -> date:
    """The last day on which it is still in time."""
    return (local(due) - timedelta(microseconds=1)).date()


def lamp(now: datetime, opened: datetime, due: datetime, holidays: Holidays) -> Lamp:
    """How a duty that is still open stands."""
    final, today = last_day(due), local(now).date()
    if now >= due:
        return Lamp("r", max(1, working_days_between(final, today, holidays)), 100, final)
    left = working_days_between(today, final, holidays)
    whole = working_minutes_between(opened, due, holidays) or 1
    gone = working_minutes_between(opened, now, holidays)
    return Lamp("y" if left < SOON else "g", left, min(100, 100 * gone // whole), final)
