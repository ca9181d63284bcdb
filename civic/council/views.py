"""The council's desk and its questions."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.cases.queries import public_answer
from civic.cases.rules import QUESTION_DAYS
from civic.comments.forms import comment_form
from civic.comments.queries import thread
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
from civic.outcomes import queries as outcomes

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
        columns=outcomes.figures("promises")["promises"].get("columns", {}),
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
