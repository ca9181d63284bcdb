"""Reads of problems."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from civic.contributions.models import Contribution, Involved, Link
from civic.contributions.queries import family, listed, readable, with_card
from civic.contributions.rules import ContributionKind, Involvement, day_start
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.paging import Page, page, wheel
from civic.index.queries import matching, similar
from civic.problems.models import Problem
from civic.votes.models import Question, Tally
from civic.votes.rules import FOR

ORDERS = ("random", "joined", "newest", "unanswered")
STAGES = ("p-open", "p-prop", "p-dept", "p-fixed")


@dataclass(frozen=True)
class Row:
    """A problem in a list. `joined`: this reader said «من هم درگیرم»."""

    contribution: Contribution
    proposal_count: int
    joined: bool


@dataclass(frozen=True)
class Answer:
    """A proposal that would solve a problem."""

    contribution: Contribution
    votes: int | None
    threshold: int | None


def in_list(
    actor: Actor, *, order: str = "random", words: str = "", stages: Sequence[str] = (), category_id: int | None = None,
    district_id: int | None = None, cursor: str = "", size: int = 20,
) -> Page[Row]:  # fmt: skip
    """One page of public problems."""
    query: Select[Any] = with_card(listed(ContributionKind.PROBLEM)).join(
        Problem, Problem.id == Contribution.id
    )
    query = query.add_columns(Problem.proposal_count)
    if actor.is_signed_in:
        merged = aliased(Contribution)
        below = select(merged.id).where(merged.merged_into_id == Contribution.id).correlate(Contribution)
        joined = exists().where(
            or_(Involved.contribution_id == Contribution.id, Involved.contribution_id.in_(below)),
            Involved.user_id == actor.user_id,
            Involved.role == Involvement.JOINER,
        )
        query = query.add_columns(joined)
    query = matching(query, Contribution.id, words)
    if stages:
        query = query.where(Contribution.stage.in_(stages))
    if category_id:
        query = query.where(Contribution.category_id == category_id)
    if district_id:
        query = query.where(Contribution.district_id == district_id)
    if order == "joined":
        return page(
            query,
            [(Contribution.join_count, True), (Contribution.id, True)],
            cursor=cursor,
            size=size,
            rows=_row,
        )
    if order in {"newest", "unanswered"}:
        if order == "unanswered":
            query = query.where(Problem.proposal_count == 0)
        return page(query, [(Contribution.id, True)], cursor=cursor, size=size, rows=_row)
    start = day_start(clock.today())
    return wheel(query, Contribution.shuffle, Contribution.id, start, cursor=cursor, size=size, rows=_row)  # type: ignore[arg-type]


def _row(row: Any) -> Row:
    return Row(row[0], row[1], len(row) > 2 and bool(row[2]))


def problem(actor: Actor, contribution_id: int) -> Contribution:
    """The contribution of a problem this reader may read."""
    return readable(actor, contribution_id, ContributionKind.PROBLEM)


def answers(problem_id: int, *, most: int = 20) -> Sequence[Answer]:
    """Public proposals that would solve it, the best supported first."""
    query = (
        with_card(listed(ContributionKind.PROPOSAL))
        .where(Contribution.id.in_(answering(problem_id)))
        .outerjoin(Question, Question.contribution_id == Contribution.id)
        .outerjoin(Tally, and_(Tally.question_id == Question.id, Tally.option_key == FOR))
        .add_columns(Tally.supporters, Question.threshold)
        .order_by(Tally.supporters.desc(), Contribution.id)
        .limit(most)
    )
    return [Answer(row[0], row[1], row[2]) for row in db.session.execute(query)]


def answering(problem_id: int) -> Select[int]:
    """Ids of proposals that answer a problem or one merged into it; a merged proposal's answer is given by its target."""
    writer = aliased(Contribution)
    return (
        select(func.coalesce(writer.merged_into_id, writer.id))
        .join(Link, Link.from_id == writer.id)
        .where(Link.relation == "answers", Link.to_id.in_(family(problem_id)))
    )


def like(text: str, *, most: int = 3, but: int = 0) -> Sequence[Contribution]:
    """Public problems that share words with a text, the closest first."""
    found = similar(text, kind=str(ContributionKind.PROBLEM), limit=most + 1)
    if found is None:
        return []
    ids = [row[0] for row in db.session.execute(found) if row[0] != but]
    rows = db.session.scalars(
        with_card(listed(ContributionKind.PROBLEM)).where(Contribution.id.in_(ids))
    ).all()
    return sorted(rows, key=lambda row: ids.index(row.id))[:most]


def answered_by(proposal_id: int) -> Sequence[int]:
    """Ids of the problems a proposal answers, and of those that they are merged into."""
    problem = aliased(Contribution)
    rows = db.session.execute(
        select(problem.id, problem.merged_into_id)
        .join(Link, Link.to_id == problem.id)
        .where(Link.from_id == proposal_id, Link.relation == "answers")
    ).all()
    return list(dict.fromkeys(n for row in rows for n in row if n))
