"""The one status of everything put before the city, and the stage that people see, as plain values."""

import hashlib
from collections.abc import Iterable
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
    (Status.MERGED, "hide"): Status.HIDDEN,
    (Status.MERGED, "return"): Status.RETURNED,
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
    "needs_council": "council",
}


def stage_of(status: Status, kind: ContributionKind, steps: Iterable[tuple[StepKind, str]]) -> str:
    """The word shown to people, from the status and the steps so far (kind, detail) in their order.

    Keys are those of `ui/status.html`: draft review open dept accepted partly no already notours council run done closed …
    """
    fixed = {
        Status.DRAFT: "draft", Status.ENDORSING: "mate", Status.WAITING: "review", Status.RETURNED: "returned",
        Status.HIDDEN: "hidden", Status.WITHDRAWN: "withdrawn", Status.MERGED: "merged", Status.ERASED: "hidden",
    }  # fmt: skip
    if status in fixed:
        return fixed[status]
    stage = {"problem": "p-open", "comment": "pub", "question": "asked"}.get(kind, "open")
    for step, detail in steps:
        if step in {StepKind.ANSWERED, StepKind.ANSWER_REVISED}:
            stage = ANSWER_STAGE.get(detail, "accepted")
        elif step is StepKind.REOPENED and detail == "case":
            stage = "dept"
        elif step is StepKind.VOTE_CLOSED and stage == "open":
            stage = "closed"
        elif step is StepKind.PROPOSAL_LINKED and stage == "p-open":
            stage = "p-prop"
        elif step is StepKind.CONFIRMED and kind is ContributionKind.PROBLEM:
            stage = "p-fixed"
        elif step is StepKind.CASE_OPENED and kind is ContributionKind.PROBLEM:
            stage = "p-dept"
        elif step is StepKind.ASSIGNED and detail:
            continue  # a promise or a clause has another department; the answer stays given
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


def fingerprint(title: str, text: str) -> str:
    """What an edit form remembers of the words it started from, so that saving over newer words is noticed."""
    return hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()[:16]
