"""What meetings tell the rest. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ItemPlaced:
    """Something stands on an agenda; `contribution_id` is what it is about, when everybody may know."""

    item_id: int
    meeting_id: int
    contribution_id: int | None = None


@dataclass(frozen=True)
class MeetingCancelled:
    meeting_id: int
