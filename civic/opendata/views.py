"""/api/v1: JSON reads, paged by key, with an OpenAPI 3.1 document made from these very lines."""

from datetime import UTC
from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from civic.cases.rules import CaseStatus
from civic.contributions.rules import ContributionKind
from civic.core import clock
from civic.core.errors import NotFound, RuleBroken
from civic.core.text import N_
from civic.core.web import public
from civic.cosigning.queries import signed_of
from civic.opendata import queries
from civic.opendata.pages import page_of
from civic.opendata.queries import Row
from civic.votes.queries import result_of

bp = Blueprint("opendata", __name__, url_prefix="/api/v1", description="Everything public, as JSON")
LEVELS = {"stakeholder"}


class Names(Schema):
    fa = fields.String()
    en = fields.String()
    ar = fields.String()


class PageOf(Schema):
    limit = fields.Integer(
        load_default=20,
        validate=validate.Range(min=1, max=100),
        metadata={"description": "rows a page, at most 100"},
    )
    after = fields.String(load_default="", metadata={"description": "cursor from `next`"})
    updated_since = fields.AwareDateTime(
        load_default=None, default_timezone=UTC, metadata={"description": "ISO 8601"}
    )


class ReferralsOf(PageOf):
    state = fields.String(
        load_default="", validate=validate.OneOf(["", *(str(state) for state in CaseStatus)])
    )
    department = fields.Integer(load_default=None, metadata={"description": "id of a department"})
    overdue = fields.Boolean(
        load_default=None, metadata={"description": "past its due moment and not answered"}
    )

    class Meta:
        exclude = ("updated_since",)


class ReferralOut(Schema):
    number = fields.String()
    contribution = fields.Integer()
    kind = fields.String()
    title = fields.String()
    state = fields.String()
    door = fields.String()
    department = fields.Integer(allow_none=True)
    opened_at = fields.DateTime()
    due_at = fields.DateTime(metadata={"description": "first moment after the last working day"})
    answered_at = fields.DateTime(allow_none=True)
    overdue = fields.Boolean()
    waiting_for_author = fields.Boolean()
    extended = fields.Boolean()
    extension_reason = fields.String()
    returns = fields.Integer()
    reopened = fields.Integer()


class ManyReferrals(Schema):
    items = fields.List(fields.Nested(ReferralOut))
    next = fields.String(allow_none=True)


class Votes(Schema):
    open = fields.Boolean()
    opens_at = fields.DateTime()
    closes_at = fields.DateTime()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    threshold = fields.Integer(allow_none=True)
    threshold_reached_at = fields.DateTime(allow_none=True)
    supporters = fields.Integer(
        metadata={
            "description": "people in favour, each once, with what was merged into it; see counts for its own ballots"
        }
    )


class Origin(Schema):
    name = fields.String()
    votes = fields.Integer(
        allow_none=True, metadata={"description": "the origin's own count; no ballots of this site"}
    )


class Base(Schema):
    id = fields.Integer()
    url = fields.String()
    title = fields.String()
    summary = fields.String()
    html = fields.String()
    language = fields.String()
    stage = fields.String()
    status = fields.String()
    byline = fields.String()
    capacity = fields.String()
    group_id = fields.Integer(allow_none=True)
    category = fields.Nested(Names, allow_none=True)
    district = fields.Nested(Names, allow_none=True)
    place = fields.String()
    published_at = fields.DateTime(allow_none=True)
    updated_at = fields.DateTime()
    version = fields.Integer()
    comments = fields.Integer()
    origin = fields.Nested(Origin, allow_none=True)
    merged_into = fields.Integer(allow_none=True, metadata={"description": "what it was merged into"})


class CosignerOut(Schema):
    name = fields.String()
    capacity = fields.String()
    group_id = fields.Integer(allow_none=True)


class ProposalOut(Base):
    cosigners = fields.List(fields.Nested(CosignerOut))
    votes = fields.Nested(Votes, allow_none=True)
    problem_id = fields.Integer(allow_none=True)
    case_number = fields.String(allow_none=True)


class ProblemOut(Base):
    joined = fields.Integer(metadata={"description": "people who said: it affects me too"})


class CommentOut(Schema):
    id = fields.Integer()
    parent_id = fields.Integer(allow_none=True)
    side = fields.String(validate=validate.OneOf(["for", "against", "neutral"]))
    html = fields.String()
    byline = fields.String()
    capacity = fields.String()
    useful = fields.Integer()
    published_at = fields.DateTime(allow_none=True)
    origin = fields.Nested(Origin, allow_none=True)


class VersionOut(Schema):
    number = fields.Integer()
    title = fields.String()
    html = fields.String()
    until = fields.DateTime(
        allow_none=True, metadata={"description": "when it was replaced; none for the present one"}
    )


