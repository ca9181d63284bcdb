"""Saying something, changing it, taking it back, finding it useful."""

from sqlalchemy import delete, func, select, update

from civic.comments import rules
from civic.comments.models import Comment, UsefulMark
from civic.comments.policy import May
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Involvement, Status
from civic.core.actor import Actor, Kind
from civic.core.db import db, upsert
from civic.core.errors import RuleBroken
from civic.core.policy import require
from civic.core.text import N_


def write(
    actor: Actor, subject: Contribution, *, text: str, side: str = "", parent: Comment | None = None, group_id: int | None = None,
    capacity: Kind | None = None, language: str = "fa",
) -> Comment:  # fmt: skip
    """Say something about it: for, against or neither; an answer to another comment stays one level deep."""
    require(actor, May.COMMENT, subject)
    if parent is not None and parent.subject_id != subject.id:
        raise RuleBroken(N_("این نظر زیر نوشتهٔ دیگری است."))
    side = rules.side_for(subject.kind, side, reply=parent is not None)
    contribution = contributions.begin(
        actor, ContributionKind.COMMENT, title="", text=text, space_id=subject.space_id, subject_id=subject.id,
        group_id=group_id, capacity=capacity, language=language,
    )  # fmt: skip
    comment = Comment(
        id=contribution.id,
        subject_id=subject.id,
        parent_id=(parent.parent_id or parent.id) if parent else None,
        side=side,
    )
    db.session.add(comment)
    db.session.flush()
    contributions.submit(actor, contribution)
    contributions.involve(subject, actor, Involvement.COMMENTER)
    return comment


def edit(actor: Actor, contribution: Contribution, *, text: str, base: str = "") -> None:
    """The author changes the words; what was returned goes to review again."""
    require(actor, May.EDIT, contribution)
    contributions.edit(actor, contribution, title="", text=text, base=base)
    if contribution.status is Status.RETURNED:
        contributions.submit(actor, contribution)


def withdraw(actor: Actor, contribution: Contribution) -> None:
    """The author takes the comment back; it leaves the page."""
    require(actor, May.WITHDRAW, contribution)
    contributions.withdraw(actor, contribution, reason="")


def mark(actor: Actor, contribution: Contribution, *, useful: bool) -> None:
    """«مفید بود»: once per person, and taken back as easily."""
    require(actor, May.MARK, contribution)
    if useful:
        made = db.session.execute(
            upsert(UsefulMark)
            .values(comment_id=contribution.id, user_id=actor.user_id)
            .on_conflict_do_nothing()
            .returning(UsefulMark.user_id)
        ).scalar()
    else:
        made = db.session.execute(
            delete(UsefulMark)
            .where(UsefulMark.comment_id == contribution.id, UsefulMark.user_id == actor.user_id)
            .returning(UsefulMark.user_id)
        ).scalar()
    if made:
        _add_useful(contribution.id, 1 if useful else -1)


def count_replies(actor: Actor, comment_id: int) -> None:
    """Set the number of public answers under a comment from the rows."""
    require(actor, May.COUNT)
    answers = (
        select(func.count())
        .select_from(Comment)
        .join(Contribution, Contribution.id == Comment.id)
        .where(Comment.parent_id == comment_id, Contribution.status == Status.PUBLIC)
    )
    db.session.execute(
        update(Comment).where(Comment.id == comment_id).values(reply_count=db.session.scalar(answers) or 0)
    )


def _add_useful(comment_id: int, delta: int) -> None:
    db.session.execute(
        update(Comment).where(Comment.id == comment_id).values(useful_count=Comment.useful_count + delta)
    )
