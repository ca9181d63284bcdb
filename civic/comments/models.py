"""A comment is a contribution under another one."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.comments.rules import Side
from civic.contributions.models import Contribution
from civic.core.db import Base, Choice, one_of


class Comment(Base):
    """`subject_id` is what it is about, `parent_id` the comment it replies to (one level)."""

    __tablename__ = "comments"
    __table_args__ = (
        one_of("side", Side),
        Index("ix_comments_thread", "subject_id", "parent_id", "side", "useful_count", "id"),
        Index("ix_comments_parent", "parent_id", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column(Choice(Side), default=Side.NEUTRAL)
    useful_count: Mapped[int] = mapped_column(default=0)
    reply_count: Mapped[int] = mapped_column(default=0)
    convinced_count: Mapped[int] = mapped_column(default=0)
    contribution: Mapped[Contribution] = relationship(foreign_keys=[id], lazy="raise")


class UsefulMark(Base):
    __tablename__ = "useful_marks"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
