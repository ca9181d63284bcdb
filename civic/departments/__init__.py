"""Who in the municipality answers for what. Nouns: department, category, routing rule."""
