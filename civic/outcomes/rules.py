"""Promises, reports, verdicts and the codes of printed sheets as plain values."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from civic.core.errors import RuleBroken
from civic.core.text import N_, latin_digits


class PromiseStatus(StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"  # reported done, and after 28 days the people have not confirmed it
    VOID = "void"


class Verdict(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"
    CANNOT_TELL = "cannot_tell"


class EvidenceKind(StrEnum):
    PICTURE = "picture"
    PDF = "pdf"


MOVES = {
    (PromiseStatus.OPEN, "report"): PromiseStatus.REPORTED,
    (PromiseStatus.REPORTED, "confirm"): PromiseStatus.CONFIRMED,
    (PromiseStatus.OPEN, "confirm"): PromiseStatus.CONFIRMED,
    (PromiseStatus.UNCONFIRMED, "confirm"): PromiseStatus.CONFIRMED,
    (PromiseStatus.REPORTED, "lapse"): PromiseStatus.UNCONFIRMED,
    (PromiseStatus.REPORTED, "dispute"): PromiseStatus.OPEN,
    (PromiseStatus.UNCONFIRMED, "dispute"): PromiseStatus.OPEN,
    (PromiseStatus.CONFIRMED, "dispute"): PromiseStatus.OPEN,
    (PromiseStatus.OPEN, "void"): PromiseStatus.VOID,
    (PromiseStatus.REPORTED, "void"): PromiseStatus.VOID,
    (PromiseStatus.UNCONFIRMED, "void"): PromiseStatus.VOID,
}
FINAL = {PromiseStatus.VOID}
UNKEPT = (PromiseStatus.OPEN, PromiseStatus.REPORTED, PromiseStatus.UNCONFIRMED)
"""Somebody still has to answer for it: what waits for the people's word may be disputed and open again."""


def column(status: PromiseStatus, due_on: date, today: date) -> str:
    """Where the promise stands in the book: kept, wait, unheard, ahead, today or broken."""
    if status is PromiseStatus.CONFIRMED:
        return "kept"
    if status is PromiseStatus.REPORTED:
        return "wait"
    if status is PromiseStatus.UNCONFIRMED:
        return "unheard"
    if due_on > today:
        return "ahead"
    return "today" if due_on == today else "broken"


# ---- delivery reports --------------------------------------------------------------------------

WHOLE = 100
LEAST_WORDS = 10
MOST_FILES = 6


def check_report(
    *, percent: int, before: int, words: str, happened_on: date, today: date, reason: str, files: int
) -> None:
    """What a report must hold. RuleBroken names the field: a percent never falls silently, "done" is shown, not said."""
    if not 0 <= percent <= WHOLE:
        raise RuleBroken(N_("درصد پیشرفت عددی از ۰ تا ۱۰۰ است."), field="percent")
    if len(words.strip()) < LEAST_WORDS:
        raise RuleBroken(N_("در یکی دو جمله بنویسید چه انجام شد؛ مردم همین را می‌خوانند."), field="report")
    if happened_on > today:
        raise RuleBroken(
            N_("این روز هنوز نرسیده است. روزی را بنویسید که کار تا آن روز انجام شده است."),
            field="happened_on",
        )
    if percent < before and len(reason.strip()) < LEAST_WORDS:
        raise RuleBroken(
            N_("گزارش پیشین %(n)s٪ بود. در یک جمله بنویسید چرا این بار کمتر است."), n=before, field="reason"
        )
    if files > MOST_FILES:
        raise RuleBroken(N_("حداکثر %(n)s مدرک با هر گزارش می‌آید."), n=MOST_FILES, field="evidence")
    if percent == WHOLE and not files:
        raise RuleBroken(
            N_("«انجام شد» بدون مدرک ثبت نمی‌شود. دست‌کم یک عکس یا PDF بفرستید."), field="evidence"
        )


# ---- the people's word -------------------------------------------------------------------------

