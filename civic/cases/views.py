"""The department's inbox, the triage desk, and the reader's word on an answer."""

import csv
import io
from datetime import date

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.cases import queries, service
from civic.cases.forms import (
    AnswerForm,
    AskAuthorForm,
    AtOnceForm,
    AuthorAnswerForm,
    DecisionForm,
    DepartmentForm,
    ExtendForm,
    LeaveForm,
    NoteForm,
    OfficerForm,
    OpinionForm,
    PartForm,
    PartnerForm,
    ReturnForm,
    ReviseForm,
    TemplateForm,
    TogetherForm,
)
from civic.cases.models import AnswerTemplate
from civic.cases.policy import May
from civic.cases.rules import UNFINISHED, AnswerKind, CaseStatus
from civic.contributions import queries as contributions
from civic.contributions.rules import KINDS
from civic.core import clock
from civic.core.actor import Role
from civic.core.db import transaction
from civic.core.errors import NotFound, RuleBroken
from civic.core.i18n import count, language, say
from civic.core.once import new_key, once
from civic.core.policy import allowed
from civic.core.text import N_, row_id, safe_cell
from civic.core.web import (
    ask_to_sign_in,
    current_actor,
    desk,
    linker,
    public,
    render,
    safe_next,
    signed_in,
)
from civic.departments.queries import departments, names
from civic.duties.queries import due_after
from civic.duties.rules import MOST_PAUSED, last_day, whole_days

bp = Blueprint("cases", __name__)
MOST_ROWS = 5000
MOST_TOGETHER = 100
ANSWER_DAYS = 20


def _named_departments() -> dict[int, str]:
    return names(language())


def _choices() -> list[tuple[object, str]]:
    return [("", say(N_("واحد را برگزینید"))), *[(d.id, d.name(language())) for d in departments()]]


@bp.get("/inbox")
@desk(May.INBOX)
def inbox() -> Response:
    """What the department owes, the nearest deadline first."""
    actor = current_actor()
    view = request.args.get("view", "")
    view = view if view in queries.VIEWS else "deadline"
    only = row_id(request.args.get("department", ""))
    page = queries.inbox(actor, view=view, cursor=request.args.get("after", ""), department=only)
    mine = [only] if only else sorted(actor.departments())
    desk = queries.desk(actor, language(), only)
    return render(
        "cases/inbox.html", asked=queries.asked_of(actor) if view == "deadline" and desk.asked else [], page=page, view=view,
        counts=desk.counts, departments=desk.names, mine=mine, link=linker("cases.inbox", view=view if view != "deadline" else None, department=only),
    )  # fmt: skip


@bp.get("/inbox/department")
@desk(May.INBOX)
def department() -> Response:
    """How one's department and those below it stand, as the clock counted last."""
    return render("cases/department.html", rows=queries.figures_of(current_actor()))


@bp.get("/inbox.csv")
@desk(May.INBOX)
def inbox_csv() -> Response:
    """The same list as a table for the office computer."""
    actor = current_actor()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["case", "title", "door", "status", "officer", "opened", "due", "late", "working_days"])
    for line in queries.inbox(actor, size=MOST_ROWS).items:
        cells = [
            line.number, line.title, line.door, line.status, line.officer, line.opened_at.date(), line.lamp.last_day,
            "yes" if line.lamp.late else "no", line.lamp.days,
        ]  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    return Response(
        "\ufeff" + out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=inbox.csv"},
    )


@bp.get("/inbox/<int:case_id>")
@desk(May.READ)
def case(case_id: int) -> Response:
    """Everything about one case, and what can be done with it."""
    return _case(case_id)


