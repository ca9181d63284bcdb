"""Proposals: the list, one of them, the three steps, changing, taking back, the short link."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from civic.accounts import queries as accounts
from civic.accounts import service as account_service
from civic.accounts.rules import NameStyle, initial_name, shown_name
from civic.comments import queries as comments
from civic.comments.forms import comment_form
from civic.comments.rules import Side
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.forms import overtaken, read_voice, start_from, voice_hints, voices
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Involvement, Status
from civic.core.actor import Actor, Kind
from civic.core.db import transaction
from civic.core.errors import Overtaken, RuleBroken
from civic.core.files import MOST_BYTES, store_picture
from civic.core.forms import uploaded
from civic.core.i18n import language, say
from civic.core.limits import limit
from civic.core.once import once
from civic.core.text import N_, row_id, shorten, title_from
from civic.core.web import address, ask_to_sign_in, current_actor, linker, public, render, signed_in
from civic.departments.queries import categories
from civic.departments.rules import guess_category
from civic.places.queries import districts
from civic.proposals import queries, service
from civic.proposals.forms import EditForm, WhatForm, WhereForm, WhoForm, WithdrawForm
from civic.proposals.rules import ORDERS, STAGES
from civic.spaces.queries import standing, threshold_for
from civic.votes import queries as votes
from civic.votes.rules import FOR

bp = Blueprint("proposals", __name__)


def _number(name: str) -> int | None:
    return row_id(request.values.get(name))


@bp.get("/proposals")
@public
def index() -> str:
    """Every public proposal; the order turns each day unless another is asked for."""
    asked = request.args.get("order", "")
    order = asked if asked in ORDERS else ORDERS[0]
    stages = [stage for stage in request.args.getlist("stage") if stage in STAGES]
    capacity = Kind(request.args["by"]) if request.args.get("by", "") in set(Kind) else None
    words, category_id, district_id, space_id = (
        request.args.get("q", "")[:200],
        _number("category"),
        _number("district"),
        _number("space"),
    )
    page = queries.in_list(
        order=order, words=words, stages=stages, category_id=category_id, district_id=district_id, capacity=capacity, space_id=space_id,
        cursor=request.args.get("after", ""),
    )  # fmt: skip
    kept = {
        "q": words,
        "stage": stages,
        "category": category_id,
        "district": district_id,
        "by": capacity,
        "space": space_id,
    }
    return render_template(
        "proposals/index.html", page=page, order=order, stages=stages, words=words, category_id=category_id, district_id=district_id,
        capacity=capacity, space_id=space_id, categories=categories(), districts=districts(), orders=ORDERS, known=STAGES, kinds=list(Kind),
        link=linker("proposals.index", **kept, order=asked and order),
    )  # fmt: skip


@bp.get("/proposals/<int:contribution_id>")
@public
def show(contribution_id: int) -> Response | str:
    """One proposal: text, vote, official answer, reasons, path."""
    actor = current_actor()
    proposal, problem, cosigners = queries.shown(actor, contribution_id)
    if proposal.status is Status.DRAFT:
        return redirect(url_for("proposals.where", draft=proposal.id), 303)
    target = contributions.target_of(actor, proposal)
    if target is not None:
        return redirect(url_for("proposals.show", contribution_id=target.id, merged=proposal.id), 302)
    steps = contributions.steps_of(proposal.id)
    panel = votes.panel_of(actor, proposal)
    host = queries.host_of(proposal)
    return render_template(
        "proposals/show.html", proposal=proposal, problem=problem, cosigners=cosigners, steps=steps, thread=comments.thread(actor, proposal),
        host=host[0] if host else None, merged=contributions.merged_into(proposal), came_from=_number("merged"), panel=panel, other=_other_side(actor, panel),
        comment_form=comment_form(actor),
        following=contributions.is_involved(actor, proposal.id, Involvement.FOLLOWER),
        share=shorten(proposal.title, 110), short_url=_short_url(proposal.id),
    )  # fmt: skip


def _other_side(actor: Actor, panel: votes.Panel | None) -> dict[str, object] | None:
    """To somebody who has voted: the most useful reason of the others."""
    if panel is None or not panel.mine or panel.state != "open":
        return None
    best = comments.best_of(actor, panel.contribution_id, Side.AGAINST if panel.mine == FOR else Side.FOR)
    if best is None:
        return None
    action = url_for("votes.convincing", contribution_id=best.id)
    return {
        "text": shorten(best.text, 240),
        "byline": best.byline,
        "action": action,
        "convinced": best.convinced,
    }


def _short_url(contribution_id: int) -> str:
    return str(current_app.config["BASE_URL"]) + url_for("proposals.short", contribution_id=contribution_id)


@bp.get("/p/<int:contribution_id>")
@public
def short(contribution_id: int) -> Response:
    """The address to pass on."""
    actor = current_actor()
    proposal = queries.proposal(actor, contribution_id)
    target = contributions.target_of(actor, proposal)
    if target is not None:
        return redirect(url_for("proposals.show", contribution_id=target.id, merged=proposal.id), 302)
    return redirect(url_for("proposals.show", contribution_id=proposal.id), 302)


@bp.get("/proposals/similar")
@public
def similar() -> str:
    """A piece of page: what is like a text, and the title and topic taken from it."""
    limit("similar", address(), 240, 60)
    text = request.args.get("text", "")[:1000]
    guessed = guess_category(text, [(c.id, c.keywords) for c in categories()])
    topic = next((c for c in categories() if c.id == guessed), None)
    return render_template(
        "proposals/_similar.html", twins=queries.twins(text), guess_title=title_from(text), guess_topic=topic
    )


@bp.route("/proposals/new", methods=["GET", "POST"])
@public
def new() -> Response:
    """Step one: what is wrong and what you want. A guest's words are kept through sign-in."""
    actor = current_actor()
    wanted = _number("draft")
    draft = (
        contributions.own_draft(actor, wanted, ContributionKind.PROPOSAL)
        if actor.is_signed_in and wanted
        else None
    )
    problem = queries.answered_problem(actor, _number("problem"))
    host = queries.collecting(_number("consultation"))
    form, meanwhile = WhatForm(obj=draft), None
    if draft is not None:
        start_from(form, draft)
    form.consultation.data = str(host.id) if host else ""
    form.problem.data, form.draft.data = str(problem.id) if problem else "", str(draft.id) if draft else ""
    form.category_id.choices = [
        ("", say(N_("از متن برداشت کنید"))),
        *[(c.id, c.name(language())) for c in categories()],
    ]
    if form.accepted():
        if not actor.is_signed_in:
            meant = {
                "text": form.text.data,
                "title": form.title.data,
                "category_id": form.category_id.data,
                "language": language(),
            }
            return ask_to_sign_in(
                "proposal",
                {
                    **meant,
                    "problem": problem.id if problem else None,
                    "consultation": host.id if host else None,
                    "back": url_for("proposals.new"),
                },
            )
        limit("write", actor.user_id, 30, 3600)
        try:
            return _begun(actor, form, draft, problem, host)
        except Overtaken as error:
            meanwhile = overtaken(form, error)
        except RuleBroken as error:
            form.refuse(error)
    seen = queries.twins(form.text.data, but=draft.id if draft else 0) if form.text.data else []
    if draft is not None:
        found = queries.host_of(draft)
        host = found[0] if found and found[1] else None
    return render(
        "proposals/new.html",
        form=form,
        draft=draft,
        problem=problem,
        host=host,
        twins=seen,
        meanwhile=meanwhile,
    )


