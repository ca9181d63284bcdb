"""Who acts. Every package knows this plain value and none needs the accounts table."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from civic.core import clock
from civic.core.errors import NotAllowed
from civic.core.text import N_


class Role(StrEnum):
    MODERATOR = "moderator"
    TRIAGE = "triage"
    OFFICER = "officer"
    HEAD = "head"
    COUNCIL = "council"
    CLERK = "clerk"  # the council's clerk: agendas, resolutions, what became of their clauses
    INSPECTOR = "inspector"  # reads everything but ballots, writes findings only
    OPERATOR = "operator"


class Kind(StrEnum):
    """Stakeholder kinds: in which capacity a person takes part. One is chosen per act."""

    CITIZEN = "citizen"
    EXPERT = "expert"
    WOMEN_FORUM = "women_forum"
    NGO = "ngo"
    VISITOR = "visitor"


@dataclass(frozen=True)
class Grant:
    role: Role
    scope_kind: str = ""
    scope_id: int = 0


@dataclass(frozen=True)
class Membership:
    group_id: int
    group_name: str
    kind: Kind
    is_manager: bool


@dataclass(frozen=True)
class Actor:
    """A person in this request, a guest (user_id None) or the system itself."""

    user_id: int | None = None
    full_name: str = ""
    display_name: str = ""
    grants: frozenset[Grant] = frozenset()
    memberships: tuple[Membership, ...] = ()
    own_kind: Kind = Kind.CITIZEN
    expert: bool = False
    district_id: int | None = None
    identity_level: str = ""
    residence_level: str = ""
    locale: str = "fa"
    session_id: int | None = None
    unread: int = 0
    blocked_until: datetime | None = None
    system: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_blocked(self) -> bool:
        """Writing is shut for this person now; see `core.policy.WHILE_BLOCKED` for what stays open."""
        return self.blocked_until is not None and self.blocked_until > clock.now()

    @property
    def is_moderator(self) -> bool:
        return self.has(Role.MODERATOR)

    @property
    def is_triage(self) -> bool:
        return self.has(Role.TRIAGE) or self.is_operator

    @property
    def is_department_staff(self) -> bool:
        return bool(self.departments())

    @property
    def is_council(self) -> bool:
        return self.has(Role.COUNCIL)

    @property
    def is_clerk(self) -> bool:
        return self.has(Role.CLERK)

    @property
    def is_inspector(self) -> bool:
        return self.has(Role.INSPECTOR)

    @property
    def is_operator(self) -> bool:
        return self.has(Role.OPERATOR)

    @property
    def is_staff(self) -> bool:
        return bool(self.grants)

    def has(self, role: Role, scope_kind: str = "", scope_id: int = 0) -> bool:
        """True with the role city-wide or in exactly this scope; without a scope, with the role anywhere."""
        if not scope_kind:
            return any(g.role == role for g in self.grants)
        return any(
            g.role == role and (not g.scope_kind or (g.scope_kind, g.scope_id) == (scope_kind, scope_id))
            for g in self.grants
        )

    def departments(self, *roles: Role) -> frozenset[int]:
        """Ids of the departments this person works for as officer or head."""
        wanted = roles or (Role.OFFICER, Role.HEAD)
        return frozenset(g.scope_id for g in self.grants if g.role in wanted and g.scope_kind == "department")

    def kinds(self) -> list[Kind]:
        """Capacities this person may act in, own kind first."""
        held = [self.own_kind]
        if self.expert:
            held.append(Kind.EXPERT)
        held += [m.kind for m in self.memberships]
        return list(dict.fromkeys(held))

    def membership(self, group_id: int | None) -> Membership | None:
        return next((m for m in self.memberships if m.group_id == group_id), None)

    def manages(self, group_id: int | None) -> bool:
        found = self.membership(group_id)
        return bool(found and found.is_manager)

    def signed_in(self) -> int:
        """The person's id, or the way to sign-in."""
        if self.user_id is None:
            raise NotAllowed(N_("برای این کار باید وارد شوید."))
        return self.user_id


PUBLIC = Actor()
SYSTEM = Actor(system=True, display_name="system")


def must_be_system(actor: Actor) -> None:
    """Verbs that follow from the clock or an event are not for people."""
    if not actor.system:
        raise NotAllowed(N_("این کار را فقط خود سامانه انجام می‌دهد."))
