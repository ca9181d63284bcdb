"""Who is told after what. The senders of letters are in `sending.py`; the clock finds them here, too."""

from sqlalchemy import Integer, literal, select

from civic.accounts.events import RoleChanged
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
from civic.consultations.events import (
    ConsultationApproved,
    ConsultationReturned,
    ConsultationSubmitted,
    PhaseOpened,
    ReportDue,
    ReportPublished,
)
from civic.contributions import queries as contributions
from civic.contributions.events import (
    ContributionEdited,
    ContributionMerged,
    ContributionPublished,
    ContributionReturned,
    ContributionUnmerged,
    ContributionWithdrawn,
    EndorsementAwaited,
)
from civic.contributions.rules import READABLE, ContributionKind, Status, StepKind
from civic.core.actor import SYSTEM
from civic.cosigning.events import CosignAsked, CosignDeclined, Cosigned, CosignerLeft, CosignOffered
from civic.council.events import CouncilAsked
from civic.duties.events import DutyEscalated, PauseSpent
from civic.groups.events import GroupActivated, GroupAsked, JoinAsked, MemberAdmitted
from civic.moderation.events import (
    AppealJudged,
    AppealMade,
    DecisionMade,
    ReviewOverdue,
    WritingOpened,
    WritingShut,
)
from civic.notifications import queries, service
from civic.notifications.sending import send_letters, send_messages, send_texts
from civic.notifications.service import News
from civic.notifications.sources import People, ask
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
from civic.votes.events import ThresholdReached, VoteClosed

__all__ = ["send_letters", "send_messages", "send_texts"]


def _all(contribution_id: int) -> People:
    """Everyone involved and everyone who voted, less those who muted it."""
    concerned = contributions.concerned(contribution_id)
    voters = ask().voters(contribution_id)
    everyone = concerned.union(voters).subquery()
    column = everyone.c[0]
    return contributions.unmuted(contribution_id, column)


def _tell_all(
    event: object, kind: str, contribution_id: int, *, but: int | None = None, **data: object
) -> None:
    service.tell(SYSTEM, _name(event), [News(kind, _all(contribution_id), contribution_id, data, but)])


def _name(event: object) -> str:
    """The event as one short word: the same news is told once."""
    return ":".join([type(event).__name__, *[str(value) for value in vars(event).values()]])[:80]


def _person(user_id: int | None) -> People:
    return select(literal(user_id or 0, Integer))


def tell_published(event: ContributionPublished) -> None:
    """The author; under a comment those who wrote the thing it is about; for a proposal those who have its problem."""
    if not event.first:
        return
    contribution = contributions.by_id(event.contribution_id)
    news = []
    if contribution.kind is not ContributionKind.CONSULTATION:
        news.append(News("published", _person(contribution.author_id), contribution.id))
    if contribution.subject_id:
        subject = contributions.by_id(contribution.subject_id)
        news.append(News("comment", _person(subject.author_id), subject.id, but=contribution.author_id))
    news += [
        News("linked", _all(problem_id), contribution.id, but=contribution.author_id)
        for problem_id in ask().problems_answered(contribution.id)
    ]
    service.tell(SYSTEM, _name(event), news)


def tell_decision(event: DecisionMade) -> None:
    """The author hears the reason; those who reported hear what became of it."""
    decided = ask().decision(event.decision_id)
    contribution = contributions.by_id(decided.contribution_id)
    kind = {"return": "returned", "hide": "hidden", "hide_photo": "photo_hidden", "mask": "masked"}.get(
        decided.verdict
    )
    news = []
    if kind:
        data = {"clause": decided.words, "note": decided.note, "decision_id": event.decision_id}
        news.append(News(kind, _person(contribution.author_id), contribution.id, data))
    news.append(News("report_heard", decided.reporters, None, {"verdict": decided.verdict}))
    service.tell(SYSTEM, _name(event), news)


