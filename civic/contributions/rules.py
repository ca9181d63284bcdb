"""The one status of everything put before the city, and the stage that people see, as plain values."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from civic.core.errors import RuleBroken
from civic.core.text import N_


class ContributionKind(StrEnum):
    PROBLEM = "problem"
    PROPOSAL = "proposal"
    COMMENT = "comment"
    CONSULTATION = "consultation"
    QUESTION = "question"


class Status(StrEnum):
    DRAFT = "draft"
    ENDORSING = "endorsing"  # waits for a manager of the group it is written for
    WAITING = "waiting"  # in the review queue
    RETURNED = "returned"
    PUBLIC = "public"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    ERASED = "erased"


MOVES = {
    (Status.DRAFT, "submit"): Status.WAITING,
    (Status.DRAFT, "submit_for_group"): Status.ENDORSING,
    (Status.DRAFT, "publish"): Status.PUBLIC,
    (Status.DRAFT, "withdraw"): Status.WITHDRAWN,
    (Status.ENDORSING, "endorse"): Status.WAITING,
    (Status.ENDORSING, "endorse_and_publish"): Status.PUBLIC,
    (Status.ENDORSING, "return"): Status.RETURNED,
    (Status.ENDORSING, "withdraw"): Status.WITHDRAWN,
    (Status.WAITING, "publish"): Status.PUBLIC,
    (Status.WAITING, "return"): Status.RETURNED,
    (Status.WAITING, "hide"): Status.HIDDEN,
    (Status.WAITING, "withdraw"): Status.WITHDRAWN,
    (Status.RETURNED, "submit"): Status.WAITING,
    (Status.RETURNED, "submit_for_group"): Status.ENDORSING,
    (Status.RETURNED, "publish"): Status.PUBLIC,
    (Status.RETURNED, "hide"): Status.HIDDEN,
    (Status.RETURNED, "withdraw"): Status.WITHDRAWN,
    (Status.PUBLIC, "return"): Status.RETURNED,
    (Status.PUBLIC, "hide"): Status.HIDDEN,
    (Status.PUBLIC, "withdraw"): Status.WITHDRAWN,
    (Status.PUBLIC, "merge"): Status.MERGED,
    (Status.HIDDEN, "publish"): Status.PUBLIC,
    (Status.HIDDEN, "return"): Status.RETURNED,
    (Status.MERGED, "unmerge"): Status.PUBLIC,
    (Status.HIDDEN, "erase"): Status.ERASED,
    (Status.WITHDRAWN, "erase"): Status.ERASED,
    (Status.PUBLIC, "erase"): Status.ERASED,
}
FINAL = {Status.ERASED}
READABLE = (Status.PUBLIC, Status.WITHDRAWN, Status.MERGED)
"""What everybody may read; withdrawn and merged things stay, with the reason beside them."""

LISTED = (Status.PUBLIC,)
WITHDRAWAL_CEILING = 100

KINDS = {
    # kind                          endpoint of its page   card template
    ContributionKind.PROBLEM: ("problems.show", "problems/_card.html"),
    ContributionKind.PROPOSAL: ("proposals.show", "proposals/_card.html"),
    ContributionKind.COMMENT: ("comments.show", "comments/_card.html"),
    ContributionKind.CONSULTATION: ("consultations.show", "consultations/_card.html"),
    ContributionKind.QUESTION: ("council.question", "council/_card.html"),
}


class Involvement(StrEnum):
    AUTHOR = "author"
    COSIGNER = "cosigner"
    COMMENTER = "commenter"
    FOLLOWER = "follower"
    JOINER = "joiner"
    VOTER = "voter"


class StepKind(StrEnum):
    """One line of the life line. Append-only."""

    SUBMITTED = "submitted"
    ENDORSED = "endorsed"
    PUBLISHED = "published"
    RETURNED = "returned"
    HIDDEN = "hidden"
    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    VOTE_OPENED = "vote_opened"
    THRESHOLD = "threshold"
    MONTH_TOP = "month_top"
    SENT_AT_ONCE = "sent_at_once"
    VOTE_CLOSED = "vote_closed"
    CASE_OPENED = "case_opened"
    ASSIGNED = "assigned"
    CASE_RETURNED = "case_returned"
    ANSWERED = "answered"
    PROMISED = "promised"
    COUNCIL_ASKED = "council_asked"
    COUNCIL_ANSWERED = "council_answered"
    REPORTED_DONE = "reported_done"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    PROPOSAL_LINKED = "proposal_linked"
    CONSULTATION_APPROVED = "consultation_approved"
    PHASE_OPENED = "phase_opened"
    PHASE_CLOSED = "phase_closed"
    REPORTED = "reported"
    APPEALED = "appealed"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    MASKED = "masked"
    COSIGNED = "cosigned"
    MERGED = "merged"
    UNMERGED = "unmerged"
    TOOK_IN = "took_in"
    GAVE_BACK = "gave_back"
    EXTENDED = "extended"
    PAUSED = "paused"
    RESUMED = "resumed"
    OVERDUE = "overdue"
    JOINED_DEPARTMENT = "joined_department"
    ANSWER_REVISED = "answer_revised"
    PROGRESS = "progress"
    REOPENED = "reopened"
    ON_AGENDA = "on_agenda"
    RESOLVED = "resolved"
    CLAUSE_REPORTED = "clause_reported"
    CLAUSE_VERIFIED = "clause_verified"


STAGE_OF = {
    StepKind.CASE_OPENED: "dept",
    StepKind.ASSIGNED: "dept",
    StepKind.CASE_RETURNED: "dept",
    StepKind.REPORTED_DONE: "run",
    StepKind.PROMISED: "run",
    StepKind.CONFIRMED: "done",
    StepKind.DISPUTED: "run",
}
ANSWER_STAGE = {
    "accepted": "accepted",
    "partly": "partly",
    "declined": "no",
    "already_done": "already",
    "not_ours": "notours",
}


def stage_of(status: Status, kind: ContributionKind, steps: Iterable[tuple[StepKind, str]]) -> str:
    """The word shown to people, from the status and the steps so far (kind, detail) in their order.

    Keys are those of `ui/status.html`: draft review open dept accepted partly no already notours run done closed …
    """
    fixed = {
        Status.DRAFT: "draft", Status.ENDORSING: "mate", Status.WAITING: "review", Status.RETURNED: "returned",
        Status.HIDDEN: "hidden", Status.WITHDRAWN: "withdrawn", Status.MERGED: "merged", Status.ERASED: "hidden",
    }  # fmt: skip
    if status in fixed:
        return fixed[status]
    stage = {"problem": "p-open", "comment": "pub", "question": "asked"}.get(kind, "open")
    for step, detail in steps:
        if step is StepKind.ANSWERED:
            stage = ANSWER_STAGE.get(detail, "accepted")
        elif step is StepKind.VOTE_CLOSED and stage == "open":
            stage = "closed"
        elif step is StepKind.PROPOSAL_LINKED and stage == "p-open":
            stage = "p-prop"
        elif step is StepKind.CONFIRMED and kind is ContributionKind.PROBLEM:
            stage = "p-fixed"
        elif step is StepKind.CASE_OPENED and kind is ContributionKind.PROBLEM:
            stage = "p-dept"
        elif step in STAGE_OF:
            stage = STAGE_OF[step]
    return stage


def check_withdrawal(supporters: int) -> None:
    """Past the ceiling an idea belongs to its supporters too, so its author cannot drop it."""
    if supporters >= WITHDRAWAL_CEILING:
        raise RuleBroken(
            N_("بیش از %(n)s نفر از این پیشنهاد حمایت کرده‌اند؛ دیگر نمی‌توان آن را پس گرفت."),
            n=WITHDRAWAL_CEILING,
        )


WHEEL = 2**30
"""`shuffle` lies below this; the order of the day starts somewhere on this wheel."""


def day_start(day: date) -> int:
    """Where the random order of a day starts: the same for everybody, another one tomorrow."""
    return int.from_bytes(hashlib.sha256(f"order {day.isoformat()}".encode()).digest()[:4]) % WHEEL


def versions_once_public(edited: Iterable[int]) -> set[int]:
    """Numbers of the old texts that everybody could read, from the version numbers of the public edits.

    A text that was returned or hidden before it was replaced stays with its author and the moderators.
    """
    return {number - 1 for number in edited}


MASKS = {
    # kind        fa                    en                  ar
    "name": ("نام پوشانده شد", "name covered", "حُجب الاسم"),
    "phone": ("شماره پوشانده شد", "number covered", "حُجب الرقم"),
    "plate": ("پلاک پوشانده شد", "number plate covered", "حُجب رقم اللوحة"),
    "address": ("نشانی پوشانده شد", "address covered", "حُجب العنوان"),
    "insult": ("ناسزا پوشانده شد", "insult covered", "حُجبت الإساءة"),
    "part": ("بخشی پوشانده شد", "passage covered", "حُجب جزء"),
}
"""What stands in a text where a passage was covered, in the language of the text."""

MOST_MASKS = 20
Passage = tuple[str, str]
"""(kind of MASKS, the words that are covered)."""

_ALIKE = ["یيىئ", "کك", "هةۀہھ", "اأإآٱ", "وؤ", *[f"{n}{chr(0x6F0 + n)}{chr(0x660 + n)}" for n in range(10)]]
_CLASS = {letter: f"[{letters}]" for letters in _ALIKE for letter in letters}


def mask_words(kind: str, language: str) -> str:
    """The words that stand for a covered passage."""
    return MASKS[kind][{"en": 1, "ar": 2}.get(language, 0)]


def passage_pattern(words: str) -> re.Pattern[str]:
    """Finds a passage however its letters, digits and spaces were typed."""
    parts = [
        "".join(_CLASS.get(letter, re.escape(letter)) for letter in word)
        for word in re.split(r"[\s\u200c]+", words.strip())
    ]
    return re.compile(r"[\s\u200c]*".join(parts), re.IGNORECASE)


def cover(text: str, passages: Sequence[Passage], language: str) -> str:
    """The text with every occurrence of the passages replaced; the longest first, so that none leaves a rest."""
    for kind, words in sorted(passages, key=lambda one: -len(one[1])):
        text = passage_pattern(words).sub(f"[{mask_words(kind, language)}]", text)
    return text


def check_passages(passages: Sequence[Passage], *texts: str) -> None:
    """Each passage must be found, and something must be left to read."""
    if not passages:
        raise RuleBroken(N_("بخش‌هایی را که باید پوشانده شود بنویسید یا برگزینید."), field="covered")
    if len(passages) > MOST_MASKS:
        raise RuleBroken(
            N_("بیش از %(n)s بخش را نمی‌شود یک‌جا پوشاند؛ نوشته را برای اصلاح بازگردانید."),
            n=MOST_MASKS,
            field="covered",
        )
    for kind, words in passages:
        if len(words.strip()) < 2 or kind not in MASKS:
            raise RuleBroken(N_("هر بخش دست‌کم دو حرف است."), field="covered")
        if not any(passage_pattern(words).search(text) for text in texts):
            raise RuleBroken(
                N_("«%(part)s» در این نوشته نیست؛ آن را همان‌گونه که نوشته شده بیاورید."),
                part=words,
                field="covered",
            )
    rest = "".join(texts)
    for _kind, words in passages:
        rest = passage_pattern(words).sub("", rest)
    if sum(letter.isalpha() for letter in rest) < 2:
        raise RuleBroken(
            N_("چیزی برای خواندن نمی‌ماند؛ اگر همه‌اش خلاف آیین‌نامه است، آن را پنهان کنید."), field="covered"
        )


def with_bars(html: str, language: str) -> str:
    """In the HTML of a covered text: a bar for the eye, the words for those who hear the page."""
    for kind in MASKS:
        words = mask_words(kind, language)
        html = html.replace(
            f"[{words}]", f'<span class="redact" aria-hidden="true"></span><span class="vh">({words})</span>'
        )
    return html
