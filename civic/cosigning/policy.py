"""Who asks, who answers, who leaves."""

from enum import StrEnum
from typing import Any

from civic.contributions.policy import is_author, is_not_author, is_readable, manages_its_group
from civic.core.actor import Actor
from civic.core.policy import POLICY, WHILE_BLOCKED
from civic.cosigning.rules import CosignerStatus


class May(StrEnum):
    INVITE = "cosigner:invite"
    OFFER = "cosigner:offer"
    ANSWER = "cosigner:answer"
    REMOVE = "cosigner:remove"
    LEAVE = "cosigner:leave"


def manages_a_group(actor: Actor, _thing: Any) -> bool:
    """A manager of a group"""
    return any(m.is_manager for m in actor.memberships)


def _is_it(actor: Actor, row: Any) -> bool:
    return row.user_id == actor.user_id if row.group_id is None else actor.manages(row.group_id)


def is_asked(actor: Actor, thing: Any) -> bool:
    """The invited person or a manager of the invited group; of an offer the author"""
    row, proposal = thing
    if row.status is CosignerStatus.OFFERED:
        return bool(proposal.author_id == actor.user_id)
    return actor.is_signed_in and _is_it(actor, row)


def asked_for_it(actor: Actor, thing: Any) -> bool:
    """The author for an invitation; for an offer a manager of the group"""
    row, proposal = thing
    if row.status is CosignerStatus.OFFERED:
        return actor.is_signed_in and _is_it(actor, row)
    return actor.is_signed_in and bool(proposal.author_id == actor.user_id)


def is_the_cosigner(actor: Actor, thing: Any) -> bool:
    """The co-signer, or a manager of the group that is one"""
    return actor.is_signed_in and _is_it(actor, thing[0])


POLICY |= {
    May.INVITE: [[is_author, is_readable], [manages_its_group, is_readable]],
    May.OFFER: [[manages_a_group, is_not_author, is_readable]],
    May.ANSWER: [[is_asked]],
    May.REMOVE: [[asked_for_it]],
    May.LEAVE: [[is_the_cosigner]],
}
WHILE_BLOCKED |= {May.LEAVE}
