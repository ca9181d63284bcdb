"""Deadlines as calendars hold them: ends of votes, phases, answers that are due, promises. Only of what everybody may read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, or_

from civic.cases import queries as cases
from civic.cases.models import Case
from civic.consultations.models import Consultation
from civic.contributions.models import Contribution, Involved, Muted
from civic.contributions.queries import visible
from civic.contributions.rules import LISTED
from civic.core import clock
from civic.core.actor import PUBLIC, Actor
from civic.core.db import db
from civic.feeds.queries import APPROVED
from civic.feeds.rules import BACK, MOST_EVENTS, Deadline, Due, last_day
from civic.outcomes.models import Promise
from civic.outcomes.rules import PromiseStatus
from civic.spaces.models import Phase
from civic.votes.models import Participation, Question

Which = Callable[[Select[Any]], Select[Any]]


def of_thing(contribution_id: int) -> list[Due]:
    """The deadlines of one thing."""
    return _gather(lambda query: query.where(Contribution.id == contribution_id))


def of_person(actor: Actor) -> list[Due]:
    """Those of everything this person wrote, joined, follows or voted on, less what was muted."""
    person = actor.signed_in()
    voted = exists().where(
        Participation.question_id == Question.id, Question.contribution_id == Contribution.id,
        Participation.user_id == person,
    )  # fmt: skip
    concerned = exists().where(Involved.contribution_id == Contribution.id, Involved.user_id == person)
    muted = exists().where(Muted.contribution_id == Contribution.id, Muted.user_id == person)
    return _gather(lambda query: query.where(or_(concerned, voted, Contribution.author_id == person), ~muted))


def of_desk(actor: Actor) -> list[Due]:
    """Answers that the person's departments owe."""
    query = (
        cases.visible(actor)
        .add_columns(Contribution)
        .where(Case.department_id.in_(actor.departments() or {0}), Case.answered_at.is_(None))
        .order_by(Case.due_at, Case.id)
        .limit(MOST_EVENTS)
    )
    return [_answer(case, thing) for case, thing in db.session.execute(query)]


def _gather(which: Which) -> list[Due]:
    since = clock.now() - BACK
    found = [*_votes(which, since), *_phases(which, since), *_answers(which), *_promises(which, since)]
    return sorted(found, key=lambda due: (due.day, due.kind, due.number))[-MOST_EVENTS:]


def _due(kind: Deadline, number: int, day: Any, since: datetime, thing: Contribution, name: str = "") -> Due:
    return Due(kind, number, day, since, thing.id, str(thing.kind), thing.title or thing.summary, name)


def _votes(which: Which, since: datetime) -> list[Due]:
    query = which(
        visible(PUBLIC)
        .add_columns(Question)
        .join(Question, Question.contribution_id == Contribution.id)
        .where(
            Question.closes_at >= since, Contribution.status.in_(LISTED)
        )  # withdrawn or merged: no vote is open
    )
    rows: Any = db.session.execute(query.order_by(Question.closes_at.desc(), Question.id).limit(MOST_EVENTS))
    return [_due(Deadline.VOTE, q.id, last_day(clock.local(q.closes_at)), q.opens_at, c) for c, q in rows]


def _phases(which: Which, since: datetime) -> list[Due]:
    query = which(
        visible(PUBLIC)
        .add_columns(Phase)
        .join(Consultation, Consultation.id == Contribution.id)
        .join(Phase, Phase.space_id == Contribution.space_id)
        .where(Consultation.status.in_(APPROVED), Phase.closes_at >= since)
    )
    rows: Any = db.session.execute(query.order_by(Phase.closes_at.desc(), Phase.id).limit(MOST_EVENTS)).all()
    found = []
    for thing, phase in rows:
        set_at = thing.published_at or thing.created_at
        opens, closes = clock.local(phase.opens_at).date(), last_day(clock.local(phase.closes_at))
        found.append(_due(Deadline.PHASE_OPENS, phase.id, opens, set_at, thing, phase.name))
        found.append(_due(Deadline.PHASE_CLOSES, phase.id, closes, set_at, thing, phase.name))
    return found


def _answers(which: Which) -> list[Due]:
    query = which(
        visible(PUBLIC)
        .add_columns(Case)
        .join(Case, Case.contribution_id == Contribution.id)
        .where(Case.answered_at.is_(None))
    )
    rows: Any = db.session.execute(query.order_by(Case.due_at.desc(), Case.id).limit(MOST_EVENTS))
    return [_answer(case, thing) for thing, case in rows]


def _answer(case: Case, thing: Contribution) -> Due:
    return _due(
        Deadline.ANSWER, case.id, last_day(clock.local(case.due_at)), case.opened_at, thing, case.number
    )


def _promises(which: Which, since: datetime) -> list[Due]:
    query = which(
        visible(PUBLIC)
        .add_columns(Promise)
        .join(Promise, Promise.contribution_id == Contribution.id)
        .where(
            Promise.status.in_([PromiseStatus.OPEN, PromiseStatus.REPORTED]),
            Promise.due_on >= clock.local(since).date(),
        )
    )
    rows: Any = db.session.execute(query.order_by(Promise.due_on.desc(), Promise.id).limit(MOST_EVENTS))
    return [_due(Deadline.PROMISE, p.id, p.due_on, p.made_at, c, p.text) for c, p in rows]