class PhaseOut(Schema):
    kind = fields.String()
    name = fields.String()
    opens_at = fields.DateTime()
    closes_at = fields.DateTime()


class ConsultationOut(Base):
    state = fields.String()
    department_id = fields.Integer(allow_none=True)
    participants = fields.Integer()
    can_change = fields.List(fields.String())
    cannot_change = fields.List(fields.String())
    phases = fields.List(fields.Nested(PhaseOut))
    options = fields.Dict(keys=fields.String(), values=fields.String())
    votes = fields.Nested(Votes, allow_none=True)


class Many(Schema):
    items = fields.List(fields.Nested(ProposalOut))
    next = fields.String(allow_none=True)


class ManyProblems(Many):
    items = fields.List(fields.Nested(ProblemOut))


class ManyComments(Many):
    items = fields.List(fields.Nested(CommentOut))


class ManyVersions(Many):
    items = fields.List(fields.Nested(VersionOut))


class ManyConsultations(Many):
    items = fields.List(fields.Nested(ConsultationOut))


Tally = Schema.from_dict(
    {
        "ballots": fields.Integer(metadata={"description": "counted from the ballot rows"}),
        "counted": fields.Integer(metadata={"description": "the number the pages show"}),
        "for": fields.Integer(),
        "against": fields.Integer(),
        "supporters": fields.Integer(
            metadata={
                "description": "only where others were merged into it: people in favour, each once, as pages show"
            }
        ),
        "supporters_counted": fields.Integer(
            metadata={"description": "the same, counted from the ballot rows"}
        ),
    },
    name="Tally",
)


class Results(Schema):
    closed = fields.Boolean()
    totals = fields.Dict(keys=fields.String(), values=fields.Integer())
    by = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Integer()),
        allow_none=True,
    )
    rule_version = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True)
    taken_at = fields.DateTime(allow_none=True)


class DepartmentOut(Schema):
    id = fields.Integer()
    code = fields.String()
    name = fields.Nested(Names)
    status = fields.String()
    figures = fields.Dict(
        allow_none=True, metadata={"description": "as in /outcomes; null before the first count"}
    )


class ManyDepartments(Many):
    items = fields.List(fields.Nested(DepartmentOut))


class FiguresOut(Schema):
    taken_at = fields.DateTime(allow_none=True)
    figures = fields.Dict()


class OutcomesOut(FiguresOut):
    departments = fields.List(fields.Dict())
    districts = fields.List(fields.Dict(), metadata={"description": "id 0 is what belongs to no district"})
    promises = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "promises by section of the book; unheard: not confirmed within 28 days"},
    )


class ResultsQuery(Schema):
    by = fields.String(load_default="")


@bp.get("/proposals")
@bp.arguments(PageOf, location="query")
@bp.response(200, Many)
@public
def proposals(args: dict[str, Any]) -> dict[str, Any]:
    """Public proposals, newest first."""
    found = queries.list_of(
        ContributionKind.PROPOSAL,
        cursor=args["after"],
        limit=args["limit"],
        updated_since=args["updated_since"],
    )
    ids = [row.contribution.id for row in found.items]
    problems, cases, cosigners = queries.problems_of(ids), queries.cases_of(ids), signed_of(ids)
    return page_of(found, args, lambda row: _proposal(row, problems, cases, cosigners))


@bp.get("/proposals/<int:contribution_id>")
@bp.response(200, ProposalOut)
@public
def proposal(contribution_id: int) -> dict[str, Any]:
    """One proposal."""
    row = queries.one(ContributionKind.PROPOSAL, contribution_id)
    ids = [contribution_id]
    return _proposal(row, queries.problems_of(ids), queries.cases_of(ids), signed_of(ids))


@bp.get("/proposals/<int:contribution_id>/comments")
@bp.arguments(PageOf, location="query")
@bp.response(200, ManyComments)
@public
def proposal_comments(args: dict[str, Any], contribution_id: int) -> dict[str, Any]:
    """Public comments on a proposal, newest first."""
    found = queries.comments_of(
        ContributionKind.PROPOSAL, contribution_id, cursor=args["after"], limit=args["limit"]
    )
    return page_of(found, args, _comment)


@bp.get("/proposals/<int:contribution_id>/tally")
@bp.response(200, Tally)
@public
def proposal_tally(contribution_id: int) -> Response:
    """The count of a proposal's vote beside a count of its ballots."""
    return jsonify(queries.tally(contribution_id))


