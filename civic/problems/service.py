"""Putting a problem before the city, joining it, changing it."""

from sqlalchemy import func, select, update

from civic.contributions import service as contributions
from civic.contributions.models import Contribution, Step
from civic.contributions.rules import LISTED, ContributionKind, Involvement, Status, StepKind
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.policy import require
from civic.core.text import title_from
from civic.problems.models import Problem
from civic.problems.policy import May
from civic.problems.queries import answering


def begin(
    actor: Actor, *, text: str, title: str = "", category_id: int | None = None, language: str = "fa"
) -> Contribution:
    """A draft of a problem; its title is taken from the text where none was given."""
    require(actor, May.REPORT)
    contribution = contributions.begin(
        actor,
        ContributionKind.PROBLEM,
        title=title or title_from(text),
        text=text,
        category_id=category_id,
        language=language,
    )
    db.session.add(Problem(id=contribution.id))
    db.session.flush()
    return contribution


def send(actor: Actor, contribution: Contribution) -> None:
    """Put it before the city; the one who wrote it is the first to be affected."""
    require(actor, May.EDIT, contribution)
    contributions.submit(actor, contribution)
    contributions.involve(contribution, actor, Involvement.JOINER)


def edit(actor: Actor, contribution: Contribution, *, title: str, text: str, base: str = "") -> None:
    """The author changes the words; what was returned goes to review again."""
    require(actor, May.EDIT, contribution)
    contributions.edit(actor, contribution, title=title, text=text, base=base)
    if contribution.status is Status.RETURNED:
        contributions.submit(actor, contribution)


def withdraw(actor: Actor, contribution: Contribution, *, reason: str) -> None:
    """The author takes the problem back."""
    require(actor, May.WITHDRAW, contribution)
    contributions.withdraw(actor, contribution, reason=reason)


def join(actor: Actor, contribution: Contribution, *, joined: bool) -> None:
    """«من هم درگیرم», or no longer."""
    require(actor, May.JOIN, contribution)
    if joined:
        contributions.involve(contribution, actor, Involvement.JOINER)
    else:
        contributions.release(contribution, actor, Involvement.JOINER)


def count_answers(actor: Actor, contribution: Contribution, *, proposal_id: int) -> None:
    """Count the public proposals that answer a problem anew; the first sight of each is a line of its path."""
    require(actor, May.COUNT)
    _count_answers(contribution)
    public = db.session.scalar(
        select(Contribution.id).where(Contribution.id == proposal_id, Contribution.status.in_(LISTED))
    )
    detail = f"proposal:{proposal_id}"
    told = select(Step.id).where(
        Step.contribution_id == contribution.id, Step.kind == StepKind.PROPOSAL_LINKED, Step.detail == detail
    )
    if public and not db.session.scalar(told):
        contributions.add_step(
            actor, contribution, StepKind.PROPOSAL_LINKED, detail=detail, data={"proposal_id": proposal_id}
        )


def recount_answers(actor: Actor, contribution: Contribution) -> None:
    """After a merge or its undoing: the number only."""
    require(actor, May.COUNT)
    _count_answers(contribution)


def _count_answers(contribution: Contribution) -> None:
    shown = select(func.count(func.distinct(Contribution.id))).where(
        Contribution.id.in_(answering(contribution.id)), Contribution.status.in_(LISTED)
    )
    db.session.execute(
        update(Problem)
        .where(Problem.id == contribution.id)
        .values(proposal_count=db.session.scalar(shown) or 0)
    )
