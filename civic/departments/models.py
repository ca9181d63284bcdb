"""Categories, departments and the rules that route between them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.db import Base, Choice, Moment, one_of


class DepartmentStatus(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"


class DepartmentKind(StrEnum):
    """What sort of office it is."""

    ORGANISATION = "organisation"
    DEPUTY = "deputy"
    DISTRICT = "district"


class Category(Base):
    """What a contribution is about; `keywords` (folded, space-separated) let the site suggest it from the text."""

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name_fa: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    name_ar: Mapped[str] = mapped_column(String(80), default="")
    keywords: Mapped[str] = mapped_column(String(1000), default="")
    position: Mapped[int] = mapped_column(default=0)
    origin: Mapped[str] = mapped_column(String(40), default="")

    def name(self, language: str) -> str:
        return {"en": self.name_en, "ar": self.name_ar}.get(language) or self.name_fa


class Department(Base):
    __tablename__ = "departments"
    __table_args__ = (
        one_of("status", DepartmentStatus),
        one_of("kind", DepartmentKind),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("replaced_by_id IS NULL OR replaced_by_id <> id", name="not_its_own_successor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_fa: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    name_ar: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[DepartmentStatus] = mapped_column(
        Choice(DepartmentStatus), default=DepartmentStatus.ACTIVE
    )
    kind: Mapped[DepartmentKind] = mapped_column(Choice(DepartmentKind), default=DepartmentKind.ORGANISATION)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("departments.id"),
        index=True,
        comment="the department it belongs to: its heads see this one",
    )
    district_id: Mapped[int | None] = mapped_column(
        ForeignKey("districts.id"), comment="a district's own office"
    )
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))

    def name(self, language: str) -> str:
        return {"en": self.name_en, "ar": self.name_ar}.get(language) or self.name_fa


class RoutingRule(Base):
    """First match by `position` wins; an empty condition matches everything."""

    __tablename__ = "routing_rules"
    __table_args__ = (Index("ix_routing_rules_position", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=100)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"))
    kind: Mapped[str] = mapped_column(String(24), default="", comment="of the contribution")
    door: Mapped[str] = mapped_column(String(24), default="", comment="by which the case came")
    group_kind: Mapped[str] = mapped_column(String(24), default="", comment="of the group it is written for")
    keywords: Mapped[str] = mapped_column(
        String(300), default="", comment="any of these, separated by commas"
    )
    version: Mapped[int] = mapped_column(default=1, comment="grows with every change of what it says")
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    changed_at: Mapped[datetime] = mapped_column(Moment)
