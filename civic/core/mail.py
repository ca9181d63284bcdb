"""The mail port: SMTP where SMTP_URL is set, else letters are printed (console) or kept (memory, for tests)."""

import smtplib
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

PER_CONNECTION = 200
"""Letters over one connection: few enough for every post office's own limit."""


class Post(Protocol):
    def send(self, letter: EmailMessage) -> None: ...


class NoSuchBox(Exception):
    """The post office refuses this address for good (SMTP 5xx to the recipient)."""


class ConsolePost:
    """Prints what would be sent; the embedded default."""

    def send(self, letter: EmailMessage) -> None:
        body = letter.get_body(("plain",))
        text = body.get_content() if body else ""
        sys.stderr.write(f"--- mail to {letter['To']}: {letter['Subject']}\n{text}\n---\n")


class MemoryPost:
    """Keeps letters in a list."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    def send(self, letter: EmailMessage) -> None:
        self.letters.append(letter)


class SmtpPost:
    """smtp://user:password@host:port or smtps://…; inside `round` several letters share a connection."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        self.kept = threading.local()

    def _open(self) -> smtplib.SMTP:
        parts = self.parts
        kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        server = kind(
            parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 25), timeout=20
        )
        try:
            if parts.scheme == "smtp+starttls":
                server.starttls()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    @contextmanager
    def round(self) -> Iterator[None]:
        """Letters sent inside go over one connection, opened with the first of them."""
        self.kept.server, self.kept.sent, self.kept.on = None, 0, True
        try:
            yield
        finally:
            self._close()
            self.kept.on = False

    def _close(self) -> None:
        server = getattr(self.kept, "server", None)
        self.kept.server, self.kept.sent = None, 0
        if server is None:
            return
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()

    def send(self, letter: EmailMessage) -> None:
        if not getattr(self.kept, "on", False):
            with self.round():
                self.send(letter)
            return
        if self.kept.server is None:
            self.kept.server = self._open()
        try:
            self.kept.server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            message = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
            raise (NoSuchBox(message) if 500 <= code < 600 else OSError(message)) from None
        except (smtplib.SMTPException, OSError):
            self._close()  # whatever was left in the air goes with the connection
            raise
        self.kept.sent += 1
        if self.kept.sent >= PER_CONNECTION:
            self._close()


def post_for(url: str) -> Post:
    if url == "memory:":
        return MemoryPost()
    return SmtpPost(url) if url else ConsolePost()


def many() -> AbstractContextManager[None]:
    """Letters handed over inside share a connection, where the post has one."""
    post = current_app.extensions["post"]
    return post.round() if isinstance(post, SmtpPost) else nullcontext()


def send(
    to: str,
    subject: str,
    text: str,
    *,
    message_id: str = "",
    html: str = "",
    headers: dict[str, str] | None = None,
) -> None:
    """Hand one letter to the post. A stable `message_id` lets mail programs drop a repeated one."""
    letter = EmailMessage()
    letter["From"] = current_app.config["MAIL_FROM"]
    letter["To"] = to
    letter["Subject"] = subject
    if message_id:
        letter["Message-ID"] = message_id
    for name, value in (headers or {}).items():
        letter[name] = value
    letter.set_content(text)
    if html:
        letter.add_alternative(html, subtype="html")
    current_app.extensions["post"].send(letter)
