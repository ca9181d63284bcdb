"""Who reviews, who may report, appeal and judge, who may shut somebody's writing."""

from enum import StrEnum
from typing import Any

from civic.contributions.policy import is_author, is_not_author, is_readable, manages_its_group
from civic.core.actor import Actor
from civic.core.policy import POLICY, WHILE_BLOCKED, is_moderator, is_operator, is_signed_in, is_system


class May(StrEnum):
    REVIEW = "moderation:review"
    DECIDE = "moderation:decide"
    CARRY_OUT = "moderation:carry_out"
    UNDO = "moderation:undo"
    FLAG = "moderation:flag"
    QUEUE = "moderation:queue"
    APPEAL = "moderation:appeal"
    JUDGE = "moderation:judge"
    BLOCK = "moderation:block"
    CONFIRM_BLOCK = "moderation:confirm_block"
    LIFT_BLOCK = "moderation:lift_block"
    SET_WORDS = "moderation:set_words"
    COUNT = "moderation:count"


def is_not_concerned(actor: Actor, thing: Any) -> bool:
    """Neither its author nor a manager of the group it is written for"""
    return thing.author_id != actor.user_id and not actor.manages(thing.group_id)


def has_not_stood_aside(actor: Actor, thing: Any) -> bool:
    """Has not left it to a second moderator"""
    return all(one.user_id != actor.user_id for one in thing.stood_aside)


def took_no_part(actor: Actor, thing: Any) -> bool:
    """Neither decided nor confirmed it"""
    return actor.user_id not in {thing.first_id, thing.second_id}


def decided_it(actor: Actor, thing: Any) -> bool:
    """The moderator who decided it"""
    return bool(thing.decided_by_id == actor.user_id)


def is_somebody_else(actor: Actor, thing: Any) -> bool:
    """Neither the person it concerns nor the moderator who asked for it"""
    return actor.user_id not in {thing.user_id, thing.by_id}


POLICY |= {
    May.REVIEW: [[is_moderator]],
    May.DECIDE: [[is_moderator, is_not_concerned, has_not_stood_aside]],
    May.CARRY_OUT: [[is_system]],
    May.UNDO: [[is_moderator, decided_it]],
    May.FLAG: [[is_signed_in, is_readable, is_not_author]],
    May.QUEUE: [[is_system]],
    May.APPEAL: [[is_author], [manages_its_group]],
    May.JUDGE: [[is_moderator, took_no_part, is_not_concerned]],
    May.BLOCK: [[is_moderator]],
    May.CONFIRM_BLOCK: [[is_moderator, is_somebody_else]],
    May.LIFT_BLOCK: [[is_moderator]],
    May.SET_WORDS: [[is_operator]],
    May.COUNT: [[is_system]],
}
WHILE_BLOCKED |= {May.APPEAL}
