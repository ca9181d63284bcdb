"""What promises tell the rest. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PromiseProgressed:
    """The department says how far it has come."""

    promise_id: int
    contribution_id: int
    report_id: int


@dataclass(frozen=True)
class PromiseReported:
    """The department says it is done."""

    promise_id: int
    contribution_id: int


@dataclass(frozen=True)
class PromiseHandedOver:
    """The department that promised was closed; another one keeps the promise now."""

    promise_id: int
    contribution_id: int
    department_id: int


@dataclass(frozen=True)
class PromiseDue:
    """The day has come; everyone who voted is asked whether it was done."""

    promise_id: int
    contribution_id: int


@dataclass(frozen=True)
class PromiseAsked:
    """Days have passed since «done» was reported; those who have not spoken are asked. asking: first | last."""

    promise_id: int
    contribution_id: int
    round: int
    asking: str


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


@dataclass(frozen=True)
class SheetDoubted:
    """Many of those who scanned the sheet at the place say: no."""

    contribution_id: int
    promise_id: int | None
    round: int
