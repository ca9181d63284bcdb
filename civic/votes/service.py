"""Opening a question, casting, changing and withdrawing a vote, closing. One person, one ballot."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from civic.accounts.rules import Identity, Residence
from civic.audit.service import record
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import Status, StepKind
from civic.contributions.service import add_step
from civic.core import clock
from civic.core.actor import Actor, Kind
from civic.core.db import before_commit, db, serialise, upsert
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_
from civic.votes import queries
from civic.votes.events import ThresholdReached, VoteClosed
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
from civic.votes.policy import May
from civic.votes.rules import (
    AGAINST,
    BALLOT_MOVES,
    FOR,
    QUESTION_MOVES,
    WITHDRAWN,
    BallotStatus,
    Channel,
    check_choice,
    check_open,
    commitment,
    publishable,
    seal_of,
)


def open_question(
    actor: Actor,
    contribution: Contribution,
    *,
    opens_at: datetime,
    closes_at: datetime,
    options: Sequence[tuple[str, str]] = ((FOR, ""), (AGAINST, "")),
    threshold: int | None = None,
    paper_counts: bool = False,
) -> Question:
    """The people are asked: for or against a proposal, or which of a consultation's options. Asked once."""
    require(actor, May.OPEN, contribution)
    serialise("question", contribution.id)
    asked = queries.of_contribution(contribution.id)
    if asked is not None:
        return asked
    question = Question(
        contribution_id=contribution.id,
        opens_at=opens_at,
        closes_at=closes_at,
        threshold=threshold,
        paper_counts=paper_counts,
        options=[Option(key=key, label=label, position=n) for n, (key, label) in enumerate(options)],
    )
    db.session.add(question)
    db.session.flush()
    db.session.add_all(
        Tally(question_id=question.id, option_key=key, contribution_id=contribution.id)
        for key, _ in sorted(options)
    )
    db.session.execute(
        upsert(VoterSecret)
        .values(space_id=contribution.space_id, secret=secrets.token_hex(32))
        .on_conflict_do_nothing()
    )
    add_step(actor, contribution, StepKind.VOTE_OPENED, data={"threshold": threshold})
    record(
        actor,
        "vote.open",
        f"question:{question.id}",
        public=True,
        contribution=contribution.id,
        closes_at=closes_at.isoformat(timespec="minutes"),
        threshold=threshold,
    )
    return question


def cast(
    actor: Actor,
    question: Question,
    choice: str,
    *,
    capacity: Kind | None = None,
    group_id: int | None = None,
    channel: Channel = Channel.ONLINE,
) -> None:
    """A person's vote, given or changed. Whoever votes twice has voted once, as the last time."""
    require(actor, May.CAST, question)
    standing = _standing(question)
    kind, group = _voice(actor, capacity, group_id)
    check_choice(choice, standing.options)
    ballot, held = _own(actor, question, standing.secret)
    moment = clock.now()
    nonce = secrets.token_hex(16)
    through = 0
    if ballot is None:
        key = voter_key(standing.secret, actor.signed_in())
        through = _through(question, key)
        ballot = _new_ballot(actor, question, key, nonce, kind, group, channel)
        before = ""
    else:
        spoke_as = (ballot.capacity, ballot.group_id)
        if held == choice and ((capacity is None and group_id is None) or spoke_as == (kind, group)):
            return
        before = _bound(ballot, held)
        move(ballot, "cast", BALLOT_MOVES)
        if capacity is not None or group_id is not None or not held:
            ballot.capacity, ballot.group_id = kind, group
        ballot.changed_at, ballot.nonce = moment, nonce
    if held != choice:
        _mark(ballot, held, choice)
    _write_down(actor, "vote.cast", question, ballot, nonce, choice, before)
    _count_last(question, {choice: 1, held: -1} if held != choice else {}, merged=-through)


