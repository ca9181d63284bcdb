"""The page with one box."""

from flask import Blueprint, render_template, request

from civic.contributions.rules import ContributionKind
from civic.core.limits import limit
from civic.core.text import clean_line
from civic.core.web import address, linker, public
from civic.search import queries

bp = Blueprint("search", __name__)


@bp.get("/search")
@public
def index() -> str:
    """Problems, proposals and consultations that hold every word typed."""
    words = clean_line(request.args.get("q", ""))[:200]
    wanted = request.args.get("kind", "")
    kind = ContributionKind(wanted) if wanted in queries.KINDS else None
    page = None
    if words:
        limit("search", address(), 240, 60)
        page = queries.find(queries.Asked(words, kind), request.args.get("after", ""))
    return render_template(
        "search/index.html",
        words=words,
        kind=kind,
        page=page,
        kinds=queries.KINDS,
        link=linker("search.index", q=words, kind=kind),
    )
