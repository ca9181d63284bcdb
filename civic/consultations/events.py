"""What consultations tell the rest. `consultation_id` is the contribution's id."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ConsultationSubmitted:
    """It waits for the operator."""

    consultation_id: int


@dataclass(frozen=True)
class ConsultationApproved:
    consultation_id: int


@dataclass(frozen=True)
class ConsultationReturned:
    """The operator gave it back with reasons."""

    consultation_id: int


@dataclass(frozen=True)
class PhaseOpened:
    consultation_id: int
    phase: str


@dataclass(frozen=True)
class ReportDue:
    """The vote is over; the group owes the report."""

    consultation_id: int


@dataclass(frozen=True)
class ReportPublished:
    """The report is public and a department owes an answer; `by_clock` when the group wrote none in time."""

    consultation_id: int
    by_clock: bool = False
