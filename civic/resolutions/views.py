"""Resolutions: public pages, the clerk's writing, follow-up of clauses, the quarterly sheet."""

import re
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.core import clock
from civic.core.db import transaction
from civic.core.errors import NotFound, RuleBroken
from civic.core.files import MOST_BYTES, on_disk, path_of, read_evidence
from civic.core.forms import uploaded
from civic.core.i18n import language, say
from civic.core.once import once
from civic.core.policy import allowed
from civic.core.text import N_, latin_digits, row_id
from civic.core.web import current_actor, desk, public, render, signed_in
from civic.departments.queries import departments
from civic.meetings import queries as meetings
from civic.meetings.models import AgendaItem
from civic.resolutions import queries, service, sheets
from civic.resolutions.forms import (
    DUES,
    KINDS,
    STATES,
    CheckForm,
    ClauseForm,
    NotifyForm,
    ReportForm,
    ResolutionForm,
)
from civic.resolutions.policy import May
from civic.resolutions.rules import (
    ClauseKind,
    ClauseStatus,
    DueKind,
    EvidenceKind,
    Quarter,
    quarter_of,
    read_quarter,
)

bp = Blueprint("resolutions", __name__)
WORDS = {"kinds": KINDS, "states": STATES, "dues": DUES}


@bp.get("/council/resolutions")
@public
def index() -> Response:
    """What was decided, newest first."""
    state = request.args.get("state", "")
    state = state if state in {"in_force", "done"} else ""
    overdue = request.args.get("overdue") == "yes"
    return render(
        "resolutions/index.html", page=queries.public_list(state, overdue=overdue, cursor=request.args.get("after", "")), state=state,
        overdue=overdue, figures=queries.figures(), drafts=queries.drafts() if allowed(current_actor(), May.WRITE) else [],
    )  # fmt: skip


@bp.get("/council/resolutions/<int:resolution_id>")
@public
def show(resolution_id: int) -> Response:
    """One resolution: its text, why, its clauses and how far they are."""
    return _show(resolution_id)


def _show(resolution_id: int, form: ClauseForm | None = None) -> Response:
    actor = current_actor()
    found = queries.readable(actor, resolution_id)
    writing = found.status == "draft"
    clause_form = form
    if writing and clause_form is None:
        clause_form = _clause_form(
            ClauseForm(formdata=None, kind=ClauseKind.ARTICLE.value, due_kind=DueKind.DAYS.value)
        )
    return render(
        "resolutions/show.html", resolution=found, lines=queries.clauses_of(resolution_id), subjects=queries.subjects(resolution_id),
        clause_form=clause_form, notify_form=NotifyForm(formdata=None) if writing else None, form=form, item=_item(found.item_id), **WORDS,
    )  # fmt: skip


def _clause_form(form: ClauseForm) -> ClauseForm:
    form.department_id.choices = [
        ("", say(N_("واحد را برگزینید"))),
        *[(d.id, d.name(language())) for d in departments()],
    ]
    return form


def _item(item_id: int | None) -> AgendaItem | None:
    """The item it came out of, when this reader may see it."""
    if not item_id:
        return None
    try:
        return meetings.item(current_actor(), item_id)
    except NotFound:
        return None


# ---- the clerk ---------------------------------------------------------------------------------


def _about(text: str) -> list[int]:
    """Numbers of proposals and consultations out of numbers and addresses."""
    found = [row_id(n) for n in re.findall(r"\d+", latin_digits(re.sub(r"https?://[^/\s]+", "", text or "")))]
    return [n for n in dict.fromkeys(found) if n]


@bp.route("/council/resolutions/new", methods=["GET", "POST"])
@desk(May.WRITE)
def new() -> BaseResponse:
    """Begin a resolution, with what the agenda's item says already."""
    actor = current_actor()
    item = _item(row_id(request.args.get("item")))
    form: Any = ResolutionForm()
    organs, terms = meetings.organs(), meetings.terms()
    form.organ_id.choices = [(o.id, o.name(language())) for o in organs]
    form.term_id.choices = [(t.id, say(N_("دورهٔ %(n)s"), n=t.number)) for t in terms]
    if request.method == "GET" and item is not None:
        form.organ_id.data, form.term_id.data = item.meeting.organ_id, item.meeting.term_id
        form.title.data, form.why.data = item.title, item.outcome_text
        form.approved_on.data = clock.local(item.decided_at or clock.now()).date()
        form.about.data = str(item.report.contribution_id) if item.report else ""
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    made = service.write(
                        actor, organ=meetings.organ(form.organ_id.data), term=next(t for t in meetings.terms() if t.id == form.term_id.data),
                        number=form.number.data, title=form.title.data, text=form.text.data, why=form.why.data,
                        approved_on=form.approved_on.data, item=_item(item.id if item else None), about=_about(form.about.data),
                    )  # fmt: skip
                    act.location = url_for("resolutions.show", resolution_id=made.id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("پیش‌نویس مصوبه ذخیره شد. بندهایش را بیفزایید.")))
            return redirect(act.location, 303)
    return render("resolutions/write.html", form=form, item=item, resolution=None)


