"""The council's part of /api/v1: reports with what proves them, meetings with their agendas."""

import json
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from civic.core.actor import PUBLIC
from civic.core.web import public
from civic.meetings import queries as meetings
from civic.opendata.pages import page_of
from civic.reports import queries as reports
from civic.resolutions import queries as resolutions

bp = Blueprint("opendata_council", __name__, url_prefix="/api/v1", description="The council, as JSON")


class Ask(Schema):
    limit = fields.Integer(
        load_default=20,
        validate=validate.Range(min=1, max=100),
        metadata={"description": "rows a page, at most 100"},
    )
    after = fields.String(load_default="", metadata={"description": "cursor from `next`"})


class AskMeetings(Ask):
    when = fields.String(load_default="past", validate=validate.OneOf(["past", "upcoming"]))


class ReportRow(Schema):
    id = fields.Integer()
    url = fields.String()
    about = fields.String(metadata={"description": "page of the proposal or consultation"})
    title = fields.String()
    frozen_at = fields.DateTime()
    sha256 = fields.String()


class ManyReports(Schema):
    items = fields.List(fields.Nested(ReportRow))
    next = fields.String(allow_none=True)


class Quotation(Schema):
    text = fields.String(allow_none=True)
    byline = fields.String(allow_none=True)
    salt = fields.String(allow_none=True)
    removed = fields.Boolean()


class ReportOut(Schema):
    id = fields.Integer()
    url = fields.String()
    sha256 = fields.String(metadata={"description": "SHA-256 of the UTF-8 bytes of `canonical`"})
    canonical = fields.String(metadata={"description": "the frozen document, byte for byte"})
    document = fields.Dict(metadata={"description": "the same, parsed"})
    quotations = fields.Dict(
        keys=fields.String(), values=fields.Nested(Quotation),
        metadata={"description": "words of people; document.quotes[ref] = SHA-256 of {byline, salt, text} as canonical JSON"},
    )  # fmt: skip


class ItemOut(Schema):
    number = fields.Integer()
    public = fields.Boolean()
    url = fields.String(allow_none=True)
    kind = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    report_id = fields.Integer(allow_none=True)
    outcome = fields.String(allow_none=True)
    outcome_text = fields.String(allow_none=True)
    stances = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)


class MeetingOut(Schema):
    id = fields.Integer()
    url = fields.String()
    organ = fields.Dict()
    number = fields.Integer()
    at = fields.DateTime()
    place = fields.String(allow_none=True)
    public = fields.Boolean()
    status = fields.String()
    cancel_reason = fields.String()


class MeetingWhole(MeetingOut):
    items = fields.List(fields.Nested(ItemOut))


class AskResolutions(Ask):
    state = fields.String(load_default="", validate=validate.OneOf(["", "in_force", "done"]))
    overdue = fields.Boolean(
        load_default=False, metadata={"description": "only those with a clause past its last day"}
    )


class ClauseOut(Schema):
    id = fields.Integer()
    url = fields.String()
    kind = fields.String()
    number = fields.Integer()
    text = fields.String()
    department_id = fields.Integer()
    due = fields.String(metadata={"description": "date, days (working days from notification) or none"})
    due_days = fields.Integer(allow_none=True)
    last_day = fields.Date(allow_none=True)
    state = fields.String()
    blocked_reason = fields.String()
    standing = fields.String(metadata={"description": "ahead, on_time, late or no_date"})
    overdue = fields.Boolean()
    completed_at = fields.DateTime(allow_none=True)
    verified_at = fields.DateTime(allow_none=True)


class ResolutionOut(Schema):
    id = fields.Integer()
    url = fields.String()
    number = fields.String()
    term = fields.Integer()
    organ = fields.Dict()
    title = fields.String()
    text = fields.String()
    why = fields.String()
    approved_on = fields.Date()
    notified_at = fields.DateTime()
    state = fields.String()
    clauses_total = fields.Integer()
    clauses_verified = fields.Integer()


class ResolutionWhole(ResolutionOut):
    about = fields.List(fields.String(), metadata={"description": "pages of proposals and consultations"})
    clauses = fields.List(fields.Nested(ClauseOut))


class ManyResolutions(Schema):
    items = fields.List(fields.Nested(ResolutionOut))
    next = fields.String(allow_none=True)


class ManyMeetings(Schema):
    items = fields.List(fields.Nested(MeetingOut))
    next = fields.String(allow_none=True)


@bp.get("/reports")
@bp.arguments(Ask, location="query")
@bp.response(200, ManyReports)
@public
def report_list(args: dict[str, Any]) -> dict[str, Any]:
    """Participation reports on public agendas, newest first."""
    return page_of(reports.public_list(cursor=args["after"], size=args["limit"]), args, _report_row)