def withdraw(actor: Actor, question: Question) -> None:
    """The vote is taken back; the row stays, so that a later one is still the same person's.

    Who voted only for what was merged into it takes that back here: by a ballot that is withdrawn from the beginning.
    """
    require(actor, May.CAST, question)
    standing = _standing(question)
    ballot, held = _own(actor, question, standing.secret)
    if ballot is None:
        key = voter_key(standing.secret, actor.signed_in())
        if not _through(question, key):
            return
        nonce = secrets.token_hex(16)
        ballot = _new_ballot(actor, question, key, nonce, actor.own_kind, None, Channel.ONLINE)
        move(ballot, "withdraw", BALLOT_MOVES)
        _write_down(actor, "vote.withdraw", question, ballot, nonce, WITHDRAWN, "")
        _count_last(question, {}, merged=-1)
        return
    if not held:
        return
    before = _bound(ballot, held)
    move(ballot, "withdraw", BALLOT_MOVES)
    ballot.changed_at, ballot.nonce = clock.now(), secrets.token_hex(16)
    _mark(ballot, held, "")
    _write_down(actor, "vote.withdraw", question, ballot, ballot.nonce, WITHDRAWN, before)
    _count_last(question, {held: -1})


def close(actor: Actor, question: Question) -> Result:
    """Voting ends: the result is taken once, with what may be shown by group, and never again."""
    require(actor, May.CLOSE, question)
    if clock.now() < question.closes_at:
        raise RuleBroken(N_("مهلت رأی‌گیری هنوز نگذشته است."))
    move(question, "close", QUESTION_MOVES)
    question.closed_at = clock.now()
    cells = queries.cells_of(question.id)
    totals = {
        option.key: sum(counts.get(option.key, 0) for counts in cells.values()) for option in question.options
    }
    by_kind = publishable(cells)
    result = Result(
        question_id=question.id,
        taken_at=clock.now(),
        totals=totals,
        by_kind=by_kind,
        sha256=seal_of(totals, by_kind, 1),
    )
    db.session.add(result)
    contribution = contributions.by_id(question.contribution_id)
    add_step(actor, contribution, StepKind.VOTE_CLOSED, data={"totals": totals})
    record(
        actor, "vote.close", f"question:{question.id}", public=True, contribution=contribution.id, totals=totals,
        result=result.sha256,
    )  # fmt: skip
    publish(VoteClosed(question.id, question.contribution_id))
    return result


def count_merged(actor: Actor, question: Question) -> None:
    """After a merge or its undoing, with the question locked: people in favour through what is merged, from the rows.

    The threshold is latched here as by a vote.
    """
    require(actor, May.COUNT, question)
    db.session.flush()
    question.has_merged = queries.has_merged(question)
    people = queries.merged_people(question.id) if question.has_merged else 0
    now = db.session.execute(
        update(Tally)
        .where(Tally.question_id == question.id, Tally.option_key == FOR)
        .values(merged=people)
        .returning(Tally.ballots)
        .execution_options(synchronize_session=False)
    ).scalar()
    if now is None or question.threshold is None or question.threshold_reached_at is not None:
        return
    if people and now + people >= question.threshold:
        question.threshold_reached_at = clock.now()
        publish(ThresholdReached(question.id, question.contribution_id))


def convince(actor: Actor, comment: Contribution) -> None:
    """«قانع‌کننده بود»: counts the argument of the other side, and never changes a vote. A second tap takes it back."""
    require(actor, May.CONVINCED, comment)
    values = {"user_id": actor.signed_in(), "comment_id": comment.id}
    made = db.session.execute(
        upsert(Convinced).values(**values).on_conflict_do_nothing().returning(Convinced.user_id)
    ).scalar()
    if not made:
        db.session.delete(db.session.get_one(Convinced, (actor.user_id, comment.id)))


def _standing(question: Question) -> queries.Standing:
    """Refuses before opening, after closing, and where what is voted on is not public any more."""
    standing = queries.standing_of(question)
    if standing.status is not Status.PUBLIC:
        raise Conflict(N_("این مورد دیگر به رأی گذاشته نیست؛ رأیی ثبت نشد."))
    check_open(question.status, question.opens_at, question.closes_at, clock.now())
    return standing


def _voice(actor: Actor, capacity: Kind | None, group_id: int | None) -> tuple[Kind, int | None]:
    """The one capacity in which this vote is counted; a group's member may vote as one of it."""
    if group_id is not None:
        membership = actor.membership(group_id)
        if membership is None:
            raise NotAllowed(N_("شما عضو این گروه نیستید؛ رأیی ثبت نشد."))
        return membership.kind, group_id
    if capacity is None:
        return actor.own_kind, None
    if capacity not in actor.kinds():
        raise RuleBroken(N_("در این نقش نمی‌توانید رأی بدهید؛ رأیی ثبت نشد."), field="capacity")
    return capacity, None


