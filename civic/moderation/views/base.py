"""The blueprint, and what its pages share."""

from flask import Blueprint, request

bp = Blueprint("moderation", __name__)


def one_of(name: str, known: set[str]) -> str:
    """A known word of the address, or nothing."""
    value = request.args.get(name, "")
    return value if value in known else ""
