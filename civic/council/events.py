"""What the council's questions tell the rest. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CouncilAsked:
    """A member asked a department in public; `about_id` is what it is about, if anything."""

    question_id: int
    about_id: int | None = None