def _case(case_id: int, **forms: object) -> Response:
    actor = current_actor()
    found = queries.readable(actor, case_id)
    works = allowed(actor, May.WORK, found)
    # what is being written, a new version of a published answer too, is for its department alone
    answer = queries.answer_in_hand(case_id) if works else queries.published_answer(case_id)
    staff = queries.staff_of(found.department_id) if works and found.department_id else []
    officer_form = OfficerForm()
    officer_form.officer_id.choices = [("", say(N_("هیچ‌کس"))), *staff]
    officer_form.officer_id.data = found.officer_id
    heads = queries.staff_of(found.department_id, Role.HEAD) if found.department_id else []
    own = answer is not None and answer.written_by_id == actor.user_id
    values = {
        "case": found,
        "contribution": queries.contribution_of(found),
        "answer": answer,
        "lamp": queries.lamp_of(found),
        "notes": queries.notes_of(case_id) if works else [],
        "steps": contributions.steps_of(found.contribution_id),
        "similar": queries.similar_answers(found),
        "names": queries.names(
            found.officer_id, *([answer.written_by_id, answer.approved_by_id] if answer else [])
        ),
        "departments": _named_departments(),
        "told": queries.told_count(found.contribution_id),
        "works": works,
        "heads": allowed(actor, May.APPROVE, found),
        "may_approve": not own or all(user_id == actor.user_id for user_id, _ in heads),
        "revising": found.status is CaseStatus.ANSWERED
        and answer is not None
        and answer.status in UNFINISHED,
        "questions": queries.questions_of(case_id),
        "left_to_pause": whole_days(MOST_PAUSED - found.duty.paused_minutes),
        "parts": queries.parts_of(case_id),
        "partner_form": _partner_form(),
        "part_form": PartForm(formdata=None),
        "ask_form": AskAuthorForm(formdata=None),
        "extend_form": ExtendForm(formdata=None),
        "revise_form": ReviseForm(formdata=None),
        "note_form": NoteForm(),
        "return_form": ReturnForm(),
        "officer_form": officer_form,
        "decision_form": DecisionForm(),
    } | forms
    return render("cases/case.html", **values)


@bp.post("/inbox/<int:case_id>/take")
@desk(May.INBOX)
def take(case_id: int) -> BaseResponse:
    actor = current_actor()
    with transaction():
        service.take(actor, queries.for_change(actor, case_id))
    return redirect(url_for("cases.case", case_id=case_id), 303)


def _partner_form(form: PartnerForm | None = None) -> PartnerForm:
    form = form or PartnerForm(formdata=None)
    form.partner_id.choices = _choices()
    return form


@bp.post("/inbox/<int:case_id>/parts")
@desk(May.INBOX)
def ask_department(case_id: int) -> BaseResponse:
    """Ask another department for its part of the answer."""
    actor = current_actor()
    form = _partner_form(PartnerForm())
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.ask_department(
                        actor, queries.for_change(actor, case_id), department_id=form.partner_id.data,
                        question=form.part_question.data,
                    )  # fmt: skip
                    act.location = url_for("cases.case", case_id=case_id) + "#parts"
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("از آن واحد نظر خواسته شد. مهلت همچنان با واحد شماست.")))
            return redirect(act.location, 303)
    return _case(case_id, form=form, partner_form=form)


@bp.post("/inbox/parts/<int:part_id>")
@desk(May.INBOX)
def give_part(part_id: int) -> BaseResponse:
    """Write the part one's department was asked for."""
    actor = current_actor()
    form = PartForm()
    with transaction():
        part, found = queries.part_for_change(actor, part_id)
        case_id = found.id
        if form.accepted():
            try:
                service.give_part(actor, part, found, text=form.part_text.data)
            except RuleBroken as error:
                form.refuse(error)
    if form.errors:
        return _case(case_id, form=form, part_form=form)
    flash(say(N_("بخش واحد شما ثبت شد و با پاسخ منتشر می‌شود.")))
    return redirect(url_for("cases.case", case_id=case_id) + "#parts", 303)


@bp.route("/inbox/templates", methods=["GET", "POST"])
@bp.route("/inbox/templates/<int:template_id>", methods=["GET", "POST"])
@desk(May.READ_TEMPLATES)
def templates(template_id: int | None = None) -> BaseResponse:
    """Ready sentences of one's department; the operator's are for all."""
    actor = current_actor()
    rows = queries.templates_of(actor.departments())
    row = next((t for t in rows if t.id == template_id), None)
    if template_id is not None and row is None:
        raise NotFound
    form = TemplateForm(obj=row)
    offices = _named_departments()
    form.department_id.choices = [
        *([("", say(N_("همهٔ واحدها")))] if actor.is_operator else []),
        *[(d, offices[d]) for d in sorted(actor.departments(Role.HEAD))],
    ]
    if row is not None:
        form.department_id.validate_choice = False
    if form.accepted():
        values = {
            "kind": AnswerKind(form.kind.data), "title": form.title.data, "what": form.what.data, "why": form.why.data or "",
        }  # fmt: skip
        try:
            with transaction():
                if row is None:
                    service.add_template(actor, department_id=form.department_id.data, **values)
                else:
                    service.change_template(actor, queries.template_for_change(row.id), **values)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("قالب ثبت شد.")))
            return redirect(url_for("cases.templates"), 303)
    return render("cases/templates.html", form=form, row=row, rows=rows, departments=offices)


