"""Counting for the clock: everything that pages show of answers and promises, in one reading.

A department's row holds what its own cases, answers and promises add, a district's row what came from there; the rows
of either table sum up to the headline. A case is in time by its own deadline; "done" is only what people confirmed.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import case, func, or_, select

from civic.cases.models import Answer, Case
from civic.cases.rules import PROMISING, AnswerStatus, CaseStatus
from civic.contributions.models import Contribution, Step
from civic.contributions.queries import open_to_all
from civic.contributions.rules import ContributionKind, Status, StepKind
from civic.core import clock, dates
from civic.core.db import db
from civic.outcomes import rules
from civic.outcomes.models import Promise
from civic.outcomes.queries.book import SECTIONS
from civic.outcomes.rules import PromiseStatus
from civic.votes.models import Ballot, Tally
from civic.votes.rules import BallotStatus

MONTHS = 8
COUNTED = (
    "answered", "in_time", "promised", "due", "confirmed", "kept_in_time", "reported", "disputed", "unheard", "open", "late",
    "broken", "returns", "convincing_yes", "convincing_no", "accepted", "accepted_in_time",
)  # fmt: skip
"""What each row holds. answered: published answers; in_time: those before their deadline; promised: those that promise;
due: promises whose day has come or that are confirmed; confirmed: by the people; kept_in_time: of these, done by the
promised day; reported: promises once reported done; disputed: of these, those the people ever disputed; unheard: not
confirmed within 28 days; open: cases without an answer; late: of these, past their day; broken: promises past their day
and not reported; returns: cases given back to triage; convincing_*: readers' words on the answers;
accepted: cases an officer has accepted; accepted_in_time: of these, within the days for it."""

Rows = dict[int, dict[str, int]]


def count_totals() -> dict[str, Any]:
    """The totals that pages and /api/v1/statistics show."""
    by_status: dict[str, dict[str, int]] = defaultdict(dict)
    by_stage: dict[str, dict[str, int]] = defaultdict(dict)
    origins: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = db.session.execute(
        select(
            Contribution.kind, Contribution.status, Contribution.stage, Contribution.origin, func.count(),
            func.coalesce(func.sum(Contribution.origin_votes), 0),
        )
        .where(Contribution.status != Status.DRAFT)
        .group_by(Contribution.kind, Contribution.status, Contribution.stage, Contribution.origin)
    )  # fmt: skip
    for kind, status, stage, origin, n, votes in rows:
        by_status[kind][status] = by_status[kind].get(status, 0) + n
        if status is Status.PUBLIC:
            by_stage[kind][stage] = by_stage[kind].get(stage, 0) + n
            if origin:
                origins[origin][f"{kind}s"] += n
                origins[origin]["votes"] += int(votes or 0)
    public = {kind: counts.get(Status.PUBLIC, 0) for kind, counts in by_status.items()}
    ballots = db.session.scalar(
        select(func.count()).select_from(Ballot).where(Ballot.status == BallotStatus.CAST)
    )
    answers = dict(
        db.session.execute(
            select(Answer.kind, func.count())
            .where(Answer.status == AnswerStatus.PUBLISHED)
            .group_by(Answer.kind)
        ).all()
    )
    promises = dict(db.session.execute(select(Promise.status, func.count()).group_by(Promise.status)).all())
    return {
        "problems": public.get(ContributionKind.PROBLEM, 0),
        "proposals": public.get(ContributionKind.PROPOSAL, 0),
        "comments": public.get(ContributionKind.COMMENT, 0),
        "consultations": public.get(ContributionKind.CONSULTATION, 0),
        "questions": public.get(ContributionKind.QUESTION, 0),
        "ballots": ballots or 0,
        "counted_ballots": int(db.session.scalar(select(func.sum(Tally.ballots))) or 0),
        "answers": sum(answers.values()),
        "answers_by_kind": answers,
        "promises": sum(n for status, n in promises.items() if status is not PromiseStatus.VOID),
        "promises_by_status": promises,
        "by_status": dict(by_status),
        "by_stage": dict(by_stage),
        "by_origin": {name: dict(counts) for name, counts in origins.items()},
    }


def _answers() -> Sequence[Any]:
    """Every published answer with what is counted of it."""
    return db.session.execute(
        select(
            Answer.kind, Answer.in_time, Answer.published_at, Answer.days_taken, Answer.convincing_yes, Answer.convincing_no,
            Case.department_id, Contribution.district_id, Contribution.published_at.label("since"), Case.door,
        )
        .join(Case, Case.id == Answer.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Answer.status == AnswerStatus.PUBLISHED, open_to_all())
    ).all()  # fmt: skip


@lru_cache(maxsize=4096)
def _month_of(day: date) -> str:
    """The first day of a day's Jalali month: a city has thousands of cases and a year has few days."""
    return dates.month_start(day).isoformat()


