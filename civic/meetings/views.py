"""Meetings of the council: the public calendar and agendas, members' papers, the clerk's work."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.audit.queries import public_log
from civic.core import clock
from civic.core.db import transaction
from civic.core.errors import RuleBroken
from civic.core.i18n import language, num, say
from civic.core.once import once
from civic.core.policy import allowed
from civic.core.text import N_, latin_digits, row_id
from civic.core.web import current_actor, desk, public, render
from civic.meetings import queries, service
from civic.meetings.forms import (
    KINDS,
    OUTCOMES,
    STANCES,
    CancelForm,
    DecideForm,
    ItemForm,
    MeetingForm,
    RescheduleForm,
    StanceForm,
)
from civic.meetings.models import Meeting
from civic.meetings.policy import May
from civic.meetings.rules import ItemKind, Outcome, StanceKind, read_time
from civic.reports import brief
from civic.reports import queries as reports
from civic.reports.models import Report

bp = Blueprint("meetings", __name__)

ACTS = (
    "report.freeze", "report.send", "meeting.plan", "meeting.cancel", "meeting.decide", "resolution.pass", "clause.verify",
)  # fmt: skip
"""What the council's public log tells."""


@bp.get("/council/meetings")
@public
def index() -> Response:
    """The calendar: what is to come, what was; and what was done lately."""
    organ_id = row_id(request.args.get("organ"))
    organs = queries.organs()
    organ_id = organ_id if any(o.id == organ_id for o in organs) else None
    return render(
        "meetings/index.html", upcoming=queries.listed(upcoming=True, organ_id=organ_id, size=10), organs=organs, organ_id=organ_id,
        past=queries.listed(upcoming=False, organ_id=organ_id, cursor=request.args.get("after", "")),
        log=public_log(acts=ACTS, size=8).items,
    )  # fmt: skip


@bp.get("/council/meetings/<int:meeting_id>")
@public
def show(meeting_id: int) -> Response:
    """One meeting with its agenda and what came out."""
    actor = current_actor()
    found = queries.meeting(meeting_id)
    return render(
        "meetings/show.html", meeting=found, lines=queries.agenda(actor, found), seats=queries.seat_count(found.organ),
        kinds=KINDS, outcomes=OUTCOMES, inside=allowed(actor, May.READ_PAPERS), over=found.at <= clock.now(),
    )  # fmt: skip


@bp.get("/council/items/<int:item_id>")
@public
def item(item_id: int) -> Response:
    """One item: the brief for members, their stances, the result."""
    return _item(item_id)


def _item(item_id: int, form: StanceForm | None = None) -> Response:
    actor = current_actor()
    found = queries.item(actor, item_id)
    own = queries.own_stance(actor, item_id)
    may = actor.is_council and queries.sits(actor, found.meeting.organ) and found.status == "open"
    stance_form = None
    if may:
        stance_form = form or StanceForm(formdata=None, obj=own)
    read = None
    if found.report_id:
        report = reports.readable(actor, found.report_id)
        read = reports.read(report)
    return render(
        "meetings/item.html", item=found, meeting=found.meeting, read=read, pages=brief.pages(read) if read else [],
        about=brief.about(read) if read else "", words=queries.stances(actor, item_id), own=own, form=form, stance_form=stance_form,
        seats=queries.seat_count(found.meeting.organ), given=queries.given(found), kinds=KINDS, outcomes=OUTCOMES, stances=STANCES,
        late=queries.stance_deadline_passed(found.meeting, clock.now()), over=found.meeting.at <= clock.now(),
    )  # fmt: skip


@bp.post("/council/items/<int:item_id>/stance")
@desk(May.STANCE)
def take_stance(item_id: int) -> BaseResponse:
    """A member's word before the meeting."""
    actor = current_actor()
    form = StanceForm()
    if form.accepted():
        try:
            with transaction():
                service.take_stance(
                    actor, queries.item_for_change(actor, item_id), interest=form.interest.data, note=form.note.data or "",
                    stance=StanceKind(form.stance.data) if form.stance.data else None, note_public=form.note_public.data,
                )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("نظر شما ثبت شد؛ تا هنگام تصمیم می‌توانید آن را عوض کنید.")))
            return redirect(url_for("meetings.item", item_id=item_id, _anchor="stance"), 303)
    return _item(item_id, form)


@bp.get("/council/members")
@public
def members() -> Response:
    """Who sits in the council."""
    organs = queries.organs()
    return render(
        "meetings/members.html",
        members=queries.members(),
        organs=organs,
        seats=queries.seats([o.id for o in organs]),
    )


# ---- the clerk ---------------------------------------------------------------------------------


def _moment(day: date, typed: str) -> datetime:
    hour, minute = read_time(latin_digits(typed))
    return datetime.combine(day, time(hour, minute), clock.CITY)


def _until(day: date, at: datetime) -> datetime:
    """To the end of that day, but no longer than the meeting's own beginning on the same day."""
    return min(clock.day_end(day), at) if day == clock.local(at).date() else clock.day_end(day)


