"""Who is told of what the council does: members of their papers, departments of their clauses, everyone concerned of each step."""

from civic.core.actor import SYSTEM
from civic.meetings.events import ItemPlaced, MeetingCancelled
from civic.notifications import service
from civic.notifications.jobs import _all as everyone_about
from civic.notifications.jobs import _name as name_of
from civic.notifications.service import News
from civic.notifications.sources import ask
from civic.resolutions.events import (
    ClauseHandedOver,
    ClauseLate,
    ClauseReported,
    ClauseSentBack,
    ClauseVerified,
    ResolutionPassed,
)


def tell_placed(event: ItemPlaced) -> None:
    """Members have a paper to judge; those concerned hear that it is on the agenda, when everybody may know."""
    matter = ask().item(event.item_id)
    data = {"title": matter.title, "item_id": event.item_id}
    news = [News("paper_new", matter.members, matter.about[0] if matter.about else None, data)]
    if event.contribution_id:
        news.append(News("on_agenda", everyone_about(event.contribution_id), event.contribution_id, data))
    service.tell(SYSTEM, name_of(event), news)


def tell_cancelled(event: MeetingCancelled) -> None:
    """Members of the organ."""
    matter = ask().meeting(event.meeting_id)
    data = {"title": matter.title, "meeting_id": event.meeting_id}
    service.tell(SYSTEM, name_of(event), [News("meeting_cancelled", matter.members, None, data)])


def tell_passed(event: ResolutionPassed) -> None:
    """Departments hear of their clauses, everyone concerned of the decision; each person once."""
    matter = ask().resolution(event.resolution_id)
    news = []
    for clause_id in matter.clauses:
        clause = ask().clause(clause_id)
        news.append(News("clause_new", clause.staff, None, {"title": clause.title, "clause_id": clause_id}))
    data = {"resolution_id": event.resolution_id}
    news += [News("resolved", everyone_about(n), n, data) for n in matter.about]
    service.tell(SYSTEM, name_of(event), news)


def tell_reported(event: ClauseReported) -> None:
    """Those who check, when the department says: complete."""
    if event.complete:
        clause = ask().clause(event.clause_id)
        data = {"title": clause.title, "clause_id": event.clause_id}
        service.tell(SYSTEM, name_of(event), [News("clause_complete", clause.checkers, None, data)])


def tell_sent_back(event: ClauseSentBack) -> None:
    """The department."""
    clause = ask().clause(event.clause_id)
    data = {"title": clause.title, "clause_id": event.clause_id}
    service.tell(SYSTEM, name_of(event), [News("clause_sent_back", clause.staff, None, data)])


def tell_verified(event: ClauseVerified) -> None:
    """Everyone concerned with what the resolution is about."""
    clause = ask().clause(event.clause_id)
    data = {"clause_id": event.clause_id}
    service.tell(
        SYSTEM, name_of(event), [News("clause_verified", everyone_about(n), n, data) for n in clause.about]
    )


def tell_handed_over(event: ClauseHandedOver) -> None:
    """The department that has it now."""
    clause = ask().clause(event.clause_id)
    data = {"title": clause.title, "clause_id": event.clause_id}
    news = News("clause_handed_over", ask().staff(event.department_id), None, data)
    service.tell(SYSTEM, name_of(event), [news])


def tell_late(event: ClauseLate) -> None:
    """Three quarters of the time: the department. All of it, and half as much again: its heads and those who check."""
    clause = ask().clause(event.clause_id)
    data = {"title": clause.title, "clause_id": event.clause_id}
    if event.level < 100:
        news = [News("clause_soon", clause.staff, None, data)]
    else:
        news = [
            News("clause_late", clause.heads, None, data),
            News("clause_late", clause.checkers, None, data),
        ]
    service.tell(SYSTEM, name_of(event), news)
