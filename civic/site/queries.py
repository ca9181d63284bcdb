"""Reads of the front door."""

from collections.abc import Sequence

from sqlalchemy import select

from civic.core.db import db
from civic.imports.models import ImportRun


def imported_sets() -> Sequence[str]:
    """Names of the data sets that were imported."""
    return db.session.scalars(select(ImportRun.format).distinct().order_by(ImportRun.format)).all()
