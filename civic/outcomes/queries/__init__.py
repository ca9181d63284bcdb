"""Reads of promises, sheets and figures. Pages read stored figures; the counting selects are for the clock alone."""

from civic.outcomes.queries.boards import (
    department,
    departments_named,
    district,
    districts_in_order,
    figures,
    late_departments,
    lately_answered,
    overdue,
    taken_at,
)
from civic.outcomes.queries.book import (
    SECTIONS,
    Entry,
    any_for_change,
    earlier_rounds,
    entry,
    evidence_named,
    for_change,
    is_concerned,
    notes_on,
    of_case_for_change,
    of_contribution,
    owed_by,
    photos_on,
    pressing,
    reports_of,
    round_for_change,
    section,
    to_ask,
    to_ask_again,
    verdict_of,
    verdicts,
)
from civic.outcomes.queries.counting import COUNTED, count_outcomes, count_totals
from civic.outcomes.queries.sheets import (
    Placard,
    lately_scanned,
    photo_named,
    placard,
    placard_of,
    scan_photos,
    sheet_for_change,
    sheet_of,
)

__all__ = [
    "COUNTED", "SECTIONS", "Entry", "Placard", "any_for_change", "count_outcomes", "count_totals", "department", "departments_named", "district",
    "districts_in_order", "earlier_rounds", "entry", "evidence_named", "figures", "for_change", "is_concerned",
    "late_departments", "lately_answered", "lately_scanned", "notes_on", "of_case_for_change", "of_contribution", "overdue", "owed_by", "photo_named",
    "photos_on", "placard", "placard_of", "pressing", "reports_of", "round_for_change", "scan_photos", "section",
    "sheet_for_change", "sheet_of", "taken_at", "to_ask", "to_ask_again", "verdict_of", "verdicts",
]  # fmt: skip
