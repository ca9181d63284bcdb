"""The council's desk and its questions."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.cases.queries import public_answer
from civic.cases.rules import QUESTION_DAYS
from civic.comments.forms import comment_form
from civic.comments.queries import thread
from civic.core.db import transaction
from civic.core.errors import RuleBroken
from civic.core.i18n import language, say
from civic.core.once import once
from civic.core.text import N_, row_id
from civic.core.web import current_actor, desk, public, render
from civic.council import queries, service
from civic.council.forms import AskForm
from civic.council.policy import May
from civic.departments.queries import departments
from civic.duties.queries import due_after
from civic.duties.rules import last_day
from civic.meetings import queries as meetings
from civic.meetings import service as meetings_service
from civic.meetings.forms import OUTCOMES, STANCES, OrganForm, SeatsForm, TermForm
from civic.meetings.policy import May as MeetingMay
from civic.meetings.rules import OrganKind
from civic.outcomes import queries as outcomes
from civic.resolutions import queries as resolutions
from civic.resolutions.forms import KINDS as CLAUSE_KINDS
from civic.resolutions.forms import STATES as CLAUSE_STATES

bp = Blueprint("council", __name__)


@bp.get("/council")
@desk(May.DESK)
def index() -> Response:
    """Own questions, promises whose day has come, departments that are late, what is new to read."""
    actor = current_actor()
    pressing = outcomes.pressing()
    return render(
        "council/index.html", own=queries.own(actor), counts=queries.own_counts(actor), pressing=pressing,
        asked=queries.asked_about([entry.promise.id for entry in pressing], actor),
        late=[(d, n, last_day(due)) for d, n, due in outcomes.late_departments()], answered=outcomes.lately_answered(),
        columns=outcomes.figures("promises")["promises"].get("columns", {}), papers=meetings.to_judge(actor) if actor.is_council else [],
        stances=STANCES, upcoming=meetings.listed(upcoming=True, size=3).items, board=resolutions.figures().get("totals", {}),
        checks=resolutions.to_verify(8) if not actor.is_council else [], overdue=resolutions.board(overdue=True).items[:5],
        kinds=CLAUSE_KINDS, states=CLAUSE_STATES,
    )  # fmt: skip


@bp.get("/council/questions")
@public
def questions() -> Response:
    """Every question of the council, newest first."""
    state = request.args.get("state", "")
    state = state if state in {"open", "answered"} else ""
    return render(
        "council/questions.html",
        page=queries.questions(cursor=request.args.get("after", ""), state=state),
        state=state,
    )


@bp.route("/council/questions/new", methods=["GET", "POST"])
@desk(May.ASK)
def ask() -> BaseResponse:
    """Ask a department, about a promise, a proposal or anything else."""
    actor = current_actor()
    form = AskForm()
    about_id = row_id(form.about.data if request.method == "POST" else request.args.get("about"))
    promise_id = row_id(form.promise.data if request.method == "POST" else request.args.get("promise"))
    entry = queries.promise_entry(promise_id)
    about = entry.contribution if entry else queries.about(about_id)
    form.department_id.choices = [
        ("", say(N_("واحد را برگزینید"))),
        *[(d.id, d.name(language())) for d in departments()],
    ]
    if request.method == "GET":
        form.about.data = str(about.id) if about else ""
        form.promise.data = str(entry.promise.id) if entry else ""
        wanted = entry.department.id if entry else queries.department_of(about.id if about else None)
        form.department_id.data = wanted or row_id(request.args.get("department"))
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    made = service.ask(
                        actor, title=form.title.data, text=form.text.data, department_id=form.department_id.data,
                        about=queries.about(about.id) if about else None,
                        promise=queries.promise_entry(promise_id).promise if entry else None,  # type: ignore[union-attr]
                    )  # fmt: skip
                    act.location = url_for("council.question", contribution_id=made.id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("پرسش شما منتشر شد و مهلت پاسخ آغاز شد.")))
            return redirect(act.location, 303)
        entry = queries.promise_entry(promise_id)
        about = entry.contribution if entry else queries.about(about_id)
    return render(
        "council/ask.html", form=form, about=about, entry=entry, until=last_day(due_after(QUESTION_DAYS))
    )


@bp.get("/council/questions/<int:contribution_id>")
@public
def question(contribution_id: int) -> Response:
    """A question, its clock and its answer."""
    actor = current_actor()
    contribution, asked, department = queries.question(actor, contribution_id)
    promise = queries.promise_entry(asked.promise_id)
    return render(
        "council/question.html", contribution=contribution, question=asked, department=department,
        about=queries.about(asked.about_id), promise=promise, official=public_answer(contribution_id),
        thread=thread(actor, contribution), comment_form=comment_form(actor),
    )  # fmt: skip


@bp.get("/council/members/<int:user_id>")
@public
def member(user_id: int) -> Response:
    """What a member said in public: stances on agendas and questions to departments."""
    found = meetings.member(user_id)
    return render(
        "council/member.html", member=found, stated=meetings.stances_of_member(user_id, cursor=request.args.get("after", "")),
        asked=queries.asked_by(user_id).items, stances=STANCES, outcomes=OUTCOMES,
    )  # fmt: skip


@bp.get("/council/organs")
@desk(MeetingMay.ARRANGE)
def organs() -> Response:
    """Terms, the council and its commissions."""
    return _organs()


def _organs(organ_form: OrganForm | None = None, term_form: TermForm | None = None) -> Response:
    found = meetings.organs()
    return render(
        "council/organs.html", organs=found, terms=meetings.terms(), seats=meetings.seats([o.id for o in found]),
        organ_form=organ_form or OrganForm(formdata=None), term_form=term_form or TermForm(formdata=None),
        form=organ_form or term_form,
    )  # fmt: skip


@bp.post("/council/organs/new")
@desk(MeetingMay.ARRANGE)
def set_up_organ() -> BaseResponse:
    """The council, once, or a commission."""
    actor, form = current_actor(), OrganForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    meetings_service.set_up_organ(
                        actor, kind=OrganKind(form.kind.data), name_fa=form.name_fa.data, name_en=form.name_en.data or "",
                        name_ar=form.name_ar.data or "",
                    )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(url_for("council.organs"), 303)
    return _organs(organ_form=form)


@bp.post("/council/terms/new")
@desk(MeetingMay.ARRANGE)
def open_term() -> BaseResponse:
    """A term of the council."""
    actor = current_actor()
    form: Any = TermForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    meetings_service.open_term(
                        actor,
                        number=form.number.data,
                        starts_on=form.starts_on.data,
                        ends_on=form.ends_on.data,
                    )
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(url_for("council.organs"), 303)
    return _organs(term_form=form)


@bp.route("/council/organs/<int:organ_id>", methods=["GET", "POST"])
@desk(MeetingMay.ARRANGE)
def seats(organ_id: int) -> BaseResponse:
    """Who sits in a commission."""
    actor, organ = current_actor(), meetings.organ(organ_id)
    form = SeatsForm(members=meetings.seated(organ_id))
    form.members.choices = list(meetings.members())
    if form.accepted():
        try:
            with transaction():
                meetings_service.seat(actor, meetings.organ(organ_id), user_ids=form.members.data or [])
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("اعضای کمیسیون ثبت شد.")))
            return redirect(url_for("council.organs"), 303)
        organ = meetings.organ(organ_id)
    return render("council/seats.html", form=form, organ=organ)
