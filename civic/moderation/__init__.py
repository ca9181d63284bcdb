"""One queue for everything people write: items, claims, decisions, flags, the public log."""
