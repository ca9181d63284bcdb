"""Who writes resolutions, who reports on their clauses, who may say that they are done."""

from enum import StrEnum
from typing import Any

from civic.core.actor import Actor
from civic.core.policy import POLICY, is_clerk, is_inspector, is_system
from civic.departments.queries import is_of_its_house


class May(StrEnum):
    WRITE = "resolution:write"
    REPORT = "clause:report"
    VERIFY = "clause:verify"
    HAND_OVER = "clause:hand_over"
    COUNT = "clause:count"


def works_for_its_department(actor: Actor, thing: Any) -> bool:
    """An officer or head of the clause's department"""
    return thing.department_id in actor.departments()


def is_of_another_house(actor: Actor, thing: Any) -> bool:
    """Not of the clause's department, of one above or below it, or of one it has replaced"""
    return not is_of_its_house(actor, thing.department_id)


POLICY |= {
    May.WRITE: [[is_clerk]],
    May.REPORT: [[works_for_its_department]],
    May.VERIFY: [[is_clerk, is_of_another_house], [is_inspector, is_of_another_house]],
    May.HAND_OVER: [[is_system]],
    May.COUNT: [[is_system]],
}
