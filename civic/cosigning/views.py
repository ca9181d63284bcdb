"""The page of a proposal's co-signers: names for everybody, asking and answering for those concerned."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from civic.contributions.models import Contribution
from civic.core.actor import Actor
from civic.core.db import transaction
from civic.core.errors import NotFound, RuleBroken
from civic.core.forms import CivicForm
from civic.core.i18n import say
from civic.core.limits import limit
from civic.core.text import N_
from civic.core.web import current_actor, public, render, signed_in
from civic.cosigning import queries, service
from civic.cosigning.forms import InviteGroupForm, InvitePersonForm, OfferForm
from civic.cosigning.models import Cosigner

bp = Blueprint("cosigning", __name__)

ACTS: dict[str, tuple[Callable[[Actor, Cosigner, Contribution], None], str]] = {
    "accept": (service.accept, N_("نام زیر پیشنهاد نشست.")),
    "decline": (service.decline, N_("پاسخ ثبت شد.")),
    "remove": (service.remove, N_("پس گرفته شد.")),
    "leave": (service.leave, N_("نام از زیر پیشنهاد برداشته شد؛ این در مسیر پیشنهاد می‌ماند.")),
}


@bp.get("/proposals/<int:contribution_id>/cosigners")
@public
def index(contribution_id: int) -> Response:
    """Who stands behind it."""
    return _page(contribution_id)


def _page(contribution_id: int, sent: CivicForm | None = None) -> Response:
    actor = current_actor()
    proposal = queries.proposal(actor, contribution_id)
    forms: dict[str, CivicForm] = {
        "group": InviteGroupForm(formdata=None), "person": InvitePersonForm(formdata=None), "offer": OfferForm(formdata=None),
    }  # fmt: skip
    if sent is not None:
        forms[_name(sent)] = sent
    desk = queries.desk(actor, proposal)
    _choices(forms["group"], forms["offer"], actor, proposal)
    return render(
        "cosigning/index.html", proposal=proposal, desk=desk, form=sent, group_form=forms["group"],
        person_form=forms["person"], offer_form=forms["offer"],
    )  # fmt: skip


def _name(form: CivicForm) -> str:
    return {InviteGroupForm: "group", InvitePersonForm: "person", OfferForm: "offer"}[type(form)]


def _choices(group: CivicForm, offer: CivicForm, actor: Actor, proposal: Contribution) -> None:
    free = queries.groups_to_invite(proposal)
    group["group_id"].choices = [("", say(N_("گروه را برگزینید"))), *[(g.id, g.name) for g in free]]
    ids = {g.id for g in free}
    offer["group_id"].choices = [
        (m.group_id, m.group_name) for m in actor.memberships if m.is_manager and m.group_id in ids
    ]


def _asked(
    contribution_id: int, form: CivicForm, ask: Callable[[Actor, Contribution], object], words: str
) -> Response:
    actor = current_actor()
    if form.accepted():
        limit("cosign", actor.user_id, 30, 3600)
        try:
            with transaction():
                ask(actor, queries.for_change(actor, contribution_id))
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(words), "ok")
            return redirect(url_for("cosigning.index", contribution_id=contribution_id), 303)
    return _page(contribution_id, form)


@bp.post("/proposals/<int:contribution_id>/cosigners/group")
@signed_in
def invite_group(contribution_id: int) -> Response:
    """Ask a group."""
    actor = current_actor()
    form = InviteGroupForm()
    free = queries.groups_to_invite(queries.proposal(actor, contribution_id))
    form.group_id.choices = [("", ""), *[(g.id, g.name) for g in free]]
    return _asked(
        contribution_id, form, lambda who, thing: service.invite_group(who, thing, group_id=form.group_id.data),
        N_("دعوت فرستاده شد. تا نپذیرند، نامی زیر پیشنهاد نمی‌آید."),
    )  # fmt: skip


@bp.post("/proposals/<int:contribution_id>/cosigners/person")
@signed_in
def invite_person(contribution_id: int) -> Response:
    """Ask somebody by number or address; the answer says nothing about who has an account."""
    form = InvitePersonForm()
    return _asked(
        contribution_id, form, lambda who, thing: service.invite_person(who, thing, login=form.login.data),
        N_("اگر کسی با این نشانی اینجا حساب داشته باشد، دعوت به او می‌رسد. تا نپذیرد، نامی زیر پیشنهاد نمی‌آید."),
    )  # fmt: skip


@bp.post("/proposals/<int:contribution_id>/cosigners/offer")
@signed_in
def offer(contribution_id: int) -> Response:
    """Offer one's group's name."""
    actor = current_actor()
    form = OfferForm()
    form.group_id.choices = [(m.group_id, m.group_name) for m in actor.memberships if m.is_manager]
    return _asked(
        contribution_id, form, lambda who, thing: service.offer(who, thing, group_id=form.group_id.data),
        N_("فرستاده شد. نویسنده می‌پذیرد یا نه."),
    )  # fmt: skip


@bp.post("/proposals/<int:contribution_id>/cosigners/<int:cosigner_id>/<act>")
@signed_in
def answer(contribution_id: int, cosigner_id: int, act: str) -> Response:
    """Yes, no, taken back, no longer."""
    if act not in ACTS:
        raise NotFound
    verb, words = ACTS[act]
    actor = current_actor()
    with transaction():
        proposal = queries.for_change(actor, contribution_id)
        verb(actor, queries.cosigner_for_change(proposal.id, cosigner_id), proposal)
    flash(say(words), "ok")
    return redirect(request.script_root + f"/proposals/{contribution_id}/cosigners", 303)
