"""People: sign-up, sign-in, sessions, names, kinds and roles. Nouns: user, session, code, grant, intention."""
