"""From the kinds of error to pages and problem documents."""

import secrets

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from civic.core.actor import PUBLIC
from civic.core.db import db
from civic.core.errors import CivicError, Conflict, NotAllowed, NotFound, Overtaken, RuleBroken, TooMany
from civic.core.i18n import say
from civic.core.logs import log
from civic.core.text import N_

STATUS: dict[type[CivicError], int] = {
    NotAllowed: 403,
    NotFound: 404,
    RuleBroken: 422,
    Conflict: 409,
    Overtaken: 409,
    TooMany: 429,
}
PAGES = {400, 403, 404, 409, 413, 422, 429, 500}


def setup(app: Flask) -> None:
    app.register_error_handler(CivicError, by_rule)
    app.register_error_handler(CSRFError, by_token)
    app.register_error_handler(HTTPException, by_protocol)
    app.register_error_handler(IntegrityError, by_constraint)
    app.register_error_handler(Exception, by_mistake)


def by_rule(error: CivicError) -> Response:
    response = answer(STATUS.get(type(error), 400), say(error.message, **error.values))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def by_token(_error: CSRFError) -> Response:
    return answer(
        400,
        say(N_("این صفحه پیش از ورود یا خروج شما باز شده بود. برگردید، صفحه را تازه کنید و دوباره بفرستید.")),
    )


def by_protocol(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = answer(error.code, "")
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def by_constraint(error: IntegrityError) -> Response:
    """Two people did the same at the same moment, and the database let one of them win."""
    log.info("constraint", problem=str(error.orig)[:200])
    return answer(409, say(N_("کس دیگری همین حالا همین کار را کرد. صفحه را دوباره باز کنید.")))


def by_mistake(error: Exception) -> Response:
    """A bug, or a database that does not answer: logged with an id that the visitor sees."""
    code = secrets.token_hex(4)
    log.error("bug", id=code, path=request.path, error=repr(error), exc_info=error)
    status = 503 if isinstance(error, OperationalError) else 500
    return answer(status, "", code=code)


def answer(status: int, sentence: str, *, code: str = "") -> Response:
    db.session.rollback()
    if "actor" not in g:
        g.actor = PUBLIC
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "status": status, "title": sentence or f"HTTP {status}"}
        if code:
            body["instance"] = code
        response = jsonify(body)
        response.status_code = status
        response.mimetype = "application/problem+json"
        return response
    page = status if status in PAGES else (500 if status >= 500 else 400 if status != 405 else 404)
    structlog.contextvars.bind_contextvars(status=status)
    return make_response(
        render_template(f"errors/{page}.html", message=sentence, request_id=code, status=status), status
    )
