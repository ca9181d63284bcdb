"""Groups, their members and invitations."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.actor import Kind
from civic.core.db import Base, Choice, Moment, one_of
from civic.groups.rules import GroupStatus, MemberRole


class Group(Base):
    """A women's forum, an NGO or an expert panel; `kind` is the capacity its members may act in."""

    __tablename__ = "groups"
    __table_args__ = (one_of("kind", Kind), one_of("status", GroupStatus))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[Kind] = mapped_column(Choice(Kind))
    status: Mapped[GroupStatus] = mapped_column(Choice(GroupStatus), default=GroupStatus.PENDING)
    about: Mapped[str] = mapped_column(Text, default="")
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    founded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    member_count: Mapped[int] = mapped_column(default=0)


class GroupMember(Base):
    __tablename__ = "group_members"
    __table_args__ = (
        one_of("role", MemberRole),
        UniqueConstraint("group_id", "user_id"),
        Index("ix_group_members_user", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    role: Mapped[MemberRole] = mapped_column(Choice(MemberRole), default=MemberRole.MEMBER)
    joined_at: Mapped[datetime] = mapped_column(Moment)


class Invitation(Base):
    """A link with which people ask to join; every one of them is accepted by a manager."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    uses_left: Mapped[int] = mapped_column(default=20)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class JoinRequest(Base):
    __tablename__ = "join_requests"
    __table_args__ = (UniqueConstraint("group_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
