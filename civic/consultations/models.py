"""What a consultation has of its own. Its phases and thresholds lie on its space, its vote on its contribution."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.consultations.rules import ConsultationStatus
from civic.contributions.models import Contribution
from civic.core.db import Base, Choice, Moment, one_of


class Consultation(Base):
    __tablename__ = "consultations"
    __table_args__ = (
        one_of("status", ConsultationStatus),
        CheckConstraint("status <> 'closed' OR department_id IS NOT NULL", name="closed_has_department"),
        Index("ix_consultations_list", "status", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[ConsultationStatus] = mapped_column(
        Choice(ConsultationStatus), default=ConsultationStatus.DRAFT
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    can_change: Mapped[str] = mapped_column(Text, default="", comment="one thing a line")
    cannot_change: Mapped[str] = mapped_column(Text, default="", comment="one thing a line")
    option_lines: Mapped[str] = mapped_column(Text, default="", comment="options of the vote, one a line")
    dates: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="planned days while a draft")
    step: Mapped[int] = mapped_column(default=1, comment="how far the builder has come")
    return_reason: Mapped[str] = mapped_column(String(1000), default="")
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    report_text: Mapped[str] = mapped_column(Text, default="")
    report_html: Mapped[str] = mapped_column(Text, default="")
    report_data: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="figures frozen at closing"
    )
    reported_at: Mapped[datetime | None] = mapped_column(Moment)
    participant_count: Mapped[int] = mapped_column(default=0)
    contribution: Mapped[Contribution] = relationship(foreign_keys=[id], lazy="raise")
