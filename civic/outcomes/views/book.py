"""The book of promises, one promise, the department's report with its evidence, the people's verdict."""

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.contributions.queries import steps_of
from civic.core import clock, files
from civic.core.db import transaction
from civic.core.errors import NotFound, RuleBroken
from civic.core.files import MOST_BYTES, Paper, Picture
from civic.core.forms import uploaded
from civic.core.i18n import language, say
from civic.core.once import once
from civic.core.policy import allowed, require
from civic.core.text import N_, row_id
from civic.core.web import ask_to_sign_in, current_actor, public, render, signed_in
from civic.outcomes import queries, service
from civic.outcomes.forms import ReportForm, VerdictForm
from civic.outcomes.models import Promise
from civic.outcomes.policy import May, has_no_part_in_it
from civic.outcomes.queries.sheets import Shown
from civic.outcomes.rules import FIRST_ASKING, HOUSE_IS_SILENT, LAST_ASKING, MOST_FILES, EvidenceKind, Verdict
from civic.outcomes.views.base import bp

SANDBOX = "default-src 'none'; sandbox"


@bp.get("/promises")
@public
def promises() -> Response:
    """The book: broken, due today, waiting for the people, not confirmed, kept, still ahead."""
    state = request.args.get("state", "")
    state = state if state in queries.SECTIONS else ""
    department_id = row_id(request.args.get("department"))
    known = queries.departments_named()
    if department_id not in known:
        department_id = None
    counted = queries.figures("promises")["promises"]
    columns = (
        counted.get("departments", {}).get(str(department_id), {})
        if department_id
        else counted.get("columns", {})
    )
    names = [state] if state else list(queries.SECTIONS)
    pages = {
        name: queries.section(
            name, department_id=department_id, cursor=request.args.get("after", "") if state else "",
            size=20 if state else 5,
        )
        for name in names
    }  # fmt: skip
    return render(
        "outcomes/promises.html", pages=pages, state=state, department_id=department_id, columns=columns,
        departments=sorted(known.values(), key=lambda d: d.name(language())),
    )  # fmt: skip


@bp.get("/promises/<int:promise_id>")
@public
def promise(promise_id: int) -> Response:
    """One promise: what was said, by when, what was done so far, and the people's word."""
    return _promise(promise_id)


def _promise(promise_id: int, form: VerdictForm | ReportForm | None = None) -> Response:
    actor = current_actor()
    entry = queries.entry(promise_id)
    found = entry.promise
    mine = queries.verdict_of(actor, found)
    verdict_form = form if isinstance(form, VerdictForm) else VerdictForm(formdata=None, obj=mine)
    report_form = (
        form if isinstance(form, ReportForm) else ReportForm(formdata=None, happened_on=clock.today())
    )
    shown = Shown(found.department_id, entry.contribution.author_id)
    photos: list[str] = []
    if allowed(actor, May.SEE_PHOTOS, shown):
        photos = [*queries.photos_on(found), *queries.scan_photos(found.contribution_id)]
    asked = _asked_on(found)
    return render(
        "outcomes/promise.html", entry=entry, promise=found, contribution=entry.contribution, mine=mine,
        concerned=queries.is_concerned(actor, found.contribution_id), verdict_form=verdict_form,
        report_form=report_form, form=form, notes=queries.notes_on(found), reports=queries.reports_of(found.id),
        rounds=queries.earlier_rounds(found), sheet=queries.sheet_of(found.contribution_id), photos=photos, asked=asked,
        steps=steps_of(found.contribution_id), works=found.department_id in actor.departments(),
        silent="" if has_no_part_in_it(actor, found) else HOUSE_IS_SILENT,
    )  # fmt: skip


def _asked_on(found: Promise) -> tuple[object, object] | None:
    """The days of both askings of this round."""
    if found.reported_at is None:
        return None
    return clock.local(found.reported_at + FIRST_ASKING), clock.local(found.reported_at + LAST_ASKING)


