"""Decisions about oneself and appealing against them; the desk of those who judge appeals; blocks of writing."""

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.accounts import queries as accounts
from civic.accounts.models import User
from civic.contributions import queries as contributions
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotFound, RuleBroken
from civic.core.i18n import say
from civic.core.limits import limit
from civic.core.once import once
from civic.core.text import N_
from civic.core.web import current_actor, desk, render, signed_in
from civic.moderation import queries, service
from civic.moderation.forms import FOR_GOOD, AppealForm, BlockForm, JudgeForm
from civic.moderation.policy import May
from civic.moderation.rules import APPEAL_DAYS, CLAUSES, AppealStatus, BlockStatus, last_day_of_appeal
from civic.moderation.views.base import bp, one_of


@bp.get("/me/decisions")
@signed_in
def decisions() -> Response:
    """What was decided about one's own texts, a block of one's writing, and the way to an appeal."""
    actor = current_actor()
    block = queries.own_block(actor)
    return render(
        "moderation/decisions.html",
        page=queries.own_decisions(actor, cursor=request.args.get("after", "")),
        block=block,
        block_appeal=queries.appeal_against_block(block.id) if block else None,
        block_last_day=last_day_of_appeal(block.starts_at or block.at) if block else None,
        clauses=CLAUSES,
        pager_url=lambda after: url_for("moderation.decisions", after=after),
    )


@bp.route("/me/decisions/<int:decision_id>", methods=["GET", "POST"])
@signed_in
def own_decision(decision_id: int) -> BaseResponse:
    """One decision with its reason, one's own text as written, and the appeal with its state."""
    actor = current_actor()
    form = AppealForm()
    if form.accepted():
        limit("appeal", actor.user_id, 20, 3600)
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.appeal(actor, queries.own_for_change(actor, decision_id), text=form.text.data)
                    act.location = url_for("moderation.own_decision", decision_id=decision_id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(
                say(N_("اعتراض شما رسید. بررس دیگری آن را می‌خواند و نتیجه را با دلیل به شما می‌گوید.")), "ok"
            )
            return redirect(act.location, 303)
    return render(
        "moderation/own_decision.html", form=form, own=queries.own_decision(actor, decision_id), clauses=CLAUSES, days=APPEAL_DAYS,
    )  # fmt: skip


@bp.route("/me/decisions/block", methods=["GET", "POST"])
@signed_in
def appeal_block() -> BaseResponse:
    """Appeal against the block of one's own writing."""
    actor = current_actor()
    block = queries.own_block(actor)
    if block is None:
        raise NotFound
    form = AppealForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.appeal_block(actor, queries.own_block_for_change(actor), text=form.text.data)
                    act.location = url_for("moderation.decisions")
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(
                say(N_("اعتراض شما رسید. بررس دیگری آن را می‌خواند و نتیجه را با دلیل به شما می‌گوید.")), "ok"
            )
            return redirect(act.location, 303)
    return render(
        "moderation/appeal_block.html", form=form, block=block, appeal=queries.appeal_against_block(block.id), clauses=CLAUSES,
    )  # fmt: skip


@bp.get("/queue/appeals")
@desk(May.REVIEW)
def appeals() -> Response:
    """Appeals that wait, the soonest due first; or those that were judged."""
    state = one_of("state", {"judged"})
    return render(
        "moderation/appeals.html",
        page=queries.open_appeals(state=state, cursor=request.args.get("after", "")),
        state=state,
        figures=queries.queue_figures(),
        clauses=CLAUSES,
        pager_url=lambda after: url_for("moderation.appeals", state=state or None, after=after),
    )


@bp.route("/queue/appeals/<int:appeal_id>", methods=["GET", "POST"])
@desk(May.REVIEW)
def judge(appeal_id: int) -> BaseResponse:
    """One appeal: the decision, the text as written, the reasons of both; and the judgement."""
    actor = current_actor()
    form = JudgeForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.judge(
                        actor, queries.appeal_for_change(appeal_id), overturn=form.outcome.data == "overturn", answer=form.answer.data,
                    )  # fmt: skip
                    act.location = url_for("moderation.appeals")
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("نتیجه ثبت شد و به همه گفته می‌شود.")), "ok")
            return redirect(act.location, 303)
    found = queries.dispute(appeal_id)
    return render(
        "moderation/judge.html",
        form=form,
        found=found,
        is_open=found.appeal.status is AppealStatus.OPEN,
        first=queries.name_of(found.appeal.first_id),
        judged_by=queries.name_of(found.appeal.judged_by_id),
        clauses=CLAUSES,
    )


# ---- blocks ------------------------------------------------------------------------------------


@bp.get("/queue/blocks")
@desk(May.REVIEW)
def blocks() -> Response:
    """Whose writing is shut, and what waits for a second moderator."""
    state = one_of("state", {"over"})
    return render(
        "moderation/blocks.html",
        page=queries.blocks(state=state, cursor=request.args.get("after", "")),
        state=state,
        clauses=CLAUSES,
        pager_url=lambda after: url_for("moderation.blocks", state=state or None, after=after),
    )


@bp.route("/queue/block/<int:contribution_id>", methods=["GET", "POST"])
@desk(May.REVIEW)
def block(contribution_id: int) -> BaseResponse:
    """Shut the writing of whoever wrote this."""
    actor = current_actor()
    thing = contributions.readable(actor, contribution_id)
    if thing.author_id is None:
        raise NotFound
    person = accounts.user(thing.author_id)
    form = BlockForm()
    if form.accepted():
        days = None if form.term.data == FOR_GOOD else int(form.term.data)
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.block(
                        actor, db.session.get_one(User, person.id), clause=form.clause.data, reason=form.reason.data, days=days,
                        contribution_id=thing.id,
                    )  # fmt: skip
                    act.location = url_for("moderation.blocks")
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(
                say(N_("نوشتن برای او بسته شد و دلیل به او گفته می‌شود."))
                if days
                else say(N_("پیشنهاد شد؛ وقتی بررس دوم بپذیرد بسته می‌شود.")),
                "ok",
            )
            return redirect(act.location, 303)
    return render(
        "moderation/block.html",
        form=form,
        thing=thing,
        person=person,
        standing=queries.open_block_of(person.id),
    )


@bp.post("/queue/blocks/<int:block_id>")
@desk(May.REVIEW)
def settle_block(block_id: int) -> BaseResponse:
    """A second moderator agrees or not; any moderator opens it again before its time."""
    actor = current_actor()
    act = request.form.get("act", "")
    with transaction() as session:
        found = queries.block_for_change(block_id)
        person = session.get_one(User, found.user_id)
        if act == "confirm":
            service.confirm_block(actor, found, person)
            flash(say(N_("نوشتن برای او برای همیشه بسته شد و دلیل به او گفته می‌شود.")), "ok")
        elif act == "refuse":
            service.refuse_block(actor, found)
            flash(say(N_("نپذیرفتید؛ نوشتن برای او باز می‌ماند.")), "ok")
        elif act == "lift":
            service.lift_block(actor, found, person)
            flash(say(N_("نوشتن برای او باز شد.")), "ok")
        else:
            raise Conflict(N_("این کار شناخته نیست. صفحه را دوباره باز کنید."))
    return redirect(
        url_for("moderation.blocks", state="over" if found.status is not BlockStatus.ACTIVE else None), 303
    )
