"""The book of promises: its lines, its sections, one promise with its reports and what people say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from civic.contributions.models import Contribution, Involved
from civic.contributions.queries import family, open_to_all
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, is_sqlite, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, decode, encode
from civic.departments.models import Department
from civic.outcomes import rules
from civic.outcomes.models import DeliveryReport, Evidence, Promise, PromiseRound, PromiseVerdict
from civic.outcomes.rules import PromiseStatus, Verdict
from civic.votes.models import Participation, Question

SIZE = 20
SECTIONS = ("broken", "today", "wait", "unheard", "kept", "ahead")
SHOWN = 50
"""Reports shown on a promise's page; more than a handful would be a fault of the department, not of the page."""

LONG_AGO = timedelta(days=120)


@dataclass(frozen=True)
class Entry:
    """A line of the book."""

    promise: Promise
    contribution: Contribution
    department: Department
    column: str
    days: int


def _book() -> Any:
    return (
        select(Promise, Contribution, Department)
        .join(Contribution, Contribution.id == Promise.contribution_id)
        .join(Department, Department.id == Promise.department_id)
        .where(open_to_all(), Promise.status != PromiseStatus.VOID)
        .options(joinedload(Contribution.district))
    )


def _entry(row: Any) -> Entry:
    promise = row[0]
    today = clock.today()
    return Entry(
        promise, row[1], row[2], rules.column(promise.status, promise.due_on, today),
        abs((promise.due_on - today).days),
    )  # fmt: skip


def _in_section(section: str, today: date) -> Any:
    closed = {
        "kept": PromiseStatus.CONFIRMED,
        "wait": PromiseStatus.REPORTED,
        "unheard": PromiseStatus.UNCONFIRMED,
    }
    if section in closed:
        return Promise.status == closed[section]
    is_open = Promise.status == PromiseStatus.OPEN
    return and_(
        is_open,
        {"ahead": Promise.due_on > today, "today": Promise.due_on == today}.get(
            section, Promise.due_on < today
        ),
    )


def section(
    name: str,
    *,
    department_id: int | None = None,
    district_id: int | None = None,
    cursor: str = "",
    size: int = SIZE,
) -> Page[Entry]:
    """One section of the book. The oldest unanswered promise always comes first; kept ones newest first."""
    query = _book().where(_in_section(name, clock.today()))
    if department_id:
        query = query.where(Promise.department_id == department_id)
    if district_id:
        query = query.where(Contribution.district_id == district_id)
    falling = name == "kept"
    values = decode(cursor, 2) if cursor else None
    if values is not None and 0 < values[0] < date.max.toordinal():
        day, last = date.fromordinal(values[0]), values[1]
        later = Promise.due_on < day if falling else Promise.due_on > day
        query = query.where(or_(later, and_(Promise.due_on == day, Promise.id > last)))
    order = Promise.due_on.desc() if falling else Promise.due_on.asc()
    found = db.session.execute(query.order_by(order, Promise.id).limit(size + 1)).all()
    items = [_entry(row) for row in found[:size]]
    following = None
    if len(found) > size:
        following = encode([items[-1].promise.due_on.toordinal(), items[-1].promise.id])
    return Page(items, following, values is None)


def pressing(
    limit: int = 6, *, department_id: int | None = None, district_id: int | None = None
) -> list[Entry]:
    """Promises that are broken or due today, the oldest first."""
    query = _book().where(Promise.status == PromiseStatus.OPEN, Promise.due_on <= clock.today())
    if department_id:
        query = query.where(Promise.department_id == department_id)
    if district_id:
        query = query.where(Contribution.district_id == district_id)
    rows = db.session.execute(query.order_by(Promise.due_on, Promise.id).limit(limit))
    return [_entry(row) for row in rows]


def entry(promise_id: int) -> Entry:
    """One promise with what it is about; NotFound when that cannot be read by everybody."""
    row = db.session.execute(_book().where(Promise.id == promise_id)).first()
    if row is None:
        raise NotFound
    return _entry(row)


def for_change(promise_id: int) -> Promise:
    entry(promise_id)
    return one_for_change(select(Promise).where(Promise.id == promise_id))


def of_case_for_change(case_id: int) -> Sequence[Promise]:
    """Every promise of a case, locked, oldest first."""
    query = select(Promise).where(Promise.case_id == case_id).order_by(Promise.id)
    if not is_sqlite():
        query = query.with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def owed_by(department_id: int) -> Sequence[int]:
    """Ids of the promises a department still has to answer for, whoever may read them now."""
    return db.session.scalars(
        select(Promise.id)
        .where(Promise.department_id == department_id, Promise.status.in_(rules.UNKEPT))
        .order_by(Promise.id)
    ).all()


def any_for_change(promise_id: int) -> Promise:
    """For the system alone: also while its subject is hidden."""
    return one_for_change(select(Promise).where(Promise.id == promise_id))


def of_contribution(contribution_id: int) -> Promise | None:
    """Its newest promise, while everybody can read what it is about."""
    row = db.session.execute(
        _book().where(Promise.contribution_id == contribution_id).order_by(Promise.id.desc()).limit(1)
    ).first()
    return row[0] if row else None


# ---- reports and evidence ----------------------------------------------------------------------


