"""Many items at once, the operator's word list, figures by the clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from civic.audit.service import record
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, upsert
from civic.core.errors import CivicError, Conflict, NotAllowed, NotFound, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.text import N_, clean_line, fold
from civic.moderation import queries
from civic.moderation.events import ReviewOverdue
from civic.moderation.models import Decision, ReviewFigures, WatchWord
from civic.moderation.policy import May
from civic.moderation.rules import DIGEST_HOUR, MOST_BULK, ItemStatus, Verdict, check_decision
from civic.moderation.service.deciding import decide

REMINDED = "reminded"


@dataclass(frozen=True)
class Outcome:
    """What became of one of many: a decision, or the sentence that says why not."""

    item_id: int
    title: str
    decision: Decision | None = None
    problem: CivicError | None = None


def decide_many(
    actor: Actor,
    seen: Mapping[int, str],
    *,
    verdict: Verdict,
    clause: int | None,
    note: str,
    undo_seconds: int,
) -> list[Outcome]:
    """Each is a decision of its own. What has changed since it was looked at is named and left as it is."""
    require(actor, May.REVIEW)
    check_decision(verdict, clause, has_photo=True)
    if not seen or len(seen) > MOST_BULK:
        raise RuleBroken(N_("از یک تا %(n)s مورد برگزینید."), n=MOST_BULK)
    if verdict in {Verdict.MASK, Verdict.HIDE_PHOTO}:
        raise RuleBroken(N_("پوشاندن و پنهان‌کردن عکس را یکی‌یکی انجام دهید."), field="verdict")
    flags = queries.open_flags([item.contribution_id for item in queries.chosen(list(seen))])
    found = []
    for item_id in sorted(seen):
        title = ""
        try:
            with db.session.begin_nested():
                item = queries.for_change(item_id)
                title = item.contribution.title or item.contribution.summary
                if item.status is not ItemStatus.OPEN:
                    raise Conflict(N_("در این میان درباره‌اش تصمیم گرفته شد یا نویسنده آن را پس گرفت."))
                if queries.mark_of(item, flags.get(item.contribution_id, 0)) != seen[item_id]:
                    raise Conflict(N_("متن یا گزارش‌های آن پس از پیش‌نمایش تغییر کرد؛ جداگانه ببینیدش."))
                made = decide(
                    actor, item, verdict=verdict, clause=clause, note=note, undo_seconds=undo_seconds
                )
            found.append(Outcome(item_id, title, made))
        except (Conflict, NotAllowed, NotFound, RuleBroken) as error:
            found.append(Outcome(item_id, title, problem=error))
    return found


def add_word(actor: Actor, word: str) -> WatchWord:
    """A word that lifts texts in the queue and is marked there. Spellings of the same word are one."""
    require(actor, May.SET_WORDS)
    folded = fold(word)
    if len(folded) < 2:
        raise RuleBroken(N_("واژه دست‌کم دو حرف است."), field="word")
    if db.session.scalar(select(WatchWord.id).where(WatchWord.folded == folded)):
        raise RuleBroken(N_("این واژه، با همین املا یا املای دیگر، در فهرست هست."), field="word")
    row = WatchWord(
        word=clean_line(word)[:80], folded=folded[:80], added_by_id=actor.user_id, added_at=clock.now()
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "moderation.add_word", f"word:{row.id}")
    return row


def remove_word(actor: Actor, word: WatchWord) -> None:
    """It marks nothing any more; texts in the queue keep their marks until they are screened again."""
    require(actor, May.SET_WORDS)
    record(actor, "moderation.remove_word", f"word:{word.id}")
    db.session.delete(word)


def store_figures(actor: Actor, name: str) -> None:
    """Count the queue or the months once and keep the result for the pages."""
    require(actor, May.COUNT)
    taken = queries.count_queue() if name == queries.QUEUE else queries.count_months()
    _keep(name, taken)


def remind(actor: Actor) -> None:
    """Once a day, in the morning: how many items and appeals are past their time."""
    require(actor, May.COUNT)
    day = clock.today().isoformat()
    row = db.session.get(ReviewFigures, REMINDED)
    if clock.local(clock.now()).hour < DIGEST_HOUR or (row is not None and row.data.get("day") == day):
        return
    _keep(REMINDED, {"day": day})
    figures = queries.count_queue()
    if figures["overdue"] or figures["appeals_overdue"]:
        publish(ReviewOverdue(day, figures["overdue"], figures["appeals_overdue"]))


def _keep(name: str, data: dict[str, object]) -> None:
    values = {"data": data, "taken_at": clock.now()}
    db.session.execute(
        upsert(ReviewFigures)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )
