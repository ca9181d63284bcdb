"""Reads of spaces."""

from sqlalchemy import select

from civic.core.db import db
from civic.core.errors import NotFound
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
