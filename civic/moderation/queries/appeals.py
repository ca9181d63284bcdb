"""Reads of appeals and of what is decided about one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from civic.accounts.models import RoleGrant
from civic.contributions.models import Attachment, Contribution
from civic.contributions.queries import as_written, masks_of, with_card
from civic.contributions.rules import READABLE, Status
from civic.core import clock
from civic.core.actor import Actor, Role
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, page
from civic.moderation.models import Appeal, Block, Decision, Flag, Item, StoodAside
from civic.moderation.rules import (
    AppealStatus,
    BlockStatus,
    DecisionStatus,
    Verdict,
    last_day_of_appeal,
)
from civic.moderation.screening import segments


@dataclass(frozen=True)
class Verdictum:
    """One decision as the person it concerns sees it."""

    decision: Decision
    thing: Contribution
    subject: Contribution | None
    written: tuple[str, str]
    passages: Sequence[str]
    flags: int
    appeal: Appeal | None
    holds: bool
    last_day: datetime

    @property
    def can_appeal(self) -> bool:
        return self.appeal is None and self.holds and clock.now() < self.last_day


def _concerning(actor: Actor) -> Any:
    managed = [m.group_id for m in actor.memberships if m.is_manager]
    return or_(Contribution.author_id == actor.signed_in(), Contribution.group_id.in_(managed))


def own_decision(actor: Actor, decision_id: int) -> Verdictum:
    """A negative decision about one's own text, or one's group's; NotFound for everybody else."""
    row = db.session.scalars(_own(actor).where(Decision.id == decision_id)).first()
    if row is None:
        raise NotFound
    thing = db.session.scalars(
        with_card(select(Contribution)).where(Contribution.id == row.contribution_id)
    ).one()
    covered = [
        words
        for mask in masks_of(thing.id, thing.version)
        if mask.reference == row.number
        for _kind, words in mask.passages
    ]
    flags = db.session.scalars(select(Flag.id).where(Flag.decision_id == row.id).limit(100)).all()
    return Verdictum(
        decision=row, thing=thing, subject=db.session.get(Contribution, thing.subject_id) if thing.subject_id else None,
        written=as_written(thing), passages=covered, flags=len(flags), appeal=appeal_of(row.id), holds=still_holds(row, thing),
        last_day=last_day_of_appeal(row.at),
    )  # fmt: skip


def _own(actor: Actor) -> Select[Decision]:
    return (
        select(Decision)
        .join(Contribution, Contribution.id == Decision.contribution_id)
        .options(joinedload(Decision.contribution))
        .where(
            _concerning(actor),
            Decision.status == DecisionStatus.DONE,
            Decision.verdict != Verdict.PUBLISH,
            Contribution.status != Status.ERASED,
        )
    )


def own_for_change(actor: Actor, decision_id: int) -> Decision:
    """As `own_decision`, locked and fresh, inside a transaction."""
    return one_for_change(_own(actor).where(Decision.id == decision_id))


def own_decisions(actor: Actor, *, cursor: str = "") -> Page[Any]:
    """Negative decisions about one's own texts, newest first, with their appeals."""
    query = _own(actor).add_columns(Appeal).outerjoin(Appeal, Appeal.decision_id == Decision.id)
    return page(query, [(Decision.id, True)], cursor=cursor)


def still_holds(decision: Decision, thing: Contribution) -> bool:
    """Has the decision still its effect? What was corrected or taken back since needs no appeal."""
    if decision.verdict is Verdict.HIDE:
        return thing.status is Status.HIDDEN
    if decision.verdict is Verdict.RETURN:
        return thing.status is Status.RETURNED and thing.version == decision.version  # not a later text
    if thing.status not in READABLE:
        return False
    if decision.verdict is Verdict.MASK:
        return any(mask.reference == decision.number for mask in masks_of(thing.id))
    hidden = select(Attachment.id).where(
        Attachment.contribution_id == thing.id, Attachment.hidden_at.is_not(None)
    )
    return db.session.scalar(hidden.limit(1)) is not None


