"""Founding a group, inviting, admitting, leading and leaving it."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from civic.audit.service import record
from civic.core import clock
from civic.core.actor import Actor, Kind
from civic.core.db import db, upsert
from civic.core.errors import Conflict, NotFound, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text
from civic.groups import queries, rules
from civic.groups.events import GroupActivated, GroupAsked, JoinAsked, MemberAdmitted
from civic.groups.models import Group, GroupMember, Invitation, JoinRequest
from civic.groups.policy import May
from civic.groups.rules import MOVES, MemberRole


def ask_for(actor: Actor, *, name: str, kind: Kind, about: str, district_id: int | None = None) -> Group:
    """Somebody founds a group; until the operator activates it nobody speaks in its name."""
    require(actor, May.ASK)
    rules.check_kind(kind)
    name = clean_line(name)
    if db.session.scalar(select(Group.id).where(func.lower(Group.name) == name.lower())) is not None:
        raise RuleBroken(
            N_("گروهی با این نام هست. اگر همان گروه است، از صفحهٔ آن درخواست عضویت دهید."), field="name"
        )
    group = Group(
        name=name, kind=kind, about=clean_text(about), district_id=district_id, created_at=clock.now(),
        founded_by_id=actor.user_id, member_count=1,
    )  # fmt: skip
    db.session.add(group)
    db.session.flush()
    db.session.add(_member(group.id, actor.signed_in(), MemberRole.MANAGER))
    record(actor, "group.ask", _subject(group), kind=kind)
    publish(GroupAsked(group.id))
    return group


def activate(actor: Actor, group: Group) -> None:
    """The operator lets the group speak."""
    require(actor, May.SET, group)
    move(group, "activate", MOVES)
    record(actor, "group.activate", _subject(group), public=True, kind=group.kind)
    publish(GroupActivated(group.id))


def suspend(actor: Actor, group: Group) -> None:
    """The operator stops it: nobody speaks in its name and its page looks absent."""
    require(actor, May.SET, group)
    move(group, "suspend", MOVES)
    record(actor, "group.suspend", _subject(group), public=True)


def set_kind(actor: Actor, group: Group, kind: Kind) -> None:
    """The operator says in which capacity its members may act, from the next act on."""
    require(actor, May.SET, group)
    rules.check_kind(kind)
    if group.kind is not kind:
        group.kind = kind
        record(actor, "group.kind", _subject(group), public=True, kind=kind)


def describe(actor: Actor, group: Group, *, about: str, district_id: int | None) -> None:
    """A manager says what the group is about."""
    require(actor, May.EDIT, group)
    group.about = clean_text(about)
    group.district_id = district_id


def invite(actor: Actor, group: Group) -> Invitation:
    """A fresh link; the older one ends."""
    require(actor, May.INVITE, group)
    end_invitation(actor, group)
    invitation = Invitation(
        group_id=group.id,
        token=secrets.token_urlsafe(12),
        expires_at=clock.day_end(clock.today() + timedelta(days=rules.INVITATION_DAYS)),
        uses_left=rules.INVITATION_USES,
    )
    db.session.add(invitation)
    return invitation


def end_invitation(actor: Actor, group: Group) -> None:
    """The link leads nowhere from now on."""
    require(actor, May.INVITE, group)
    db.session.execute(
        update(Invitation)
        .where(Invitation.group_id == group.id, Invitation.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def ask_to_join(actor: Actor, group: Group, *, token: str = "") -> None:
    """Somebody asks to belong; a manager decides. Coming by a link uses it up a little."""
    require(actor, May.ASK_TO_JOIN, group)
    made = db.session.execute(
        upsert(JoinRequest)
        .values(group_id=group.id, user_id=actor.signed_in(), asked_at=clock.now())
        .on_conflict_do_nothing()
        .returning(JoinRequest.id)
    ).scalar()
    if not made:
        return
    if token:
        invitation = queries.invitation_by(token)
        if invitation.group_id != group.id:
            raise NotFound
        invitation.uses_left -= 1
    publish(JoinAsked(group.id, actor.signed_in()))


def take_back(actor: Actor, group: Group) -> None:
    """Somebody no longer asks to join."""
    require(actor, May.ASK_TO_JOIN, group)
    db.session.execute(
        delete(JoinRequest).where(JoinRequest.group_id == group.id, JoinRequest.user_id == actor.user_id)
    )


def admit(actor: Actor, group: Group, user_id: int) -> None:
    """A manager accepts somebody."""
    require(actor, May.ADMIT, group)
    _drop_request(group, user_id)
    if queries.member(group.id, user_id) is None:
        db.session.add(_member(group.id, user_id, MemberRole.MEMBER))
        group.member_count += 1
    record(actor, "group.admit", _subject(group))
    publish(MemberAdmitted(group.id, user_id))


def refuse(actor: Actor, group: Group, user_id: int) -> None:
    """A manager does not accept somebody; they may ask again."""
    require(actor, May.ADMIT, group)
    _drop_request(group, user_id)


def promote(actor: Actor, group: Group, user_id: int) -> None:
    """A manager makes a member a manager."""
    require(actor, May.PROMOTE, group)
    _of(group, user_id).role = MemberRole.MANAGER
    record(actor, "group.promote", _subject(group))


def remove(actor: Actor, group: Group, user_id: int) -> None:
    """A manager ends somebody's membership; what they wrote for the group stays."""
    require(actor, May.REMOVE, group)
    if user_id == actor.user_id:
        raise RuleBroken(N_("برای رفتن از گروه، «ترک گروه» را بزنید."))
    _go(group, user_id)
    record(actor, "group.remove", _subject(group))


def leave(actor: Actor, group: Group) -> None:
    """A member goes; the last manager cannot."""
    require(actor, May.LEAVE, group)
    _go(group, actor.signed_in())
    record(actor, "group.leave", _subject(group))


def _go(group: Group, user_id: int) -> None:
    row = _of(group, user_id)
    rules.check_leaving(managers=queries.manager_count(group.id), is_manager=row.role is MemberRole.MANAGER)
    db.session.delete(row)
    group.member_count -= 1


def _of(group: Group, user_id: int) -> GroupMember:
    row = queries.member(group.id, user_id)
    if row is None:
        raise NotFound
    return row


def _drop_request(group: Group, user_id: int) -> None:
    gone = db.session.execute(
        delete(JoinRequest)
        .where(JoinRequest.group_id == group.id, JoinRequest.user_id == user_id)
        .returning(JoinRequest.id)
    ).scalar()
    if gone is None:
        raise Conflict(N_("این درخواست دیگر نیست؛ شاید مدیر دیگری به آن رسیده باشد."))


def _member(group_id: int, user_id: int, role: MemberRole) -> GroupMember:
    return GroupMember(group_id=group_id, user_id=user_id, role=role, joined_at=clock.now())


def _subject(group: Group) -> str:
    return f"group:{group.id}"
