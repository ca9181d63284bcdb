"""What came of it all: headline numbers, the book of promises, the people's word."""

import csv
import io

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.contributions.queries import steps_of
from civic.core import dates
from civic.core.db import transaction
from civic.core.errors import RuleBroken
from civic.core.i18n import language, say
from civic.core.once import once
from civic.core.text import N_, row_id, safe_cell
from civic.core.web import ask_to_sign_in, current_actor, public, render, signed_in
from civic.outcomes import queries, service
from civic.outcomes.forms import ReportForm, VerdictForm
from civic.outcomes.rules import Verdict, share

bp = Blueprint("outcomes", __name__)
GOOD, FAIR, POOR = 85, 70, 50


def _departments(data: dict) -> list[dict]:
    known = queries.departments_named()
    rows = []
    for row in data.get("rows", []):
        department = known.get(row["id"])
        if department is None:
            continue
        percent = share(row["in_time"], row["answered"])
        rows.append(
            row | {"name": department.name(language()), "percent": percent,
                   "lamp": "g" if percent >= GOOD else "y" if percent >= FAIR else "r"}
        )  # fmt: skip
    return rows


def _tiles(data: dict) -> list[dict]:
    tiles = []
    for d in queries.districts_in_order():
        row = data.get("rows", {}).get(str(d.id), {})
        answered, in_time = row.get("answered", 0), row.get("in_time", 0)
        percent = share(in_time, answered)
        level = 1 if percent < POOR else 2 if percent < FAIR else 3 if percent < GOOD else 4
        digits = "".join(c for c in d.code if c.isdigit())
        words = say(N_("%(p)s٪"), p=percent) if answered else "—"
        tiles.append({"number": int(digits or d.position or d.id), "label": d.name(language()), "value": words,
                      "level": level if answered else 1})  # fmt: skip
    return tiles


def _months(data: dict) -> list[tuple[str, int, int]]:
    """(month with its year, opened, answered), the oldest first."""
    return [
        (dates.write_month(dates.read_day(row["month"]), language()), row["opened"], row["answered"])
        for row in data.get("rows", [])
    ]


@bp.get("/outcomes")
@public
def index() -> Response:
    """Answered in time, promised, confirmed done: three separate numbers, and what lies behind them."""
    found = queries.figures("outcomes", "departments", "districts", "months", "promises")
    return render(
        "outcomes/index.html", total=found["outcomes"], departments=_departments(found["departments"]),
        tiles=_tiles(found["districts"]), months=_months(found["months"]),
        columns=found["promises"].get("columns", {}), pressing=queries.pressing(5), share=share,
    )  # fmt: skip


@bp.get("/outcomes/departments")
@public
def departments() -> Response:
    """Who answers, and how fast."""
    found = queries.figures("outcomes", "departments")
    return render(
        "outcomes/departments.html",
        total=found["outcomes"],
        rows=_departments(found["departments"]),
        share=share,
    )


@bp.get("/outcomes.csv")
@public
def table() -> Response:
    """The same figures by department as open data; the last line is the sum."""
    found = queries.figures("outcomes", "departments")
    known = queries.departments_named()
    columns = ("answered", "in_time", "promised", "due", "confirmed", "open", "late", "broken", "median_days")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["department", "name", *columns])
    for row in found["departments"].get("rows", []):
        department = known.get(row["id"])
        if department is not None:
            writer.writerow(
                [safe_cell(c) for c in (department.code, department.name_fa, *map(row.get, columns))]
            )
    writer.writerow(["", "total", *[safe_cell(found["outcomes"].get(c)) for c in columns]])
    return Response(
        "\ufeff" + out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=outcomes.csv"},
    )


@bp.get("/promises")
@public
def promises() -> Response:
    """The book: broken, due today, waiting for the people, kept, still ahead."""
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
    """One promise: what was said, by when, and the people's word."""
    return _promise(promise_id)


def _promise(promise_id: int, form: VerdictForm | ReportForm | None = None) -> Response:
    actor = current_actor()
    entry = queries.entry(promise_id)
    mine = queries.verdict_of(actor, promise_id)
    verdict_form = form if isinstance(form, VerdictForm) else VerdictForm(formdata=None, obj=mine)
    report_form = form if isinstance(form, ReportForm) else ReportForm(formdata=None)
    return render(
        "outcomes/promise.html", entry=entry, promise=entry.promise, contribution=entry.contribution, mine=mine,
        concerned=queries.is_concerned(actor, entry.promise.contribution_id), verdict_form=verdict_form,
        report_form=report_form, form=form, notes=queries.notes_on(promise_id),
        steps=steps_of(entry.promise.contribution_id),
    )  # fmt: skip


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
            with transaction():
                service.judge(
                    actor,
                    queries.for_change(promise_id),
                    verdict=Verdict(form.verdict.data),
                    note=form.note.data or "",
                )
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("نظر شما ثبت شد؛ تا زمانی که این صفحه باز است می‌توانید آن را تغییر دهید.")))
            return redirect(page + "#verdict", 303)
    return _promise(promise_id, form)


@bp.post("/promises/<int:promise_id>/report")
@signed_in
def report(promise_id: int) -> BaseResponse:
    """The department says: done."""
    actor = current_actor()
    form = ReportForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.report_done(actor, queries.for_change(promise_id), words=form.report.data)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("ثبت شد. از همهٔ کسانی که رأی داده‌اند می‌پرسیم؛ «انجام شد» را مردم می‌گویند.")))
            return redirect(url_for("outcomes.promise", promise_id=promise_id), 303)
    return _promise(promise_id, form)
