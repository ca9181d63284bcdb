"""The append-only record of who did what. Nouns: entry, seal. Verbs: record, seal, verify. Leans on core only."""
