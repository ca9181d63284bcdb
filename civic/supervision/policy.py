"""Who may inspect, and who may read who looked at whom."""

from enum import StrEnum

from civic.core.policy import POLICY, WHILE_BLOCKED, is_inspector, is_operator, is_signed_in, is_system


class May(StrEnum):
    INSPECT = "supervision:inspect"
    OPEN_FINDINGS = "supervision:open_findings"
    READ_LOOKS = "supervision:read_looks"
    READ_OWN_LOOKS = "supervision:read_own_looks"


POLICY |= {
    May.INSPECT: [[is_inspector]],
    May.OPEN_FINDINGS: [[is_system]],
    May.READ_LOOKS: [[is_inspector], [is_operator]],
    May.READ_OWN_LOOKS: [[is_signed_in]],
}
WHILE_BLOCKED |= {May.READ_OWN_LOOKS}
