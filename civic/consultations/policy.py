"""Who may do what with a consultation."""

from enum import StrEnum
from typing import Any

from civic.consultations.rules import BUILDING
from civic.core.actor import Actor
from civic.core.policy import POLICY, is_operator, is_signed_in, is_system


class May(StrEnum):
    BEGIN = "consultation:begin"
    BUILD = "consultation:build"
    SUBMIT = "consultation:submit"
    APPROVE = "consultation:approve"
    RETURN = "consultation:return"
    TURN = "consultation:turn"
    REPORT = "consultation:report"


def manages_a_group(actor: Actor, _thing: Any) -> bool:
    """A manager of an active group"""
    return any(m.is_manager for m in actor.memberships)


def manages_its_group(actor: Actor, thing: Any) -> bool:
    """A manager of the group that holds it"""
    return actor.manages(thing.group_id)


def is_being_built(_actor: Actor, thing: Any) -> bool:
    """It is a draft or was returned"""
    return thing.status in BUILDING


POLICY |= {
    May.BEGIN: [[is_signed_in, manages_a_group]],
    May.BUILD: [[manages_its_group, is_being_built]],
    May.SUBMIT: [[manages_its_group]],
    May.APPROVE: [[is_operator]],
    May.RETURN: [[is_operator]],
    May.TURN: [[is_system]],
    May.REPORT: [[manages_its_group], [is_system]],
}