@bp.post("/inbox/templates/<int:template_id>/retire")
@desk(May.READ_TEMPLATES)
def retire_template(template_id: int) -> BaseResponse:
    with transaction():
        service.retire_template(current_actor(), queries.template_for_change(template_id))
    flash(say(N_("این قالب دیگر پیشنهاد نمی‌شود.")))
    return redirect(url_for("cases.templates"), 303)


@bp.route("/inbox/leave", methods=["GET", "POST"])
@desk(May.GO_ON_LEAVE)
def leave() -> BaseResponse:
    """Who is away when, who stands in, and one's own leave."""
    actor = current_actor()
    form = LeaveForm()
    staff = {
        person for d in actor.departments() for person in queries.staff_of(d) if person[0] != actor.user_id
    }
    form.deputy_id.choices = [
        ("", say(N_("جانشین را برگزینید"))),
        *sorted(staff, key=lambda person: person[1]),
    ]
    if form.accepted():
        try:
            with transaction():
                service.go_on_leave(
                    actor, first_day=form.first_day.data or clock.today(), last_day=form.last_day.data or clock.today(),
                    deputy_id=form.deputy_id.data,
                )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("مرخصی شما ثبت شد؛ پرونده‌های تازه و خبرها در آن روزها به جانشین می‌رسد.")))
            return redirect(url_for("cases.leave"), 303)
    return render("cases/leave.html", form=form, rows=queries.leaves_of(actor))


@bp.post("/inbox/leave/<int:leave_id>/end")
@desk(May.GO_ON_LEAVE)
def end_leave(leave_id: int) -> BaseResponse:
    actor = current_actor()
    with transaction():
        service.end_leave(actor, queries.own_leave(actor, leave_id))
    flash(say(N_("مرخصی شما پایان یافت.")))
    return redirect(url_for("cases.leave"), 303)


@bp.post("/inbox/<int:case_id>/ask")
@desk(May.INBOX)
def ask(case_id: int) -> BaseResponse:
    """Ask the author in public; the clock stands still until the answer comes."""
    actor = current_actor()
    form = AskAuthorForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.ask_author(actor, queries.for_change(actor, case_id), text=form.question.data)
                    act.location = url_for("cases.case", case_id=case_id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("پرسش شما در صفحهٔ عمومی است و به نویسنده خبر داده می‌شود. ساعت تا پاسخ او می‌ایستد.")))
            return redirect(act.location, 303)
    return _case(case_id, form=form, ask_form=form)


@bp.post("/inbox/<int:case_id>/go-on")
@desk(May.INBOX)
def go_on(case_id: int) -> BaseResponse:
    """Wait no longer for the author."""
    actor = current_actor()
    with transaction():
        service.stop_waiting(actor, queries.for_change(actor, case_id))
    flash(say(N_("دیگر منتظر نویسنده نیستید؛ مهلت از همین حالا می‌گذرد.")))
    return redirect(url_for("cases.case", case_id=case_id), 303)


@bp.post("/inbox/<int:case_id>/extend")
@desk(May.INBOX)
def extend(case_id: int) -> BaseResponse:
    """Ten working days more, once, for a public reason."""
    actor = current_actor()
    form = ExtendForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.extend(actor, queries.for_change(actor, case_id), reason=form.extension.data)
                    act.location = url_for("cases.case", case_id=case_id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("مهلت ده روز کاری تمدید شد؛ دلیل آن را همه می‌خوانند.")))
            return redirect(act.location, 303)
    return _case(case_id, form=form, extend_form=form)


