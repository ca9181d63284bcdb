"""The one clock of everything the city owes: working days, deadlines, lamps, as plain values.

A working day is Saturday to Wednesday, 07:30 to 14:30 in Tehran, unless it is an official holiday. A duty of n working
days opened on day 0 lasts to the midnight that ends the n-th working day after day 0: the city is late from the first
moment of the next day. What is shown is that last day, never the number of days.

The clock stands still only while the city waits for the citizen, ten working days in all, and is extended once, by ten
working days, with a reason that everybody reads. At 75, 100 and 150 per cent of its working time a duty is told upwards.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from civic.core.clock import CITY, day_end, local
from civic.core.errors import RuleBroken
from civic.core.text import N_

WEEKEND = {3, 4}  # Thursday, Friday, as date.weekday()
OPENS, CLOSES = time(7, 30), time(14, 30)
DAY_MINUTES = 7 * 60
SOON = 5
"""With fewer working days left than this the lamp turns yellow."""

LEVELS = (75, 100, 150)
"""Per cent of the working time at which somebody higher is told."""

MOST_PAUSED = 10 * DAY_MINUTES
"""Working minutes that a duty may stand still in all."""

EXTENSION_DAYS = 10
"""Working days of the one extension."""

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
    """Working days after `first` up to and including `last`; 0 when `last` is not later.

    Whole weeks are reckoned, not walked: an inbox asks this three times a row.
    """
    length = (last - first).days
    if length <= 0:
        return 0
    weeks, rest = divmod(length, 7)
    after = first.weekday() + 1
    total = 5 * weeks + sum((after + i) % 7 not in WEEKEND for i in range(rest))
    return total - sum(first < day <= last and day.weekday() not in WEEKEND for day in holidays)


def working_minutes_between(start: datetime, end: datetime, holidays: Holidays) -> int:
    """Minutes of office hours between two moments."""
    if end <= start:
        return 0
    begin, finish = local(start), local(end)
    first, last = begin.date(), finish.date()
    if first == last:
        return _office_minutes(first, begin.time(), finish.time(), holidays)
    between = working_days_between(first, last - timedelta(days=1), holidays) * DAY_MINUTES
    return (
        _office_minutes(first, begin.time(), CLOSES, holidays)
        + between
        + _office_minutes(last, OPENS, finish.time(), holidays)
    )


def _office_minutes(day: date, since: time, until: time, holidays: Holidays) -> int:
    """Whole minutes of office hours of one day from one time of it to another."""
    if not is_working(day, holidays):
        return 0
    opens, closes = max(since, OPENS), min(until, CLOSES)
    seconds = (closes.hour - opens.hour) * 3600 + (closes.minute - opens.minute) * 60 + closes.second - opens.second  # fmt: skip
    return max(0, seconds // 60)


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


def moment_after(start: datetime, minutes: int, holidays: Holidays) -> datetime:
    """The moment at which so many office minutes have passed since `start`."""
    begin = local(start)
    day, left = begin.date(), minutes
    while left > 0:
        if is_working(day, holidays):
            opens = max(begin, datetime.combine(day, OPENS, CITY))
            there = max(0, int((datetime.combine(day, CLOSES, CITY) - opens).total_seconds()) // 60)
            if there >= left:
                return (opens + timedelta(minutes=left)).astimezone(UTC)
            left -= there
        day += timedelta(days=1)
    return start


def whole_days(minutes: int) -> int:
    """Working days that hold so many working minutes; a day begun counts."""
    return -(-minutes // DAY_MINUTES)


def due_moment(opened: datetime, days: int, until: date | None, later: int, holidays: Holidays) -> datetime:
    """When a duty ends: after `days` working days or the day `until`, and `later` working days more."""
    first = until or nth_working_day(local(opened).date(), days, holidays)
    return day_end(nth_working_day(first, later, holidays))


def level_moments(
    opened: datetime, due: datetime, paused: int, holidays: Holidays
) -> list[tuple[int, datetime]]:
    """(level, when it is reached) in order. `paused`: working minutes that do not count. 100 is the due moment itself."""
    allowed = working_minutes_between(opened, due, holidays) - paused
    if allowed <= 0:
        return [(level, due) for level in LEVELS]
    early = moment_after(opened, paused + -(-allowed * 75 // 100), holidays)
    late = moment_after(opened, paused + -(-allowed * 150 // 100), holidays)
    return [(75, min(early, due)), (100, due), (150, max(late, due))]


def check_pause(reason: str, used: int, *, late: bool) -> None:
    """The clock may stand still only for a reason, before the due moment, and ten working days in all."""
    if not reason:
        raise RuleBroken(N_("بنویسید از نویسنده چه می‌پرسید؛ همه آن را می‌خوانند."), field="reason")
    if late:
        raise RuleBroken(
            N_("مهلت گذشته است و ساعت دیگر نمی‌ایستد. با آنچه می‌دانید پاسخ دهید."), field="reason"
        )
    if used >= MOST_PAUSED:
        raise RuleBroken(
            N_("ده روز کاری که ساعت می‌توانست بایستد به پایان رسیده است. با آنچه می‌دانید پاسخ دهید."),
            field="reason",
        )


def check_extension(reason: str, extended: int, *, late: bool) -> None:
    """Once, for a reason everybody reads, before the due moment."""
    if len(reason) < 10:
        raise RuleBroken(N_("دلیل تمدید را در یک جمله بنویسید؛ همه آن را می‌خوانند."), field="reason")
    if extended:
        raise RuleBroken(N_("این مهلت یک بار تمدید شده است و دوباره تمدید نمی‌شود."), field="reason")
    if late:
        raise RuleBroken(N_("مهلت گذشته است؛ تمدید تنها پیش از پایان مهلت شدنی است."), field="reason")
