"""Terms, organs, meetings, agenda items, stances."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.core.db import Base, Choice, Moment, one_of
from civic.meetings.rules import ItemKind, ItemStatus, MeetingStatus, OrganKind, Outcome, StanceKind
from civic.reports.models import Report


class Term(Base):
    """A term of the council; numbers of meetings and resolutions are unique within one."""

    __tablename__ = "council_terms"
    __table_args__ = (CheckConstraint("ends_on > starts_on", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    starts_on: Mapped[date] = mapped_column()
    ends_on: Mapped[date] = mapped_column()


class Organ(Base):
    """The council or one of its commissions."""

    __tablename__ = "organs"
    __table_args__ = (one_of("kind", OrganKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganKind] = mapped_column(Choice(OrganKind))
    name_fa: Mapped[str] = mapped_column(String(120), unique=True)
    name_en: Mapped[str] = mapped_column(String(120), default="")
    name_ar: Mapped[str] = mapped_column(String(120), default="")

    def name(self, language: str) -> str:
        return {"en": self.name_en, "ar": self.name_ar}.get(language) or self.name_fa


class OrganMember(Base):
    """Who sits in a commission. In the council itself sit all who have the council's role."""

    __tablename__ = "organ_members"

    organ_id: Mapped[int] = mapped_column(ForeignKey("organs.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


class Meeting(Base):
    __tablename__ = "meetings"
    __table_args__ = (
        one_of("status", MeetingStatus),
        UniqueConstraint("term_id", "organ_id", "number"),
        CheckConstraint("status <> 'cancelled' OR cancel_reason <> ''", name="cancelled_why"),
        Index("ix_meetings_calendar", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organs.id"))
    term_id: Mapped[int] = mapped_column(ForeignKey("council_terms.id"))
    number: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column(Moment)
    place: Mapped[str] = mapped_column(String(160))
    public: Mapped[bool] = mapped_column(default=True)
    status: Mapped[MeetingStatus] = mapped_column(Choice(MeetingStatus), default=MeetingStatus.PLANNED)
    stance_until: Mapped[datetime] = mapped_column(
        Moment, comment="members give their stance before this moment"
    )
    cancel_reason: Mapped[str] = mapped_column(String(500), default="")
    organ: Mapped[Organ] = relationship(lazy="raise")


class AgendaItem(Base):
    """One thing before a meeting. Closed ones show their number only. Counters say how members stand."""

    __tablename__ = "agenda_items"
    __table_args__ = (
        one_of("kind", ItemKind),
        one_of("status", ItemStatus),
        one_of("outcome", Outcome),
        CheckConstraint("(status = 'decided') = (outcome IS NOT NULL)", name="decided_how"),
        CheckConstraint("kind <> 'report' OR report_id IS NOT NULL", name="report_named"),
        Index("ix_agenda_items_meeting", "meeting_id", "position", "id"),
        Index("ix_agenda_items_report", "report_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    position: Mapped[int] = mapped_column()
    kind: Mapped[ItemKind] = mapped_column(Choice(ItemKind))
    title: Mapped[str] = mapped_column(String(300))
    public: Mapped[bool] = mapped_column(default=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    status: Mapped[ItemStatus] = mapped_column(Choice(ItemStatus), default=ItemStatus.OPEN)
    outcome: Mapped[Outcome | None] = mapped_column(Choice(Outcome))
    outcome_text: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    support_count: Mapped[int] = mapped_column(default=0)
    changes_count: Mapped[int] = mapped_column(default=0)
    against_count: Mapped[int] = mapped_column(default=0)
    abstain_count: Mapped[int] = mapped_column(default=0)
    interest_count: Mapped[int] = mapped_column(default=0)
    report: Mapped[Report | None] = relationship(lazy="raise")
    meeting: Mapped[Meeting] = relationship(lazy="raise")


class Stance(Base):
    """What a member thinks of an item before the meeting. Of one with an interest of their own it does not count."""

    __tablename__ = "stances"
    __table_args__ = (
        one_of("stance", StanceKind),
        CheckConstraint("interest OR stance IS NOT NULL", name="says_something"),
        Index("ix_stances_member", "user_id", "item_id"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    stance: Mapped[StanceKind | None] = mapped_column(Choice(StanceKind))
    interest: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(1000), default="")
    note_public: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(Moment)
