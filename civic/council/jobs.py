"""What follows for the council when a case is answered."""

from civic.cases.events import CaseAnswered
from civic.contributions.queries import by_id
from civic.core.actor import SYSTEM
from civic.council import queries, service


def note_answer(event: CaseAnswered) -> None:
    """The answer to a member's question stands on the path of what was asked about."""
    about_id = queries.about_of_question(event.contribution_id)
    if about_id is not None:
        service.tell_answered(SYSTEM, by_id(event.contribution_id), by_id(about_id))
