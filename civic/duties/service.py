"""Opening and meeting duties, importing holidays."""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from civic.audit.service import record
from civic.core import clock
from civic.core.actor import Actor
from civic.core.dates import read_day
from civic.core.db import db
from civic.core.errors import RuleBroken
from civic.core.policy import require
from civic.core.text import N_, clean_line, fold
from civic.duties import queries, rules
from civic.duties.models import Duty, Holiday
from civic.duties.policy import May

MOST_LINES = 2000


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
    duty = Duty(
        department_id=department_id,
        opened_at=clock.now(),
        due_at=queries.due_after(days),
        working_minutes=days * rules.DAY_MINUTES,
    )
    db.session.add(duty)
    db.session.flush()
    return duty


def meet(actor: Actor, duty: Duty, *, at: datetime) -> tuple[bool, int]:
    """It was given. Answers whether in time, and after how many working days."""
    require(actor, May.OPEN_DUTY)
    duty.met_at = at
    opened, met = clock.local(duty.opened_at).date(), clock.local(at).date()
    return at < duty.due_at, rules.working_days_between(opened, met, queries.holidays(opened))


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
