"""The official answer: written, read by the head, published, revised; and the readers' word on it."""

from datetime import date

from civic.audit.service import record
from civic.cases import queries
from civic.cases.events import AnswerRevised, AnswerSentBack, AnswerSentToHead, CaseAnswered
from civic.cases.models import Answer, Case, Convincing
from civic.cases.policy import May
from civic.cases.rules import (
    ANSWER_MOVES,
    CASE_MOVES,
    PROMISING,
    UNFINISHED,
    AnswerKind,
    CaseStatus,
    DeclineReason,
    check_answer,
)
from civic.cases.service.parts import _note, _step, _subject
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor, Role
from civic.core.db import db, upsert
from civic.core.errors import Conflict, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text
from civic.duties import service as duties

COPIED = (
    "kind", "what", "why", "decline_reason", "other_body", "council_text", "review_on", "cost_rial", "starts_on",
    "promise_text", "promise_due",
)  # fmt: skip


def save_answer(
    actor: Actor, case: Case, *, kind: AnswerKind, what: str = "", why: str = "",
    decline_reason: DeclineReason | None = None, other_body: str = "", council_text: str = "",
    review_on: date | None = None, cost_rial: int | None = None, starts_on: date | None = None,
    promise_text: str = "", promise_due: date | None = None,
) -> Answer:  # fmt: skip
    """Keep what is written so far. Nobody outside the department sees it."""
    require(actor, May.WORK, case)
    answer = queries.answer_in_hand(case.id)
    if answer is None or answer.status not in UNFINISHED:
        if case.status is not CaseStatus.ASSIGNED:
            raise Conflict(N_("پاسخ نزد مدیر است یا منتشر شده است و دیگر عوض نمی‌شود."))
        version = answer.version + 1 if answer is not None else 1
        answer = Answer(case_id=case.id, kind=kind, version=version, written_by_id=actor.signed_in())
        db.session.add(answer)
    answer.kind, answer.what, answer.why = kind, clean_text(what), clean_text(why)
    answer.decline_reason = decline_reason if kind is AnswerKind.DECLINED else None
    answer.other_body = clean_line(other_body) if kind is AnswerKind.NOT_OURS else ""
    answer.council_text = clean_text(council_text) if kind is AnswerKind.NEEDS_COUNCIL else ""
    answer.review_on = review_on if kind is AnswerKind.NEEDS_COUNCIL else None
    answer.cost_rial, answer.starts_on = cost_rial, starts_on
    answer.promise_text = clean_line(promise_text) if kind in PROMISING else ""
    answer.promise_due = promise_due if kind in PROMISING else None
    answer.written_by_id = actor.signed_in()
    if case.officer_id is None:
        case.officer_id = actor.user_id
    if case.acknowledged_at is None and case.officer_id == actor.user_id:
        case.acknowledged_at = clock.now()  # who writes the answer has accepted the case
    db.session.flush()
    return answer


def send_to_head(actor: Actor, case: Case) -> Answer:
    """The officer is done; the head reads it. The clock does not stop."""
    require(actor, May.WORK, case)
    if case.duty.paused_at is not None:
        raise RuleBroken(N_("این پرونده منتظر پاسخ نویسنده است. نخست به انتظار پایان دهید."))
    answer = queries.answer_for_change(case.id)
    check_answer(
        answer.kind, what=answer.what, why=answer.why, decline_reason=answer.decline_reason,
        other_body=answer.other_body, council_text=answer.council_text, review_on=answer.review_on,
        promise_text=answer.promise_text, promise_due=answer.promise_due, starts_on=answer.starts_on,
        today=clock.today(),
    )  # fmt: skip
    move(answer, "send_to_head", ANSWER_MOVES)
    if case.status is CaseStatus.ANSWERED:
        case.revision_sent_at = clock.now()
    else:
        move(case, "send_to_head", CASE_MOVES)
    answer.sent_at = clock.now()
    record(actor, "answer.send_to_head", _subject(case), version=answer.version)
    publish(AnswerSentToHead(case.id, answer.id))
    return answer


def send_back(actor: Actor, case: Case, *, note: str) -> None:
    """The head wants it otherwise, and says how."""
    require(actor, May.APPROVE, case)
    words = clean_text(note)
    if not words:
        raise RuleBroken(N_("اگر باز می‌گردانید، یادداشت لازم است."), field="note")
    answer = queries.answer_for_change(case.id)
    move(answer, "send_back", ANSWER_MOVES)
    if case.status is CaseStatus.ANSWERED:
        case.revision_sent_at = None
    else:
        move(case, "send_back", CASE_MOVES)
    _note(actor, case, "send_back", words)
    record(actor, "answer.send_back", _subject(case), version=answer.version)
    publish(AnswerSentBack(case.id, answer.id))


