"""Who may change the calendar."""

from enum import StrEnum

from civic.core.policy import POLICY, is_operator, is_system


class May(StrEnum):
    IMPORT_HOLIDAYS = "duties:import_holidays"
    OPEN_DUTY = "duties:open"


POLICY |= {
    May.IMPORT_HOLIDAYS: [[is_operator], [is_system]],
    May.OPEN_DUTY: [[is_system]],
}
