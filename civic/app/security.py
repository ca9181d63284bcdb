"""Headers, origin checks, and deny by default for endpoints that name no guard."""

import gzip
import hashlib
from enum import StrEnum
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFProtect

from civic.app import identity
from civic.core.errors import NotAllowed
from civic.core.policy import require

csrf = CSRFProtect()
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
}
UNGUARDED = {"static"}
PACKED = (
    "text/",
    "application/atom+xml",
    "application/json",
    "application/javascript",
    "image/svg+xml",
    "application/problem+json",
)


def setup(app: Flask) -> None:
    csrf.init_app(app)
    app.before_request(check)
    app.after_request(finish)


def check() -> Response | None:
    """Before every request: the host, the actor, the origin, the guard, the token."""
    _check_host()
    _check_letters()
    if request.endpoint in UNGUARDED:
        return None
    g.actor = identity.load_actor()
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # 404 and 405 are made by the router
    unsafe = request.method not in {"GET", "HEAD", "OPTIONS"}
    if unsafe:
        _check_origin()
    guard = getattr(view, "guard", None)
    if guard is None:
        raise NotAllowed
    if guard != "public" and not g.actor.is_signed_in:
        return _to_signin(unsafe=unsafe)
    if isinstance(guard, StrEnum):
        require(g.actor, guard)
    if unsafe and g.actor.is_signed_in:
        csrf.protect()
    return None


def _to_signin(*, unsafe: bool) -> Response:
    if request.path.startswith("/api/"):
        raise NotAllowed
    back = urlsplit(request.referrer or "").path if unsafe else request.full_path.rstrip("?")
    return redirect(url_for("accounts.signin", next=request.script_root + back if not unsafe else back), 303)  # type: ignore[return-value]


def _check_host() -> None:
    trusted = current_app.config["TRUSTED"]
    host = (request.headers.get("Host") or "").rsplit(":", 1)[0].lower()
    if trusted and host not in trusted:
        abort(400)


def _check_letters() -> None:
    """No word that a person types holds a NUL, and no database takes one."""
    typed = [request.path, *request.args.values()]
    if request.method == "POST":
        typed += [value for _name, value in request.form.items(multi=True)]
    if any("\0" in text for text in typed):
        abort(400)


def _check_origin() -> None:
    """A browser says where a POST came from; what comes from elsewhere is refused. Programs say nothing."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site in {"cross-site", "same-site"}:
        raise NotAllowed
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        raise NotAllowed
    if origin == "null" and fetch_site not in {"same-origin", "none"}:
        raise NotAllowed


def finish(response: Response) -> Response:
    """After every request: headers, cache rules, validation tag, compression."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    actor = g.get("actor")
    if "Cache-Control" not in response.headers:
        open_page = (
            actor is not None
            and not actor.is_signed_in
            and request.method == "GET"
            and "Set-Cookie" not in response.headers
        )
        response.headers["Cache-Control"] = "no-cache" if open_page else "no-store, private"
    if actor is not None:
        response.vary.add("Cookie")
        identity.touch()
    if (
        response.direct_passthrough
        or response.is_streamed
        or not (response.mimetype or "").startswith(PACKED)
    ):
        return response
    body = response.get_data()
    kept = "no-store" not in response.headers["Cache-Control"]
    if kept and request.method == "GET" and response.status_code == 200:
        response.set_etag(hashlib.blake2b(body, digest_size=12).hexdigest(), weak=True)
        response.make_conditional(request)
        if response.status_code == 304:
            return response
    response.vary.add("Accept-Encoding")
    if (
        len(body) > 600
        and "gzip" in request.headers.get("Accept-Encoding", "")
        and "Content-Encoding" not in response.headers
    ):
        response.set_data(gzip.compress(body, 4, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
