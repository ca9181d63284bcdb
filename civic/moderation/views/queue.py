"""The queue, one item, many at once, taking back, reports."""

from datetime import datetime

from flask import Response, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.contributions import queries as contributions
from civic.contributions.masking import Passage
from civic.contributions.models import Contribution
from civic.contributions.rules import KINDS, ContributionKind
from civic.core.db import transaction
from civic.core.errors import RuleBroken
from civic.core.i18n import num, say
from civic.core.limits import limit
from civic.core.once import once
from civic.core.text import N_, row_id
from civic.core.web import current_actor, desk, render, safe_next, signed_in
from civic.moderation import queries, service
from civic.moderation.forms import MASK_LABELS, BulkForm, DecisionForm, FlagForm, StepAsideForm
from civic.moderation.models import Item
from civic.moderation.policy import May
from civic.moderation.rules import CLAUSES, MOST_BULK, ItemReason, ItemStatus, Verdict
from civic.moderation.screening import KIND_OF_MASK
from civic.moderation.views.base import bp, one_of

VIEWS = {*ItemReason, "overdue", "second"}
RULES = {
    "phone": N_("شمارهٔ تلفن"),
    "national_id": N_("کد ملی"),
    "card": N_("شمارهٔ کارت بانکی"),
    "link": N_("پیوند یا نشانی اینترنتی"),
    "repeated": N_("تکرار بیش از اندازه"),
    "word": N_("واژهٔ فهرست مدیر سامانه"),
    "likeness": N_("بسیار شبیه نوشتهٔ دیگر"),
}


@bp.get("/queue")
@desk(May.REVIEW)
def queue() -> Response:
    """Everything that waits for a person: the gravest first, then the oldest."""
    reason, kind = one_of("reason", VIEWS), one_of("kind", set(ContributionKind))
    figures = queries.queue_figures()
    return render(
        "moderation/queue.html",
        page=queries.waiting(reason=reason, kind=kind, cursor=request.args.get("after", "")),
        figures=figures,
        oldest=datetime.fromisoformat(figures["oldest"]) if figures["oldest"] else None,
        pending=queries.pending_of(current_actor()),
        rules=RULES,
        reason=reason,
        kind=kind,
        pager_url=lambda after: url_for(
            "moderation.queue", reason=reason or None, kind=kind or None, after=after
        ),
    )


@bp.post("/queue/next")
@desk(May.REVIEW)
def take_next() -> BaseResponse:
    """Take the next free item."""
    with transaction():
        location = _claim_next()
    return redirect(location, 303)


def _claim_next() -> str:
    """Claim the next free item for this moderator; where to go then."""
    actor = current_actor()
    item = queries.next_free(actor)
    if item is None:
        flash(say(N_("مورد دیگری در صف نیست که بتوانید بردارید.")), "ok")
        return url_for("moderation.queue")
    service.claim(actor, item)
    return url_for("moderation.item", item_id=item.id)


@bp.route("/queue/<int:item_id>", methods=["GET", "POST"])
@desk(May.REVIEW)
def item(item_id: int) -> BaseResponse:
    """One thing beside its context, what the screening marked in it, and the decision."""
    actor = current_actor()
    form = DecisionForm()
    form.found.choices = [(str(n), words) for n, (_kind, words) in enumerate(_found(item_id))]
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    locked = queries.for_change(item_id)
                    made = service.decide(
                        actor, locked, verdict=Verdict(form.verdict.data), clause=form.clause.data, note=form.note.data or "",
                        passages=_passages(form, locked), seen=row_id(form.seen.data), undo_seconds=current_app.config["UNDO_SECONDS"],
                    )  # fmt: skip
                    flash(say(N_("تصمیم %(number)s ثبت شد."), number=num(made.number)), "ok")
                    act.location = _claim_next()
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(act.location or url_for("moderation.queue"), 303)
    case = queries.case_of(item_id)
    form.seen.data = str(case.thing.version)
    return render(
        "moderation/item.html",
        form=form,
        case=case,
        is_open=case.item.status is ItemStatus.OPEN,
        mine=bool(case.claimed_by) and case.item.claimed_by_id == actor.user_id,
        list=queries.waiting(size=8).items,
        pending=queries.pending_of(actor),
        clauses=CLAUSES,
        rules=RULES,
        clause_small={n: say(N_("بند %(n)s"), n=n) for n in CLAUSES},
        found_small={
            str(n): say(MASK_LABELS[kind]) for n, (kind, _words) in enumerate(_found_in(case.item.signals))
        },
    )


