"""The clock of the city's duties, against a table worked out by hand."""

from datetime import UTC, date, datetime

import pytest

from civic.core.clock import CITY
from civic.core.dates import read_day
from civic.duties import rules

# Esfand 1403 has 30 days; 1404 has 29. Days off as they stood in those springs.
SPRING_1404 = {read_day(d) for d in (
    "1403/12/29", "1403/12/30", "1404/01/01", "1404/01/02", "1404/01/03", "1404/01/04", "1404/01/11", "1404/01/12",
    "1404/01/13",
)}  # fmt: skip
SPRING_1405 = {read_day(d) for d in (
    "1404/12/29", "1405/01/01", "1405/01/02", "1405/01/03", "1405/01/04", "1405/01/12", "1405/01/13",
)}  # fmt: skip


@pytest.mark.parametrize(
    ("start", "n", "holidays", "last"),
    [
        ("1403/12/25", 1, SPRING_1404, "1403/12/26"),
        ("1403/12/25", 3, SPRING_1404, "1403/12/28"),
        ("1403/12/25", 4, SPRING_1404, "1404/01/05"),
        ("1403/12/25", 7, SPRING_1404, "1404/01/10"),
        ("1403/12/25", 8, SPRING_1404, "1404/01/16"),
        ("1403/12/25", 10, SPRING_1404, "1404/01/18"),
        ("1403/12/25", 20, SPRING_1404, "1404/02/01"),
        ("1404/12/26", 1, SPRING_1405, "1404/12/27"),
        ("1404/12/26", 2, SPRING_1405, "1405/01/05"),
        ("1404/12/26", 6, SPRING_1405, "1405/01/11"),
        ("1404/12/26", 7, SPRING_1405, "1405/01/15"),
        ("1404/12/26", 10, SPRING_1405, "1405/01/18"),
        ("1405/07/28", 20, {read_day("1405/08/20")}, "1405/08/27"),
        ("1405/07/30", 1, set(), "1405/08/02"),  # a Thursday: the first day is Saturday
    ],
)
def test_days_across_nowruz(start, n, holidays, last):
    opened = datetime.combine(read_day(start), datetime.min.time().replace(hour=10), CITY)
    due = rules.add_working_days(opened, n, holidays)
    assert rules.last_day(due) == read_day(last)
    assert rules.working_days_between(read_day(start), read_day(last), holidays) == n


def test_the_duty_lasts_to_midnight_of_the_last_day():
    due = rules.add_working_days(datetime(2026, 11, 23, 8, tzinfo=UTC), 1, set())
    assert due == datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


def test_evening_in_utc_is_already_the_next_day_in_the_city():
    late = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)  # 00:30 on Tuesday in Tehran
    assert rules.last_day(rules.add_working_days(late, 1, set())) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ((21, 10, 0), (22, 9, 0), 360),
        ((21, 10, 0), (21, 10, 0), 0),
        ((22, 9, 0), (21, 10, 0), 0),
        ((19, 8, 0), (20, 20, 0), 0),  # Thursday and Friday
        ((21, 6, 0), (21, 20, 0), 420),
        ((18, 14, 0), (21, 8, 0), 60),
    ],
)
def test_minutes_of_office_hours(start, end, minutes):
    def moment(parts):
        return datetime(2026, 11, *parts, tzinfo=CITY)

    assert rules.working_minutes_between(moment(start), moment(end), set()) == minutes


@pytest.mark.parametrize(
    ("today", "key", "days"),
    [
        ("1405/07/29", "g", 19),
        ("1405/08/20", "g", 5),
        ("1405/08/23", "y", 4),
        ("1405/08/27", "y", 0),
        ("1405/08/28", "r", 1),
        ("1405/08/30", "r", 1),  # Saturday after a Wednesday: one working day
        ("1405/09/02", "r", 3),
    ],
)
def test_the_lamp(today, key, days):
    opened = datetime.combine(read_day("1405/07/28"), datetime.min.time().replace(hour=10), CITY)
    holidays = {read_day("1405/08/19")}
    due = rules.add_working_days(opened, 20, holidays)
    assert rules.last_day(due) == read_day("1405/08/27")
    now = datetime.combine(read_day(today), datetime.min.time().replace(hour=12), CITY)
    lamp = rules.lamp(now, opened, due, holidays)
    assert (lamp.key, lamp.days) == (key, days)
    assert 0 <= lamp.percent <= 100
    assert lamp.late is (key == "r")
    assert lamp.percent == 100 if key == "r" else lamp.percent < 100
