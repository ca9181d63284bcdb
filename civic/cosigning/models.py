"""Co-signers of a proposal."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.contributions.models import Contribution
from civic.core.actor import Kind
from civic.core.db import Base, Choice, Moment, one_of
from civic.cosigning.rules import CosignerStatus


class Cosigner(Base):
    """A group or a person asked to stand behind a proposal. `byline` is empty until they said yes: nobody is named before.

    A person is invited by a number or address. Whether an account has it is not told: `label` is all the author sees.
    """

    __tablename__ = "cosigners"
    __table_args__ = (
        one_of("status", CosignerStatus),
        one_of("capacity", Kind),
        UniqueConstraint("proposal_id", "group_id"),
        UniqueConstraint("proposal_id", "user_id"),
        CheckConstraint("group_id IS NULL OR user_id IS NULL", name="group_or_person"),
        CheckConstraint(
            "status <> 'signed' OR (byline <> '' AND signed_by_id IS NOT NULL)", name="signed_by_name"
        ),
        Index("ix_cosigners_proposal", "proposal_id", "status", "id"),
        Index("ix_cosigners_group", "group_id", "status", "id"),
        Index("ix_cosigners_user", "user_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    label: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[CosignerStatus] = mapped_column(Choice(CosignerStatus))
    byline: Mapped[str] = mapped_column(String(120), default="")
    capacity: Mapped[Kind | None] = mapped_column(Choice(Kind))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    round: Mapped[int] = mapped_column(default=1, comment="asked again after it was taken back or left")
    proposal: Mapped[Contribution] = relationship(lazy="raise")
