"""What concerns one person or one group, read from all packages below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from civic.contributions.models import Contribution, Involved, Muted
from civic.contributions.queries import open_to_all, with_card
from civic.contributions.rules import LISTED, ContributionKind, Involvement, Status
from civic.core.actor import Actor
from civic.core.db import db
from civic.groups.models import Group, JoinRequest
from civic.groups.rules import GroupStatus
from civic.outcomes.models import Promise, PromiseVerdict
from civic.outcomes.rules import PromiseStatus
from civic.votes.models import Participation, Question, Tally

SHOWN = 8


def own_texts(actor: Actor, kind: ContributionKind | None) -> Select[Contribution]:
    """Everything this person wrote and sent, whatever became of it."""
    query = with_card(select(Contribution)).where(
        Contribution.author_id == actor.signed_in(),
        Contribution.status.not_in([Status.DRAFT, Status.ERASED]),
        Contribution.kind != ContributionKind.CONSULTATION,
    )
    return query.where(Contribution.kind == kind) if kind else query


def own_votes(actor: Actor) -> Select[Contribution]:
    """What this person voted on. The choice itself is shown on the page of the thing, to nobody else."""
    return with_card(select(Contribution)).where(
        open_to_all(),
        Contribution.id.in_(
            select(Question.contribution_id)
            .join(Participation, Participation.question_id == Question.id)
            .where(Participation.user_id == actor.signed_in())
        ),
    )


def joined(actor: Actor) -> Select[Contribution]:
    """Problems this person said they have too."""
    return _involved(actor, Involvement.JOINER)


def following(actor: Actor) -> Select[Contribution]:
    """What this person asked to hear of."""
    return _involved(actor, Involvement.FOLLOWER)


def _involved(actor: Actor, role: Involvement) -> Select[Contribution]:
    return with_card(select(Contribution)).where(
        open_to_all(),
        Contribution.id.in_(
            select(Involved.contribution_id).where(
                Involved.user_id == actor.signed_in(), Involved.role == role
            )
        ),
    )


def returned(actor: Actor) -> Sequence[Contribution]:
    """Texts of this person that wait for a correction."""
    return db.session.scalars(
        select(Contribution)
        .where(Contribution.author_id == actor.signed_in(), Contribution.status == Status.RETURNED)
        .order_by(Contribution.id.desc())
        .limit(SHOWN)
    ).all()


def drafts(actor: Actor) -> Sequence[Contribution]:
    """Unfinished texts, newest first."""
    return db.session.scalars(
        select(Contribution)
        .where(
            Contribution.author_id == actor.signed_in(),
            Contribution.status == Status.DRAFT,
            Contribution.kind != ContributionKind.CONSULTATION,
        )
        .order_by(Contribution.id.desc())
        .limit(SHOWN)
    ).all()


def asked_whether_done(actor: Actor) -> Sequence[Any]:
    """Promises reported as done whose citizens are asked, and this person has not said yet: (Promise, title)."""
    person = actor.signed_in()
    merged = aliased(Contribution)
    below = select(merged.id).where(merged.merged_into_id == Promise.contribution_id).correlate(Promise)
    voted = exists().where(
        Participation.question_id == Question.id,
        or_(Question.contribution_id == Promise.contribution_id, Question.contribution_id.in_(below)),
        Participation.user_id == person,
    )
    concerned = exists().where(
        or_(Involved.contribution_id == Promise.contribution_id, Involved.contribution_id.in_(below)),
        Involved.user_id == person,
    )
    muted = exists().where(Muted.contribution_id == Promise.contribution_id, Muted.user_id == person)
    said = exists().where(
        PromiseVerdict.promise_id == Promise.id,
        PromiseVerdict.round == Promise.round,
        PromiseVerdict.user_id == person,
    )
    return db.session.execute(
        select(Promise, Contribution.title)
        .join(Contribution, Contribution.id == Promise.contribution_id)
        .where(
            Promise.status.in_((PromiseStatus.REPORTED, PromiseStatus.UNCONFIRMED)), Contribution.status.in_(LISTED), or_(voted, concerned),
            ~said, ~muted,
        )
        .order_by(Promise.reported_at.desc(), Promise.id.desc())
        .limit(SHOWN)
    ).all()  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """What waits for the manager of one group."""

    group_id: int
    name: str
    texts: int
    requests: int


def desks(actor: Actor) -> list[Desk]:
    """Groups this person manages, with what waits there, in two queries."""
    managed = {m.group_id: m.group_name for m in actor.memberships if m.is_manager}
    if not managed:
        return []
    texts = _counts(
        select(Contribution.group_id, func.count(Contribution.id))
        .where(
            Contribution.group_id.in_(managed),
            Contribution.status == Status.ENDORSING,
            Contribution.author_id != actor.user_id,
        )
        .group_by(Contribution.group_id)
    )
    requests = _counts(
        select(JoinRequest.group_id, func.count(JoinRequest.id))
        .where(JoinRequest.group_id.in_(managed))
        .group_by(JoinRequest.group_id)
    )
    return [Desk(g, name, texts.get(g, 0), requests.get(g, 0)) for g, name in managed.items()]


def _counts(query: Any) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(query)}


def own_groups_waiting(actor: Actor) -> Sequence[Group]:
    """Groups this person asked for that the operator has not looked at."""
    return db.session.scalars(
        select(Group).where(Group.founded_by_id == actor.user_id, Group.status == GroupStatus.PENDING)
    ).all()


def written_by_group(group_id: int, kinds: Sequence[ContributionKind]) -> Select[Contribution]:
    """Public texts in the name of a group."""
    return with_card(select(Contribution)).where(
        Contribution.group_id == group_id, Contribution.kind.in_(kinds), Contribution.status.in_(LISTED)
    )


def awaiting_endorsement(actor: Actor, group_id: int) -> Sequence[Contribution]:
    """Texts of members that wait for a manager, oldest first; nothing for anybody else."""
    if not actor.manages(group_id):
        return []
    return db.session.scalars(
        select(Contribution)
        .options(joinedload(Contribution.category))
        .where(Contribution.group_id == group_id, Contribution.status == Status.ENDORSING)
        .order_by(Contribution.submitted_at, Contribution.id)
        .limit(50)
    ).all()


def votes_in_favour(contribution_ids: Sequence[int]) -> dict[int, int]:
    """Shown beside a group's proposals, in one query."""
    if not contribution_ids:
        return {}
    return _counts(
        select(Tally.contribution_id, Tally.supporters).where(
            Tally.contribution_id.in_(contribution_ids), Tally.option_key == "for"
        )
    )
