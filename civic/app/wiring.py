"""What follows from each event, on one page: event -> reactions."""

from civic.accounts.events import RoleChanged
from civic.app import telling
from civic.cases import jobs as cases
from civic.cases.events import (
    AnswerRevised,
    AnswerSentBack,
    AnswerSentToHead,
    AuthorAnswered,
    AuthorAsked,
    CaseAnswered,
    CaseAssigned,
    CaseExtended,
    CaseOpened,
    CaseReopened,
    CaseReturned,
    PartAsked,
    PartGiven,
    WeekClosed,
)
from civic.comments import jobs as comments
from civic.consultations import jobs as consultations
from civic.consultations.events import (
    ConsultationApproved,
    ConsultationReturned,
    ConsultationSubmitted,
    PhaseOpened,
    ReportDue,
    ReportPublished,
)
from civic.contributions import jobs as contributions
from civic.contributions.events import (
    ContributionEdited,
    ContributionHidden,
    ContributionMasked,
    ContributionMerged,
    ContributionPublished,
    ContributionReturned,
    ContributionSubmitted,
    ContributionUnmerged,
    ContributionWithdrawn,
    EndorsementAwaited,
)
from civic.core.outbox import Reaction, wire
from civic.cosigning.events import CosignAsked, CosignDeclined, Cosigned, CosignerLeft, CosignOffered
from civic.council import jobs as council
from civic.council.events import CouncilAsked
from civic.departments.events import DepartmentRetired
from civic.duties.events import DutyEscalated, PauseSpent
from civic.groups.events import GroupActivated, GroupAsked, JoinAsked, MemberAdmitted
from civic.meetings import jobs as meetings
from civic.meetings.events import ItemPlaced, MeetingCancelled
from civic.merging import jobs as merging
from civic.moderation import jobs as moderation
from civic.moderation.events import (
    AppealJudged,
    AppealMade,
    DecisionMade,
    DecisionTaken,
    ReviewOverdue,
    WritingOpened,
    WritingShut,
)
from civic.notifications import council as council_news
from civic.notifications import jobs as notifications
from civic.outcomes import jobs as outcomes
from civic.outcomes.events import (
    PromiseAsked,
    PromiseConfirmed,
    PromiseDisputed,
    PromiseDue,
    PromiseHandedOver,
    PromiseProgressed,
    PromiseReported,
    SheetDoubted,
)
from civic.problems import jobs as problems
from civic.reports import jobs as reports
from civic.resolutions import jobs as resolutions
from civic.resolutions.events import (
    ClauseHandedOver,
    ClauseLate,
    ClauseReported,
    ClauseSentBack,
    ClauseVerified,
    ResolutionPassed,
)
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
    ContributionMasked: [contributions.index_text, meetings.follow_title],
    ContributionMerged: [contributions.index_text, problems.count_after_merge],
    ContributionUnmerged: [contributions.index_text, problems.count_after_merge],
    ContributionReturned: [
        contributions.index_text,
        comments.count_replies,
        problems.count_answers,
        merging.let_go,
    ],
    ContributionHidden: [
        contributions.index_text,
        moderation.drop,
        comments.count_replies,
        problems.count_answers,
        merging.let_go,
    ],
    ContributionWithdrawn: [
        contributions.index_text,
        moderation.drop,
        comments.count_replies,
        problems.count_answers,
        merging.let_go,
    ],
    DecisionTaken: [moderation.carry_out],
    DecisionMade: [],
    ThresholdReached: [votes.note_threshold, cases.open_for_threshold],
    VoteClosed: [reports.after_vote],
    CaseOpened: [],
    CaseAssigned: [],
    CaseReturned: [],
    CaseReopened: [],
    CaseExtended: [],
    AuthorAsked: [],
    AuthorAnswered: [],
    WeekClosed: [],
    PartAsked: [],
    PartGiven: [],
    AnswerSentToHead: [],
    AnswerSentBack: [],
    CaseAnswered: [outcomes.keep_promise, council.note_answer, reports.after_answer],
    CouncilAsked: [],
    AnswerRevised: [outcomes.follow_revision],
    DepartmentRetired: [cases.hand_over, outcomes.hand_over, resolutions.hand_over],
    DutyEscalated: [cases.note_escalation, resolutions.warn],
    PauseSpent: [cases.note_spent_pause],
    PromiseReported: [],
    PromiseHandedOver: [],
    ClauseHandedOver: [],
    PromiseDue: [],
    PromiseConfirmed: [],
    PromiseDisputed: [],
    ItemPlaced: [],
    MeetingCancelled: [],
    ResolutionPassed: [],
    ClauseReported: [],
    ClauseSentBack: [],
    ClauseVerified: [],
    ClauseLate: [],
    ReportPublished: [reports.after_consultation],
}

