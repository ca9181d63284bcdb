"""Queue, claim, leave to a second moderator, decide, take back, report."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from civic.audit.service import record
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.masking import Passage, check_passages
from civic.contributions.models import Contribution
from civic.contributions.rules import Status
from civic.core import clock, dates
from civic.core.actor import Actor
from civic.core.db import db, serialise, upsert
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_text
from civic.moderation import queries, screening
from civic.moderation.events import DecisionMade, DecisionTaken
from civic.moderation.models import Decision, Flag, Item, Likeness, LikenessBand, StoodAside
from civic.moderation.policy import May
from civic.moderation.rules import (
    CLAIM_MINUTES,
    DECISION_MOVES,
    FLAG_SCORE,
    ITEM_MOVES,
    TARGET_HOURS,
    DecisionStatus,
    ItemReason,
    Verdict,
    check_decision,
    check_twin,
    check_undo,
    number_of,
)


def queue(actor: Actor, contribution: Contribution, reason: ItemReason) -> None:
    """It is to be looked at by a person; what the screening finds in it orders the queue and is marked there."""
    require(actor, May.QUEUE, contribution)
    _open(contribution.id, reason, _screen(contribution))


def drop(actor: Actor, contribution: Contribution) -> None:
    """Nothing is left to decide: its author took it back, or it is out of sight already."""
    require(actor, May.QUEUE, contribution)
    item = queries.open_item_of(contribution.id)
    if item is not None:
        move(item, "drop", ITEM_MOVES)
        item.decided_at = clock.now()


def claim(actor: Actor, item: Item) -> None:
    """«برداشتن»: for a quarter of an hour nobody else decides it."""
    require(actor, May.REVIEW, item)
    _check_free(actor, item)
    item.claimed_by_id = actor.user_id
    item.claimed_until = clock.now() + timedelta(minutes=CLAIM_MINUTES)


def put_back(actor: Actor, item: Item) -> None:
    """Put back what one took and cannot decide."""
    require(actor, May.REVIEW, item)
    if item.claimed_by_id != actor.user_id:
        raise NotAllowed(N_("این مورد را کس دیگری برداشته است."))
    item.claimed_by_id = item.claimed_until = None


def step_aside(actor: Actor, item: Item, *, conflict: bool, note: str = "") -> None:
    """«ارجاع به بررس دوم»: one's own interest is touched, or a second pair of eyes is wanted. The first decides no more."""
    require(actor, May.REVIEW, item)
    _check_free(actor, item)
    if not queries.another_moderator(item, {actor.signed_in(), item.author_id or 0}):
        raise RuleBroken(
            N_(
                "بررس دیگری نیست که این را ببیند. از مدیر سامانه بخواهید بررس دیگری بگذارد؛ تا آن زمان در صف می‌ماند."
            ),
            field="note",
        )
    if not conflict and not note.strip():
        raise RuleBroken(N_("بنویسید بررس دوم به چه نگاه کند."), field="note")
    db.session.add(
        StoodAside(
            item_id=item.id,
            user_id=actor.signed_in(),
            conflict=conflict,
            note=clean_text(note)[:500],
            at=clock.now(),
        )
    )
    item.claimed_by_id = item.claimed_until = None
    record(
        actor,
        "moderation.step_aside",
        contribution_service.subject_of(item.contribution),
        item=item.id,
        conflict=conflict,
    )
    db.session.flush()
    db.session.expire(item, ["stood_aside"])


