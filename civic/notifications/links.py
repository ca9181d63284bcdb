"""Signed links of letters."""

from flask import Flask
from itsdangerous import BadSignature, URLSafeSerializer

from civic.core.errors import NotFound


def signer(app: Flask) -> URLSafeSerializer:
    """Signs whose letters a link stops."""
    return URLSafeSerializer(app.config["SECRET_KEY"], salt="letters")


def whose(app: Flask, token: str) -> int:
    """The person behind a link of a letter; NotFound for anything we did not sign."""
    try:
        return int(signer(app).loads(token))
    except (BadSignature, ValueError, TypeError):
        raise NotFound from None
