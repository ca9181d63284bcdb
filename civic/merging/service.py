"""Merging and parting. Ballots are never moved or altered: what changes is where a person in favour is counted."""

from civic.audit.service import record
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Status
from civic.contributions.service import subject_of
from civic.core.actor import SYSTEM, Actor
from civic.core.errors import Conflict
from civic.core.policy import require
from civic.core.text import N_, clean_line
from civic.merging import queries
from civic.merging.policy import May
from civic.merging.rules import check_merge, check_reason
from civic.votes import service as votes


def merge(actor: Actor, one: Contribution, into: Contribution, *, reason: str) -> None:
    """`one` leaves the lists; its people are counted with `into`, each once, and hear of it."""
    require(actor, May.MERGE, (one, into))
    words = clean_line(reason)
    check_merge(queries.half_of(one), queries.half_of(into))
    check_reason(words)
    contributions.merge(actor, one, into, reason=words)
    _count(into)
    record(actor, f"{one.kind}.merge", subject_of(one), public=True, into=into.id, reason=words)


def part(actor: Actor, one: Contribution, into: Contribution, *, reason: str) -> None:
    """The merge is undone: both numbers are what they were, and `one` stands in the lists again."""
    require(actor, May.PART, (one, into))
    words = clean_line(reason)
    check_reason(words)
    if one.status is not Status.MERGED or one.merged_into_id != into.id:
        raise Conflict(N_("این نوشته اکنون در آن ادغام نیست. صفحه را دوباره باز کنید."))
    contributions.unmerge(actor, one, into, reason=words)
    _count(into)
    record(actor, f"{one.kind}.unmerge", subject_of(one), public=True, out_of=into.id, reason=words)


def let_go(actor: Actor, one: Contribution, into: Contribution, *, reason: str) -> None:
    """One of the two left the public: what was merged comes back by itself, or goes with its own decision."""
    require(actor, May.PART, (one, into))
    contributions.unmerge(actor, one, into, reason=reason)
    _count(into)
    record(actor, f"{one.kind}.unmerge", subject_of(one), public=True, out_of=into.id, reason=reason)


def _count(into: Contribution) -> None:
    if into.kind is ContributionKind.PROBLEM:
        contributions.count_joiners(SYSTEM, into)
        return
    question = queries.question_of(into.id)
    if question is not None:
        votes.count_merged(SYSTEM, question)
