"""Jalali in and out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from civic.app.context import ago
from civic.core import clock, dates
from civic.core.errors import RuleBroken


@pytest.mark.parametrize("typed", ["1405/09/02", "۱۴۰۵-۹-۲", "١٤٠٥.٩.٢", "2026-11-23"])
def test_a_day_is_read_in_every_spelling(typed):
    assert dates.read_day(typed) == date(2026, 11, 23)


@pytest.mark.parametrize("typed", ["", "1405", "1405/13/01", "1600/01/01", "1405/12/30", "x/y/z", "05/09/02"])
def test_what_is_no_day_is_refused_and_never_guessed(typed):
    with pytest.raises(RuleBroken):
        dates.read_day(typed)


def test_a_leap_year_has_thirty_days_of_esfand():
    assert dates.read_day("1403/12/30") == date(2025, 3, 20)


def test_days_are_written_in_the_language_of_the_page():
    day = date(2026, 11, 23)
    assert dates.write_day(day, "fa", "wy") == "دوشنبه ۲ آذر ۱۴۰۵"
    assert dates.write_day(day, "en", "wy") == "Monday 23 November 2026"
    assert dates.write_day(day, "ar", "y") == "٢٣ تشرين الثاني / نوفمبر ٢٠٢٦"


def test_the_citys_day_ends_at_its_own_midnight():
    late = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
    assert dates.as_day(late) == date(2026, 11, 23)
    assert clock.day_end(date(2026, 11, 22)) == datetime(2026, 11, 22, 20, 30, tzinfo=UTC)


def test_months_begin_and_follow_each_other():
    assert dates.month_start(date(2026, 11, 23)) == date(2026, 11, 22)
    assert dates.month_before(date(2026, 3, 25)) == dates.read_day("1404/12/01")


@pytest.mark.parametrize(
    ("lang", "hours", "words"),
    [("en", 25, "1 day ago"), ("en", 49, "2 days ago"), ("en", 1, "1 hour ago"), ("ar", 49, "قبل يومين"), ("fa", 49, "۲ روز پیش")],
)  # fmt: skip
def test_how_long_ago_is_said_in_singular_and_plural(app, lang, hours, words):
    with app.test_request_context("/", environ_overrides={"civic.language": lang}):
        assert ago(clock.now() - timedelta(hours=hours, minutes=1)) == words