@bp.get("/proposals/<int:contribution_id>/versions")
@bp.response(200, ManyVersions)
@public
def proposal_versions(contribution_id: int) -> dict[str, Any]:
    """What a proposal said before each public edit, and what it says now, newest first."""
    return {"items": queries.versions(ContributionKind.PROPOSAL, contribution_id), "next": None}


@bp.get("/problems/<int:contribution_id>/versions")
@bp.response(200, ManyVersions)
@public
def problem_versions(contribution_id: int) -> dict[str, Any]:
    """What a problem said before each public edit, and what it says now, newest first."""
    return {"items": queries.versions(ContributionKind.PROBLEM, contribution_id), "next": None}


@bp.get("/problems")
@bp.arguments(PageOf, location="query")
@bp.response(200, ManyProblems)
@public
def problems(args: dict[str, Any]) -> dict[str, Any]:
    """Public problems, newest first."""
    found = queries.list_of(
        ContributionKind.PROBLEM,
        cursor=args["after"],
        limit=args["limit"],
        updated_since=args["updated_since"],
    )
    return page_of(found, args, _problem)


@bp.get("/problems/<int:contribution_id>")
@bp.response(200, ProblemOut)
@public
def problem(contribution_id: int) -> dict[str, Any]:
    """One problem."""
    return _problem(queries.one(ContributionKind.PROBLEM, contribution_id))


@bp.get("/problems/<int:contribution_id>/comments")
@bp.arguments(PageOf, location="query")
@bp.response(200, ManyComments)
@public
def problem_comments(args: dict[str, Any], contribution_id: int) -> dict[str, Any]:
    """Public comments on a problem, newest first."""
    found = queries.comments_of(
        ContributionKind.PROBLEM, contribution_id, cursor=args["after"], limit=args["limit"]
    )
    return page_of(found, args, _comment)


@bp.get("/consultations")
@bp.arguments(PageOf, location="query")
@bp.response(200, ManyConsultations)
@public
def consultations(args: dict[str, Any]) -> dict[str, Any]:
    """Approved consultations, newest first."""
    return page_of(queries.consultation_list(cursor=args["after"], limit=args["limit"]), args, _consultation)


@bp.get("/consultations/<int:contribution_id>")
@bp.response(200, ConsultationOut)
@public
def consultation(contribution_id: int) -> dict[str, Any]:
    """One consultation with its phases and options."""
    return _consultation(queries.consultation(contribution_id))


@bp.get("/consultations/<int:contribution_id>/results")
@bp.arguments(ResultsQuery, location="query")
@bp.response(200, Results)
@public
def results(args: dict[str, Any], contribution_id: int) -> dict[str, Any]:
    """Totals; by stakeholder only after closing and only cells that protect voters."""
    if args["by"] and args["by"] not in LEVELS:
        raise RuleBroken(N_("تفکیک فقط با by=stakeholder شدنی است."))
    row = queries.consultation(contribution_id)
    found = result_of(contribution_id)
    return {
        "closed": found is not None,
        "totals": found.totals if found else row.counts or {},
        "by": found.by_kind if found and args["by"] else None,
        "rule_version": found.rule_version if found else None,
        "sha256": found.sha256 if found else None,
        "taken_at": found.taken_at if found else None,
    }


@bp.get("/departments")
@bp.response(200, ManyDepartments)
@public
def departments() -> dict[str, Any]:
    """Departments of the municipality, and how each of them answers."""
    rows = {row["id"]: row for row in queries.figures("departments")[0].get("rows", [])}
    return {
        "items": [
            {"id": d.id, "code": d.code, "name": _names(d), "status": d.status, "figures": rows.get(d.id)}
            for d in queries.departments()
        ],
        "next": None,
    }


@bp.get("/referrals")
@bp.arguments(ReferralsOf, location="query")
@bp.response(200, ManyReferrals)
@public
def referrals(args: dict[str, Any]) -> dict[str, Any]:
    """Who owes an official answer to what, until when, and whether it was given. Nothing of the desks' own notes."""
    found = queries.referrals(
        state=args["state"], department=args["department"], overdue=args["overdue"], cursor=args["after"],
        limit=args["limit"],
    )  # fmt: skip
    return page_of(found, args, _referral)


def _referral(row: queries.Referral) -> dict[str, Any]:
    case = row.case
    return {
        "number": case.number, "contribution": row.contribution.id, "kind": row.contribution.kind,
        "title": row.contribution.title, "state": case.status, "door": case.door, "department": case.department_id,
        "opened_at": case.opened_at, "due_at": case.due_at, "answered_at": case.answered_at,
        "overdue": case.answered_at is None and case.due_at <= clock.now(),
        "waiting_for_author": case.duty.paused_at is not None, "extended": bool(case.duty.extension_days),
        "extension_reason": case.duty.extension_reason, "returns": case.return_count, "reopened": case.reopen_count,
    }  # fmt: skip


