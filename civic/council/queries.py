"""Reads of the council's questions."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from civic.cases.models import Answer, Case
from civic.cases.queries import lamp_of
from civic.cases.rules import AnswerStatus, CaseStatus
from civic.contributions.models import Contribution
from civic.contributions.queries import open_to_all, visible
from civic.contributions.rules import LISTED, ContributionKind
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.errors import NotFound
from civic.core.paging import Page, page
from civic.council.models import CouncilQuestion
from civic.departments.models import Department
from civic.duties.queries import holidays
from civic.duties.rules import Lamp
from civic.outcomes.models import Promise
from civic.outcomes.queries import Entry, entry


@dataclass(frozen=True)
class Asked:
    """A question with its clock."""

    contribution: Contribution
    department: Department
    case: Case
    lamp: Lamp
    in_time: bool | None


def _questions() -> Any:
    return (
        select(Contribution, Department, Case, Answer.in_time)
        .join(CouncilQuestion, CouncilQuestion.id == Contribution.id)
        .join(Department, Department.id == CouncilQuestion.department_id)
        .join(Case, Case.contribution_id == Contribution.id)
        .outerjoin(Answer, (Answer.case_id == Case.id) & (Answer.status == AnswerStatus.PUBLISHED))
        .where(Contribution.kind == ContributionKind.QUESTION, Contribution.status.in_(LISTED))
    )


def questions(*, cursor: str = "", state: str = "") -> Page[Asked]:
    """All public questions, newest first; state open or answered."""
    query = _questions()
    if state:
        answered = Case.status == CaseStatus.ANSWERED
        query = query.where(answered if state == "answered" else ~answered)
    days = holidays()
    return page(
        query, [(Contribution.id, True)], cursor=cursor,  # type: ignore[list-item]
        rows=lambda row: Asked(row[0], row[1], row[2], lamp_of(row[2], days), row[3]),
    )  # fmt: skip


def own(actor: Actor, limit: int = 5) -> list[Asked]:
    """A member's own questions: unanswered ones by deadline, then the newest answered ones."""
    answered = Case.status == CaseStatus.ANSWERED
    rows = db.session.execute(
        _questions()
        .where(Contribution.author_id == actor.user_id)
        .order_by(answered, Case.answered_at.desc(), Case.due_at, Contribution.id.desc())
        .limit(limit)
    )
    days = holidays()
    return [Asked(row[0], row[1], row[2], lamp_of(row[2], days), row[3]) for row in rows]


def own_counts(actor: Actor) -> dict[str, int]:
    """How many one has asked, and how many still wait."""
    rows = db.session.execute(
        select(Case.status, func.count())
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Contribution.kind == ContributionKind.QUESTION, Contribution.author_id == actor.user_id)
        .group_by(Case.status)
    ).all()
    return {
        "asked": sum(n for _, n in rows),
        "waiting": sum(n for status, n in rows if status is not CaseStatus.ANSWERED),
    }


def question(actor: Actor, contribution_id: int) -> tuple[Contribution, CouncilQuestion, Department]:
    """A question as its page shows it; NotFound when this reader may not see it."""
    row = db.session.execute(
        visible(actor)
        .add_columns(CouncilQuestion, Department)
        .join(CouncilQuestion, CouncilQuestion.id == Contribution.id)
        .join(Department, Department.id == CouncilQuestion.department_id)
        .where(Contribution.id == contribution_id)
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


def about(contribution_id: int | None) -> Contribution | None:
    """What a question is about, while everybody can read it."""
    if not contribution_id:
        return None
    return db.session.scalars(
        select(Contribution).where(
            Contribution.id == contribution_id,
            open_to_all(),
            Contribution.kind != ContributionKind.COMMENT,
        )
    ).first()


def promise_entry(promise_id: int | None) -> Entry | None:
    if not promise_id or db.session.get(Promise, promise_id) is None:
        return None
    return entry(promise_id)


def department_of(contribution_id: int | None) -> int | None:
    """The department that has the case of this contribution."""
    if not contribution_id:
        return None
    return db.session.scalar(select(Case.department_id).where(Case.contribution_id == contribution_id))


def about_of_question(contribution_id: int) -> int | None:
    return db.session.scalar(select(CouncilQuestion.about_id).where(CouncilQuestion.id == contribution_id))


def asked_about(promise_ids: list[int], actor: Actor) -> set[int]:
    """Of these promises, those about which this member has asked."""
    return set(
        db.session.scalars(
            select(CouncilQuestion.promise_id)
            .join(Contribution, Contribution.id == CouncilQuestion.id)
            .where(CouncilQuestion.promise_id.in_(promise_ids), Contribution.author_id == actor.user_id)
        )
    )


def asked_by(user_id: int, *, cursor: str = "") -> Page[Asked]:
    """A member's public questions, newest first."""
    days = holidays()
    return page(
        _questions().where(Contribution.author_id == user_id), [(Contribution.id, True)], cursor=cursor,  # type: ignore[list-item]
        rows=lambda row: Asked(row[0], row[1], row[2], lamp_of(row[2], days), row[3]),
    )  # fmt: skip
