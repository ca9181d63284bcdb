"""Doors, moves and answers of a case, as plain values."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from civic.core.errors import RuleBroken
from civic.core.text import N_


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
    NEEDS_COUNCIL = "needs_council"


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
    (CaseStatus.ASSIGNED, "give_up"): CaseStatus.TRIAGE,
    (CaseStatus.AWAITING_HEAD, "give_up"): CaseStatus.TRIAGE,
    (CaseStatus.ASSIGNED, "send_to_head"): CaseStatus.AWAITING_HEAD,
    (CaseStatus.AWAITING_HEAD, "send_back"): CaseStatus.ASSIGNED,
    (CaseStatus.AWAITING_HEAD, "publish"): CaseStatus.ANSWERED,
    (CaseStatus.ANSWERED, "reopen"): CaseStatus.ASSIGNED,
    (CaseStatus.ASSIGNED, "settle"): CaseStatus.ANSWERED,
}
ANSWER_MOVES = {
    (AnswerStatus.DRAFT, "send_to_head"): AnswerStatus.AWAITING_HEAD,
    (AnswerStatus.RETURNED, "send_to_head"): AnswerStatus.AWAITING_HEAD,
    (AnswerStatus.AWAITING_HEAD, "send_back"): AnswerStatus.RETURNED,
    (AnswerStatus.AWAITING_HEAD, "publish"): AnswerStatus.PUBLISHED,
    (AnswerStatus.PUBLISHED, "supersede"): AnswerStatus.SUPERSEDED,
}
UNFINISHED = {AnswerStatus.DRAFT, AnswerStatus.RETURNED}
PROMISING = {AnswerKind.ACCEPTED, AnswerKind.PARTLY}
OPEN = (CaseStatus.TRIAGE, CaseStatus.ASSIGNED, CaseStatus.AWAITING_HEAD)
QUESTION_DAYS = 10
"""Working days for a council member's question; other doors take the days of their space."""

MOST_RETURNS = 2
MOST_LEAVE = 90
ACKNOWLEDGE_DAYS = 3
"""Working days within which somebody of the department accepts a case."""


def check_answer(
    kind: AnswerKind, *, what: str, why: str, decline_reason: DeclineReason | None, other_body: str,
    promise_text: str, promise_due: date | None, starts_on: date | None, today: date, council_text: str = "",
    review_on: date | None = None,
) -> None:  # fmt: skip
    """What an answer must say before the head sees it. RuleBroken names the field."""
    if not what.strip():
        raise RuleBroken(N_("بنویسید چه می‌کنید یا چه شده است."), field="what")
    if kind in PROMISING:
        if not promise_text.strip():
            raise RuleBroken(
                N_("پذیرش بدون قول منتشر نمی‌شود. بنویسید چه چیزی را قول می‌دهید."), field="promise_text"
            )
        if promise_due is None:
            raise RuleBroken(
                N_("پذیرش بدون تاریخ منتشر نمی‌شود. روزی را که قول انجام می‌شود برگزینید."), field="promise_due"
            )
        if promise_due <= today:
            raise RuleBroken(N_("تاریخ قول باید پس از امروز باشد."), field="promise_due")
        if starts_on and starts_on > promise_due:
            raise RuleBroken(N_("آغاز کار نمی‌تواند پس از تاریخ قول باشد."), field="starts_on")
    if kind in {AnswerKind.PARTLY, AnswerKind.DECLINED} and not why.strip():
        raise RuleBroken(N_("دلیل لازم است؛ رأی‌دهندگان همین را می‌خوانند."), field="why")
    if kind is AnswerKind.DECLINED and decline_reason is None:
        raise RuleBroken(
            N_("نپذیرفتن بدون دلیل منتشر نمی‌شود. یکی از دلیل‌ها را برگزینید."), field="decline_reason"
        )
    if kind is AnswerKind.NOT_OURS and not other_body.strip():
        raise RuleBroken(N_("نام نهادی را که این کار در اختیار اوست بنویسید."), field="other_body")
    if kind is AnswerKind.NEEDS_COUNCIL:
        _check_council(council_text, review_on, today)


def _check_council(council_text: str, review_on: date | None, today: date) -> None:
    if len(council_text.strip()) < 10:
        raise RuleBroken(
            N_("بنویسید شورا باید چه چیزی را تصویب کند؛ بی آن مصوبه چه کاری شدنی نیست."), field="council_text"
        )
    if review_on is None or review_on <= today:
        raise RuleBroken(N_("روزی پس از امروز را برگزینید که پاسخ دوباره بررسی می‌شود."), field="review_on")


def check_leave(first_day: date, last_day: date, today: date) -> None:
    """A leave ends after it begins, is not over already, and is no resignation."""
    if last_day < first_day:
        raise RuleBroken(N_("پایان مرخصی پیش از آغاز آن است."), field="last_day")
    if last_day < today:
        raise RuleBroken(N_("این مرخصی گذشته است."), field="last_day")
    if (last_day - first_day).days > MOST_LEAVE:
        raise RuleBroken(N_("مرخصی حداکثر نود روز است."), field="last_day")


def at_work(user_id: int, deputies: Mapping[int, int]) -> int:
    """Who works in this person's place: the deputy, or the deputy's own. Where a circle leaves nobody: the person."""
    seen = {user_id}
    at = user_id
    while at in deputies:
        at = deputies[at]
        if at in seen:
            return user_id
        seen.add(at)
    return at


def middle(counted: Sequence[tuple[int, int]]) -> int | None:
    """The median of values given as (value, how many), in rising order; the lower one of two; None of nothing."""
    half = (sum(n for _, n in counted) + 1) // 2
    seen = 0
    for value, n in counted:
        seen += n
        if n and seen >= half:
            return value
    return None
