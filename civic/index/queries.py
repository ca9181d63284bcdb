"""Finding: `matching(select, words)` narrows any select of contributions to those that hold every word."""

from typing import Any

from sqlalchemy import literal

from civic.core.db import is_sqlite
from civic.core.text import fold, words
from civic.index import postgresql, sqlite


def matching(query: Any, id_column: Any, typed: str) -> Any:
    """Keep the rows whose indexed text holds every word typed (as a beginning). Nothing typed: the query as it is."""
    wanted = words(typed)[:12]
    if not wanted:
        return query if not typed.strip() else query.where(literal(value=False))
    back_end = sqlite if is_sqlite() else postgresql
    return query.where(id_column.in_(back_end.ids(wanted)))


def similar(typed: str, *, kind: str, limit: int = 30) -> Any:
    """A select of (id, score) of one kind that share words with the text, best first."""
    wanted = [word for word in words(typed) if len(word) > 2 and word not in STOP][:24]
    back_end = sqlite if is_sqlite() else postgresql
    return back_end.similar(wanted, kind, limit) if wanted else None


STOP = frozenset(
    fold(
        "از به در با را که این آن برای تا یک هم است هست شود می شد ها های ای بر و یا هر ما من شما اگر باید کند کنند the and for"
    ).split()
)
