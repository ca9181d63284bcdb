"""Cases, answers, promises, votes as they stand after the fact."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from civic.accounts.rules import Identity, Residence
from civic.cases import service as cases
from civic.cases.models import Case
from civic.cases.rules import AnswerKind, Door
from civic.contributions.queries import by_id
from civic.contributions.rules import ContributionKind
from civic.core import clock
from civic.core.actor import SYSTEM, Kind
from civic.core.db import db
from civic.duties.models import Holiday
from civic.groups.queries import actor_of
from civic.outcomes import service as outcomes
from civic.outcomes.models import Promise
from civic.proposals.models import Proposal
from civic.votes.models import Ballot, BallotChoice, Participation, Question, Tally
from tests.make.basics import contribution


def holiday(day: date, title: str = "تعطیل") -> None:
    db.session.add(Holiday(day=day, title=title))


def base_proposal(author_id: int, **more: object) -> int:
    """A public proposal without its vote."""
    row = contribution(author_id, ContributionKind.PROPOSAL, **more)  # type: ignore[arg-type]
    db.session.add(Proposal(id=row.id))
    db.session.flush()
    return row.id


def open_case(
    contribution_id: int, *, department_id: int | None = None, door: Door = Door.THRESHOLD, note: str = ""
) -> int:
    case = cases.open_case(
        SYSTEM, by_id(contribution_id), door=door, door_note=note, department_id=department_id
    )
    return case.id


def answered(
    case_id: int,
    writer_id: int,
    head_id: int,
    *,
    kind: AnswerKind = AnswerKind.PARTLY,
    due: date | None = None,
) -> int:
    """A published answer, through the real verbs; its promise is kept in the book at once."""
    case = db.session.get_one(Case, case_id)
    values = {"what": "چهار ایستگاه سرپوشیده می‌شود.", "why": "پیاده‌رو باریک است."}
    if kind in {AnswerKind.ACCEPTED, AnswerKind.PARTLY}:
        values |= {
            "promise_text": "چهار ایستگاه سرپوشیده",
            "promise_due": due or clock.today() + timedelta(days=30),
        }
    if kind is AnswerKind.DECLINED:
        values |= {"decline_reason": "budget"}
    cases.save_answer(actor_of(writer_id), case, kind=kind, **values)  # type: ignore[arg-type]
    cases.send_to_head(actor_of(writer_id), case)
    answer = cases.approve(actor_of(head_id), case)
    outcomes.keep(SYSTEM, answer, case)
    db.session.flush()
    return answer.id


def promise_id(answer_id: int) -> int:
    return db.session.scalars(select(Promise.id).where(Promise.answer_id == answer_id)).one()


def bare_question(contribution_id: int, *, threshold: int = 100) -> int:
    row = Question(
        contribution_id=contribution_id, opens_at=clock.now(), closes_at=clock.now() + timedelta(days=60),
        threshold=threshold,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for key in ("for", "against"):
        db.session.add(Tally(question_id=row.id, option_key=key, contribution_id=contribution_id, ballots=0))
    db.session.flush()
    return row.id


def bare_votes(
    question_id: int, n: int, *, choice: str = "for", at: datetime | None = None, voters: tuple[int, ...] = ()
) -> None:
    """Ballots as rows, without people behind them unless `voters` are named."""
    moment = at or clock.now()
    for i in range(n):
        ballot = Ballot(
            question_id=question_id, voter_key=f"{moment.timestamp()}-{choice}-{i}-{question_id}", capacity=Kind.CITIZEN,
            identity_level=Identity.PHONE, residence_level=Residence.NONE, cast_at=moment, changed_at=moment, nonce="n",
        )  # fmt: skip
        db.session.add(ballot)
        db.session.flush()
        db.session.add(BallotChoice(ballot_id=ballot.id, option_key=choice))
    for user_id in voters:
        db.session.add(Participation(user_id=user_id, question_id=question_id))
    tally = db.session.get(Tally, (question_id, choice))
    if tally is not None:
        tally.ballots += n
    db.session.flush()
