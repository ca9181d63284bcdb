"""JSON lines for operators, with a request id and without personal data."""

import logging
import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer

log = structlog.get_logger("civic")
SECRET = {"password", "code", "phone", "email", "login", "token", "cookie", "text", "body"}


def _redact(_logger: object, _name: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: "…" if key in SECRET else value for key, value in entry.items()}


class _Lines:
    """Writes to whatever standard error is at that moment."""

    def __init__(self, *_args: object) -> None:
        pass

    def msg(self, line: str) -> None:
        sys.stderr.write(line + "\n")

    debug = info = warning = error = critical = msg


def setup(level: str = "INFO") -> None:
    """Once per process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            # without the values of local variables: those are people's words and addresses
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=_Lines,
        cache_logger_on_first_use=True,
    )
