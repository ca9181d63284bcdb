"""Every read of questions, ballots and results. Pages read tallies and results; ballots are counted by closing and recount only."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import aliased, lazyload

from civic.audit.models import AuditEntry
from civic.contributions.models import Contribution
from civic.contributions.queries import visible
from civic.contributions.rules import ContributionKind, Status
from civic.core import clock, dates
from civic.core.actor import Actor
from civic.core.db import db, is_sqlite
from civic.core.errors import NotFound
from civic.votes.keys import voter_key
from civic.votes.models import (
    Ballot,
    BallotChoice,
    Convinced,
    Option,
    Participation,
    Question,
    Result,
    Tally,
    VoterSecret,
)
from civic.votes.rules import AGAINST, FOR, WITHDRAWN, BallotStatus, QuestionStatus, commitment

VOTE_ACTS = ("vote.cast", "vote.withdraw")


@dataclass(frozen=True)
class Standing:
    """Of what is voted on: may it still be, the secret its ballots are kept under, and what one may choose."""

    status: Status
    secret: str
    options: list[str]


def of_contribution(contribution_id: int) -> Question | None:
    return db.session.scalars(select(Question).where(Question.contribution_id == contribution_id)).first()


def readable_question(actor: Actor, contribution_id: int, kind: ContributionKind) -> Question:
    """The question of a thing this reader sees; NotFound otherwise."""
    return _found(_question(actor, contribution_id, kind))


def for_vote(actor: Actor, contribution_id: int, kind: ContributionKind) -> Question:
    """As `readable_question`, fresh, inside a transaction. Closing waits for the votes that got this far."""
    query = _question(actor, contribution_id, kind).execution_options(populate_existing=True)
    return _found(query if is_sqlite() else query.with_for_update(read=True, key_share=True, of=Question))


def _question(actor: Actor, contribution_id: int, kind: ContributionKind) -> Select[Question]:
    seen = visible(actor).where(Contribution.id == contribution_id, Contribution.kind == kind).subquery()
    return (
        select(Question).join(seen, seen.c.id == Question.contribution_id).options(lazyload(Question.options))
    )


def _found(query: Select[Question]) -> Question:
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def standing_of(question: Question) -> Standing:
    rows = db.session.execute(
        select(Contribution.status, VoterSecret.secret, Option.key)
        .join(VoterSecret, VoterSecret.space_id == Contribution.space_id)
        .join(Option, Option.question_id == question.id)
        .where(Contribution.id == question.contribution_id)
    ).all()
    return Standing(rows[0][0], rows[0][1], [row[2] for row in rows])


def ballot_of(question_id: int, key: str) -> tuple[Ballot | None, str]:
    """A person's ballot and what it says now ('' when withdrawn)."""
    row = db.session.execute(
        select(Ballot, BallotChoice.option_key)
        .outerjoin(BallotChoice, BallotChoice.ballot_id == Ballot.id)
        .where(Ballot.question_id == question_id, Ballot.voter_key == key)
        .execution_options(populate_existing=True)
    ).first()
    return (row[0], row[1] or "") if row else (None, "")


def lock_questions(contribution_ids: Sequence[int]) -> None:
    """Nobody votes on these until the transaction ends, and votes under way are waited for. Always in the same order."""
    query = select(Question.id).where(Question.contribution_id.in_(contribution_ids)).order_by(Question.id)
    db.session.execute(query if is_sqlite() else query.with_for_update(of=Question)).all()


def _supports() -> Select[int, str]:
    """(question, voter) of every vote in favour of what is merged, named by the question it is merged into.

    Whoever has a ballot there, whatever it says and even if withdrawn, is counted by that ballot alone.
    """
    old, own = aliased(Question), aliased(Ballot)
    return (
        select(Question.id, Ballot.voter_key)
        .select_from(Ballot)
        .join(BallotChoice, and_(BallotChoice.ballot_id == Ballot.id, BallotChoice.option_key == FOR))
        .join(old, old.id == Ballot.question_id)
        .join(Contribution, Contribution.id == old.contribution_id)
        .join(Question, Question.contribution_id == Contribution.merged_into_id)
        .where(
            Ballot.status == BallotStatus.CAST,
            ~exists().where(own.question_id == Question.id, own.voter_key == Ballot.voter_key),
        )
    )


def merged_support() -> Select[Any]:
    """(question, people) for every question that others are merged into: each person once."""
    people = _supports().subquery()
    return select(
        people.c[0].label("question_id"), func.count(func.distinct(people.c[1])).label("n")
    ).group_by(people.c[0])


