"""Charsu: a city and its people solve city problems together."""