@bp.post("/inbox/<int:case_id>/revise")
@desk(May.INBOX)
def revise(case_id: int) -> BaseResponse:
    """Begin another version of the published answer."""
    actor = current_actor()
    form = ReviseForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.revise(actor, queries.for_change(actor, case_id), reason=form.reason.data)
                    act.location = url_for("cases.answer", case_id=case_id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(act.location, 303)
    return _case(case_id, form=form, revise_form=form)


@bp.route("/questions/<int:question_id>", methods=["GET", "POST"])
@signed_in
def question(question_id: int) -> BaseResponse:
    """The author answers what the department asked."""
    actor = current_actor()
    form = AuthorAnswerForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    asked, found = queries.question_for_change(actor, question_id)
                    service.answer_question(actor, asked, found, text=form.answer.data)
                    act.location = url_for("cases.question", question_id=question_id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("پاسخ شما به واحد رسید و مهلت آن دوباره می‌گذرد. سپاسگزاریم.")))
            return redirect(act.location, 303)
    asked, found, contribution = queries.question_for_author(actor, question_id)
    return render(
        "cases/question.html", form=form, asked=asked, case=found, contribution=contribution,
        department=_named_departments().get(found.department_id or 0, ""),
    )  # fmt: skip


@bp.get("/answers/<int:case_id>/versions")
@public
def versions(case_id: int) -> Response:
    """Every answer that was ever public, with what changed and why."""
    found, contribution = queries.public_case(case_id)
    return render(
        "cases/versions.html", case=found, contribution=contribution, answers=queries.answer_versions(case_id),
        departments=_named_departments(),
    )  # fmt: skip


@bp.get("/overdue")
@desk(May.READ)
def overdue() -> Response:
    """What went half again over its time, week by week: what the council is told every Saturday."""
    weeks = queries.overdue_weeks()
    wanted = _week(request.args.get("week", ""))
    shown = next((week for week in weeks if week.case_count), weeks[0] if weeks else None)
    last_day = wanted or (shown.last_day if shown else clock.today())
    page = queries.far_overdue(last_day, cursor=request.args.get("after", ""))
    return render(
        "cases/overdue.html", page=page, weeks=weeks, last_day=last_day, departments=_named_departments()
    )


def _week(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@bp.post("/inbox/<int:case_id>/officer")
@desk(May.INBOX)
def officer(case_id: int) -> BaseResponse:
    """Give it to a colleague."""
    actor = current_actor()
    form = OfficerForm()
    form.officer_id.validate_choice = False
    if form.accepted():
        try:
            with transaction():
                found = queries.for_change(actor, case_id)
                service.assign_officer(actor, found, officer_id=form.officer_id.data)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("مسئول پرونده ثبت شد.")))
            return redirect(url_for("cases.case", case_id=case_id), 303)
    found = queries.readable(actor, case_id)
    form.officer_id.choices = [("", say(N_("هیچ‌کس"))), *queries.staff_of(found.department_id or 0)]
    return _case(case_id, form=form, officer_form=form)


@bp.post("/inbox/<int:case_id>/return")
@desk(May.INBOX)
def give_back(case_id: int) -> BaseResponse:
    """Not our business: back to triage with the reason."""
    actor = current_actor()
    form = ReturnForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.return_to_triage(
                        actor, queries.for_change(actor, case_id), reason=form.reason.data
                    )
                    act.location = url_for("cases.inbox")
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("پرونده به میز ارجاع بازگشت. مهلت پاسخ همچنان می‌گذرد.")))
            return redirect(act.location, 303)
    return _case(case_id, form=form, return_form=form)


@bp.post("/inbox/<int:case_id>/notes")
@desk(May.INBOX)
def note(case_id: int) -> BaseResponse:
    actor = current_actor()
    form = NoteForm()
    if form.accepted():
        with once(actor.signed_in()) as act:
            if act.first:
                service.add_note(actor, queries.for_change(actor, case_id), text=form.text.data)
                act.location = url_for("cases.case", case_id=case_id) + "#notes"
        return redirect(act.location, 303)
    return _case(case_id, form=form, note_form=form)


