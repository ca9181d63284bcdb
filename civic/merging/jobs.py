"""What follows for merges when one of the two leaves the public."""

from civic.contributions import queries as contributions
from civic.contributions.events import ContributionHidden, ContributionReturned, ContributionWithdrawn
from civic.contributions.rules import Status
from civic.core.actor import SYSTEM
from civic.core.text import N_
from civic.merging import queries, service

TARGET_GONE = N_("نوشته‌ای که این در آن ادغام شده بود دیگر دیده نمی‌شود.")
ITSELF_GONE = N_("این نوشته دیگر دیده نمی‌شود.")


def let_go(event: ContributionHidden | ContributionReturned | ContributionWithdrawn) -> None:
    """What was merged into it comes back; it itself is no longer counted where it was merged."""
    gone = contributions.readable(SYSTEM, event.contribution_id)  # not locked yet: questions come first
    if gone.status in {Status.PUBLIC, Status.MERGED}:
        return  # it is back already
    for merged_id in queries.merged_into(gone.id):
        one, into = queries.pair_for_change(SYSTEM, merged_id, gone.id)
        service.let_go(SYSTEM, one, into, reason=TARGET_GONE)
    if gone.merged_into_id is not None:
        one, into = queries.pair_for_change(SYSTEM, gone.id, gone.merged_into_id)
        service.let_go(SYSTEM, one, into, reason=ITSELF_GONE)
