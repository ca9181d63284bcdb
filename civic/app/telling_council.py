"""What notifications ask about the council's matters."""

from sqlalchemy import Select, select

from civic.accounts.models import RoleGrant
from civic.core.actor import Role
from civic.core.db import db
from civic.meetings.models import AgendaItem, Meeting, Organ
from civic.meetings.queries import members_of
from civic.notifications.sources import Matter
from civic.reports.models import Report
from civic.resolutions.models import Clause, Resolution
from civic.resolutions.queries import subject_ids


def _with(*roles: Role) -> Select[int]:
    return select(RoleGrant.user_id).where(RoleGrant.role.in_(roles))


def _staff(department_id: int, *roles: Role) -> Select[int]:
    return _with(*roles).where(RoleGrant.scope_kind == "department", RoleGrant.scope_id == department_id)


def item(item_id: int) -> Matter:
    """Something on an agenda: the members of its organ."""
    found = db.session.get_one(AgendaItem, item_id)
    organ = db.session.get_one(Organ, db.session.get_one(Meeting, found.meeting_id).organ_id)
    report = db.session.get_one(Report, found.report_id) if found.report_id else None
    return Matter(found.title, [report.contribution_id] if report else [], members=members_of(organ))


def meeting(meeting_id: int) -> Matter:
    found = db.session.get_one(Meeting, meeting_id)
    organ = db.session.get_one(Organ, found.organ_id)
    return Matter(f"{organ.name_fa} {found.number}", members=members_of(organ))


def resolution(resolution_id: int) -> Matter:
    found = db.session.get_one(Resolution, resolution_id)
    clauses = db.session.scalars(
        select(Clause.id).where(Clause.resolution_id == resolution_id).order_by(Clause.position)
    )
    return Matter(found.title, list(subject_ids(resolution_id)), clauses=list(clauses))


def clause(clause_id: int) -> Matter:
    """A clause: the department that owes it, and those who may say that it is done."""
    found = db.session.get_one(Clause, clause_id)
    whole = db.session.get_one(Resolution, found.resolution_id)
    return Matter(
        whole.title, list(subject_ids(whole.id)), staff=_staff(found.department_id, Role.OFFICER, Role.HEAD),
        heads=_staff(found.department_id, Role.HEAD), checkers=_with(Role.CLERK, Role.INSPECTOR),
    )  # fmt: skip
