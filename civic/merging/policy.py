"""Who merges, and who parts again."""

from enum import StrEnum
from typing import Any

from civic.cases.policy import is_triage
from civic.core.actor import Actor
from civic.core.policy import POLICY, is_moderator, is_system


class May(StrEnum):
    LOOK = "merge:look"
    MERGE = "merge:merge"
    PART = "merge:part"


def wrote_neither(actor: Actor, pair: Any) -> bool:
    """Author of neither text, and manager of neither group"""
    return all(one.author_id != actor.user_id and not actor.manages(one.group_id) for one in pair)


POLICY |= {
    May.LOOK: [[is_moderator], [is_triage]],
    May.MERGE: [[is_moderator, wrote_neither], [is_triage, wrote_neither]],
    May.PART: [[is_moderator, wrote_neither], [is_triage, wrote_neither], [is_system]],
}
