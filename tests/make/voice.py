"""Problems, proposals and what is said of them."""

from civic.comments.models import Comment
from civic.comments.rules import Side
from civic.contributions.models import Contribution, Link
from civic.contributions.rules import ContributionKind
from civic.core import clock
from civic.core.actor import SYSTEM
from civic.core.db import db
from civic.index import service as index
from civic.problems.models import Problem
from civic.proposals.models import Proposal
from civic.votes.models import Option, Question, Tally
from tests.make import basics


def _indexed(row: Contribution) -> None:
    index.put(SYSTEM, row.id, kind=row.kind, title=row.title, html=row.html)


def problem(author_id: int, *, joined: int = 0, public: bool = True, **more: object) -> int:
    """A problem, public by default and findable."""
    row = basics.contribution(
        author_id,
        ContributionKind.PROBLEM,
        public=public,
        **{"title": "پیاده‌روی خیابان امامت تنگ است"} | more,
    )  # type: ignore[arg-type]
    row.join_count = joined
    db.session.add(Problem(id=row.id))
    if public:
        _indexed(row)
    db.session.flush()
    return row.id


def proposal(
    author_id: int, *, votes: int | None = None, against: int = 0, threshold: int | None = 100, problem_id: int | None = None,
    public: bool = True, **more: object,
) -> int:  # fmt: skip
    """A proposal, public by default and findable; `votes` opens its question with that many in favour."""
    row = basics.contribution(author_id, ContributionKind.PROPOSAL, public=public, **more)  # type: ignore[arg-type]
    db.session.add(Proposal(id=row.id, problem_id=problem_id))
    if problem_id:
        db.session.add(Link(from_id=row.id, relation="answers", to_id=problem_id, at=clock.now()))
    if public:
        _indexed(row)
    if votes is not None:
        moment = clock.now()
        question = Question(
            contribution_id=row.id,
            opens_at=moment,
            closes_at=moment.replace(year=moment.year + 1),
            threshold=threshold,
        )
        question.options = [Option(key="for", position=0), Option(key="against", position=1)]
        db.session.add(question)
        db.session.flush()
        db.session.add_all(
            Tally(question_id=question.id, option_key=k, contribution_id=row.id, ballots=n)
            for k, n in (("for", votes), ("against", against))
        )
    db.session.flush()
    return row.id


def comment(
    author_id: int,
    subject_id: int,
    *,
    side: Side = Side.NEUTRAL,
    useful: int = 0,
    parent_id: int | None = None,
    public: bool = True,
    text: str = "با این حرف همراهم.",
) -> int:
    """Something said, public by default."""
    row = basics.contribution(
        author_id, ContributionKind.COMMENT, title="", text=text, subject_id=subject_id, public=public
    )
    db.session.add(
        Comment(id=row.id, subject_id=subject_id, parent_id=parent_id, side=side, useful_count=useful)
    )
    if public:
        db.session.get_one(Contribution, subject_id).comment_count += 1
    db.session.flush()
    return row.id