def _begun(
    actor: Actor,
    form: WhatForm,
    draft: Contribution | None,
    problem: Contribution | None,
    host: Contribution | None,
) -> Response:
    category_id = form.category_id.data or guess_category(
        form.text.data, [(c.id, c.keywords) for c in categories()]
    )
    with once(actor.signed_in()) as act:
        if act.first:
            if draft is None:
                text, title = form.text.data, form.title.data or ""
                made = service.begin(
                    actor,
                    text=text,
                    title=title,
                    category_id=category_id,
                    problem=problem,
                    consultation=host,
                    language=language(),
                )
            else:
                made = contributions.draft_for_change(actor, draft.id, ContributionKind.PROPOSAL)
                service.edit(
                    actor, made, title=form.title.data or title_from(form.text.data), text=form.text.data,
                    base=form.base.data or "",
                )  # fmt: skip
                contribution_service.describe(
                    actor,
                    made,
                    category_id=category_id,
                    district_id=made.district_id,
                    place_text=made.place_text,
                )
            act.location = url_for("proposals.where", draft=made.id)
    return redirect(act.location, 303)


@bp.route("/proposals/new/where", methods=["GET", "POST"])
@signed_in
def where() -> Response:
    """Step two: where, and one photo. What was taken from the text is shown, with what is like it."""
    actor = current_actor()
    draft = contributions.own_draft(actor, _number("draft") or 0, ContributionKind.PROPOSAL)
    form = WhereForm(obj=draft)
    places = districts()
    form.district_id.choices = [
        ("", say(N_("منطقه را برگزینید"))),
        *[(d.id, d.name(language())) for d in places],
    ]
    if request.method == "GET" and not draft.district_id:
        form.district_id.data = actor.district_id
    if form.accepted():
        try:
            return _placed(actor, form, draft.id)
        except RuleBroken as error:
            form.refuse(error)
    return render(
        "proposals/where.html", form=form, draft=draft, twins=queries.twins(draft.text, but=draft.id)
    )


