"""Every read of contributions. `visible` is the one select that decides for all readers."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from civic.contributions.models import Attachment, Contribution, Involved, Muted, Step
from civic.contributions.rules import LISTED, READABLE, ContributionKind, Involvement
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound

_subject = aliased(Contribution)


def visible(actor: Actor) -> Select[Contribution]:
    """What this reader may read by address: public things, own ones, a managed group's; moderators see all."""
    query = select(Contribution)
    if actor.is_moderator or actor.system:
        return query
    with_subject = or_(
        Contribution.subject_id.is_(None),
        exists().where(_subject.id == Contribution.subject_id, _subject.status.in_(READABLE)),
    )
    open_to_all = and_(Contribution.status.in_(READABLE), with_subject)
    if not actor.is_signed_in:
        return query.where(open_to_all)
    own = [Contribution.author_id == actor.user_id]
    managed = [m.group_id for m in actor.memberships if m.is_manager]
    if managed:
        own.append(Contribution.group_id.in_(managed))
    return query.where(or_(open_to_all, *own))


def listed(kind: ContributionKind) -> Select[Contribution]:
    """What stands in public lists, feeds, search and JSON of one kind: public only, the same for every reader."""
    return select(Contribution).where(Contribution.kind == kind, Contribution.status.in_(LISTED))


def with_card(query: Select[Contribution]) -> Select[Contribution]:
    """Loads what a card shows (category, district, group) in the same query."""
    return query.options(
        joinedload(Contribution.category), joinedload(Contribution.district), joinedload(Contribution.group)
    )


def readable(actor: Actor, contribution_id: int, kind: ContributionKind | None = None) -> Contribution:
    """The contribution with what its page shows; NotFound for absent and for invisible, alike."""
    query = (
        with_card(visible(actor))
        .options(joinedload(Contribution.picture))
        .where(Contribution.id == contribution_id)
    )
    if kind is not None:
        query = query.where(Contribution.kind == kind)
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def for_change(actor: Actor, contribution_id: int, kind: ContributionKind | None = None) -> Contribution:
    """As `readable`, locked and fresh, inside a transaction."""
    query = visible(actor).where(Contribution.id == contribution_id)
    if kind is not None:
        query = query.where(Contribution.kind == kind)
    return one_for_change(query)


def by_id(contribution_id: int) -> Contribution:
    """For jobs and desks that decide visibility themselves; locked."""
    return one_for_change(select(Contribution).where(Contribution.id == contribution_id))


def steps_of(contribution_id: int) -> Sequence[Step]:
    """The life line, oldest first."""
    return db.session.scalars(
        select(Step).where(Step.contribution_id == contribution_id).order_by(Step.id)
    ).all()


def is_involved(actor: Actor, contribution_id: int, role: Involvement) -> bool:
    if not actor.is_signed_in:
        return False
    return db.session.get(Involved, (contribution_id, actor.user_id, role)) is not None


def concerned(contribution_id: int) -> Select[int]:
    """Ids of everyone involved who has not muted it (voters are in votes.participations)."""
    muted = exists().where(Muted.contribution_id == contribution_id, Muted.user_id == Involved.user_id)
    return select(Involved.user_id).where(Involved.contribution_id == contribution_id, ~muted).distinct()


def drafts_of(actor: Actor) -> Sequence[Contribution]:
    """Unfinished texts of this person, newest first."""
    return db.session.scalars(
        with_card(select(Contribution))
        .where(
            Contribution.author_id == actor.user_id,
            Contribution.status == "draft",
            Contribution.kind != "consultation",
        )
        .order_by(Contribution.id.desc())
        .limit(50)
    ).all()


def has_picture(contribution_id: int) -> bool:
    """Is there a photo that is not hidden?"""
    query = select(Attachment.id).where(Attachment.contribution_id == contribution_id, Attachment.hidden_at.is_(None))
    return db.session.scalar(query.limit(1)) is not None
