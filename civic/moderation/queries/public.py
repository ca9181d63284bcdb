"""What everybody may see of moderation: the log, its table, the months. Figures are taken by the clock."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select

from civic.contributions.rules import ContributionKind
from civic.core import clock, dates
from civic.core.db import columns, db
from civic.core.paging import Page, page
from civic.moderation.models import Appeal, Decision, Item, ReviewFigures
from civic.moderation.rules import (
    TARGET_HOURS,
    AppealStatus,
    DecisionStatus,
    ItemStatus,
    Verdict,
    median,
)

MONTHS = 6
QUEUE, BY_MONTH = "queue", "months"


@dataclass(frozen=True)
class LogLine:
    """A decision as everybody may see it; the time no finer than the hour."""

    number: str
    at: datetime
    contribution_kind: str
    verdict: Verdict
    clause: int | None
    appeal: AppealStatus | None


def log(*, verdict: str = "", kind: str = "", cursor: str = "", size: int = 25) -> Page[Any]:
    """The public log, newest first: number, time, kind, verdict, clause, appeal. No name, no text, no note."""
    query = (
        select(
            Decision.number, Decision.at, Decision.contribution_kind, Decision.verdict, Decision.clause, Appeal.status,
        )
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .where(Decision.status == DecisionStatus.DONE)
    )  # fmt: skip
    if verdict == AppealStatus.OVERTURNED:
        query = query.where(Appeal.status == AppealStatus.OVERTURNED)
    elif verdict in set(Verdict):
        query = query.where(Decision.verdict == Verdict(verdict))
    if kind in set(ContributionKind):
        query = query.where(Decision.contribution_kind == ContributionKind(kind))
    return page(query, [(Decision.id, True)], cursor=cursor, size=size, rows=_line)


def _line(row: Any) -> LogLine:
    number, at, *rest = row
    return LogLine(number, at.replace(minute=0, second=0, microsecond=0), *rest)


def every_decision(batch: int = 1000) -> Iterator[Any]:
    """The same columns of all decisions, oldest first, a batch at a time."""
    last = 0
    while True:
        rows = db.session.execute(
            select(Decision.id, Decision.number, Decision.at, Decision.contribution_kind, Decision.verdict, Decision.clause,
                   Decision.waited_minutes, Appeal.status.label("appeal"), Appeal.judged_at)
            .outerjoin(Appeal, Appeal.decision_id == Decision.id)
            .where(Decision.id > last, Decision.status == DecisionStatus.DONE).order_by(Decision.id).limit(batch)
        ).all()  # fmt: skip
        if not rows:
            return
        yield from rows
        last = rows[-1].id


@dataclass(frozen=True)
class Month:
    """One Jalali month of decisions, and of the appeals made in it. Times in minutes, from the queue to the decision."""

    start: date
    verdicts: dict[str, int] = field(default_factory=dict)
    clauses: dict[int, int] = field(default_factory=dict)
    in_time: int = 0
    median: int = 0
    appeals: dict[str, int] = field(default_factory=dict)
    overturned: dict[int, int] = field(default_factory=dict)
    appeal_median: int = 0

    @property
    def total(self) -> int:
        return sum(self.verdicts.values())

    @property
    def refused(self) -> int:
        return self.total - self.verdicts.get(Verdict.PUBLISH, 0)

    @property
    def late(self) -> int:
        return self.total - self.in_time

    @property
    def appealed(self) -> int:
        return sum(self.appeals.values())

    @property
    def judged(self) -> int:
        return self.appeals.get(AppealStatus.UPHELD, 0) + self.appeals.get(AppealStatus.OVERTURNED, 0)

    @property
    def overturned_share(self) -> int:
        """Of the appeals judged, in percent."""
        return round(100 * self.appeals.get(AppealStatus.OVERTURNED, 0) / self.judged) if self.judged else 0


def months() -> list[Month]:
    """The last six Jalali months, oldest first, as the clock counted them."""
    stored = _figures(BY_MONTH) or count_months()
    return [
        Month(
            **one
            | {
                "start": date.fromisoformat(one["start"]),
                "clauses": {int(k): n for k, n in one["clauses"].items()},
                "overturned": {int(k): n for k, n in one["overturned"].items()},
            }
        )
        for one in stored["months"]
    ]


def queue_figures() -> dict[str, Any]:
    """How many wait, by reason; how many are overdue; since when the oldest waits; the same of the appeals."""
    return _figures(QUEUE) or count_queue()


FIGURES = select(ReviewFigures.data).where(ReviewFigures.name == bindparam("name"))


def _figures(name: str) -> dict[str, Any] | None:
    return columns(FIGURES, {"name": name}).scalar()


def count_queue() -> dict[str, Any]:
    """Counted by the clock alone (and by the first page before its first run)."""
    moment = clock.now()
    reasons = {
        str(reason): n
        for reason, n in db.session.execute(
            select(Item.reason, func.count()).where(Item.status == ItemStatus.OPEN).group_by(Item.reason)
        )
    }
    oldest = db.session.scalar(select(func.min(Item.opened_at)).where(Item.status == ItemStatus.OPEN))
    overdue = db.session.scalar(
        select(func.count()).select_from(Item).where(Item.status == ItemStatus.OPEN, Item.due_at < moment)
    )
    appeals, late = db.session.execute(
        select(func.count(), func.sum(case((Appeal.due_at < moment, 1), else_=0))).where(
            Appeal.status == AppealStatus.OPEN
        )
    ).one()
    return {
        "reasons": reasons, "oldest": oldest.isoformat() if oldest else "", "overdue": overdue or 0, "appeals": appeals or 0,
        "appeals_overdue": int(late or 0),
    }  # fmt: skip


def count_months() -> dict[str, Any]:
    """The last six Jalali months, from three grouped queries. Counted by the clock alone."""
    starts = [dates.month_start(clock.today())]
    while len(starts) < MONTHS:
        starts.insert(0, dates.month_before(starts[0]))
    found = [Month(start) for start in starts]
    first = clock.day_start(starts[0])

    def place(column: Any) -> Any:
        lines = [(column >= clock.day_start(start), n) for n, start in reversed(list(enumerate(starts)))]
        return case(*lines, else_=-1)

    done = (Decision.status == DecisionStatus.DONE, Decision.at >= first)
    n = place(Decision.at).label("n")
    for i, verdict, clause, count in db.session.execute(
        select(n, Decision.verdict, Decision.clause, func.count())
        .where(*done)
        .group_by("n", Decision.verdict, Decision.clause)
    ):
        month = found[i]
        month.verdicts[str(verdict)] = month.verdicts.get(str(verdict), 0) + count
        if clause:
            month.clauses[clause] = month.clauses.get(clause, 0) + count
    waits: dict[int, list[tuple[int, int]]] = {}
    for i, minutes, count in db.session.execute(
        select(n, Decision.waited_minutes, func.count()).where(*done).group_by("n", Decision.waited_minutes)
    ):
        waits.setdefault(i, []).append((minutes, count))
    judged: dict[int, list[tuple[int, int]]] = {}
    made = place(Appeal.at).label("n")
    for i, status, clause, at, judged_at in db.session.execute(
        select(made, Appeal.status, Appeal.clause, Appeal.at, Appeal.judged_at).where(
            Appeal.at >= first, Appeal.decision_id.is_not(None)
        )
    ):
        month = found[i]
        month.appeals[str(status)] = month.appeals.get(str(status), 0) + 1
        if status is AppealStatus.OVERTURNED:
            month.overturned[clause] = month.overturned.get(clause, 0) + 1
        if judged_at:
            judged.setdefault(i, []).append((int((judged_at - at).total_seconds() // 60), 1))
    lines = []
    for i, month in enumerate(found):
        own = waits.get(i, [])
        lines.append(
            asdict(month)
            | {
                "start": month.start.isoformat(),
                "clauses": {str(k): v for k, v in month.clauses.items()},
                "overturned": {str(k): v for k, v in month.overturned.items()},
                "in_time": sum(count for minutes, count in own if minutes <= TARGET_HOURS * 60),
                "median": median(own),
                "appeal_median": median(judged.get(i, [])),
            }
        )
    return {"months": lines}