@bp.route("/council/resolutions/<int:resolution_id>/edit", methods=["GET", "POST"])
@desk(May.WRITE)
def rewrite(resolution_id: int) -> BaseResponse:
    """Another wording of a draft."""
    actor = current_actor()
    found = queries.readable(actor, resolution_id)
    about = "، ".join(str(c.id) for c in queries.subjects(resolution_id))
    form: Any = ResolutionForm(obj=found, about=about)
    form.organ_id.choices = [(found.organ_id, found.organ.name(language()))]
    form.term_id.choices = [(found.term_id, say(N_("دورهٔ %(n)s"), n=found.term.number))]
    if form.accepted():
        try:
            with transaction():
                service.rewrite(
                    actor, queries.for_change(actor, resolution_id), number=form.number.data, title=form.title.data, text=form.text.data,
                    why=form.why.data, approved_on=form.approved_on.data, about=_about(form.about.data),
                )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(url_for("resolutions.show", resolution_id=resolution_id), 303)
        found = queries.readable(actor, resolution_id)
    return render("resolutions/write.html", form=form, item=None, resolution=found)


@bp.post("/council/resolutions/<int:resolution_id>/clauses")
@desk(May.WRITE)
def add_clause(resolution_id: int) -> BaseResponse:
    """One more clause."""
    actor = current_actor()
    form: Any = _clause_form(ClauseForm())
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.add_clause(
                        actor, queries.for_change(actor, resolution_id), kind=ClauseKind(form.kind.data), number=form.number.data or 1,
                        text=form.text.data, department_id=form.department_id.data, due_kind=DueKind(form.due_kind.data),
                        due_on=form.due_on.data, due_days=form.due_days.data,
                    )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(url_for("resolutions.show", resolution_id=resolution_id, _anchor="clauses"), 303)
    return _show(resolution_id, form)


@bp.post("/council/clauses/<int:clause_id>/drop")
@desk(May.WRITE)
def drop_clause(clause_id: int) -> BaseResponse:
    """Take a clause out of a draft."""
    actor = current_actor()
    with transaction():
        found = queries.clause_for_change(actor, clause_id)
        resolution_id = found.resolution_id
        service.drop_clause(actor, found)
    return redirect(url_for("resolutions.show", resolution_id=resolution_id, _anchor="clauses"), 303)


@bp.post("/council/resolutions/<int:resolution_id>/notify")
@desk(May.WRITE)
def notify(resolution_id: int) -> BaseResponse:
    """Let it out, or give the draft up."""
    actor = current_actor()
    dropped = request.form.get("act") == "drop"
    try:
        with once(actor.signed_in()) as act:
            if act.first:
                found = queries.for_change(actor, resolution_id)
                (service.drop if dropped else service.notify)(actor, found)
    except RuleBroken as error:
        flash(say(error.message, **error.values), "bad")
        return redirect(url_for("resolutions.show", resolution_id=resolution_id), 303)
    if dropped:
        return redirect(url_for("resolutions.index"), 303)
    flash(say(N_("ابلاغ شد. واحدها خبر شدند و مهلت بندها از امروز می‌گذرد.")))
    return redirect(url_for("resolutions.show", resolution_id=resolution_id), 303)


# ---- follow-up ---------------------------------------------------------------------------------


@bp.get("/council/clauses")
@public
def board() -> Response:
    """All clauses with their clocks, by department and state."""
    actor = current_actor()
    known = {d.id: d for d in departments()}
    department_id = row_id(request.args.get("department"))
    department_id = department_id if department_id in known else None
    state = request.args.get("state", "")
    state = state if state in queries.STATES else ""
    overdue = request.args.get("overdue") == "yes"
    return render(
        "resolutions/board.html", state=state, overdue=overdue, department_id=department_id, departments=list(known.values()),
        page=queries.board(department_id=department_id, state=state, overdue=overdue, cursor=request.args.get("after", "")),
        figures=queries.figures(), mine=queries.owed_by(list(actor.departments())) if actor.is_department_staff else [], **WORDS,
    )  # fmt: skip


