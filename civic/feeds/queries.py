"""Reads behind feeds: what everybody may read, whoever asks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from civic.cases.models import Answer, Case
from civic.cases.rules import AnswerStatus
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationStatus
from civic.contributions.models import Contribution
from civic.contributions.queries import listed, readable, visible, with_card
from civic.contributions.rules import ContributionKind, Status
from civic.core.actor import PUBLIC, Actor
from civic.core.db import db
from civic.core.errors import NotFound
from civic.feeds.models import CalendarKey
from civic.feeds.rules import MOST_ENTRIES, Scope

APPROVED = [ConsultationStatus.RUNNING, ConsultationStatus.REPORTING, ConsultationStatus.CLOSED]
ONCE_PUBLIC = [Status.PUBLIC, Status.HIDDEN, Status.WITHDRAWN, Status.MERGED]


def newest(
    kind: ContributionKind, *, category_id: int | None = None, district_id: int | None = None
) -> Sequence[Contribution]:
    """The latest public things of a kind, as they stand in its list, those that changed last first."""
    query = with_card(listed(kind))
    if kind is ContributionKind.CONSULTATION:
        query = query.join(Consultation, Consultation.id == Contribution.id).where(
            Consultation.status.in_(APPROVED)
        )
    if category_id:
        query = query.where(Contribution.category_id == category_id)
    if district_id:
        query = query.where(Contribution.district_id == district_id)
    order = query.order_by(Contribution.updated_at.desc(), Contribution.id.desc())
    return db.session.scalars(order.limit(MOST_ENTRIES)).all()


def last_change(kind: ContributionKind) -> datetime | None:
    """When anything that is or was public changed last: a thing that was hidden makes a kept copy old, too."""
    query = select(func.max(Contribution.updated_at)).where(
        Contribution.kind == kind, Contribution.status.in_(ONCE_PUBLIC)
    )
    return db.session.scalar(query)


def answers() -> Sequence[tuple[Answer, Contribution]]:
    """The latest official answers to what everybody may read."""
    query = (
        visible(PUBLIC)
        .add_columns(Answer)
        .join(Case, Case.contribution_id == Contribution.id)
        .join(Answer, Answer.case_id == Case.id)
        .where(Answer.status == AnswerStatus.PUBLISHED)
        .order_by(Answer.published_at.desc(), Answer.id.desc())
        .limit(MOST_ENTRIES)
    )
    return [(row[1], row[0]) for row in db.session.execute(query)]


def one(kind: ContributionKind, contribution_id: int) -> Contribution:
    """A thing everybody may read; NotFound otherwise, also for its author and the moderators."""
    found = readable(PUBLIC, contribution_id, kind)
    if kind is ContributionKind.CONSULTATION:
        own = db.session.get(Consultation, contribution_id)
        if own is None or own.status not in APPROVED:
            raise NotFound
    return found


def keys_of(actor: Actor) -> dict[Scope, CalendarKey]:
    """The calendars this person opened."""
    found = db.session.scalars(select(CalendarKey).where(CalendarKey.user_id == actor.signed_in()))
    return {key.scope: key for key in found}


def key(key_id: int, nonce: str) -> CalendarKey:
    """The calendar of a secret address; NotFound for one that was renewed or closed."""
    found = db.session.get(CalendarKey, key_id)
    if found is None or found.nonce != nonce:
        raise NotFound
    return found
