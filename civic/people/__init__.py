"""Windows on persons and groups: one's own page, what one follows, a group's page and what waits for its managers."""
