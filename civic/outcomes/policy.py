"""Who may speak about promises."""

from enum import StrEnum
from typing import Any

from civic.core.actor import Actor
from civic.core.policy import POLICY, WHILE_BLOCKED, is_signed_in, is_system


class May(StrEnum):
    KEEP = "promise:keep"
    REPORT = "promise:report"
    JUDGE = "promise:judge"
    COUNT = "figures:count"


def works_for_its_department(actor: Actor, thing: Any) -> bool:
    """An officer or head of the department that promised"""
    return thing.department_id in actor.departments()


POLICY |= {
    May.KEEP: [[is_system]],
    May.REPORT: [[works_for_its_department]],
    May.JUDGE: [[is_signed_in]],
    May.COUNT: [[is_system]],
}
WHILE_BLOCKED |= {May.JUDGE}
