"""The people's word on a promise, and what follows from it."""

from typing import Any

from civic.audit.service import record
from civic.cases import queries as case_queries
from civic.cases import service as cases
from civic.cases.rules import CaseStatus
from civic.contributions.models import Contribution
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import db, upsert
from civic.core.errors import NotAllowed, RuleBroken
from civic.core.files import Picture
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line
from civic.departments.queries import heir_of
from civic.outcomes import queries
from civic.outcomes.events import PromiseConfirmed, PromiseDisputed
from civic.outcomes.models import Promise, PromiseRound, PromiseVerdict
from civic.outcomes.policy import May, has_no_part_in_it
from civic.outcomes.rules import HOUSE_IS_SILENT, MOVES, PromiseStatus, Verdict, outcome
from civic.outcomes.service.promises import counts_of, hand_over, step_of, subject_of


def judge(
    actor: Actor, promise: Promise, *, verdict: Verdict, note: str = "", photo: Picture | None = None
) -> None:
    """Done, partly, not done or cannot tell: one word a person concerned, changeable. What follows is in rules.outcome."""
    require(actor, May.JUDGE, promise)
    if promise.status is PromiseStatus.OPEN and promise.round == 0 and promise.due_on > clock.today():
        raise RuleBroken(N_("این قول هنوز زمان دارد. در روز موعد از شما می‌پرسیم."))
    if not has_no_part_in_it(actor, promise):
        raise NotAllowed(HOUSE_IS_SILENT)
    if not queries.is_concerned(actor, promise.contribution_id):
        raise NotAllowed(
            N_(
                "تنها کسانی که پیشنهاد داده، رأی داده، نظر نوشته یا پیگیر این مورد بوده‌اند می‌گویند انجام شد یا نه."
            )
        )
    values: dict[str, Any] = {"verdict": verdict, "note": clean_line(note)[:300], "at": clock.now()}
    if photo is not None:
        values["photo"] = photo.name
    db.session.execute(
        upsert(PromiseVerdict)
        .values(
            promise_id=promise.id, round=promise.round, user_id=actor.signed_in(), **({"photo": ""} | values)
        )
        .on_conflict_do_update(index_elements=["promise_id", "round", "user_id"], set_=values)
    )
    _follow(promise, _count(promise))


def _count(promise: Promise) -> PromiseRound:
    """Keep the numbers of this round, on the promise and on the round."""
    here = queries.round_for_change(promise)
    if here is None:
        here = PromiseRound(
            promise_id=promise.id, number=promise.round, begun_at=promise.reported_at or promise.made_at
        )
        db.session.add(here)
    counts = queries.verdicts(promise.id, promise.round)
    for row in (promise, here):
        row.done_count = counts.get(Verdict.DONE, 0)
        row.partly_count = counts.get(Verdict.PARTLY, 0)
        row.not_done_count = counts.get(Verdict.NOT_DONE, 0)
        row.cannot_tell_count = counts.get(Verdict.CANNOT_TELL, 0)
    db.session.flush()
    return here


def _follow(promise: Promise, here: PromiseRound) -> None:
    """Confirm or reopen, as the people's words now stand."""
    author = db.session.get_one(Contribution, promise.contribution_id).author_id
    said = db.session.get(PromiseVerdict, (promise.id, promise.round, author)) if author else None
    if said is not None:
        db.session.refresh(said)
    author_says_no = said is not None and said.verdict is Verdict.NOT_DONE
    found = outcome(
        promise.done_count, promise.partly_count, promise.not_done_count, author_says_no=author_says_no
    )
    if found == "confirm" and promise.status is not PromiseStatus.CONFIRMED:
        _confirm(promise)
    elif found == "dispute" and promise.status is not PromiseStatus.OPEN:
        _dispute(promise, here, by="author" if author_says_no else "others")


def _confirm(promise: Promise) -> None:
    """The people say: done."""
    move(promise, "confirm", MOVES)
    promise.confirmed_at, promise.disputed_at = clock.now(), None
    promise.done_on = promise.done_on or clock.today()
    step_of(promise, StepKind.CONFIRMED, data=counts_of(promise))
    record(SYSTEM, "promise.confirm", subject_of(promise), public=True, **counts_of(promise))
    publish(PromiseConfirmed(promise.id, promise.contribution_id))


def _dispute(promise: Promise, here: PromiseRound, *, by: str) -> None:
    """The people say: not done. The promise is open again, and its department owes a new report."""
    move(promise, "dispute", MOVES)
    promise.confirmed_at = None
    promise.disputed_at = clock.now()
    if here.disputed_at is None:
        here.disputed_at, here.disputed_by = clock.now(), by
        promise.dispute_count += 1
    step_of(promise, StepKind.DISPUTED, data=counts_of(promise) | {"by": by})
    heir = heir_of(promise.department_id)
    if heir is not None:
        hand_over(SYSTEM, promise, department_id=heir)  # confirmed before its department was closed
    case = case_queries.of_promise_for_change(promise.case_id)
    if case.status is CaseStatus.ANSWERED:
        cases.reopen(SYSTEM, case, reason=N_("مردم گفتند قول انجام نشده است."))
    else:
        step_of(promise, StepKind.REOPENED)
    record(SYSTEM, "promise.dispute", subject_of(promise), public=True, by=by, **counts_of(promise))
    publish(PromiseDisputed(promise.id, promise.contribution_id))
