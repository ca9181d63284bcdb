"""Proposing: a draft in three steps, sending, changing, taking back."""

from civic.contributions import rules as contribution_rules
from civic.contributions import service as contributions
from civic.contributions.models import Contribution, Link
from civic.contributions.rules import ContributionKind, Status
from civic.core import clock
from civic.core.actor import Actor, Kind
from civic.core.db import db, upsert
from civic.core.errors import RuleBroken
from civic.core.policy import require
from civic.core.text import N_, title_from
from civic.proposals import queries, rules
from civic.proposals.models import Proposal
from civic.proposals.policy import May
from civic.spaces.queries import STANDING


def begin(
    actor: Actor,
    *,
    text: str,
    title: str = "",
    category_id: int | None = None,
    problem: Contribution | None = None,
    consultation: Contribution | None = None,
    language: str = "fa",
) -> Contribution:
    """A draft that only its author sees; its title is taken from the text where none was given.

    For a consultation that gathers what people say it lives in that consultation's room.
    """
    require(actor, May.PROPOSE)
    contribution = contributions.begin(
        actor, ContributionKind.PROPOSAL, title=title or title_from(text), text=text, category_id=category_id,
        district_id=problem.district_id if problem else None, place_text=problem.place_text if problem else "", language=language,
        space_id=consultation.space_id if consultation else STANDING,
    )  # fmt: skip
    db.session.add(Proposal(id=contribution.id, problem_id=problem.id if problem else None))
    db.session.flush()
    if problem is not None:
        # the link is seen only with the proposal; problems count those that are public
        link = upsert(Link).values(
            from_id=contribution.id, relation="answers", to_id=problem.id, at=clock.now()
        )
        db.session.execute(link.on_conflict_do_nothing())
    return contribution


def send(
    actor: Actor,
    contribution: Contribution,
    *,
    group_id: int | None = None,
    capacity: Kind | None = None,
    byline: str = "",
) -> None:
    """The third step: in whose name, and off to review."""
    require(actor, May.EDIT, contribution)
    if contribution.status is not Status.DRAFT:
        raise RuleBroken(N_("این پیشنهاد پیش‌تر فرستاده شده است."))
    host = queries.host_of(contribution)
    if host is not None and not host[1]:
        contribution.space_id = STANDING  # too late for the consultation; the words are not lost
    contributions.sign(actor, contribution, group_id=group_id, capacity=capacity, byline=byline)
    contributions.submit(actor, contribution)


def edit(actor: Actor, contribution: Contribution, *, title: str, text: str, base: str = "") -> None:
    """The author changes the words; what was returned goes to review again."""
    require(actor, May.EDIT, contribution)
    rules.check_change(contribution.stage)
    contributions.edit(actor, contribution, title=title, text=text, base=base)
    if contribution.status is Status.RETURNED:
        contributions.submit(actor, contribution)


def withdraw(actor: Actor, contribution: Contribution, *, reason: str) -> None:
    """The author takes the idea back. It stays readable, with the reason beside it."""
    require(actor, May.WITHDRAW, contribution)
    contribution_rules.check_withdrawal(queries.votes_for(contribution.id))
    contributions.withdraw(actor, contribution, reason=reason)


def require_withdrawer(actor: Actor, contribution: Contribution) -> None:
    """The page on which a proposal is taken back is for those who may."""
    require(actor, May.WITHDRAW, contribution)
