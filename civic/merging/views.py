"""Choosing a twin, seeing what a merge would come to, merging, parting."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from civic.contributions.models import Contribution
from civic.contributions.rules import KINDS, Status
from civic.core.errors import Conflict, NotFound, RuleBroken
from civic.core.i18n import say
from civic.core.once import once
from civic.core.text import N_
from civic.core.web import current_actor, desk, render
from civic.merging import queries, service
from civic.merging.forms import ReasonForm
from civic.merging.policy import May
from civic.merging.rules import check_merge

bp = Blueprint("merging", __name__)


def _page_of(contribution: Contribution) -> str:
    return url_for(KINDS[contribution.kind][0], contribution_id=contribution.id)


@bp.get("/merge/<int:contribution_id>")
@desk(May.LOOK)
def choose(contribution_id: int) -> Response:
    """Which text says the same? What readers named, what is alike, or what the clerk types."""
    actor = current_actor()
    thing = queries.one(actor, contribution_id)
    if thing.status is Status.MERGED:
        return redirect(url_for("merging.undo", contribution_id=thing.id), 303)
    typed = request.args.get("q", "")[:200]
    return render(
        "merging/choose.html", thing=thing, typed=typed, candidates=queries.candidates(actor, thing, typed)
    )


@bp.route("/merge/<int:contribution_id>/into/<int:into_id>", methods=["GET", "POST"])
@desk(May.LOOK)
def confirm(contribution_id: int, into_id: int) -> Response:
    """What becomes of votes, comments, followers and the case; then, with a reason, the merge."""
    actor = current_actor()
    form = ReasonForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    one, into = queries.pair_for_change(actor, contribution_id, into_id)
                    service.merge(actor, one, into, reason=form.reason.data)
                    act.location = _page_of(into)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("ادغام شد. به همهٔ کسانی که در هر دو شرکت کرده‌اند یک بار خبر داده می‌شود.")), "ok")
            return redirect(act.location, 303)
    one, into = queries.one(actor, contribution_id), queries.one(actor, into_id)
    refusal = _refusal(one, into)
    return render(
        "merging/confirm.html", form=form, one=one, into=into, refusal=refusal,
        outlook=None if refusal else queries.outlook(one, into),
    )  # fmt: skip


def _refusal(one: Contribution, into: Contribution) -> str:
    """Why these two cannot be merged, before anybody writes a reason; '' when they can."""
    try:
        check_merge(queries.half_of(one), queries.half_of(into))
    except (RuleBroken, Conflict) as error:
        return say(error.message, **error.values)
    return ""


@bp.route("/merge/<int:contribution_id>/undo", methods=["GET", "POST"])
@desk(May.LOOK)
def undo(contribution_id: int) -> Response:
    """Part what was merged, with a reason."""
    actor = current_actor()
    form = ReasonForm()
    thing = queries.one(actor, contribution_id)
    if thing.merged_into_id is None:
        raise NotFound
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    one, into = queries.pair_for_change(actor, contribution_id, thing.merged_into_id)
                    service.part(actor, one, into, reason=form.reason.data)
                    act.location = _page_of(one)
        except RuleBroken as error:
            form.refuse(error)
            thing = queries.one(actor, contribution_id)
        else:
            flash(say(N_("ادغام برگشت. هر دو نوشته دوباره جدا شمرده می‌شوند.")), "ok")
            return redirect(act.location, 303)
    into = queries.one(actor, thing.merged_into_id or 0)
    return render("merging/undo.html", form=form, thing=thing, into=into)
