"""Verdicts, clauses of the code of conduct, moves, terms and clocks of moderation, as plain values."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from civic.core.errors import Conflict, RuleBroken
from civic.core.text import N_


class ItemStatus(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    DROPPED = "dropped"


class ItemReason(StrEnum):
    NEW = "new"
    EDITED = "edited"
    FLAGGED = "flagged"
    PHOTO = "photo"


class Verdict(StrEnum):
    PUBLISH = "publish"
    MASK = "mask"
    RETURN = "return"
    HIDE = "hide"
    HIDE_PHOTO = "hide_photo"


class DecisionStatus(StrEnum):
    """A decision can be taken back for a few seconds; nothing is done and nobody is told before."""

    PENDING = "pending"
    DONE = "done"
    UNDONE = "undone"


class AppealStatus(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    DROPPED = "dropped"


class BlockStatus(StrEnum):
    PROPOSED = "proposed"  # for good: waits for a second moderator
    ACTIVE = "active"
    ENDED = "ended"
    LIFTED = "lifted"
    REFUSED = "refused"


ITEM_MOVES = {
    (ItemStatus.OPEN, "decide"): ItemStatus.DECIDED,
    (ItemStatus.OPEN, "drop"): ItemStatus.DROPPED,
    (ItemStatus.DECIDED, "reopen"): ItemStatus.OPEN,
}
DECISION_MOVES = {
    (DecisionStatus.PENDING, "carry_out"): DecisionStatus.DONE,
    (DecisionStatus.PENDING, "undo"): DecisionStatus.UNDONE,
}
APPEAL_MOVES = {
    (AppealStatus.OPEN, "uphold"): AppealStatus.UPHELD,
    (AppealStatus.OPEN, "overturn"): AppealStatus.OVERTURNED,
    (AppealStatus.OPEN, "drop"): AppealStatus.DROPPED,
}
BLOCK_MOVES = {
    (BlockStatus.PROPOSED, "confirm"): BlockStatus.ACTIVE,
    (BlockStatus.PROPOSED, "refuse"): BlockStatus.REFUSED,
    (BlockStatus.ACTIVE, "end"): BlockStatus.ENDED,
    (BlockStatus.ACTIVE, "lift"): BlockStatus.LIFTED,
}
TARGET_HOURS = 24
CLAIM_MINUTES = 15
APPEAL_DAYS = 14
APPEAL_HOURS = 72
"""An appeal can be made for this many days; it is decided within this many hours."""

BLOCK_DAYS = (1, 7, 30, 90)
"""Terms for which one moderator may shut a person's writing; for good takes two."""

MOST_BULK = 50
FLAG_SCORE = 20
"""A report weighs as much as the gravest finding of the screening."""

DIGEST_HOUR = 8
"""Of the city's day: when moderators hear what is overdue."""

CLAUSES = {
    1: N_("نفرت‌پراکنی علیه یک گروه"),
    2: N_("توهین به شخص"),
    3: N_("تهدید یا دعوت به خشونت"),
    4: N_("اطلاعات شخصی"),
    5: N_("نقض حق دیگران"),
    6: N_("بی‌ربط یا تبلیغ"),
    7: N_("تکراری"),
    8: N_("کودک در تصویر"),
}
"""Numbered clauses of the code of conduct (/rules); a refusal names one of them."""


def check_decision(verdict: Verdict, clause: int | None, *, has_photo: bool) -> None:
    """Every refusal names a clause of the code of conduct; a photo can only be hidden where there is one."""
    if verdict is not Verdict.PUBLISH and clause not in CLAUSES:
        raise RuleBroken(N_("بگویید کدام بند آیین‌نامه؛ نویسنده باید دلیل را بداند."), field="clause")
    if verdict is Verdict.HIDE_PHOTO and not has_photo:
        raise RuleBroken(N_("این نوشته عکسی ندارد که پنهان شود."), field="verdict")


REPEATED = 7
"""The clause under which a reader may name the text that says the same."""


def check_twin(clause: int, *, same_kind: bool, itself: bool) -> None:
    """What a report names as the same must be another text of the same kind."""
    if clause != REPEATED:
        raise RuleBroken(N_("نوشتهٔ مشابه را تنها همراه بند «تکراری» بنویسید."), field="twin")
    if itself:
        raise RuleBroken(N_("این نشانی همین نوشته است. نشانی آن یکی را بنویسید."), field="twin")
    if not same_kind:
        raise RuleBroken(N_("نوشتهٔ مشابه باید هم‌جنس باشد: پیشنهاد با پیشنهاد، مسئله با مسئله."), field="twin")


def number_of(year: int, n: int) -> str:
    """How a decision is called in public: ب-1405-0012 (digits are those of the page when shown)."""
    return f"ب-{year}-{n:04d}"


def check_undo(effective_at: datetime, now: datetime) -> None:
    """A decision is taken back while it has had no effect; afterwards the ways are an appeal or a new decision."""
    if now >= effective_at:
        raise Conflict(
            N_(
                "مهلت لغو گذشته و تصمیم اجرا شده است. اگر نادرست بود، نوشته را از نو به صف بفرستید یا بگذارید نویسنده اعتراض کند."
            )
        )


def last_day_of_appeal(moment: datetime) -> datetime:
    """Until when a decision of that moment can be appealed against."""
    return moment + timedelta(days=APPEAL_DAYS)


def check_appeal(text: str) -> None:
    """A reason is needed, or the second moderator has nothing to weigh."""
    if len(text.strip()) < 10:
        raise RuleBroken(N_("بنویسید چرا این تصمیم درست نیست؛ یک جمله بس است."), field="text")


def check_block(clause: int | None, reason: str, days: int | None) -> None:
    """A block names its clause, its reason and one of the known terms (None: for good)."""
    if clause not in CLAUSES:
        raise RuleBroken(N_("بگویید کدام بند آیین‌نامه؛ او باید دلیل را بداند."), field="clause")
    if len(reason.strip()) < 10:
        raise RuleBroken(N_("دلیل را در یک جمله بنویسید؛ برای او فرستاده می‌شود."), field="reason")
    if days is not None and days not in BLOCK_DAYS:
        raise RuleBroken(N_("یکی از مدت‌ها را برگزینید."), field="term")


def median(counts: Iterable[tuple[int, int]]) -> int:
    """The middle value of (value, how often); 0 of nothing."""
    ordered = sorted(counts)
    total = sum(n for _value, n in ordered)
    passed = 0
    for value, n in ordered:
        passed += n
        if 2 * passed >= total:
            return value
    return 0
