"""Reads of groups, and the actor a person is."""

from sqlalchemy import select

from civic.accounts.models import RoleGrant, User
from civic.accounts.rules import UserStatus, shown_name
from civic.core.actor import Actor, Grant, Kind, Membership
from civic.core.db import db
from civic.core.errors import NotFound
from civic.groups.models import Group, GroupMember, GroupStatus, MemberRole
from civic.places.models import District


def memberships_of(user_id: int) -> tuple[Membership, ...]:
    """The active groups somebody may speak for."""
    rows = db.session.execute(
        select(Group.id, Group.name, Group.kind, GroupMember.role)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .where(GroupMember.user_id == user_id, Group.status == GroupStatus.ACTIVE)
        .order_by(Group.id)
    )
    return tuple(Membership(r.id, r.name, Kind(r.kind), r.role is MemberRole.MANAGER) for r in rows)


def actor_for(user: User, *, district: District | None = None, session_id: int | None = None) -> Actor:
    """The plain value that every package knows a person by."""
    grants = db.session.execute(
        select(RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id).where(RoleGrant.user_id == user.id)
    )
    return Actor(
        user_id=user.id,
        full_name=user.full_name,
        display_name=shown_name(user.full_name, user.name_style, district.name_fa if district else ""),
        grants=frozenset(Grant(r.role, r.scope_kind, r.scope_id) for r in grants),
        memberships=memberships_of(user.id),
        own_kind=user.own_kind,
        expert=bool(user.expert_field),
        district_id=user.district_id,
        identity_level=str(user.identity_level),
        residence_level=str(user.residence_level),
        locale=user.locale,
        session_id=session_id,
        unread=user.unread,
    )


def actor_of(user_id: int) -> Actor:
    """The actor of an active person; NotFound otherwise."""
    user = db.session.get(User, user_id)
    if user is None or user.status is not UserStatus.ACTIVE:
        raise NotFound
    return actor_for(user, district=db.session.get(District, user.district_id) if user.district_id else None)