@bp.get("/council/clauses/<int:clause_id>")
@public
def clause(clause_id: int) -> Response:
    """One clause: what is owed, what was reported, the evidence."""
    return _clause(clause_id)


def _clause(clause_id: int, form: ReportForm | CheckForm | None = None) -> Response:
    actor = current_actor()
    found = queries.clause(actor, clause_id)
    running = found.resolution.status == "in_force"
    may_report = (
        running
        and allowed(actor, May.REPORT, found)
        and found.status not in {ClauseStatus.COMPLETE, ClauseStatus.VERIFIED}
    )
    may_verify = running and allowed(actor, May.VERIFY, found) and found.status is ClauseStatus.COMPLETE
    report_form = form if isinstance(form, ReportForm) else ReportForm(formdata=None)
    check_form = form if isinstance(form, CheckForm) else CheckForm(formdata=None)
    return render(
        "resolutions/clause.html", clause=found, line=queries.line_of(found), entries=queries.entries(clause_id),
        subjects=queries.subjects(found.resolution_id), report_form=report_form if may_report else None,
        check_form=check_form if may_verify else None, form=form, **WORDS,
    )  # fmt: skip


@bp.post("/council/clauses/<int:clause_id>/report")
@signed_in
def report(clause_id: int) -> BaseResponse:
    """The department says how far it is, with a picture or a paper."""
    actor = current_actor()
    form: Any = ReportForm()
    if form.accepted():
        try:
            data = uploaded(form.evidence, MOST_BYTES)
            kept = [read_evidence(data, where="evidence")] if data else []
            with on_disk(kept) as held, once(actor.signed_in()) as act:
                if act.first:
                    service.report(
                        actor, queries.clause_for_change(actor, clause_id), says=ClauseStatus(form.says.data), text=form.text.data,
                        evidence=kept[0] if kept else None,
                    )  # fmt: skip
                else:
                    held.let_go()
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("ثبت شد و همه آن را می‌بینند.")))
            return redirect(url_for("resolutions.clause", clause_id=clause_id), 303)
    return _clause(clause_id, form)


@bp.post("/council/clauses/<int:clause_id>/check")
@signed_in
def check(clause_id: int) -> BaseResponse:
    """Somebody who is not of that department: it is done, or it is not."""
    actor = current_actor()
    form: Any = CheckForm()
    back = request.form.get("act") == "back"
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    found = queries.clause_for_change(actor, clause_id)
                    (service.send_back if back else service.verify)(actor, found, text=form.text.data or "")
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("به واحد بازگشت.") if back else N_("اجرای بند تأیید شد.")))
            return redirect(url_for("resolutions.clause", clause_id=clause_id), 303)
    return _clause(clause_id, form)


@bp.get("/council/evidence/<name>")
@public
def evidence(name: str) -> BaseResponse:
    """A picture or a paper that a department showed."""
    found = queries.evidence_named(name)
    path = path_of(name)
    if not path.is_file():
        raise NotFound
    paper = found.evidence is EvidenceKind.PAPER
    response = Response(path.read_bytes(), mimetype="application/pdf" if paper else "image/jpeg")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "public, max-age=600"
    if paper:
        response.headers["Content-Disposition"] = f"attachment; filename=clause-{found.clause_id}.pdf"
    response.set_etag(name)
    return response.make_conditional(request)


# ---- the quarterly sheet -----------------------------------------------------------------------


def _asked() -> tuple[Quarter, int | None]:
    quarter = read_quarter(latin_digits(request.args.get("quarter", ""))) or quarter_of(clock.today())
    organ_id = row_id(request.args.get("organ"))
    return quarter, organ_id if any(o.id == organ_id for o in meetings.organs()) else None


@bp.get("/council/sheet")
@public
def sheet() -> Response:
    """A season's clauses by department: on time, late, without a date."""
    quarter, organ_id = _asked()
    return render(
        "resolutions/sheet.html", quarter=quarter, organ_id=organ_id, organs=meetings.organs(), rows=queries.sheet(quarter, organ_id),
        quarters=sheets.quarters(queries.first_year(clock.now()), clock.now()), season=sheets.season, **WORDS,
    )  # fmt: skip


@bp.get("/council/sheet.csv")
@public
def sheet_table() -> Response:
    """The same as open data, a line a clause."""
    quarter, organ_id = _asked()
    return Response(
        sheets.table(queries.sheet(quarter, organ_id), language()), mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=clauses-{quarter.key}.csv"},
    )  # fmt: skip
