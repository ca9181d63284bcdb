"""Reports: the clerk's desk, the two-page brief on the page and on paper."""

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.contributions.queries import for_change as contribution_for_change
from civic.contributions.queries import readable as contribution
from civic.core.actor import PUBLIC
from civic.core.db import transaction
from civic.core.errors import RuleBroken
from civic.core.i18n import language, say
from civic.core.once import once
from civic.core.text import N_
from civic.core.web import current_actor, desk, public, render
from civic.reports import brief, queries, service
from civic.reports.forms import EditForm, SendForm
from civic.reports.paper import print_brief
from civic.reports.policy import May
from civic.reports.rules import Door

bp = Blueprint("reports", __name__)

DOOR_WORDS = {
    Door.SENT: N_("به شورا فرستاده شد"),
    Door.NEEDS_COUNCIL: N_("واحد می‌گوید تصمیم با شوراست"),
    Door.CONSULTATION: N_("نظرخواهی پایان یافت"),
    Door.ANSWERED: N_("پاسخ رسمی گرفت"),
    Door.VOTE_CLOSED: N_("رأی‌گیری پایان یافت"),
}


@bp.get("/council/papers")
@desk(May.READ_DRAFTS)
def papers() -> Response:
    """What was drafted for the council, by what is still to be done with it."""
    view, door = request.args.get("view", "draft"), request.args.get("door", "")
    view = view if view in queries.VIEWS else "draft"
    door = door if door in set(Door) else ""
    return render(
        "reports/papers.html", page=queries.desk(view, door=door, cursor=request.args.get("after", "")), view=view, door=door,
        doors=DOOR_WORDS,
    )  # fmt: skip


@bp.get("/council/reports")
@public
def index() -> Response:
    """Reports that the council has before it or had."""
    return render(
        "reports/index.html", page=queries.public_list(cursor=request.args.get("after", "")), doors=DOOR_WORDS
    )


@bp.get("/council/reports/<int:report_id>")
@public
def show(report_id: int) -> Response:
    """The brief: two pages on a phone as on paper."""
    report = queries.readable(current_actor(), report_id)
    read = queries.read(report)
    return render(
        "reports/show.html", report=report, read=read, pages=brief.pages(read), about=brief.about(read), doors=DOOR_WORDS,
    )  # fmt: skip


@bp.get("/council/reports/<int:report_id>.pdf")
@public
def paper(report_id: int) -> Response:
    """The same for the printer."""
    report = queries.readable(current_actor(), report_id)
    site = current_app.config["SITE_NAME"] or {"fa": "چارسو", "ar": "تشارسو", "en": "Charsu"}[language()]
    pdf = print_brief(
        queries.read(report), base=current_app.config["BASE_URL"] + request.script_root,
        page=f"/council/reports/{report_id}", site=site,
    )  # fmt: skip
    name = f"report-{report_id}-{language()}.pdf"
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f"inline; filename={name}"}
    )


@bp.route("/council/reports/<int:report_id>/edit", methods=["GET", "POST"])
@desk(May.EDIT)
def edit(report_id: int) -> BaseResponse:
    """The clerk's words; everything else comes from the site."""
    actor = current_actor()
    report = queries.readable(actor, report_id)
    form = EditForm(question=report.question, heard=report.heard, open_points=report.open_points)
    if form.accepted():
        try:
            with transaction():
                service.edit(
                    actor, queries.for_change(report_id), question=form.question.data, heard=form.heard.data or "",
                    open_points=form.open_points.data or "",
                )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("ذخیره شد. تا در دستور جلسه نیامده، می‌توانید آن را عوض کنید.")))
            return redirect(url_for("reports.show", report_id=report_id), 303)
        report = queries.readable(actor, report_id)
    return render("reports/edit.html", form=form, report=report, read=queries.read(report))


@bp.post("/council/reports/<int:report_id>/drop")
@desk(May.EDIT)
def drop(report_id: int) -> BaseResponse:
    """Put a draft aside, or take it up again."""
    try:
        with transaction():
            report = queries.for_change(report_id)
            (service.take_up if request.form.get("act") == "take_up" else service.drop)(
                current_actor(), report
            )
    except RuleBroken as error:
        flash(say(error.message, **error.values), "bad")
    return redirect(url_for("reports.papers"), 303)


@bp.route("/council/papers/send/<int:contribution_id>", methods=["GET", "POST"])
@desk(May.SEND)
def send(contribution_id: int) -> BaseResponse:
    """Bring a proposal or a closed consultation before the council."""
    actor = current_actor()
    form = SendForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.send(actor, contribution_for_change(PUBLIC, contribution_id))
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("گزارش مشارکت آن برای دبیر شورا آماده شد.")))
            to = "reports.papers" if actor.is_clerk else "council.index"
            return redirect(url_for(to), 303)
    return render("reports/send.html", form=form, contribution=contribution(PUBLIC, contribution_id))
