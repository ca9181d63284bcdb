"""The mail port: SMTP where SMTP_URL is set, else letters are printed (console) or kept (memory, for tests)."""

import smtplib
import sys
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app


class Post(Protocol):
    def send(self, letter: EmailMessage) -> None: ...


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
    """smtp://user:password@host:port or smtps://…"""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)

    def send(self, letter: EmailMessage) -> None:
        parts = self.parts
        kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        with kind(
            parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 25), timeout=20
        ) as server:
            if parts.scheme == "smtp+starttls":
                server.starttls()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(letter)


def post_for(url: str) -> Post:
    if url == "memory:":
        return MemoryPost()
    return SmtpPost(url) if url else ConsolePost()


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