@bp.route("/inbox/<int:case_id>/answer", methods=["GET", "POST"])
@desk(May.INBOX)
def answer(case_id: int) -> BaseResponse:
    """Write the official answer: keep it, look at it, send it to the head."""
    actor = current_actor()
    found = queries.readable(actor, case_id)
    if not allowed(actor, May.WORK, found):
        raise NotFound
    written = queries.answer_in_hand(case_id)
    revising = found.status is CaseStatus.ANSWERED and written is not None and written.status in UNFINISHED
    if request.method == "GET" and found.status is not CaseStatus.ASSIGNED and not revising:
        return redirect(url_for("cases.case", case_id=case_id), 303)
    started = written if written is not None and written.status in UNFINISHED else None
    form = AnswerForm(obj=started) if request.method == "GET" else AnswerForm()
    ready = queries.templates_of({found.department_id} if found.department_id else set())
    form.template_id.choices = [("", say(N_("بدون قالب"))), *[(t.id, t.title) for t in ready]]
    if request.form.get("act") == "template":
        _begin_with(form, next((t for t in ready if t.id == form.template_id.data), None))
    elif form.accepted():
        act = request.form.get("act", "save")
        try:
            with once(actor.signed_in()) as first:
                if first.first:
                    changed = queries.for_change(actor, case_id)
                    service.save_answer(actor, changed, **form.values())
            if first.first and act == "send":  # what is written stays kept when the sending is refused
                with transaction():
                    service.send_to_head(actor, queries.for_change(actor, case_id))
        except RuleBroken as error:
            form.refuse(error)
            form.once.data = new_key()
        else:
            return _after_answer(case_id, act)
        written = queries.answer_in_hand(case_id)
        found = queries.readable(actor, case_id)
    return render(
        "cases/answer.html", form=form, case=found, contribution=queries.contribution_of(found), answer=written,
        lamp=queries.lamp_of(found), departments=_named_departments(), notes=queries.notes_of(case_id),
        similar=queries.similar_answers(found),
    )  # fmt: skip


def _begin_with(form: AnswerForm, template: AnswerTemplate | None) -> None:
    """Put the ready sentences where nothing has been typed yet: no word of anybody's is lost."""
    if template is None:
        return
    form.kind.data = form.kind.data or str(template.kind)
    form.what.data = form.what.data or template.what
    form.why.data = form.why.data or template.why


def _after_answer(case_id: int, act: str) -> BaseResponse:
    if act == "send":
        flash(say(N_("پاسخ به مدیر فرستاده شد. تا تأیید او کسی بیرون از واحد آن را نمی‌بیند.")))
        return redirect(url_for("cases.case", case_id=case_id), 303)
    flash(say(N_("پیش‌نویس ذخیره شد.")))
    return redirect(url_for("cases.answer", case_id=case_id) + ("#preview" if act == "preview" else ""), 303)


@bp.post("/inbox/<int:case_id>/decision")
@desk(May.INBOX)
def decision(case_id: int) -> BaseResponse:
    """The head approves and publishes, or sends it back with a note."""
    actor = current_actor()
    form = DecisionForm()
    act = request.form.get("act", "")
    if form.accepted():
        try:
            with once(actor.signed_in()) as first:
                found = queries.for_change(actor, case_id)
                if first.first and act == "approve":
                    service.approve(actor, found)
                elif first.first and act == "back":
                    service.send_back(actor, found, note=form.note.data or "")
                elif first.first:
                    raise RuleBroken(N_("یکی از دو تصمیم را برگزینید."))
        except RuleBroken as error:
            form.refuse(error)
        else:
            words = (
                N_("پاسخ منتشر شد و به مردم خبر داده می‌شود.")
                if act == "approve"
                else N_("پاسخ با یادداشت شما بازگشت.")
            )
            flash(say(words))
            return redirect(url_for("cases.case", case_id=case_id), 303)
    return _case(case_id, form=form, decision_form=form)


@bp.get("/triage")
@desk(May.TRIAGE)
def triage() -> Response:
    """Cases without a department."""
    return _triage()


