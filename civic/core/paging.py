"""Pages by key: the next page starts after the last row seen, so page 5,000 costs what page 1 costs."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, or_

from civic.core.db import db
from civic.core.text import MOST_ID

T = TypeVar("T")
KEY = Sequence[tuple[Any, bool]]
"""Columns with a flag: True for falling order. The last must be unique."""


@dataclass(frozen=True)
class Page(Generic[T]):
    items: Sequence[T]
    next: str | None
    first: bool


def encode(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode(cursor: str, size: int) -> list[Any] | None:
    """The values of a cursor, or None when it is no cursor of ours: the first page is shown then."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        return None
    good = isinstance(values, list) and len(values) == size
    return values if good and all(type(v) is int and abs(v) <= MOST_ID for v in values) else None


def after(key: KEY, values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows that come after `values` in the order of `key`."""
    lines = []
    for i, (column, falling) in enumerate(key):
        same = [k[0] == v for k, v in zip(key[:i], values[:i], strict=True)]
        step = column < values[i] if falling else column > values[i]
        lines.append(and_(*same, step))
    # the plain bound lets the database enter its index at the right place, however deep the page
    column, falling = key[0]
    bound = column <= values[0] if falling else column >= values[0]
    return and_(bound, or_(*lines))


def page(
    query: Any,
    key: KEY,
    *,
    cursor: str = "",
    size: int = 20,
    rows: Callable[[Any], Any] | None = None,
) -> Page[Any]:
    """One page of integer-keyed rows. The key columns are added to the query to make the next cursor."""
    values = decode(cursor, len(key)) if cursor else None
    columns = [column for column, _ in key]
    ordered = query.add_columns(*columns).order_by(*[c.desc() if falling else c.asc() for c, falling in key])
    if values is not None:
        ordered = ordered.where(after(key, values))
    found = db.session.execute(ordered.limit(size + 1)).all()
    width = len(columns)
    shown = [row[:-width] for row in found[:size]]
    items = [rows(row) if rows else (row[0] if len(row) == 1 else row) for row in shown]
    following = encode([int(v) for v in found[size - 1][-width:]]) if len(found) > size else None
    return Page(items, following, values is None)


def wheel(
    query: Any, turned: Any, id_column: Any, start: int, *, cursor: str = "", size: int = 20,
    rows: Callable[[Any], Any] | None = None,
) -> Page[Any]:  # fmt: skip
    """One page of a stored random order that begins at `start` and runs once around. The cursor keeps the day's start."""
    values = decode(cursor, 4) if cursor else None
    start, second, *last = values if values is not None else [start, 0]
    found: list[Any] = []
    for half in (0, 1):
        if half < second or len(found) > size:
            continue
        part = query.add_columns(turned, id_column).order_by(turned.asc(), id_column.asc())
        part = part.where(turned >= start if half == 0 else turned < start)
        if last and half == second:
            part = part.where(after([(turned, False), (id_column, False)], last))
        found += [(half, *row) for row in db.session.execute(part.limit(size + 1 - len(found))).all()]
    shown = [row[1:-2] for row in found[:size]]
    items = [rows(row) if rows else (row[0] if len(row) == 1 else row) for row in shown]
    end = found[size - 1] if len(found) > size else None
    following = encode([start, end[0], int(end[-2]), int(end[-1])]) if end else None
    return Page(items, following, values is None)
