"""The pseudonym under which a person's ballot is kept.

Keyed by a secret of the space (a row, destroyed to make its ballots anonymous) and the site's own secret key (a file,
so that a copy of the database alone does not name voters). Whoever changes the site's key while a vote is open lets
people vote twice: the operator's handbook says so.
"""

import hashlib
import hmac

from flask import current_app


def voter_key(space_secret: str, user_id: int) -> str:
    """The same for one person in all questions of a space, and for nobody else."""
    key = hashlib.sha256(f"ballots:{current_app.config['SECRET_KEY']}:{space_secret}".encode()).digest()
    return hmac.new(key, str(user_id).encode(), hashlib.sha256).hexdigest()
