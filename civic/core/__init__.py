"""The ground everything stands on. Knows nothing of the city; small and closed: a new file needs a decision record."""
