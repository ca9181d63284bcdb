"""Opening, meeting, pausing and extending duties; the clock's round; importing holidays."""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select, update

from civic.audit.service import record
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.dates import read_day
from civic.core.db import db, one_for_change, upsert
from civic.core.errors import Conflict, RuleBroken
from civic.core.outbox import publish_all
from civic.core.policy import require
from civic.core.text import N_, clean_line, fold
from civic.duties import queries, rules
from civic.duties.events import DutyEscalated, PauseSpent
from civic.duties.models import Duty, Escalation, Holiday, Pause
from civic.duties.policy import May

MOST_LINES = 2000
BATCH = 2000
CHUNK = 500
"""Rows of one INSERT: SQLite binds at most some 32,000 values."""


@dataclass
class Report:
    """What an import did: lines new, changed, the same, and refused as (line number, column, reason)."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


def open_duty(actor: Actor, *, days: int, department_id: int | None = None) -> Duty:
    """Something is owed from now on, within so many working days."""
    require(actor, May.OPEN_DUTY)
    return _open(department_id, days=days, until=None)


def open_until(actor: Actor, *, day: date, department_id: int | None = None) -> Duty:
    """Something is owed from now on, on a day that was named. RuleBroken unless that day is yet to come."""
    require(actor, May.OPEN_DUTY)
    today = clock.today()
    if day <= today:
        raise RuleBroken(N_("روز سررسید باید پس از امروز باشد."), field="due_on")
    return _open(
        department_id, days=rules.working_days_between(today, day, queries.holidays(today)), until=day
    )


def meet(actor: Actor, duty: Duty, *, at: datetime) -> tuple[bool, int]:
    """It was given. Answers whether in time, and after how many working days; days of waiting do not count."""
    require(actor, May.OPEN_DUTY)
    _fresh(duty)
    if duty.paused_at is not None:
        _end_pause(duty, at)
    duty.met_at, duty.next_at = at, None
    opened, met = clock.local(duty.opened_at).date(), clock.local(at).date()
    taken = rules.working_days_between(opened, met, queries.holidays(opened))
    return at < duty.due_at, max(0, taken - rules.whole_days(duty.paused_minutes))


def pause(actor: Actor, duty: Duty, *, reason: str) -> Pause:
    """The city waits for the citizen: the clock stands still, at most ten working days in all."""
    require(actor, May.CHANGE_DUTY)
    _fresh(duty)
    moment = clock.now()
    if duty.met_at is not None or duty.paused_at is not None:
        raise Conflict(N_("ساعت این مهلت همین حالا هم نمی‌گذرد. صفحه را دوباره باز کنید."))
    words = clean_line(reason)
    rules.check_pause(words, duty.paused_minutes, late=moment >= duty.due_at)
    holidays = queries.holidays()
    most = rules.moment_after(moment, rules.MOST_PAUSED - duty.paused_minutes, holidays)
    row = Pause(duty_id=duty.id, reason=words, started_at=moment, ends_by=most)
    db.session.add(row)
    duty.paused_at, duty.next_at = moment, None
    duty.due_at = _due(duty, rules.MOST_PAUSED, holidays)
    db.session.flush()
    return row


def resume(actor: Actor, duty: Duty) -> None:
    """The citizen has answered, or the city waits no longer: the clock goes on where it stood."""
    require(actor, May.CHANGE_DUTY)
    _fresh(duty)
    if duty.paused_at is None:
        raise Conflict(N_("ساعت این مهلت نایستاده است. صفحه را دوباره باز کنید."))
    _end_pause(duty, clock.now())


def extend(actor: Actor, duty: Duty, *, reason: str, days: int = rules.EXTENSION_DAYS) -> None:
    """More time, once, for a reason that everybody reads. Levels that were told stay told."""
    require(actor, May.CHANGE_DUTY)
    _fresh(duty)
    if duty.met_at is not None:
        raise Conflict(N_("این وظیفه انجام شده است و مهلت آن تمدید نمی‌شود."))
    words = clean_line(reason)
    rules.check_extension(words, duty.extension_days, late=clock.now() >= duty.due_at)
    duty.extension_days, duty.extension_reason, duty.extended_at = days, words[:500], clock.now()
    holidays = queries.holidays()
    used = rules.MOST_PAUSED if duty.paused_at is not None else duty.paused_minutes
    duty.due_at = _due(duty, used, holidays)
    _look_next(duty, holidays)


def drop(actor: Actor, duty: Duty, *, at: datetime) -> None:
    """Nobody is owed this any more (it was merged, taken back, replaced): the clock stops without a word."""
    require(actor, May.CHANGE_DUTY)
    _fresh(duty)
    if duty.paused_at is not None:
        _end_pause(duty, at)
    duty.met_at, duty.next_at = at, None


def end_spent_pauses(actor: Actor) -> int:
    """Waiting that has used up its ten working days ends by itself. Answers how many ended."""
    require(actor, May.RUN_CLOCK)
    moment = clock.now()
    ended = []
    for row in queries.spent_pauses(moment):
        duty = db.session.get_one(Duty, row.duty_id)
        if _fresh(duty).paused_at is not None:
            _end_pause(duty, row.ends_by)
            ended.append(PauseSpent(duty.id, row.id))
    publish_all(ended)
    return len(ended)


def escalate_due(actor: Actor, *, most: int = BATCH) -> int:
    """One batch of duties whose next level has come. Answers how many duties were looked at; 0 when none is left.

    A level is told once per duty: the row of its escalation is the lock, the event goes out with it. Everything is
    written in a fixed number of statements, however many duties there are.
    """
    require(actor, May.RUN_CLOCK)
    moment = clock.now()
    due = queries.due_for_change(moment, most)
    if not due:
        return 0
    holidays = queries.holidays(clock.local(min(duty.opened_at for duty in due)).date(), clock.today())
    told: list[tuple[int, int, int | None]] = []
    changes = []
    for duty in due:
        levels = rules.level_moments(duty.opened_at, duty.due_at, duty.paused_minutes, holidays)
        new = [level for level, at in levels if at <= moment and level > duty.told_level]
        told += [(duty.id, level, duty.department_id) for level in new]
        highest = max([duty.told_level, *new])
        following = next((at for level, at in levels if level > highest), None)
        changes.append({"id": duty.id, "told_level": highest, "next_at": following})
    first = _write_escalations([(duty_id, level) for duty_id, level, _ in told], moment)
    db.session.execute(update(Duty), changes)
    publish_all([DutyEscalated(*row) for row in told if row[:2] in first])
    return len(due)


def reckon_anew(actor: Actor) -> int:
    """After days off have changed: the due moments of everything still owed. Answers how many moved."""
    require(actor, May.RUN_CLOCK)
    holidays = queries.holidays()
    moved = 0
    for duty in queries.owed_for_change():
        used = rules.MOST_PAUSED if duty.paused_at is not None else duty.paused_minutes
        due = _due(duty, used, holidays)
        if due != duty.due_at:
            duty.due_at = due
            _look_next(duty, holidays)
            moved += 1
    db.session.flush()
    return moved


def _open(department_id: int | None, *, days: int, until: date | None) -> Duty:
    moment, holidays = clock.now(), queries.holidays()
    duty = Duty(
        department_id=department_id, opened_at=moment, until=until, working_minutes=days * rules.DAY_MINUTES,
        due_at=rules.due_moment(moment, days, until, 0, holidays), paused_minutes=0, extension_days=0, told_level=0,
    )  # fmt: skip
    _look_next(duty, holidays)
    db.session.add(duty)
    db.session.flush()
    return duty


def _fresh(duty: Duty) -> Duty:
    """Locked and as it stands now: the clock and a person may want the same duty."""
    return one_for_change(select(Duty).where(Duty.id == duty.id))


def _due(duty: Duty, paused: int, holidays: rules.Holidays) -> datetime:
    later = rules.whole_days(paused) + duty.extension_days
    return rules.due_moment(
        duty.opened_at, duty.working_minutes // rules.DAY_MINUTES, duty.until, later, holidays
    )


def _look_next(duty: Duty, holidays: rules.Holidays) -> None:
    """When the clock has to look at it again."""
    if duty.paused_at is not None or duty.met_at is not None:
        duty.next_at = None
        return
    levels = rules.level_moments(duty.opened_at, duty.due_at, duty.paused_minutes, holidays)
    duty.next_at = next((at for level, at in levels if level > duty.told_level), None)


def _end_pause(duty: Duty, at: datetime) -> None:
    row = queries.open_pause(duty.id)
    holidays = queries.holidays()
    end = min(at, row.ends_by)
    row.ended_at = end
    row.minutes = rules.working_minutes_between(row.started_at, end, holidays)
    duty.paused_minutes = min(rules.MOST_PAUSED, duty.paused_minutes + row.minutes)
    duty.paused_at = None
    duty.due_at = _due(duty, duty.paused_minutes, holidays)
    _look_next(duty, holidays)
    db.session.flush()


def _write_escalations(levels: list[tuple[int, int]], moment: datetime) -> set[tuple[int, int]]:
    """Those of the levels that nobody has told before, written down as told."""
    first: set[tuple[int, int]] = set()
    for start in range(0, len(levels), CHUNK):
        rows = [{"duty_id": d, "level": n, "at": moment} for d, n in levels[start : start + CHUNK]]
        made = db.session.execute(
            upsert(Escalation)
            .values(rows)
            .on_conflict_do_nothing()
            .returning(Escalation.duty_id, Escalation.level)
        )
        first |= {(row.duty_id, row.level) for row in made}
    return first


def import_holidays(actor: Actor, text: str, *, source: str = "") -> Report:
    """Lines `jalali_date,title`; good lines are kept, bad ones reported. A second import changes nothing."""
    require(actor, May.IMPORT_HOLIDAYS)
    report = Report()
    lines = list(csv.reader(text.lstrip("\ufeff").splitlines()))
    if len(lines) > MOST_LINES:
        raise RuleBroken(N_("این فایل بیش از %(n)s سطر دارد."), n=MOST_LINES, field="file")
    known = {row.day: row for row in db.session.scalars(select(Holiday))}
    for number, cells in enumerate(lines, 1):
        if not any(cell.strip() for cell in cells) or (number == 1 and fold(cells[0]).startswith("jalali")):
            continue
        _one_holiday(cells, number, known, report, source)
    db.session.flush()
    if report.new or report.changed:
        reckon_anew(SYSTEM)
    record(
        actor, "duties.import_holidays", "holidays", public=True,
        new=report.new, changed=report.changed, refused=len(report.refused),
    )  # fmt: skip
    return report


def _one_holiday(
    cells: list[str], number: int, known: dict[date, Holiday], report: Report, source: str
) -> None:
    try:
        day = read_day(cells[0])
    except RuleBroken as error:
        report.refused.append((number, "jalali_date", error.message))
        return
    title = clean_line(cells[1] if len(cells) > 1 else "")
    if not title or len(title) > 160:
        report.refused.append((number, "title", N_("عنوان لازم است و حداکثر ۱۶۰ حرف دارد.")))
        return
    row = known.get(day)
    if row is None:
        known[day] = row = Holiday(day=day, title=title, source=clean_line(source))
        db.session.add(row)
        report.new += 1
    elif row.title != title:
        row.title = title
        report.changed += 1
    else:
        report.same += 1
