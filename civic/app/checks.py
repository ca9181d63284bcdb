"""`civic recount` and `civic audit …`: is what is shown what the rows say, and is the record whole?"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from civic.audit import jobs as audit_jobs
from civic.audit import queries as audit
from civic.cases.models import Answer, Convincing
from civic.comments.models import Comment, UsefulMark
from civic.contributions.models import Contribution, Involved
from civic.contributions.rules import ContributionKind, Involvement, Status
from civic.core.db import db, one_reading
from civic.core.errors import NotFound
from civic.groups.models import Group, GroupMember
from civic.meetings.models import AgendaItem, Stance
from civic.meetings.rules import StanceKind
from civic.outcomes.models import Promise, PromiseRound, PromiseVerdict, Sheet, SheetDay, SheetPhoto
from civic.outcomes.rules import Verdict
from civic.resolutions.models import Clause, Resolution
from civic.resolutions.rules import ClauseStatus
from civic.votes import queries as votes
from civic.votes.models import Ballot, BallotChoice, Question, Result, Tally
from civic.votes.rules import FOR, BallotStatus, seal_of


@dataclass(frozen=True)
class Counter:
    """One stored number: where it stands, and how it is counted again. `concerning` is the contribution it belongs to."""

    name: str
    key: ColumnElement[Any] | InstrumentedAttribute[Any]
    stored: InstrumentedAttribute[int]
    counted: FromClause
    concerning: InstrumentedAttribute[Any] | None


def _counted(query: Any) -> FromClause:
    return query.subquery()


def promise_counters() -> list[Counter]:
    """Verdicts of the round that counts and of each round, rounds, disputes, scans, opinions of answers."""
    found = []
    names = {v: f"{v}_count" for v in Verdict}
    for verdict, name in names.items():
        said = select(PromiseVerdict).where(PromiseVerdict.verdict == verdict).subquery()
        now = (
            select(Promise.id.label("id"), func.count().label("n"))
            .join(said, and_(said.c.promise_id == Promise.id, said.c.round == Promise.round))
            .group_by(Promise.id)
        )
        each = (
            select(PromiseRound.id.label("id"), func.count().label("n"))
            .join(
                said, and_(said.c.promise_id == PromiseRound.promise_id, said.c.round == PromiseRound.number)
            )
            .group_by(PromiseRound.id)
        )
        found.append(
            Counter(
                f"verdicts '{verdict}' on promise",
                Promise.id,
                getattr(Promise, name),
                _counted(now),
                Promise.contribution_id,
            )
        )
        found.append(
            Counter(
                f"verdicts '{verdict}' in round",
                PromiseRound.id,
                getattr(PromiseRound, name),
                _counted(each),
                None,
            )
        )
    disputes = (
        select(PromiseRound.promise_id.label("id"), func.count().label("n"))
        .where(PromiseRound.disputed_at.is_not(None))
        .group_by(PromiseRound.promise_id)
    )
    rounds = (
        select(PromiseRound.promise_id.label("id"), func.count().label("n"))
        .where(PromiseRound.number > 0)
        .group_by(PromiseRound.promise_id)
    )
    found += [
        Counter(
            "disputes of promise",
            Promise.id,
            Promise.dispute_count,
            _counted(disputes),
            Promise.contribution_id,
        ),
        Counter("rounds of promise", Promise.id, Promise.round, _counted(rounds), Promise.contribution_id),
    ]
    for name in ("done_count", "partly_count", "not_done_count"):
        scans = (
            select(SheetDay.contribution_id.label("id"), func.sum(getattr(SheetDay, name)).label("n"))
            .join(
                Sheet, and_(Sheet.contribution_id == SheetDay.contribution_id, Sheet.round == SheetDay.round)
            )
            .group_by(SheetDay.contribution_id)
        )
        found.append(
            Counter(
                f"scans '{name}' of sheet",
                Sheet.contribution_id,
                getattr(Sheet, name),
                _counted(scans),
                Sheet.contribution_id,
            )
        )
    photos = (
        select(SheetPhoto.contribution_id.label("id"), func.count().label("n"))
        .join(
            Sheet, and_(Sheet.contribution_id == SheetPhoto.contribution_id, Sheet.round == SheetPhoto.round)
        )
        .group_by(SheetPhoto.contribution_id)
    )
    found.append(
        Counter(
            "photos of sheet",
            Sheet.contribution_id,
            Sheet.photo_count,
            _counted(photos),
            Sheet.contribution_id,
        )
    )
    for yes, stored in ((True, Answer.convincing_yes), (False, Answer.convincing_no)):
        opinions = (
            select(Convincing.answer_id.label("id"), func.count().label("n"))
            .where(Convincing.yes.is_(yes))
            .group_by(Convincing.answer_id)
        )
        found.append(Counter(f"answer convincing: {yes}", Answer.id, stored, _counted(opinions), None))
    return found


def counters() -> list[Counter]:
    """Every counter that pages show and acts keep."""
    below = aliased(Contribution)
    reply = aliased(Comment)
    answered = aliased(Contribution)
    comments = (
        select(below.subject_id.label("id"), func.count().label("n"))
        .where(below.status == Status.PUBLIC, below.subject_id.is_not(None))
        .group_by(below.subject_id)
    )
    found = [
        Counter(
            "comments of contribution",
            Contribution.id,
            Contribution.comment_count,
            _counted(comments),
            Contribution.id,
        )
    ]
    joined = select(Involved.contribution_id.label("id"), Involved.user_id).where(
        Involved.role == Involvement.JOINER
    )
    merged = (
        select(Contribution.merged_into_id.label("id"), Involved.user_id)
        .join(Contribution, Contribution.id == Involved.contribution_id)
        .where(Involved.role == Involvement.JOINER, Contribution.merged_into_id.is_not(None))
    )
    people = joined.union(merged).subquery()  # each person once per problem, with what is merged into it
    joiners = select(people.c.id, func.count().label("n")).group_by(people.c.id)
    followers = (
        select(Involved.contribution_id.label("id"), func.count().label("n"))
        .where(Involved.role == Involvement.FOLLOWER)
        .group_by(Involved.contribution_id)
    )
    for name, column, query in (
        ("joiners", Contribution.join_count, joiners),
        ("followers", Contribution.follow_count, followers),
    ):
        found.append(
            Counter(f"{name} of contribution", Contribution.id, column, _counted(query), Contribution.id)
        )
    useful = select(UsefulMark.comment_id.label("id"), func.count().label("n")).group_by(
        UsefulMark.comment_id
    )
    found.append(
        Counter(
            "useful marks of comment", Comment.id, Comment.useful_count, _counted(useful), Comment.subject_id
        )
    )
    replies = (
        select(reply.parent_id.label("id"), func.count().label("n"))
        .join(answered, answered.id == reply.id)
        .where(reply.parent_id.is_not(None), answered.status == Status.PUBLIC)
        .group_by(reply.parent_id)
    )
    found.append(
        Counter("replies to comment", Comment.id, Comment.reply_count, _counted(replies), Comment.subject_id)
    )
    found += promise_counters()
    members = select(GroupMember.group_id.label("id"), func.count().label("n")).group_by(GroupMember.group_id)
    found.append(Counter("members of group", Group.id, Group.member_count, _counted(members), None))
    found += council_counters()
    return found


def council_counters() -> list[Counter]:
    """Members' stances on agenda items, clauses of resolutions."""
    found = []
    for name, column, rows in (
        ("support", AgendaItem.support_count, Stance.stance == StanceKind.SUPPORT), ("changes", AgendaItem.changes_count, Stance.stance == StanceKind.CHANGES),
        ("against", AgendaItem.against_count, Stance.stance == StanceKind.AGAINST), ("abstain", AgendaItem.abstain_count, Stance.stance == StanceKind.ABSTAIN),
    ):  # fmt: skip
        query = (
            select(Stance.item_id.label("id"), func.count().label("n"))
            .where(rows, ~Stance.interest)
            .group_by(Stance.item_id)
        )
        found.append(Counter(f"stances '{name}' on item", AgendaItem.id, column, _counted(query), None))
    interested = (
        select(Stance.item_id.label("id"), func.count().label("n"))
        .where(Stance.interest)
        .group_by(Stance.item_id)
    )
    found.append(
        Counter(
            "declared interests on item", AgendaItem.id, AgendaItem.interest_count, _counted(interested), None
        )
    )
    clauses = select(Clause.resolution_id.label("id"), func.count().label("n")).group_by(Clause.resolution_id)
    found.append(
        Counter("clauses of resolution", Resolution.id, Resolution.clause_count, _counted(clauses), None)
    )
    verified = clauses.where(Clause.status == ClauseStatus.VERIFIED)
    found.append(
        Counter(
            "verified clauses of resolution",
            Resolution.id,
            Resolution.verified_count,
            _counted(verified),
            None,
        )
    )
    return found


