"""Secret addresses of calendars."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.db import Base, Choice, Moment, one_of
from civic.feeds.rules import Scope


class CalendarKey(Base):
    """A person's calendar has a secret address. A new key makes the old address a dead one."""

    __tablename__ = "calendar_keys"
    __table_args__ = (one_of("scope", Scope), UniqueConstraint("user_id", "scope"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    scope: Mapped[Scope] = mapped_column(Choice(Scope))
    nonce: Mapped[str] = mapped_column(String(32), comment="part of the secret address")
    made_at: Mapped[datetime] = mapped_column(Moment)
