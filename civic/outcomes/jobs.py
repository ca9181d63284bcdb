"""Promises out of answers, questions on their day, figures by the minute, the month's top on its first day."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from civic.cases import service as cases
from civic.cases.events import AnswerRevised, CaseAnswered
from civic.cases.models import Answer, Case
from civic.cases.rules import Door
from civic.contributions.queries import by_id
from civic.contributions.rules import Status
from civic.core import clock, dates
from civic.core.actor import SYSTEM, Actor
from civic.core.db import db, transaction
from civic.core.errors import NotFound
from civic.departments.events import DepartmentRetired
from civic.departments.queries import heir_of
from civic.outcomes import queries, service
from civic.outcomes.models import Figures, Promise
from civic.spaces.queries import standing
from civic.votes.queries import top_of_month

TOPS = "month_tops"


def keep_promise(event: CaseAnswered) -> None:
    """An answer that promises has a line in the book."""
    answer = db.session.get_one(Answer, event.answer_id)
    service.keep(SYSTEM, answer, db.session.get_one(Case, event.case_id))


def follow_revision(event: AnswerRevised) -> None:
    """A revised answer takes its promise along, makes another one, or makes none any more."""
    answer = db.session.get_one(Answer, event.answer_id)
    service.follow_revision(SYSTEM, answer, db.session.get_one(Case, event.case_id))


def hand_over(event: DepartmentRetired) -> None:
    """What a closed department has promised is kept by the one that replaces it; without one it stays in its name."""
    heir = heir_of(event.department_id)
    if heir is None:
        return
    for promise_id in queries.owed_by(event.department_id):
        service.hand_over(SYSTEM, queries.any_for_change(promise_id), department_id=heir)


def ask_due() -> None:
    """On the promised day everyone who voted is asked: was it done? A week and four weeks after «done», again."""
    for waiting, act in ((queries.to_ask, service.ask), (queries.to_ask_again, service.ask_again)):
        while True:
            with transaction():
                found = list(waiting())
            if not sum(_asked(promise_id, act) for promise_id in found):
                break


def _asked(promise_id: int, act: Callable[[Actor, Promise], None]) -> bool:
    """False when it cannot be asked any more: its subject was hidden meanwhile."""
    try:
        with transaction():
            act(SYSTEM, queries.for_change(promise_id))
    except NotFound:
        return False
    return True


def refresh_figures() -> None:
    with transaction():
        service.store_figures(SYSTEM)


def open_month_tops() -> None:
    """On the first day of a Jalali month the last month's favourites of each district go to a department.

    Asked every hour; the month for which it was done is kept, so a stopped machine makes up for it.
    """
    month = dates.month_before(clock.today())
    with transaction():
        done = db.session.scalar(select(Figures.data).where(Figures.name == TOPS)) or {}
        if done.get("month") == month.isoformat():
            return
        chosen = _chosen(month)
    for contribution_id, note in chosen:
        with transaction():
            contribution = by_id(contribution_id)
            if contribution.status is Status.PUBLIC:
                cases.open_case(SYSTEM, contribution, door=Door.MONTH_TOP, door_note=note)
    with transaction() as session:
        session.merge(Figures(name=TOPS, data={"month": month.isoformat()}, taken_at=clock.now()))


def _chosen(month: date) -> list[tuple[int, str]]:
    """(proposal, which month it is of): the tops of every district and of the proposals for the whole city."""
    places = [None, *[d.id for d in queries.districts_in_order()]]
    n = standing().monthly_top
    has_case = select(Case.contribution_id)
    return [
        (found, dates.write_month(month, "fa"))
        for place in places
        for found, _votes in top_of_month(month, place, n, without=has_case)
    ]
