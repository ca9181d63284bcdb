"""One box over everything the public may read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from civic.contributions.models import Contribution
from civic.contributions.queries import with_card
from civic.contributions.rules import LISTED, ContributionKind
from civic.core.paging import Page, page
from civic.index.queries import matching

KINDS = (ContributionKind.PROBLEM, ContributionKind.PROPOSAL, ContributionKind.CONSULTATION)


@dataclass(frozen=True)
class Asked:
    """What is looked for."""

    words: str
    kind: ContributionKind | None = None


def find(asked: Asked, cursor: str = "", *, size: int = 20) -> Page[Contribution]:
    """Public problems, proposals and consultations that hold every word, newest first: one query."""
    kinds = (asked.kind,) if asked.kind else KINDS
    query: Select[Any] = with_card(select(Contribution)).where(
        Contribution.kind.in_(kinds), Contribution.status.in_(LISTED)
    )
    return page(
        matching(query, Contribution.id, asked.words), [(Contribution.id, True)], cursor=cursor, size=size
    )  # type: ignore[list-item]
