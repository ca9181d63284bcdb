"""Reads of groups, and the actor a person is."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, String, bindparam, cast, func, select, type_coerce

from civic.accounts.models import LoginSession, RoleGrant, User
from civic.accounts.queries import digest
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

_ENDS = "\x1e"
"""Between the entries of a list that comes as one text; no name holds it (`clean_line`)."""

_ROLES = (
    select(
        func.aggregate_strings(
            type_coerce(RoleGrant.role, String) + ":" + RoleGrant.scope_kind + ":" + cast(RoleGrant.scope_id, String), _ENDS
        )
    )
    .where(RoleGrant.user_id == User.id)
    .correlate(User)
)  # fmt: skip
_GROUPS = (
    select(
        func.aggregate_strings(
            cast(Group.id, String) + ":" + type_coerce(Group.kind, String) + ":" + type_coerce(GroupMember.role, String) + ":" + Group.name,
            _ENDS,
        )
    )
    .join(GroupMember, GroupMember.group_id == Group.id)
    .where(GroupMember.user_id == User.id, Group.status == GroupStatus.ACTIVE)
    .correlate(User)
)  # fmt: skip
_PERSON = (
    select(
        User.id, User.full_name, User.name_style, User.own_kind, User.expert_field, User.district_id, User.identity_level,
        User.residence_level, User.locale, User.unread, User.blocked_until, District.name_fa.label("district"),
        _ROLES.scalar_subquery().label("roles"), _GROUPS.scalar_subquery().label("groups"),
    )
    .outerjoin(District, District.id == User.district_id)
    .where(User.status == UserStatus.ACTIVE)
)  # fmt: skip
BY_ID = _PERSON.where(User.id == bindparam("person"))
BY_SESSION = (
    _PERSON.add_columns(LoginSession.id.label("session_id"), LoginSession.created_at, LoginSession.seen_at)
    .join(LoginSession, LoginSession.user_id == User.id)
    .where(LoginSession.token_hash == bindparam("token"), LoginSession.ended_at.is_(None))
)
"""Made once, and one statement for all of it: every request with a cookie asks it."""


def behind(token: str) -> tuple[Actor, Any] | None:
    """Who holds the token of a live session, and when it began and was last used (`created_at`, `seen_at`)."""
    row = columns(BY_SESSION, {"token": digest(token)}).first()
    return None if row is None else (_actor(row, row.session_id), row)


def actor_of(user_id: int) -> Actor:
    """The actor of an active person; NotFound otherwise."""
    row = columns(BY_ID, {"person": user_id}).first()
    if row is None:
        raise NotFound
    return _actor(row)


def _actor(row: Any, session_id: int | None = None) -> Actor:
    """The plain value that every package knows a person by."""
    return Actor(
        user_id=row.id,
        full_name=row.full_name,
        display_name=shown_name(row.full_name, row.name_style, row.district or ""),
        grants=frozenset(_grants(row.roles)),
        memberships=tuple(sorted(_memberships(row.groups), key=lambda group: group.group_id)),
        own_kind=row.own_kind,
        expert=bool(row.expert_field),
        district_id=row.district_id,
        identity_level=str(row.identity_level),
        residence_level=str(row.residence_level),
        locale=row.locale,
        session_id=session_id,
        unread=row.unread,
        blocked_until=row.blocked_until,
    )


def _grants(entries: str | None) -> Iterator[Grant]:
    for entry in entries.split(_ENDS) if entries else ():
        role, kind, thing = entry.split(":")
        yield Grant(Role(role), kind, int(thing))


def _memberships(entries: str | None) -> Iterator[Membership]:
    """The active groups somebody may speak for."""
    for entry in entries.split(_ENDS) if entries else ():
        thing, kind, role, name = entry.split(":", 3)
        yield Membership(int(thing), name, Kind(kind), role == MemberRole.MANAGER)


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
