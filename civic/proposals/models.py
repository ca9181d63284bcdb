"""What a proposal has of its own."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.contributions.models import Contribution
from civic.core.db import Base


class Proposal(Base):
    __tablename__ = "proposals"

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    problem_id: Mapped[int | None] = mapped_column(
        ForeignKey("contributions.id", ondelete="SET NULL"), index=True
    )
    cosigned_by: Mapped[str] = mapped_column(
        String(1300), default="", server_default="", comment="names of the co-signers, as lists show them"
    )
    contribution: Mapped[Contribution] = relationship(foreign_keys=[id], lazy="raise")
