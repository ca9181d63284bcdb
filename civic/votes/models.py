"""Questions, ballots, tallies, results."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Computed, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.rules import Identity, Residence
from civic.core.actor import Kind
from civic.core.db import Base, Choice, Moment, one_of
from civic.votes.rules import BallotStatus, Channel, QuestionStatus


class Question(Base):
    """What is voted on: a proposal (for, against) or a consultation's options. One per contribution."""

    __tablename__ = "questions"
    __table_args__ = (
        one_of("status", QuestionStatus),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        Index("ix_questions_clock", "status", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), unique=True)
    status: Mapped[QuestionStatus] = mapped_column(Choice(QuestionStatus), default=QuestionStatus.OPEN)
    opens_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    threshold: Mapped[int | None] = mapped_column(
        comment="votes in favour that bind a department; none: no threshold"
    )
    threshold_reached_at: Mapped[datetime | None] = mapped_column(Moment, comment="a one-way latch")
    paper_counts: Mapped[bool] = mapped_column(default=False)
    has_merged: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="others were merged into it: a first vote looks there"
    )
    options: Mapped[list["Option"]] = relationship(
        order_by="Option.position", lazy="selectin", cascade="all, delete-orphan"
    )


class Option(Base):
    __tablename__ = "options"
    __table_args__ = (UniqueConstraint("question_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(160), default="")
    position: Mapped[int] = mapped_column(default=0)


class Ballot(Base):
    """One person's ballot. `voter_key` is an HMAC keyed per consultation: pseudonymous until the key is destroyed."""

    __tablename__ = "ballots"
    __table_args__ = (
        one_of("status", BallotStatus),
        one_of("channel", Channel),
        one_of("capacity", Kind),
        one_of("identity_level", Identity),
        one_of("residence_level", Residence),
        UniqueConstraint("question_id", "voter_key"),
        Index("ix_ballots_recent", "question_id", "cast_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    voter_key: Mapped[str] = mapped_column(String(64))
    status: Mapped[BallotStatus] = mapped_column(Choice(BallotStatus), default=BallotStatus.CAST)
    channel: Mapped[Channel] = mapped_column(Choice(Channel), default=Channel.ONLINE)
    capacity: Mapped[Kind] = mapped_column(Choice(Kind))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"))
    identity_level: Mapped[Identity] = mapped_column(Choice(Identity))
    residence_level: Mapped[Residence] = mapped_column(Choice(Residence))
    cast_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    nonce: Mapped[str] = mapped_column(
        String(32), comment="salts the commitment that the audit entry carries"
    )


class BallotChoice(Base):
    __tablename__ = "ballot_choices"

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id", ondelete="CASCADE"), primary_key=True)
    option_key: Mapped[str] = mapped_column(String(16), primary_key=True)


class Tally(Base):
    """Derived counter; its delta is the last statement before COMMIT. `civic recount` compares it with the ballots.

    `ballots` are the question's own. `merged` stands beside "for" only: people in favour of what was merged into it who
    have no ballot here. `supporters` is what pages show, lists order by and the threshold is measured with.
    """

    __tablename__ = "tallies"
    __table_args__ = (
        CheckConstraint("ballots >= 0", name="not_negative"),
        CheckConstraint("merged >= 0", name="merged_not_negative"),
        Index("ix_tallies_popular", "option_key", "supporters", "contribution_id"),
        Index("ix_tallies_contribution", "contribution_id", "option_key"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    option_key: Mapped[str] = mapped_column(String(16), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    ballots: Mapped[int] = mapped_column(default=0)
    merged: Mapped[int] = mapped_column(default=0, server_default="0")
    supporters: Mapped[int] = mapped_column(Computed("ballots + merged", persisted=True))


class VoterSecret(Base):
    """The key of voter_key for one space; destroying it makes its ballots anonymous."""

    __tablename__ = "voter_secrets"

    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))


class Participation(Base):
    """That somebody took part, for notices: without the choice, apart from the ballot."""

    __tablename__ = "participations"
    __table_args__ = (Index("ix_participations_question", "question_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)


class Result(Base):
    """What was published when voting closed: totals and the breakdown by group. Pages read only this."""

    __tablename__ = "results"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(Moment)
    rule_version: Mapped[int] = mapped_column(default=1)
    totals: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_kind: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))


class Convinced(Base):
    """«قانع‌کننده بود»: counts the argument of the other side, never changes a vote."""

    __tablename__ = "convinced"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True
    )
