"""The quarterly sheet as a table, and the quarters one may ask for."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from civic.core.clock import local
from civic.core.i18n import num, say
from civic.core.text import N_, safe_cell
from civic.resolutions.queries import Row
from civic.resolutions.rules import Quarter, quarter_of

SEASONS = {
    1: N_("بهار %(year)s"),
    2: N_("تابستان %(year)s"),
    3: N_("پاییز %(year)s"),
    4: N_("زمستان %(year)s"),
}
MOST = 12


def season(quarter: Quarter) -> str:
    """Autumn of 1405, in the words of the page."""
    return say(SEASONS[quarter.number], year=num(str(quarter.year)))


def quarters(first: datetime, now: datetime) -> list[Quarter]:
    """From the newest back to the one of the oldest resolution, at most three years; the coming one, too."""
    last = quarter_of(local(now).date())
    found = [Quarter(last.year + (last.number == 4), last.number % 4 + 1), last]
    oldest = quarter_of(local(first).date())
    while len(found) < MOST and (found[-1].year, found[-1].number) > (oldest.year, oldest.number):
        here = found[-1]
        found.append(Quarter(here.year - (here.number == 1), (here.number - 2) % 4 + 1))
    return found


def table(rows: Sequence[Row], language: str) -> str:
    """CSV in UTF-8 with a mark at its beginning, as spreadsheets want it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["department", "resolution", "clause", "kind", "text", "last_day", "state", "standing", "verified"]
    )
    for row in rows:
        for line in row.lines:
            c = line.clause
            writer.writerow(
                [
                    safe_cell(value) for value in (
                        row.department.name(language), c.resolution.number, c.number, str(c.kind), c.text,
                        c.due_on.isoformat() if c.due_on else "", str(c.status), line.standing,
                        c.verified_at.date().isoformat() if c.verified_at else "",
                    )
                ]
            )  # fmt: skip
    return "\ufeff" + out.getvalue()
