"""What came of it all: headline numbers, the book of promises, the people's word, the sheet at the place."""

from civic.outcomes.views import boards, book, sheets
from civic.outcomes.views.base import bp

__all__ = ["boards", "book", "bp", "sheets"]
