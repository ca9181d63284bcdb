"""Reads of groups, and the actor a person is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, bindparam, func, literal_column, select, text, type_coerce, union_all

from civic.accounts.models import RoleGrant, User
from civic.accounts.rules import UserStatus, shown_name
from civic.core import clock
from civic.core.actor import Actor, Grant, Kind, Membership, Role
from civic.core.db import columns, db, one_for_change
from civic.core.errors import NotFound
from civic.core.policy import allowed, require
from civic.groups.models import Group, GroupMember, Invitation, JoinRequest
from civic.groups.policy import May
from civic.groups.rules import GroupStatus, MemberRole
from civic.places.models import District

BELONGS: Any = union_all(
    select(
        type_coerce(RoleGrant.role, String).label("role"), RoleGrant.scope_kind.label("kind"),
        RoleGrant.scope_id.label("thing"), literal_column("NULL").label("name"),
    ).where(RoleGrant.user_id == bindparam("person")),
    select(type_coerce(GroupMember.role, String), type_coerce(Group.kind, String), Group.id, Group.name)
    .join(Group, Group.id == GroupMember.group_id)
    .where(GroupMember.user_id == bindparam("person"), text("groups.status = 'active'")),
)  # fmt: skip
"""Roles (without a name) and active groups of a person. Made once: every request of somebody signed in asks it."""


def memberships_of(user_id: int) -> tuple[Membership, ...]:
    """The active groups somebody may speak for."""
    return _belongs(user_id)[1]


def _belongs(user_id: int) -> tuple[frozenset[Grant], tuple[Membership, ...]]:
    grants, groups = [], []
    for role, kind, thing, name in columns(BELONGS, {"person": user_id}):
        if name is None:
            grants.append(Grant(Role(role), kind, thing))
        else:
            groups.append(Membership(thing, name, Kind(kind), role == MemberRole.MANAGER))
    return frozenset(grants), tuple(sorted(groups, key=lambda group: group.group_id))


def actor_for(person: Any, *, district: str = "", session_id: int | None = None) -> Actor:
    """The plain value that every package knows a person by. person: a User, or a row with the columns of one."""
    grants, memberships = _belongs(person.id)
    return Actor(
        user_id=person.id,
        full_name=person.full_name,
        display_name=shown_name(person.full_name, person.name_style, district),
        grants=grants,
        memberships=memberships,
        own_kind=person.own_kind,
        expert=bool(person.expert_field),
        district_id=person.district_id,
        identity_level=str(person.identity_level),
        residence_level=str(person.residence_level),
        locale=person.locale,
        session_id=session_id,
        unread=person.unread,
        blocked_until=person.blocked_until,
    )


def actor_of(user_id: int) -> Actor:
    """The actor of an active person; NotFound otherwise."""
    user = db.session.get(User, user_id)
    if user is None or user.status is not UserStatus.ACTIVE:
        raise NotFound
    district = db.session.get(District, user.district_id) if user.district_id else None
    return actor_for(user, district=district.name_fa if district else "")


def listed() -> Select[Group]:
    """Groups that everybody may see."""
    return select(Group).where(Group.status == GroupStatus.ACTIVE)


def readable(actor: Actor, group_id: int) -> Group:
    """An active group; one that waits or is suspended is seen by its managers and the operator only."""
    found = db.session.get(Group, group_id)
    if found is None or not (
        found.status is GroupStatus.ACTIVE or actor.is_operator or manages(actor, group_id)
    ):
        raise NotFound
    return found


def for_change(actor: Actor, group_id: int) -> Group:
    """As `readable`, locked and fresh: members are counted under this lock."""
    group = one_for_change(select(Group).where(Group.id == group_id))
    return readable(actor, group.id)


def member(group_id: int, user_id: int | None) -> GroupMember | None:
    """Somebody's row in a group, whatever the state of the group."""
    return db.session.scalars(
        select(GroupMember).where(GroupMember.group_id == group_id, GroupMember.user_id == user_id)
    ).first()


def manages(actor: Actor, group_id: int) -> bool:
    """True for a manager, also of a group that is not active."""
    found = member(group_id, actor.user_id) if actor.is_signed_in else None
    return found is not None and found.role is MemberRole.MANAGER


def manager_count(group_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(GroupMember)
            .where(GroupMember.group_id == group_id, GroupMember.role == MemberRole.MANAGER)
        )
        or 0
    )


def members(actor: Actor, group: Group, *, limit: int = 500) -> Sequence[Any]:
    """Who belongs to it, for its members only: (id, full_name, role, joined_at), managers first."""
    require(actor, May.SEE_MEMBERS, group)
    return db.session.execute(
        select(User.id, User.full_name, GroupMember.role, GroupMember.joined_at)
        .join(GroupMember, GroupMember.user_id == User.id)
        .where(GroupMember.group_id == group.id)
        .order_by(GroupMember.role, GroupMember.joined_at, GroupMember.id)
        .limit(limit)
    ).all()


def join_requests(actor: Actor, group: Group) -> Sequence[Any]:
    """Who asks to join, oldest first, for managers only: (id, full_name, asked_at)."""
    if not allowed(actor, May.ADMIT, group):
        return []
    return db.session.execute(
        select(User.id, User.full_name, JoinRequest.asked_at)
        .join(JoinRequest, JoinRequest.user_id == User.id)
        .where(JoinRequest.group_id == group.id)
        .order_by(JoinRequest.id)
        .limit(200)
    ).all()


def has_asked(actor: Actor, group_id: int) -> bool:
    """Does this person's request wait?"""
    return (
        db.session.scalar(
            select(JoinRequest.id).where(
                JoinRequest.group_id == group_id, JoinRequest.user_id == actor.user_id
            )
        )
        is not None
    )


def invitation(actor: Actor, group: Group) -> Invitation | None:
    """The live link of a group, for managers."""
    if not allowed(actor, May.INVITE, group):
        return None
    return db.session.scalars(_live().where(Invitation.group_id == group.id)).first()


def invitation_by(token: str) -> Invitation:
    """The live invitation of a token; NotFound when it is used up, ended or past."""
    found = db.session.scalars(_live().where(Invitation.token == token)).first()
    if found is None:
        raise NotFound
    return found


def _live() -> Select[Invitation]:
    return (
        select(Invitation)
        .where(Invitation.ended_at.is_(None), Invitation.expires_at > clock.now(), Invitation.uses_left > 0)
        .order_by(Invitation.id.desc())
    )


def managers_of(group_id: int) -> Select[int]:
    """Ids of the managers, to tell them."""
    return select(GroupMember.user_id).where(
        GroupMember.group_id == group_id, GroupMember.role == MemberRole.MANAGER
    )


def all_groups(status: GroupStatus | None = None) -> Sequence[Group]:
    """For the operator: waiting ones first."""
    query = select(Group).order_by((Group.status == GroupStatus.PENDING).desc(), Group.id.desc()).limit(500)
    return db.session.scalars(query if status is None else query.where(Group.status == status)).all()
