"""Telling people, in the site exactly once and by mail at least once. Hears events only."""
