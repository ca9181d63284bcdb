"""Reads of the calendar."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import extract, func, select

from civic.core import clock
from civic.core.db import db
from civic.duties import rules
from civic.duties.models import Holiday

REACH = timedelta(days=500)


def holidays(around: date | None = None) -> frozenset[date]:
    """Official holidays near a day (today when none is given): enough for every deadline that matters now."""
    day = around or clock.today()
    return frozenset(
        db.session.scalars(select(Holiday.day).where(Holiday.day >= day - REACH, Holiday.day <= day + REACH))
    )


def calendar(first: date, last: date) -> Sequence[Holiday]:
    """Holidays from `first` to `last`, in order."""
    return db.session.scalars(
        select(Holiday).where(Holiday.day >= first, Holiday.day <= last).order_by(Holiday.day)
    ).all()


def years() -> Sequence[tuple[int, int]]:
    """(Gregorian year, number of holidays): shows the operator which years are missing."""
    year = extract("year", Holiday.day)
    return [
        (int(y), n) for y, n in db.session.execute(select(year, func.count()).group_by(year).order_by(year))
    ]


def due_after(days: int) -> datetime:
    """When something asked now, with this many working days, must be there."""
    return rules.add_working_days(clock.now(), days, holidays())
