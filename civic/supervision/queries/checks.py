"""The fixed questions. Each answers how many rows it looked at and what it found; none looks at a choice or a voter."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from civic.cases.models import Answer, Case
from civic.cases.rules import AnswerStatus, CaseStatus
from civic.contributions.models import Step
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.db import db, hour_of
from civic.moderation.models import Appeal
from civic.moderation.rules import AppealStatus
from civic.outcomes.models import Promise, PromiseRound
from civic.resolutions.models import Clause, Resolution
from civic.resolutions.rules import ClauseStatus, ResolutionStatus
from civic.supervision.models import AnswerBand, AnswerPrint, VoteHour
from civic.supervision.rules import SPECS, Check, is_burst, percent, usual
from civic.votes.models import Ballot, Question

YEAR = timedelta(days=365)
QUARTER = timedelta(days=90)
HISTORY = timedelta(days=14)
LATELY = timedelta(days=2)
MOST = 200
"""Findings of one check at one time; the worst first."""


@dataclass(frozen=True)
class Hit:
    """One thing a check saw."""

    subject: str
    figure: int
    facts: dict[str, Any] = field(default_factory=dict)
    department_id: int | None = None
    contribution_id: int | None = None


@dataclass(frozen=True)
class Seen:
    """What a check saw with a threshold: of how many rows how many, and the worst of them."""

    rows: int
    flagged: int
    hits: Sequence[Hit]


def _seen(rows: int, hits: Sequence[Hit]) -> Seen:
    return Seen(rows, len(hits), sorted(hits, key=lambda hit: -hit.figure)[:MOST])


def ask(check: Check, value: int) -> Seen:
    """Put one question with this threshold."""
    return QUESTIONS[check](value)


def overdue_cases(days: int) -> Seen:
    """Cases without an answer, so many days past the end of their duty."""
    moment = clock.now()
    owed = Case.status != CaseStatus.ANSWERED
    late = Case.due_at < moment - timedelta(days=days)
    rows = db.session.execute(
        select(Case.id, Case.number, Case.department_id, Case.contribution_id, Case.due_at)
        .where(owed, late)
        .order_by(Case.due_at, Case.id)
        .limit(MOST)
    ).all()
    hits = [
        Hit(f"case:{row.id}", (moment - row.due_at).days, {"case": row.id, "number": row.number}, row.department_id, row.contribution_id)
        for row in rows
    ]  # fmt: skip
    all_of = select(func.count()).select_from(Case).where(owed)
    return Seen(_count(all_of), _count(all_of.where(late)), hits)


def overdue_clauses(days: int) -> Seen:
    """Clauses of resolutions in force that their department has not called complete, so many days past their day."""
    today = clock.today()
    owed = (
        Clause.status.not_in((ClauseStatus.COMPLETE, ClauseStatus.VERIFIED)),
        Clause.due_on.is_not(None),
        Resolution.status == ResolutionStatus.IN_FORCE,
    )
    late = Clause.due_on < today - timedelta(days=days)
    found = db.session.execute(
        select(
            Clause.id,
            Clause.department_id,
            Clause.due_on,
            Clause.number,
            Resolution.number.label("resolution"),
        )
        .join(Resolution, Resolution.id == Clause.resolution_id)
        .where(*owed, late)
        .order_by(Clause.due_on, Clause.id)
        .limit(MOST)
    ).all()
    hits = [
        Hit(
            f"clause:{row.id}",
            (today - row.due_on).days,
            {"clause": row.number, "resolution": row.resolution},
            row.department_id,
        )
        for row in found
    ]
    all_of = (
        select(func.count())
        .select_from(Clause)
        .join(Resolution, Resolution.id == Clause.resolution_id)
        .where(*owed)
    )
    return Seen(_count(all_of), _count(all_of.where(late)), hits)


def overturned(share: int) -> Seen:
    """Moderators whose decisions another moderator often turned over on appeal, over a year."""
    judged = (
        select(Appeal.first_id, func.count())
        .where(
            Appeal.decision_id.is_not(None),
            Appeal.status.in_((AppealStatus.UPHELD, AppealStatus.OVERTURNED)),
            Appeal.judged_at >= clock.now() - YEAR,
        )
        .group_by(Appeal.first_id)
    )
    all_of, turned = _pairs(judged), _pairs(judged.where(Appeal.status == AppealStatus.OVERTURNED))
    return _shares(Check.OVERTURNED, all_of, turned, share, of="moderator")


def disputed(share: int) -> Seen:
    """Departments whose «done» the people concerned often call untrue, over a year."""
    reports = (
        select(Promise.department_id, func.count())
        .join(PromiseRound, PromiseRound.promise_id == Promise.id)
        .where(PromiseRound.number > 0, PromiseRound.begun_at >= clock.now() - YEAR)
        .group_by(Promise.department_id)
    )
    all_of, untrue = _pairs(reports), _pairs(reports.where(PromiseRound.disputed_at.is_not(None)))
    return _shares(Check.DISPUTED, all_of, untrue, share)


def returns(share: int) -> Seen:
    """Departments that give back much of what they get, over three months."""
    since = clock.now() - QUARTER
    kept = _pairs(
        select(Case.department_id, func.count())
        .where(Case.opened_at >= since, Case.department_id.is_not(None))
        .group_by(Case.department_id)
    )
    given_back: dict[int, int] = defaultdict(int)
    steps = (
        select(Step.data)
        .join(Case, Case.contribution_id == Step.contribution_id)
        .where(Case.opened_at >= since, Case.return_count > 0, Step.kind == StepKind.CASE_RETURNED)
    )
    for data in db.session.scalars(steps):
        if data.get("department"):
            given_back[int(data["department"])] += 1
    got = {key: kept.get(key, 0) + given_back.get(key, 0) for key in {*kept, *given_back}}
    return _shares(Check.RETURNS, got, given_back, share)


def _shares(
    check: Check, whole: dict[int, int], part: dict[int, int], share: int, of: str = "department"
) -> Seen:
    judged = {key: n for key, n in whole.items() if n >= SPECS[check].least}
    hits = [
        Hit(
            f"{of}:{key}",
            percent(part.get(key, 0), n),
            {"part": part.get(key, 0), "whole": n},
            key if of == "department" else None,
        )
        for key, n in judged.items()
        if part.get(key, 0) * 100 > n * share
    ]
    return _seen(len(judged), hits)


def reused(times: int) -> Seen:
    """Texts that stand under more than so many published answers of a year."""
    since = clock.now() - YEAR
    n = func.count()
    families = db.session.execute(
        select(AnswerPrint.family_id, n.label("n"))
        .join(Answer, Answer.id == AnswerPrint.answer_id)
        .where(Answer.published_at >= since)
        .group_by(AnswerPrint.family_id)
        .having(n > times)
        .order_by(n.desc(), AnswerPrint.family_id)
        .limit(10 * MOST)
    ).all()
    where = {
        row.id: row
        for row in db.session.execute(
            select(Answer.id, Case.department_id, Case.contribution_id)
            .join(Case, Case.id == Answer.case_id)
            .where(Answer.id.in_([family for family, _ in families]))
        )
    }
    hits = [
        Hit(
            f"answer:{family}",
            many,
            {"answer": family},
            where[family].department_id,
            where[family].contribution_id,
        )
        for family, many in families
        if family in where
    ]
    rows = select(func.count(func.distinct(AnswerPrint.family_id))).join(
        Answer, Answer.id == AnswerPrint.answer_id
    )
    return _seen(_count(rows.where(Answer.published_at >= since)), hits)


def bursts(times: int) -> Seen:
    """Questions that got in one hour of the last two days far more ballots than in their usual hour of two weeks."""
    moment = clock.now()
    lately = select(VoteHour.question_id, VoteHour.hour, VoteHour.n).where(VoteHour.hour >= moment - LATELY)
    peaks = db.session.execute(
        lately.where(VoteHour.n >= SPECS[Check.BURST].least).order_by(VoteHour.hour)
    ).all()
    history: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for row in db.session.execute(
        select(VoteHour.question_id, VoteHour.hour, VoteHour.n).where(
            VoteHour.question_id.in_({peak.question_id for peak in peaks}), VoteHour.hour >= moment - HISTORY
        )
    ):
        history[row.question_id].append((row.hour, row.n))
    subject = dict(
        db.session.execute(
            select(Question.id, Question.contribution_id).where(Question.id.in_(list(history)))
        ).all()  # type: ignore[arg-type]
    )
    worst: dict[int, Hit] = {}
    for peak in peaks:
        before = [n for hour, n in history[peak.question_id] if hour < peak.hour]
        if not is_burst(peak.n, before, times):
            continue
        ratio = peak.n // (usual(before) or 1)
        if peak.question_id not in worst or worst[peak.question_id].figure < ratio:
            facts = {"hour": peak.hour.isoformat(), "n": peak.n, "usual": usual(before)}
            worst[peak.question_id] = Hit(
                f"question:{peak.question_id}", ratio, facts, contribution_id=subject.get(peak.question_id)
            )
    rows = select(func.count(func.distinct(VoteHour.question_id))).where(VoteHour.hour >= moment - HISTORY)
    return _seen(_count(rows), list(worst.values()))


QUESTIONS: dict[Check, Callable[[int], Seen]] = {
    Check.OVERDUE_CASE: overdue_cases,
    Check.OVERDUE_CLAUSE: overdue_clauses,
    Check.DISPUTED: disputed,
    Check.REUSED: reused,
    Check.RETURNS: returns,
    Check.OVERTURNED: overturned,
    Check.BURST: bursts,
}


def _count(query: Any) -> int:
    return db.session.scalar(query) or 0


def _pairs(query: Any) -> dict[int, int]:
    return {key: n for key, n in db.session.execute(query)}  # noqa: C416 - a row is not a pair to the type checker


# ---- what the clock prepares for them ----------------------------------------------------------


def ballots_by_hour(after_id: int, start: datetime, end: datetime) -> tuple[Sequence[Any], int]:
    """(question, hour, how many) of ballots first cast between the two moments, and the newest ballot there is.

    Only rows behind `after_id` are read, so that the table's size does not matter.
    """
    hour = hour_of(Ballot.cast_at)
    rows = db.session.execute(
        select(Ballot.question_id, hour.label("hour"), func.count().label("n"))
        .where(Ballot.id > after_id, Ballot.cast_at >= start, Ballot.cast_at < end)
        .group_by(Ballot.question_id, hour)
    ).all()
    return rows, _count(
        select(func.max(Ballot.id)).where(Ballot.cast_at < end, Ballot.id > after_id)
    ) or after_id


def unread_answers(limit: int) -> Sequence[Any]:
    """(id, words) of published answers that were not compared yet."""
    return db.session.execute(
        select(Answer.id, Answer.what, Answer.why)
        .outerjoin(AnswerPrint, AnswerPrint.answer_id == Answer.id)
        .where(AnswerPrint.answer_id.is_(None), Answer.status == AnswerStatus.PUBLISHED)
        .order_by(Answer.id)
        .limit(limit)
    ).all()


def maybe_alike(keys: Sequence[str], limit: int = 20) -> Sequence[Any]:
    """First members of families that share a key: (id, words), those with the most shared keys first."""
    shared = func.count()
    return db.session.execute(
        select(Answer.id, Answer.what, Answer.why)
        .join(AnswerBand, AnswerBand.answer_id == Answer.id)
        .where(AnswerBand.key.in_(keys))
        .group_by(Answer.id, Answer.what, Answer.why)
        .order_by(shared.desc(), Answer.id)
        .limit(limit)
    ).all()