def _found(item_id: int) -> list[Passage]:
    return _found_in(queries.case_signals(item_id))


def _found_in(signals: list[dict[str, str]]) -> list[Passage]:
    """Each passage that the screening marked, once: (sort of bar, words)."""
    found = {hit["words"]: KIND_OF_MASK[hit["rule"]] for hit in signals if hit["rule"] in KIND_OF_MASK}
    return [(kind, words) for words, kind in found.items()]


def _passages(form: DecisionForm, item: Item) -> list[Passage]:
    """What was ticked of the findings, and what was written, a line each."""
    found = _found_in(item.signals)
    ticked = [found[int(n)] for n in form.found.data or [] if int(n) < len(found)]
    kind = form.covered_kind.data or "part"
    lines = [line.strip(' «»"') for line in (form.covered.data or "").split("\n")]
    return [*ticked, *[(kind, line) for line in lines if line]]


@bp.route("/queue/<int:item_id>/aside", methods=["GET", "POST"])
@desk(May.REVIEW)
def step_aside(item_id: int) -> BaseResponse:
    """Leave it to a second moderator."""
    form = StepAsideForm()
    if request.method == "GET":
        form.why.data = "second"
    if form.accepted():
        try:
            with transaction():
                service.step_aside(
                    current_actor(),
                    queries.for_change(item_id),
                    conflict=form.why.data == "conflict",
                    note=form.note.data or "",
                )
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("به بررس دوم سپرده شد؛ شما دیگر دربارهٔ آن تصمیم نمی‌گیرید.")), "ok")
            return redirect(url_for("moderation.queue"), 303)
    return render("moderation/step_aside.html", form=form, case=queries.case_of(item_id))


@bp.post("/queue/undo")
@desk(May.REVIEW)
def undo() -> BaseResponse:
    """«لغو»: one's own decisions of the last seconds, as if they had not been made."""
    actor = current_actor()
    ids = sorted({found for value in request.form.getlist("decision") if (found := row_id(value))})
    with transaction():
        items = []
        for decision_id in ids[:MOST_BULK]:
            decision = queries.decision_for_change(decision_id)
            service.undo(actor, decision)
            items.append(decision.item_id)
    if items:
        flash(say(N_("لغو شد؛ هیچ‌کس از آن خبردار نشده است.")), "ok")
    if len(items) == 1:
        return redirect(url_for("moderation.item", item_id=items[0]), 303)
    return redirect(url_for("moderation.queue"), 303)


@bp.route("/queue/bulk", methods=["GET", "POST"])
@desk(May.REVIEW)
def bulk() -> BaseResponse:
    """Many at once: ticked in the queue, looked at together with what would happen, then confirmed."""
    actor = current_actor()
    form = BulkForm()
    confirmed = request.form.get("confirm") == "yes"
    if form.accepted() and confirmed:
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    made = service.decide_many(
                        actor, _seen(), verdict=Verdict(form.verdict.data), clause=form.clause.data, note=form.note.data or "",
                        undo_seconds=current_app.config["UNDO_SECONDS"],
                    )  # fmt: skip
                    _report(made)
                    act.location = url_for("moderation.queue")
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(act.location or url_for("moderation.queue"), 303)
    values = request.form if request.method == "POST" else request.args
    ids = [found for value in values.getlist("item") if (found := row_id(value))][:MOST_BULK]
    rows = queries.preview(ids)
    if not rows:
        flash(say(N_("نخست چند مورد را در فهرست برگزینید.")), "time")
        return redirect(url_for("moderation.queue"), 303)
    if (
        request.method == "POST"
        and not form.errors
        and form.verdict.data != Verdict.PUBLISH
        and not form.clause.data
    ):
        form.refuse(RuleBroken(N_("بگویید کدام بند آیین‌نامه؛ نویسنده باید دلیل را بداند."), field="clause"))
    ready = request.method == "POST" and not form.errors
    return render(
        "moderation/bulk.html", form=form, rows=[(item, mark, _obstacle(item)) for item, mark in rows], ready=ready, clauses=CLAUSES,
    )  # fmt: skip


