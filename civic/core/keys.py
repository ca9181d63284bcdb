"""Keys that this installation makes for itself on its first start and keeps in its data folder, for its owner only."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """What the file holds; made first when there is none. Two processes that start together end with the same key."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}-{secrets.token_hex(6)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
        try:
            os.link(fresh, path)  # fails when another was quicker, and then its key counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
