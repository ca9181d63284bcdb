"""Keeping promises in a book, and hearing from people whether they were kept."""

from typing import Any

from sqlalchemy import delete

from civic.audit.service import record
from civic.cases.models import Answer, Case
from civic.cases.rules import PROMISING
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import db, upsert
from civic.core.errors import NotAllowed, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text
from civic.outcomes import queries
from civic.outcomes.events import PromiseConfirmed, PromiseDisputed, PromiseDue, PromiseReported
from civic.outcomes.models import Figures, Promise, PromiseVerdict
from civic.outcomes.policy import May
from civic.outcomes.rules import MOVES, PromiseStatus, Verdict, outcome


def keep(actor: Actor, answer: Answer, case: Case) -> None:
    """Write the promise of a published answer into the book; once."""
    require(actor, May.KEEP, answer)
    if answer.kind not in PROMISING or answer.promise_due is None or case.department_id is None:
        return
    db.session.execute(
        upsert(Promise)
        .values(
            answer_id=answer.id, case_id=case.id, contribution_id=case.contribution_id,
            department_id=case.department_id, text=answer.promise_text, due_on=answer.promise_due,
            status=PromiseStatus.OPEN, made_at=answer.published_at, report="", done_count=0, partly_count=0,
            not_done_count=0,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def follow_revision(actor: Actor, answer: Answer, case: Case) -> None:
    """The answer was revised: the same promise goes with the new version; another one replaces it and the old is void."""
    require(actor, May.KEEP, answer)
    for promise in queries.of_case_for_change(case.id):
        if promise.answer_id == answer.id or promise.status is PromiseStatus.CONFIRMED:
            continue
        if (promise.text, promise.due_on) == (answer.promise_text, answer.promise_due):
            promise.answer_id = answer.id
        elif promise.status is not PromiseStatus.VOID:
            move(promise, "void", MOVES)
    db.session.flush()
    keep(actor, answer, case)


def report_done(actor: Actor, promise: Promise, *, words: str) -> None:
    """The department says it is done. It counts only when the people say so too: everyone who voted is asked."""
    require(actor, May.REPORT, promise)
    text = clean_text(words)
    if len(text) < 10:
        raise RuleBroken(N_("در یکی دو جمله بنویسید چه انجام شد؛ مردم همین را می‌خوانند."), field="report")
    again = promise.reported_at is not None
    move(promise, "report", MOVES)
    promise.report = text[:1000]
    promise.reported_at = promise.asked_at = clock.now()
    if again:  # what was said of the earlier report does not judge this one
        db.session.execute(delete(PromiseVerdict).where(PromiseVerdict.promise_id == promise.id))
        promise.done_count = promise.partly_count = promise.not_done_count = 0
    _step(promise, StepKind.REPORTED_DONE, note=text[:500])
    record(actor, "promise.report", _subject(promise), public=True)
    publish(PromiseReported(promise.id, promise.contribution_id))


def ask(actor: Actor, promise: Promise) -> None:
    """The day has come: everyone who voted is asked whether it was done."""
    require(actor, May.KEEP, promise)
    if promise.asked_at is not None or promise.status not in {PromiseStatus.OPEN, PromiseStatus.REPORTED}:
        return
    promise.asked_at = clock.now()
    publish(PromiseDue(promise.id, promise.contribution_id))


def judge(actor: Actor, promise: Promise, *, verdict: Verdict, note: str = "") -> None:
    """Done, partly or not done: one word a person concerned, changeable. What follows is in rules.outcome."""
    require(actor, May.JUDGE, promise)
    if promise.status is PromiseStatus.OPEN and promise.due_on > clock.today():
        raise RuleBroken(N_("این قول هنوز زمان دارد. در روز موعد از شما می‌پرسیم."))
    if not queries.is_concerned(actor, promise.contribution_id):
        raise NotAllowed(
            N_(
                "تنها کسانی که پیشنهاد داده، رأی داده، نظر نوشته یا پیگیر این مورد بوده‌اند می‌گویند انجام شد یا نه."
            )
        )
    values = {"verdict": verdict, "note": clean_line(note)[:300], "at": clock.now()}
    db.session.execute(
        upsert(PromiseVerdict)
        .values(promise_id=promise.id, user_id=actor.signed_in(), **values)
        .on_conflict_do_update(index_elements=["promise_id", "user_id"], set_=values)
    )
    counts = queries.verdicts(promise.id)
    promise.done_count = counts.get(Verdict.DONE, 0)
    promise.partly_count = counts.get(Verdict.PARTLY, 0)
    promise.not_done_count = counts.get(Verdict.NOT_DONE, 0)
    _follow(promise)


def store_figures(actor: Actor) -> None:
    """Count everything once and keep the result for the pages."""
    require(actor, May.COUNT)
    taken = queries.count_outcomes() | {"statistics": queries.count_totals()}
    for name, data in sorted(taken.items()):
        values = {"data": data, "taken_at": clock.now()}
        db.session.execute(
            upsert(Figures)
            .values(name=name, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values)
        )


def _follow(promise: Promise) -> None:
    """Confirm or reopen, as the people's words now stand."""
    author = db.session.get_one(Contribution, promise.contribution_id).author_id
    said = db.session.get(PromiseVerdict, (promise.id, author)) if author else None
    if said is not None:
        db.session.refresh(said)
    found = outcome(
        promise.done_count, promise.partly_count, promise.not_done_count,
        author_says_no=said is not None and said.verdict is Verdict.NOT_DONE,
    )  # fmt: skip
    counts: dict[str, Any] = {
        "done": promise.done_count,
        "partly": promise.partly_count,
        "not_done": promise.not_done_count,
    }
    if found == "confirm" and promise.status is not PromiseStatus.CONFIRMED:
        move(promise, "confirm", MOVES)
        promise.confirmed_at = clock.now()
        _step(promise, StepKind.CONFIRMED, data=counts)
        record(SYSTEM, "promise.confirm", _subject(promise), public=True, **counts)
        publish(PromiseConfirmed(promise.id, promise.contribution_id))
    elif found == "dispute" and promise.status is not PromiseStatus.OPEN:
        move(promise, "dispute", MOVES)
        promise.confirmed_at = None
        _step(promise, StepKind.DISPUTED, data=counts)
        record(SYSTEM, "promise.dispute", _subject(promise), public=True, **counts)
        publish(PromiseDisputed(promise.id, promise.contribution_id))


def _step(promise: Promise, kind: StepKind, *, note: str = "", data: dict[str, Any] | None = None) -> None:
    contribution = db.session.get_one(Contribution, promise.contribution_id)
    contributions.add_step(
        SYSTEM, contribution, kind, note=note, data={"promise": promise.id, **(data or {})}
    )


def _subject(promise: Promise) -> str:
    return f"promise:{promise.id}"
