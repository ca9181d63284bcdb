"""Reads of the front door. Each is bounded: nothing here grows with the city."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from civic.audit import queries as audit
from civic.audit.rules import canonical
from civic.cases.models import Case
from civic.consultations.models import Consultation, ConsultationStatus
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import LISTED, ContributionKind, day_start
from civic.core import clock
from civic.core.actor import PUBLIC
from civic.core.db import db
from civic.core.text import row_id
from civic.imports.models import ImportRun
from civic.outcomes.models import Promise
from civic.spaces.models import Phase
from civic.votes.models import Question, Tally
from civic.votes.rules import FOR, QuestionStatus

LEAST_DAYS = 3
NEAR = 60
"""How many of the most supported are looked at for those near their threshold."""

MOSAIC = 45
TILES = {"done": 0, "already": 0, "run": 1, "accepted": 1, "partly": 1, "no": 3, "notours": 3}


@dataclass(frozen=True)
class Open:
    """A consultation in which one can take part now."""

    consultation: Consultation
    contribution: Contribution
    phase: str
    closes_at: datetime


@dataclass(frozen=True)
class Near:
    """A proposal on its way to a binding number of votes."""

    contribution: Contribution
    votes: int
    threshold: int


def question_of_the_day(today: date) -> Contribution | None:
    """One open proposal with days left, the same for everyone today, chosen by chance and never by hand."""
    start = day_start(today)
    query = (
        contributions.with_card(contributions.listed(ContributionKind.PROPOSAL))
        .join(Question, Question.contribution_id == Contribution.id)
        .where(
            Question.status == QuestionStatus.OPEN,
            Question.closes_at > clock.now() + timedelta(days=LEAST_DAYS),
        )
        .order_by(Contribution.shuffle, Contribution.id)
        .limit(1)
    )
    return (
        db.session.scalars(query.where(Contribution.shuffle >= start)).first()
        or db.session.scalars(query).first()
    )


def open_consultations(limit: int = 4) -> list[Open]:
    """What is open now, the nearest end first."""
    moment = clock.now()
    rows = db.session.execute(
        contributions.with_card(select(Contribution))
        .add_columns(Consultation, Phase.kind, Phase.closes_at)
        .join(Consultation, Consultation.id == Contribution.id)
        .join(Phase, Phase.space_id == Contribution.space_id)
        .where(
            Contribution.status.in_(LISTED), Consultation.status == ConsultationStatus.RUNNING,
            Phase.opens_at <= moment, Phase.closes_at > moment, Phase.kind.in_(["collect", "vote"]),
        )
        .order_by(Phase.closes_at)
        .limit(limit)
    )  # fmt: skip
    return [Open(row[1], row[0], row[2], row[3]) for row in rows]


def near_threshold(limit: int = 3) -> list[Near]:
    """Open proposals that lack the smallest share of their threshold, among the most supported."""
    rows = db.session.execute(
        contributions.with_card(select(Contribution))
        .add_columns(Tally.supporters, Question.threshold)
        .join(Tally, Tally.contribution_id == Contribution.id)
        .join(Question, Question.id == Tally.question_id)
        .where(
            Tally.option_key == FOR, Contribution.status.in_(LISTED), Question.status == QuestionStatus.OPEN,
            Question.threshold_reached_at.is_(None), Question.threshold.is_not(None), Question.closes_at > clock.now(),
        )
        .order_by(Tally.supporters.desc(), Tally.contribution_id.desc())
        .limit(NEAR)
    )  # fmt: skip
    found = [Near(row[0], row[1], row[2]) for row in rows if row[2]]
    return sorted(found, key=lambda n: -n.votes / n.threshold)[:limit]


def mosaic() -> tuple[int, int, int, int]:
    """Of the newest cases: done, under way, looked at, declined."""
    newest = select(Case.contribution_id).order_by(Case.id.desc()).limit(MOSAIC).subquery()
    rows = db.session.execute(
        select(Contribution.stage, func.count())
        .join(newest, newest.c.contribution_id == Contribution.id)
        .where(contributions.open_to_all())
        .group_by(Contribution.stage)
    )
    counts = [0, 0, 0, 0]
    for stage, n in rows:
        counts[TILES.get(stage, 2)] += n
    return counts[0], counts[1], counts[2], counts[3]


def imported_sets() -> Sequence[str]:
    """Names of the data sets that were imported."""
    return db.session.scalars(select(ImportRun.format).distinct().order_by(ImportRun.format)).all()


# ---- the record as everybody may check it ------------------------------------------------------

CITY_ACTS = frozenset(
    "district.add district.change space.thresholds duties.import_holidays category.add category.change department.add"
    " department.change department.retire department.revive routing.add routing.change routing.order routing.remove"
    " import.run check.threshold".split()
)
"""Acts about the city itself, shown whole."""

SUBJECT_IS: dict[str, str] = {
    "case.open": "case", "case.assign": "case", "case.return": "case", "case.send_at_once": "case", "answer.publish": "case",
    "promise.report": "promise", "promise.confirm": "promise", "promise.dispute": "promise",
    "vote.open": "said", "vote.close": "said",
    "consultation.approve": "thing", "consultation.report": "thing", "council.ask": "thing",
}  # fmt: skip
"""Acts about something people wrote, shown while that is public: by the number of what the subject names it."""


def record_lines(after: int, upto: int) -> Iterator[dict[str, Any]]:
    """The links from `after` on, a batch at a time: number, hash, and the entry where all may read it, else its fingerprint.

    An act that is in neither table is shown as a fingerprint only: what a new act tells is thought about first. So are
    votes, decisions of moderators and roles of people, whose entries would tell more than the pages about them do.
    """
    while rows := audit.links_for_all(after, upto):
        shown = _shown([row for row in rows if row.id is not None])
        for row in rows:
            line: dict[str, Any] = {"seq": row.seq, "hash": row.hash}
            if row.seq in shown:
                line["entry"] = json.loads(canonical(audit.plain(row)))
            elif row.digest is not None:
                line["digest"] = row.digest
            if row.digest is None:
                line["form"] = 1
            yield line
        after = rows[-1].seq
        db.session.rollback()  # nothing is held while a slow reader reads


def _shown(rows: Sequence[Any]) -> set[int]:
    """Numbers of the links whose entries may be read by all."""
    concerns: dict[str, dict[int, int]] = {"case": {}, "promise": {}, "thing": {}}
    open_to_all = {row.seq for row in rows if row.act in CITY_ACTS}
    for row in rows:
        how = SUBJECT_IS.get(row.act)
        if how == "said":
            concerns["thing"][row.seq] = int(row.data.get("contribution") or 0)
        elif how:
            concerns[how][row.seq] = row_id(row.subject.rpartition(":")[2]) or 0
    for how, column in (("case", Case), ("promise", Promise)):
        ids = set(concerns[how].values())
        if ids:
            pairs = db.session.execute(select(column.id, column.contribution_id).where(column.id.in_(ids)))
            found = {key: thing for key, thing in pairs}  # noqa: C416 - a row is not a pair to the type checker
            concerns["thing"] |= {seq: found.get(one, 0) for seq, one in concerns[how].items()}
    wanted = set(concerns["thing"].values())
    query = (
        contributions.visible(PUBLIC).with_only_columns(Contribution.id).where(Contribution.id.in_(wanted))
    )
    public = set(db.session.scalars(query))
    return open_to_all | {seq for seq, one in concerns["thing"].items() if one in public}
