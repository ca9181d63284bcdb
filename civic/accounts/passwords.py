"""Password hashing: argon2id (RFC 9106), the parameters of OWASP's 2024 sheet. Slow on purpose: outside transactions."""

import secrets

from argon2 import PasswordHasher

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODY = HASHER.hash(secrets.token_hex(16))
"""Checked against where there is no account, so that time tells nothing."""


def hash_password(password: str) -> str:
    return HASHER.hash(password)
