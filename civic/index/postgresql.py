"""Full text in PostgreSQL: a generated tsvector column ('simple': the text is folded already) with a GIN index."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import column, text


def ids(wanted: Sequence[str]) -> Any:
    """Sub-select of ids that hold every word as a beginning."""
    query = " & ".join(f"'{word}':*" for word in wanted)
    return (
        text("SELECT id FROM indexed_texts WHERE words @@ to_tsquery('simple', :tsq)")
        .bindparams(tsq=query)
        .columns(column("id"))
    )


def similar(wanted: Sequence[str], kind: str, limit: int) -> Any:
    query = " | ".join(f"'{word}'" for word in wanted)
    return text(
        "SELECT id, ts_rank(words, q) AS score FROM indexed_texts, to_tsquery('simple', :tsq) q"
        " WHERE words @@ q AND kind = :kind ORDER BY score DESC LIMIT :most"
    ).bindparams(tsq=query, kind=kind, most=limit)
