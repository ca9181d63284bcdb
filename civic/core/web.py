"""What views share: who is asking, which guard an endpoint declares, rendering a form that was refused.

Every endpoint declares one guard; `app/security.py` refuses endpoints that declare none.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from types import NoneType
from typing import Any, TypeVar

from flask import (
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from civic.core.actor import Actor
from civic.core.limits import limit

MOST_MEANT = 5
View = TypeVar("View", bound=Callable[..., Any])


def current_actor() -> Actor:
    """Who is asking."""
    actor: Actor = g.actor
    return actor


def public(view: View) -> View:
    """Anybody may open it; what is shown comes from guarded reads."""
    view.guard = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Needs an account; the rest is judged by the verb's own permission."""
    view.guard = "signed_in"  # type: ignore[attr-defined]
    return view


def desk(permission: StrEnum) -> Callable[[View], View]:
    """A staff page: refused without this permission before anything is loaded."""

    def mark(view: View) -> View:
        view.guard = permission  # type: ignore[attr-defined]
        return view

    return mark


def render(template: str, **values: Any) -> Response:
    """A page; 422 when it shows a form that was sent and refused, 409 when others saved meanwhile (`meanwhile`)."""
    form = values.get("form")
    if values.get("meanwhile") is not None:
        return make_response(render_template(template, **values), 409)
    refused = request.method == "POST" and form is not None and bool(getattr(form, "errors", None))
    return make_response(render_template(template, **values), 422 if refused else 200)


def ask_to_sign_in(kind: str, payload: dict[str, Any]) -> BaseResponse:
    """A guest pressed a button: keep what was meant, lead to sign-in; `app/intentions.py` carries it out afterwards."""
    limit("intend", address(), 60, 3600)
    token = current_app.extensions["keep_intention"](kind, payload)
    session["meant"] = [*session.get("meant", []), token][-MOST_MEANT:]
    return redirect(url_for("accounts.signin", intent=token), 303)


def meant_here(token: str | None) -> bool:
    """Was it this browser in which the button was pressed? A link of somebody else's carries nothing out."""
    return bool(token) and token in session.get("meant", [])


def address() -> str:
    """The network a request came from: /24 of IPv4, /64 of IPv6."""
    remote = request.remote_addr or ""
    if ":" in remote:
        return ":".join(remote.split(":")[:4])
    return ".".join(remote.split(".")[:3])


def safe_next(target: str | None) -> str:
    """A path of this site, or '' for anything else, in every spelling."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return ""
    if any(ord(c) < 33 for c in target):
        return ""
    return target


def link_to(endpoint: str, **values: Any) -> str:
    """`url_for`, with the last addresses kept: a page of a desk writes the same dozen of them every time."""
    flat = [part for pair in values.items() for part in pair]
    plain = all(type(part) in {str, int, NoneType} for part in flat)
    if not plain or endpoint.startswith(".") or any(name.startswith("_") for name in values):
        return url_for(endpoint, **values)
    return _known(request.script_root, endpoint, *flat)


@lru_cache(maxsize=5_000, typed=True)
def _known(_root: str, endpoint: str, *values: Any) -> str:
    return url_for(endpoint, **dict(zip(values[::2], values[1::2], strict=True)))


def linker(endpoint: str, **kept: Any) -> Callable[..., str]:
    """Addresses of one list under its conditions: link(order="newest", cursor=None) changes or drops some of them."""

    def link(**changed: Any) -> str:
        return link_to(
            endpoint,
            **{name: value for name, value in (kept | changed).items() if value not in (None, "", [])},
        )

    return link
