"""Questions, ballots, tallies, results. One person, one vote."""
