"""What cases tell the rest. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CaseOpened:
    """A department, or first the triage desk, owes an official answer."""

    case_id: int
    contribution_id: int


@dataclass(frozen=True)
class CaseAssigned:
    """A department, or one of its officers, has it now."""

    case_id: int
    contribution_id: int
    officer_id: int | None = None


@dataclass(frozen=True)
class CaseReturned:
    """The department says it is not theirs; the triage desk decides again."""

    case_id: int
    contribution_id: int


@dataclass(frozen=True)
class AnswerSentToHead:
    case_id: int
    answer_id: int


@dataclass(frozen=True)
class AnswerSentBack:
    case_id: int
    answer_id: int


@dataclass(frozen=True)
class CaseAnswered:
    """The official answer is public."""

    case_id: int
    answer_id: int
    contribution_id: int
