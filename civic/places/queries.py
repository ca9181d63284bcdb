"""Reads of districts."""

from collections.abc import Sequence

from sqlalchemy import select

from civic.core.db import db
from civic.core.errors import NotFound
from civic.places.models import District


def districts(origin: str = "") -> Sequence[District]:
    """The city's own districts in their order."""
    return db.session.scalars(
        select(District).where(District.origin == origin).order_by(District.position, District.id)
    ).all()


def district(district_id: int | None) -> District:
    found = db.session.get(District, district_id) if district_id else None
    if found is None:
        raise NotFound
    return found
