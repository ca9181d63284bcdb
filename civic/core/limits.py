"""How often somebody may do something: fixed windows, counted in Redis where there is one, else in this process.

An unreachable Redis fails open here; sign-in has its own counters in the database (accounts), which fail closed.
"""

import threading
import time

import redis
from flask import current_app

from civic.core.errors import TooMany
from civic.core.text import N_

_lock = threading.Lock()
_windows: dict[str, tuple[float, int]] = {}


def limit(name: str, who: object, most: int, seconds: int) -> None:
    """Count one `name` of `who`; TooMany past `most` in the window of `seconds`."""
    if not current_app.config.get("LIMITS", True):
        return
    window = int(time.time() // seconds)
    key = f"limit:{name}:{who}:{window}"
    client: redis.Redis | None = current_app.extensions.get("redis")
    try:
        count = _count_redis(client, key, seconds) if client else _count_here(key, seconds)
    except redis.RedisError:
        count = _count_here(key, seconds)
    if count > most:
        wait = int((window + 1) * seconds - time.time()) + 1
        raise TooMany(
            N_(
                "در زمان کوتاه بیش از اندازه درخواست فرستادید. کمی صبر کنید و دوباره بفرستید؛ نوشته‌تان از دست نرفته است."
            ),
            retry_after=wait,
        )


def _count_redis(client: redis.Redis, key: str, seconds: int) -> int:
    pipe = client.pipeline()
    pipe.incr(key)
    pipe.expire(key, seconds + 1)
    return int(pipe.execute()[0])


def _count_here(key: str, seconds: int) -> int:
    moment = time.time()
    with _lock:
        if len(_windows) > 20_000:
            for old in [k for k, (end, _) in _windows.items() if end < moment]:
                del _windows[old]
        count = _windows.get(key, (0.0, 0))[1] + 1
        _windows[key] = (moment + seconds, count)
    return count
