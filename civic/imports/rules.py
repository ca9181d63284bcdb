"""Reading one row of another platform: what is wrong with it is said with its row, column and reason."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

BARCELONA = ZoneInfo("Europe/Madrid")
SOURCES = {"citizen", "organization", "meeting", "official"}
STATUSES = {"accepted", "rejected"}
SIDES = {1: "for", -1: "against", 0: "neutral", None: "neutral"}


class Refused(Exception):
    """One cell that cannot be read."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


@dataclass
class Report:
    """What an import found. `refused` rows: (file, row from 1, column, reason)."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: list[tuple[str, int, str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
            "refused": [list(r) for r in self.refused],
        }


@dataclass(frozen=True)
class ProposalRow:
    key: str
    title: str
    text: str
    category: str
    district: str
    source: str
    accepted: bool
    at: datetime
    votes: int
    author: str


@dataclass(frozen=True)
class CommentRow:
    key: str
    proposal: str
    parent: str
    side: str
    html: str
    at: datetime
    likes: int
    author: str


def _need(row: dict[str, Any], column: str, kind: type) -> Any:
    if column not in row:
        raise Refused(column, "the column is missing")
    value = row[column]
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise Refused(column, f"{value!r} is no {kind.__name__}")
    return value


def _count(row: dict[str, Any], column: str) -> int:
    value: int = _need(row, column, int)
    if value < 0:
        raise Refused(column, f"{value} is negative")
    return value


def _author(row: dict[str, Any]) -> str:
    """The origin leaves some authors out; all of those are one unnamed person."""
    return "0" if row.get("author_id") is None else str(_count(row, "author_id"))


def read_time(text: str, column: str) -> datetime:
    """22/01/2016 or 01/02/2016 11:37:31, Barcelona time, as UTC."""
    for shape in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).replace(tzinfo=BARCELONA).astimezone(UTC)
        except ValueError:
            continue
    raise Refused(column, f"{text!r} is no date like 22/01/2016")


def read_proposal(row: dict[str, Any]) -> ProposalRow:
    """Refused when a cell cannot be read; nothing is guessed or cut."""
    title = _need(row, "title", str).strip()
    if not title or len(title) > 300:
        raise Refused("title", "a title has 1 to 300 characters")
    status = _need(row, "status", str)
    if status not in STATUSES:
        raise Refused("status", f"{status!r} is not one of {sorted(STATUSES)}")
    source = _need(row, "source", str)
    if source not in SOURCES:
        raise Refused("source", f"{source!r} is not one of {sorted(SOURCES)}")
    district = row.get("district")
    if district is not None and not isinstance(district, str):
        raise Refused("district", f"{district!r} is no name")
    return ProposalRow(
        key=str(_count(row, "id")), title=re.sub(r"\s+", " ", title), text=_need(row, "summary", str).strip() or title,
        category=_need(row, "category", str).strip(), district=(district or "").strip(), source=source,
        accepted=status == "accepted", at=read_time(_need(row, "created_at", str), "created_at"),
        votes=_count(row, "total_votes"), author=_author(row),
    )  # fmt: skip


def read_comment(row: dict[str, Any]) -> CommentRow:
    """Refused when a cell cannot be read. The parent is the thread's root: here replies have one level."""
    ancestry = row.get("ancestry")
    if ancestry is not None and not re.fullmatch(r"\d+(/\d+)*", str(ancestry)):
        raise Refused("ancestry", f"{ancestry!r} is no path of ids")
    alignment = row.get("alignment")
    if alignment not in SIDES or isinstance(alignment, bool):
        raise Refused("alignment", f"{alignment!r} is not one of -1, 0, 1 or null")
    body = _need(row, "body", str).strip()
    if not body:
        raise Refused("body", "the comment is empty")
    return CommentRow(
        key=str(_count(row, "id")), proposal=str(_count(row, "proposal_id")), parent=str(ancestry).split("/")[0] if ancestry else "",
        side=SIDES[alignment], html=body, at=read_time(_need(row, "created_at", str), "created_at"),
        likes=_count(row, "likes"), author=_author(row),
    )  # fmt: skip
