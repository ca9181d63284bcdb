"""Reads of co-signers. Everybody sees who signed; the author and those asked see what waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.cosigning.models import Cosigner
from civic.cosigning.rules import LIVE, WAITING, CosignerStatus
from civic.groups.models import Group
from civic.groups.queries import listed as listed_groups
from civic.votes import queries as votes

MOST_GROUPS = 300


@dataclass(frozen=True)
class Row:
    """A co-signature as one of those concerned sees it; `name` is the group's, or what the author typed, or the byline."""

    cosigner: Cosigner
    name: str


@dataclass(frozen=True)
class Desk:
    """What the page of co-signers shows to this reader."""

    signed: Sequence[Row]
    invited: Sequence[Row]
    offered: Sequence[Row]
    mine: Sequence[Row]
    is_open: bool


def proposal(actor: Actor, proposal_id: int) -> Contribution:
    """A proposal that this person may read."""
    return contributions.readable(actor, proposal_id, ContributionKind.PROPOSAL)


def for_change(actor: Actor, proposal_id: int) -> Contribution:
    """The same, locked: names are counted under this lock."""
    return contributions.for_change(actor, proposal_id, ContributionKind.PROPOSAL)


def cosigner_for_change(proposal_id: int, cosigner_id: int) -> Cosigner:
    """One row of this proposal; NotFound for those of others."""
    return one_for_change(
        select(Cosigner).where(Cosigner.id == cosigner_id, Cosigner.proposal_id == proposal_id)
    )


def is_open(contribution: Contribution) -> bool:
    """Are people asked about it now?"""
    question = votes.of_contribution(contribution.id)
    return question is not None and votes.state_of(question, contribution) == "open"


def of_party(proposal_id: int, *, group_id: int | None = None, user_id: int | None = None) -> Cosigner | None:
    """The row of one group or person, whatever its state."""
    party = Cosigner.group_id == group_id if group_id else Cosigner.user_id == user_id
    return db.session.scalars(select(Cosigner).where(Cosigner.proposal_id == proposal_id, party)).first()


def of_label(proposal_id: int, label: str) -> Cosigner | None:
    """An open invitation shown by this label, whether or not an account has the number or address."""
    return db.session.scalars(
        select(Cosigner).where(
            Cosigner.proposal_id == proposal_id, Cosigner.label == label, Cosigner.status == CosignerStatus.INVITED,
        )
    ).first()  # fmt: skip


def live(proposal_id: int) -> int:
    return _number(proposal_id, LIVE)


def offers(proposal_id: int) -> int:
    return _number(proposal_id, (CosignerStatus.OFFERED,))


def _number(proposal_id: int, states: Sequence[CosignerStatus]) -> int:
    query = select(func.count()).where(Cosigner.proposal_id == proposal_id, Cosigner.status.in_(states))
    return db.session.scalar(query.select_from(Cosigner)) or 0


def signed(proposal_id: int) -> Sequence[Cosigner]:
    """Who stands behind it, in the order in which they signed."""
    return db.session.scalars(
        select(Cosigner)
        .where(Cosigner.proposal_id == proposal_id, Cosigner.status == CosignerStatus.SIGNED)
        .order_by(Cosigner.answered_at, Cosigner.id)
    ).all()


def signed_of(proposal_ids: Iterable[int]) -> dict[int, list[Cosigner]]:
    """The same of many proposals in one query, for the JSON."""
    found: dict[int, list[Cosigner]] = {}
    rows = db.session.scalars(
        select(Cosigner)
        .where(Cosigner.proposal_id.in_(list(proposal_ids)), Cosigner.status == CosignerStatus.SIGNED)
        .order_by(Cosigner.answered_at, Cosigner.id)
    )
    for row in rows:
        found.setdefault(row.proposal_id, []).append(row)
    return found


def desk(actor: Actor, thing: Contribution) -> Desk:
    """Names for everybody; open invitations and offers for those they concern only."""
    rows = db.session.execute(
        select(Cosigner, Group.name)
        .outerjoin(Group, Group.id == Cosigner.group_id)
        .where(Cosigner.proposal_id == thing.id, Cosigner.status.in_((*LIVE, CosignerStatus.OFFERED)))
        .order_by(Cosigner.answered_at, Cosigner.id)
    ).all()
    every = [Row(row[0], row[0].byline or row[1] or row[0].label) for row in rows]
    author = actor.is_signed_in and (thing.author_id == actor.user_id or actor.manages(thing.group_id))

    def held(row: Row) -> bool:
        one = row.cosigner
        return actor.manages(one.group_id) if one.group_id else one.user_id == actor.signed_in()

    def of(status: CosignerStatus) -> list[Row]:
        return [row for row in every if row.cosigner.status is status]

    return Desk(
        signed=of(CosignerStatus.SIGNED),
        invited=of(CosignerStatus.INVITED) if author else [],
        offered=of(CosignerStatus.OFFERED) if author else [],
        mine=[row for row in every if actor.is_signed_in and held(row)],
        is_open=is_open(thing),
    )


def groups_to_invite(thing: Contribution) -> Sequence[Group]:
    """Active groups that are neither the proposal's own nor asked already, by name."""
    asked = select(Cosigner.group_id).where(
        Cosigner.proposal_id == thing.id, Cosigner.group_id.is_not(None),
        Cosigner.status.in_((*LIVE, CosignerStatus.OFFERED, CosignerStatus.DECLINED)),
    )  # fmt: skip
    query = listed_groups().where(Group.id.not_in(asked), Group.id != (thing.group_id or 0))
    return db.session.scalars(query.order_by(Group.name).limit(MOST_GROUPS)).all()


def active_group(group_id: int) -> Group:
    """A group that everybody may see; NotFound otherwise."""
    found = db.session.scalars(listed_groups().where(Group.id == group_id)).first()
    if found is None:
        raise NotFound
    return found


def waiting_for(actor: Actor) -> Sequence[Cosigner]:
    """Invitations and offers that wait for this person, for the own page."""
    managed = [m.group_id for m in actor.memberships if m.is_manager]
    return db.session.scalars(
        select(Cosigner)
        .join(Contribution, Contribution.id == Cosigner.proposal_id)
        .options(joinedload(Cosigner.proposal))
        .where(
            contributions.open_to_all(), Cosigner.status.in_(WAITING),
            or_(
                (Cosigner.status == CosignerStatus.INVITED)
                & or_(Cosigner.user_id == actor.signed_in(), Cosigner.group_id.in_(managed)),
                (Cosigner.status == CosignerStatus.OFFERED) & (Contribution.author_id == actor.user_id),
            ),
        )
        .order_by(Cosigner.id)
        .limit(8)
    ).all()  # fmt: skip