def _placed(actor: Actor, form: WhereForm, draft_id: int) -> Response:
    if not form.district_id.data and not form.whole.data:
        raise RuleBroken(N_("منطقه را برگزینید، یا بگویید که برای همهٔ شهر است."), field="district_id")
    data = uploaded(form.photo, MOST_BYTES)
    photo = store_picture(data) if data else None  # decoding takes long: before the transaction
    with transaction():
        draft = contributions.draft_for_change(actor, draft_id, ContributionKind.PROPOSAL)
        contribution_service.describe(
            actor, draft, category_id=draft.category_id, place_text=form.place_text.data or "",
            district_id=None if form.whole.data else form.district_id.data,
        )  # fmt: skip
        if photo:
            contribution_service.attach(actor, draft, photo, alt=form.alt.data or "")
    return redirect(url_for("proposals.who", draft=draft_id), 303)


@bp.route("/proposals/new/who", methods=["GET", "POST"])
@signed_in
def who() -> Response:
    """Step three: in whose name, a last look, and off."""
    actor = current_actor()
    draft_id = _number("draft") or 0
    form = WhoForm()
    place = next((d for d in districts() if d.id == actor.district_id), None)
    form.name_style.choices = [
        (NameStyle.FULL.value, say(N_("نام و نام خانوادگی"))), (NameStyle.INITIAL.value, say(N_("نام و حرف اول نام خانوادگی"))),
        (NameStyle.DISTRICT.value, shown_name("", NameStyle.DISTRICT, place.name("fa") if place else "")),
    ]  # fmt: skip
    form.voice.choices = voices(actor) or [("me:citizen", "")]
    if form.accepted():
        try:
            return _sent(actor, form, draft_id, place.name("fa") if place else "")
        except RuleBroken as error:
            form.refuse(error)
    draft = contributions.own_draft(actor, draft_id, ContributionKind.PROPOSAL)
    if request.method == "GET":
        form.voice.data = form.voice.choices[0].value
        form.name_style.data = _style_now(actor)
    small = {
        NameStyle.FULL.value: actor.full_name, NameStyle.INITIAL.value: initial_name(actor.full_name) if actor.full_name else "",
        NameStyle.DISTRICT.value: say(N_("بدون نام؛ فقط بررس می‌داند شما که هستید")),
    }  # fmt: skip
    needed = threshold_for(standing(), draft.district_id)
    return render(
        "proposals/who.html",
        form=form,
        draft=draft,
        host=queries.host_of(draft),
        small=small,
        voices=voices(actor),
        hints=voice_hints(actor),
        needed=needed,
        days=standing().voting_days,
    )


def _style_now(actor: Actor) -> str:
    """How the person's name is shown elsewhere."""
    if not actor.full_name:
        return NameStyle.DISTRICT.value
    return (
        NameStyle.FULL
        if actor.display_name == actor.full_name
        else NameStyle.INITIAL
        if actor.display_name == initial_name(actor.full_name)
        else NameStyle.DISTRICT
    ).value