class _Count:
    """One reading of everything: rows by department and by district, waits, months, sections of the book."""

    def __init__(self) -> None:
        blank = dict.fromkeys(COUNTED, 0)
        self.departments: Rows = defaultdict(lambda: dict(blank))
        self.districts: Rows = defaultdict(lambda: dict(blank))
        self.waits: dict[Any, list[int]] = defaultdict(list)
        self.work: dict[Any, list[int]] = defaultdict(list)
        self.months: dict[str, dict[str, int]] = defaultdict(lambda: {"opened": 0, "answered": 0})
        self.doors: dict[str, int] = defaultdict(int)
        self.columns = dict.fromkeys(SECTIONS, 0)
        self.by_department: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SECTIONS, 0))

    def add(self, department_id: int, district_id: int | None, **counts: int) -> None:
        for row in (self.departments[department_id], self.districts[district_id or 0]):
            for name, n in counts.items():
                row[name] += int(n)

    def answers(self) -> None:
        for a in _answers():
            self.add(
                a.department_id, a.district_id, answered=1, in_time=bool(a.in_time), promised=a.kind in PROMISING,
                convincing_yes=a.convincing_yes, convincing_no=a.convincing_no,
            )  # fmt: skip
            days = max(0, (a.published_at - a.since).days)
            for key in ("all", ("department", a.department_id), ("district", a.district_id or 0)):
                self.waits[key].append(days)
                if a.days_taken is not None:
                    self.work[key].append(a.days_taken)
            self.months[_month_of(dates.as_day(a.published_at))]["answered"] += 1
            self.doors[a.door] += 1

    def open_cases(self) -> None:
        """What is still owed, and when cases were opened."""
        rows = db.session.execute(
            select(
                Case.department_id, Contribution.district_id, func.count(),
                func.sum(case((Case.due_at <= clock.now(), 1), else_=0)),
            )
            .join(Contribution, Contribution.id == Case.contribution_id)
            .where(Case.status != CaseStatus.ANSWERED, open_to_all(), Case.department_id.is_not(None))
            .group_by(Case.department_id, Contribution.district_id)
        )  # fmt: skip
        for department_id, district_id, n, late in rows:
            self.add(department_id, district_id, open=n, late=int(late or 0))
        for opened_at in db.session.scalars(
            select(Case.opened_at)
            .join(Contribution, Contribution.id == Case.contribution_id)
            .where(open_to_all())
        ):
            self.months[_month_of(dates.as_day(opened_at))]["opened"] += 1

    def promises(self) -> None:
        """The book by section, in all and by department, and what became of what was promised."""
        today = clock.today()
        told = case((Promise.round > 0, 1), else_=0)
        fought = case((Promise.dispute_count > 0, 1), else_=0)
        kept = case((Promise.done_on <= Promise.due_on, 1), else_=0)
        kinds = (
            Promise.department_id, Contribution.district_id, Promise.status, Promise.due_on, told, fought, kept,
        )  # fmt: skip
        rows = db.session.execute(
            select(*kinds, func.count())
            .join(Contribution, Contribution.id == Promise.contribution_id)
            .where(open_to_all(), or_(Promise.status != PromiseStatus.VOID, Promise.dispute_count > 0))
            .group_by(*kinds)
        )
        for department_id, district_id, status, due_on, reported, disputed, in_time, n in rows:
            if status is PromiseStatus.VOID:  # replaced by another answer, which does not undo the dispute
                self.add(department_id, district_id, reported=n, disputed=n)
                continue
            name = rules.column(status, due_on, today)
            self.columns[name] += n
            self.by_department[str(department_id)][name] += n
            confirmed = status is PromiseStatus.CONFIRMED
            self.add(
                department_id, district_id, due=n if due_on <= today or confirmed else 0, confirmed=n if confirmed else 0,
                kept_in_time=n if confirmed and in_time else 0, reported=n if reported else 0,
                disputed=n if disputed else 0, unheard=n if name == "unheard" else 0, broken=n if name == "broken" else 0,
            )  # fmt: skip

    def returns(self) -> None:
        """Cases that departments gave back, by the department that did."""
        rows = db.session.execute(
            select(Step.data, Contribution.district_id)
            .join(Contribution, Contribution.id == Step.contribution_id)
            .where(Step.kind == StepKind.CASE_RETURNED, open_to_all())
        )
        for data, district_id in rows:
            if data.get("department"):
                self.add(int(data["department"]), district_id, returns=1)

    def accepted(self) -> None:
        """Cases that an officer has accepted, and whether within the days for it."""
        in_time = case((Case.acknowledged_at <= Case.acknowledge_by, 1), else_=0)
        rows = db.session.execute(
            select(Case.department_id, Contribution.district_id, func.count(), func.sum(in_time))
            .join(Contribution, Contribution.id == Case.contribution_id)
            .where(Case.acknowledged_at.is_not(None), Case.department_id.is_not(None), open_to_all())
            .group_by(Case.department_id, Contribution.district_id)
        )
        for department_id, district_id, n, good in rows:
            self.add(department_id, district_id, accepted=n, accepted_in_time=int(good or 0))

    def row(self, kind: str, key: int, counts: dict[str, int]) -> dict[str, Any]:
        """With the medians: days from publication to answer, and working days from the opened case to it."""
        return counts | {
            "id": key,
            "median_days": rules.median(self.waits[kind, key]),
            "median_working_days": rules.median(self.work[kind, key]),
        }


def count_outcomes() -> dict[str, Any]:
    """{'outcomes': …, 'departments': …, 'districts': …, 'months': …, 'promises': …}."""
    found = _Count()
    found.answers()
    found.open_cases()
    found.promises()
    found.returns()
    found.accepted()
    total = {key: sum(row[key] for row in found.departments.values()) for key in COUNTED}
    return {
        "outcomes": total
        | {
            "median_days": rules.median(found.waits["all"]),
            "median_working_days": rules.median(found.work["all"]),
            "doors": dict(found.doors),
        },
        "departments": {
            "rows": [
                found.row("department", key, row)
                for key, row in sorted(found.departments.items(), key=lambda r: (-r[1]["answered"], r[0]))
            ]
        },
        "districts": {
            "rows": {str(key): found.row("district", key, row) for key, row in found.districts.items()}
        },
        "months": {
            "rows": [{"month": month} | found.months[month] for month in sorted(found.months)[-MONTHS:]]
        },
        "promises": {"columns": found.columns, "departments": dict(found.by_department)},
    }
