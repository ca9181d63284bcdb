"""Doors, moves and answers of a case, as plain values."""

from enum import StrEnum


class Door(StrEnum):
    """By which way a proposal reached a department."""

    THRESHOLD = "threshold"
    MONTH_TOP = "month_top"
    AT_ONCE = "at_once"
    CONSULTATION = "consultation"
    QUESTION = "question"


class CaseStatus(StrEnum):
    TRIAGE = "triage"
    ASSIGNED = "assigned"
    AWAITING_HEAD = "awaiting_head"
    ANSWERED = "answered"


class AnswerKind(StrEnum):
    ACCEPTED = "accepted"
    PARTLY = "partly"
    DECLINED = "declined"
    ALREADY_DONE = "already_done"
    NOT_OURS = "not_ours"


class AnswerStatus(StrEnum):
    DRAFT = "draft"
    AWAITING_HEAD = "awaiting_head"
    RETURNED = "returned"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class DeclineReason(StrEnum):
    LAW = "law"
    BUDGET = "budget"
    COMPETENCE = "competence"
    TECHNICAL = "technical"
    DUPLICATE = "duplicate"


CASE_MOVES = {
    (CaseStatus.TRIAGE, "assign"): CaseStatus.ASSIGNED,
    (CaseStatus.ASSIGNED, "assign"): CaseStatus.ASSIGNED,
    (CaseStatus.ASSIGNED, "return"): CaseStatus.TRIAGE,
    (CaseStatus.ASSIGNED, "send_to_head"): CaseStatus.AWAITING_HEAD,
    (CaseStatus.AWAITING_HEAD, "send_back"): CaseStatus.ASSIGNED,
    (CaseStatus.AWAITING_HEAD, "publish"): CaseStatus.ANSWERED,
    (CaseStatus.ANSWERED, "reopen"): CaseStatus.ASSIGNED,
}
ANSWER_MOVES = {
    (AnswerStatus.DRAFT, "send_to_head"): AnswerStatus.AWAITING_HEAD,
    (AnswerStatus.RETURNED, "send_to_head"): AnswerStatus.AWAITING_HEAD,
    (AnswerStatus.AWAITING_HEAD, "send_back"): AnswerStatus.RETURNED,
    (AnswerStatus.AWAITING_HEAD, "publish"): AnswerStatus.PUBLISHED,
    (AnswerStatus.PUBLISHED, "supersede"): AnswerStatus.SUPERSEDED,
}
PROMISING = {AnswerKind.ACCEPTED, AnswerKind.PARTLY}
