"""Everything put before the city: author, text, versions, one status, steps, involvements. Kinds sit above."""