def _seen() -> dict[int, str]:
    """What the preview showed of each item: «12:open.1.waiting.0»."""
    pairs = [value.partition(":") for value in request.form.getlist("seen")]
    return {found: mark for number, _colon, mark in pairs if (found := row_id(number))}


def _obstacle(item: Item) -> str:
    """Why this moderator cannot decide an item now; empty when nothing stands in the way."""
    return queries.obstacle(current_actor(), item)


def _report(made: list[service.Outcome]) -> None:
    done = [one for one in made if one.decision is not None]
    if done:
        flash(say(N_("%(n)s تصمیم ثبت شد."), n=len(done)), "ok")
    for one in made:
        if one.problem is not None:
            sentence = say(one.problem.message, **one.problem.values)
            flash(say(N_("«%(title)s» دست نخورد: %(why)s"), title=one.title, why=sentence), "time")


@bp.post("/queue/<int:item_id>/claim")
@desk(May.REVIEW)
def claim(item_id: int) -> BaseResponse:
    """Take this one."""
    with transaction():
        service.claim(current_actor(), queries.for_change(item_id))
    return redirect(url_for("moderation.item", item_id=item_id), 303)


@bp.post("/queue/<int:item_id>/release")
@desk(May.REVIEW)
def release(item_id: int) -> BaseResponse:
    """Put it back."""
    with transaction():
        service.put_back(current_actor(), queries.for_change(item_id))
    return redirect(url_for("moderation.queue"), 303)


@bp.route("/flag/<int:contribution_id>", methods=["GET", "POST"])
@signed_in
def flag(contribution_id: int) -> BaseResponse:
    """Report what breaks the code of conduct."""
    actor = current_actor()
    thing = contributions.readable(actor, contribution_id)
    form = FlagForm()
    if request.method == "GET":
        form.back.data = safe_next(request.args.get("back"))
    if form.accepted():
        limit("flag", actor.user_id, 20, 3600)
        try:
            with transaction():
                thing = contributions.for_change(actor, contribution_id)
                new = service.flag(
                    actor,
                    thing,
                    clause=form.clause.data,
                    note=form.note.data or "",
                    twin=_twin(form.twin.data),
                )
        except RuleBroken as error:
            form.refuse(error)
            thing = contributions.readable(actor, contribution_id)
            return render(
                "moderation/flag.html",
                form=form,
                thing=thing,
                reported=queries.own_flag(actor, contribution_id),
            )
        flash(
            say(N_("گزارش شما رسید؛ یک بررس آن را می‌خواند و نتیجه را به شما می‌گوید."))
            if new
            else say(N_("این را پیش‌تر گزارش کرده‌اید؛ نتیجه را به شما می‌گوییم.")),
            "ok",
        )
        back = safe_next(form.back.data) or url_for(KINDS[thing.kind][0], contribution_id=thing.id)
        return redirect(back, 303)
    return render(
        "moderation/flag.html", form=form, thing=thing, reported=queries.own_flag(actor, contribution_id)
    )


def _twin(typed: str | None) -> Contribution | None:
    """What a report says the text repeats."""
    if not (typed or "").strip():
        return None
    found = queries.named(current_actor(), typed or "")
    if found is None:
        raise RuleBroken(
            N_("نوشته‌ای با این شماره یا نشانی پیدا نشد. نشانی صفحهٔ آن را بنویسید."), field="twin"
        )
    return found
