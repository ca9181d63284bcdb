"""Reads behind the JSON: column-listed, over what stands in public lists, the same for every reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import selectinload

from civic.cases.models import Case
from civic.cases.rules import CaseStatus
from civic.comments.models import Comment
from civic.consultations.models import Consultation, ConsultationStatus
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import LISTED, ContributionKind
from civic.core import clock
from civic.core.actor import PUBLIC
from civic.core.db import db
from civic.core.paging import Page, page
from civic.departments.models import Department
from civic.outcomes.models import Figures
from civic.proposals.models import Proposal
from civic.spaces.models import Space
from civic.votes import queries as votes
from civic.votes.models import Question, Tally


@dataclass(frozen=True)
class Row:
    """A contribution with what belongs to it."""

    contribution: Contribution
    question: Question | None = None
    counts: dict[str, int] | None = None
    extra: Any = None
    merged: int = 0


def list_of(
    kind: ContributionKind,
    *,
    cursor: str = "",
    limit: int = 20,
    updated_since: datetime | None = None,
    space_id: int | None = None,
) -> Page[Row]:
    """One page of a kind, newest first."""
    query = contributions.with_card(contributions.listed(kind))
    if updated_since is not None:
        query = query.where(Contribution.updated_at >= updated_since)
    if space_id is not None:
        query = query.where(Contribution.space_id == space_id)
    found = page(query, [(Contribution.id, True)], cursor=cursor, size=limit)
    return Page(_with_votes(found.items), found.next, found.first)


def one(kind: ContributionKind, contribution_id: int) -> Row:
    """One public contribution of a kind; withdrawn ones stay readable."""
    found = contributions.readable(PUBLIC, contribution_id, kind)
    return _with_votes([found])[0]


def _with_votes(found: Sequence[Contribution]) -> list[Row]:
    ids = [c.id for c in found]
    questions = {
        q.contribution_id: q
        for q in db.session.scalars(select(Question).where(Question.contribution_id.in_(ids)))
    }
    counts: dict[int, dict[str, int]] = {}
    merged: dict[int, int] = {}
    for t in db.session.scalars(select(Tally).where(Tally.contribution_id.in_(ids))):
        counts.setdefault(t.contribution_id, {})[t.option_key] = t.ballots
        merged[t.contribution_id] = merged.get(t.contribution_id, 0) + t.merged
    return [Row(c, questions.get(c.id), counts.get(c.id), merged=merged.get(c.id, 0)) for c in found]


def problems_of(ids: Iterable[int]) -> dict[int, int]:
    """{proposal: problem it answers}, for public problems."""
    rows = db.session.execute(
        select(Proposal.id, Proposal.problem_id)
        .join(Contribution, Contribution.id == Proposal.problem_id)
        .where(Proposal.id.in_(list(ids)), contributions.open_to_all())
    )
    return {row.id: row.problem_id for row in rows}


def versions(kind: ContributionKind, contribution_id: int) -> list[contributions.Reading]:
    """Every public state of a text, the present one first."""
    return contributions.readings_of(PUBLIC, contributions.readable(PUBLIC, contribution_id, kind))


def cases_of(ids: Iterable[int]) -> dict[int, Case]:
    return {
        case.contribution_id: case
        for case in db.session.scalars(select(Case).where(Case.contribution_id.in_(list(ids))))
    }


def comments_of(
    kind: ContributionKind, contribution_id: int, *, cursor: str = "", limit: int = 20
) -> Page[Row]:
    """Public comments under a public contribution, newest first."""
    contributions.readable(PUBLIC, contribution_id, kind)
    query = (
        select(Contribution, Comment)
        .join(Comment, Comment.id == Contribution.id)
        .where(Comment.subject_id == contribution_id, Contribution.status.in_(LISTED))
    )
    return page(
        query,
        [(Contribution.id, True)],
        cursor=cursor,
        size=limit,
        rows=lambda row: Row(row[0], extra=row[1]),
    )


def tally(contribution_id: int) -> dict[str, int]:
    """The proof of a count: ballots as rows, and the number the pages show. In full, once, on request."""
    contributions.readable(PUBLIC, contribution_id, ContributionKind.PROPOSAL)
    return votes.tally_json(contribution_id)


def consultation_list(*, cursor: str = "", limit: int = 20) -> Page[Row]:
    """Consultations that were approved, newest first."""
    query = (
        contributions.with_card(contributions.listed(ContributionKind.CONSULTATION))
        .join(Consultation, Consultation.id == Contribution.id)
        .where(
            Consultation.status.in_(
                [ConsultationStatus.RUNNING, ConsultationStatus.REPORTING, ConsultationStatus.CLOSED]
            )
        )
    )
    found = page(query, [(Contribution.id, True)], cursor=cursor, size=limit)
    rows = _with_votes(found.items)
    own = _consultations([row.contribution.id for row in rows])
    return Page(
        [Row(r.contribution, r.question, r.counts, own[r.contribution.id]) for r in rows],
        found.next,
        found.first,
    )


def consultation(contribution_id: int) -> Row:
    row = one(ContributionKind.CONSULTATION, contribution_id)
    return Row(row.contribution, row.question, row.counts, _consultations([contribution_id])[contribution_id])


def _consultations(ids: list[int]) -> dict[int, tuple[Consultation, Space]]:
    rows = db.session.execute(
        select(Consultation, Space)
        .join(Contribution, Contribution.id == Consultation.id)
        .join(Space, Space.id == Contribution.space_id)
        .where(Consultation.id.in_(ids))
        .options(selectinload(Space.phases))
    )
    return {own.id: (own, space) for own, space in rows}


@dataclass(frozen=True)
class Referral:
    """What everybody may know of a case."""

    case: Case
    contribution: Contribution


def referrals(
    *,
    state: str = "",
    department: int | None = None,
    overdue: bool | None = None,
    cursor: str = "",
    limit: int = 20,
) -> Page[Referral]:
    """Cases of what everybody can read, oldest first."""
    query = (
        select(Case, Contribution)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(contributions.open_to_all())
    )
    if state:
        query = query.where(Case.status == CaseStatus(state))
    if department is not None:
        query = query.where(Case.department_id == department)
    if overdue is not None:
        late = and_(Case.status != CaseStatus.ANSWERED, Case.due_at <= clock.now())
        query = query.where(late if overdue else ~late)
    found: Page[Any] = page(query, [(Case.id, False)], cursor=cursor, size=limit)
    return Page([Referral(row[0], row[1]) for row in found.items], found.next, found.first)


def departments() -> Sequence[Department]:
    return db.session.scalars(select(Department).order_by(Department.id)).all()


def figures(name: str) -> tuple[dict[str, Any], datetime | None]:
    """Counts as last taken by the clock, and when."""
    row = db.session.get(Figures, name)
    return (dict(row.data), row.taken_at) if row else ({}, None)
