"""Every read of consultations. What is built is seen by its group's managers and the operator; the rest is public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, select, union
from sqlalchemy.orm import contains_eager, joinedload

from civic.consultations.models import Consultation
from civic.consultations.policy import May
from civic.consultations.rules import ConsultationStatus
from civic.contributions.models import Contribution
from civic.contributions.queries import open_to_all
from civic.contributions.rules import LISTED, ContributionKind, Status
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.policy import allowed
from civic.spaces.models import Phase
from civic.spaces.rules import PhaseKind
from civic.votes.models import Participation, Question, Tally

STATES = ("open", "soon", "over")


def _whole() -> Select[Consultation]:
    return (
        select(Consultation)
        .join(Contribution, Contribution.id == Consultation.id)
        .options(
            contains_eager(Consultation.contribution).options(
                joinedload(Contribution.group),
                joinedload(Contribution.district),
                joinedload(Contribution.category),
            )
        )
    )


def listed(state: str = "") -> Select[Consultation]:
    """What stands in the public list: running, to come, or over."""
    query = _whole().where(Contribution.status.in_(LISTED))
    begun = exists().where(
        Phase.space_id == Contribution.space_id, Phase.position == 1, Phase.opens_at <= clock.now()
    )
    if state == "open":
        return query.where(Consultation.status == ConsultationStatus.RUNNING, begun)
    if state == "soon":
        return query.where(Consultation.status == ConsultationStatus.RUNNING, ~begun)
    if state == "over":
        return query.where(Consultation.status.in_([ConsultationStatus.REPORTING, ConsultationStatus.CLOSED]))
    return query


def readable(contribution_id: int) -> Consultation:
    """A public consultation, the same for every reader; NotFound for one that is being built or hidden."""
    found = db.session.scalars(
        _whole().where(
            Consultation.id == contribution_id,
            open_to_all(),
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def buildable(actor: Actor, contribution_id: int) -> Consultation:
    """For those who build it or judge it: managers of its group and the operator; NotFound for all others."""
    found = db.session.scalars(_whole().where(Consultation.id == contribution_id)).first()
    if found is None or not (actor.manages(found.group_id) or allowed(actor, May.APPROVE, found)):
        raise NotFound
    return found


def for_change(actor: Actor, contribution_id: int) -> Consultation:
    """As `buildable`, locked and fresh together with its contribution."""
    found = one_for_change(select(Consultation).where(Consultation.id == contribution_id))
    if not (actor.system or actor.manages(found.group_id) or allowed(actor, May.APPROVE, found)):
        raise NotFound
    one_for_change(select(Contribution).where(Contribution.id == contribution_id))
    return buildable(actor, contribution_id) if not actor.system else by_id(contribution_id)


def by_id(contribution_id: int) -> Consultation:
    """For jobs."""
    found = db.session.scalars(
        _whole().where(Consultation.id == contribution_id).execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound
    return found


def waiting() -> Sequence[Consultation]:
    """For the operator: what waits for approval, oldest first."""
    return db.session.scalars(
        _whole()
        .where(Consultation.status == ConsultationStatus.SUBMITTED)
        .order_by(Consultation.submitted_at, Consultation.id)
        .limit(100)
    ).all()


def of_managed_groups(actor: Actor) -> Sequence[Consultation]:
    """What this person's groups still have to do something about."""
    groups = [m.group_id for m in actor.memberships if m.is_manager]
    if not groups:
        return []
    return db.session.scalars(
        _whole()
        .where(
            Consultation.group_id.in_(groups),
            Contribution.status != Status.WITHDRAWN,
            Consultation.status.in_(
                [
                    ConsultationStatus.DRAFT,
                    ConsultationStatus.RETURNED,
                    ConsultationStatus.SUBMITTED,
                    ConsultationStatus.REPORTING,
                ]
            ),
        )
        .order_by(Consultation.id.desc())
        .limit(30)
    ).all()


def phases_of(space_ids: Sequence[int]) -> dict[int, list[Phase]]:
    """Phases of several spaces in one query."""
    found: dict[int, list[Phase]] = {space_id: [] for space_id in space_ids}
    rows = db.session.scalars(
        select(Phase).where(Phase.space_id.in_(space_ids)).order_by(Phase.space_id, Phase.position)
    )
    for phase in rows:
        found[phase.space_id].append(phase)
    return found


