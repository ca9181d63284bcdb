"""Resolutions of the council: what was decided, clause by clause, and whether it is done."""
