"""The pages of moderation."""

from civic.moderation.views import appeals, public, queue
from civic.moderation.views.base import bp

__all__ = ["appeals", "bp", "public", "queue"]
