"""Reads of proposals: the list in its four orders, one page, twins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased, joinedload

from civic.contributions.models import Contribution, Link
from civic.contributions.queries import listed, readable, visible, with_card
from civic.contributions.rules import READABLE, ContributionKind, Status, day_start
from civic.core import clock
from civic.core.actor import Actor, Kind
from civic.core.db import db
from civic.core.errors import NotFound
from civic.core.paging import Page, page, wheel
from civic.index.queries import matching
from civic.index.queries import similar as sharing_words
from civic.proposals.models import Proposal
from civic.spaces.models import Phase
from civic.spaces.queries import STANDING
from civic.spaces.rules import PhaseKind
from civic.votes.models import Question, Tally
from civic.votes.rules import FOR


@dataclass(frozen=True)
class Row:
    """A proposal in a list, with its stored figures; `votes` is none before voting opened."""

    contribution: Contribution
    votes: int | None
    threshold: int | None
    reached_at: datetime | None
    cosigners: str = ""


@dataclass(frozen=True)
class Answered:
    """The problem a proposal would solve."""

    id: int
    title: str


def in_list(
    *, order: str = "random", words: str = "", stages: Sequence[str] = (), category_id: int | None = None, district_id: int | None = None,
    capacity: Kind | None = None, space_id: int | None = None, cursor: str = "", size: int = 20,
) -> Page[Row]:  # fmt: skip
    """One page of public proposals, from stored counters only: what page 500 costs is what page 1 costs."""
    query: Select[Any] = with_card(listed(ContributionKind.PROPOSAL))
    tally = (
        Tally.contribution_id == Contribution.id if order == "popular" else Tally.question_id == Question.id
    )
    if order == "popular":
        query = query.join(Tally, and_(tally, Tally.option_key == FOR)).outerjoin(
            Question, Question.id == Tally.question_id
        )
    else:
        query = query.outerjoin(Question, Question.contribution_id == Contribution.id)
        query = query.outerjoin(Tally, and_(tally, Tally.option_key == FOR))
    query = matching(
        query.outerjoin(Proposal, Proposal.id == Contribution.id).add_columns(
            Tally.supporters, Question.threshold, Question.threshold_reached_at, Proposal.cosigned_by
        ),
        Contribution.id,
        words,
    )
    if stages:
        query = query.where(Contribution.stage.in_(stages))
    for column, wanted in (
        (Contribution.category_id, category_id), (Contribution.district_id, district_id),
        (Contribution.capacity, capacity), (Contribution.space_id, space_id),
    ):  # fmt: skip
        if wanted:
            query = query.where(column == wanted)
    if order == "popular":
        return page(
            query,
            [(Tally.supporters, True), (Tally.contribution_id, True)],
            cursor=cursor,
            size=size,
            rows=_row,
        )  # type: ignore[list-item]
    if order == "newest":
        return page(query, [(Contribution.id, True)], cursor=cursor, size=size, rows=_row)  # type: ignore[list-item]
    if order == "discussed":
        key = [(Contribution.comment_count, True), (Contribution.id, True)]
        return page(query, key, cursor=cursor, size=size, rows=_row)  # type: ignore[arg-type]
    start = day_start(clock.today())
    return wheel(query, Contribution.shuffle, Contribution.id, start, cursor=cursor, size=size, rows=_row)  # type: ignore[arg-type]


def _row(row: Any) -> Row:
    return Row(row[0], row[1], row[2], row[3], row[4] or "")


def proposal(actor: Actor, contribution_id: int) -> Contribution:
    """The contribution of a proposal this reader may read."""
    return readable(actor, contribution_id, ContributionKind.PROPOSAL)


def shown(actor: Actor, contribution_id: int) -> tuple[Contribution, Answered | None, str]:
    """What a proposal's page shows of itself, of the problem it answers and of its co-signers' names, in one query."""
    problem = aliased(Contribution)
    found = db.session.execute(
        with_card(visible(actor))
        .options(joinedload(Contribution.picture))
        .outerjoin(Link, and_(Link.from_id == Contribution.id, Link.relation == "answers"))
        .outerjoin(
            problem,
            and_(problem.id == Link.to_id, problem.status.in_(READABLE), problem.published_at.is_not(None)),
        )
        .outerjoin(Proposal, Proposal.id == Contribution.id)
        .add_columns(problem.id, problem.title, Proposal.cosigned_by)
        .where(Contribution.id == contribution_id, Contribution.kind == ContributionKind.PROPOSAL)
        .order_by(Link.id)
        .limit(1)
    ).first()
    if found is None:
        raise NotFound
    return found[0], Answered(found[1], found[2]) if found[1] else None, found[3] or ""


def collecting(consultation_id: int | None) -> Contribution | None:
    """The consultation a new proposal is for, while it is public and still gathers what people say."""
    if not consultation_id:
        return None
    query = _hosts().where(Contribution.id == consultation_id, Contribution.status == Status.PUBLIC)
    return db.session.scalars(query.where(_gathers())).first()


def host_of(contribution: Contribution) -> tuple[Contribution, bool] | None:
    """The consultation a proposal was written for, and whether it still gathers; None for all others."""
    if contribution.space_id == STANDING:
        return None
    query = _hosts().add_columns(_gathers()).where(Contribution.space_id == contribution.space_id)
    found = db.session.execute(query).first()
    return (found[0], bool(found[1]) and found[0].status is Status.PUBLIC) if found else None


def _hosts() -> Select[Any]:
    return select(Contribution).where(
        Contribution.kind == ContributionKind.CONSULTATION,
        Contribution.status.in_(READABLE),
        Contribution.published_at.is_not(None),
    )


def _gathers() -> ColumnElement[bool]:
    return exists().where(
        Phase.space_id == Contribution.space_id,
        Phase.kind == PhaseKind.COLLECT,
        Phase.opens_at <= clock.now(),
        Phase.closes_at > clock.now(),
    )


def answered_problem(actor: Actor, problem_id: int | None) -> Contribution | None:
    """The problem a new proposal is for, when this reader may read it."""
    if not problem_id:
        return None
    query = visible(actor).where(Contribution.id == problem_id, Contribution.kind == ContributionKind.PROBLEM)
    return db.session.scalars(query).first()


def twins(text: str, *, most: int = 3, but: int = 0) -> Sequence[Row]:
    """Public proposals that share words with a text, the closest first."""
    found = sharing_words(text, kind=str(ContributionKind.PROPOSAL), limit=most + 1)
    if found is None:
        return []
    ids = [row[0] for row in db.session.execute(found) if row[0] != but]
    query = (
        with_card(listed(ContributionKind.PROPOSAL))
        .outerjoin(Question, Question.contribution_id == Contribution.id)
        .outerjoin(Tally, and_(Tally.question_id == Question.id, Tally.option_key == FOR))
        .outerjoin(Proposal, Proposal.id == Contribution.id)
        .add_columns(
            Tally.supporters, Question.threshold, Question.threshold_reached_at, Proposal.cosigned_by
        )
        .where(Contribution.id.in_(ids))
    )
    rows = [_row(row) for row in db.session.execute(query)]
    return sorted(rows, key=lambda row: ids.index(row.contribution.id))[:most]


def votes_for(contribution_id: int) -> int:
    """People in favour so far, also of what was merged into it."""
    query = select(Tally.supporters).where(Tally.contribution_id == contribution_id, Tally.option_key == FOR)
    return db.session.scalar(query) or 0
