"""Home and the pages about the site; health."""

from flask import Blueprint, Response, jsonify

from civic.core.db import ping
from civic.core.web import public, render

bp = Blueprint("site", __name__)


@bp.get("/")
@public
def home() -> Response:
    """The question of the day, what is open, what was answered."""
    return render("site/home.html")


@bp.get("/health/live")
@public
def live() -> Response:
    """The process runs."""
    return jsonify(status="live")


@bp.get("/health/ready")
@public
def ready() -> Response:
    """The database answers."""
    ping()
    return jsonify(status="ready")
