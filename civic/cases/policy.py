"""Who may do what to a case. Staff of another department are nobody here."""

from enum import StrEnum
from typing import Any

from civic.contributions.policy import is_author
from civic.core.actor import Actor, Role
from civic.core.policy import POLICY, WHILE_BLOCKED, is_council, is_operator, is_signed_in, is_system


class May(StrEnum):
    OPEN = "case:open"
    SEND_AT_ONCE = "case:send_at_once"
    TRIAGE = "case:triage"
    SETTLE = "case:settle"
    INBOX = "case:inbox"
    READ = "case:read"
    WORK = "case:work"
    ASSIGN_OFFICER = "case:assign_officer"
    APPROVE = "case:approve"
    EXTEND = "case:extend"
    REOPEN = "case:reopen"
    RUN_CLOCK = "case:run_clock"
    GIVE_PART = "case:give_part"
    READ_TEMPLATES = "answer:read_templates"
    WRITE_TEMPLATE = "answer:write_template"
    GO_ON_LEAVE = "case:go_on_leave"
    ANSWER_QUESTION = "case:answer_question"
    OPINE = "answer:opine"


def is_triage(actor: Actor, _thing: Any) -> bool:
    """The triage desk, or the operator"""
    return actor.is_triage


def works_anywhere(actor: Actor, _thing: Any) -> bool:
    """An officer or head of any department"""
    return actor.is_department_staff


def works_for_its_department(actor: Actor, thing: Any) -> bool:
    """An officer or head of the case's department"""
    return thing.department_id is not None and thing.department_id in actor.departments()


def heads_its_department(actor: Actor, thing: Any) -> bool:
    """The head of the case's department"""
    return thing.department_id is not None and thing.department_id in actor.departments(Role.HEAD)


POLICY |= {
    May.OPEN: [[is_system]],
    May.SEND_AT_ONCE: [[is_triage]],
    May.TRIAGE: [[is_triage]],
    May.SETTLE: [[is_operator]],
    May.INBOX: [[works_anywhere]],
    May.READ: [[works_anywhere], [is_triage], [is_council]],
    May.WORK: [[works_for_its_department]],
    May.ASSIGN_OFFICER: [[works_for_its_department]],
    May.APPROVE: [[heads_its_department]],
    May.EXTEND: [[heads_its_department]],
    May.REOPEN: [[is_system]],
    May.RUN_CLOCK: [[is_system]],
    May.GIVE_PART: [[works_for_its_department]],
    May.READ_TEMPLATES: [[works_anywhere], [is_operator]],
    May.WRITE_TEMPLATE: [[heads_its_department], [is_operator]],
    May.GO_ON_LEAVE: [[works_anywhere]],
    May.ANSWER_QUESTION: [[is_author]],
    May.OPINE: [[is_signed_in]],
}
WHILE_BLOCKED |= {May.OPINE}
