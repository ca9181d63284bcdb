"""The queue, the decisions, the flags."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.contributions.models import Contribution
from civic.core.db import Base, Choice, Moment, one_of
from civic.moderation.rules import ItemReason, ItemStatus, Verdict


class Item(Base):
    """One thing in the review queue; at most one open item per contribution."""

    __tablename__ = "moderation_items"
    __table_args__ = (
        one_of("status", ItemStatus),
        one_of("reason", ItemReason),
        Index("ix_moderation_items_queue", "status", "opened_at", "id"),
        Index(
            "uq_moderation_items_open", "contribution_id", unique=True,
            sqlite_where=text("status = 'open'"), postgresql_where=text("status = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    status: Mapped[ItemStatus] = mapped_column(Choice(ItemStatus), default=ItemStatus.OPEN)
    reason: Mapped[ItemReason] = mapped_column(Choice(ItemReason))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    contribution: Mapped[Contribution] = relationship(lazy="raise")

    @property
    def author_id(self) -> int | None:
        return self.contribution.author_id

    @property
    def group_id(self) -> int | None:
        return self.contribution.group_id


class Decision(Base):
    """What a moderator decided and why. The public log shows it without names and texts."""

    __tablename__ = "moderation_decisions"
    __table_args__ = (
        one_of("verdict", Verdict),
        CheckConstraint("verdict = 'publish' OR clause IS NOT NULL", name="reasoned"),
        Index("ix_moderation_decisions_contribution", "contribution_id", "id"),
        Index("ix_moderation_decisions_time", "at", "verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("moderation_items.id", ondelete="CASCADE"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    contribution_kind: Mapped[str] = mapped_column(String(24))
    verdict: Mapped[Verdict] = mapped_column(Choice(Verdict))
    clause: Mapped[int | None] = mapped_column()
    note: Mapped[str] = mapped_column(String(500), default="")
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    waited_minutes: Mapped[int] = mapped_column(default=0, comment="from entering the queue to the decision")


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
