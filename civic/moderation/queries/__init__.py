"""Every read of moderation."""

from civic.moderation.queries.appeals import (
    appeal_against_block,
    appeal_for_change,
    appeal_of,
    block,
    block_for_change,
    blocks,
    blocks_ended,
    dispute,
    latest_decision,
    moderators,
    open_appeals,
    open_block_of,
    own_block,
    own_block_for_change,
    own_decision,
    own_decisions,
    own_for_change,
    still_holds,
)
from civic.moderation.queries.public import (
    BY_MONTH,
    QUEUE,
    count_months,
    count_queue,
    every_decision,
    log,
    months,
    queue_figures,
)
from civic.moderation.queries.queue import (
    acting,
    another_moderator,
    case_of,
    case_signals,
    chosen,
    decision_for_change,
    decisions_of,
    for_change,
    mark_of,
    name_of,
    next_free,
    obstacle,
    open_flags,
    open_item_of,
    own_flag,
    pending_of,
    preview,
    reporters,
    waiting,
)
from civic.moderation.queries.screening import folded_words, most_alike, watch_words

__all__ = [
    "BY_MONTH", "QUEUE", "acting", "another_moderator", "appeal_against_block", "appeal_for_change", "appeal_of", "block",
    "block_for_change", "blocks", "blocks_ended", "case_of", "case_signals", "chosen", "count_months", "count_queue", "decision_for_change",
    "decisions_of", "dispute", "every_decision", "folded_words", "for_change", "latest_decision", "log", "mark_of", "moderators",
    "months", "most_alike", "name_of", "next_free", "obstacle", "open_appeals", "open_block_of", "open_flags", "open_item_of",
    "own_block", "own_block_for_change", "own_decision", "own_decisions", "own_flag", "own_for_change", "pending_of", "preview", "queue_figures",
    "reporters", "still_holds", "waiting", "watch_words",
]  # fmt: skip
