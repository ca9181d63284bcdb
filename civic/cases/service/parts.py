"""What several verbs of a case need: its life line, its notes, its department, its name in the record."""

from typing import Any

from civic.cases.models import Case, CaseNote
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.errors import NotFound, RuleBroken
from civic.core.text import N_
from civic.departments.models import Department, DepartmentStatus


def _step(actor: Actor, case: Case, kind: StepKind, *, detail: str = "", note: str = "", data: dict[str, Any] | None = None) -> None:  # fmt: skip
    contribution = db.session.get_one(Contribution, case.contribution_id)
    contributions.add_step(actor, contribution, kind, detail=detail, note=note, data=data)


def _note(actor: Actor, case: Case, kind: str, text: str) -> None:
    db.session.add(
        CaseNote(
            case_id=case.id, author_id=actor.signed_in(), kind=kind, text=text[:1000], at=clock.now(),
            department_id=case.department_id,
        )
    )  # fmt: skip
    db.session.flush()


def _subject(case: Case) -> str:
    return f"case:{case.id}"


def _active(department_id: int) -> Department:
    """The department, or the one that has replaced it."""
    seen: set[int] = set()
    found = db.session.get(Department, department_id)
    while found is not None and found.status is DepartmentStatus.RETIRED and found.replaced_by_id:
        if found.id in seen:
            break
        seen.add(found.id)
        found = db.session.get(Department, found.replaced_by_id)
    if found is None:
        raise NotFound
    if found.status is not DepartmentStatus.ACTIVE:
        raise RuleBroken(N_("این واحد دیگر فعال نیست. واحد دیگری برگزینید."), field="department_id")
    return found
