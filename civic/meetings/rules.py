"""Organs, meetings, agenda items and stances, as plain values."""

from datetime import date, datetime
from enum import StrEnum

from civic.core.errors import Conflict, RuleBroken
from civic.core.text import N_


class OrganKind(StrEnum):
    COUNCIL = "council"
    COMMISSION = "commission"


class MeetingStatus(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class ItemKind(StrEnum):
    REPORT = "report"
    BILL = "bill"
    MOTION = "motion"
    QUESTION = "question"
    FOLLOW_UP = "follow_up"


class ItemStatus(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What the meeting did with an item."""

    APPROVED = "approved"
    CHANGED = "changed"
    REJECTED = "rejected"
    ASK_DEPARTMENT = "ask_department"
    ASK_PUBLIC = "ask_public"
    POSTPONED = "postponed"


class StanceKind(StrEnum):
    SUPPORT = "support"
    CHANGES = "changes"
    AGAINST = "against"
    ABSTAIN = "abstain"


MEETING_MOVES = {
    (MeetingStatus.PLANNED, "hold"): MeetingStatus.HELD,
    (MeetingStatus.HELD, "hold"): MeetingStatus.HELD,
    (MeetingStatus.PLANNED, "cancel"): MeetingStatus.CANCELLED,
}
ITEM_MOVES = {
    (ItemStatus.OPEN, "decide"): ItemStatus.DECIDED,
    (ItemStatus.OPEN, "withdraw"): ItemStatus.WITHDRAWN,
}
COUNTED = tuple(StanceKind)


def check_meeting(at: datetime, day: date, starts_on: date, ends_on: date, stance_until: datetime) -> None:
    """A meeting lies within its term, and stances end no later than it begins."""
    if not starts_on <= day <= ends_on:
        raise RuleBroken(
            N_("این روز در دورهٔ برگزیده نیست. روز جلسه را درست کنید یا دورهٔ دیگری برگزینید."), field="day"
        )
    if stance_until > at:
        raise RuleBroken(N_("مهلت نظر اعضا باید پیش از آغاز جلسه باشد."), field="stance_day")


def check_result(status: MeetingStatus, at: datetime, now: datetime) -> None:
    """Results come from a meeting that takes place."""
    if status is MeetingStatus.CANCELLED:
        raise RuleBroken(
            N_("این جلسه لغو شده است و نتیجه‌ای از آن ثبت نمی‌شود. این دستور را در جلسهٔ دیگری بگذارید.")
        )
    if now < at:
        raise RuleBroken(N_("جلسه هنوز آغاز نشده است. نتیجه را پس از آغاز جلسه ثبت کنید."))


def check_stance(
    item: ItemStatus, meeting: MeetingStatus, until: datetime, now: datetime, *, first: bool
) -> None:
    """First given before the deadline; changeable until the item is decided."""
    if item is not ItemStatus.OPEN or meeting is MeetingStatus.CANCELLED:
        raise Conflict(N_("دربارهٔ این دستور تصمیم گرفته شده است؛ نظر دیگر عوض نمی‌شود."))
    if first and now >= until:
        raise RuleBroken(N_("مهلت نظر پیش از جلسه گذشته است. نظرتان را در خود جلسه بگویید."))


def check_term(starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise RuleBroken(N_("پایان دوره باید پس از آغاز آن باشد."), field="ends_on")


def read_time(text: str) -> tuple[int, int]:
    """Hour and minute as people write them: 9, 9:30, 16:00 (Latin digits)."""
    parts = text.strip().replace(".", ":").split(":")
    if all(part.isdigit() and len(part) <= 2 for part in parts) and len(parts) in {1, 2}:
        hour, minute = int(parts[0]), int(parts[1]) if len(parts) == 2 else 0
        if hour < 24 and minute < 60:
            return hour, minute
    raise RuleBroken(N_("ساعت را این‌گونه بنویسید: ۹:۳۰"), field="time")
