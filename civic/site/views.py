"""Home and the pages about the site; health."""

from flask import Blueprint, Response, current_app, jsonify, make_response

from civic.core import clock
from civic.core.db import ping
from civic.core.errors import NotFound
from civic.core.web import current_actor, public, render
from civic.moderation.rules import CLAUSES
from civic.opendata.queries import figures as figures_of
from civic.outcomes.queries import lately_answered
from civic.site import queries
from civic.spaces.queries import standing
from civic.votes.queries import panel_of

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
