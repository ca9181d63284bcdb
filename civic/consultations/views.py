"""Consultations: the list, one of them, building one in five steps, its report."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from civic.cases.queries import public_answer
from civic.comments.forms import comment_form
from civic.comments.queries import thread
from civic.consultations import queries, rules, service
from civic.consultations.forms import (
    DepartmentForm,
    PhasesForm,
    QuestionForm,
    ReportForm,
    SubmitForm,
    TemplateForm,
)
from civic.consultations.models import Consultation
from civic.consultations.rules import BUILDING, ConsultationStatus, Plan
from civic.contributions.models import Contribution
from civic.contributions.queries import is_involved, steps_of
from civic.contributions.rules import Involvement
from civic.core import clock
from civic.core.db import transaction
from civic.core.errors import NotAllowed, NotFound, RuleBroken
from civic.core.forms import CivicForm
from civic.core.i18n import language, say
from civic.core.once import once
from civic.core.paging import page
from civic.core.text import N_, clean_line
from civic.core.web import current_actor, linker, public, render, signed_in
from civic.departments.queries import categories, conditions, department, departments, offices
from civic.departments.rules import Facts, first_match, successor
from civic.duties.queries import calendar, holidays
from civic.duties.rules import nth_working_day
from civic.index.queries import matching
from civic.places.queries import districts
from civic.proposals.queries import in_list
from civic.spaces.models import Phase
from civic.spaces.rules import Moderation, PhaseKind
from civic.votes.queries import panel_of, result_of

bp = Blueprint("consultations", __name__)

TEMPLATE_WORDS = {
    "options": N_("گفت‌وگو و رأی میان چند گزینه"),
    "yes_no": N_("گفت‌وگو و رأی موافق یا مخالف"),
    "short": N_("نظرخواهی کوتاه"),
}
TEMPLATE_HINTS = {
    "options": N_("دو هفته گردآوری نظر، دو هفته رأی‌گیری"),
    "yes_no": N_("دو هفته گردآوری نظر، دو هفته رأی‌گیری دربارهٔ یک طرح"),
    "short": N_("یک هفته گردآوری نظر، یک هفته رأی‌گیری"),
}
STEP_NAMES = (N_("قالب"), N_("پرسش"), N_("مرحله‌ها"), N_("پاسخ‌گو"), N_("مرور"))
PHASE_WORDS = {
    PhaseKind.COLLECT: N_("گردآوری نظر"),
    PhaseKind.VOTE: N_("رأی‌گیری"),
    PhaseKind.REPORT: N_("گزارش پایانی"),
    PhaseKind.ANSWER: N_("پاسخ واحد مسئول"),
}
ANSWER_DAYS = 20
PROPOSALS_SHOWN = 5


@bp.get("/consultations")
@public
def index() -> Response:
    """What the city's groups ask: open, to come, over."""
    state = request.args.get("state", "")
    state = state if state in queries.STATES else ""
    typed = clean_line(request.args.get("q"))[:100]
    query = matching(queries.listed(state), Consultation.id, typed)
    found = page(query, [(Consultation.id, True)], cursor=request.args.get("after", ""))
    phases = queries.phases_of([c.contribution.space_id for c in found.items])
    moment = clock.now()
    current = {c.id: queries.phase_now(phases[c.contribution.space_id], moment) for c in found.items}
    return render("consultations/index.html", page=found, state=state, typed=typed, phases=phases, current=current,
                  link=linker("consultations.index", state=state, q=typed), phase_words=PHASE_WORDS)  # fmt: skip


@bp.get("/c/<int:contribution_id>")
@public
def short(contribution_id: int) -> Response:
    """The short address, for posters and messages."""
    queries.readable(contribution_id)
    return redirect(url_for("consultations.show", contribution_id=contribution_id), 303)


@bp.get("/consultations/<int:contribution_id>")
@public
def show(contribution_id: int) -> Response:
    """What is asked, what can be done about it now, what came of it."""
    actor = current_actor()
    consultation = queries.readable(contribution_id)
    contribution = consultation.contribution
    phases = queries.phases_of([contribution.space_id])[contribution.space_id]
    said = thread(actor, contribution)
    return render(
        "consultations/show.html", consultation=consultation, contribution=contribution, phases=phases,
        subject=contribution, steps=steps_of(contribution_id), official=public_answer(contribution_id),
        line=_line(consultation, phases), now_phase=queries.phase_now(phases, clock.now()),
        proposals=in_list(order="newest", space_id=contribution.space_id, size=PROPOSALS_SHOWN),
        panel=panel_of(actor, contribution), thread=said, comment_form=comment_form(actor), options=rules.options_of(consultation.option_lines),
        can_lines=rules.lines(consultation.can_change), cannot_lines=rules.lines(consultation.cannot_change),
        answering=department(consultation.department_id).name(language()),
        following=is_involved(actor, contribution_id, Involvement.FOLLOWER), phase_words=PHASE_WORDS,
        may_report=actor.manages(consultation.group_id) and consultation.status is ConsultationStatus.REPORTING,
    )  # fmt: skip


