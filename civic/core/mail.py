"""The mail port: SMTP where SMTP_URL is set, else letters are printed (console) or kept (memory, for tests)."""

import email
import smtplib
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from email import policy
from email.charset import BASE64, Charset
from email.header import Header
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import formataddr, formatdate, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

LINES = 4
"""Connections at a time: a post office far away answers four times per letter, and the wire is idle meanwhile."""

PER_CONNECTION = 200
"""Letters over one connection: few enough for every post office's own limit."""


UTF8 = Charset("utf-8")
UTF8.body_encoding = BASE64
WIRE = policy.compat32.clone(linesep="\r\n", max_line_length=None)


@dataclass(frozen=True)
class Letter:
    """What is handed to the post."""

    sender: str
    to: str
    subject: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def wire(self) -> bytes:
        """The bytes of the letter.

        Assembled with the library's older classes: they take a fifth of the time of `EmailMessage`, which counts when a
        hundred thousand leave.
        """
        whole: Message = self._part("plain", self.text)
        if self.html:
            parts = [whole, self._part("html", self.html)]
            whole = MIMEMultipart("alternative", None, parts, policy=WIRE)
        named = {
            "From": _address(self.sender),
            "To": _address(self.to),
            "Subject": self.subject,
            **self.headers,
        }
        for name, value in named.items():
            line = " ".join(value.split())  # no line break of a title becomes a header of its own
            whole[name] = line if line.isascii() else Header(line, UTF8, 76, name).encode(linesep="\r\n")
        whole["Date"] = formatdate()
        return whole.as_bytes(policy=WIRE)

    @staticmethod
    def _part(kind: str, words: str) -> MIMENonMultipart:
        part = MIMENonMultipart("text", kind, policy=WIRE, charset="utf-8")
        part.set_payload(words, charset=UTF8)
        return part


def _address(written: str) -> str:
    """An address with its name, the name alone encoded."""
    name, address = parseaddr(" ".join(written.split()))
    return formataddr((name, address), "utf-8") if name else address


class Post(Protocol):
    def send(self, letter: Letter) -> None: ...


class NoSuchBox(Exception):
    """The post office refuses this address for good (SMTP 5xx to the recipient)."""


class ConsolePost:
    """Prints what would be sent; the embedded default."""

    def send(self, letter: Letter) -> None:
        sys.stderr.write(f"--- mail to {letter.to}: {letter.subject}\n{letter.text}\n---\n")


class MemoryPost:
    """Keeps letters in a list, as the other side would read them."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(email.message_from_bytes(letter.wire(), policy=policy.default))


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

    def send(self, letter: Letter) -> None:
        if not getattr(self.kept, "on", False):
            with self.round():
                self.send(letter)
            return
        if self.kept.server is None:
            self.kept.server = self._open()
        try:
            self.kept.server.sendmail(parseaddr(letter.sender)[1], [letter.to], letter.wire())
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


def lines() -> int:
    """How many may send at a time: one where letters are only kept or printed."""
    return LINES if isinstance(current_app.extensions["post"], SmtpPost) else 1


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
    names = {"Message-ID": message_id} if message_id else {}
    letter = Letter(current_app.config["MAIL_FROM"], to, subject, text, html, names | (headers or {}))
    current_app.extensions["post"].send(letter)
