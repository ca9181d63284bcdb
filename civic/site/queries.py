"""Reads of the front door. Each is bounded: nothing here grows with the city."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from civic.cases.models import Case
from civic.consultations.models import Consultation, ConsultationStatus
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import LISTED, ContributionKind
from civic.core import clock
from civic.core.db import db
from civic.imports.models import ImportRun
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
    start = int(hashlib.sha256(today.isoformat().encode()).hexdigest(), 16) % 2**30
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