def tell_appeal(event: AppealMade) -> None:
    """The moderators who may judge it."""
    found = ask().appeal(event.appeal_id)
    news = News("appeal_waiting", found.judges, None, {"appeal_id": event.appeal_id})
    service.tell(SYSTEM, _name(event), [news])


def tell_appeal_judged(event: AppealJudged) -> None:
    """The author and whoever appealed hear the outcome with its reason; those who reported hear it too."""
    found = ask().appeal(event.appeal_id)
    data = {"decision_id": found.decision_id, "note": found.answer}
    if found.decision_id is None:
        news = [News(f"block_{found.outcome}", found.people, None, data)]
    else:
        kind = f"appeal_{found.outcome}"
        reported = News("report_overturned", found.reporters) if found.outcome == "overturned" else None
        news = [News(kind, found.people, found.contribution_id, data), *([reported] if reported else [])]
    service.tell(SYSTEM, _name(event), news)


def tell_writing_shut(event: WritingShut) -> None:
    """The person, with the clause, the reason and the day."""
    found = ask().block(event.block_id)
    data = {
        "clause": found.words,
        "note": found.reason,
        "day": found.until.isoformat() if found.until else "",
    }
    kind = "writing_shut" if found.until else "writing_shut_for_good"
    service.tell(SYSTEM, _name(event), [News(kind, _person(found.user_id), None, data)])


def tell_writing_opened(event: WritingOpened) -> None:
    """The person may write again."""
    found = ask().block(event.block_id)
    service.tell(SYSTEM, _name(event), [News("writing_opened", _person(found.user_id))])


def tell_review_overdue(event: ReviewOverdue) -> None:
    """The moderators, once in the morning."""
    data = {"items": event.items, "appeals": event.appeals}
    news = News("review_overdue", ask().moderators(), None, data)
    service.tell(SYSTEM, f"ReviewOverdue:{event.day}", [news])


def tell_returned(event: ContributionReturned) -> None:
    """The author hears why the group's manager gave it back; a moderator's reason comes with the decision."""
    if not event.by_group:
        return
    contribution = contributions.by_id(event.contribution_id)
    steps = contributions.steps_of(contribution.id)
    last = [step for step in steps if step.kind is StepKind.RETURNED and step.detail == "group"][-1]
    news = News("returned_by_group", _person(contribution.author_id), contribution.id, {"note": last.note})
    service.tell(SYSTEM, f"ReturnedByGroup:{last.id}", [news])


def tell_edited(event: ContributionEdited) -> None:
    """Those who voted on or follow a text that has changed. Changed comments are nobody's news."""
    contribution = contributions.by_id(event.contribution_id)
    if contribution.kind is ContributionKind.COMMENT:
        return
    dedup = f"Edited:{contribution.id}:{contribution.version}"
    news = News("edited", _all(contribution.id), contribution.id, but=contribution.author_id)
    service.tell(SYSTEM, dedup, [news])


def tell_withdrawn(event: ContributionWithdrawn) -> None:
    """Everyone but the author."""
    contribution = contributions.by_id(event.contribution_id)
    if contribution.published_at is None or contribution.kind is ContributionKind.COMMENT:
        return
    _tell_all(event, "withdrawn", contribution.id, but=contribution.author_id)


def tell_merged(event: ContributionMerged) -> None:
    """Everyone of both, once: those of the merged text in its words, the rest in those of its target."""
    _tell_both(event, "merged", "took_in")


def tell_unmerged(event: ContributionUnmerged) -> None:
    """Everyone of both, once; those of a text that is out of sight hear only of what they can read."""
    _tell_both(event, "unmerged", "gave_back")


def _tell_both(event: ContributionMerged | ContributionUnmerged, one: str, into: str) -> None:
    steps = contributions.steps_of(event.contribution_id)
    note = {"note": next((step.note for step in steps if step.id == event.step_id), "")}
    news = [
        News(kind, _all(contribution_id), contribution_id, note)
        for kind, contribution_id in ((one, event.contribution_id), (into, event.into_id))
        if contributions.by_id(contribution_id).status in READABLE
    ]
    service.tell(SYSTEM, _name(event), news)