def phase_now(phases: Sequence[Phase], moment: datetime) -> Phase | None:
    """The phase that is open at a moment."""
    return next((p for p in phases if p.opens_at <= moment < p.closes_at), None)


def due_phases() -> Sequence[int]:
    """Ids of phases whose closing has come and was not carried out."""
    return db.session.scalars(
        select(Phase.id)
        .where(Phase.done_at.is_(None), Phase.closes_at <= clock.now())
        .order_by(Phase.closes_at, Phase.id)
        .limit(100)
    ).all()


def phase_for_change(phase_id: int) -> tuple[Phase, int | None]:
    """The phase, locked, and the id of the consultation it belongs to."""
    phase = one_for_change(select(Phase).where(Phase.id == phase_id))
    owner = db.session.scalar(
        select(Contribution.id).where(
            Contribution.space_id == phase.space_id, Contribution.kind == ContributionKind.CONSULTATION
        )
    )
    return phase, owner


def overdue_reports() -> Sequence[int]:
    """Consultations whose group wrote no report in time."""
    return db.session.scalars(
        select(Consultation.id)
        .join(Contribution, Contribution.id == Consultation.id)
        .join(Phase, and_(Phase.space_id == Contribution.space_id, Phase.kind == PhaseKind.REPORT))
        .where(
            Consultation.status == ConsultationStatus.REPORTING,
            Contribution.status.in_(LISTED),
            Phase.closes_at <= clock.now(),
        )
        .limit(50)
    ).all()


def running() -> Sequence[int]:
    """Ids whose participants are counted by the clock."""
    return db.session.scalars(
        select(Consultation.id).where(Consultation.status == ConsultationStatus.RUNNING).limit(1000)
    ).all()


def participants(consultation: Consultation) -> int:
    """Distinct people who voted, wrote below it or proposed in its space. People who only follow do not count."""
    space_id = consultation.contribution.space_id
    voted = (
        select(Participation.user_id)
        .join(Question, Question.id == Participation.question_id)
        .where(Question.contribution_id == consultation.id)
    )
    wrote = select(Contribution.author_id).where(
        Contribution.status.in_(LISTED), Contribution.author_id.is_not(None),
        Contribution.subject_id == consultation.id,
    )  # fmt: skip
    proposed = select(Contribution.author_id).where(
        Contribution.status.in_(LISTED), Contribution.author_id.is_not(None),
        Contribution.space_id == space_id, Contribution.kind == ContributionKind.PROPOSAL,
    )  # fmt: skip
    return db.session.scalar(select(func.count()).select_from(union(voted, wrote, proposed).subquery())) or 0


@dataclass(frozen=True)
class Figures:
    """What a report rests on."""

    participants: int
    comments: int
    proposals: int
    ballots: int
    totals: dict[str, int]

    def stored(self) -> dict[str, object]:
        return {
            "participants": self.participants,
            "comments": self.comments,
            "proposals": self.proposals,
            "ballots": self.ballots,
            "totals": self.totals,
        }


def figures(consultation: Consultation) -> Figures:
    """The counts as they stand; frozen with the consultation when its vote closes."""
    rows = db.session.execute(
        select(Tally.option_key, Tally.ballots).where(Tally.contribution_id == consultation.id)
    )
    totals = {row[0]: row[1] for row in rows}
    proposals = db.session.scalar(
        select(func.count(Contribution.id)).where(
            Contribution.space_id == consultation.contribution.space_id,
            Contribution.kind == ContributionKind.PROPOSAL,
            Contribution.status.in_(LISTED),
        )
    )
    return Figures(
        participants(consultation),
        consultation.contribution.comment_count,
        proposals or 0,
        sum(totals.values()),
        totals,
    )


def main_reasons(consultation: Consultation, limit: int = 5) -> Sequence[Contribution]:
    """Public comments right under it, oldest first, to quote from in the report."""
    return db.session.scalars(
        select(Contribution)
        .where(Contribution.subject_id == consultation.id, Contribution.status.in_(LISTED))
        .order_by(Contribution.id)
        .limit(limit)
    ).all()
