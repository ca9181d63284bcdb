"""The base table of everything put before the city, and what hangs on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.contributions.rules import ContributionKind, Involvement, Status, StepKind
from civic.core.actor import Kind
from civic.core.db import Base, Choice, Moment, one_of
from civic.departments.models import Category
from civic.groups.models import Group
from civic.places.models import District


class Contribution(Base):
    """Title, text, place, author, capacity and the one status of a problem, proposal, comment, consultation, question."""

    __tablename__ = "contributions"
    __table_args__ = (
        one_of("kind", ContributionKind),
        one_of("status", Status),
        one_of("capacity", Kind),
        CheckConstraint("kind = 'comment' OR title <> '' OR status IN ('draft', 'erased')", name="titled"),
        CheckConstraint("status <> 'public' OR published_at IS NOT NULL", name="public_since"),
        UniqueConstraint("origin", "origin_key"),
        Index("ix_contributions_newest", "kind", "status", "id"),
        Index("ix_contributions_shuffle", "kind", "status", "shuffle", "id"),
        Index("ix_contributions_discussed", "kind", "status", "comment_count", "id"),
        Index("ix_contributions_joined", "kind", "status", "join_count", "id"),
        Index("ix_contributions_district", "kind", "status", "district_id", "id"),
        Index("ix_contributions_category", "kind", "status", "category_id", "id"),
        Index("ix_contributions_space", "space_id", "kind", "status", "id"),
        Index("ix_contributions_stage", "kind", "status", "stage", "id"),
        Index("ix_contributions_author", "author_id", "id"),
        Index("ix_contributions_subject", "subject_id", "status", "id"),
        CheckConstraint("(kind = 'comment') = (subject_id IS NOT NULL)", name="comment_has_subject"),
        CheckConstraint("status <> 'merged' OR merged_into_id IS NOT NULL", name="merged_somewhere"),
        Index("ix_contributions_group", "group_id", "id"),
        Index("ix_contributions_merged", "merged_into_id", "id"),
        Index("ix_contributions_updated", "kind", "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ContributionKind] = mapped_column(Choice(ContributionKind))
    status: Mapped[Status] = mapped_column(Choice(Status), default=Status.DRAFT)
    stage: Mapped[str] = mapped_column(
        String(12), default="draft", comment="derived from status and steps; see rules.stage_of"
    )
    space_id: Mapped[int] = mapped_column(ForeignKey("spaces.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    subject_id: Mapped[int | None] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"),
        comment="what a comment is about: it is visible only with it",
    )
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("contributions.id"), comment="whose people its people are counted with; one step deep"
    )
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    capacity: Mapped[Kind] = mapped_column(Choice(Kind), default=Kind.CITIZEN)
    byline: Mapped[str] = mapped_column(
        String(120), default="", comment="the name as its owner wanted it seen that day"
    )
    language: Mapped[str] = mapped_column(String(2), default="fa")
    title: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(
        String(240), default="", comment="first words of the text, for lists"
    )
    version: Mapped[int] = mapped_column(default=1)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    district_id: Mapped[int | None] = mapped_column(
        ForeignKey("districts.id"), comment="none: the whole city"
    )
    place_text: Mapped[str] = mapped_column(String(200), default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    withdrawal_reason: Mapped[str] = mapped_column(String(500), default="")
    shuffle: Mapped[int] = mapped_column(default=0, comment="random for life; the day's start turns")
    comment_count: Mapped[int] = mapped_column(default=0, comment="public comments under it")
    join_count: Mapped[int] = mapped_column(default=0, comment="people who said: it affects me too")
    follow_count: Mapped[int] = mapped_column(default=0)
    origin: Mapped[str | None] = mapped_column(String(40), comment="the import it came with")
    origin_key: Mapped[str | None] = mapped_column(String(80))
    origin_votes: Mapped[int | None] = mapped_column(comment="the origin's own count, outside our tallies")

    category: Mapped[Category | None] = relationship(lazy="raise")
    district: Mapped[District | None] = relationship(lazy="raise")
    group: Mapped[Group | None] = relationship(lazy="raise")
    picture: Mapped["Attachment | None"] = relationship(
        lazy="raise", uselist=False, viewonly=True,
        primaryjoin="and_(Contribution.id == foreign(Attachment.contribution_id), Attachment.hidden_at.is_(None))",
    )  # fmt: skip


class Version(Base):
    """What the text was before and after each edit."""

    __tablename__ = "contribution_versions"
    __table_args__ = (UniqueConstraint("contribution_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class Mask(Base):
    """Passages of a text that a moderator covered, beside the text as it was written. For the author, moderators and an appeal."""

    __tablename__ = "text_masks"
    __table_args__ = (Index("ix_text_masks_text", "contribution_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column()
    reference: Mapped[str] = mapped_column(String(24), comment="number of the decision")
    passages: Mapped[list[Any]] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    place_text: Mapped[str] = mapped_column(String(200), default="")
    alt: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(Moment)
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)


class Attachment(Base):
    """A cleaned picture; hidden ones are kept for an appeal and never served."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_contribution", "contribution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60), unique=True)
    small_name: Mapped[str] = mapped_column(String(60), unique=True)
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64))
    alt: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime] = mapped_column(Moment)
    hidden_at: Mapped[datetime | None] = mapped_column(Moment)


class Involved(Base):
    """Who is concerned by a contribution, and wants to hear of it."""

    __tablename__ = "involvements"
    __table_args__ = (
        one_of("role", Involvement),
        Index("ix_involvements_user", "user_id", "role", "contribution_id"),
    )

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Involvement] = mapped_column(Choice(Involvement), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class Muted(Base):
    """Who does not want to hear of a contribution any more."""

    __tablename__ = "muted"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


class Step(Base):
    """One public event in the life of a contribution. Append-only; `detail` is the machine's word, `note` the people's."""

    __tablename__ = "steps"
    __table_args__ = (one_of("kind", StepKind), Index("ix_steps_contribution", "contribution_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    kind: Mapped[StepKind] = mapped_column(Choice(StepKind))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_role: Mapped[str] = mapped_column(String(24), default="")
    detail: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Link(Base):
    """A proposal answers a problem; a question is about a promise's proposal."""

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("from_id", "relation", "to_id"),
        Index("ix_links_to", "to_id", "relation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    relation: Mapped[str] = mapped_column(String(24), comment="answers | about")
    to_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Moment)