def tell_cosign_asked(event: CosignAsked) -> None:
    """The invited person, or the managers of the invited group."""
    about = ask().cosigning(event.cosigner_id)
    service.tell(SYSTEM, _name(event), [News("cosign_asked", about.asked, about.contribution_id)])


def tell_cosign_offered(event: CosignOffered) -> None:
    """The author."""
    about = ask().cosigning(event.cosigner_id)
    news = News("cosign_offered", about.author, about.contribution_id, {"name": about.name})
    service.tell(SYSTEM, _name(event), [news])


def tell_cosigned(event: Cosigned) -> None:
    """Whoever asked for it."""
    about = ask().cosigning(event.cosigner_id)
    news = News("cosigned", about.asker, about.contribution_id, {"name": about.name})
    service.tell(SYSTEM, _name(event), [news])


def tell_cosign_declined(event: CosignDeclined) -> None:
    """Whoever asked for it, without a name."""
    about = ask().cosigning(event.cosigner_id)
    service.tell(SYSTEM, _name(event), [News("cosign_declined", about.asker, about.contribution_id)])


def tell_cosigner_left(event: CosignerLeft) -> None:
    """The author."""
    about = ask().cosigning(event.cosigner_id)
    news = News("cosign_left", about.author, about.contribution_id, {"name": about.name})
    service.tell(SYSTEM, _name(event), [news])


def tell_endorsement(event: EndorsementAwaited) -> None:
    """The group's managers, each time it is sent."""
    contribution = contributions.by_id(event.contribution_id)
    sent = [s.id for s in contributions.steps_of(contribution.id) if s.kind is StepKind.SUBMITTED]
    news = News(
        "endorse",
        ask().managers(event.group_id),
        contribution.id,
        {"group_id": event.group_id},
        contribution.author_id,
    )
    service.tell(SYSTEM, f"Endorse:{contribution.id}:{sent[-1] if sent else 0}", [news])


def tell_threshold(event: ThresholdReached) -> None:
    """Everyone concerned."""
    _tell_all(event, "threshold", event.contribution_id)


def tell_vote_closed(event: VoteClosed) -> None:
    """Everyone concerned. Of what is merged nobody waits for a result of its own."""
    if contributions.by_id(event.contribution_id).status is not Status.MERGED:
        _tell_all(event, "vote_closed", event.contribution_id)


def tell_case(event: CaseOpened) -> None:
    """Those who are to answer, or triage while no department is named; then everyone concerned.

    Of a council member's question the department hears with the question itself.
    """
    contribution = contributions.by_id(event.contribution_id)
    desk = ask().desk(event.case_id)
    data = {"case_id": event.case_id}
    news = []
    if desk.department_id is None:
        news.append(News("case_triage", desk.triage, contribution.id, data))
    elif contribution.kind is not ContributionKind.QUESTION:
        news.append(News("case_new", desk.staff, contribution.id, data))
    news.append(News("case_opened", _all(contribution.id), contribution.id))
    service.tell(SYSTEM, _name(event), news)


def tell_assigned(event: CaseAssigned) -> None:
    """The officer who is to write the answer; without one, the department that has the case now."""
    desk = ask().desk(event.case_id)
    if event.officer_id is not None:
        kind, people = "case_yours", _person(event.officer_id)
    elif desk.department_id is not None:
        kind, people = "case_new", desk.staff
    else:
        return  # given back before anybody was told
    _tell_of_case(kind, event.case_id, event.contribution_id, people)


def tell_case_returned(event: CaseReturned) -> None:
    """The triage desk."""
    desk = ask().desk(event.case_id)
    if desk.department_id is None:
        _tell_of_case("case_returned", event.case_id, event.contribution_id, desk.triage)