def _line(consultation: Consultation, phases: list[Phase]) -> list[tuple[str, str, date | None, date | None]]:
    """The path: (done | now | todo, name, first day, last day)."""
    moment = clock.now()
    found: list[tuple[str, str, date | None, date | None]] = []
    for phase in phases:
        over = phase.closes_at <= moment
        if phase.kind is PhaseKind.REPORT:
            over = consultation.status is ConsultationStatus.CLOSED
        kind = "done" if over else "now" if phase.opens_at <= moment else "todo"
        last = clock.local(phase.closes_at).date()
        found.append((kind, PHASE_WORDS[phase.kind], clock.local(phase.opens_at).date(), _day_before(last)))
    answered = "todo"
    if consultation.contribution.stage == "dept":
        answered = "now"
    elif consultation.contribution.stage in {"accepted", "partly", "no", "already", "notours", "run", "done"}:
        answered = "done"
    found.append((answered, PHASE_WORDS[PhaseKind.ANSWER], None, None))
    return found


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


@bp.route("/consultations/new", methods=["GET", "POST"])
@signed_in
def new() -> Response:
    """Step one: for which group, in which form."""
    actor = current_actor()
    groups = [m for m in actor.memberships if m.is_manager]
    form = TemplateForm()
    form.group_id.choices = [(m.group_id, m.group_name) for m in groups]
    form.template.choices = [(key, say(words)) for key, words in TEMPLATE_WORDS.items()]
    if request.method == "GET":
        form.template.data = "options"
        form.group_id.data = groups[0].group_id if groups else None
    if groups and form.accepted():
        options = "\n".join(say(line) for line in rules.TEMPLATES[form.template.data][2])
        with once(actor.signed_in()) as act:
            if act.first:
                made = service.begin(
                    actor, group_id=form.group_id.data, template=form.template.data, options=options
                )
                act.location = _edit(made.id, "question")
        return redirect(act.location, 303)
    return render("consultations/new.html", form=form, groups=groups, hints={k: say(v) for k, v in TEMPLATE_HINTS.items()},
                  step_names=STEP_NAMES)  # fmt: skip


def _edit(contribution_id: int, step: str) -> str:
    return url_for("consultations.edit", contribution_id=contribution_id, step=step)


@bp.route("/consultations/<int:contribution_id>/edit/<step>", methods=["GET", "POST"])
@signed_in
def edit(contribution_id: int, step: str) -> Response:
    """Steps two to five of a draft; each is kept when it is sent."""
    if step not in rules.STEPS[1:]:
        raise NotFound
    actor = current_actor()
    consultation = queries.buildable(actor, contribution_id)
    if consultation.status not in BUILDING and step != "review":
        return redirect(_edit(contribution_id, "review"), 303)
    form = _form_of(consultation, step)
    if consultation.status in BUILDING and form.accepted():
        try:
            if step == "review":
                with once(actor.signed_in()) as act:
                    if act.first:
                        service.submit(actor, queries.for_change(actor, contribution_id))
            else:
                with transaction():
                    _keep(queries.for_change(actor, contribution_id), step, form)
        except RuleBroken as error:
            form.refuse(error)
        else:
            if step == "review":
                flash(say(N_("فرستاده شد. مدیر سامانه آن را تأیید می‌کند یا با دلیل بازمی‌گرداند.")))
                return redirect(_edit(contribution_id, "review"), 303)
            return redirect(_edit(contribution_id, rules.STEPS[rules.STEPS.index(step) + 1]), 303)
        consultation = queries.buildable(actor, contribution_id)
    return _draw(consultation, step, form)


def _form_of(consultation: Consultation, step: str) -> CivicForm:
    contribution, plan = consultation.contribution, Plan.read(consultation.dates)
    form: Any
    if step == "question":
        form = QuestionForm(
            title=contribution.title, text=contribution.text, can_change=consultation.can_change,
            cannot_change=consultation.cannot_change, option_lines=consultation.option_lines,
            category_id=contribution.category_id, district_id=contribution.district_id,
        )  # fmt: skip
        form.category_id.choices = [
            ("", say(N_("بدون موضوع"))),
            *[(c.id, c.name(language())) for c in categories()],
        ]
        form.district_id.choices = [
            ("", say(N_("همهٔ شهر"))),
            *[(d.id, d.name(language())) for d in districts()],
        ]
    elif step == "phases":
        form = PhasesForm(
            collect_end=plan.collect_end if plan else None, vote_end=plan.vote_end if plan else None,
            moderation=plan.moderation if plan else Moderation.PRE.value,
        )  # fmt: skip
        form.moderation.choices = [
            (Moderation.PRE.value, say(N_("پس از بررسی؛ هر نوشته نخست خوانده می‌شود"))),
            (Moderation.POST.value, say(N_("همان لحظه؛ بررسی پس از انتشار است"))),
            (Moderation.MIXED.value, say(N_("آمیخته؛ کارشناسان و گروه‌ها همان لحظه، بقیه پس از بررسی"))),
        ]
    elif step == "department":
        form = DepartmentForm(department_id=consultation.department_id or _usual_department(contribution))
        form.department_id.choices = [
            ("", say(N_("یک واحد را برگزینید"))),
            *[(d.id, d.name(language())) for d in departments()],
        ]
    else:
        form = SubmitForm()
    return form


