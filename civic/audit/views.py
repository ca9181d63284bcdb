"""The heads of the chain, for anybody to keep."""

from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify

from civic.audit import queries
from civic.core.web import public

bp = Blueprint("audit", __name__)


@bp.get("/transparency/heads.json")
@public
def heads() -> Response:
    """The newest link now, and those published each hour, newest last."""
    file = Path(current_app.config["DATA_DIR"]) / queries.HEADS
    return jsonify(
        now=queries.head().as_json(),
        heads=[one.as_json() for one in queries.published_heads(file, last=1000)],
    )