def reports_of(promise_id: int) -> Sequence[DeliveryReport]:
    """What the department reported, newest first, with its evidence."""
    return db.session.scalars(
        select(DeliveryReport)
        .where(DeliveryReport.promise_id == promise_id)
        .order_by(DeliveryReport.id.desc())
        .limit(SHOWN)
    ).all()


def evidence_named(name: str) -> Evidence:
    """A file of a report, while everybody can read what it is about; NotFound otherwise, for everybody alike."""
    row = db.session.execute(
        _book()
        .join(DeliveryReport, DeliveryReport.promise_id == Promise.id)
        .join(Evidence, Evidence.report_id == DeliveryReport.id)
        .where(or_(Evidence.name == name, Evidence.small_name == name))
        .add_columns(Evidence)
    ).first()
    if row is None:
        raise NotFound
    found: Evidence = row[3]
    return found


# ---- the people's word -------------------------------------------------------------------------


def verdict_of(actor: Actor, promise: Promise) -> PromiseVerdict | None:
    """What this person says of the newest report."""
    if not actor.is_signed_in:
        return None
    return db.session.get(PromiseVerdict, (promise.id, promise.round, actor.user_id))


def is_concerned(actor: Actor, contribution_id: int) -> bool:
    """Has this person a word on what came of it: author, voter or involved in any way?"""
    if actor.user_id is None:
        return False
    one = family(contribution_id)
    involved = exists().where(Involved.contribution_id.in_(one), Involved.user_id == actor.user_id)
    voted = exists().where(
        Participation.user_id == actor.user_id,
        Participation.question_id == Question.id,
        Question.contribution_id.in_(one),
    )
    author = exists().where(Contribution.id == contribution_id, Contribution.author_id == actor.user_id)
    return bool(db.session.scalar(select(or_(involved, voted, author))))


def notes_on(promise: Promise, limit: int = 20) -> Sequence[PromiseVerdict]:
    """Words beside the verdicts of this round, newest first; without names."""
    return db.session.scalars(
        select(PromiseVerdict)
        .where(
            PromiseVerdict.promise_id == promise.id,
            PromiseVerdict.round == promise.round,
            PromiseVerdict.note != "",
        )
        .order_by(PromiseVerdict.at.desc())
        .limit(limit)
    ).all()


def photos_on(promise: Promise, limit: int = 40) -> Sequence[str]:
    """Names of the pictures sent with the words of this round."""
    return db.session.scalars(
        select(PromiseVerdict.photo)
        .where(
            PromiseVerdict.promise_id == promise.id,
            PromiseVerdict.round == promise.round,
            PromiseVerdict.photo != "",
        )
        .order_by(PromiseVerdict.at.desc())
        .limit(limit)
    ).all()


def verdicts(promise_id: int, number: int) -> dict[Verdict, int]:
    """How often each word was said in a round."""
    rows = db.session.execute(
        select(PromiseVerdict.verdict, func.count())
        .where(PromiseVerdict.promise_id == promise_id, PromiseVerdict.round == number)
        .group_by(PromiseVerdict.verdict)
    )
    return {row[0]: row[1] for row in rows}


def earlier_rounds(promise: Promise) -> Sequence[PromiseRound]:
    """What was said of earlier reports, newest first; they do not count any more."""
    return db.session.scalars(
        select(PromiseRound)
        .where(PromiseRound.promise_id == promise.id, PromiseRound.number < promise.round)
        .order_by(PromiseRound.number.desc())
        .limit(SHOWN)
    ).all()


def round_for_change(promise: Promise) -> PromiseRound | None:
    """The round that counts; the promise itself is locked already."""
    return db.session.scalars(
        select(PromiseRound).where(
            PromiseRound.promise_id == promise.id, PromiseRound.number == promise.round
        )
    ).first()


def _readable_ids() -> Any:
    return (
        select(Promise.id).join(Contribution, Contribution.id == Promise.contribution_id).where(open_to_all())
    )


def to_ask(limit: int = 500) -> Sequence[int]:
    """Promises whose day has come and about which nobody was asked."""
    return db.session.scalars(
        _readable_ids()
        .where(
            Promise.status.in_((PromiseStatus.OPEN, PromiseStatus.REPORTED)),
            Promise.due_on <= clock.today(),
            Promise.asked_at.is_(None),
        )
        .order_by(Promise.due_on, Promise.id)
        .limit(limit)
    ).all()


def to_ask_again(limit: int = 500) -> Sequence[int]:
    """Promises reported done a week or four weeks ago, whose people are to be asked.

    Confirmed ones too: three early words are not everybody's. Those of long ago are let be.
    """
    now = clock.now()
    first = and_(Promise.asked_first_at.is_(None), Promise.reported_at <= now - rules.FIRST_ASKING)
    return db.session.scalars(
        _readable_ids()
        .where(
            or_(
                Promise.status == PromiseStatus.REPORTED,
                and_(Promise.status == PromiseStatus.CONFIRMED, Promise.reported_at > now - LONG_AGO),
            ),
            Promise.asked_last_at.is_(None),
            or_(first, Promise.reported_at <= now - rules.LAST_ASKING),
        )
        .order_by(Promise.reported_at, Promise.id)
        .limit(limit)
    ).all()
