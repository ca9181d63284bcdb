"""States of a co-signature and its limits, as plain values."""

from enum import StrEnum

from civic.core.errors import RuleBroken
from civic.core.text import N_


class CosignerStatus(StrEnum):
    INVITED = "invited"  # by the author; waits for the person or a manager of the group
    OFFERED = "offered"  # by a manager of the group; waits for the author
    SIGNED = "signed"
    DECLINED = "declined"
    REMOVED = "removed"  # taken back by whoever asked, before an answer
    LEFT = "left"


MOVES = {
    (CosignerStatus.INVITED, "accept"): CosignerStatus.SIGNED,
    (CosignerStatus.INVITED, "decline"): CosignerStatus.DECLINED,
    (CosignerStatus.INVITED, "remove"): CosignerStatus.REMOVED,
    (CosignerStatus.OFFERED, "accept"): CosignerStatus.SIGNED,
    (CosignerStatus.OFFERED, "decline"): CosignerStatus.DECLINED,
    (CosignerStatus.OFFERED, "remove"): CosignerStatus.REMOVED,
    (CosignerStatus.SIGNED, "leave"): CosignerStatus.LEFT,
    (CosignerStatus.REMOVED, "invite"): CosignerStatus.INVITED,
    (CosignerStatus.REMOVED, "offer"): CosignerStatus.OFFERED,
    (CosignerStatus.LEFT, "invite"): CosignerStatus.INVITED,
    (CosignerStatus.LEFT, "offer"): CosignerStatus.OFFERED,
}
LIVE = (CosignerStatus.INVITED, CosignerStatus.SIGNED)
HELD = (CosignerStatus.INVITED, CosignerStatus.SIGNED, CosignerStatus.DECLINED)
"""An answer is awaited or was given."""

WAITING = (CosignerStatus.INVITED, CosignerStatus.OFFERED)
MOST = 10
"""Signatures and open invitations of one proposal together."""

MOST_OFFERS = 20


def check_time(*, voting_open: bool) -> None:
    """Names are put under a proposal while people are asked about it, not after."""
    if not voting_open:
        raise RuleBroken(N_("هم‌امضاشدن تنها تا پایان رأی‌گیری پیشنهاد شدنی است."))


def check_room(live: int) -> None:
    """At most MOST names; more would say less."""
    if live >= MOST:
        raise RuleBroken(
            N_("یک پیشنهاد حداکثر %(n)s هم‌امضا و دعوت باز دارد. دعوت بی‌پاسخی را بردارید و دوباره بفرستید."),
            n=MOST,
        )


def check_offers(waiting: int) -> None:
    """A proposal is not flooded with offers."""
    if waiting >= MOST_OFFERS:
        raise RuleBroken(N_("پیشنهادهای هم‌امضایی بسیاری منتظر نویسنده است؛ بعدتر بفرستید."))


def masked(login: str) -> str:
    """What the author sees of the number or address typed: enough to tell invitations apart, no more is kept."""
    name, at, domain = login.partition("@")
    shown = f"{name[:4]}…{name[-3:]}" if len(name) > 9 else f"{name[:2]}…{name[-1:]}"
    return shown + at + domain
