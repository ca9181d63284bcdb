"""The public log of decisions, its figures and its table."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from flask import Response, request, stream_with_context, url_for

from civic.audit import queries as audit
from civic.contributions.rules import ContributionKind
from civic.core import clock
from civic.core.text import safe_cell
from civic.core.web import public, render
from civic.moderation import queries
from civic.moderation.rules import APPEAL_HOURS, CLAUSES, AppealStatus, Verdict
from civic.moderation.views.base import bp, one_of

ROLE_ACTS = ("role.grant", "role.revoke")
COLUMNS = (
    "number", "at", "kind", "verdict", "clause", "clause_words", "waited_hours", "appeal", "appeal_judged_at",
)  # fmt: skip


@bp.get("/transparency")
@public
def transparency() -> Response:
    """What was hidden, and why; who was given which role; the head of the record's chain."""
    verdict, kind = (
        one_of("verdict", {*Verdict, AppealStatus.OVERTURNED}),
        one_of("kind", set(ContributionKind)),
    )
    months = queries.months()
    return render(
        "moderation/transparency.html",
        page=queries.log(verdict=verdict, kind=kind, cursor=request.args.get("after", "")),
        months=months,
        month=months[-1],
        clauses=CLAUSES,
        appeal_days=APPEAL_HOURS // 24,
        verdict=verdict,
        kind=kind,
        roles=audit.public_log(acts=ROLE_ACTS, size=10).items,
        head=audit.head(),
        pager_url=lambda after: url_for(
            "moderation.transparency", verdict=verdict or None, kind=kind or None, after=after, _anchor="log"
        ),
    )


@bp.get("/transparency/moderation.csv")
@public
def export() -> Response:
    """The public log as a table."""
    name = f"moderation-{clock.today().isoformat()}.csv"
    return Response(
        stream_with_context(_lines()),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines() -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    yield "\ufeff"
    for row in queries.every_decision():
        words = CLAUSES.get(row.clause or 0, "")
        line = [
            row.number, _hour(row.at), row.contribution_kind, row.verdict, row.clause or "", words,
            -(-row.waited_minutes // 60), row.appeal or "", _hour(row.judged_at),
        ]  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in line])
        if buffer.tell() > 32_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _hour(moment: datetime | None) -> str:
    """No time finer than the hour leaves the house: who was online when is nobody's business."""
    return moment.replace(minute=0, second=0, microsecond=0).isoformat() if moment else ""
