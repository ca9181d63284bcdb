"""Asking that somebody else looks at a decision, and what that somebody decides."""

from datetime import timedelta

from civic.audit.service import record
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, serialise
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_text
from civic.moderation import queries
from civic.moderation.events import AppealJudged, AppealMade
from civic.moderation.models import Appeal, Block, Decision
from civic.moderation.policy import May
from civic.moderation.rules import (
    APPEAL_DAYS,
    APPEAL_HOURS,
    APPEAL_MOVES,
    AppealStatus,
    Verdict,
    check_appeal,
    last_day_of_appeal,
)
from civic.moderation.service.blocks import open_again


def appeal(actor: Actor, decision: Decision, *, text: str) -> Appeal:
    """The author, or a manager of the group it was written for, says why the decision is wrong; once per decision."""
    require(actor, May.APPEAL, decision)
    serialise("appeal", decision.id)
    if queries.appeal_of(decision.id):
        raise Conflict(N_("به این تصمیم یک بار اعتراض شده است؛ نتیجه همین‌جا می‌آید."))
    _check_time(decision.at)
    if not queries.still_holds(decision, decision.contribution):
        raise Conflict(N_("این تصمیم دیگر اثری ندارد؛ نوشته پس از آن تغییر کرده است."))
    check_appeal(text)
    made = _new(actor, text, clause=decision.clause or 0)
    made.decision_id = decision.id
    made.author_id, made.group_id = decision.author_id, decision.group_id
    made.first_id = decision.decided_by_id
    db.session.add(made)
    db.session.flush()
    contribution = contributions.by_id(decision.contribution_id)
    contribution_service.add_step(actor, contribution, StepKind.APPEALED)
    record(
        actor,
        "moderation.appeal",
        contribution_service.subject_of(contribution),
        public=True,
        number=decision.number,
    )
    publish(AppealMade(made.id))
    return made


def appeal_block(actor: Actor, block: Block, *, text: str) -> Appeal:
    """Somebody whose writing is shut says why that is wrong; once per block."""
    require(actor, May.APPEAL, block)
    serialise("appeal-block", block.id)
    if queries.appeal_against_block(block.id):
        raise Conflict(N_("به این تصمیم یک بار اعتراض شده است؛ نتیجه همین‌جا می‌آید."))
    _check_time(block.starts_at or block.at)
    check_appeal(text)
    made = _new(actor, text, clause=block.clause)
    made.block_id, made.author_id = block.id, block.user_id
    made.first_id, made.second_id = block.by_id, block.second_id
    db.session.add(made)
    db.session.flush()
    record(actor, "moderation.appeal_block", f"block:{block.id}")
    publish(AppealMade(made.id))
    return made


def judge(actor: Actor, appeal: Appeal, *, overturn: bool, answer: str) -> None:
    """A moderator who took no part decides: it stays, or it is undone. Everyone concerned is told."""
    require(actor, May.REVIEW, appeal)
    if actor.user_id in {appeal.first_id, appeal.second_id}:
        raise NotAllowed(N_("این تصمیم را خودتان گرفته‌اید؛ اعتراض به آن را بررس دیگری می‌خواند."))
    if appeal.author_id == actor.user_id or actor.manages(appeal.group_id):
        raise NotAllowed(N_("این اعتراض از خودتان یا گروهتان است؛ بررس دیگری تصمیم می‌گیرد."))
    if actor.user_id in queries.conflicted(appeal.decision_id):
        raise NotAllowed(N_("گفته‌اید که در این موضوع ذی‌نفعید؛ اعتراض به آن را بررس دیگری می‌خواند."))
    require(actor, May.JUDGE, appeal)
    if not answer.strip():
        raise RuleBroken(N_("نتیجه را با دلیل بنویسید؛ برای نویسنده فرستاده می‌شود."), field="answer")
    move(appeal, "overturn" if overturn else "uphold", APPEAL_MOVES)
    appeal.judged_by_id, appeal.judged_at = actor.signed_in(), clock.now()
    appeal.answer = clean_text(answer)[:1000]
    if appeal.decision is not None:
        _judge_decision(actor, appeal.decision, overturn=overturn)
    elif appeal.block is not None and overturn:
        open_again(actor, appeal.block, appeal.block.person)
    db.session.flush()
    publish(AppealJudged(appeal.id))


def drop_appeals(actor: Actor, contribution_id: int) -> None:
    """Its author took the text back: there is nothing left to judge."""
    require(actor, May.QUEUE)
    decision = queries.latest_decision(contribution_id)
    found = queries.appeal_of(decision.id) if decision else None
    if found is not None and found.status is AppealStatus.OPEN:
        move(found, "drop", APPEAL_MOVES)


def _judge_decision(actor: Actor, decision: Decision, *, overturn: bool) -> None:
    contribution = contributions.by_id(decision.contribution_id)
    subject = contribution_service.subject_of(contribution)
    if overturn:
        if not queries.still_holds(decision, contribution):
            raise Conflict(
                N_(
                    "نوشته پس از این تصمیم تغییر کرده است و چیزی برای برگرداندن نمی‌ماند. تصمیم را نگه دارید و همین را بنویسید."
                )
            )
        if decision.verdict is Verdict.MASK:
            contribution_service.unmask(actor, contribution, reference=decision.number)
        if decision.verdict is Verdict.HIDE_PHOTO:
            contribution_service.show_picture(actor, contribution)
        if decision.verdict in {Verdict.HIDE, Verdict.RETURN}:
            contribution_service.show(actor, contribution)
    contribution_service.add_step(actor, contribution, StepKind.OVERTURNED if overturn else StepKind.UPHELD)
    record(
        actor,
        "moderation.overturn" if overturn else "moderation.uphold",
        subject,
        public=True,
        number=decision.number,
    )


def _check_time(moment: object) -> None:
    if clock.now() >= last_day_of_appeal(moment):  # type: ignore[arg-type]
        raise Conflict(
            N_("مهلت اعتراض %(days)s روز بود و گذشته است. می‌توانید نوشته را اصلاح کنید یا از نو بنویسید."),
            days=APPEAL_DAYS,
        )


def _new(actor: Actor, text: str, *, clause: int) -> Appeal:
    moment = clock.now()
    return Appeal(
        by_id=actor.signed_in(), clause=clause, text=clean_text(text)[:1000], status=AppealStatus.OPEN, at=moment,
        due_at=moment + timedelta(hours=APPEAL_HOURS),
    )  # fmt: skip