HOUSE_IS_SILENT = N_(
    "کارکنان واحدی که قول داده است و کارکنان واحدهای بالادست و زیرمجموعهٔ آن دربارهٔ انجام آن نظر نمی‌دهند؛ این را"
    " مردمی می‌گویند که پیشنهاد داده، رأی داده، نظر نوشته یا پیگیر آن بوده‌اند."
)
LEAST_VERDICTS = 3
LEAST_SHARE = 60
OTHERS_TO_DISPUTE = 3
"""How «done» comes about. Only people concerned have a word: the author, co-signers, those who voted, joined,
commented or follow; nobody of the department that promised, of one above or below it, or of one it has replaced. It counts as done when at least LEAST_VERDICTS of them have
spoken and at least LEAST_SHARE percent of those who could tell say done. One «not done» of the author, or three of
others, disputes it: the promise is open again, until the department reports anew or the word of the people changes.
Each report of «done» starts a round of its own; the words of earlier rounds stay readable and do not count."""

FIRST_ASKING = timedelta(days=7)
LAST_ASKING = timedelta(days=28)
"""After «done» was reported, who has not spoken is asked on the 7th and on the 28th day, once each. What is not
confirmed by then is shown as not confirmed, in a column of its own; a later word still counts."""


def outcome(done: int, partly: int, not_done: int, *, author_says_no: bool) -> str:
    """What the people's words amount to: confirm, dispute or wait. Those who cannot tell weigh on neither side."""
    if author_says_no or not_done >= OTHERS_TO_DISPUTE:
        return "dispute"
    total = done + partly + not_done
    return "confirm" if total >= LEAST_VERDICTS and 100 * done >= LEAST_SHARE * total else "wait"


def asking(reported_at: datetime, now: datetime, *, first: bool, last: bool) -> str:
    """Which asking is due: 'last', 'first' or ''. A clock that was stopped for weeks asks once, not twice."""
    if not last and now >= reported_at + LAST_ASKING:
        return "last"
    if not first and not last and now >= reported_at + FIRST_ASKING:
        return "first"
    return ""


# ---- sheets in the street ----------------------------------------------------------------------

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVW"
"""29 letters, none easily taken for another. A prime number of them, so that weighing by 2 … 9 and 1 finds every single
wrong letter and every swap of neighbours."""

CODE_LETTERS = 8
SCAN_DAYS = 28
LEAST_NOES = 5


def check_letter(stem: str) -> str:
    """The ninth letter of a code: the weighted sum of all nine is 0 modulo 29."""
    total = sum(weight * ALPHABET.index(letter) for weight, letter in zip(range(2, 10), stem, strict=True))
    return ALPHABET[-total % len(ALPHABET)]


def code_of(numbers: Iterable[int]) -> str:
    """The code of eight numbers below 29."""
    stem = "".join(ALPHABET[n] for n in numbers)
    return stem + check_letter(stem)


def read_code(typed: str) -> str:
    """A code as it is kept, from one that was typed or scanned; '' when a letter must be wrong.

    Small letters, spaces, dashes and Persian digits are taken as meant.
    """
    code = "".join(c for c in latin_digits(typed).upper() if c not in " -_‌")
    if len(code) != CODE_LETTERS + 1 or any(c not in ALPHABET for c in code):
        return ""
    return code if check_letter(code[:-1]) == code[-1] else ""


def in_doubt(done: int, partly: int, not_done: int) -> bool:
    """Do so many in the street say no that the department has to look? Counts of the last SCAN_DAYS days."""
    return not_done >= LEAST_NOES and 2 * not_done > done + partly + not_done


# ---- arithmetic --------------------------------------------------------------------------------


def share(part: int, whole: int) -> int:
    """Whole percent, 0 of nothing."""
    return round(100 * part / whole) if whole else 0


def median(values: list[int]) -> int | None:
    """The middle one; None of nothing."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else None
