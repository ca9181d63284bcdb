"""What may be merged into what, as plain values."""

from dataclasses import dataclass

from civic.contributions.rules import ContributionKind, Status
from civic.core.errors import Conflict, RuleBroken
from civic.core.text import N_

KINDS = frozenset({ContributionKind.PROPOSAL, ContributionKind.PROBLEM})
LEAST_REASON, MOST_REASON = 10, 300


@dataclass(frozen=True)
class Half:
    """One of the two. `voting`: open, closed, or none. `case`: '' without one, open, or answered. `took_in`: merged into it."""

    id: int
    kind: ContributionKind
    status: Status
    space_id: int
    voting: str = ""
    case: str = ""
    took_in: int = 0


def check_merge(one: Half, into: Half) -> None:
    """RuleBroken with the sentence that says what to do instead; Conflict when one of them has changed meanwhile."""
    if one.id == into.id:
        raise RuleBroken(N_("یک نوشته در خودش ادغام نمی‌شود. نوشتهٔ دیگری را برگزینید."))
    if one.kind not in KINDS or into.kind not in KINDS:
        raise RuleBroken(N_("تنها پیشنهادها و مسئله‌ها ادغام می‌شوند."))
    if one.kind is not into.kind:
        raise RuleBroken(N_("پیشنهاد در مسئله ادغام نمی‌شود و مسئله در پیشنهاد. دو نوشتهٔ هم‌جنس را برگزینید."))
    if one.status is Status.MERGED:
        raise Conflict(N_("این نوشته پیش‌تر ادغام شده است."))
    if into.status is Status.MERGED:
        raise RuleBroken(N_("نوشتهٔ مقصد خودش در نوشتهٔ دیگری ادغام شده است؛ همان را برگزینید."))
    if one.status is not Status.PUBLIC or into.status is not Status.PUBLIC:
        raise RuleBroken(
            N_("تنها دو نوشتهٔ منتشرشده ادغام می‌شوند؛ یکی از این دو اکنون دیده نمی‌شود یا پس گرفته شده است.")
        )
    if one.space_id != into.space_id:
        raise RuleBroken(
            N_(
                "این دو در دو نظرخواهی جدا هستند و رأی‌دهندگانشان را نمی‌توان با هم سنجید؛ یکی را برای اصلاح بازگردانید یا هر دو را بگذارید بمانند."
            )
        )
    if one.took_in:
        raise RuleBroken(
            N_(
                "در این نوشته پیش‌تر نوشته‌های دیگری ادغام شده است. جهت را برعکس کنید، یا نخست آن ادغام‌ها را برگردانید."
            )
        )
    if "answered" in {one.case, into.case}:
        raise RuleBroken(
            N_("یکی از این دو پاسخ رسمی گرفته است؛ پاسخ دربارهٔ همان متن داده شده و دیگر ادغام نمی‌شود.")
        )
    if one.case:
        raise RuleBroken(
            N_(
                "واحد مسئول دارد این نوشته را بررسی می‌کند و مهلت می‌گذرد. جهت را برعکس کنید: دیگری را در این ادغام کنید."
            )
        )
    if one.kind is ContributionKind.PROPOSAL and {one.voting, into.voting} != {"open"}:
        raise RuleBroken(N_("تنها پیشنهادهایی ادغام می‌شوند که رأی‌گیری هر دو باز است."))


def check_reason(words: str) -> None:
    """Everybody reads it."""
    if len(words) < LEAST_REASON:
        raise RuleBroken(N_("دلیل را در یک جمله بنویسید؛ همه آن را می‌خوانند."), field="reason")