def tell_head(event: AnswerSentToHead) -> None:
    """The heads of the department."""
    desk = ask().desk(event.case_id)
    _tell_of_case("answer_to_approve", event.case_id, desk.contribution_id, desk.heads)


def tell_writer(event: AnswerSentBack) -> None:
    """Whoever wrote it."""
    desk = ask().desk(event.case_id)
    people = _person(ask().writer(event.answer_id))
    _tell_of_case("answer_sent_back", event.case_id, desk.contribution_id, people)


def _tell_of_case(kind: str, case_id: int, contribution_id: int, people: People) -> None:
    """A case may go back and forth between desks: each time is news."""
    time_of = queries.count_told(kind, case_id)
    service.tell(
        SYSTEM, f"{kind}:{case_id}:{time_of}", [News(kind, people, contribution_id, {"case_id": case_id})]
    )


def tell_author_asked(event: AuthorAsked) -> None:
    """The author, with the question."""
    contribution = contributions.by_id(event.contribution_id)
    data = {"question_id": event.question_id, "note": ask().asked(event.question_id)}
    news = News("author_asked", _person(contribution.author_id), contribution.id, data)
    service.tell(SYSTEM, _name(event), [news])


def tell_author_answered(event: AuthorAnswered) -> None:
    """Whoever writes the answer, or the whole department."""
    desk = ask().desk(event.case_id)
    people = desk.officer if desk.officer is not None else desk.staff
    news = News("author_answered", people, event.contribution_id, {"case_id": event.case_id})
    service.tell(SYSTEM, _name(event), [news])


def tell_pause_spent(event: PauseSpent) -> None:
    """Whoever writes the answer, or the whole department: the clock runs again."""
    found = ask().desk_of_duty(event.duty_id)
    if found is None:
        return
    case_id, desk = found
    people = desk.officer if desk.officer is not None else desk.staff
    news = News("pause_spent", people, desk.contribution_id, {"case_id": case_id})
    service.tell(SYSTEM, _name(event), [news])


def tell_extended(event: CaseExtended) -> None:
    """Everyone concerned."""
    _tell_all(event, "case_extended", event.contribution_id)


def tell_reopened(event: CaseReopened) -> None:
    """The department: it owes an answer again. Those concerned heard of it with the dispute."""
    desk = ask().desk(event.case_id)
    _tell_of_case("case_reopened", event.case_id, event.contribution_id, desk.staff)


def tell_revised(event: AnswerRevised) -> None:
    """Everyone who was told of the answer hears that it changed."""
    _tell_all(event, "answer_revised", event.contribution_id)


def tell_escalated(event: DutyEscalated) -> None:
    """75: whoever writes the answer, all of the department while nobody does. 100: its heads. 150: those above them."""
    found = ask().desk_of_duty(event.duty_id)
    if found is None:
        return
    case_id, desk = found
    people: People | None
    if desk.department_id is None:
        people = desk.triage
    elif event.level >= 150:
        people = desk.above
    elif event.level >= 100:
        people = desk.heads
    else:
        people = desk.officer if desk.officer is not None else desk.staff
    if people is not None:
        news = News(f"case_late_{event.level}", people, desk.contribution_id, {"case_id": case_id})
        service.tell(SYSTEM, _name(event), [news])


def tell_week(event: WeekClosed) -> None:
    """The members of the council, once a week."""
    data = {"week": event.last_day, "n": event.cases}
    service.tell(SYSTEM, _name(event), [News("council_overdue", ask().council(), None, data)])


def tell_part_asked(event: PartAsked) -> None:
    """The other department."""
    data = {"case_id": event.case_id}
    news = News("part_asked", ask().staff(event.department_id), event.contribution_id, data)
    service.tell(SYSTEM, _name(event), [news])


def tell_part_given(event: PartGiven) -> None:
    """Whoever writes the answer, or the whole department."""
    desk = ask().desk(event.case_id)
    people = desk.officer if desk.officer is not None else desk.staff
    news = News("part_given", people, event.contribution_id, {"case_id": event.case_id})
    service.tell(SYSTEM, _name(event), [news])


