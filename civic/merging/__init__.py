"""Two texts that say the same become one, and are parted again. Nouns: merge, target. Verbs: merge, part. Leans on votes, cases, proposals and problems."""
