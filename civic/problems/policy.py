"""Who may do what to a problem."""

from enum import StrEnum

from civic.comments.policy import is_public
from civic.contributions.policy import is_author
from civic.core.policy import POLICY, WHILE_BLOCKED, is_signed_in, is_system


class May(StrEnum):
    REPORT = "problem:report"
    EDIT = "problem:edit"
    WITHDRAW = "problem:withdraw"
    JOIN = "problem:join"
    COUNT = "problem:count_answers"


POLICY |= {
    May.REPORT: [[is_signed_in]],
    May.EDIT: [[is_author]],
    May.WITHDRAW: [[is_author]],
    May.JOIN: [[is_signed_in, is_public]],
    May.COUNT: [[is_system]],
}
WHILE_BLOCKED |= {May.JOIN, May.WITHDRAW}
