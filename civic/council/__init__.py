"""The desk of the city council and its members' questions to departments."""
