"""What follows from each event, on one page: event -> reactions."""

from civic.accounts.events import RoleChanged
from civic.cases import jobs as cases
from civic.cases.events import (
    AnswerSentBack,
    AnswerSentToHead,
    CaseAnswered,
    CaseAssigned,
    CaseOpened,
    CaseReturned,
)
from civic.contributions import jobs as contributions
from civic.contributions.events import (
    ContributionEdited,
    ContributionHidden,
    ContributionPublished,
    ContributionReturned,
    ContributionSubmitted,
    ContributionWithdrawn,
    EndorsementAwaited,
)
from civic.core.outbox import Reaction, wire
from civic.council import jobs as council
from civic.council.events import CouncilAsked
from civic.outcomes import jobs as outcomes
from civic.outcomes.events import PromiseConfirmed, PromiseDisputed, PromiseDue, PromiseReported
from civic.votes.events import ThresholdReached

REACTIONS: dict[type, list[Reaction]] = {
    RoleChanged: [],
    ContributionSubmitted: [],
    EndorsementAwaited: [],
    ContributionPublished: [contributions.index_text],
    ContributionEdited: [contributions.index_text],
    ContributionReturned: [contributions.index_text],
    ContributionHidden: [contributions.index_text],
    ContributionWithdrawn: [contributions.index_text],
    ThresholdReached: [cases.open_for_threshold],
    CaseOpened: [],
    CaseAssigned: [],
    CaseReturned: [],
    AnswerSentToHead: [],
    AnswerSentBack: [],
    CaseAnswered: [outcomes.keep_promise, council.note_answer],
    CouncilAsked: [],
    PromiseReported: [],
    PromiseDue: [],
    PromiseConfirmed: [],
    PromiseDisputed: [],
}


def setup() -> None:
    wire(REACTIONS)
