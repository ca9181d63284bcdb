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
from civic.comments import jobs as comments
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
from civic.moderation import jobs as moderation
from civic.moderation.events import DecisionMade
from civic.outcomes import jobs as outcomes
from civic.outcomes.events import PromiseConfirmed, PromiseDisputed, PromiseDue, PromiseReported
from civic.problems import jobs as problems
from civic.votes import jobs as votes
from civic.votes.events import ThresholdReached, VoteClosed

REACTIONS: dict[type, list[Reaction]] = {
    RoleChanged: [],
    ContributionSubmitted: [moderation.queue_up],
    EndorsementAwaited: [],
    ContributionPublished: [
        contributions.index_text,
        votes.open_for_proposal,
        comments.count_replies,
        problems.count_answers,
    ],
    ContributionEdited: [contributions.index_text],
    ContributionReturned: [contributions.index_text, comments.count_replies, problems.count_answers],
    ContributionHidden: [
        contributions.index_text,
        moderation.drop,
        comments.count_replies,
        problems.count_answers,
    ],
    ContributionWithdrawn: [
        contributions.index_text,
        moderation.drop,
        comments.count_replies,
        problems.count_answers,
    ],
    DecisionMade: [],
    ThresholdReached: [cases.open_for_threshold, votes.note_threshold],
    VoteClosed: [],
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
