"""What a guest meant before signing in, carried out right after: kind -> function(actor, payload) -> where to go.

Payloads carry `back`, the page to return to when it can no longer be done.
"""

from collections.abc import Callable
from typing import Any

from civic.core.actor import Actor
from civic.groups.views import carry_join

Carrier = Callable[[Actor, dict[str, Any]], str]

CARRIERS: dict[str, Carrier] = {}
CARRIERS["group_join"] = carry_join
