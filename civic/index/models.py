"""The folded text of every searchable thing. The FTS5 table or tsvector column beside it is made by migration."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.db import Base


class Indexed(Base):
    """`id` is the contribution's id (index lies below contributions, so the key is plain here; deletes are by trigger)."""

    __tablename__ = "indexed_texts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(Text)
