"""Reads of the calendar."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from persiantools.jdatetime import JalaliDate
from sqlalchemy import bindparam, extract, func, select

from civic.core import clock
from civic.core.dates import jalali_year
from civic.core.db import columns, db, is_sqlite
from civic.duties import rules
from civic.duties.models import Duty, Holiday, Pause

REACH = timedelta(days=500)
AHEAD = timedelta(days=45)
"""How far what is asked today reaches: 20 working days and an extension."""


DAYS_OFF = select(Holiday.day).where(Holiday.day >= bindparam("since"), Holiday.day <= bindparam("until"))


def holidays(first: date | None = None, last: date | None = None) -> frozenset[date]:
    """Official holidays near a day (today when none is given), or near all days from `first` to `last`."""
    first = first or clock.today()
    last = max(first, last or first)
    return frozenset(columns(DAYS_OFF, {"since": first - REACH, "until": last + REACH}).scalars())


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


def years_without_calendar() -> list[int]:
    """Jalali years, of today and of what is asked today, of which no day off is known: there only weekends are skipped."""
    year = jalali_year(clock.today())
    last = max(year, jalali_year(clock.today() + AHEAD))
    missing = []
    for number in range(year, last + 1):
        first = JalaliDate(number, 1, 1).to_gregorian()
        after = JalaliDate(number + 1, 1, 1).to_gregorian()
        if (
            db.session.scalar(select(Holiday.day).where(Holiday.day >= first, Holiday.day < after).limit(1))
            is None
        ):
            missing.append(number)
    return missing


def due_for_change(moment: datetime, most: int) -> Sequence[Duty]:
    """Duties at which the clock has to look, the longest waiting first, locked; those somebody else holds come later."""
    query = (
        select(Duty)
        .where(Duty.next_at <= moment, Duty.met_at.is_(None))
        .order_by(Duty.next_at, Duty.id)
        .limit(most)
        .execution_options(populate_existing=True)
    )
    if not is_sqlite():
        query = query.with_for_update(skip_locked=True, key_share=True)
    return db.session.scalars(query).all()


def owed_for_change() -> Sequence[Duty]:
    """Everything that is still owed, locked."""
    query = select(Duty).where(Duty.met_at.is_(None)).order_by(Duty.id)
    if not is_sqlite():
        query = query.with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def spent_pauses(moment: datetime) -> Sequence[Pause]:
    """Pauses that have used up what a duty may stand still."""
    return db.session.scalars(
        select(Pause).where(Pause.ended_at.is_(None), Pause.ends_by <= moment).order_by(Pause.id).limit(500)
    ).all()


def open_pause(duty_id: int) -> Pause:
    """The pause a duty is in."""
    return db.session.scalars(select(Pause).where(Pause.duty_id == duty_id, Pause.ended_at.is_(None))).one()


def pauses_of(duty_id: int) -> Sequence[Pause]:
    """When the clock stood still and why, oldest first."""
    return db.session.scalars(select(Pause).where(Pause.duty_id == duty_id).order_by(Pause.id)).all()


def due_after(days: int) -> datetime:
    """When something asked now, with this many working days, must be there."""
    return rules.add_working_days(clock.now(), days, holidays())
