"""The page with one box over everything."""
