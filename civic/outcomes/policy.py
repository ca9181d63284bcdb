"""Who may speak about promises."""

from enum import StrEnum
from typing import Any

from civic.core.actor import Actor
from civic.core.policy import POLICY, WHILE_BLOCKED, anyone, is_moderator, is_signed_in, is_system
from civic.departments.queries import is_of_its_house


class May(StrEnum):
    KEEP = "promise:keep"
    REPORT = "promise:report"
    JUDGE = "promise:judge"
    SEE_PHOTOS = "promise:see_photos"
    SCAN = "sheet:scan"
    COUNT = "figures:count"


def works_for_its_department(actor: Actor, thing: Any) -> bool:
    """An officer or head of the department that promised"""
    return thing.department_id in actor.departments()


def wrote_it(actor: Actor, thing: Any) -> bool:
    """The author of what was promised"""
    return actor.user_id is not None and getattr(thing, "author_id", None) == actor.user_id


def has_no_part_in_it(actor: Actor, thing: Any) -> bool:
    """Not of the department that promised, of one above or below it, or of one it has replaced"""
    return not is_of_its_house(actor, thing.department_id)


POLICY |= {
    May.KEEP: [[is_system]],
    May.REPORT: [[works_for_its_department]],
    May.JUDGE: [[is_signed_in]],
    May.SEE_PHOTOS: [[works_for_its_department], [wrote_it], [is_moderator]],
    May.SCAN: [[anyone]],
    May.COUNT: [[is_system]],
}
WHILE_BLOCKED |= {May.JUDGE, May.SCAN}
