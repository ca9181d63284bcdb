"""Who may touch the record: nobody but the sealer."""

from enum import StrEnum

from civic.core.policy import POLICY, is_system


class May(StrEnum):
    SEAL = "audit:seal"


POLICY |= {May.SEAL: [[is_system]]}