def merged_people(question_id: int) -> int:
    """The same for one question."""
    people = _supports().where(Question.id == question_id).subquery()
    return db.session.scalar(select(func.count(func.distinct(people.c[1])))) or 0


def is_merged_support(question: Question, key: str) -> bool:
    """Is this person, who has no ballot here, counted for what was merged into it?"""
    query = _supports().where(Question.id == question.id, Ballot.voter_key == key)
    return db.session.execute(query.limit(1)).first() is not None


def has_merged(question: Question) -> bool:
    """Is anything that was voted on merged into it now?"""
    old = aliased(Question)
    query = (
        select(old.id)
        .join(Contribution, Contribution.id == old.contribution_id)
        .where(Contribution.merged_into_id == question.contribution_id)
    )
    return db.session.scalar(query.limit(1)) is not None


def would_add(one: Question, into: Question) -> int:
    """How many people in favour a merge would add: those without a ballot there and not counted there already."""
    own = aliased(Ballot)
    there = _supports().where(Question.id == into.id).subquery()
    query = (
        select(func.count())
        .select_from(Ballot)
        .join(BallotChoice, and_(BallotChoice.ballot_id == Ballot.id, BallotChoice.option_key == FOR))
        .where(
            Ballot.question_id == one.id,
            Ballot.status == BallotStatus.CAST,
            ~exists().where(own.question_id == into.id, own.voter_key == Ballot.voter_key),
            Ballot.voter_key.not_in(select(there.c[1])),
        )
    )
    return db.session.scalar(query) or 0


def cells_of(question_id: int) -> dict[str, dict[str, int]]:
    """Ballots by capacity and choice, counted from the rows: for closing only."""
    rows = db.session.execute(
        select(Ballot.capacity, BallotChoice.option_key, func.count())
        .join(BallotChoice, BallotChoice.ballot_id == Ballot.id)
        .where(Ballot.question_id == question_id, Ballot.status == BallotStatus.CAST)
        .group_by(Ballot.capacity, BallotChoice.option_key)
    )
    cells: dict[str, dict[str, int]] = defaultdict(dict)
    for capacity, option, n in rows:
        cells[str(capacity)][option] = n
    return dict(cells)


