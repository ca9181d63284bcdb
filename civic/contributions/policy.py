"""Who may do what to a contribution, whatever its kind."""

from enum import StrEnum
from typing import Any

from civic.contributions.rules import READABLE
from civic.core.actor import Actor
from civic.core.policy import POLICY, WHILE_BLOCKED, is_moderator, is_operator, is_signed_in, is_system


class May(StrEnum):
    BEGIN = "contribution:begin"
    SUBMIT = "contribution:submit"
    EDIT = "contribution:edit"
    ENDORSE = "contribution:endorse"
    WITHDRAW = "contribution:withdraw"
    MODERATE = "contribution:moderate"
    FOLLOW = "contribution:follow"
    ADD_STEP = "contribution:add_step"
    MERGE = "contribution:merge"
    COUNT = "contribution:count"


def is_author(actor: Actor, thing: Any) -> bool:
    """Its author"""
    return actor.user_id is not None and bool(thing.author_id == actor.user_id)


def manages_its_group(actor: Actor, thing: Any) -> bool:
    """A manager of the group it is written for"""
    return bool(thing.group_id is not None and actor.manages(thing.group_id))


def is_not_author(actor: Actor, thing: Any) -> bool:
    """Not its author"""
    return bool(thing.author_id != actor.user_id)


def sorts_texts(actor: Actor, _thing: Any) -> bool:
    """A moderator, or the triage desk"""
    return actor.is_moderator or actor.is_triage


def is_readable(_actor: Actor, thing: Any) -> bool:
    """It is public"""
    return bool(thing.status in READABLE and thing.published_at is not None)


POLICY |= {
    May.BEGIN: [[is_signed_in], [is_system]],
    May.SUBMIT: [[is_author], [is_system]],
    May.EDIT: [[is_author]],
    May.ENDORSE: [[manages_its_group, is_not_author]],
    May.WITHDRAW: [[is_author], [manages_its_group]],
    May.MODERATE: [[is_moderator], [is_operator], [is_system]],
    May.FOLLOW: [[is_signed_in, is_readable]],
    May.ADD_STEP: [[is_signed_in], [is_system]],
    May.MERGE: [[sorts_texts], [is_system]],
    May.COUNT: [[is_system]],
}
WHILE_BLOCKED |= {May.WITHDRAW, May.FOLLOW, May.ADD_STEP}
