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


@dataclass(frozen=True)
class AnswerRevised:
    """A published answer has other words now; the older version stays readable."""

    case_id: int
    answer_id: int
    contribution_id: int


@dataclass(frozen=True)
class CaseReopened:
    """What was answered is not so: the department owes an answer again."""

    case_id: int
    contribution_id: int


@dataclass(frozen=True)
class AuthorAsked:
    """The department asked the author something; its clock stands still."""

    case_id: int
    question_id: int
    contribution_id: int


@dataclass(frozen=True)
class AuthorAnswered:
    case_id: int
    question_id: int
    contribution_id: int


@dataclass(frozen=True)
class CaseExtended:
    """The head took more time, once, for a public reason."""

    case_id: int
    contribution_id: int


@dataclass(frozen=True)
class WeekClosed:
    """In the week that ended on this day so many cases went half again over their time."""

    last_day: str
    cases: int


@dataclass(frozen=True)
class PartAsked:
    """Another department is asked for its part of an answer."""

    case_id: int
    part_id: int
    department_id: int
    contribution_id: int


@dataclass(frozen=True)
class PartGiven:
    case_id: int
    part_id: int
    contribution_id: int