TOLD: dict[type, list[Reaction]] = {
    RoleChanged: [notifications.tell_role],
    EndorsementAwaited: [notifications.tell_endorsement],
    ContributionPublished: [notifications.tell_published],
    ContributionEdited: [notifications.tell_edited],
    ContributionReturned: [notifications.tell_returned],
    ContributionWithdrawn: [notifications.tell_withdrawn],
    ContributionMerged: [notifications.tell_merged],
    ContributionUnmerged: [notifications.tell_unmerged],
    DecisionMade: [notifications.tell_decision],
    AppealMade: [notifications.tell_appeal],
    AppealJudged: [notifications.tell_appeal_judged],
    WritingShut: [notifications.tell_writing_shut],
    WritingOpened: [notifications.tell_writing_opened],
    ReviewOverdue: [notifications.tell_review_overdue],
    ThresholdReached: [notifications.tell_threshold],
    VoteClosed: [consultations.end_vote, notifications.tell_vote_closed],
    CaseOpened: [notifications.tell_case],
    CaseAssigned: [notifications.tell_assigned],
    CaseReturned: [notifications.tell_case_returned],
    CaseReopened: [notifications.tell_reopened],
    CaseExtended: [notifications.tell_extended],
    AuthorAsked: [notifications.tell_author_asked],
    AuthorAnswered: [notifications.tell_author_answered],
    PauseSpent: [notifications.tell_pause_spent],
    DutyEscalated: [notifications.tell_escalated],
    WeekClosed: [notifications.tell_week],
    PartAsked: [notifications.tell_part_asked],
    PartGiven: [notifications.tell_part_given],
    AnswerRevised: [notifications.tell_revised],
    AnswerSentToHead: [notifications.tell_head],
    AnswerSentBack: [notifications.tell_writer],
    CouncilAsked: [notifications.tell_council_asked],
    CaseAnswered: [notifications.tell_answer],
    PromiseDue: [notifications.tell_promise_due],
    PromiseProgressed: [notifications.tell_promise_progressed],
    PromiseAsked: [notifications.tell_promise_asked],
    SheetDoubted: [notifications.tell_sheet_doubted],
    PromiseHandedOver: [notifications.tell_promise_handed_over],
    PromiseReported: [notifications.tell_promise_reported],
    PromiseConfirmed: [notifications.tell_promise_confirmed],
    PromiseDisputed: [notifications.tell_promise_disputed],
    ConsultationSubmitted: [notifications.tell_consultation_submitted],
    ConsultationApproved: [notifications.tell_consultation_approved],
    ConsultationReturned: [notifications.tell_consultation_returned],
    PhaseOpened: [notifications.tell_phase],
    ReportDue: [notifications.tell_report_due],
    ReportPublished: [notifications.tell_report],
    ItemPlaced: [council_news.tell_placed],
    MeetingCancelled: [council_news.tell_cancelled],
    ResolutionPassed: [council_news.tell_passed],
    ClauseReported: [council_news.tell_reported],
    ClauseSentBack: [council_news.tell_sent_back],
    ClauseVerified: [council_news.tell_verified],
    ClauseHandedOver: [council_news.tell_handed_over],
    ClauseLate: [council_news.tell_late],
    CosignAsked: [notifications.tell_cosign_asked],
    CosignOffered: [notifications.tell_cosign_offered],
    Cosigned: [notifications.tell_cosigned],
    CosignDeclined: [notifications.tell_cosign_declined],
    CosignerLeft: [notifications.tell_cosigner_left],
    GroupAsked: [notifications.tell_group_asked],
    GroupActivated: [notifications.tell_group_activated],
    JoinAsked: [notifications.tell_join_asked],
    MemberAdmitted: [notifications.tell_admitted],
}
"""Who hears of it, after everything else."""

for _event, _reactions in TOLD.items():
    REACTIONS.setdefault(_event, []).extend(_reactions)


def setup() -> None:
    telling.setup()
    wire(REACTIONS)