def tell_council_asked(event: CouncilAsked) -> None:
    """The department that owes the answer; those who are concerned with what the question is about."""
    question = contributions.by_id(event.question_id)
    news = []
    found = ask().desk_of(question.id)
    if found is not None:
        case_id, desk = found
        news.append(News("council_asked", desk.staff, question.id, {"case_id": case_id}, question.author_id))
    if event.about_id:
        news.append(News("council_asked_about", _all(event.about_id), question.id, but=question.author_id))
    service.tell(SYSTEM, _name(event), news)


def tell_answer(event: CaseAnswered) -> None:
    """Everyone concerned, with the word of the answer."""
    answers = [s for s in contributions.steps_of(event.contribution_id) if s.kind is StepKind.ANSWERED]
    _tell_all(event, "answered", event.contribution_id, answer=answers[-1].detail if answers else "")


def tell_promise_due(event: PromiseDue) -> None:
    """Everyone concerned is asked."""
    _tell_all(event, "promise_due", event.contribution_id, promise_id=event.promise_id)


def tell_promise_asked(event: PromiseAsked) -> None:
    """Those concerned who have not spoken about the newest report: on the 7th day, and once more on the 28th."""
    everyone = _all(event.contribution_id).subquery()
    silent = select(everyone.c[0]).where(everyone.c[0].not_in(ask().heard(event.promise_id)))
    kind = "promise_asked" if event.asking == "first" else "promise_asked_again"
    news = News(kind, silent, event.contribution_id, {"promise_id": event.promise_id})
    service.tell(SYSTEM, _name(event), [news])


def tell_promise_handed_over(event: PromiseHandedOver) -> None:
    """The department that keeps it now."""
    data = {"promise_id": event.promise_id}
    news = News("promise_handed_over", ask().staff(event.department_id), event.contribution_id, data)
    service.tell(SYSTEM, _name(event), [news])


def tell_promise_progressed(event: PromiseProgressed) -> None:
    """Everyone concerned."""
    _tell_all(event, "promise_progressed", event.contribution_id, promise_id=event.promise_id)


def tell_sheet_doubted(event: SheetDoubted) -> None:
    """The department looks, and the author is asked: is it done or not?"""
    contribution = contributions.by_id(event.contribution_id)
    data = {"promise_id": event.promise_id}
    news = [News("sheet_doubted_author", _person(contribution.author_id), contribution.id, data)]
    found = ask().desk_of(contribution.id)
    if found is not None:
        news.append(News("sheet_doubted", found[1].staff, contribution.id, data, contribution.author_id))
    service.tell(SYSTEM, _name(event), news)


def tell_promise_reported(event: PromiseReported) -> None:
    """Everyone concerned is asked; again when it was disputed and is reported anew."""
    _tell_again(event, "promise_reported", event.promise_id, event.contribution_id, StepKind.REPORTED_DONE)


def tell_promise_confirmed(event: PromiseConfirmed) -> None:
    """Everyone concerned."""
    _tell_again(event, "promise_confirmed", event.promise_id, event.contribution_id, StepKind.CONFIRMED)


def tell_promise_disputed(event: PromiseDisputed) -> None:
    """Everyone concerned; the department and its head, with the promise that owes a new report."""
    _tell_again(event, "promise_disputed", event.promise_id, event.contribution_id, StepKind.DISPUTED)
    found = ask().desk_of(event.contribution_id)
    if found is not None:
        dedup = _dedup_again(event, event.promise_id, event.contribution_id, StepKind.DISPUTED)
        data = {"promise_id": event.promise_id}
        news = News("promise_disputed_desk", found[1].staff, event.contribution_id, data)
        service.tell(SYSTEM, f"desk:{dedup}", [news])


