"""Reads for merging: the pair under lock, what it would come to, and which texts are alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from civic.cases import queries as cases
from civic.cases.rules import CaseStatus
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution, Involved
from civic.contributions.rules import ContributionKind, Involvement
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.errors import NotFound
from civic.index.queries import matching
from civic.merging.rules import KINDS, Half
from civic.moderation import queries as moderation
from civic.problems import queries as problems
from civic.proposals import queries as proposals
from civic.votes import queries as votes
from civic.votes.models import Question

ALIKE = 8


@dataclass(frozen=True)
class Outlook:
    """What a merge would come to, counted for the one page that asks. `people`: in favour (or joined) once both are one."""

    one: Contribution
    into: Contribution
    of_one: int
    of_into: int
    people: int
    told: int
    case: str


def one(actor: Actor, contribution_id: int) -> Contribution:
    """A problem or proposal that this person may read; NotFound for every other thing."""
    found = contributions.readable(actor, contribution_id)
    if found.kind not in KINDS:
        raise NotFound
    return found


def pair_for_change(actor: Actor, one_id: int, into_id: int) -> tuple[Contribution, Contribution]:
    """Both, locked and fresh; their questions first, since voting and closing lock in that order too."""
    votes.lock_questions([one_id, into_id])
    found = {n: contributions.for_change(actor, n) for n in sorted({one_id, into_id})}
    if any(c.kind not in KINDS for c in found.values()):
        raise NotFound
    return found[one_id], found[into_id]


def half_of(contribution: Contribution) -> Half:
    """What the rules must know of one of the two."""
    question = votes.of_contribution(contribution.id)
    case = cases.of_contribution(contribution.id)
    took_in = db.session.scalar(
        select(func.count()).where(Contribution.merged_into_id == contribution.id).select_from(Contribution)
    )
    return Half(
        contribution.id, contribution.kind, contribution.status, contribution.space_id,
        voting=votes.state_of(question, contribution) if question else "",
        case=_case_word(case.status) if case else "", took_in=took_in or 0,
    )  # fmt: skip


def _case_word(status: CaseStatus) -> str:
    return "answered" if status is CaseStatus.ANSWERED else "open"


def outlook(one: Contribution, into: Contribution) -> Outlook:
    """Counted from the rows, in a few queries."""
    if one.kind is ContributionKind.PROPOSAL:
        of_one, of_into = proposals.votes_for(one.id), proposals.votes_for(into.id)
        mine, theirs = votes.of_contribution(one.id), votes.of_contribution(into.id)
        people = of_into + (votes.would_add(mine, theirs) if mine and theirs else 0)
    else:
        of_one, of_into = one.join_count, into.join_count
        people = joiners([one.id, into.id])
    told = contributions.concerned(one.id).union(
        contributions.concerned(into.id), votes.voters(one.id), votes.voters(into.id)
    )
    case = cases.of_contribution(into.id)
    return Outlook(
        one, into, of_one, of_into, people,
        db.session.scalar(select(func.count()).select_from(told.subquery())) or 0,
        case.number if case else "",
    )  # fmt: skip


def joiners(contribution_ids: Sequence[int]) -> int:
    """Distinct people who joined any of these, or what was merged into them."""
    family = select(Contribution.id).where(
        Contribution.id.in_(contribution_ids) | Contribution.merged_into_id.in_(contribution_ids)
    )
    return (
        db.session.scalar(
            select(func.count(func.distinct(Involved.user_id))).where(
                Involved.contribution_id.in_(family), Involved.role == Involvement.JOINER
            )
        )
        or 0
    )


def candidates(actor: Actor, thing: Contribution, typed: str) -> list[tuple[Contribution, str]]:
    """Texts it may be merged into, with why they are here: typed, reported by a reader, or alike."""
    if typed.strip():
        return [(c, "typed") for c in _typed(actor, thing, typed.strip()) if c.id != thing.id]
    reported = moderation.twins_named(thing.id)
    alike = (
        [row.contribution.id for row in proposals.twins(_words(thing), most=ALIKE, but=thing.id)]
        if thing.kind is ContributionKind.PROPOSAL
        else [c.id for c in problems.like(_words(thing), most=ALIKE, but=thing.id)]
    )
    found = _by_ids(thing, [*reported, *alike])
    return [
        (found[n], "reported" if n in reported else "alike")
        for n in dict.fromkeys([*reported, *alike])
        if n in found
    ]


def _words(thing: Contribution) -> str:
    return f"{thing.title} {thing.text}"


def _by_ids(thing: Contribution, ids: Sequence[int]) -> dict[int, Contribution]:
    query = contributions.with_card(contributions.listed(thing.kind)).where(
        Contribution.id.in_(ids), Contribution.id != thing.id
    )
    return {c.id: c for c in db.session.scalars(query)}


def _typed(actor: Actor, thing: Contribution, typed: str) -> Sequence[Contribution]:
    """By number or address, also what cannot be a target, so that the next page says why; else by words."""
    named = moderation.named(actor, typed)
    if named is not None and named.kind in KINDS:
        return [named]
    query = matching(contributions.with_card(contributions.listed(thing.kind)), Contribution.id, typed)
    return db.session.scalars(query.order_by(Contribution.id.desc()).limit(20)).all()


def merged_into(contribution_id: int) -> Sequence[int]:
    """Ids of what was merged into it, oldest first."""
    return db.session.scalars(
        select(Contribution.id)
        .where(Contribution.merged_into_id == contribution_id)
        .order_by(Contribution.id)
    ).all()


def question_of(contribution_id: int) -> Question | None:
    return votes.of_contribution(contribution_id)
