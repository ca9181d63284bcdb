"""Resolutions and their clauses, as plain values."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from persiantools.jdatetime import JalaliDate

from civic.core.errors import RuleBroken
from civic.core.text import N_


class ResolutionStatus(StrEnum):
    DRAFT = "draft"
    IN_FORCE = "in_force"
    DONE = "done"
    DROPPED = "dropped"


class ClauseKind(StrEnum):
    SOLE = "sole"
    ARTICLE = "article"
    NOTE = "note"
    ITEM = "item"


class DueKind(StrEnum):
    DATE = "date"
    DAYS = "days"
    NONE = "none"


class ClauseStatus(StrEnum):
    NOT_STARTED = "not_started"
    STARTED = "started"
    SUBSTANTIAL = "substantial"
    COMPLETE = "complete"
    VERIFIED = "verified"
    BLOCKED = "blocked"


class Act(StrEnum):
    """A line of a clause's follow-up: what the department says, what the one who checks says."""

    REPORT = "report"
    VERIFY = "verify"
    SEND_BACK = "send_back"


class EvidenceKind(StrEnum):
    NONE = "none"
    PICTURE = "picture"
    PAPER = "paper"


MOVES = {
    (ResolutionStatus.DRAFT, "pass"): ResolutionStatus.IN_FORCE,
    (ResolutionStatus.DRAFT, "drop"): ResolutionStatus.DROPPED,
    (ResolutionStatus.IN_FORCE, "fulfil"): ResolutionStatus.DONE,
}
FINAL = {ResolutionStatus.DONE, ResolutionStatus.DROPPED}
PUBLIC = (ResolutionStatus.IN_FORCE, ResolutionStatus.DONE)

_OPEN = (ClauseStatus.NOT_STARTED, ClauseStatus.STARTED, ClauseStatus.SUBSTANTIAL, ClauseStatus.BLOCKED)
CLAUSE_MOVES = {
    **{(status, "start"): ClauseStatus.STARTED for status in _OPEN},
    **{(status, "near"): ClauseStatus.SUBSTANTIAL for status in _OPEN},
    **{(status, "complete"): ClauseStatus.COMPLETE for status in _OPEN},
    **{(status, "block"): ClauseStatus.BLOCKED for status in _OPEN},
    (ClauseStatus.COMPLETE, "verify"): ClauseStatus.VERIFIED,
    (ClauseStatus.COMPLETE, "send_back"): ClauseStatus.STARTED,
}
CLAUSE_FINAL = {ClauseStatus.VERIFIED}
OWED = _OPEN
"""Clauses that the department still has to work on: with a day behind them they are late."""

VERBS = {
    ClauseStatus.STARTED: "start", ClauseStatus.SUBSTANTIAL: "near", ClauseStatus.COMPLETE: "complete",
    ClauseStatus.BLOCKED: "block",
}  # fmt: skip
"""What a department may say of a clause, and by which verb."""


def check_resolution(number: str, title: str, text: str, why: str) -> None:
    """A resolution has a number, a title, its text and the reason that people read."""
    for field, words, sentence in (
        ("number", number, N_("شمارهٔ مصوبه را بنویسید.")),
        ("title", title, N_("عنوان مصوبه را بنویسید.")),
        ("text", text, N_("متن مصوبه را بنویسید.")),
        ("why", why, N_("بنویسید شورا چرا چنین تصمیم گرفت؛ رأی‌دهندگان همین را می‌خوانند.")),
    ):
        if not words:
            raise RuleBroken(sentence, field=field)


def check_clause(
    text: str, department_id: int | None, due_kind: DueKind, due_on: date | None, due_days: int | None, today: date
) -> None:  # fmt: skip
    """Each clause names its department, and a day, a number of working days, or says that it has no date."""
    if not text:
        raise RuleBroken(N_("متن بند را بنویسید."), field="text")
    if not department_id:
        raise RuleBroken(
            N_("بند بی واحد مسئول ثبت نمی‌شود. واحدی را که باید آن را انجام دهد برگزینید."),
            field="department_id",
        )
    if due_kind is DueKind.DATE and (due_on is None or due_on <= today):
        raise RuleBroken(N_("روز سررسید باید پس از امروز باشد. روز دیگری برگزینید."), field="due_on")
    if due_kind is DueKind.DAYS and not (due_days and 1 <= due_days <= 1000):
        raise RuleBroken(N_("شمار روزهای کاری را از ۱ تا ۱۰۰۰ بنویسید."), field="due_days")


def check_report(status: ClauseStatus, text: str, *, has_evidence: bool) -> None:
    """A report says something; what is said to be complete shows it; what is blocked says by what."""
    if status not in VERBS:
        raise RuleBroken(N_("بگویید کار به کجا رسیده است."), field="status")
    if not text:
        raise RuleBroken(
            N_("بنویسید چه چیزی جلوی کار را گرفته است.")
            if status is ClauseStatus.BLOCKED
            else N_("در یکی دو جمله بنویسید چه شد؛ مردم همین را می‌خوانند."),
            field="text",
        )
    if status is ClauseStatus.COMPLETE and not has_evidence:
        raise RuleBroken(
            N_("انجام کامل بی مدرک ثبت نمی‌شود. یک عکس یا PDF از کار انجام‌شده بفرستید."), field="evidence"
        )


@dataclass(frozen=True)
class Quarter:
    """Three months of the Jalali year: 1405-3 is autumn of 1405."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return JalaliDate(self.year, 3 * self.number - 2, 1).to_gregorian()

    @property
    def last(self) -> date:
        following = Quarter(self.year + (self.number == 4), self.number % 4 + 1)
        return following.first - timedelta(days=1)

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number}"


def quarter_of(day: date) -> Quarter:
    """The quarter that holds a day."""
    found = JalaliDate(day)
    return Quarter(found.year, (found.month + 2) // 3)


def read_quarter(text: str) -> Quarter | None:
    """1405-3, or None for anything else."""
    year, _, number = text.partition("-")
    if year.isascii() and year.isdigit() and 1390 <= int(year) <= 1500 and number in {"1", "2", "3", "4"}:
        return Quarter(int(year), int(number))
    return None


def standing(status: ClauseStatus, last_day: date | None, in_time: bool | None, today: date) -> str:  # noqa: FBT001
    """Where a clause stands in the sheet: no_date, on_time, late or ahead."""
    if last_day is None:
        return "no_date"
    if status in {ClauseStatus.COMPLETE, ClauseStatus.VERIFIED}:
        return "on_time" if in_time else "late"
    return "late" if last_day < today else "ahead"
