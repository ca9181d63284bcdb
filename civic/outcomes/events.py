"""What promises tell the rest. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PromiseReported:
    """The department says it is done; everyone who voted is asked."""

    promise_id: int
    contribution_id: int


@dataclass(frozen=True)
class PromiseDue:
    """The day has come; everyone who voted is asked whether it was done."""

    promise_id: int
    contribution_id: int


@dataclass(frozen=True)
class PromiseConfirmed:
    """The people say: done."""

    promise_id: int
    contribution_id: int


@dataclass(frozen=True)
class PromiseDisputed:
    """The people say: not done. It is open again."""

    promise_id: int
    contribution_id: int
