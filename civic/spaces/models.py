"""Spaces and their phases."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.core.db import Base, Choice, Moment, one_of
from civic.spaces.rules import TRUSTED, Moderation, PhaseKind


class SpaceKind(StrEnum):
    STANDING = "standing"
    CONSULTATION = "consultation"
    IMPORT = "import"


class Space(Base):
    """A room with its rules. The standing space (id 1) holds every proposal without a consultation."""

    __tablename__ = "spaces"
    __table_args__ = (
        one_of("kind", SpaceKind),
        one_of("moderation", Moderation),
        CheckConstraint("threshold_floor > 0 AND threshold_city > 0", name="threshold_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SpaceKind] = mapped_column(Choice(SpaceKind))
    name: Mapped[str] = mapped_column(String(160), default="")
    moderation: Mapped[Moderation] = mapped_column(Choice(Moderation), default=Moderation.PRE)
    trusted_kinds: Mapped[list[str]] = mapped_column(
        JSON,
        default=lambda: [str(kind) for kind in TRUSTED],
        server_default='["expert", "ngo", "women_forum"]',
        comment="whose texts are seen at once where moderation is mixed",
    )
    threshold_floor: Mapped[int] = mapped_column(default=100)
    threshold_per_ten_thousand: Mapped[int] = mapped_column(default=10)
    threshold_city: Mapped[int] = mapped_column(default=2000)
    voting_days: Mapped[int] = mapped_column(default=60)
    monthly_top: Mapped[int] = mapped_column(default=3)
    answer_days: Mapped[int] = mapped_column(default=20, comment="working days for the official answer")
    origin: Mapped[str] = mapped_column(String(40), default="", unique=False)
    phases: Mapped[list["Phase"]] = relationship(
        order_by="Phase.position", lazy="select", cascade="all, delete-orphan"
    )


class Phase(Base):
    """When what is open in a space."""

    __tablename__ = "phases"
    __table_args__ = (
        one_of("kind", PhaseKind),
        UniqueConstraint("space_id", "position"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        Index("ix_phases_clock", "done_at", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column()
    kind: Mapped[PhaseKind] = mapped_column(Choice(PhaseKind))
    name: Mapped[str] = mapped_column(String(120))
    opens_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment, comment="when its closing was carried out")
