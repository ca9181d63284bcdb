"""The inspectors' desk, and what a person sees of who looked at them."""

import csv
import io
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, flash, redirect, request, stream_with_context, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.core import clock
from civic.core.actor import Role
from civic.core.db import transaction
from civic.core.errors import NotFound, RuleBroken
from civic.core.i18n import language, say
from civic.core.once import once
from civic.core.text import N_, safe_cell
from civic.core.web import current_actor, desk, linker, render, signed_in
from civic.departments import queries as departments
from civic.supervision import queries, service
from civic.supervision.forms import VERBS, ReasonForm, SettleForm, ThresholdForm
from civic.supervision.models import Finding
from civic.supervision.policy import May
from civic.supervision.queries import checks
from civic.supervision.rules import MOVES, SPECS, Check, FindingStatus

bp = Blueprint("supervision", __name__)

STATUS_WORDS = {
    FindingStatus.OPEN: N_("باز"),
    FindingStatus.EXPLAINED: N_("توضیح داشت"),
    FindingStatus.CORRECTED: N_("اصلاح شد"),
    FindingStatus.REFERRED: N_("ارجاع شد"),
    FindingStatus.DISMISSED: N_("هشدار نادرست"),
}
PART_WORDS = {
    "officer": N_("مسئول پرونده"),
    "author": N_("نویسندهٔ پیشنهاد"),
    "writer": N_("نویسندهٔ پاسخ"),
    "approver": N_("تأییدکنندهٔ پاسخ"),
    "moderator": N_("بررس"),
}
ROLE_WORDS = {
    Role.MODERATOR: N_("بررس"),
    Role.TRIAGE: N_("میز ارجاع"),
    Role.OFFICER: N_("کارشناس واحد"),
    Role.HEAD: N_("مدیر واحد"),
    Role.COUNCIL: N_("عضو شورا"),
    Role.CLERK: N_("دبیر شورا"),
    Role.INSPECTOR: N_("بازرس"),
    Role.OPERATOR: N_("مدیر سامانه"),
}
NOTE_WORDS = {"note": N_("یادداشت"), "take": N_("برداشته شد"), **{k: v for k, v in VERBS.items() if k}}


@bp.get("/supervision")
@desk(May.INSPECT)
def board() -> Response:
    """What the checks found, how many, how often they were right."""
    actor = current_actor()
    check, status = request.args.get("check", ""), request.args.get("state", "open")
    check = check if check in set(Check) else ""
    status = status if status in {*FindingStatus, "all"} else "open"
    mine = request.args.get("mine") == "1"
    page = queries.board(actor, check=check, status=status, mine=mine, cursor=request.args.get("after", ""))
    link = linker(
        "supervision.board",
        check=check,
        state=None if status == "open" else status,
        mine="1" if mine else None,
    )
    return render(
        "supervision/board.html", page=page, check=check, status=status, mine=mine, specs=SPECS, checks=list(Check),
        thresholds=queries.thresholds(), taken=queries.figures(), status_words=STATUS_WORDS, today=clock.today(),
        link=link, owners=queries.names([one.owner_id for one in page.items]), departments=_departments(),
        things=queries.readable_things(actor, page.items), pager_url=lambda after: link(after=after),
    )  # fmt: skip


def _pages(endpoint: str) -> Callable[[str | None], str]:
    return lambda after: url_for(endpoint, after=after)


def _departments() -> dict[int, str]:
    return {one.id: one.name(language()) for one in departments.departments(retired=True)}


@bp.route("/supervision/findings/<int:finding_id>", methods=["GET", "POST"])
@desk(May.INSPECT)
def finding(finding_id: int) -> BaseResponse:
    """One finding: what was seen, whom it concerns, what was done, and what comes of it."""
    actor = current_actor()
    shown = queries.finding(actor, finding_id)
    form = SettleForm(obj=shown) if request.method == "GET" else SettleForm()
    possible = [verb for (status, verb) in MOVES if status is shown.status]
    form.verb.choices = [(key, say(words)) for key, words in VERBS.items() if not key or key in possible]
    form.owner_id.choices = [("", say(N_("هنوز کسی نیست"))), *queries.inspectors()]
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    service.settle(
                        actor, queries.for_change(actor, finding_id), form.verb.data or "", note=form.note.data or "",
                        owner_id=form.owner_id.data, due_on=form.due_on.data,
                    )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
            shown = queries.finding(actor, finding_id)
        else:
            flash(say(N_("ثبت شد.")), "ok")
            return redirect(url_for("supervision.finding", finding_id=finding_id), 303)
    notes = queries.notes_of(shown)
    return render(
        "supervision/finding.html", form=form, finding=shown, spec=SPECS[shown.check_name], notes=notes, status_words=STATUS_WORDS,
        note_words=NOTE_WORDS, part_words=PART_WORDS, people=queries.people_of(shown), departments=_departments(),
        names=queries.names([shown.owner_id, *(note.author_id for note in notes)]), family=queries.family_of(shown),
        thing=queries.readable_things(actor, [shown]).get(shown.contribution_id or 0), threshold=queries.threshold(shown.check_name),
    )  # fmt: skip


