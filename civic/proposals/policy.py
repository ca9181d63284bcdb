"""Who may do what to a proposal."""

from enum import StrEnum

from civic.contributions.policy import is_author, manages_its_group
from civic.core.policy import POLICY, WHILE_BLOCKED, is_signed_in


class May(StrEnum):
    PROPOSE = "proposal:propose"
    EDIT = "proposal:edit"
    WITHDRAW = "proposal:withdraw"


POLICY |= {
    May.PROPOSE: [[is_signed_in]],
    May.EDIT: [[is_author]],
    May.WITHDRAW: [[is_author], [manages_its_group]],
}
WHILE_BLOCKED |= {May.WITHDRAW}
