"""Findings are opened by the clock and closed by inspectors, in words; looking at a person is an act of its own."""

import hashlib
from datetime import date, datetime

from sqlalchemy import delete, select

from civic.audit.service import record
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, upsert
from civic.core.errors import Conflict, NotFound, RuleBroken
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text
from civic.outcomes.models import Figures
from civic.supervision import queries
from civic.supervision.models import AnswerBand, AnswerPrint, Finding, FindingNote, Look, Threshold, VoteHour
from civic.supervision.policy import May
from civic.supervision.queries import checks
from civic.supervision.rules import (
    LEAST_REASON,
    LIKE,
    MOVES,
    QUIET,
    Check,
    FindingStatus,
    bands,
    check_noise,
    check_threshold,
    likeness,
    shingles,
)

HOURS = "supervision.hours"
LATE_ROWS = 10_000


def open_findings(actor: Actor, check: Check) -> int:
    """Ask one question and keep what is new; returns how many. What is open already is only seen again."""
    require(actor, May.OPEN_FINDINGS)
    seen = checks.ask(check, queries.threshold(check))
    moment = clock.now()
    known = {
        row.subject: row
        for row in db.session.scalars(
            select(Finding)
            .where(Finding.check_name == check, Finding.subject.in_([hit.subject for hit in seen.hits]))
            .order_by(Finding.id)
        )
    }
    made = 0
    for hit in seen.hits:
        held = known.get(hit.subject)
        if held is not None and held.status is FindingStatus.OPEN:
            held.figure, held.facts, held.seen_at = hit.figure, hit.facts, moment
            continue
        if held is not None and held.closed_at is not None and moment - held.closed_at < QUIET:
            continue
        found = Finding(
            check_name=check, subject=hit.subject, figure=hit.figure, facts=hit.facts, department_id=hit.department_id,
            contribution_id=hit.contribution_id, opened_at=moment, seen_at=moment,
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
        record(actor, "finding.open", _subject(found), check=check, figure=hit.figure)
        made += 1
    return made


def take(actor: Actor, finding: Finding) -> None:
    """An inspector says: mine."""
    require(actor, May.INSPECT)
    if finding.status is not FindingStatus.OPEN:
        raise Conflict(N_("این یافته بسته شده است. صفحه را دوباره باز کنید."))
    if finding.owner_id == actor.user_id:
        return
    if finding.owner_id is not None:
        raise Conflict(N_("همکار دیگری این یافته را برداشته است. صفحه را دوباره باز کنید."))
    finding.owner_id = actor.user_id
    _note(actor, finding, "take", "")
    record(actor, "finding.take", _subject(finding))


def settle(
    actor: Actor,
    finding: Finding,
    verb: str,
    *,
    note: str,
    owner_id: int | None = None,
    due_on: date | None = None,
) -> None:
    """Close, reopen or go on with a finding. An end needs words; without a verb only owner, day and note are kept."""
    require(actor, May.INSPECT)
    words = clean_text(note)
    if verb and len(words) < LEAST_REASON:
        raise RuleBroken(
            N_("در یکی دو جمله بنویسید چه دیدید و چرا؛ دست‌کم %(n)s حرف."), field="note", n=LEAST_REASON
        )
    if owner_id is not None and owner_id not in dict(queries.inspectors()):
        raise RuleBroken(N_("مسئول یافته باید بازرس باشد."), field="owner_id")
    if due_on is not None and due_on != finding.due_on and due_on < clock.today():
        raise RuleBroken(N_("این روز گذشته است؛ روزی از امروز به بعد برگزینید."), field="due_on")
    changed = (finding.owner_id, finding.due_on) != (owner_id, due_on)
    if verb:
        if verb == "reopen" and _is_open(finding):
            raise Conflict(N_("همین یافته دوباره باز شده است؛ آن را دنبال کنید."))
        move(finding, verb, MOVES)
        finding.closed_at = None if finding.status is FindingStatus.OPEN else clock.now()
        record(actor, f"finding.{verb}", _subject(finding))
    finding.owner_id, finding.due_on = owner_id, due_on
    if changed:
        record(
            actor,
            "finding.assign",
            _subject(finding),
            owned=owner_id is not None,
            due=due_on.isoformat() if due_on else None,
        )
    if words or verb or changed:
        _note(actor, finding, verb or "note", words)


def _is_open(finding: Finding) -> bool:
    query = select(Finding.id).where(
        Finding.check_name == finding.check_name,
        Finding.subject == finding.subject,
        Finding.status == FindingStatus.OPEN,
    )
    return db.session.scalar(query) is not None


def set_threshold(actor: Actor, check: Check, value: int) -> None:
    """Within bounds, and never so that nearly everything is a finding."""
    require(actor, May.INSPECT)
    check_threshold(check, value)
    seen = checks.ask(check, value)
    check_noise(seen.flagged, seen.rows)
    before = queries.threshold(check)
    values = {"value": value, "changed_at": clock.now(), "changed_by_id": actor.signed_in()}
    db.session.execute(
        upsert(Threshold)
        .values(check_name=check, **values)
        .on_conflict_do_update(index_elements=["check_name"], set_=values)
    )
    record(actor, "check.threshold", f"check:{check}", public=True, before=before, after=value)


def look(actor: Actor, finding: Finding, part: str, *, reason: str) -> Look:
    """Open the details of a person whom the finding concerns. The reason stays, and the person reads it."""
    require(actor, May.INSPECT)
    person_id = queries.people_of(finding).get(part)
    if person_id is None:
        raise NotFound
    words = clean_line(reason)
    if len(words) < LEAST_REASON:
        raise RuleBroken(
            N_("بنویسید برای چه باید این شخص را بشناسید؛ دست‌کم %(n)s حرف. خود او این جمله را می‌خواند."),
            field="reason", n=LEAST_REASON,
        )  # fmt: skip
    made = Look(
        finding_id=finding.id,
        viewer_id=actor.signed_in(),
        person_id=person_id,
        part=part,
        reason=words[:500],
        at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    bound = hashlib.sha256(f"{made.id}:{made.viewer_id}:{person_id}:{made.reason}".encode()).hexdigest()
    record(actor, "supervision.look", f"look:{made.id}", finding=finding.id, part=part, words=bound)
    return made


def count_hours(actor: Actor) -> None:
    """Note how many ballots each question got in each hour that is over since the last time."""
    require(actor, May.OPEN_FINDINGS)
    end = clock.now().replace(minute=0, second=0, microsecond=0)
    row = db.session.get(Figures, HOURS) or Figures(
        name=HOURS, data={"after": 0, "until": (end - checks.HISTORY).isoformat()}
    )
    start = max(end - checks.HISTORY, datetime.fromisoformat(row.data["until"]))
    if start >= end:
        return
    # rows that were committed late have lower numbers than some that were counted: look behind a little
    found, newest = checks.ballots_by_hour(max(0, row.data["after"] - LATE_ROWS), start, end)
    for question_id, hour, n in found:
        db.session.execute(
            upsert(VoteHour)
            .values(question_id=question_id, hour=hour, n=n)
            .on_conflict_do_update(index_elements=["question_id", "hour"], set_={"n": n})
        )
    db.session.execute(delete(VoteHour).where(VoteHour.hour < end - 2 * checks.HISTORY))
    row.data, row.taken_at = {"after": newest, "until": end.isoformat()}, clock.now()
    db.session.add(row)


def compare_answers(actor: Actor, *, limit: int) -> int:
    """Put so many newly published answers beside those before them; returns how many there were."""
    require(actor, May.OPEN_FINDINGS)
    unread = checks.unread_answers(limit)
    for answer in unread:
        own = shingles(f"{answer.what}\n{answer.why}")
        keys = bands(own)
        family = answer.id
        for other in checks.maybe_alike(keys) if keys else ():
            if likeness(own, shingles(f"{other.what}\n{other.why}")) >= LIKE:
                family = other.id
                break
        else:
            db.session.add_all(AnswerBand(key=key, answer_id=answer.id) for key in dict.fromkeys(keys))
        db.session.add(AnswerPrint(answer_id=answer.id, family_id=family))
        db.session.flush()
    return len(unread)


def take_figures(actor: Actor) -> None:
    """Count findings once, for the board."""
    require(actor, May.OPEN_FINDINGS)
    values = {"data": queries.count(), "taken_at": clock.now()}
    db.session.execute(
        upsert(Figures)
        .values(name=queries.FIGURES, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )


def _note(actor: Actor, finding: Finding, verb: str, words: str) -> None:
    db.session.add(
        FindingNote(
            finding_id=finding.id, author_id=actor.signed_in(), verb=verb, text=words[:1000], at=clock.now()
        )
    )


def _subject(finding: Finding) -> str:
    return f"finding:{finding.id}"
