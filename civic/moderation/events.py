"""What moderation tells the rest. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DecisionMade:
    """A moderator decided; the author and those who reported are told, with the reason."""

    decision_id: int