def _usual_department(contribution: Contribution) -> int | None:
    """Who answers for this topic and district elsewhere: a suggestion, not a decision."""
    facts = Facts(contribution.category_id, contribution.district_id, contribution.kind, "consultation")
    found = first_match(conditions(), facts)
    return successor(found.department_id, offices()) if found else None


def _keep(consultation: Consultation, step: str, form: Any) -> None:
    actor = current_actor()
    if step == "question":
        service.ask(
            actor, consultation, title=form.title.data, text=form.text.data, can_change=form.can_change.data,
            cannot_change=form.cannot_change.data or "", option_lines=form.option_lines.data,
            category_id=form.category_id.data, district_id=form.district_id.data,
        )  # fmt: skip
    elif step == "phases":
        service.plan(
            actor, consultation, Plan(form.collect_end.data, form.vote_end.data, form.moderation.data)
        )
    else:
        service.name_department(actor, consultation, department_id=form.department_id.data)


def _draw(consultation: Consultation, step: str, form: CivicForm) -> Response:
    plan = Plan.read(consultation.dates)
    today = clock.today()
    named = department(consultation.department_id).name(language()) if consultation.department_id else ""
    closed = calendar(today, plan.report_until) if plan and step in {"phases", "review"} else []
    due = nth_working_day(plan.report_until, ANSWER_DAYS, holidays(plan.report_until)) if plan else None
    return render(
        f"consultations/edit_{step}.html", form=form, consultation=consultation, contribution=consultation.contribution,
        step=rules.STEPS.index(step) + 1, step_names=STEP_NAMES, plan=plan, answering=named, closed=closed, due=due,
        options=rules.lines(consultation.option_lines), can_lines=rules.lines(consultation.can_change),
        cannot_lines=rules.lines(consultation.cannot_change), building=consultation.status in BUILDING,
        template_hints=TEMPLATE_HINTS,
    )  # fmt: skip


@bp.get("/consultations/<int:contribution_id>/report")
@public
def report(contribution_id: int) -> Response:
    """What was heard, how people voted, what the department says."""
    actor = current_actor()
    consultation = queries.readable(contribution_id)
    if consultation.status is not ConsultationStatus.CLOSED:
        if consultation.status is ConsultationStatus.REPORTING and actor.manages(consultation.group_id):
            return redirect(url_for("consultations.write_report", contribution_id=contribution_id), 303)
        raise NotFound
    contribution = consultation.contribution
    phases = queries.phases_of([contribution.space_id])[contribution.space_id]
    return render(
        "consultations/report.html", consultation=consultation, contribution=contribution, subject=contribution,
        line=_line(consultation, phases), panel=panel_of(actor, contribution), result=result_of(contribution_id),
        options=rules.options_of(consultation.option_lines), official=public_answer(contribution_id),
        answering=department(consultation.department_id).name(language()), reasons=queries.main_reasons(consultation),
    )  # fmt: skip


@bp.route("/consultations/<int:contribution_id>/report/edit", methods=["GET", "POST"])
@signed_in
def write_report(contribution_id: int) -> Response:
    """The group writes the report; publishing it opens the department's case."""
    actor = current_actor()
    consultation = queries.buildable(actor, contribution_id)
    if not actor.manages(consultation.group_id):
        raise NotAllowed(N_("گزارش را مدیر گروه برگزارکننده می‌نویسد."))
    if consultation.status not in {ConsultationStatus.RUNNING, ConsultationStatus.REPORTING}:
        if consultation.status is ConsultationStatus.CLOSED:
            return redirect(url_for("consultations.report", contribution_id=contribution_id), 303)
        raise NotFound
    form = ReportForm(text=consultation.report_text)
    keep = request.form.get("act") == "keep"
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    found = queries.for_change(actor, contribution_id)
                    (service.draft_report if keep else service.publish_report)(
                        actor, found, text=form.text.data
                    )
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(
                say(
                    N_("پیش‌نویس گزارش ذخیره شد.")
                    if keep
                    else N_("گزارش منتشر شد و واحد پاسخ‌گو از امروز مهلت دارد.")
                )
            )
            target = "consultations.write_report" if keep else "consultations.report"
            return redirect(url_for(target, contribution_id=contribution_id), 303)
        consultation = queries.buildable(actor, contribution_id)
    return render(
        "consultations/write_report.html", form=form, consultation=consultation,
        contribution=consultation.contribution, options=rules.options_of(consultation.option_lines),
        reasons=queries.main_reasons(consultation, 12),
        answering=department(consultation.department_id).name(language()),
    )  # fmt: skip
