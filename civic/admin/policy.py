"""Who may run the site."""

from enum import StrEnum

from civic.core.policy import POLICY, is_operator


class May(StrEnum):
    OPEN_DESK = "admin:open_desk"
    SETTLE_JOBS = "admin:settle_jobs"
    SET_PLACES = "admin:set_places"
    SET_THRESHOLDS = "admin:set_thresholds"
    SET_MODERATION = "admin:set_moderation"


POLICY |= {
    May.OPEN_DESK: [[is_operator]],
    May.SETTLE_JOBS: [[is_operator]],
    May.SET_PLACES: [[is_operator]],
    May.SET_THRESHOLDS: [[is_operator]],
    May.SET_MODERATION: [[is_operator]],
}
