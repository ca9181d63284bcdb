"""What a guest meant before signing in, carried out right after: kind -> function(actor, payload) -> where to go.

Payloads carry `back`, the page to return to when it can no longer be done.
"""

from collections.abc import Callable
from typing import Any

from civic.cases import queries as cases_queries
from civic.cases import service as cases
from civic.core.actor import Actor
from civic.core.db import transaction
from civic.outcomes import queries as outcomes_queries
from civic.outcomes import service as outcomes
from civic.outcomes.rules import Verdict

Carrier = Callable[[Actor, dict[str, Any]], str]

CARRIERS: dict[str, Carrier] = {}


def give_opinion(actor: Actor, payload: dict[str, Any]) -> str:
    """«این پاسخ قانع‌کننده بود؟» of somebody who was not signed in."""
    with transaction():
        answer, _case = cases_queries.published_for_change(int(payload["answer"]))
        cases.opine(actor, answer, yes=bool(payload["yes"]))
    return f"{payload['back']}#answer"


CARRIERS["opinion"] = give_opinion


def give_verdict(actor: Actor, payload: dict[str, Any]) -> str:
    """«انجام شد؟» of somebody who was not signed in."""
    with transaction():
        promise = outcomes_queries.for_change(int(payload["promise"]))
        outcomes.judge(actor, promise, verdict=Verdict(payload["verdict"]), note=str(payload["note"]))
    return f"{payload['back']}#verdict"


CARRIERS["verdict"] = give_verdict
