"""Full text in SQLite: an FTS5 table with prefix indexes, kept by triggers on indexed_texts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import column, text


def ids(wanted: Sequence[str]) -> Any:
    """Sub-select of ids that hold every word as a beginning."""
    match = " AND ".join(f'"{word}"*' for word in wanted)
    return (
        text("SELECT rowid FROM indexed_fts WHERE indexed_fts MATCH :fts")
        .bindparams(fts=match)
        .columns(column("id"))
    )


def similar(wanted: Sequence[str], kind: str, limit: int) -> Any:
    match = " OR ".join(f'"{word}"' for word in wanted)
    return text(
        "SELECT i.id AS id, -bm25(indexed_fts, 3.0, 1.0) AS score FROM indexed_fts JOIN indexed_texts i ON i.id = indexed_fts.rowid"
        " WHERE indexed_fts MATCH :fts AND i.kind = :kind ORDER BY bm25(indexed_fts, 3.0, 1.0) LIMIT :most"
    ).bindparams(fts=match, kind=kind, most=limit)
