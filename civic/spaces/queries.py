"""Reads of spaces."""

from typing import Any

from sqlalchemy import select

from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, page
from civic.places.models import District
from civic.spaces import rules
from civic.spaces.models import Space, SpaceKind

STANDING = 1
"""The standing space's id, made by migration."""


def standing() -> Space:
    return db.session.get_one(Space, STANDING)


def space(space_id: int) -> Space:
    found = db.session.get(Space, space_id)
    if found is None:
        raise NotFound
    return found


def threshold_for(space: Space, district_id: int | None) -> int | None:
    """Votes in favour a proposal of this district needs; None in spaces of imports, which owe no answer."""
    if space.kind is SpaceKind.IMPORT:
        return None
    population = (
        db.session.scalar(select(District.population).where(District.id == district_id))
        if district_id
        else None
    )
    return rules.threshold(
        population,
        floor=space.threshold_floor,
        per_ten_thousand=space.threshold_per_ten_thousand,
        city=space.threshold_city,
    )


def moderated(cursor: str = "", size: int = 25) -> Page[Any]:
    """The standing space, then the consultations' rooms, newest first: where the operator sets when texts are seen."""
    query = select(Space).where(Space.kind != SpaceKind.IMPORT)
    return page(query, [(Space.id, True)], cursor=cursor, size=size)


def space_for_change(space_id: int) -> Space:
    """A space, locked and fresh; NotFound otherwise."""
    return one_for_change(select(Space).where(Space.id == space_id))
