"""A member of the council asks a department, in public and with a clock."""

from civic.audit.service import record
from civic.cases import service as cases
from civic.cases.rules import Door
from civic.contributions import service as contributions
from civic.contributions.models import Contribution, Link
from civic.contributions.rules import ContributionKind, StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import db
from civic.core.errors import RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.text import N_, clean_line
from civic.council.events import CouncilAsked
from civic.council.models import CouncilQuestion
from civic.council.policy import May
from civic.outcomes.models import Promise


def ask(
    actor: Actor, *, title: str, text: str, department_id: int, about: Contribution | None = None,
    promise: Promise | None = None,
) -> Contribution:  # fmt: skip
    """Public at once, without review, under the member's full name; the department has ten working days."""
    require(actor, May.ASK)
    if not clean_line(title):
        raise RuleBroken(N_("پرسش را در یک خط بنویسید."), field="title")
    if not text.strip():
        raise RuleBroken(N_("پرسش را بنویسید."), field="text")
    contribution = contributions.begin(
        actor, ContributionKind.QUESTION, title=title, text=text,
        category_id=about.category_id if about else None, district_id=about.district_id if about else None,
    )  # fmt: skip
    contribution.byline = f"{actor.full_name or actor.display_name}، عضو شورا"[:120]
    contribution.submitted_at = clock.now()
    db.session.add(
        CouncilQuestion(
            id=contribution.id, department_id=department_id, about_id=about.id if about else None,
            promise_id=promise.id if promise else None,
        )
    )  # fmt: skip
    db.session.flush()
    contributions.show(SYSTEM, contribution)
    cases.open_case(SYSTEM, contribution, door=Door.QUESTION, department_id=department_id)
    if about is not None:
        db.session.add(Link(from_id=contribution.id, relation="about", to_id=about.id, at=clock.now()))
        contributions.add_step(
            actor, about, StepKind.COUNCIL_ASKED, note=contribution.title, data={"question": contribution.id}
        )
    record(actor, "council.ask", f"question:{contribution.id}", public=True, department=department_id)
    publish(CouncilAsked(contribution.id, about.id if about else None))
    return contribution


def tell_answered(actor: Actor, contribution: Contribution, about: Contribution) -> None:
    """What the question was about shows on its path that the answer is there."""
    require(actor, May.TELL)
    contributions.add_step(
        actor, about, StepKind.COUNCIL_ANSWERED, note=contribution.title, data={"question": contribution.id}
    )
