"""Home and the pages about the site; health."""

import json
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, make_response, request, stream_with_context

from civic.audit import queries as audit
from civic.core import clock
from civic.core.db import ping
from civic.core.errors import NotFound
from civic.core.limits import limit
from civic.core.text import row_id
from civic.core.web import address, current_actor, public, render
from civic.moderation.rules import CLAUSES
from civic.opendata.queries import figures as figures_of
from civic.outcomes.queries import lately_answered
from civic.site import queries
from civic.spaces.queries import standing
from civic.votes.queries import panel_of
from config import ROOT

bp = Blueprint("site", __name__)


@bp.get("/")
@public
def home() -> Response:
    """The question of the day, what is open, what was answered."""
    question = queries.question_of_the_day(clock.today())
    return render(
        "site/home.html",
        question=question,
        panel=panel_of(current_actor(), question) if question else None,
        open_now=queries.open_consultations(),
        near=queries.near_threshold(),
        answered=lately_answered(2),
        mosaic_counts=queries.mosaic(),
        space=standing(),
    )


@bp.get("/health/live")
@public
def live() -> Response:
    """The process runs."""
    return jsonify(status="live")


@bp.get("/health/ready")
@public
def ready() -> Response:
    """The database answers, and has the shape this code was written for."""
    ping()
    if not current_app.extensions["schema_is_current"]():
        return make_response(jsonify(status="the database has another shape; run: civic migrate"), 503)
    return jsonify(status="ready")


@bp.get("/rules")
@public
def rules() -> Response:
    """The code of conduct: numbered clauses that every refusal names."""
    return render("site/rules.html", clauses=CLAUSES)


@bp.get("/help")
@public
def help_page() -> Response:
    """How a proposal travels, and how to take part without this site."""
    return render("site/help.html", space=standing())


@bp.get("/accessibility")
@public
def accessibility() -> Response:
    """What works, what was tried, whom to tell."""
    return render("site/accessibility.html")


@bp.get("/privacy")
@public
def privacy() -> Response:
    """What is kept, for how long, and what is not promised."""
    return render("site/privacy.html")


@bp.get("/data")
@public
def data() -> Response:
    """Everything public as files and JSON."""
    return render("site/data.html", imports=queries.imported_sets())


@bp.get("/data/imports/<name>")
@public
def imported(name: str) -> Response:
    """The totals of an imported data set."""
    figures, taken_at = figures_of(f"import:{name[:40]}")
    if taken_at is None:
        raise NotFound
    return render("site/imported.html", name=name, figures=figures, taken_at=taken_at)


@bp.get("/api")
@public
def api() -> Response:
    """How programs read the site."""
    return render("site/api.html")


@bp.get("/transparency/record.jsonl")
@public
def record() -> Response:
    """The record up to the newest published head, a link a line; `after` goes on from a number that one has already."""
    limit("record", address(), 30, 3600)
    heads = audit.published_heads(Path(current_app.config["DATA_DIR"]) / audit.HEADS, last=1)
    upto = heads[-1].seq if heads else 0
    after = min(row_id(request.args.get("after")) or 0, upto)
    start = {"record": "charsu", "after": after, "prev": audit.hash_of(after), "upto": upto}

    def lines() -> Iterator[str]:
        yield json.dumps(start) + "\n"
        for line in queries.record_lines(after, upto):
            yield json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"

    return Response(
        stream_with_context(_in_pieces(lines())),
        mimetype="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="record.jsonl"'},
    )


@bp.get("/transparency/verify_record.py")
@public
def verifier() -> Response:
    """The program that checks the record; it needs Python alone and imports nothing of ours."""
    text = (Path(ROOT) / "deploy" / "verify_record.py").read_text()
    headers = {"Content-Disposition": 'attachment; filename="verify_record.py"'}
    return Response(text, mimetype="text/x-python", headers=headers)


def _in_pieces(lines: Iterator[str], size: int = 32_000) -> Iterator[str]:
    """A network packet per line would be slow."""
    piece: list[str] = []
    length = 0
    for line in lines:
        piece.append(line)
        length += len(line)
        if length > size:
            yield "".join(piece)
            piece, length = [], 0
    yield "".join(piece)