def approve(actor: Actor, case: Case) -> Answer:
    """The head lets it out: from now on it is the city's word. An earlier answer stays readable as its older version.

    Nobody approves what they wrote themselves, unless the department has no other head; then the record says so.
    """
    require(actor, May.APPROVE, case)
    answer = queries.answer_for_change(case.id)
    alone = answer.written_by_id == actor.user_id
    if alone and any(
        user_id != actor.user_id for user_id, _ in queries.staff_of(case.department_id or 0, Role.HEAD)
    ):
        raise RuleBroken(N_("این پاسخ را خودتان نوشته‌اید؛ مدیر دیگری باید آن را تأیید کند."))
    if answer.promise_due and answer.promise_due <= clock.today():
        raise RuleBroken(N_("تاریخ قول گذشته است. پاسخ را بازگردانید تا تاریخ تازه بگیرد."))
    older = queries.published_answer(case.id)
    if older is not None:
        move(older, "supersede", ANSWER_MOVES)
        db.session.flush()
    move(answer, "publish", ANSWER_MOVES)
    moment = clock.now()
    answer.approved_by_id, answer.published_at = actor.user_id, moment
    record(
        actor, "answer.publish", _subject(case), public=True, kind=answer.kind, version=answer.version,
        wrote_it_too=alone,
    )  # fmt: skip
    if case.status is CaseStatus.ANSWERED and older is not None:
        _let_out_revision(actor, case, answer, older)
    else:
        _let_out(actor, case, answer)
    return answer


def _let_out(actor: Actor, case: Case, answer: Answer) -> None:
    move(case, "publish", CASE_MOVES)
    moment = answer.published_at or clock.now()
    answer.in_time, answer.days_taken = duties.meet(SYSTEM, case.duty, at=moment)
    case.answered_at, case.due_at = moment, case.duty.due_at
    _step(
        actor, case, StepKind.ANSWERED, detail=answer.kind,
        data={"case": case.number, "department": case.department_id, "in_time": answer.in_time},
    )  # fmt: skip
    _promise(actor, case, answer)
    publish(CaseAnswered(case.id, answer.id, case.contribution_id))


def _let_out_revision(actor: Actor, case: Case, answer: Answer, older: Answer) -> None:
    """The first answer's punctuality stays with it: a revision is neither late nor in time."""
    answer.in_time, answer.days_taken = older.in_time, older.days_taken
    case.revision_sent_at = None
    _step(
        actor, case, StepKind.ANSWER_REVISED, detail=answer.kind, note=answer.revision_note,
        data={"case": case.number, "version": answer.version},
    )  # fmt: skip
    if (answer.promise_text, answer.promise_due) != (older.promise_text, older.promise_due):
        _promise(actor, case, answer)
    publish(AnswerRevised(case.id, answer.id, case.contribution_id))


def _promise(actor: Actor, case: Case, answer: Answer) -> None:
    if answer.kind in PROMISING and answer.promise_due:
        due = {"due": answer.promise_due.isoformat()}
        _step(actor, case, StepKind.PROMISED, note=answer.promise_text, data=due)


def revise(actor: Actor, case: Case, *, reason: str) -> Answer:
    """The published answer needs other words: a new version is begun with the old ones, and everybody reads why."""
    require(actor, May.WORK, case)
    words = clean_line(reason)
    if len(words) < 10:
        raise RuleBroken(N_("بنویسید چرا پاسخ عوض می‌شود؛ همه آن را می‌خوانند."), field="reason")
    older = queries.published_answer(case.id)
    newest = queries.answer_in_hand(case.id)
    if case.status is not CaseStatus.ANSWERED or older is None or newest is not older:
        raise Conflict(N_("ویرایش دیگری از این پاسخ در دست است. صفحه را دوباره باز کنید."))
    answer = Answer(
        case_id=case.id, version=older.version + 1, written_by_id=actor.signed_in(), revision_note=words[:500],
        **{name: getattr(older, name) for name in COPIED},
    )  # fmt: skip
    db.session.add(answer)
    db.session.flush()
    record(actor, "answer.revise", _subject(case), version=answer.version)
    return answer


def opine(actor: Actor, answer: Answer, *, yes: bool) -> None:
    """«این پاسخ قانع‌کننده بود؟» One word a person, changeable."""
    require(actor, May.OPINE, answer)
    key = (answer.id, actor.signed_in())
    said = db.session.get(Convincing, key)
    if said is None:
        db.session.execute(
            upsert(Convincing).values(answer_id=key[0], user_id=key[1], yes=yes).on_conflict_do_nothing()
        )
    elif said.yes is yes:
        return
    else:
        said.yes = yes
        answer.convincing_yes -= 0 if yes else 1
        answer.convincing_no -= 1 if yes else 0
    answer.convincing_yes += 1 if yes else 0
    answer.convincing_no += 0 if yes else 1