def differences(within: Select[int] | None = None) -> Iterator[str]:
    """Every stored number that is not what the rows say, in words; `within` selects contributions."""
    yield from _tallies(within)
    yield from _merged(within)
    yield from _results(within)
    for counter in counters():
        n = func.coalesce(counter.counted.c.n, 0)
        query = select(counter.key, counter.stored, n).outerjoin(
            counter.counted, counter.counted.c.id == counter.key
        )
        query = query.where(counter.stored != n)
        if within is not None:
            if counter.concerning is None:
                continue
            query = query.where(counter.concerning.in_(within))
        for key, stored, again in db.session.execute(query.order_by(counter.key)):
            yield f"{counter.name} {key}: {stored} stored, {again} counted"


def _tallies(within: Select[int] | None) -> Iterator[str]:
    counted = (
        select(Ballot.question_id, BallotChoice.option_key, func.count().label("n"))
        .join(BallotChoice, BallotChoice.ballot_id == Ballot.id)
        .where(Ballot.status == BallotStatus.CAST)
        .group_by(Ballot.question_id, BallotChoice.option_key)
        .subquery()
    )
    same = and_(counted.c.question_id == Tally.question_id, counted.c.option_key == Tally.option_key)
    n = func.coalesce(counted.c.n, 0)
    query = (
        select(Tally.question_id, Tally.option_key, Tally.ballots, n)
        .outerjoin(counted, same)
        .where(Tally.ballots != n)
    )
    stray = (
        select(counted.c.question_id, counted.c.option_key, literal(0), counted.c.n)
        .outerjoin(Tally, same)
        .where(Tally.question_id.is_(None))
    )
    if within is not None:
        query = query.where(Tally.contribution_id.in_(within))
        stray = stray.join(Question, Question.id == counted.c.question_id).where(
            Question.contribution_id.in_(within)
        )
    for one in (query, stray):
        for question, option, stored, again in db.session.execute(one):
            yield f"tally of question {question}, '{option}': {stored} stored, {again} counted"