@bp.route("/council/meetings/new", methods=["GET", "POST"])
@desk(May.ARRANGE)
def new() -> BaseResponse:
    """Plan a meeting."""
    actor = current_actor()
    form: Any = MeetingForm()
    organs, terms = queries.organs(), queries.terms()
    form.organ_id.choices = [(o.id, o.name(language())) for o in organs]
    form.term_id.choices = [(t.id, say(N_("دورهٔ %(n)s"), n=t.number)) for t in terms]
    if form.accepted():
        try:
            at = _moment(form.day.data, form.time.data)
            with once(actor.signed_in()) as act:
                if act.first:
                    made = service.plan(
                        actor, organ=queries.organ(form.organ_id.data), term=next(t for t in queries.terms() if t.id == form.term_id.data),
                        number=form.number.data, at=at, place=form.place.data, public=not form.closed.data,
                        stance_until=_until(form.stance_day.data, at),
                    )  # fmt: skip
                    act.location = url_for("meetings.show", meeting_id=made.id)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("جلسه ثبت شد و همه آن را می‌بینند. دستور آن را بچینید.")))
            return redirect(act.location, 303)
    return render("meetings/new.html", form=form, ready=bool(organs and terms))


@bp.route("/council/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
@desk(May.ARRANGE)
def reschedule(meeting_id: int) -> BaseResponse:
    """Another day, hour or place."""
    found = queries.meeting(meeting_id)
    local = clock.local(found.at)
    form: Any = RescheduleForm(
        day=local.date(), time=num(local.strftime("%H:%M")), place=found.place,
        stance_day=clock.local(found.stance_until - timedelta(microseconds=1)).date(),
    )  # fmt: skip
    if form.accepted():
        try:
            at = _moment(form.day.data, form.time.data)
            with transaction():
                service.reschedule(
                    current_actor(), queries.meeting_for_change(meeting_id), at=at, place=form.place.data,
                    stance_until=_until(form.stance_day.data, at),
                )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)
        found = queries.meeting(meeting_id)
    return render("meetings/reschedule.html", form=form, meeting=found)


@bp.route("/council/meetings/<int:meeting_id>/cancel", methods=["GET", "POST"])
@desk(May.ARRANGE)
def cancel(meeting_id: int) -> BaseResponse:
    """It does not take place."""
    form = CancelForm()
    if form.accepted():
        try:
            with transaction():
                service.cancel(
                    current_actor(), queries.meeting_for_change(meeting_id), reason=form.reason.data
                )
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)
    return render("meetings/cancel.html", form=form, meeting=queries.meeting(meeting_id))


def _report(report_id: int | None, *, lock: bool = False) -> Report | None:
    if not report_id:
        return None
    return reports.for_change(report_id) if lock else reports.readable(current_actor(), report_id)


@bp.route("/council/meetings/<int:meeting_id>/items/new", methods=["GET", "POST"])
@desk(May.ARRANGE)
def place(meeting_id: int) -> BaseResponse:
    """Put something on the agenda."""
    actor = current_actor()
    found: Meeting = queries.meeting(meeting_id)
    form = ItemForm()
    drafts = reports.placeable()
    again = _report(row_id(request.args.get("report")))
    named = {r.id: num(r.contribution.title) for r in ([again] if again else [])}
    named |= {r.id: num(r.contribution.title) for r in drafts}
    form.report_id.choices = [("", say(N_("یک گزارش را برگزینید"))), *named.items()]
    if request.method == "GET":
        form.kind.data = ItemKind.REPORT.value
        form.report_id.data = again.id if again else None
    if form.accepted():
        try:
            with once(actor.signed_in()) as act:
                if act.first:
                    kind = ItemKind(form.kind.data)
                    service.place(
                        actor, queries.meeting_for_change(meeting_id), kind=kind, title=form.title.data or "", public=not form.closed.data,
                        report=_report(form.report_id.data, lock=True) if kind is ItemKind.REPORT else None,
                    )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("در دستور جلسه جای گرفت.")))
            return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)
        found = queries.meeting(meeting_id)
    return render("meetings/place.html", form=form, meeting=found)


@bp.post("/council/items/<int:item_id>/shift")
@desk(May.ARRANGE)
def shift(item_id: int) -> BaseResponse:
    """Up, down or off the agenda."""
    actor, act = current_actor(), request.form.get("act", "")
    with transaction():
        found = queries.item_for_change(actor, item_id)
        if act == "withdraw":
            service.withdraw(actor, found)
        else:
            service.shift(actor, found, up=act != "down")
        meeting_id = found.meeting_id
    return redirect(url_for("meetings.show", meeting_id=meeting_id, _anchor="agenda"), 303)


@bp.route("/council/items/<int:item_id>/result", methods=["GET", "POST"])
@desk(May.ARRANGE)
def decide(item_id: int) -> BaseResponse:
    """What came out of it, and why."""
    actor = current_actor()
    form = DecideForm()
    if form.accepted():
        try:
            with transaction():
                service.decide(
                    actor, queries.item_for_change(actor, item_id), outcome=Outcome(form.outcome.data), text=form.text.data
                )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("نتیجه ثبت شد. اگر مصوبه دارد، آن را بنویسید.")))
            return redirect(url_for("meetings.item", item_id=item_id), 303)
    found = queries.item(actor, item_id)
    return render("meetings/decide.html", form=form, item=found, meeting=found.meeting, kinds=KINDS)