@bp.get("/reports/<int:report_id>")
@bp.response(200, ReportOut)
@public
def report(report_id: int) -> dict[str, Any]:
    """One frozen report with its fingerprint. What was removed since is marked, and the fingerprint stays."""
    found = reports.public_report(report_id)
    read = reports.read(found)
    return {
        "id": found.id, "url": f"/council/reports/{found.id}", "sha256": found.sha256, "canonical": found.document,
        "document": json.loads(found.document),
        "quotations": {
            ref: {"text": read.words[ref].text, "byline": read.words[ref].byline, "salt": read.words[ref].salt, "removed": False}
            if ref in read.words else {"text": None, "byline": None, "salt": None, "removed": True}
            for ref in read.document["quotes"]
        },
    }  # fmt: skip


@bp.get("/meetings")
@bp.arguments(AskMeetings, location="query")
@bp.response(200, ManyMeetings)
@public
def meeting_list(args: dict[str, Any]) -> dict[str, Any]:
    """Meetings of the council and its commissions: past ones newest first, upcoming ones next first."""
    found = meetings.listed(upcoming=args["when"] == "upcoming", cursor=args["after"], size=args["limit"])
    return page_of(found, args, _meeting)


@bp.get("/meetings/<int:meeting_id>")
@bp.response(200, MeetingWhole)
@public
def meeting(meeting_id: int) -> dict[str, Any]:
    """One meeting with its agenda. Closed items have a number and nothing else."""
    found = meetings.meeting(meeting_id)
    return {**_meeting(found), "items": [_item(line) for line in meetings.agenda(PUBLIC, found)]}


@bp.get("/resolutions")
@bp.arguments(AskResolutions, location="query")
@bp.response(200, ManyResolutions)
@public
def resolution_list(args: dict[str, Any]) -> dict[str, Any]:
    """Resolutions that were notified, newest first."""
    found = resolutions.public_list(
        args["state"], overdue=args["overdue"], cursor=args["after"], size=args["limit"]
    )
    return page_of(found, args, _resolution)


@bp.get("/resolutions/<int:resolution_id>")
@bp.response(200, ResolutionWhole)
@public
def resolution(resolution_id: int) -> dict[str, Any]:
    """One resolution with its clauses and what it is about."""
    found = resolutions.readable(PUBLIC, resolution_id)
    return {
        **_resolution(found), "about": [f"/{c.kind}s/{c.id}" for c in resolutions.subjects(resolution_id)],
        "clauses": [_clause(line) for line in resolutions.clauses_of(resolution_id)],
    }  # fmt: skip


def _resolution(r: Any) -> dict[str, Any]:
    return {
        "id": r.id, "url": f"/council/resolutions/{r.id}", "number": r.number, "term": r.term.number, "organ": _names(r.organ),
        "title": r.title, "text": r.text, "why": r.why, "approved_on": r.approved_on, "notified_at": r.passed_at, "state": r.status,
        "clauses_total": r.clause_count, "clauses_verified": r.verified_count,
    }  # fmt: skip


def _clause(line: resolutions.Line) -> dict[str, Any]:
    c = line.clause
    return {
        "id": c.id, "url": f"/council/clauses/{c.id}", "kind": c.kind, "number": c.number, "text": c.text, "department_id": c.department_id,
        "due": c.due_kind, "due_days": c.due_days, "last_day": c.due_on, "state": c.status, "blocked_reason": c.blocked_reason,
        "standing": line.standing, "overdue": line.late, "completed_at": c.completed_at, "verified_at": c.verified_at,
    }  # fmt: skip


def _item(line: meetings.Line) -> dict[str, Any]:
    item = line.item
    if not line.open_to_reader:
        return {"number": line.number, "public": False}
    return {
        "number": line.number, "public": True, "url": f"/council/items/{item.id}", "kind": item.kind, "title": item.title,
        "report_id": item.report_id, "outcome": item.outcome, "outcome_text": item.outcome_text,
        "stances": {
            "support": item.support_count, "changes": item.changes_count, "against": item.against_count, "abstain": item.abstain_count,
            "declared_interest": item.interest_count,
        },
    }  # fmt: skip


def _meeting(found: Any) -> dict[str, Any]:
    return {
        "id": found.id, "url": f"/council/meetings/{found.id}", "organ": _names(found.organ), "number": found.number, "at": found.at,
        "place": found.place if found.public else None, "public": found.public, "status": found.status,
        "cancel_reason": found.cancel_reason,
    }  # fmt: skip


def _report_row(found: Any) -> dict[str, Any]:
    return {
        "id": found.id, "url": f"/council/reports/{found.id}", "about": json.loads(found.document)["page"],
        "title": found.contribution.title, "frozen_at": found.frozen_at, "sha256": found.sha256,
    }  # fmt: skip


def _names(thing: Any) -> dict[str, str]:
    return {"fa": thing.name_fa, "en": thing.name_en or thing.name_fa, "ar": thing.name_ar or thing.name_fa}
