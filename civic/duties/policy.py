"""Who may change the calendar."""

from enum import StrEnum

from civic.core.policy import POLICY, is_operator, is_system


class May(StrEnum):
    IMPORT_HOLIDAYS = "duties:import_holidays"
    OPEN_DUTY = "duties:open"
    CHANGE_DUTY = "duties:change"
    RUN_CLOCK = "duties:run_clock"


POLICY |= {
    May.IMPORT_HOLIDAYS: [[is_operator], [is_system]],
    May.OPEN_DUTY: [[is_system]],
    May.CHANGE_DUTY: [[is_system]],
    May.RUN_CLOCK: [[is_system]],
}
