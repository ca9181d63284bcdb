"""Steps of building a consultation, its states, its days, as plain values."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from civic.core.errors import RuleBroken
from civic.core.text import N_, clean_line


class ConsultationStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RUNNING = "running"
    REPORTING = "reporting"
    CLOSED = "closed"


MOVES = {
    (ConsultationStatus.DRAFT, "submit"): ConsultationStatus.SUBMITTED,
    (ConsultationStatus.RETURNED, "submit"): ConsultationStatus.SUBMITTED,
    (ConsultationStatus.SUBMITTED, "return"): ConsultationStatus.RETURNED,
    (ConsultationStatus.SUBMITTED, "approve"): ConsultationStatus.RUNNING,
    (ConsultationStatus.RUNNING, "close"): ConsultationStatus.REPORTING,
    (ConsultationStatus.REPORTING, "publish_report"): ConsultationStatus.CLOSED,
}
FINAL = {ConsultationStatus.CLOSED}
BUILDING = (ConsultationStatus.DRAFT, ConsultationStatus.RETURNED)
PUBLIC = (ConsultationStatus.RUNNING, ConsultationStatus.REPORTING, ConsultationStatus.CLOSED)

STEPS = ("template", "question", "phases", "department", "review")
REPORT_DAYS = 14
"""Days from the end of the vote after which a report with the figures alone is published."""

LEAST_OPTIONS, MOST_OPTIONS = 2, 8
LEAST_DAYS = 3
MOST_DAYS = 180
TEMPLATES = {
    # key: (days of collecting, days of voting, options to begin with)
    "options": (14, 14, ()),
    "yes_no": (14, 14, (N_("موافقم"), N_("مخالفم"))),
    "short": (7, 7, ()),
}


@dataclass(frozen=True)
class Plan:
    """The days of a consultation: last day of collecting, last day of voting, and whether texts are read beforehand."""

    collect_end: date
    vote_end: date
    moderation: str = "pre"

    def stored(self) -> dict[str, str]:
        return {
            "collect_end": self.collect_end.isoformat(),
            "vote_end": self.vote_end.isoformat(),
            "moderation": self.moderation,
        }

    @classmethod
    def read(cls, stored: dict[str, str]) -> "Plan | None":
        """The plan kept with a draft; None while it has none."""
        if not stored.get("collect_end") or not stored.get("vote_end"):
            return None
        return cls(
            date.fromisoformat(stored["collect_end"]),
            date.fromisoformat(stored["vote_end"]),
            stored.get("moderation", "pre"),
        )

    @property
    def vote_start(self) -> date:
        """The day after collecting ends."""
        return self.collect_end + timedelta(days=1)

    @property
    def report_until(self) -> date:
        return self.vote_end + timedelta(days=REPORT_DAYS)


def template_plan(template: str, today: date) -> Plan:
    """The days a template begins with."""
    collect, vote, _ = TEMPLATES[template]
    return Plan(today + timedelta(days=collect), today + timedelta(days=collect + vote))


def lines(text: str) -> list[str]:
    """One thing a line, empty ones dropped."""
    return [line for line in (clean_line(part.lstrip("-•* ")) for part in (text or "").splitlines()) if line]


def options_of(text: str) -> list[tuple[str, str]]:
    """The options of the vote as (key, label)."""
    return [(f"o{number}", label) for number, label in enumerate(lines(text), 1)]


def check_options(text: str) -> None:
    """From two to eight different options, each short enough to stand on a ballot."""
    found = lines(text)
    if not LEAST_OPTIONS <= len(found) <= MOST_OPTIONS:
        raise RuleBroken(
            N_("دست‌کم %(least)s و حداکثر %(most)s گزینه بنویسید، هر سطر یکی."), least=LEAST_OPTIONS, most=MOST_OPTIONS,
            field="option_lines",
        )  # fmt: skip
    if len(set(found)) < len(found):
        raise RuleBroken(N_("دو گزینه یکسان‌اند. هر گزینه باید چیز دیگری بگوید."), field="option_lines")
    if any(len(line) > 160 for line in found):
        raise RuleBroken(N_("هر گزینه حداکثر ۱۶۰ حرف باشد تا روی برگهٔ رأی خوانده شود."), field="option_lines")


def check_plan(plan: Plan, today: date) -> None:
    """Collecting ends at least three days from now, voting takes at least three days after it."""
    if plan.collect_end < today + timedelta(days=LEAST_DAYS):
        raise RuleBroken(
            N_("گردآوری نظر دست‌کم %(n)s روز زمان می‌خواهد؛ روز پایان را دیرتر بگذارید."),
            n=LEAST_DAYS,
            field="collect_end",
        )
    if plan.vote_end < plan.collect_end + timedelta(days=LEAST_DAYS):
        raise RuleBroken(
            N_("رأی‌گیری فردای پایان گردآوری آغاز می‌شود و دست‌کم %(n)s روز زمان می‌خواهد."),
            n=LEAST_DAYS,
            field="vote_end",
        )
    if plan.vote_end > today + timedelta(days=MOST_DAYS):
        raise RuleBroken(N_("نظرخواهی حداکثر %(n)s روز به درازا می‌کشد."), n=MOST_DAYS, field="vote_end")
