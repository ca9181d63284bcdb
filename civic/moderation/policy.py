"""Who reviews, and who may report."""

from enum import StrEnum
from typing import Any

from civic.contributions.policy import is_not_author, is_readable
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


POLICY |= {
    May.REVIEW: [[is_moderator]],
    May.DECIDE: [[is_moderator, is_not_concerned]],
    May.FLAG: [[is_signed_in, is_readable, is_not_author]],
    May.QUEUE: [[is_system]],
}