@bp.get("/promises/of/<int:contribution_id>")
@public
def of_contribution(contribution_id: int) -> BaseResponse:
    """From an answer to its line in the book."""
    found = queries.of_contribution(contribution_id)
    if found is None:
        return redirect(url_for("outcomes.promises"), 303)
    return redirect(url_for("outcomes.promise", promise_id=found.id), 303)


@bp.post("/promises/<int:promise_id>/verdict")
@public
def verdict(promise_id: int) -> BaseResponse:
    """Was it done?"""
    actor = current_actor()
    page = url_for("outcomes.promise", promise_id=promise_id)
    form = VerdictForm()
    if form.accepted():
        if not actor.is_signed_in:
            queries.entry(promise_id)
            payload = {
                "promise": promise_id,
                "verdict": form.verdict.data,
                "note": form.note.data or "",
                "back": page,
            }
            return ask_to_sign_in("verdict", payload)
        try:
            data = uploaded(form.photo, MOST_BYTES)
            photo = files.read_picture(data) if data else None
            with files.on_disk([photo] if photo else []), transaction():
                service.judge(
                    actor, queries.for_change(promise_id), verdict=Verdict(form.verdict.data),
                    note=form.note.data or "", photo=photo,
                )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("نظر شما ثبت شد؛ تا زمانی که این صفحه باز است می‌توانید آن را تغییر دهید.")))
            return redirect(page + "#verdict", 303)
    return _promise(promise_id, form)


@bp.post("/promises/<int:promise_id>/report")
@signed_in
def report(promise_id: int) -> BaseResponse:
    """The department says how far it has come, and shows it."""
    actor = current_actor()
    require(actor, May.REPORT, queries.entry(promise_id).promise)  # before any file is looked at
    form = ReportForm()
    if form.accepted():
        try:
            kept = _evidence_sent()
            with files.on_disk(kept) as held, once(actor.signed_in()) as act:
                if act.first:
                    service.report(actor, queries.for_change(promise_id), kept=kept, **form.values())
                else:
                    held.let_go()
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(
                say(N_("ثبت شد. از همهٔ کسانی که رأی داده‌اند می‌پرسیم؛ «انجام شد» را مردم می‌گویند."))
                if form.percent.data == 100
                else say(N_("گزارش پیشرفت ثبت شد و به همهٔ کسانی که درگیر بوده‌اند خبر می‌دهیم."))
            )
            return redirect(url_for("outcomes.promise", promise_id=promise_id) + "#reports", 303)
    return _promise(promise_id, form)


def _evidence_sent() -> list[Picture | Paper]:
    """The files of the form, each judged before any is kept."""
    sent = [f for f in request.files.getlist("evidence") if f.filename]
    if len(sent) > MOST_FILES:
        raise RuleBroken(N_("حداکثر %(n)s مدرک با هر گزارش می‌آید."), n=MOST_FILES, field="evidence")
    return [files.read_evidence(f.stream.read(MOST_BYTES + 1), where="evidence") for f in sent]


@bp.get("/evidence/<name>")
@public
def evidence(name: str) -> BaseResponse:
    """A file of a report, to everybody while its promise can be read. Papers are for keeping, never run here."""
    found = queries.evidence_named(name)
    is_paper = found.kind is EvidenceKind.PDF
    response = _file(name, "application/pdf" if is_paper else "image/jpeg")
    response.headers["Cache-Control"] = "public, max-age=600"
    if is_paper:
        response.headers["Content-Disposition"] = f'attachment; filename="evidence-{found.id}.pdf"'
    return response


@bp.get("/evidence/from-people/<name>")
@signed_in
def photo(name: str) -> BaseResponse:
    """A picture that came with a word or a scan: for the department, the author and the moderators; nobody else learns of it."""
    if not allowed(current_actor(), May.SEE_PHOTOS, queries.photo_named(name)):
        raise NotFound
    response = _file(name, "image/jpeg")
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _file(name: str, mimetype: str) -> BaseResponse:
    path = files.path_of(name)
    if not path.is_file():
        raise NotFound
    response = Response(path.read_bytes(), mimetype=mimetype)
    response.set_etag(name)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response.make_conditional(request)
