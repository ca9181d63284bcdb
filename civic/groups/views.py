"""The list of groups, asking for one, and belonging to one. A group's own page shows what it wrote: `people`."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from civic.core.actor import Actor, Kind
from civic.core.db import transaction
from civic.core.errors import RuleBroken
from civic.core.i18n import language, say
from civic.core.once import once
from civic.core.paging import page
from civic.core.text import N_, clean_line, row_id
from civic.core.web import ask_to_sign_in, current_actor, public, render, signed_in
from civic.groups import queries, service
from civic.groups.forms import AboutForm, GroupForm
from civic.groups.models import Group
from civic.groups.rules import GROUP_KINDS
from civic.places.queries import districts

bp = Blueprint("groups", __name__)
KIND_WORDS = {
    Kind.NGO: N_("تشکل مردم‌نهاد (سمن)"),
    Kind.WOMEN_FORUM: N_("انجمن بانوان"),
    Kind.EXPERT: N_("گروه کارشناسان"),
}


@bp.get("/groups")
@public
def index() -> Response:
    """Women's forums, NGOs and expert panels of the city."""
    typed = clean_line(request.args.get("q"))
    kind = next((k for k in GROUP_KINDS if k == request.args.get("kind")), None)
    district_id = row_id(request.args.get("district"))
    query = queries.listed()
    if kind:
        query = query.where(Group.kind == kind)
    if district_id:
        query = query.where(Group.district_id == district_id)
    if typed:
        query = query.where(Group.name.icontains(typed, autoescape=True))
    found = page(query, [(Group.id, True)], cursor=request.args.get("after", ""))
    places = {d.id: d.name(language()) for d in districts()}
    return render("groups/index.html", page=found, kind=kind, district_id=district_id, typed=typed, places=places,
                  kinds=KIND_WORDS)  # fmt: skip


@bp.route("/signup/group", methods=["GET", "POST"])
@signed_in
def ask() -> Response:
    """Found a group; the operator looks at it before it speaks."""
    form = GroupForm()
    form.kind.choices = [(k.value, say(KIND_WORDS[k])) for k in GROUP_KINDS]
    form.district_id.choices = _places(N_("همهٔ شهر"))
    if form.accepted():
        actor = current_actor()
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    group = service.ask_for(
                        actor, name=form.name.data, kind=Kind(form.kind.data), about=form.about.data,
                        district_id=form.district_id.data,
                    )  # fmt: skip
                    act.location = url_for("people.group", group_id=group.id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("درخواست شما رسید. مدیر سامانه آن را می‌خواند و خبرتان می‌کند.")))
            return redirect(act.location, 303)
    return render("groups/ask.html", form=form)


def _places(none: str) -> list[tuple[object, str]]:
    return [("", say(none)), *[(d.id, d.name(language())) for d in districts()]]


@bp.route("/groups/<int:group_id>/about", methods=["GET", "POST"])
@signed_in
def about(group_id: int) -> Response:
    """A manager changes what the group says of itself."""
    actor = current_actor()
    group = queries.readable(actor, group_id)
    form = AboutForm(obj=group)
    form.district_id.choices = _places(N_("همهٔ شهر"))
    if form.accepted():
        with transaction():
            group = queries.for_change(actor, group_id)
            service.describe(actor, group, about=form.about.data, district_id=form.district_id.data)
        flash(say(N_("ثبت شد.")))
        return redirect(url_for("people.group", group_id=group_id), 303)
    return render("groups/about.html", form=form, group=group)


@bp.get("/g/<token>")
@public
def invitation(token: str) -> Response:
    """Where an invitation leads: the group, and a button to ask for membership."""
    found = queries.invitation_by(token)
    group = queries.readable(current_actor(), found.group_id)
    actor = current_actor()
    return render("groups/invitation.html", group=group, token=token, member=actor.membership(group.id),
                  asked=queries.has_asked(actor, group.id))  # fmt: skip


@bp.post("/groups/<int:group_id>/join")
@public
def join(group_id: int) -> Response:
    """Ask to belong; a guest signs in first."""
    actor = current_actor()
    token = request.form.get("token", "")[:40]
    if not actor.is_signed_in:
        queries.readable(actor, group_id)
        payload = {"group_id": group_id, "token": token, "back": url_for("people.group", group_id=group_id)}
        return ask_to_sign_in("group_join", payload)
    return redirect(carry_join(actor, {"group_id": group_id, "token": token}), 303)


def carry_join(actor: Actor, payload: dict[str, Any]) -> str:
    """The request of one who was a guest when the button was pressed."""
    group_id = int(payload["group_id"])
    if actor.membership(group_id) is None:
        with transaction():
            group = queries.for_change(actor, group_id)
            service.ask_to_join(actor, group, token=str(payload.get("token") or ""))
        flash(say(N_("درخواست عضویت شما رسید؛ مدیر گروه آن را می‌خواند.")))
    return url_for("people.group", group_id=group_id)


@bp.post("/groups/<int:group_id>/take-back")
@signed_in
def take_back(group_id: int) -> Response:
    """Ask no longer."""
    return _act(group_id, service.take_back, N_("درخواست شما پس گرفته شد."))


@bp.post("/groups/<int:group_id>/invite")
@signed_in
def invite(group_id: int) -> Response:
    """A new link."""
    return _act(group_id, service.invite, N_("پیوند تازه آماده است."), where="groups.members")


@bp.post("/groups/<int:group_id>/invite/end")
@signed_in
def end_invitation(group_id: int) -> Response:
    """The link works no more."""
    return _act(group_id, service.end_invitation, N_("آن پیوند دیگر کار نمی‌کند."), where="groups.members")


@bp.post("/groups/<int:group_id>/leave")
@signed_in
def leave(group_id: int) -> Response:
    """Go."""
    return _act(group_id, service.leave, N_("شما دیگر عضو این گروه نیستید."))


@bp.get("/groups/<int:group_id>/members")
@signed_in
def members(group_id: int) -> Response:
    """Members for members; requests, invitation and roles for managers."""
    actor = current_actor()
    group = queries.readable(actor, group_id)
    return render("groups/members.html", group=group, members=queries.members(actor, group),
                  requests=queries.join_requests(actor, group), invitation=queries.invitation(actor, group),
                  manager=actor.manages(group_id))  # fmt: skip


@bp.post("/groups/<int:group_id>/members/<int:user_id>")
@signed_in
def member(group_id: int, user_id: int) -> Response:
    """A manager admits, refuses, promotes or removes one person."""
    acts: dict[str, tuple[Callable[..., object], str]] = {
        "admit": (service.admit, N_("پذیرفته شد و از این پس عضو است.")),
        "refuse": (service.refuse, N_("درخواست پذیرفته نشد.")),
        "promote": (service.promote, N_("از این پس مدیر گروه است.")),
        "remove": (service.remove, N_("عضویت پایان یافت.")),
    }
    chosen = acts.get(request.form.get("act", ""))
    if chosen is None:
        raise RuleBroken(N_("این کار شناخته نشد. صفحه را تازه کنید."))
    act, words = chosen
    return _act(group_id, act, words, user_id, where="groups.members")


def _act(
    group_id: int, act: Callable[..., object], words: str, *more: object, where: str = "people.group"
) -> Response:
    """One act on the locked group; what a rule refuses is said on the next page."""
    actor = current_actor()
    kind = "ok"
    try:
        with transaction():
            act(actor, queries.for_change(actor, group_id), *more)
    except RuleBroken as error:
        words, kind = error.message, "bad"
    flash(say(words), kind)
    return redirect(url_for(where, group_id=group_id), 303)
