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
from civic.cases.service.opening import open_case, reopen, send_at_once, settle
from civic.cases.service.together import (
    add_template,
    ask_department,
    change_template,
    end_leave,
    give_part,
    go_on_leave,
    retire_template,
)
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
    "add_template",
    "answer_question",
    "approve",
    "ask_author",
    "ask_department",
    "assign_department",
    "assign_officer",
    "change_template",
    "close_week",
    "end_leave",
    "extend",
    "follow_clock",
    "give_part",
    "go_on_leave",
    "hand_over",
    "mark_overdue",
    "note_spent_pause",
    "open_case",
    "opine",
    "reopen",
    "retire_template",
    "return_to_triage",
    "revise",
    "save_answer",
    "send_at_once",
    "send_back",
    "send_to_head",
    "settle",
    "stop_waiting",
    "store_figures",
    "take",
]