def _tell_again(event: object, kind: str, promise_id: int, contribution_id: int, step: StepKind) -> None:
    """News that may come more than once for one promise: told once per step of the life line."""
    dedup = _dedup_again(event, promise_id, contribution_id, step)
    news = News(kind, _all(contribution_id), contribution_id, {"promise_id": promise_id})
    service.tell(SYSTEM, dedup, [news])


def _dedup_again(event: object, promise_id: int, contribution_id: int, step: StepKind) -> str:
    steps = [s.id for s in contributions.steps_of(contribution_id) if s.kind is step]
    return f"{type(event).__name__}:{promise_id}:{steps[-1] if steps else 0}"


def tell_consultation_submitted(event: ConsultationSubmitted) -> None:
    """The operators."""
    planned = ask().consultation(event.consultation_id)
    data = {"title": planned.title, "consultation_id": event.consultation_id}
    _tell_each_time("consultation_submitted", event.consultation_id, ask().operators(), data)


def tell_consultation_returned(event: ConsultationReturned) -> None:
    """The group's managers, with the reasons."""
    planned = ask().consultation(event.consultation_id)
    data = {"title": planned.title, "consultation_id": event.consultation_id, "note": planned.reason}
    _tell_each_time("consultation_returned", event.consultation_id, ask().managers(planned.group_id), data)


def _tell_each_time(kind: str, consultation_id: int, people: People, data: dict[str, object]) -> None:
    """A draft may go back and forth: each time is news."""
    time_of = queries.count_told(kind, consultation_id)
    service.tell(SYSTEM, f"{kind}:{consultation_id}:{time_of}", [News(kind, people, None, data)])


def tell_consultation_approved(event: ConsultationApproved) -> None:
    """The group's managers."""
    planned = ask().consultation(event.consultation_id)
    news = News("consultation_approved", ask().managers(planned.group_id), event.consultation_id)
    service.tell(SYSTEM, _name(event), [news])


def tell_phase(event: PhaseOpened) -> None:
    """That voting begins is news for everyone concerned; collecting begins with the publication."""
    if event.phase == "vote":
        _tell_all(event, "phase_vote", event.consultation_id)


def tell_report_due(event: ReportDue) -> None:
    """The group's managers."""
    planned = ask().consultation(event.consultation_id)
    news = News("report_due", ask().managers(planned.group_id), event.consultation_id)
    service.tell(SYSTEM, _name(event), [news])


def tell_report(event: ReportPublished) -> None:
    """Everyone who took part."""
    _tell_all(event, "report_published", event.consultation_id)


def tell_group_asked(event: GroupAsked) -> None:
    """The operators."""
    data = {"name": ask().group_name(event.group_id), "group_id": event.group_id}
    service.tell(SYSTEM, _name(event), [News("group_asked", ask().operators(), None, data)])


def tell_group_activated(event: GroupActivated) -> None:
    """Its managers, the first time."""
    data = {"name": ask().group_name(event.group_id), "group_id": event.group_id}
    service.tell(SYSTEM, _name(event), [News("group_activated", ask().managers(event.group_id), None, data)])


def tell_join_asked(event: JoinAsked) -> None:
    """The group's managers."""
    data = {"name": ask().group_name(event.group_id), "group_id": event.group_id}
    service.tell(SYSTEM, _name(event), [News("join_asked", ask().managers(event.group_id), None, data)])


def tell_admitted(event: MemberAdmitted) -> None:
    """The new member."""
    data = {"name": ask().group_name(event.group_id), "group_id": event.group_id}
    service.tell(SYSTEM, _name(event), [News("admitted", _person(event.user_id), None, data)])


def tell_role(event: RoleChanged) -> None:
    """The person whose sessions have just ended."""
    count = queries.count_told("role", event.user_id)
    news = News("role", _person(event.user_id), None, {"role": event.role, "consultation_id": event.user_id})
    service.tell(SYSTEM, f"role:{event.user_id}:{count}", [news])
