"""A page of rows as every JSON list of the site answers it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import request, url_for

from civic.core.paging import Page


def page_of(found: Page[Any], args: dict[str, Any], shape: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """{"items": …, "next": …}: the address of the next page asks the same question, from where this one ends."""
    following = None
    if found.next:
        kept = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in args.items()
            if value not in ("", None)
        }
        following = url_for(
            request.endpoint or "", **{**(request.view_args or {}), **kept, "after": found.next}
        )
    return {"items": [shape(row) for row in found.items], "next": following}
