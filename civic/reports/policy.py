"""Who writes participation reports, and who may bring a proposal before the council."""

from enum import StrEnum

from civic.core.policy import POLICY, is_clerk, is_council, is_inspector, is_system


class May(StrEnum):
    DRAFT = "report:draft"
    SEND = "report:send"
    READ_DRAFTS = "report:read_drafts"
    EDIT = "report:edit"
    FREEZE = "report:freeze"


POLICY |= {
    May.DRAFT: [[is_system]],
    May.SEND: [[is_council], [is_clerk]],
    May.READ_DRAFTS: [[is_clerk], [is_inspector]],
    May.EDIT: [[is_clerk]],
    May.FREEZE: [[is_clerk]],
}
