"""What moderation tells the rest. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DecisionTaken:
    """A moderator decided; it takes effect when it can no longer be taken back."""

    decision_id: int


@dataclass(frozen=True)
class DecisionMade:
    """A decision took effect; the author and those who reported are told, with the reason."""

    decision_id: int


@dataclass(frozen=True)
class AppealMade:
    """Somebody asks that another moderator looks at a decision."""

    appeal_id: int


@dataclass(frozen=True)
class AppealJudged:
    """Another moderator upheld or overturned it; the author and those who reported are told."""

    appeal_id: int


@dataclass(frozen=True)
class WritingShut:
    """A person may not write, for a time or for good."""

    block_id: int


@dataclass(frozen=True)
class WritingOpened:
    """A block ended, by its time or by a moderator."""

    block_id: int


@dataclass(frozen=True)
class ReviewOverdue:
    """The morning's word to the moderators: how many items and appeals are past their time."""

    day: str
    items: int
    appeals: int
