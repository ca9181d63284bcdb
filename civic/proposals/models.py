"""What a proposal has of its own."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.contributions.models import Contribution
from civic.core.db import Base


class Proposal(Base):
    __tablename__ = "proposals"

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    problem_id: Mapped[int | None] = mapped_column(
        ForeignKey("contributions.id", ondelete="SET NULL"), index=True
    )
    top_of_month: Mapped[date | None] = mapped_column(
        comment="first day of the month it was among the top of"
    )
    contribution: Mapped[Contribution] = relationship(foreign_keys=[id], lazy="raise")
