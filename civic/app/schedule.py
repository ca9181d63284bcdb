"""What the clock asks for: (name, how often, job). Each job opens its own transactions and may run twice."""

from collections.abc import Callable
from datetime import timedelta

from civic.audit import jobs as audit
from civic.cases import jobs as cases
from civic.consultations import jobs as consultations
from civic.core.jobs import resting, run_periodic
from civic.duties import jobs as duties
from civic.moderation import jobs as moderation
from civic.notifications import jobs as notifications
from civic.outcomes import jobs as outcomes
from civic.resolutions import jobs as resolutions
from civic.supervision import jobs as supervision
from civic.votes import jobs as votes

PERIODIC: list[tuple[str, timedelta, Callable[[], object]]] = [
    ("audit.seal", timedelta(seconds=1), audit.seal),
    ("audit.publish_head", timedelta(hours=1), audit.publish_head),
    ("votes.close_due", timedelta(seconds=10), votes.close_due),
    ("duties.run_clock", timedelta(minutes=1), duties.run_clock),
    ("cases.follow_clock", timedelta(minutes=5), cases.follow_clock),
    ("cases.store_figures", timedelta(minutes=1), cases.store_figures),
    ("cases.review_due", timedelta(hours=1), cases.review_due),
    ("cases.close_week", timedelta(hours=1), cases.close_week),
    ("outcomes.refresh_figures", timedelta(minutes=1), outcomes.refresh_figures),
    ("resolutions.refresh_figures", timedelta(minutes=1), resolutions.refresh_figures),
    ("outcomes.ask_due", timedelta(minutes=10), outcomes.ask_due),
    ("outcomes.open_month_tops", timedelta(hours=1), outcomes.open_month_tops),
    ("consultations.turn_phases", timedelta(seconds=20), consultations.turn_phases),
    ("consultations.count_participants", timedelta(minutes=2), consultations.count_participants),
    ("moderation.count_queue", timedelta(seconds=20), moderation.count_queue),
    ("moderation.count_months", timedelta(minutes=5), moderation.count_months),
    ("moderation.end_blocks", timedelta(minutes=1), moderation.end_blocks),
    ("moderation.remind", timedelta(minutes=10), moderation.remind),
    ("supervision.inspect", timedelta(hours=1), supervision.inspect),
    ("notifications.send_letters", timedelta(seconds=1), notifications.send_letters),
    ("notifications.send_texts", timedelta(seconds=3), notifications.send_texts),
    ("notifications.send_messages", timedelta(seconds=3), notifications.send_messages),
]


def tick() -> None:
    """Run what is due."""
    asleep = resting()
    for name, every, act in PERIODIC:
        if name not in asleep:
            run_periodic(name, every, act)
