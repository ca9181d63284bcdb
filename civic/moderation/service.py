"""Queue, claim, decide, report."""

from datetime import timedelta

from sqlalchemy import select, update

from civic.audit.service import record
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.models import Contribution
from civic.contributions.rules import Status
from civic.core import clock, dates
from civic.core.actor import Actor
from civic.core.db import db, serialise, upsert
from civic.core.errors import Conflict, NotAllowed
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_text
from civic.moderation import queries
from civic.moderation.events import DecisionMade
from civic.moderation.models import Decision, Flag, Item
from civic.moderation.policy import May
from civic.moderation.rules import (
    CLAIM_MINUTES,
    ITEM_MOVES,
    TARGET_HOURS,
    ItemReason,
    Verdict,
    check_decision,
    check_twin,
    number_of,
)


def queue(actor: Actor, contribution: Contribution, reason: ItemReason) -> None:
    """It is to be looked at by a person. One open item per thing; a report outweighs the reason it had."""
    require(actor, May.QUEUE, contribution)
    _open(contribution.id, reason)


def drop(actor: Actor, contribution: Contribution) -> None:
    """Nothing is left to decide: its author took it back, or it is out of sight already."""
    require(actor, May.QUEUE, contribution)
    item = queries.open_item_of(contribution.id)
    if item is not None:
        move(item, "drop", ITEM_MOVES)
        item.decided_at = clock.now()


def claim(actor: Actor, item: Item) -> None:
    """«برداشتن»: for a quarter of an hour nobody else decides it."""
    require(actor, May.DECIDE, item)
    _keep_out(actor, item)
    item.claimed_by_id = actor.user_id
    item.claimed_until = clock.now() + timedelta(minutes=CLAIM_MINUTES)


def put_back(actor: Actor, item: Item) -> None:
    """Put back what one took and cannot decide."""
    require(actor, May.REVIEW, item)
    if item.claimed_by_id != actor.user_id:
        raise NotAllowed(N_("این مورد را کس دیگری برداشته است."))
    item.claimed_by_id = item.claimed_until = None


def decide(
    actor: Actor, item: Item, *, verdict: Verdict, clause: int | None = None, note: str = ""
) -> Decision:
    """Publish, give back, hide, or hide the photo only; with the clause, and a word to the author."""
    require(actor, May.DECIDE, item)
    _keep_out(actor, item)
    check_decision(verdict, clause, has_photo=contributions.has_picture(item.contribution_id))
    moment = clock.now()
    move(item, "decide", ITEM_MOVES)
    item.decided_at = moment
    item.claimed_by_id = item.claimed_until = None
    contribution = contributions.by_id(item.contribution_id)
    _carry_out(actor, contribution, verdict, clause)
    decision = Decision(
        number=_next_number(),
        item_id=item.id,
        contribution_id=contribution.id,
        contribution_kind=contribution.kind,
        verdict=verdict,
        clause=None if verdict is Verdict.PUBLISH else clause,
        note=clean_text(note)[:500],
        decided_by_id=actor.signed_in(),
        at=moment,
        waited_minutes=int((moment - item.opened_at).total_seconds() // 60),
    )
    db.session.add(decision)
    db.session.flush()
    db.session.execute(
        update(Flag)
        .where(Flag.contribution_id == contribution.id, Flag.decision_id.is_(None))
        .values(decision_id=decision.id)
    )
    record(
        actor, "moderation.decide", contribution_service.subject_of(contribution), public=True,
        number=decision.number, verdict=verdict, clause=decision.clause,
    )  # fmt: skip
    publish(DecisionMade(decision.id))
    return decision


def flag(
    actor: Actor, contribution: Contribution, *, clause: int, note: str = "", twin: Contribution | None = None
) -> bool:
    """A reader's report: back into the queue. False when this person has reported it before.

    `twin` is what it repeats (clause 7); the moderator is offered to merge the two.
    """
    require(actor, May.FLAG, contribution)
    if twin is not None:
        check_twin(clause, same_kind=twin.kind is contribution.kind, itself=twin.id == contribution.id)
    made = db.session.execute(
        upsert(Flag)
        .values(
            contribution_id=contribution.id,
            user_id=actor.signed_in(),
            clause=clause,
            note=clean_text(note)[:500],
            twin_id=twin.id if twin else None,
            at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Flag.id)
    ).scalar()
    if made:
        _open(contribution.id, ItemReason.FLAGGED)
        record(actor, "moderation.flag", contribution_service.subject_of(contribution), clause=clause)
    return bool(made)


def _open(contribution_id: int, reason: ItemReason) -> None:
    moment = clock.now()
    made = db.session.execute(
        upsert(Item)
        .values(
            contribution_id=contribution_id,
            reason=reason,
            opened_at=moment,
            due_at=moment + timedelta(hours=TARGET_HOURS),
            status="open",
        )
        .on_conflict_do_nothing()
        .returning(Item.id)
    ).scalar()
    if not made and reason is ItemReason.FLAGGED:
        db.session.execute(
            update(Item)
            .where(Item.contribution_id == contribution_id, Item.status == "open")
            .values(reason=reason)
        )


def _keep_out(actor: Actor, item: Item) -> None:
    if item.claimed_until and item.claimed_until > clock.now() and item.claimed_by_id != actor.user_id:
        raise Conflict(
            N_("%(name)s این مورد را برداشته است و دارد بررسی می‌کند."),
            name=queries.name_of(item.claimed_by_id),
        )


def _carry_out(actor: Actor, contribution: Contribution, verdict: Verdict, clause: int | None) -> None:
    if verdict is Verdict.HIDE:
        contribution_service.hide(actor, contribution, clause=clause)
    elif verdict is Verdict.RETURN:
        contribution_service.send_back(actor, contribution, clause=clause)
    else:
        if verdict is Verdict.HIDE_PHOTO:
            contribution_service.hide_picture(actor, contribution)
        if contribution.status not in {Status.PUBLIC, Status.MERGED}:
            contribution_service.show(actor, contribution)


def _next_number() -> str:
    """The next of this Jalali year; nobody else takes a number until this act is committed."""
    year = dates.jalali_year(clock.today())
    serialise("moderation-number", year)
    latest = db.session.scalar(
        select(Decision.number)
        .where(Decision.number.startswith(number_of(year, 0)[:-4]))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return number_of(year, int(latest.rsplit("-", 1)[1]) + 1 if latest else 1)
