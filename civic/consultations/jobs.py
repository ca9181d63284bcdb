"""What the clock and the vote's end do to consultations."""

from civic.consultations import queries, service
from civic.core.actor import SYSTEM
from civic.core.db import transaction
from civic.core.errors import NotFound
from civic.votes.events import VoteClosed


def turn_phases() -> None:
    """Close what is over, open what follows, count who takes part, publish overdue reports with the figures alone."""
    for phase_id in queries.due_phases():
        with transaction():
            phase, owner = queries.phase_for_change(phase_id)
            if owner is not None:
                service.turn(SYSTEM, queries.for_change(SYSTEM, owner), phase)
    for consultation_id in queries.overdue_reports():
        with transaction():
            consultation = queries.for_change(SYSTEM, consultation_id)
            service.publish_report(SYSTEM, consultation, text="")


def count_participants() -> None:
    """Keep the shown count near the truth while a consultation runs."""
    for consultation_id in queries.running():
        with transaction():
            service.count(SYSTEM, queries.by_id(consultation_id))


def end_vote(event: VoteClosed) -> None:
    """A closed vote asks the group for its report; votes on anything else are not ours."""
    try:
        consultation = queries.for_change(SYSTEM, event.contribution_id)
    except NotFound:
        return
    service.end_vote(SYSTEM, consultation)
