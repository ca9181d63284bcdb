"""What groups tell the rest."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GroupAsked:
    """A group waits for the operator."""

    group_id: int


@dataclass(frozen=True)
class GroupActivated:
    """Its members may speak for it from now on."""

    group_id: int


@dataclass(frozen=True)
class JoinAsked:
    """Somebody waits for a manager's word."""

    group_id: int
    user_id: int


@dataclass(frozen=True)
class MemberAdmitted:
    group_id: int
    user_id: int
