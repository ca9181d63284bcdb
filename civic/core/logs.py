"""JSON lines for operators, with a request id and without personal data."""

import logging
import sys

import structlog

log = structlog.get_logger("civic")
# where it broke, without the values: those are what people typed
TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
SECRET = {"password", "code", "phone", "email", "login", "token", "cookie", "text", "body"}


def _redact(_logger: object, _name: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: "…" if key in SECRET else value for key, value in entry.items()}


def setup(level: str = "INFO") -> None:
    """Once per process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            TRACEBACKS,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