def _triage(form: DepartmentForm | None = None, of: int = 0) -> Response:
    first = not request.args.get("after", "")
    page = queries.triage(cursor=request.args.get("after", ""))
    back = queries.returned() if first else []
    rows = [*back, *page.items]
    choices = _choices()
    forms = {}
    for row in rows:
        one = form if form is not None and row.case.id == of else DepartmentForm(formdata=None)
        one.department_id.choices = choices
        for field in (one.department_id, one.note, one.reason):  # several such forms stand on one page
            field.id = f"case{row.case.id}-{field.name}"
        forms[row.case.id] = one
    together = form if form is not None and not of else TogetherForm(formdata=None)
    together.department_id.choices = choices
    return render(
        "cases/triage.html", page=page, back=back, forms=forms, form=form, together=together,
        returned=queries.return_reasons([row.case.id for row in back]),
        suggested=queries.suggestions([(row.case, row.contribution) for row in rows]),
        departments=_named_departments(), chosen={row_id(n) for n in request.form.getlist("case")},
    )  # fmt: skip


@bp.post("/triage/cases")
@desk(May.TRIAGE)
def assign_together() -> BaseResponse:
    """The same department for several cases at once: all of them or none."""
    actor = current_actor()
    form = TogetherForm()
    form.department_id.choices = _choices()
    wanted = sorted({n for n in map(row_id, request.form.getlist("case")) if n})[:MOST_TOGETHER]
    if form.accepted():
        try:
            if not wanted:
                raise RuleBroken(N_("هیچ پرونده‌ای برگزیده نشده است. کنار پرونده‌ها نشان بگذارید."))
            with transaction():
                for case_id in wanted:
                    service.assign_department(
                        actor, queries.for_change(actor, case_id), department_id=form.department_id.data,
                        note=form.note.data or "", reason=form.reason.data or "",
                    )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(count("%(n)s پرونده واگذار شد.", "%(n)s پرونده واگذار شد.", len(wanted)))
            return redirect(url_for("cases.triage"), 303)
    return _triage(form)


@bp.post("/triage/cases/<int:case_id>")
@desk(May.TRIAGE)
def assign(case_id: int) -> BaseResponse:
    """Name the department that owes the answer."""
    actor = current_actor()
    form = DepartmentForm()
    form.department_id.choices = _choices()
    if form.accepted():
        try:
            with transaction():
                service.assign_department(
                    actor, queries.for_change(actor, case_id), department_id=form.department_id.data,
                    note=form.note.data or "", reason=form.reason.data or "",
                )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("پرونده واگذار شد.")))
            return redirect(url_for("cases.triage"), 303)
    queries.readable(actor, case_id)
    return _triage(form, case_id)


@bp.route("/triage/<int:contribution_id>", methods=["GET", "POST"])
@desk(May.SEND_AT_ONCE)
def at_once(contribution_id: int) -> BaseResponse:
    """Send something to its department without waiting for votes, with a public reason."""
    actor = current_actor()
    contribution = contributions.readable(actor, contribution_id)
    form = AtOnceForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    found = contributions.for_change(actor, contribution_id)
                    service.send_at_once(actor, found, reason=form.reason.data)
                    act.location = url_for(KINDS[found.kind][0], contribution_id=contribution_id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("به واحد مسئول فرستاده شد؛ دلیل آن را همه می‌خوانند.")))
            return redirect(act.location, 303)
    contribution = contributions.readable(actor, contribution_id)
    return render(
        "cases/at_once.html", form=form, contribution=contribution, there=queries.of_contribution(contribution_id),
        due=last_day(due_after(ANSWER_DAYS)),
    )  # fmt: skip


@bp.post("/answers/<int:answer_id>/opinion")
@public
def opinion(answer_id: int) -> BaseResponse:
    """Was this answer convincing?"""
    actor = current_actor()
    back = safe_next(request.form.get("back")) or url_for("site.home")
    form = OpinionForm()
    if not form.accepted():
        raise RuleBroken(N_("یکی از دو پاسخ را برگزینید."))
    if not actor.is_signed_in:
        return ask_to_sign_in("opinion", {"answer": answer_id, "yes": form.yes.data == "yes", "back": back})
    with transaction():
        found, _owner = queries.published_for_change(answer_id)
        service.opine(actor, found, yes=form.yes.data == "yes")
    flash(say(N_("نظر شما دربارهٔ پاسخ ثبت شد.")))
    return redirect(back + "#answer", 303)


@bp.get("/inbox/mine/<int:contribution_id>")
@desk(May.READ)
def of_contribution(contribution_id: int) -> BaseResponse:
    """From a public page to the desk of its case."""
    found = queries.readable_of(current_actor(), contribution_id)
    return redirect(url_for("cases.case", case_id=found.id), 303)
