"""What accounts tell the rest."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RoleChanged:
    """Somebody was given or lost a role; their sessions ended."""

    user_id: int
    role: str
    given: bool
