"""Reports and what they quote."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.contributions.models import Contribution
from civic.core.db import Base, Choice, Moment, one_of
from civic.reports.rules import Door, ReportStatus


class Report(Base):
    """One about a proposal or a closed consultation. `document` is canonical JSON, written once when it is frozen."""

    __tablename__ = "reports"
    __table_args__ = (
        one_of("status", ReportStatus),
        one_of("door", Door),
        CheckConstraint("(status = 'frozen') = (sha256 <> '')", name="frozen_has_fingerprint"),
        CheckConstraint("(status = 'frozen') = (frozen_at IS NOT NULL)", name="frozen_when"),
        CheckConstraint("public_at IS NULL OR status = 'frozen'", name="public_is_frozen"),
        Index("ix_reports_desk", "status", "door", "id"),
        Index("ix_reports_contribution", "contribution_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    status: Mapped[ReportStatus] = mapped_column(Choice(ReportStatus), default=ReportStatus.DRAFT)
    door: Mapped[Door] = mapped_column(Choice(Door))
    question: Mapped[str] = mapped_column(Text, default="")
    heard: Mapped[str] = mapped_column(Text, default="")
    open_points: Mapped[str] = mapped_column(Text, default="")
    drafted_at: Mapped[datetime] = mapped_column(Moment)
    edited_at: Mapped[datetime | None] = mapped_column(Moment)
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    frozen_at: Mapped[datetime | None] = mapped_column(Moment)
    public_at: Mapped[datetime | None] = mapped_column(Moment, comment="on a public agenda since")
    document: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    contribution: Mapped[Contribution] = relationship(lazy="raise")


class ReportQuote(Base):
    """Words of people that a frozen report quotes, beside the document that binds them."""

    __tablename__ = "report_quotes"
    __table_args__ = (Index("ix_report_quotes_contribution", "contribution_id"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    salt: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    byline: Mapped[str] = mapped_column(String(160), default="")