def latest_decision(contribution_id: int) -> Decision | None:
    """The last decision on a text that took effect."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.contribution_id == contribution_id, Decision.status == DecisionStatus.DONE)
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()


def appeal_of(decision_id: int) -> Appeal | None:
    return db.session.scalars(select(Appeal).where(Appeal.decision_id == decision_id)).first()


def appeal_against_block(block_id: int) -> Appeal | None:
    return db.session.scalars(select(Appeal).where(Appeal.block_id == block_id)).first()


def appeal_for_change(appeal_id: int) -> Appeal:
    """An appeal, locked and fresh, with what it is against; NotFound otherwise."""
    return one_for_change(_whole(select(Appeal)).where(Appeal.id == appeal_id))


def _whole(query: Select[Appeal]) -> Select[Appeal]:
    return query.options(
        joinedload(Appeal.decision).joinedload(Decision.contribution),
        joinedload(Appeal.block).joinedload(Block.person),
    )


def open_appeals(*, state: str = "", cursor: str = "") -> Page[Any]:
    """Appeals of the desk: those that wait, soonest due first; or those judged, newest first."""
    if state == "judged":
        query = _whole(select(Appeal)).where(
            Appeal.status.in_([AppealStatus.UPHELD, AppealStatus.OVERTURNED])
        )
        return page(query, [(Appeal.id, True)], cursor=cursor)
    query = _whole(select(Appeal)).where(Appeal.status == AppealStatus.OPEN)
    return page(query, [(Appeal.id, False)], cursor=cursor)


@dataclass(frozen=True)
class Dispute:
    """An appeal with all that the second moderator needs."""

    appeal: Appeal
    thing: Contribution | None
    subject: Contribution | None
    written: tuple[str, str]
    pieces: Sequence[tuple[str, str]]
    passages: Sequence[tuple[str, str]]
    flags: Sequence[Flag]
    holds: bool
    conflicted: Sequence[int] = ()

    @property
    def author_id(self) -> int | None:
        return self.appeal.author_id

    @property
    def group_id(self) -> int | None:
        return self.appeal.group_id

    @property
    def first_id(self) -> int:
        return self.appeal.first_id

    @property
    def second_id(self) -> int | None:
        return self.appeal.second_id


def dispute(appeal_id: int) -> Dispute:
    """One appeal with its context; a fixed number of queries."""
    appeal = db.session.scalars(_whole(select(Appeal)).where(Appeal.id == appeal_id)).first()
    if appeal is None:
        raise NotFound
    decision = appeal.decision
    about = decision.contribution_id if decision else appeal.block.contribution_id if appeal.block else None
    thing = db.session.scalars(
        with_card(select(Contribution))
        .options(joinedload(Contribution.picture))
        .where(Contribution.id == about)
    ).first()
    item = db.session.scalars(
        select(Item)
        .options(selectinload(Item.stood_aside))
        .where(Item.id == (decision.item_id if decision else 0))
    ).first()
    written = as_written(thing) if thing else ("", "")
    flags = db.session.scalars(
        select(Flag).where(Flag.decision_id == (decision.id if decision else 0)).order_by(Flag.id).limit(50)
    ).all()
    passages = [
        (kind, words)
        for mask in (masks_of(thing.id, thing.version) if thing and decision else [])
        if decision and mask.reference == decision.number
        for kind, words in mask.passages
    ]
    return Dispute(
        appeal=appeal, thing=thing, subject=db.session.get(Contribution, thing.subject_id) if thing and thing.subject_id else None,
        written=written, pieces=segments(written[1], [h for h in (item.signals if item else []) if h.get("part") != "title"]),
        passages=passages, flags=flags, holds=bool(thing and decision and still_holds(decision, thing)) if decision else True,
        conflicted=conflicted(appeal.decision_id),
    )  # fmt: skip


def conflicted(decision_id: int | None) -> Sequence[int]:
    """Moderators who said, before it was decided, that it touches an interest of their own."""
    return db.session.scalars(
        select(StoodAside.user_id)
        .join(Decision, Decision.item_id == StoodAside.item_id)
        .where(Decision.id == decision_id, StoodAside.conflict)
    ).all()


def moderators(but: Sequence[int | None] = ()) -> Select[int]:
    """Ids of the moderators, less those who took part."""
    query = select(RoleGrant.user_id).where(RoleGrant.role == Role.MODERATOR)
    return query.where(RoleGrant.user_id.not_in([one for one in but if one]))


# ---- blocks ------------------------------------------------------------------------------------


def own_block(actor: Actor) -> Block | None:
    """The block in force against this person."""
    return db.session.scalars(
        select(Block).where(Block.user_id == actor.signed_in(), Block.status == BlockStatus.ACTIVE)
    ).first()


def own_block_for_change(actor: Actor) -> Block:
    return one_for_change(
        select(Block).where(Block.user_id == actor.signed_in(), Block.status == BlockStatus.ACTIVE)
    )


def open_block_of(user_id: int) -> Block | None:
    """In force, or waiting for a second moderator."""
    return db.session.scalars(
        select(Block).where(
            Block.user_id == user_id, Block.status.in_([BlockStatus.ACTIVE, BlockStatus.PROPOSED])
        )
    ).first()


def block_for_change(block_id: int) -> Block:
    return one_for_change(select(Block).where(Block.id == block_id))


def blocks(*, state: str = "", cursor: str = "") -> Page[Any]:
    """For the desk: those in force and proposed, or those that are over; newest first."""
    now = (BlockStatus.PROPOSED, BlockStatus.ACTIVE)
    query = select(Block).options(joinedload(Block.person))
    query = query.where(Block.status.not_in(now) if state == "over" else Block.status.in_(now))
    return page(query, [(Block.id, True)], cursor=cursor)


def blocks_ended(limit: int = 200) -> Sequence[int]:
    """Ids of blocks whose time is over."""
    query = select(Block.id).where(Block.status == BlockStatus.ACTIVE, Block.until <= clock.now())
    return db.session.scalars(query.order_by(Block.id).limit(limit)).all()


def block(block_id: int) -> Block:
    """For notices."""
    return db.session.get_one(Block, block_id)
