"""A city's rows for the inspectors' checks, in bulk: what is usual, and what is not."""

from datetime import date, timedelta

from civic.cases.models import Answer, Case
from civic.cases.rules import AnswerKind, AnswerStatus, CaseStatus, Door
from civic.contributions.models import Step
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.db import db
from civic.duties.models import Duty
from civic.meetings.models import Organ, Term
from civic.meetings.rules import OrganKind
from civic.moderation.models import Appeal, Decision, Item
from civic.moderation.rules import AppealStatus, ItemReason, ItemStatus, Verdict
from civic.outcomes.models import Promise, PromiseRound
from civic.outcomes.rules import PromiseStatus
from civic.resolutions.models import Clause, Resolution
from civic.resolutions.rules import ClauseKind, DueKind, ResolutionStatus
from civic.supervision.models import VoteHour
from tests.make.basics import contribution


def bare_case(
    author_id: int, department_id: int, *, late_days: int | None = None, returned_by: int | None = None, number: str = ""
) -> int:  # fmt: skip
    """A case as a row: owed and so many days late, or (None) not due yet."""
    moment = clock.now()
    due = moment - timedelta(days=late_days) if late_days is not None else moment + timedelta(days=5)
    thing = contribution(author_id)
    duty = Duty(
        department_id=department_id,
        opened_at=due - timedelta(days=20),
        due_at=due,
        working_minutes=9600,
        next_at=None,
    )
    db.session.add(duty)
    db.session.flush()
    case = Case(
        number=number or f"م-{thing.id}", contribution_id=thing.id, door=Door.THRESHOLD, status=CaseStatus.ASSIGNED,
        department_id=department_id, duty_id=duty.id, opened_at=due - timedelta(days=20), due_at=due,
        return_count=1 if returned_by else 0,
    )  # fmt: skip
    db.session.add(case)
    if returned_by:
        db.session.add(
            Step(
                contribution_id=thing.id,
                kind=StepKind.CASE_RETURNED,
                at=moment,
                data={"department": returned_by},
            )
        )
    db.session.flush()
    return case.id


def bare_answer(author_id: int, department_id: int, writer_id: int, text: str) -> int:
    """A published answer with these words."""
    case = db.session.get_one(Case, bare_case(author_id, department_id))
    case.status, case.answered_at = CaseStatus.ANSWERED, clock.now()
    answer = Answer(
        case_id=case.id, status=AnswerStatus.PUBLISHED, kind=AnswerKind.ALREADY_DONE, what=text, why="", written_by_id=writer_id,
        approved_by_id=writer_id, published_at=clock.now(),
    )  # fmt: skip
    db.session.add(answer)
    db.session.flush()
    return answer.id


def bare_promise(author_id: int, department_id: int, writer_id: int, *, disputed: bool = False) -> int:
    """A promise that was reported done, and what the people said."""
    answer = db.session.get_one(Answer, bare_answer(author_id, department_id, writer_id, "انجام می‌شود"))
    case = db.session.get_one(Case, answer.case_id)
    promise = Promise(
        answer_id=answer.id, case_id=case.id, contribution_id=case.contribution_id, department_id=department_id, text="کار",
        due_on=date(2026, 1, 1), status=PromiseStatus.OPEN if disputed else PromiseStatus.CONFIRMED, made_at=clock.now(),
        reported_at=clock.now(), asked_at=clock.now(),
    )  # fmt: skip
    db.session.add(promise)
    db.session.flush()
    db.session.add(
        PromiseRound(
            promise_id=promise.id,
            number=1,
            begun_at=clock.now(),
            disputed_at=clock.now() if disputed else None,
        )
    )
    db.session.flush()
    return promise.id


def vote_hours(question_id: int, counts: list[int]) -> None:
    """What a question got in each of the last hours, oldest first."""
    end = clock.now().replace(minute=0, second=0, microsecond=0)
    for back, n in enumerate(reversed(counts), 1):
        if n:
            db.session.add(VoteHour(question_id=question_id, hour=end - timedelta(hours=back), n=n))


def bare_appeal(author_id: int, moderator_id: int, other_id: int, *, overturned: bool) -> int:
    """A decision against which somebody appealed, and what another moderator said."""
    moment = clock.now()
    thing = contribution(author_id)
    item = Item(
        contribution_id=thing.id,
        status=ItemStatus.DECIDED,
        reason=ItemReason.NEW,
        opened_at=moment,
        due_at=moment,
    )
    db.session.add(item)
    db.session.flush()
    decision = Decision(
        number=f"ب-{item.id}", item_id=item.id, contribution_id=thing.id, contribution_kind="proposal", verdict=Verdict.HIDE,
        clause=1, decided_by_id=moderator_id, at=moment,
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    appeal = Appeal(
        decision_id=decision.id, by_id=author_id, author_id=author_id, first_id=moderator_id, clause=1, text="نادرست است",
        status=AppealStatus.OVERTURNED if overturned else AppealStatus.UPHELD, at=moment, due_at=moment + timedelta(days=3),
        judged_by_id=other_id, judged_at=moment, answer="دیده شد",
    )  # fmt: skip
    db.session.add(appeal)
    db.session.flush()
    return appeal.id


def bare_clause(resolution_id: int, department_id: int, *, late_days: int | None = None) -> int:
    """A clause in force: so many days past its day, or (None) not due yet."""
    today = clock.today()
    clause = Clause(
        resolution_id=resolution_id, position=1, kind=next(iter(ClauseKind)), text="کار", department_id=department_id,
        due_kind=DueKind.DATE, due_on=today - timedelta(days=late_days) if late_days is not None else today + timedelta(days=9),
    )  # fmt: skip
    db.session.add(clause)
    db.session.flush()
    return clause.id


def bare_resolution() -> int:
    """A resolution in force, of a council that is only named."""
    today = clock.today()
    term = Term(number=90, starts_on=today - timedelta(days=90), ends_on=today + timedelta(days=900))
    organ = Organ(kind=next(iter(OrganKind)), name_fa="شورای آزمون")
    db.session.add_all([term, organ])
    db.session.flush()
    resolution = Resolution(
        term_id=term.id, organ_id=organ.id, number="۱۲/آزمون", title="مصوبهٔ آزمون", text="متن", why="دلیل", approved_on=today,
        status=ResolutionStatus.IN_FORCE, passed_at=clock.now(),
    )  # fmt: skip
    db.session.add(resolution)
    db.session.flush()
    return resolution.id