def decide(
    actor: Actor, item: Item, *, verdict: Verdict, clause: int | None = None, note: str = "",
    passages: Sequence[Passage] = (), seen: int | None = None, undo_seconds: int = 0,
) -> Decision:  # fmt: skip
    """Publish (with passages covered), give back, hide, or hide the photo only; with the clause, and a word to the author.

    `seen` is the version of the text that was read. For `undo_seconds` nothing follows from the decision and it can be
    taken back; then it is carried out.
    """
    require(actor, May.REVIEW, item)
    _check_free(actor, item)
    contribution = contributions.by_id(item.contribution_id)
    if seen is not None and seen != contribution.version:
        raise RuleBroken(
            N_("نویسنده متن را پس از بازکردن این صفحه عوض کرد؛ متن تازه را بخوانید و دوباره تصمیم بگیرید.")
        )
    check_decision(verdict, clause, has_photo=contributions.has_picture(contribution.id))
    if verdict is Verdict.MASK:
        check_passages(passages, contribution.title, contribution.text, contribution.place_text)
    moment = clock.now()
    move(item, "decide", ITEM_MOVES)
    item.decided_at = moment
    item.claimed_by_id = item.claimed_until = None
    decision = Decision(
        number=_next_number(), item_id=item.id, contribution_id=contribution.id, contribution_kind=contribution.kind,
        status=DecisionStatus.PENDING, verdict=verdict, clause=None if verdict is Verdict.PUBLISH else clause,
        note=clean_text(note)[:500], passages=[list(p) for p in passages] if verdict is Verdict.MASK else [],
        version=contribution.version, decided_by_id=actor.signed_in(), at=moment, effective_at=moment + timedelta(seconds=undo_seconds),
        waited_minutes=int((moment - item.opened_at).total_seconds() // 60),
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    if undo_seconds:
        publish(DecisionTaken(decision.id), after=timedelta(seconds=undo_seconds))
    else:
        _carry_out(actor, decision)
    return decision


def carry_out(actor: Actor, decision: Decision) -> None:
    """The time for taking it back is over: it takes effect, and those concerned are told. Safe to run twice."""
    require(actor, May.CARRY_OUT, decision)
    if decision.status is not DecisionStatus.PENDING:
        return
    try:
        with db.session.begin_nested():
            _carry_out(queries.acting(decision.decided_by_id), decision)
    except (Conflict, RuleBroken):  # its author took the text back or changed it meanwhile
        db.session.refresh(decision)
        move(decision, "undo", DECISION_MOVES)
        decision.passages = []
        contribution = contributions.by_id(decision.contribution_id)
        if contribution.status in {Status.WAITING, Status.PUBLIC}:
            _open(contribution.id, ItemReason.EDITED, _screen(contribution))


def undo(actor: Actor, decision: Decision) -> None:
    """«لغو»: within the seconds, as if nothing had been decided. The item is back in this moderator's hands."""
    require(actor, May.UNDO, decision)
    check_undo(decision.effective_at or decision.at, clock.now())
    move(decision, "undo", DECISION_MOVES)
    decision.passages = []
    newer = queries.open_item_of(decision.contribution_id)
    if newer is not None:  # it was reported or changed meanwhile: one open item per thing
        move(newer, "drop", ITEM_MOVES)
        db.session.flush()
    item = queries.for_change(decision.item_id)
    move(item, "reopen", ITEM_MOVES)
    if newer is not None:
        item.reason, item.rank, item.signals = newer.reason, newer.rank, newer.signals
    item.decided_at = None
    item.claimed_by_id = actor.user_id
    item.claimed_until = clock.now() + timedelta(minutes=CLAIM_MINUTES)
    record(
        actor,
        "moderation.undo",
        f"{decision.contribution_kind}:{decision.contribution_id}",
        number=decision.number,
    )


def _carry_out(actor: Actor, decision: Decision) -> None:
    move(decision, "carry_out", DECISION_MOVES)
    contribution = contributions.by_id(decision.contribution_id)
    if contribution.version != decision.version:
        raise Conflict
    _apply(actor, contribution, decision)
    decision.passages = []
    db.session.execute(
        update(Flag)
        .where(Flag.contribution_id == contribution.id, Flag.decision_id.is_(None), Flag.at <= decision.at)
        .values(decision_id=decision.id)
    )
    record(
        actor, "moderation.decide", contribution_service.subject_of(contribution), public=True,
        number=decision.number, verdict=decision.verdict, clause=decision.clause,
    )  # fmt: skip
    publish(DecisionMade(decision.id))


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
        _open(contribution.id, ItemReason.FLAGGED, None)
        record(actor, "moderation.flag", contribution_service.subject_of(contribution), clause=clause)
    return bool(made)


def _screen(contribution: Contribution) -> list[dict[str, Any]]:
    """What the rules find in title and text, and the text that is most like it."""
    listed = queries.folded_words()
    hits = [hit.stored() | {"part": "title"} for hit in screening.screen(contribution.title, listed)]
    hits += [hit.stored() for hit in screening.screen(contribution.text, listed)]
    sign = screening.signature(contribution.text)
    alike = queries.most_alike(contribution, sign)
    if alike:
        hits.append({"rule": "likeness", "start": -1, "end": -1, "words": "", "other": alike})
    db.session.execute(delete(LikenessBand).where(LikenessBand.contribution_id == contribution.id))
    if sign:
        values = {"contribution_id": contribution.id, "signature": sign}
        db.session.execute(
            upsert(Likeness)
            .values(values)
            .on_conflict_do_update(index_elements=["contribution_id"], set_={"signature": sign})
        )
        for key in screening.bands(sign):
            db.session.execute(
                upsert(LikenessBand)
                .values(band=key, contribution_id=contribution.id)
                .on_conflict_do_nothing()
            )
    return hits


def _open(contribution_id: int, reason: ItemReason, signals: list[dict[str, Any]] | None) -> None:
    """One open item per thing; a report outweighs the reason it had. None for signals: leave them as they are."""
    moment = clock.now()
    flagged = FLAG_SCORE if reason is ItemReason.FLAGGED else 0
    found = signals or []
    made = db.session.execute(
        upsert(Item)
        .values(
            contribution_id=contribution_id, reason=reason, opened_at=moment, due_at=moment + timedelta(hours=TARGET_HOURS),
            status="open", signals=found, rank=-screening.score(found) - flagged,
        )
        .on_conflict_do_nothing()
        .returning(Item.id)
    ).scalar()  # fmt: skip
    if made:
        return
    item = queries.open_item_of(contribution_id)
    if item is None:
        return
    flagged = flagged or (FLAG_SCORE if item.reason is ItemReason.FLAGGED else 0)
    if reason is ItemReason.FLAGGED:
        item.reason = reason
    if signals is not None:
        item.signals = signals
    item.rank = -screening.score(item.signals) - flagged


def _check_free(actor: Actor, item: Item) -> None:
    """Nobody else has it, and this moderator may decide it; each refusal says why."""
    if any(one.user_id == actor.user_id for one in item.stood_aside):
        raise NotAllowed(N_("این مورد را به بررس دوم سپرده‌اید؛ او تصمیم می‌گیرد."))
    if item.author_id == actor.user_id or actor.manages(item.group_id):
        raise NotAllowed(N_("این را خودتان یا گروهتان نوشته است؛ بررس دیگری تصمیم می‌گیرد."))
    require(actor, May.DECIDE, item)
    if item.claimed_until and item.claimed_until > clock.now() and item.claimed_by_id != actor.user_id:
        raise Conflict(
            N_("%(name)s این مورد را برداشته است و دارد بررسی می‌کند."),
            name=queries.name_of(item.claimed_by_id),
        )


def _apply(actor: Actor, contribution: Contribution, decision: Decision) -> None:
    if decision.verdict is Verdict.HIDE:
        contribution_service.hide(actor, contribution, clause=decision.clause)
        return
    if decision.verdict is Verdict.RETURN:
        contribution_service.send_back(actor, contribution, clause=decision.clause)
        return
    if decision.verdict is Verdict.HIDE_PHOTO:
        contribution_service.hide_picture(actor, contribution)
    if decision.verdict is Verdict.MASK:
        passages = [(str(kind), str(words)) for kind, words in decision.passages]
        contribution_service.mask(actor, contribution, passages=passages, reference=decision.number)
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
