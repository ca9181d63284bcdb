"""States of a group, roles in it, and what keeps it led, as plain values."""

from enum import StrEnum

from civic.core.actor import Kind
from civic.core.errors import RuleBroken
from civic.core.text import N_


class GroupStatus(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class MemberRole(StrEnum):
    MEMBER = "member"
    MANAGER = "manager"


MOVES = {
    (GroupStatus.PENDING, "activate"): GroupStatus.ACTIVE,
    (GroupStatus.ACTIVE, "suspend"): GroupStatus.SUSPENDED,
    (GroupStatus.SUSPENDED, "activate"): GroupStatus.ACTIVE,
    (GroupStatus.PENDING, "suspend"): GroupStatus.SUSPENDED,
}
GROUP_KINDS = (Kind.NGO, Kind.WOMEN_FORUM, Kind.EXPERT)
"""Kinds a group may have; citizens and visitors speak for themselves."""

INVITATION_DAYS = 7
INVITATION_USES = 20


def check_kind(kind: Kind) -> None:
    """A group speaks as one of three kinds."""
    if kind not in GROUP_KINDS:
        raise RuleBroken(N_("نوع گروه را از فهرست برگزینید."), field="kind")


def check_leaving(*, managers: int, is_manager: bool) -> None:
    """A group is never left without a manager."""
    if is_manager and managers <= 1:
        raise RuleBroken(N_("شما تنها مدیر این گروه‌اید. نخست عضو دیگری را مدیر کنید، سپس بروید."))