def _merged(within: Select[int] | None) -> Iterator[str]:
    """People in favour through what was merged, each once and none who has a ballot of the question itself."""
    again = votes.merged_support().subquery()
    n = func.coalesce(again.c.n, 0)
    query = (
        select(Tally.question_id, Tally.merged, n)
        .outerjoin(again, again.c.question_id == Tally.question_id)
        .where(Tally.option_key == FOR, Tally.merged != n)
    )
    stray = select(Tally.question_id, Tally.merged, literal(0)).where(
        Tally.option_key != FOR, Tally.merged != 0
    )
    for one in (query, stray):
        part = one if within is None else one.where(Tally.contribution_id.in_(within))
        for question, stored, counted in db.session.execute(part):
            yield f"supporters of question {question} through merged ones: {stored} stored, {counted} counted"


def _results(within: Select[int] | None) -> Iterator[str]:
    """A published result is what its fingerprint says, and what the ballots still say."""
    query = select(Result, Question.contribution_id).join(Question, Question.id == Result.question_id)
    if within is not None:
        query = query.where(Question.contribution_id.in_(within))
    with one_reading() as session:
        for result, contribution_id in session.execute(query.execution_options(yield_per=500)):
            if seal_of(result.totals, result.by_kind, result.rule_version) != result.sha256:
                yield f"result of contribution {contribution_id}: changed after it was published"
            counted = votes.counted(result.question_id)
            again = {key: counted.get(key, 0) for key in result.totals}
            if again != result.totals:
                yield f"result of contribution {contribution_id}: {result.totals} published, {again} counted"


def part_of(consultation_id: int) -> Select[int]:
    """Ids of a consultation and everything in its space."""
    found = db.session.get(Contribution, consultation_id)
    if found is None or found.kind is not ContributionKind.CONSULTATION:
        raise NotFound
    return select(Contribution.id).where(
        or_(Contribution.space_id == found.space_id, Contribution.id == consultation_id)
    )


def record_faults(heads: Path | None) -> Iterator[str]:
    """What is wrong with the record: the chain, and the ballots it is bound to."""
    known = audit.read_heads(heads) if heads else audit.published_heads(audit_jobs.heads_file())
    yield from audit.faults(known)
    yield from votes.altered_ballots()


def add_to(cli: click.Group, site: Callable[[], Flask]) -> None:
    """Put the commands below `civic`."""

    @cli.command("recount")
    @click.argument("consultation", type=int, required=False)
    def recount(consultation: int | None) -> None:
        """Count again from the rows and compare with what is shown; exit 1 and name every difference."""
        site()
        try:
            found = list(differences(part_of(consultation) if consultation else None))
        except NotFound:
            click.echo(
                f"There is no consultation {consultation}. Its number stands in its address: /consultations/NUMBER.",
                err=True,
            )
            sys.exit(2)
        _tell(found, "every counter equals its rows")

    @cli.group("audit")
    def group() -> None:
        """The record of who did what."""

    @group.command("verify")
    @click.option(
        "--head",
        "head",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="heads that were published, as file",
    )
    def verify(head: Path | None) -> None:
        """Walk the whole chain and compare the ballots with it; exit 1 and name the first bad row."""
        site()
        _tell(list(record_faults(head)), f"the record is whole: {audit.last_link()[0]} links")

    @group.command("head")
    def newest() -> None:
        """The newest link, to be kept somewhere else."""
        site()
        one = audit.head()
        click.echo(
            f'{{"seq": {one.seq}, "hash": "{one.hash}", "at": "{one.at.isoformat(timespec="seconds")}"}}'
        )

    @group.command("seal")
    def seal() -> None:
        """Chain what is not chained yet and publish the head, as the worker does by itself."""
        site()
        audit_jobs.publish_head()


def _tell(found: list[str], well: str) -> None:
    for line in found:
        click.echo(line, err=True)
    if not found:
        click.echo(well)
    sys.exit(1 if found else 0)
