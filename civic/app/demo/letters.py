"""What leaves the site, for the operator's desk and a citizen's pages: a letter nobody accepted, a box that is gone, calendars."""

from datetime import timedelta

from sqlalchemy import select

from civic.accounts.models import User
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Status
from civic.core import clock
from civic.core.actor import SYSTEM
from civic.core.db import db, transaction
from civic.feeds import service as feeds
from civic.feeds.rules import Scope
from civic.groups.queries import actor_of
from civic.notifications import queries, service
from civic.notifications.rules import GAPS, Channel, Rhythm, Topic

READERS = ("citizen@demo.example", "visitor@demo.example")


def tell() -> None:
    """Through the real verbs; afterwards nobody in the demo takes letters, as before."""
    with transaction():
        ids = {
            row.email: row.id
            for row in db.session.execute(
                select(User.id, User.email).where(User.email.in_([*READERS, "officer@demo.example"]))
            )
        }
        proposal = db.session.scalars(
            select(Contribution.id)
            .where(Contribution.kind == ContributionKind.PROPOSAL, Contribution.status == Status.PUBLIC)
            .order_by(Contribution.id)
            .limit(1)
        ).one()
    citizen, visitor = (ids[email] for email in READERS)
    for person in (citizen, visitor):
        with transaction():
            service.allow_letters(actor_of(person), wanted=True)
    with transaction():
        people = select(User.id).where(User.id.in_([citizen, visitor]))
        service.tell(SYSTEM, "Demo:letters", [service.News("threshold", people, proposal)])
    _fail(citizen, visitor)
    for person in (citizen, visitor):
        with transaction():
            service.allow_letters(actor_of(person), wanted=False)
    with transaction():
        service.choose(
            actor_of(citizen),
            {(Topic.FOLLOWED, Channel.MAIL): Rhythm.WEEKLY, (Topic.ANSWERS, Channel.SMS): Rhythm.NOW},
        )
        feeds.open_calendar(actor_of(citizen), Scope.MINE)
    with transaction():
        feeds.open_calendar(actor_of(ids["officer@demo.example"]), Scope.DESK)


def _fail(citizen: int, visitor: int) -> None:
    """The citizen's post office is away whenever it is tried, the visitor's knows no such box."""
    moment = clock.now()
    for gap in (timedelta(), *GAPS):
        moment += gap + timedelta(seconds=1)
        with clock.at(moment), transaction():
            for letter_id in service.claim_letters(SYSTEM):
                letter = queries.letter_for_change(letter_id)
                if letter.user_id == visitor:
                    service.letter_bounced(SYSTEM, letter, error="550 5.1.1 no such mailbox")
                elif letter.user_id == citizen:
                    service.letter_failed(
                        SYSTEM, letter, error="TimeoutError('the post office did not answer')"
                    )