def _own(actor: Actor, question: Question, secret: str) -> tuple[Ballot | None, str]:
    """This person's ballot and choice, with nobody else at it until the end of the transaction."""
    key = voter_key(secret, actor.signed_in())
    serialise("vote", question.id, key)
    return queries.ballot_of(question.id, key)


def _through(question: Question, key: str) -> int:
    """1 for somebody counted through what was merged; asked only where there is such a thing, and before a first ballot."""
    return int(question.has_merged and queries.is_merged_support(question, key))


def _new_ballot(
    actor: Actor, question: Question, key: str, nonce: str, kind: Kind, group: int | None, channel: Channel
) -> Ballot:
    moment = clock.now()
    ballot = Ballot(
        question_id=question.id, voter_key=key, status=BallotStatus.CAST, channel=channel, capacity=kind, group_id=group,
        district_id=actor.district_id, identity_level=Identity(actor.identity_level),
        residence_level=Residence(actor.residence_level), cast_at=moment, changed_at=moment, nonce=nonce,
    )  # fmt: skip
    db.session.add(ballot)
    db.session.flush()
    _remember(actor, question)
    return ballot


def _bound(ballot: Ballot, held: str) -> str:
    return commitment(ballot.nonce, held or WITHDRAWN)


def _mark(ballot: Ballot, held: str, choice: str) -> None:
    if held and choice:
        db.session.execute(
            update(BallotChoice)
            .where(BallotChoice.ballot_id == ballot.id, BallotChoice.option_key == held)
            .values(option_key=choice)
            .execution_options(synchronize_session=False)
        )
    elif choice:
        db.session.add(BallotChoice(ballot_id=ballot.id, option_key=choice))
    else:
        db.session.execute(
            delete(BallotChoice)
            .where(BallotChoice.ballot_id == ballot.id, BallotChoice.option_key == held)
            .execution_options(synchronize_session=False)
        )


def _remember(actor: Actor, question: Question) -> None:
    db.session.execute(
        upsert(Participation).values(user_id=actor.user_id, question_id=question.id).on_conflict_do_nothing()
    )


def _write_down(
    actor: Actor, act: str, question: Question, ballot: Ballot, nonce: str, choice: str, replaces: str
) -> None:
    # Nobody's user id: beside the commitment it would tie a person to a ballot even after the key was destroyed.
    voice = replace(actor, user_id=None)
    bound = commitment(nonce, choice)
    record(voice, act, f"question:{question.id}", who=ballot.voter_key, commitment=bound, replaces=replaces)


def _count_last(question: Question, deltas: dict[str, int], *, merged: int = 0) -> None:
    """The counters move as the last thing before COMMIT, always in the same order, so that votes hardly wait."""
    moved = {key: n for key, n in deltas.items() if key}
    moves = sorted((moved | {FOR: moved.get(FOR, 0)} if merged else moved).items())
    if not moves:
        return
    question_id, contribution_id = question.id, question.contribution_id
    threshold = question.threshold if question.threshold_reached_at is None else None

    def last(session: Session) -> None:
        after: dict[str, int] = {}
        for key, delta in moves:
            after[key] = session.execute(
                update(Tally)
                .where(Tally.question_id == question_id, Tally.option_key == key)
                .values(
                    {"ballots": Tally.ballots + delta}
                    | ({"merged": Tally.merged + merged} if merged and key == FOR else {})
                )
                .returning(Tally.supporters)
                .execution_options(synchronize_session=False)
            ).scalar_one()
        if threshold is None or after.get(FOR, 0) < threshold or (FOR, 1) not in moves:
            return
        latched = session.execute(
            update(Question)
            .where(Question.id == question_id, Question.threshold_reached_at.is_(None))
            .values(threshold_reached_at=clock.now())
            .returning(Question.id)
            .execution_options(synchronize_session=False)
        ).scalar()
        if latched:
            publish(ThresholdReached(question_id, contribution_id))

    before_commit(last)
