"""From the open door to the published answer."""

from civic.cases.service.answers import (
    approve,
    opine,
    revise,
    save_answer,
    send_back,
    send_to_head,
)
from civic.cases.service.desk import (
    add_note,
    assign_department,
    assign_officer,
    hand_over,
    return_to_triage,
    take,
)
from civic.cases.service.opening import open_case, reopen, send_at_once
from civic.cases.service.waiting import (
    answer_question,
    ask_author,
    close_week,
    extend,
    follow_clock,
    mark_overdue,
    note_spent_pause,
    stop_waiting,
    store_figures,
)

__all__ = [
    "add_note",
    "answer_question",
    "approve",
    "ask_author",
    "assign_department",
    "assign_officer",
    "close_week",
    "extend",
    "follow_clock",
    "hand_over",
    "mark_overdue",
    "note_spent_pause",
    "open_case",
    "opine",
    "reopen",
    "return_to_triage",
    "revise",
    "save_answer",
    "send_at_once",
    "send_back",
    "send_to_head",
    "stop_waiting",
    "store_figures",
    "take",
]
