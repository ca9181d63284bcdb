"""Districts."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from civic.core.db import Base


class District(Base):
    """A municipal district; `population` scales the threshold of its proposals."""

    __tablename__ = "districts"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    name_fa: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    name_ar: Mapped[str] = mapped_column(String(80), default="")
    population: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    origin: Mapped[str] = mapped_column(
        String(40), default="", comment="'' for the city's own, else the import it came with"
    )

    def name(self, language: str) -> str:
        return {"en": self.name_en, "ar": self.name_ar}.get(language) or self.name_fa
