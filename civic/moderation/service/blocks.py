"""Shutting somebody's writing for a time or for good, and opening it again."""

from datetime import UTC, datetime, timedelta

from civic.accounts import service as accounts
from civic.accounts.models import User
from civic.accounts.queries import grants_of
from civic.audit.service import record
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, serialise
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import FOR_GOOD, require
from civic.core.states import move
from civic.core.text import N_, clean_text
from civic.moderation import queries
from civic.moderation.events import WritingOpened, WritingShut
from civic.moderation.models import Block
from civic.moderation.policy import May
from civic.moderation.rules import BLOCK_MOVES, BlockStatus, check_block

FOREVER = datetime(FOR_GOOD, 1, 1, tzinfo=UTC)


def block(
    actor: Actor,
    person: User,
    *,
    clause: int | None,
    reason: str,
    days: int | None,
    contribution_id: int | None = None,
) -> Block:
    """For a time at once; for good (`days` None) when a second moderator agrees. The person reads, votes and appeals on."""
    require(actor, May.BLOCK)
    check_block(clause, reason, days)
    if person.id == actor.user_id or grants_of(person.id):
        raise RuleBroken(N_("او نقشی در سامانه دارد؛ نخست مدیر سامانه باید نقش را پس بگیرد."), field="term")
    serialise("block", person.id)
    if queries.open_block_of(person.id):
        raise Conflict(N_("نوشتن برای این شخص هم‌اکنون بسته است یا منتظر بررس دوم است."))
    made = Block(
        user_id=person.id, contribution_id=contribution_id, status=BlockStatus.ACTIVE if days else BlockStatus.PROPOSED,
        clause=clause, reason=clean_text(reason)[:500], days=days, by_id=actor.signed_in(), at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    if days:
        _shut(actor, made, person)
    else:
        record(actor, "moderation.propose_block", f"block:{made.id}", clause=made.clause)
    return made


def confirm_block(actor: Actor, block: Block, person: User) -> None:
    """A second moderator agrees that it is for good."""
    require(actor, May.BLOCK, block)
    _check_second(actor, block)
    require(actor, May.CONFIRM_BLOCK, block)
    move(block, "confirm", BLOCK_MOVES)
    block.second_id = actor.signed_in()
    _shut(actor, block, person)


def refuse_block(actor: Actor, block: Block) -> None:
    """A second moderator does not agree: nothing happens to the person."""
    require(actor, May.BLOCK, block)
    _check_second(actor, block)
    require(actor, May.CONFIRM_BLOCK, block)
    move(block, "refuse", BLOCK_MOVES)
    block.second_id, block.ended_at = actor.signed_in(), clock.now()
    record(actor, "moderation.refuse_block", f"block:{block.id}", clause=block.clause)


def lift_block(actor: Actor, block: Block, person: User) -> None:
    """Open it again before its time."""
    require(actor, May.LIFT_BLOCK, block)
    open_again(actor, block, person)


def end_block(actor: Actor, block: Block, person: User) -> None:
    """Its time is over."""
    require(actor, May.COUNT, block)
    _open(actor, block, person, "end")


def open_again(actor: Actor, block: Block, person: User) -> None:
    """By a moderator's decision or an appeal."""
    require(actor, May.LIFT_BLOCK, block)
    _open(actor, block, person, "lift")


def _open(actor: Actor, block: Block, person: User, verb: str) -> None:
    move(block, verb, BLOCK_MOVES)
    block.ended_at = clock.now()
    accounts.shut_writing(actor, person, None)
    record(actor, f"moderation.{verb}_block", f"block:{block.id}", public=True, clause=block.clause)
    publish(WritingOpened(block.id))


def _shut(actor: Actor, block: Block, person: User) -> None:
    moment = clock.now()
    block.starts_at = moment
    block.until = moment + timedelta(days=block.days) if block.days else None
    accounts.shut_writing(actor, person, block.until or FOREVER)
    record(
        actor, "moderation.block", f"block:{block.id}", public=True, clause=block.clause, days=block.days or 0
    )
    publish(WritingShut(block.id))


def _check_second(actor: Actor, block: Block) -> None:
    if block.by_id == actor.user_id:
        raise NotAllowed(N_("این را خودتان پیشنهاد کرده‌اید؛ بستن برای همیشه با بررس دوم است."))
