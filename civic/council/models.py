"""A council member's question to a department."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.contributions.models import Contribution
from civic.core.db import Base


class CouncilQuestion(Base):
    """The question is a contribution with a case of its own; it may be about another one, or about a promise."""

    __tablename__ = "council_questions"

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    about_id: Mapped[int | None] = mapped_column(
        ForeignKey("contributions.id", ondelete="SET NULL"), index=True
    )
    promise_id: Mapped[int | None] = mapped_column(ForeignKey("promises.id", ondelete="SET NULL"))
    contribution: Mapped[Contribution] = relationship(foreign_keys=[id], lazy="raise")
