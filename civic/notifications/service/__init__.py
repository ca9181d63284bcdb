"""Verbs of this package: telling and reading, the ledger of letters, what a person wishes."""

from civic.notifications.service.letters import (
    claim_letters,
    drop_letter,
    letter_bounced,
    letter_dropped,
    letter_failed,
    letter_sent,
    retry_channel,
    retry_letter,
)
from civic.notifications.service.telling import News, read, read_all, tell
from civic.notifications.service.wishes import (
    add_browser,
    allow_letters,
    choose,
    drop_browser,
    forget_browser,
    reach_again,
    stop_letters,
)

__all__ = [
    "News", "add_browser", "allow_letters", "choose", "claim_letters", "drop_browser", "drop_letter", "forget_browser",
    "letter_bounced", "letter_dropped", "letter_failed", "letter_sent", "reach_again", "read", "read_all",
    "retry_channel", "retry_letter", "stop_letters", "tell",
]  # fmt: skip
