"""The queue, one item, reports, and the public log of decisions."""

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Response, flash, redirect, request, stream_with_context, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.audit import queries as audit
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import KINDS, ContributionKind
from civic.core import clock
from civic.core.db import transaction
from civic.core.errors import RuleBroken
from civic.core.i18n import num, say
from civic.core.limits import limit
from civic.core.once import once
from civic.core.text import N_
from civic.core.web import current_actor, desk, public, render, safe_next, signed_in
from civic.moderation import queries, service
from civic.moderation.forms import DecisionForm, FlagForm
from civic.moderation.policy import May
from civic.moderation.rules import CLAUSES, ItemReason, ItemStatus, Verdict

bp = Blueprint("moderation", __name__)

ROLE_ACTS = ("role.grant", "role.revoke")


@bp.get("/queue")
@desk(May.REVIEW)
def queue() -> Response:
    """Everything that waits for a person, oldest first."""
    reason, kind = _one_of("reason", set(ItemReason)), _one_of("kind", set(ContributionKind))
    return render(
        "moderation/queue.html",
        page=queries.waiting(reason=reason, kind=kind, cursor=request.args.get("after", "")),
        counts=queries.counts(),
        oldest=queries.oldest(),
        reason=reason,
        kind=kind,
        pager_url=lambda after: url_for(
            "moderation.queue", reason=reason or None, kind=kind or None, after=after
        ),
    )


def _one_of(name: str, known: set[str]) -> str:
    value = request.args.get(name, "")
    return value if value in known else ""


@bp.post("/queue/next")
@desk(May.REVIEW)
def take_next() -> BaseResponse:
    """Take the oldest free item."""
    with transaction():
        location = _claim_next()
    return redirect(location, 303)


def _claim_next() -> str:
    """Claim the oldest free item for this moderator; where to go then."""
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
    """One thing beside its context, and the decision."""
    actor = current_actor()
    form = DecisionForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    made = service.decide(
                        actor,
                        queries.for_change(item_id),
                        verdict=Verdict(form.verdict.data),
                        clause=form.clause.data,
                        note=form.note.data or "",
                    )
                    flash(say(N_("تصمیم %(number)s ثبت شد."), number=num(made.number)), "ok")
                    act.location = _claim_next()
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(act.location or url_for("moderation.queue"), 303)
    case = queries.case_of(item_id)
    return render(
        "moderation/item.html",
        form=form,
        case=case,
        is_open=case.item.status is ItemStatus.OPEN,
        mine=bool(case.claimed_by) and case.item.claimed_by_id == actor.user_id,
        list=queries.waiting(size=8).items,
        clauses=CLAUSES,
        clause_small={n: say(N_("بند %(n)s"), n=n) for n in CLAUSES},
    )


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


@bp.get("/transparency")
@public
def transparency() -> Response:
    """What was hidden, and why; who was given which role; the head of the record's chain."""
    verdict, kind = _one_of("verdict", set(Verdict)), _one_of("kind", set(ContributionKind))
    months = queries.months()
    return render(
        "moderation/transparency.html",
        page=queries.log(verdict=verdict, kind=kind, cursor=request.args.get("after", "")),
        months=months,
        month=months[-1],
        clauses=CLAUSES,
        verdict=verdict,
        kind=kind,
        roles=audit.public_log(acts=ROLE_ACTS, size=10).items,
        head=audit.head(),
        pager_url=lambda after: url_for(
            "moderation.transparency", verdict=verdict or None, kind=kind or None, after=after, _anchor="log"
        ),
    )


@bp.get("/transparency/moderation.csv")
@public
def export() -> Response:
    """The public log as a table."""
    name = f"moderation-{clock.today().isoformat()}.csv"
    return Response(
        stream_with_context(_lines()),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines() -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["number", "at", "kind", "verdict", "clause", "clause_words", "waited_minutes"])
    yield "\ufeff"
    for row in queries.every_decision():
        words = CLAUSES.get(row.clause or 0, "")
        at = row.at.replace(minute=0, second=0, microsecond=0).isoformat()
        writer.writerow(
            [row.number, at, row.contribution_kind, row.verdict, row.clause or "", words, row.waited_minutes]
        )
        if buffer.tell() > 32_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
