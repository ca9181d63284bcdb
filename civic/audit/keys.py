"""The key with which the site signs the heads it publishes.

A head that somebody kept proves something against the city only if the city cannot say that it never published it. The
key lies in the data folder, readable by its owner only, and goes with the backup; its public half stands beside the heads.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app


def sign(words: bytes) -> str:
    """Ed25519 over the words, in hex; the key is made at the first signature."""
    return _key(make=True).sign(words).hex()  # type: ignore[union-attr]


def public_key() -> str:
    """The half that everybody may have, in hex; empty before the first signature."""
    key = _key(make=False)
    return key.public_key().public_bytes_raw().hex() if key else ""


def key_file() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "record_key"


def _key(*, make: bool) -> Ed25519PrivateKey | None:
    file = key_file()
    if not file.exists():
        if not make:
            return None
        fresh = Ed25519PrivateKey.generate().private_bytes_raw().hex()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(fresh)
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text().strip()))