def due_to_close() -> Question | None:
    """One open question whose time is over, locked so that no vote comes in any more."""
    query = (
        select(Question)
        .where(Question.status == QuestionStatus.OPEN, Question.closes_at <= clock.now())
        .order_by(Question.closes_at)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if not is_sqlite():
        query = query.with_for_update(of=Question)
    return db.session.scalars(query).first()


def tallies_for(contribution_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Totals of many things in one query: {contribution: {option: ballots}}."""
    found: dict[int, dict[str, int]] = {n: {} for n in contribution_ids}
    if not found:
        return found
    rows = db.session.execute(
        select(Tally.contribution_id, Tally.option_key, Tally.ballots)
        .join(Question, Question.id == Tally.question_id)
        .where(Question.contribution_id.in_(contribution_ids))
    )
    for contribution_id, key, n in rows:
        found[contribution_id][key] = n
    return found


def tally(question_id: int) -> dict[str, int]:
    """The totals that pages show."""
    rows = db.session.execute(select(Tally.option_key, Tally.ballots).where(Tally.question_id == question_id))
    return {key: n for key, n in rows}  # noqa: C416 - a row is not a pair to the type checker


def counted(question_id: int) -> dict[str, int]:
    """The same, counted from the ballots."""
    rows = db.session.execute(
        select(BallotChoice.option_key, func.count())
        .join(Ballot, Ballot.id == BallotChoice.ballot_id)
        .where(Ballot.question_id == question_id, Ballot.status == BallotStatus.CAST)
        .group_by(BallotChoice.option_key)
    )
    return {key: n for key, n in rows}  # noqa: C416


def tally_json(contribution_id: int) -> dict[str, int]:
    """For the tally read of the API: `ballots` from the rows, `counted` and the sides as pages show them.

    Where others are merged into it also `supporters`, as pages show them, and `supporters_counted` from the rows.
    """
    question = of_contribution(contribution_id)
    if question is None:
        raise NotFound
    shown = tally(question.id)
    more = {}
    if question.has_merged:
        stored = db.session.get_one(Tally, (question.id, FOR))
        more = {
            "supporters": stored.supporters,
            "supporters_counted": counted(question.id).get(FOR, 0) + merged_people(question.id),
        }
    ballots = db.session.scalar(
        select(func.count()).where(Ballot.question_id == question.id, Ballot.status == BallotStatus.CAST)
    )
    return {
        "ballots": ballots or 0,
        "counted": sum(shown.values()),
        **{o.key: shown.get(o.key, 0) for o in question.options},
        **more,
    }


def result_of(contribution_id: int) -> Result | None:
    """What was published when voting closed; none before."""
    return db.session.scalars(
        select(Result)
        .join(Question, Question.id == Result.question_id)
        .where(Question.contribution_id == contribution_id)
    ).first()


def voters(contribution_id: int) -> Select[int]:
    """Ids of everyone who took part, whatever their choice: for notices."""
    return (
        select(Participation.user_id)
        .join(Question, Question.id == Participation.question_id)
        .where(Question.contribution_id == contribution_id)
    )


def own_votes(actor: Actor, *, limit: int = 50) -> Sequence[Any]:
    """What somebody took part in, newest first, for nobody but themselves: (contribution, closes_at)."""
    return db.session.execute(
        select(Contribution, Question.closes_at)
        .join(Question, Question.contribution_id == Contribution.id)
        .join(Participation, Participation.question_id == Question.id)
        .where(Participation.user_id == actor.signed_in(), Contribution.status == Status.PUBLIC)
        .order_by(Question.id.desc())
        .limit(limit)
    ).all()


def top_of_month(
    month_start: date, district_id: int | None, n: int, *, without: Select[int] | None = None
) -> list[tuple[int, int]]:
    """The proposals of a district (none: of the whole city) with the most votes in favour first given in a Jalali month.

    Below the threshold and still public; `without` leaves out what already has a case. (contribution, votes), most first.
    """
    start = dates.month_start(month_start)
    begin, end = clock.day_start(start), clock.day_start(dates.month_start(start + timedelta(days=32)))
    votes = func.count(Ballot.id)
    query = (
        select(Question.contribution_id, votes)
        .join(Contribution, Contribution.id == Question.contribution_id)
        .join(Ballot, Ballot.question_id == Question.id)
        .join(BallotChoice, and_(BallotChoice.ballot_id == Ballot.id, BallotChoice.option_key == FOR))
        .where(
            Contribution.kind == ContributionKind.PROPOSAL, Contribution.status == Status.PUBLIC,
            Contribution.district_id == district_id if district_id else Contribution.district_id.is_(None),
            Question.threshold.is_not(None), Question.threshold_reached_at.is_(None),
            Ballot.status == BallotStatus.CAST, Ballot.cast_at >= begin, Ballot.cast_at < end,
        )
        .group_by(Question.contribution_id)
        .order_by(votes.desc(), Question.contribution_id)
        .limit(n)
    )  # fmt: skip
    if without is not None:
        query = query.where(Question.contribution_id.not_in(without))
    return [(row[0], row[1]) for row in db.session.execute(query)]


def convinced_counts(comment_ids: Sequence[int]) -> dict[int, int]:
    """How many called each of these arguments of the other side convincing."""
    rows = db.session.execute(
        select(Convinced.comment_id, func.count())
        .where(Convinced.comment_id.in_(comment_ids))
        .group_by(Convinced.comment_id)
    )
    return {key: n for key, n in rows}  # noqa: C416


@dataclass(frozen=True)
class Line:
    """One option with its total."""

    key: str
    label: str
    ballots: int


@dataclass(frozen=True)
class Panel:
    """Everything the vote panel shows. `state`: soon, open, closed, or stopped when the thing is not public any more.

    `merged`: people in favour who are counted through what was merged into it; `through`: this reader is one of them.
    """

    contribution_id: int
    kind: ContributionKind
    state: str
    opens_at: datetime
    closes_at: datetime
    threshold: int | None
    reached_at: datetime | None
    lines: list[Line]
    mine: str = ""
    merged: int = 0
    through: bool = False
    matched: bool = True
    by_kind: dict[str, dict[str, int]] = field(default_factory=dict)
    sha256: str = ""

    @property
    def counts(self) -> dict[str, int]:
        return {line.key: line.ballots for line in self.lines}

    @property
    def total(self) -> int:
        return sum(line.ballots for line in self.lines)

    @property
    def supporters(self) -> int:
        """People in favour, each once: by a ballot here or through what was merged into it."""
        return self.counts.get(FOR, 0) + self.merged

    @property
    def yes_no(self) -> bool:
        """For or against, and not a list of options."""
        return set(self.counts) == {FOR, AGAINST}

    @property
    def last_day(self) -> date:
        return clock.local(self.closes_at - timedelta(microseconds=1)).date()

    @property
    def days_left(self) -> int:
        return max(0, (self.last_day - clock.today()).days)

    @property
    def mine_label(self) -> str:
        return next((line.label for line in self.lines if line.key == self.mine), "")


def panel_of(actor: Actor, contribution: Contribution) -> Panel | None:
    """What the vote panel shows to this reader, in four queries at the most; none where nothing is voted on."""
    rows = db.session.execute(
        select(Question, Option.key, Option.label, Tally.ballots, VoterSecret.secret, Tally.merged)
        .join(Option, Option.question_id == Question.id)
        .join(Tally, and_(Tally.question_id == Question.id, Tally.option_key == Option.key))
        .outerjoin(VoterSecret, VoterSecret.space_id == contribution.space_id)
        .where(Question.contribution_id == contribution.id)
        .order_by(Option.position)
        .options(lazyload(Question.options))
    ).all()
    if not rows:
        return None
    question, secret = rows[0][0], rows[0][4]
    mine, through = "", False
    if actor.user_id is not None and secret:
        key = voter_key(secret, actor.user_id)
        own, mine = ballot_of(question.id, key)
        through = question.has_merged and own is None and is_merged_support(question, key)
    result = db.session.get(Result, question.id) if question.status is QuestionStatus.CLOSED else None
    lines = [Line(row[1], row[2], result.totals.get(row[1], 0) if result else row[3]) for row in rows]
    return Panel(
        contribution_id=contribution.id, kind=contribution.kind, state=state_of(question, contribution),
        merged=max(row[5] for row in rows), through=through,
        opens_at=question.opens_at, closes_at=question.closes_at, threshold=question.threshold,
        reached_at=question.threshold_reached_at, lines=lines, mine=mine,
        matched=not (question.paper_counts and actor.identity_level == "email"),
        by_kind=result.by_kind if result else {}, sha256=result.sha256 if result else "",
    )  # fmt: skip


def state_of(question: Question, contribution: Contribution) -> str:
    """soon, open, closed, or stopped when what is voted on is not public any more."""
    moment = clock.now()
    if question.status is QuestionStatus.CLOSED or moment >= question.closes_at:
        return "closed"
    if contribution.status is not Status.PUBLIC:
        return "stopped"
    return "soon" if moment < question.opens_at else "open"


def altered_ballots(batch: int = 500) -> Iterator[str]:
    """Ballots that say something else than the record is bound to, are missing, or were added past it; in words.

    Every vote's entry binds its choice and names the commitment it replaces. What is not replaced must be exactly what
    the ballots bind now, question by question.
    """
    last = 0
    while True:
        ids = list(
            db.session.scalars(
                select(Question.id).where(Question.id > last).order_by(Question.id).limit(batch)
            )
        )
        if not ids:
            return
        last = ids[-1]
        recorded = _recorded(ids)
        for question_id, ballot_id, bound in _bound_now(ids):
            if bound in recorded[question_id]:
                recorded[question_id].discard(bound)
            else:
                yield f"ballot {ballot_id} of question {question_id}: not what the record is bound to"
        for question_id, left in recorded.items():
            if left:
                yield f"question {question_id}: {len(left)} recorded votes have no ballot"


def _recorded(question_ids: Sequence[int]) -> dict[int, set[str]]:
    live: dict[int, set[str]] = {n: set() for n in question_ids}
    rows = db.session.execute(
        select(AuditEntry.subject, AuditEntry.data)
        .where(AuditEntry.subject.in_([f"question:{n}" for n in question_ids]), AuditEntry.act.in_(VOTE_ACTS))
        .order_by(AuditEntry.id)
    )
    for subject, data in rows:
        commitments = live[int(subject.split(":")[1])]
        commitments.discard(data.get("replaces", ""))
        commitments.add(data["commitment"])
    return live


def _bound_now(question_ids: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    rows = db.session.execute(
        select(Ballot.question_id, Ballot.id, Ballot.nonce, Ballot.status, BallotChoice.option_key)
        .outerjoin(BallotChoice, BallotChoice.ballot_id == Ballot.id)
        .where(Ballot.question_id.in_(question_ids))
    )
    for question_id, ballot_id, nonce, status, choice in rows:
        says = choice if status is BallotStatus.CAST and choice else WITHDRAWN
        yield question_id, ballot_id, commitment(nonce, says)
