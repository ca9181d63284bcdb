"""A test client that behaves as a browser without JavaScript: opens pages, fills their forms in, keeps their tokens.

Every page it opens is inspected (tests/pages.py).
"""

import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from civic.accounts.models import LoginSession
from civic.accounts.queries import digest
from civic.core import clock
from civic.core.db import db, transaction
from tests.pages import inspect


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.textarea: str | None = None
        self.select: str | None = None
        self.text = ""
        self.chosen: str | None = None
        self.first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.open = Form(a.get("action", ""), a.get("method", "get").lower())
            self.forms.append(self.open)
        if self.open is None:
            return
        name = a.get("name", "")
        if tag == "input" and name:
            kind = a.get("type", "text")
            if kind in {"checkbox", "radio"} and "checked" not in a:
                return
            if kind not in {"submit", "file"}:
                self.open.fields.append((name, a.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "button" and name:
            self.open.buttons.append((name, a.get("value", "")))
        elif tag == "textarea":
            self.textarea, self.text = name, ""
        elif tag == "select":
            self.select, self.chosen, self.first = name, None, None
        elif tag == "option" and self.select is not None:
            value = a.get("value", "")
            self.first = value if self.first is None else self.first
            if "selected" in a:
                self.chosen = value

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if self.open is None:
            return
        if tag == "textarea" and self.textarea is not None:
            self.open.fields.append((self.textarea, self.text.removeprefix("\n")))
            self.textarea = None
        elif tag == "select" and self.select is not None:
            self.open.fields.append(
                (self.select, self.chosen if self.chosen is not None else self.first or "")
            )
            self.select = None
        elif tag == "form":
            self.open = None


class Browser:
    """`open` a path, then `submit` a form of it. `text` is the page's HTML, `status` its code."""

    def __init__(self, app: Flask, user_id: int | None = None, *, lang: str = "fa") -> None:
        self.client = app.test_client()
        self.app = app
        self.prefix = "" if lang == "fa" else f"/{lang}"
        self.signed = user_id is not None
        self.response: TestResponse | None = None
        self.path = ""
        if user_id is not None:
            self.sign_in(user_id)

    def sign_in(self, user_id: int) -> None:
        """A live session row and its cookie, without the sign-in form."""
        token = secrets.token_urlsafe(24)
        with self.app.app_context():
            with transaction() as session:
                moment = clock.now()
                session.add(
                    LoginSession(token_hash=digest(token), user_id=user_id, created_at=moment, seen_at=moment)
                )
            db.session.remove()
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        self.signed = True

    @property
    def text(self) -> str:
        return self.response.get_data(as_text=True) if self.response else ""

    @property
    def status(self) -> int:
        return self.response.status_code if self.response else 0

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "") if self.response else ""

    def open(self, path: str, *, status: int = 200) -> str:
        """GET a page, which must answer `status`; returns its HTML."""
        self.path = path
        self.response = self.client.get(self.prefix + path if not path.startswith(("/ar/", "/en/")) else path)
        assert self.status == status, (
            path,
            self.status,
            self.text[:3000] if self.status >= 500 else self.text[-1500:],
        )
        if status == 200 and self.response.mimetype == "text/html":
            inspect(self.text, path)
        return self.text

    def follow(self) -> str:
        """Open where the last answer led."""
        return self.open(self.location)

    def forms(self) -> list[Form]:
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    def form(self, action: str = "") -> Form:
        """The POST form whose action ends so (default: the first with a field a person fills in, else the first)."""
        posts = [f for f in self.forms() if f.method == "post"]
        found = (
            [f for f in posts if f.action.split("?")[0].endswith(action)]
            if action
            else [f for f in posts if not f.action.endswith("/signout")]
        )
        assert found, f"no form {action!r} on {self.path}: {[f.action for f in posts]}"
        return found[0]

    def submit(self, action: str = "", *, files: dict[str, Any] | None = None, **filled: Any) -> TestResponse:
        """Send a form of the open page: what it carries, with `filled` in place; lists fill a name several times."""
        form = self.form(action)
        data: list[tuple[str, Any]] = [(k, v) for k, v in form.fields if k not in filled]
        for name, value in filled.items():
            data += [
                (name, one) for one in (value if isinstance(value, list) else [value]) if one is not None
            ]
        target = form.action or self.path
        return self.post(target, data, files=files)

    def post(self, path: str, data: Any = None, *, files: dict[str, Any] | None = None) -> TestResponse:
        """A bare POST (no token is added)."""
        body: dict[str, Any] = {}
        for name, value in data.items() if isinstance(data, dict) else data or []:
            body.setdefault(name, []).append(value)
        body.update(files or {})
        self.response = self.client.post(path, data=body, headers={"Origin": "http://localhost"})
        if self.status in {409, 422} and self.response.mimetype == "text/html":
            inspect(self.text, path)
        return self.response

    def token(self) -> str:
        """The CSRF token of the open page."""
        return next(v for f in self.forms() for k, v in f.fields if k == "csrf_token")
