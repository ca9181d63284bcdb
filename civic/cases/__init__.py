"""A department's inbox: routing, deadline, return, official answer, the head's approval."""