@bp.post("/supervision/findings/<int:finding_id>/take")
@desk(May.INSPECT)
def take(finding_id: int) -> BaseResponse:
    """Mine."""
    actor = current_actor()
    with transaction():
        service.take(actor, queries.for_change(actor, finding_id))
    return redirect(url_for("supervision.finding", finding_id=finding_id), 303)


@bp.route("/supervision/findings/<int:finding_id>/people/<part>", methods=["GET", "POST"])
@desk(May.INSPECT)
def person(finding_id: int, part: str) -> BaseResponse:
    """Why must you know who this is? The person reads the answer."""
    actor = current_actor()
    shown = queries.finding(actor, finding_id)
    if part not in queries.people_of(shown):
        raise NotFound
    form = ReasonForm()
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    made = service.look(
                        actor, queries.for_change(actor, finding_id), part, reason=form.reason.data
                    )
                    act.location = url_for("supervision.look", look_id=made.id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(act.location, 303)
    return render(
        "supervision/person.html",
        form=form,
        finding=shown,
        spec=SPECS[shown.check_name],
        part=PART_WORDS[part],
    )


@bp.get("/supervision/looks/<int:look_id>")
@desk(May.INSPECT)
def look(look_id: int) -> Response:
    """A person's details, for an hour, for the one who said why."""
    shown = queries.details(current_actor(), look_id)
    return render(
        "supervision/look.html", details=shown, part=PART_WORDS[shown.look.part], role_words=ROLE_WORDS
    )


@bp.get("/supervision/looks")
@desk(May.READ_LOOKS)
def looks() -> Response:
    """Who opened whose details, when and why."""
    page = queries.looks(current_actor(), cursor=request.args.get("after", ""))
    names = queries.names([one.viewer_id for one in page.items])
    return render(
        "supervision/looks.html",
        page=page,
        names=names,
        parts=PART_WORDS,
        pager_url=_pages("supervision.looks"),
    )


@bp.get("/me/looks")
@signed_in
def looks_at_me() -> Response:
    """Who looked at my details, and the reason they gave."""
    page = queries.looks_at_me(current_actor(), cursor=request.args.get("after", ""))
    names = queries.names([one.viewer_id for one in page.items])
    return render(
        "supervision/looks_at_me.html",
        page=page,
        names=names,
        parts=PART_WORDS,
        pager_url=_pages("supervision.looks_at_me"),
    )


@bp.route("/supervision/checks/<name>", methods=["GET", "POST"])
@desk(May.INSPECT)
def threshold(name: str) -> BaseResponse:
    """From where on is it a finding?"""
    if name not in set(Check):
        raise NotFound
    actor, check = current_actor(), Check(name)
    form = ThresholdForm()
    if request.method == "GET":
        form.value.data = queries.threshold(check)
    if form.accepted():
        try:
            with transaction():
                service.set_threshold(actor, check, form.value.data)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("ثبت شد؛ از بار بعد همین مقدار به کار می‌رود.")), "ok")
            return redirect(url_for("supervision.board", check=check), 303)
    now = checks.ask(check, queries.threshold(check))
    return render(
        "supervision/threshold.html",
        form=form,
        check=check,
        spec=SPECS[check],
        rows=now.rows,
        hits=now.flagged,
    )


@bp.get("/supervision/findings.csv")
@desk(May.INSPECT)
def export() -> Response:
    """All findings as a table; no person is named in it."""
    name = f"findings-{clock.today().isoformat()}.csv"
    return Response(
        stream_with_context(_lines(queries.every_finding(current_actor()))),
        mimetype="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store, private",
        },
    )


def _lines(findings: Iterator[Finding]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    names = _departments()
    writer.writerow(
        ["number", "check", "subject", "figure", "department", "state", "opened_at", "due_on", "closed_at"]
    )
    yield "\ufeff"
    for one in findings:
        row = [one.id, one.check_name, one.subject, one.figure, names.get(one.department_id or 0, ""), one.status,
               one.opened_at.isoformat(timespec="minutes"), one.due_on or "", one.closed_at.isoformat(timespec="minutes") if one.closed_at else ""]  # fmt: skip
        writer.writerow([safe_cell(value) for value in row])
        if buffer.tell() > 32_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
