"""Who may do what to a group."""

from enum import StrEnum
from typing import Any

from civic.core.actor import Actor
from civic.core.policy import POLICY, WHILE_BLOCKED, is_operator, is_signed_in


class May(StrEnum):
    ASK = "group:ask"
    ASK_TO_JOIN = "group:ask_to_join"
    EDIT = "group:edit"
    INVITE = "group:invite"
    ADMIT = "group:admit"
    PROMOTE = "group:promote"
    REMOVE = "group:remove"
    LEAVE = "group:leave"
    SEE_MEMBERS = "group:see_members"
    SET = "group:set"


def is_its_manager(actor: Actor, thing: Any) -> bool:
    """A manager of the group"""
    return actor.manages(thing.id)


def is_member(actor: Actor, thing: Any) -> bool:
    """A member of the group"""
    return actor.membership(thing.id) is not None


def is_no_member(actor: Actor, thing: Any) -> bool:
    """Not yet a member"""
    return actor.membership(thing.id) is None


POLICY |= {
    May.ASK: [[is_signed_in]],
    May.ASK_TO_JOIN: [[is_signed_in, is_no_member]],
    May.EDIT: [[is_its_manager]],
    May.INVITE: [[is_its_manager]],
    May.ADMIT: [[is_its_manager]],
    May.PROMOTE: [[is_its_manager]],
    May.REMOVE: [[is_its_manager]],
    May.LEAVE: [[is_member]],
    May.SEE_MEMBERS: [[is_member], [is_operator]],
    May.SET: [[is_operator]],
}
WHILE_BLOCKED |= {May.LEAVE, May.SEE_MEMBERS}
