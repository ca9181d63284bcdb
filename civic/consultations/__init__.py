"""A group asks the city: two phases, options, closing report, an answer owed."""
