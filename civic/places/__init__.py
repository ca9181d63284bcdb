"""Districts of the city with their population."""
