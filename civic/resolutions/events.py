"""What resolutions tell the rest. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ResolutionPassed:
    """It is notified: public, and its departments' time runs."""

    resolution_id: int


@dataclass(frozen=True)
class ClauseReported:
    """The department says how far it is; `complete` asks for somebody to check."""

    clause_id: int
    entry_id: int
    complete: bool


@dataclass(frozen=True)
class ClauseHandedOver:
    """The department that owed it was closed; another one owes it now."""

    clause_id: int
    department_id: int


@dataclass(frozen=True)
class ClauseSentBack:
    clause_id: int
    entry_id: int


@dataclass(frozen=True)
class ClauseVerified:
    """Somebody who is not of that department has seen that it is done."""

    clause_id: int


@dataclass(frozen=True)
class ClauseLate:
    """So much of a clause's time has gone: 75, 100 or 150 per cent."""

    clause_id: int
    level: int
