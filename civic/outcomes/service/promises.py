"""From the published answer to the report of done, and the clock's questions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from civic.audit.service import record
from civic.cases import queries as case_queries
from civic.cases import service as cases
from civic.cases.models import Answer, Case
from civic.cases.rules import PROMISING
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import db, upsert
from civic.core.errors import Conflict
from civic.core.files import Paper, Picture
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text
from civic.departments.models import Department
from civic.departments.queries import heir_of
from civic.outcomes import queries
from civic.outcomes.events import (
    PromiseAsked,
    PromiseDue,
    PromiseHandedOver,
    PromiseProgressed,
    PromiseReported,
)
from civic.outcomes.models import DeliveryReport, Evidence, Figures, Promise, PromiseRound
from civic.outcomes.policy import May
from civic.outcomes.rules import MOVES, UNKEPT, WHOLE, EvidenceKind, PromiseStatus, asking, check_report
from civic.outcomes.service.sheets import begin_round, give_code


def keep(actor: Actor, answer: Answer, case: Case) -> None:
    """Give a published answer the code of its sheet, and write its promise into the book; once each."""
    require(actor, May.KEEP, answer)
    give_code(case.contribution_id)
    _replace(answer, case)
    if answer.kind not in PROMISING or answer.promise_due is None or case.department_id is None:
        return
    db.session.execute(
        upsert(Promise)
        .values(
            answer_id=answer.id, case_id=case.id, contribution_id=case.contribution_id,
            department_id=heir_of(case.department_id) or case.department_id,  # closed since it answered
            text=answer.promise_text, due_on=answer.promise_due,
            status=PromiseStatus.OPEN, made_at=answer.published_at, report="", percent=0, round=0, dispute_count=0,
            done_count=0, partly_count=0, not_done_count=0, cannot_tell_count=0,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def follow_revision(actor: Actor, answer: Answer, case: Case) -> None:
    """The answer was revised: the same promise goes with the new version; another one replaces it and the old is void."""
    require(actor, May.KEEP, answer)
    keep(actor, answer, case)


def _replace(answer: Answer, case: Case) -> None:
    """A case that was answered anew, revised or reopened, has one living promise: the earlier one goes along or is void."""
    for promise in queries.of_case_for_change(case.id):
        if promise.answer_id == answer.id or promise.status is PromiseStatus.CONFIRMED:
            continue
        if (promise.text, promise.due_on) == (answer.promise_text, answer.promise_due):
            promise.answer_id = answer.id
            if case.department_id is not None and heir_of(promise.department_id) is None:
                hand_over(SYSTEM, promise, department_id=case.department_id)  # it was nobody's
        elif promise.status is not PromiseStatus.VOID:
            move(promise, "void", MOVES)
    db.session.flush()


def hand_over(actor: Actor, promise: Promise, *, department_id: int) -> None:
    """The department that promised was closed: another one keeps the promise. Its day and the people's words stay.

    What was kept, or is void, stays with the one that promised; a second run changes nothing.
    """
    require(actor, May.KEEP, promise)
    before = promise.department_id
    if promise.status not in UNKEPT or before == department_id:
        return
    promise.department_id = department_id
    db.session.flush()
    step_of(
        promise, StepKind.ASSIGNED, detail="promise", note=db.session.get_one(Department, department_id).name_fa,
        data={"department": department_id, "was": before},
    )  # fmt: skip
    record(actor, "promise.hand_over", subject_of(promise), public=True, department=department_id, was=before)
    publish(PromiseHandedOver(promise.id, promise.contribution_id, department_id))


def report(
    actor: Actor, promise: Promise, *, percent: int, words: str, happened_on: date, reason: str = "",
    kept: Sequence[Picture | Paper] = (),
) -> DeliveryReport:  # fmt: skip
    """The department says how far it has come by a day, and shows it. At 100 it says: done, and the people are asked."""
    require(actor, May.REPORT, promise)
    text, why = clean_text(words), clean_line(reason)
    check_report(
        percent=percent, before=promise.percent, words=text, happened_on=happened_on, today=clock.today(), reason=why,
        files=len(kept),
    )  # fmt: skip
    if percent == WHOLE:
        move(promise, "report", MOVES)
    elif promise.status is not PromiseStatus.OPEN:
        raise Conflict(N_("این قول پیش‌تر «انجام‌شده» گزارش شده است. صفحه را دوباره باز کنید."))
    row = DeliveryReport(
        promise_id=promise.id, percent=percent, before=promise.percent, text=text[:1000],
        reason=why[:500] if percent < promise.percent else "", happened_on=happened_on, written_by_id=actor.signed_in(),
        at=clock.now(), evidence=[_evidence(one) for one in kept],
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    promise.percent, promise.report = percent, row.text
    record(actor, "promise.report", subject_of(promise), public=True, percent=percent, files=len(kept))
    if percent < WHOLE:
        step_of(promise, StepKind.PROGRESS, note=text[:500], data={"percent": percent})
        publish(PromiseProgressed(promise.id, promise.contribution_id, row.id))
    else:
        _begin_round(promise, happened_on)
        cases.settle(SYSTEM, case_queries.of_promise_for_change(promise.case_id))
        step_of(promise, StepKind.REPORTED_DONE, note=text[:500])
        publish(PromiseReported(promise.id, promise.contribution_id))
    return row


def _evidence(kept: Picture | Paper) -> Evidence:
    if isinstance(kept, Picture):
        return Evidence(
            kind=EvidenceKind.PICTURE, name=kept.name, small_name=kept.small_name, width=kept.width, height=kept.height,
            bytes=sum(len(data) for _, data in kept.parts), sha256=kept.sha256,
        )  # fmt: skip
    return Evidence(kind=EvidenceKind.PDF, name=kept.name, bytes=kept.size, sha256=kept.sha256)


def _begin_round(promise: Promise, happened_on: date) -> None:
    """What was said of the earlier report stays to be read and does not judge this one."""
    promise.round += 1
    promise.reported_at = promise.asked_at = clock.now()
    promise.done_on, promise.disputed_at = happened_on, None
    promise.asked_first_at = promise.asked_last_at = None
    promise.done_count = promise.partly_count = promise.not_done_count = promise.cannot_tell_count = 0
    db.session.add(PromiseRound(promise_id=promise.id, number=promise.round, begun_at=clock.now()))
    begin_round(promise)


def ask(actor: Actor, promise: Promise) -> None:
    """The day has come: everyone who voted is asked whether it was done."""
    require(actor, May.KEEP, promise)
    if promise.asked_at is not None or promise.status not in {PromiseStatus.OPEN, PromiseStatus.REPORTED}:
        return
    promise.asked_at = clock.now()
    publish(PromiseDue(promise.id, promise.contribution_id))


def ask_again(actor: Actor, promise: Promise) -> None:
    """A week, or four weeks, after «done» was reported: those who have not spoken are asked, once each.

    What the people have not confirmed by the last asking is shown as not confirmed; a later word still counts.
    """
    require(actor, May.KEEP, promise)
    if promise.reported_at is None or promise.status not in {PromiseStatus.REPORTED, PromiseStatus.CONFIRMED}:
        return
    which = asking(
        promise.reported_at, clock.now(), first=promise.asked_first_at is not None,
        last=promise.asked_last_at is not None,
    )  # fmt: skip
    if not which:
        return
    promise.asked_first_at = promise.asked_first_at or clock.now()
    if which == "last":
        promise.asked_last_at = clock.now()
        if promise.status is PromiseStatus.REPORTED:
            move(promise, "lapse", MOVES)
            record(SYSTEM, "promise.lapse", subject_of(promise), public=True, **counts_of(promise))
    publish(PromiseAsked(promise.id, promise.contribution_id, promise.round, which))


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


def counts_of(promise: Promise) -> dict[str, Any]:
    """The words of this round, for the record and the life line."""
    return {
        "done": promise.done_count,
        "partly": promise.partly_count,
        "not_done": promise.not_done_count,
    }


def step_of(
    promise: Promise, kind: StepKind, *, detail: str = "", note: str = "", data: dict[str, Any] | None = None
) -> None:
    """A line in the life of what was promised."""
    contribution = db.session.get_one(Contribution, promise.contribution_id)
    contributions.add_step(
        SYSTEM, contribution, kind, detail=detail, note=note, data={"promise": promise.id, **(data or {})}
    )


def subject_of(promise: Promise) -> str:
    """How the record names it."""
    return f"promise:{promise.id}"
