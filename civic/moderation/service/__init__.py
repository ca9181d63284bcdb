"""The verbs of moderation."""

from civic.moderation.service.appeals import appeal, appeal_block, drop_appeals, judge
from civic.moderation.service.blocks import (
    block,
    confirm_block,
    end_block,
    lift_block,
    refuse_block,
)
from civic.moderation.service.deciding import (
    carry_out,
    claim,
    decide,
    drop,
    flag,
    put_back,
    queue,
    step_aside,
    undo,
)
from civic.moderation.service.desk import (
    Outcome,
    add_word,
    decide_many,
    remind,
    remove_word,
    store_figures,
)

__all__ = [
    "Outcome", "add_word", "appeal", "appeal_block", "block", "carry_out", "claim", "confirm_block", "decide", "decide_many",
    "drop", "drop_appeals", "end_block", "flag", "judge", "lift_block", "put_back", "queue", "refuse_block", "remind",
    "remove_word", "step_aside", "store_figures", "undo",
]  # fmt: skip
