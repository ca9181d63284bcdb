"""A lifelike Mashhad. Everybody and everything in it is invented; the pages of the demo say so."""
