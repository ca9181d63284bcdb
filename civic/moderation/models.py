"""The queue, the decisions, the flags, appeals, blocks, and what the screening keeps."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import User
from civic.contributions.models import Contribution
from civic.core.db import Base, Choice, Moment, one_of
from civic.moderation.rules import (
    AppealStatus,
    BlockStatus,
    DecisionStatus,
    ItemReason,
    ItemStatus,
    Verdict,
)


class Item(Base):
    """One thing in the review queue; at most one open item per contribution."""

    __tablename__ = "moderation_items"
    __table_args__ = (
        one_of("status", ItemStatus),
        one_of("reason", ItemReason),
        Index("ix_moderation_items_queue", "status", "rank", "id"),
        Index("ix_moderation_items_due", "status", "due_at"),
        Index(
            "uq_moderation_items_open", "contribution_id", unique=True,
            sqlite_where=text("status = 'open'"), postgresql_where=text("status = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    status: Mapped[ItemStatus] = mapped_column(Choice(ItemStatus), default=ItemStatus.OPEN)
    reason: Mapped[ItemReason] = mapped_column(Choice(ItemReason))
    rank: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="place in the queue: the score of the screening below zero"
    )
    signals: Mapped[list[Any]] = mapped_column(
        JSON, default=list, server_default="[]", comment="what the screening found: rule, place, words"
    )
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    contribution: Mapped[Contribution] = relationship(lazy="raise")
    stood_aside: Mapped[list["StoodAside"]] = relationship(lazy="raise")

    @property
    def author_id(self) -> int | None:
        return self.contribution.author_id

    @property
    def group_id(self) -> int | None:
        return self.contribution.group_id


class StoodAside(Base):
    """A moderator who leaves an item to another: asked for a second opinion, or concerned by it."""

    __tablename__ = "moderation_stood_aside"

    item_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_items.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    conflict: Mapped[bool] = mapped_column(default=False, comment="declared an interest of one's own")
    note: Mapped[str] = mapped_column(String(500), default="", comment="for the second moderator")
    at: Mapped[datetime] = mapped_column(Moment)


class Decision(Base):
    """What a moderator decided and why. The public log shows it without names and texts."""

    __tablename__ = "moderation_decisions"
    __table_args__ = (
        one_of("verdict", Verdict),
        one_of("status", DecisionStatus),
        CheckConstraint("verdict = 'publish' OR clause IS NOT NULL", name="reasoned"),
        Index("ix_moderation_decisions_contribution", "contribution_id", "id"),
        Index("ix_moderation_decisions_time", "at", "verdict"),
        Index("ix_moderation_decisions_by", "decided_by_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("moderation_items.id", ondelete="CASCADE"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    contribution_kind: Mapped[str] = mapped_column(String(24))
    status: Mapped[DecisionStatus] = mapped_column(
        Choice(DecisionStatus), default=DecisionStatus.PENDING, server_default="done"
    )
    verdict: Mapped[Verdict] = mapped_column(Choice(Verdict))
    clause: Mapped[int | None] = mapped_column()
    note: Mapped[str] = mapped_column(String(500), default="")
    passages: Mapped[list[Any]] = mapped_column(
        JSON, default=list, server_default="[]", comment="what is to be covered, until it is"
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1", comment="of the text that was read")
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    effective_at: Mapped[datetime | None] = mapped_column(Moment, comment="until then it can be taken back")
    waited_minutes: Mapped[int] = mapped_column(default=0, comment="from entering the queue to the decision")
    contribution: Mapped[Contribution] = relationship(lazy="raise")

    @property
    def author_id(self) -> int | None:
        return self.contribution.author_id

    @property
    def group_id(self) -> int | None:
        return self.contribution.group_id


class Flag(Base):
    """A reader's report; each person once per contribution and open item."""

    __tablename__ = "flags"
    __table_args__ = (UniqueConstraint("contribution_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    clause: Mapped[int] = mapped_column()
    note: Mapped[str] = mapped_column(String(500), default="")
    twin_id: Mapped[int | None] = mapped_column(
        ForeignKey("contributions.id", ondelete="SET NULL"), comment="with clause 7: what it repeats"
    )
    at: Mapped[datetime] = mapped_column(Moment)
    decision_id: Mapped[int | None] = mapped_column(
        ForeignKey("moderation_decisions.id", ondelete="SET NULL")
    )


class Block(Base):
    """Writing shut for one person, for a time or (two moderators) for good."""

    __tablename__ = "moderation_blocks"
    __table_args__ = (
        one_of("status", BlockStatus),
        Index("ix_moderation_blocks_end", "status", "until"),
        Index(
            "uq_moderation_blocks_open", "user_id", unique=True,
            sqlite_where=text("status IN ('proposed', 'active')"), postgresql_where=text("status IN ('proposed', 'active')"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    contribution_id: Mapped[int | None] = mapped_column(
        ForeignKey("contributions.id", ondelete="SET NULL"), comment="the text that led to it"
    )
    status: Mapped[BlockStatus] = mapped_column(Choice(BlockStatus))
    clause: Mapped[int] = mapped_column()
    reason: Mapped[str] = mapped_column(String(500))
    days: Mapped[int | None] = mapped_column(comment="none: for good")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    second_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    starts_at: Mapped[datetime | None] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    person: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])

    @property
    def author_id(self) -> int:
        return self.user_id

    @property
    def group_id(self) -> None:
        return None


class Appeal(Base):
    """Against one decision or one block, once; judged by somebody who took no part in it."""

    __tablename__ = "moderation_appeals"
    __table_args__ = (
        one_of("status", AppealStatus),
        CheckConstraint("(decision_id IS NULL) <> (block_id IS NULL)", name="one_subject"),
        CheckConstraint("status IN ('open', 'dropped') OR judged_by_id IS NOT NULL", name="judged"),
        UniqueConstraint("decision_id"),
        UniqueConstraint("block_id"),
        Index("ix_moderation_appeals_due", "status", "due_at", "id"),
        Index("ix_moderation_appeals_time", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_decisions.id", ondelete="CASCADE"))
    block_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_blocks.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), comment="whom the decision concerns"
    )
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    first_id: Mapped[int] = mapped_column(ForeignKey("users.id"), comment="who decided")
    second_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), comment="who confirmed a block")
    clause: Mapped[int] = mapped_column()
    text: Mapped[str] = mapped_column(String(1000))
    status: Mapped[AppealStatus] = mapped_column(Choice(AppealStatus), default=AppealStatus.OPEN)
    at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    judged_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    decision: Mapped[Decision | None] = relationship(lazy="raise")
    block: Mapped[Block | None] = relationship(lazy="raise")


class WatchWord(Base):
    """A word of the operator's list. It lifts a text in the queue and is marked there; it hides nothing."""

    __tablename__ = "moderation_words"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(80), unique=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime] = mapped_column(Moment)


class Likeness(Base):
    """The signature of a text, to find near-duplicates. See screening.py."""

    __tablename__ = "moderation_signatures"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True
    )
    signature: Mapped[list[Any]] = mapped_column(JSON)


class LikenessBand(Base):
    """Keys under which likely likenesses of a text are looked up."""

    __tablename__ = "moderation_bands"
    __table_args__ = (Index("ix_moderation_bands_text", "contribution_id"),)

    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True
    )


class ReviewFigures(Base):
    """Counts of the queue, decisions and appeals, taken by the clock."""

    __tablename__ = "moderation_figures"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(Moment)
