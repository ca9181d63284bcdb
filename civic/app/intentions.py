"""What a guest meant before signing in, carried out right after: kind -> function(actor, payload) -> where to go.

Payloads carry `back`, the page to return to when it can no longer be done.
"""

from collections.abc import Callable
from typing import Any

from civic.contributions.rules import ContributionKind
from civic.core.actor import Actor
from civic.core.db import transaction
from civic.votes import queries as votes
from civic.votes import service as voting

Carrier = Callable[[Actor, dict[str, Any]], str]


def vote(actor: Actor, payload: dict[str, Any]) -> str:
    """The vote a guest pressed."""
    with transaction():
        question = votes.for_vote(actor, int(payload["contribution_id"]), ContributionKind(payload["kind"]))
        voting.cast(actor, question, str(payload["choice"]))
    return str(payload["back"])


CARRIERS: dict[str, Carrier] = {"vote": vote}
