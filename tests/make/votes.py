"""Questions and votes."""

from datetime import timedelta

from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind
from civic.core import clock
from civic.core.actor import SYSTEM, Kind
from civic.core.db import db
from civic.groups.queries import actor_of
from civic.proposals.models import Proposal
from civic.votes import queries, service
from civic.votes.rules import AGAINST, FOR
from tests.make import basics


def voted_on(
    author_id: int, *, days: int = 30, threshold: int | None = 100, opens_in: int = 0, options: tuple[str, ...] = (FOR, AGAINST),
    kind: ContributionKind = ContributionKind.PROPOSAL, **more: object,
) -> int:  # fmt: skip
    """A public proposal (or consultation) with an open question; its contribution id."""
    row = basics.contribution(author_id, kind, **more)  # type: ignore[arg-type]
    question(row, days=days, threshold=threshold, opens_in=opens_in, options=options)
    return row.id


def question(
    row: Contribution | int, *, days: int = 30, threshold: int | None = 100, opens_in: int = 0,
    options: tuple[str, ...] = (FOR, AGAINST),
) -> int:  # fmt: skip
    thing = contributions.by_id(row) if isinstance(row, int) else row
    start = clock.now() + timedelta(days=opens_in)
    labels = [(key, "" if key in {FOR, AGAINST} else f"گزینهٔ {n}") for n, key in enumerate(options)]
    made = service.open_question(
        SYSTEM,
        thing,
        opens_at=start,
        closes_at=start + timedelta(days=days),
        options=labels,
        threshold=threshold,
    )
    return made.id


def vote(
    contribution_id: int,
    choice: str = FOR,
    *,
    user_id: int | None = None,
    capacity: Kind | None = None,
    group_id: int | None = None,
) -> int:
    """One vote; of a new person when nobody is named. The voter's id."""
    user_id = user_id or basics.user(expert="آب" if capacity is Kind.EXPERT else "")
    question = queries.of_contribution(contribution_id)
    assert question is not None
    if choice == "withdraw":
        service.withdraw(actor_of(user_id), question)
    else:
        service.cast(actor_of(user_id), question, choice, capacity=capacity, group_id=group_id)
    return user_id


def contribution_id(
    author_id: int, kind: ContributionKind = ContributionKind.PROPOSAL, **more: object
) -> int:
    """The id of a bare contribution."""
    return basics.contribution(author_id, kind, **more).id  # type: ignore[arg-type]


def proposal_page(author_id: int, **more: object) -> int:
    """A public proposal with its own row and an open question, as its page wants it."""
    row = basics.contribution(author_id, **more)  # type: ignore[arg-type]
    db.session.add(Proposal(id=row.id))
    question(row)
    return row.id
