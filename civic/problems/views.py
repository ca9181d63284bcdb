"""Problems: the list, one of them, putting a new one, joining."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from civic.comments import queries as comments
from civic.comments.forms import comment_form
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.forms import overtaken, read_voice, start_from, voice_hints, voices
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Involvement, Status
from civic.core.actor import Actor
from civic.core.db import transaction
from civic.core.errors import Overtaken, RuleBroken
from civic.core.files import MOST_BYTES, Picture, store_picture
from civic.core.forms import optional_id, uploaded
from civic.core.i18n import language, say
from civic.core.limits import limit
from civic.core.once import once
from civic.core.text import N_, row_id, shorten
from civic.core.web import ask_to_sign_in, current_actor, linker, public, render, signed_in
from civic.departments.queries import categories
from civic.departments.rules import guess_category
from civic.places.queries import districts
from civic.problems import queries, service
from civic.problems.forms import EditForm, ProblemForm, WithdrawForm

bp = Blueprint("problems", __name__)


@bp.get("/problems")
@public
def index() -> str:
    """Every public problem, in an order that turns each day unless another is asked for."""
    asked = request.args.get("order", "")
    order = asked if asked in queries.ORDERS else queries.ORDERS[0]
    stages = [stage for stage in request.args.getlist("stage") if stage in queries.STAGES]
    words, category_id, district_id = (
        request.args.get("q", "")[:200],
        row_id(request.args.get("category")),
        row_id(request.args.get("district")),
    )
    page = queries.in_list(
        current_actor(), order=order, words=words, stages=stages, category_id=category_id, district_id=district_id,
        cursor=request.args.get("after", ""),
    )  # fmt: skip
    kept = {
        "q": words,
        "stage": stages,
        "category": category_id,
        "district": district_id,
        "order": asked and order,
    }
    return render_template(
        "problems/index.html", page=page, order=order, stages=stages, words=words, category_id=category_id, district_id=district_id,
        categories=categories(), districts=districts(), link=linker("problems.index", **kept), orders=queries.ORDERS, known=queries.STAGES,
    )  # fmt: skip


@bp.get("/problems/<int:contribution_id>")
@public
def show(contribution_id: int) -> Response | str:
    """One problem: the text, who is affected, what would solve it, what is said, its path."""
    actor = current_actor()
    problem = queries.problem(actor, contribution_id)
    if problem.status is Status.DRAFT:
        return redirect(url_for("problems.new", draft=problem.id), 303)
    target = contributions.target_of(actor, problem)
    if target is not None:
        return redirect(url_for("problems.show", contribution_id=target.id, merged=problem.id), 302)
    return render_template(
        "problems/show.html", merged=contributions.merged_into(problem), came_from=row_id(request.args.get("merged")), problem=problem, answers=queries.answers(problem.id), steps=contributions.steps_of(problem.id),
        thread=comments.thread(actor, problem), comment_form=comment_form(actor),
        joined=contributions.is_involved(actor, problem.id, Involvement.JOINER),
        following=contributions.is_involved(actor, problem.id, Involvement.FOLLOWER), share=shorten(problem.title, 120),
    )  # fmt: skip


@bp.post("/problems/<int:contribution_id>/join")
@public
def join(contribution_id: int) -> Response:
    """«من هم درگیرم», from the page or a list; a guest signs in and is then joined."""
    actor = current_actor()
    problem = queries.problem(actor, contribution_id)
    place = url_for("problems.show", contribution_id=problem.id, _anchor="join")
    joined = request.form.get("join") != "withdraw"
    if not actor.is_signed_in:
        return ask_to_sign_in("join", {"id": problem.id, "back": place})
    limit("join", actor.user_id, 120, 3600)
    with transaction():
        service.join(
            actor, contributions.for_change(actor, contribution_id, ContributionKind.PROBLEM), joined=joined
        )
    return redirect(place, 303)


@bp.get("/problems/similar")
@public
def similar() -> str:
    """A piece of page: problems that are like a text."""
    limit("similar", request.remote_addr, 120, 60)
    return render_template("problems/_similar.html", twins=queries.like(request.args.get("text", "")[:1000]))


@bp.route("/problems/new", methods=["GET", "POST"])
@public
def new() -> Response:
    """One page; what a guest wrote is kept through sign-in and comes back as a draft."""
    actor = current_actor()
    wanted = row_id(request.values.get("draft"))
    draft = (
        contributions.own_draft(actor, wanted, ContributionKind.PROBLEM)
        if actor.is_signed_in and wanted
        else None
    )
    form = ProblemForm(obj=draft) if draft else ProblemForm()
    form.draft.data = str(draft.id) if draft else ""
    meanwhile = None
    if draft is not None:
        start_from(form, draft)
    _choices(form, actor)
    if request.method == "GET" and draft is None and actor.is_signed_in:
        form.district_id.data = actor.district_id
    if form.accepted():
        if not actor.is_signed_in:
            meant = {
                "text": form.text.data,
                "title": form.title.data,
                "category_id": form.category_id.data,
                "language": language(),
            }
            place = {"district_id": form.district_id.data, "place_text": form.place_text.data}
            return ask_to_sign_in("problem", {**meant, **place, "back": url_for("problems.new")})
        try:
            return _keep(actor, form)
        except Overtaken as error:
            meanwhile = overtaken(form, error)
        except RuleBroken as error:
            form.refuse(error)
    twins = queries.like(form.text.data, but=draft.id if draft else 0) if form.text.data else []
    return render(
        "problems/new.html",
        form=form,
        draft=draft,
        twins=twins,
        meanwhile=meanwhile,
        voices=voices(actor),
        voice_hints=voice_hints(actor),
    )


def _choices(form: ProblemForm, actor: Actor) -> None:
    lang = language()
    form.category_id.choices = [
        ("", say(N_("از متن برداشت کنید"))),
        *[(c.id, c.name(lang)) for c in categories()],
    ]
    form.district_id.choices = [
        ("", say(N_("منطقه را برگزینید"))),
        *[(d.id, d.name(lang)) for d in districts()],
    ]
    form.voice.choices = voices(actor) or [("me:citizen", "")]
    form.voice.data = form.voice.data or form.voice.choices[0].value


def _keep(actor: Actor, form: ProblemForm) -> Response:
    """Keep the draft, and send it unless only keeping was asked for."""
    limit("write", actor.user_id, 30, 3600)
    only_keep = "keep" in request.form
    if not only_keep and not form.district_id.data and not form.whole.data:
        raise RuleBroken(N_("منطقه را برگزینید، یا بگویید که در همهٔ شهر هست."), field="district_id")
    data = uploaded(form.photo, MOST_BYTES)
    photo = store_picture(data) if data else None
    with once(actor.signed_in()) as act:
        if act.first:
            contribution = _written(actor, form, photo)
            if not only_keep:
                service.send(actor, contribution)
            act.location = (
                url_for("contributions.drafts")
                if only_keep
                else url_for("problems.show", contribution_id=contribution.id)
            )
    flash(
        say(
            N_("پیش‌نویس نگه داشته شد.")
            if only_keep
            else N_("مسئله فرستاده شد. پس از بررسی، همه آن را می‌بینند.")
        )
    )
    return redirect(act.location, 303)


def _written(actor: Actor, form: ProblemForm, photo: Picture | None) -> Contribution:
    category_id = form.category_id.data or guess_category(
        form.text.data, [(c.id, c.keywords) for c in categories()]
    )
    words: dict[str, Any] = {"text": form.text.data, "title": form.title.data or ""}
    if form.draft.data:
        contribution = contributions.draft_for_change(actor, int(form.draft.data), ContributionKind.PROBLEM)
        service.edit(
            actor, contribution, text=words["text"], title=words["title"] or contribution.title,
            base=form.base.data or "",
        )  # fmt: skip
    else:
        contribution = service.begin(actor, **words, category_id=category_id, language=language())
    contribution_service.describe(
        actor, contribution, category_id=category_id, place_text=form.place_text.data or "",
        district_id=None if form.whole.data else optional_id(form.district_id.data),
    )  # fmt: skip
    group_id, capacity = read_voice(form.voice.data)
    contribution_service.sign(actor, contribution, group_id=group_id, capacity=capacity)
    if photo:
        contribution_service.attach(actor, contribution, photo, alt=form.alt.data or "")
    return contribution


@bp.route("/problems/<int:contribution_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(contribution_id: int) -> Response:
    """Change one's own words; earlier ones stay in the history."""
    actor = current_actor()
    problem = queries.problem(actor, contribution_id)
    form, meanwhile = EditForm(obj=problem), None
    start_from(form, problem)
    if form.accepted():
        try:
            with transaction():
                problem = contributions.for_change(actor, contribution_id, ContributionKind.PROBLEM)
                service.edit(
                    actor, problem, title=form.title.data, text=form.text.data, base=form.base.data or ""
                )
        except Overtaken as error:
            meanwhile = overtaken(form, error)
            problem = queries.problem(actor, contribution_id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("تغییر ثبت شد و بررس آن را می‌بیند.")))
            return redirect(url_for("problems.show", contribution_id=contribution_id), 303)
    contribution_service.require_author(actor, problem)
    return render("contributions/edit.html", form=form, thing=problem, nav="problems", meanwhile=meanwhile)


@bp.route("/problems/<int:contribution_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(contribution_id: int) -> Response:
    """Take it back, with a reason everybody reads."""
    actor = current_actor()
    problem = queries.problem(actor, contribution_id)
    form = WithdrawForm()
    if form.accepted():
        with transaction():
            problem = contributions.for_change(actor, contribution_id, ContributionKind.PROBLEM)
            service.withdraw(actor, problem, reason=form.reason.data)
        return redirect(url_for("problems.show", contribution_id=contribution_id), 303)
    contribution_service.require_author(actor, problem)
    return render("contributions/withdraw.html", form=form, thing=problem, nav="problems")


@bp.get("/problems/<int:contribution_id>/history")
@public
def history(contribution_id: int) -> str:
    """What the text was before, and what changed between any two states of it."""
    actor = current_actor()
    problem = queries.problem(actor, contribution_id)
    readings = contributions.readings_of(actor, problem)
    old, new = row_id(request.args.get("from")), row_id(request.args.get("to"))
    return render_template(
        "contributions/history.html", thing=problem, target=contributions.target_of(actor, problem), merge_reason=contributions.merge_reason(problem), readings=readings,
        compared=contributions.compare(readings, old, new), nav="problems",
    )  # fmt: skip
