"""Signed links of letters: whose letters they stop, and which."""

from dataclasses import dataclass

from flask import Flask
from itsdangerous import BadSignature, URLSafeSerializer

from civic.core.errors import NotFound
from civic.notifications.rules import Rhythm, Topic


@dataclass(frozen=True)
class Stop:
    """What a link stops: everything, one topic's letters, or one rhythm's digests."""

    user_id: int
    topic: Topic | None = None
    digest: Rhythm | None = None


def signer(app: Flask) -> URLSafeSerializer:
    """Signs what a link stops."""
    return URLSafeSerializer(app.config["SECRET_KEY"], salt="letters")


def token_for(app: Flask, stop: Stop) -> str:
    what = stop.topic or stop.digest
    return str(signer(app).dumps([stop.user_id, str(what)] if what else stop.user_id))


def read_token(app: Flask, token: str) -> Stop:
    """NotFound for anything we did not sign."""
    try:
        found = signer(app).loads(token)
        if not isinstance(found, list):
            return Stop(int(found))
        user_id, what = int(found[0]), str(found[1])
        if what in set(Topic):
            return Stop(user_id, topic=Topic(what))
        return Stop(user_id, digest=Rhythm(what))
    except (BadSignature, ValueError, TypeError, IndexError):
        raise NotFound from None
