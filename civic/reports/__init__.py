"""Participation reports: what people said and how they voted, as the council gets it."""
