"""Who reviews, and who may report."""

from enum import StrEnum
from typing import Any

from civic.contributions.rules import READABLE
from civic.core.actor import Actor
from civic.core.policy import POLICY, is_moderator, is_signed_in, is_system


class May(StrEnum):
    REVIEW = "moderation:review"
    DECIDE = "moderation:decide"
    FLAG = "moderation:flag"
    QUEUE = "moderation:queue"


def is_not_concerned(actor: Actor, thing: Any) -> bool:
    """Neither its author nor a manager of the group it is written for"""
    return thing.author_id != actor.user_id and not actor.manages(thing.group_id)


def is_readable(_actor: Actor, thing: Any) -> bool:
    """It is public"""
    return thing.status in READABLE


def did_not_write_it(actor: Actor, thing: Any) -> bool:
    """Not its author"""
    return bool(thing.author_id != actor.user_id)


POLICY |= {
    May.REVIEW: [[is_moderator]],
    May.DECIDE: [[is_moderator, is_not_concerned]],
    May.FLAG: [[is_signed_in, is_readable, did_not_write_it]],
    May.QUEUE: [[is_system]],
}
