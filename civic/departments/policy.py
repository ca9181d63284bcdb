"""Who may change what departments answer for."""

from enum import StrEnum

from civic.core.policy import POLICY, is_operator, is_system


class May(StrEnum):
    CHANGE = "departments:change"


POLICY |= {May.CHANGE: [[is_operator], [is_system]]}