@bp.get("/statistics")
@bp.response(200, FiguresOut)
@public
def statistics() -> dict[str, Any]:
    """The totals that pages show, with the moment they were taken."""
    data, taken_at = queries.figures("statistics")
    return {"figures": data, "taken_at": taken_at}


@bp.get("/imports/<name>")
@bp.response(200, FiguresOut)
@public
def imported(name: str) -> dict[str, Any]:
    """The totals of an imported data set, in its origin's own words, counted in this database."""
    data, taken_at = queries.figures(f"import:{name[:40]}")
    if taken_at is None:
        raise NotFound
    return {"figures": data, "taken_at": taken_at}


@bp.get("/outcomes")
@bp.response(200, OutcomesOut)
@public
def outcomes() -> dict[str, Any]:
    """Answered in time, promised, confirmed done: the figures of /outcomes, and their parts by department and district.

    The rows of either table sum up to the figures. Nothing that was merely closed counts as done.
    """
    data, taken_at = queries.figures("outcomes")
    departments, districts, promises = (
        queries.figures(name)[0] for name in ("departments", "districts", "promises")
    )
    return {
        "figures": data, "taken_at": taken_at, "departments": departments.get("rows", []),
        "districts": [{**row, "id": int(key)} for key, row in districts.get("rows", {}).items()],
        "promises": promises.get("columns", {}),
    }  # fmt: skip


def _names(thing: Any) -> dict[str, str]:
    return {"fa": thing.name_fa, "en": thing.name_en or thing.name_fa, "ar": thing.name_ar or thing.name_fa}


def _base(row: Row, prefix: str) -> dict[str, Any]:
    c = row.contribution
    return {
        "id": c.id, "url": f"/{prefix}/{c.id}", "title": c.title, "summary": c.summary, "html": c.html, "language": c.language,
        "stage": c.stage, "status": c.status, "byline": c.byline, "capacity": c.capacity, "group_id": c.group_id,
        "category": _names(c.category) if c.category else None, "district": _names(c.district) if c.district else None,
        "place": c.place_text, "published_at": c.published_at, "updated_at": c.updated_at, "version": c.version,
        "comments": c.comment_count, "origin": _origin(row), "merged_into": c.merged_into_id if c.status == "merged" else None,
    }  # fmt: skip


def _origin(row: Row) -> dict[str, Any] | None:
    c = row.contribution
    return {"name": c.origin, "votes": c.origin_votes} if c.origin else None


def _votes(row: Row) -> dict[str, Any] | None:
    q = row.question
    if q is None:
        return None
    return {
        "open": q.status == "open" and q.opens_at <= clock.now() < q.closes_at, "opens_at": q.opens_at, "closes_at": q.closes_at,
        "counts": row.counts or {}, "threshold": q.threshold, "threshold_reached_at": q.threshold_reached_at,
    }  # fmt: skip


def _proposal(
    row: Row, problems: dict[int, int], cases: dict[int, Any], cosigners: dict[int, list[Any]]
) -> dict[str, Any]:
    case, votes = cases.get(row.contribution.id), _votes(row)
    if votes is not None:
        votes["supporters"] = votes["counts"].get("for", 0) + row.merged
    return {
        **_base(row, "proposals"), "votes": votes, "problem_id": problems.get(row.contribution.id),
        "case_number": case.number if case else None,
        "cosigners": [
            {"name": c.byline, "capacity": c.capacity, "group_id": c.group_id}
            for c in cosigners.get(row.contribution.id, [])
        ],
    }  # fmt: skip


def _problem(row: Row) -> dict[str, Any]:
    return {**_base(row, "problems"), "joined": row.contribution.join_count}


def _comment(row: Row) -> dict[str, Any]:
    c, own = row.contribution, row.extra
    return {
        "id": c.id, "parent_id": own.parent_id, "side": own.side, "html": c.html, "byline": c.byline, "capacity": c.capacity,
        "useful": own.useful_count, "published_at": c.published_at, "origin": _origin(row),
    }  # fmt: skip


def _consultation(row: Row) -> dict[str, Any]:
    own, space = row.extra
    return {
        **_base(row, "consultations"), "state": own.status, "department_id": own.department_id, "participants": own.participant_count,
        "can_change": own.can_change.splitlines(), "cannot_change": own.cannot_change.splitlines(),
        "phases": [{"kind": p.kind, "name": p.name, "opens_at": p.opens_at, "closes_at": p.closes_at} for p in space.phases],
        "options": {o.key: o.label for o in row.question.options} if row.question else {}, "votes": _votes(row),
    }  # fmt: skip
