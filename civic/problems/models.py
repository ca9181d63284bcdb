"""What a problem has of its own."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.contributions.models import Contribution
from civic.core.db import Base


class Problem(Base):
    __tablename__ = "problems"

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    proposal_count: Mapped[int] = mapped_column(default=0, comment="public proposals that answer it")
    contribution: Mapped[Contribution] = relationship(foreign_keys=[id], lazy="raise")
