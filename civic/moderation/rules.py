"""Verdicts, clauses of the code of conduct and the item's moves, as plain values."""

from enum import StrEnum

from civic.core.errors import RuleBroken
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
    RETURN = "return"
    HIDE = "hide"
    HIDE_PHOTO = "hide_photo"


ITEM_MOVES = {
    (ItemStatus.OPEN, "decide"): ItemStatus.DECIDED,
    (ItemStatus.OPEN, "drop"): ItemStatus.DROPPED,
}
TARGET_HOURS = 24
CLAIM_MINUTES = 15
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