def _sent(actor: Actor, form: WhoForm, draft_id: int, district: str) -> Response:
    limit("write", actor.user_id, 30, 3600)
    style = NameStyle(form.name_style.data) if form.name_style.data in set(NameStyle) else NameStyle.DISTRICT
    name = actor.full_name or form.full_name.data or ""
    group_id, capacity = read_voice(form.voice.data)
    if style is not NameStyle.DISTRICT and not name and not group_id:
        raise RuleBroken(N_("نام خود را بنویسید، یا بخواهید بدون نام دیده شود."), field="full_name")
    with once(actor.signed_in()) as act:
        if act.first:
            draft = contributions.draft_for_change(actor, draft_id, ContributionKind.PROPOSAL)
            if form.full_name.data and not actor.full_name:
                _remember_name(actor, form.full_name.data, style)
            service.send(
                actor, draft, group_id=group_id, capacity=capacity, byline=shown_name(name, style, district)
            )
            act.location = url_for("proposals.show", contribution_id=draft.id)
    flash(say(N_("پیشنهاد شما فرستاده شد.")))
    return redirect(act.location, 303)


def _remember_name(actor: Actor, name: str, style: NameStyle) -> None:
    """What was given here is not asked for again."""
    user = accounts.own(actor)
    if user.own_kind in {Kind.CITIZEN, Kind.VISITOR}:
        account_service.describe(
            actor,
            user,
            full_name=name,
            name_style=style,
            district_id=user.district_id,
            own_kind=user.own_kind,
            mail_notices=user.mail_notices,
        )


@bp.route("/proposals/<int:contribution_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(contribution_id: int) -> Response:
    """Change one's own words; earlier ones stay in the history."""
    actor = current_actor()
    proposal = queries.proposal(actor, contribution_id)
    form, meanwhile = EditForm(obj=proposal), None
    start_from(form, proposal)
    if form.accepted():
        try:
            with transaction():
                proposal = contributions.for_change(actor, contribution_id, ContributionKind.PROPOSAL)
                service.edit(
                    actor, proposal, title=form.title.data, text=form.text.data, base=form.base.data or ""
                )
        except Overtaken as error:
            meanwhile = overtaken(form, error)
            proposal = queries.proposal(actor, contribution_id)
        except RuleBroken as error:
            form.refuse(error)
            proposal = queries.proposal(actor, contribution_id)
        else:
            flash(say(N_("تغییر ثبت شد و بررس آن را می‌بیند.")))
            return redirect(url_for("proposals.show", contribution_id=contribution_id), 303)
    contribution_service.require_author(actor, proposal)
    return render("contributions/edit.html", form=form, thing=proposal, nav="proposals", meanwhile=meanwhile)


@bp.route("/proposals/<int:contribution_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(contribution_id: int) -> Response:
    """Take it back, with a reason everybody reads."""
    actor = current_actor()
    proposal = queries.proposal(actor, contribution_id)
    form = WithdrawForm()
    if form.accepted():
        try:
            with transaction():
                proposal = contributions.for_change(actor, contribution_id, ContributionKind.PROPOSAL)
                service.withdraw(actor, proposal, reason=form.reason.data)
        except RuleBroken as error:
            form.refuse(error)
            proposal = queries.proposal(actor, contribution_id)
        else:
            flash(say(N_("پیشنهاد پس گرفته شد.")))
            return redirect(
                url_for("proposals.show", contribution_id=contribution_id)
                if proposal.published_at
                else url_for("proposals.index"),
                303,
            )
    service.require_withdrawer(actor, proposal)
    return render("contributions/withdraw.html", form=form, thing=proposal, nav="proposals")


@bp.get("/proposals/<int:contribution_id>/history")
@public
def history(contribution_id: int) -> str:
    """What the text was before, and what changed between any two states of it."""
    actor = current_actor()
    proposal = queries.proposal(actor, contribution_id)
    readings = contributions.readings_of(actor, proposal)
    compared = contributions.compare(readings, _number("from"), _number("to"))
    return render_template(
        "contributions/history.html",
        thing=proposal,
        target=contributions.target_of(actor, proposal),
        merge_reason=contributions.merge_reason(proposal),
        readings=readings,
        compared=compared,
        nav="proposals",
    )
