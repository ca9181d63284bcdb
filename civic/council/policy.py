"""Who may ask in the council's name."""

from enum import StrEnum

from civic.core.policy import POLICY, is_clerk, is_council, is_inspector, is_system


class May(StrEnum):
    DESK = "council:desk"
    ASK = "council:ask"
    TELL = "council:tell"


POLICY |= {
    May.DESK: [[is_council], [is_clerk], [is_inspector]],
    May.ASK: [[is_council]],
    May.TELL: [[is_system]],
}
