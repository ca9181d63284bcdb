"""The text message port: an HTTP gateway where SMS_URL is set, else messages are printed or kept."""

import json
import sys
from typing import Protocol

from flask import current_app

from civic.core import outbound


class Gateway(Protocol):
    def send(self, number: str, text: str) -> None: ...


class NoSuchNumber(Exception):
    """The gateway says that this number takes no messages, now or later."""


class ConsoleGateway:
    def send(self, number: str, text: str) -> None:
        sys.stderr.write(f"--- sms to {number}: {text}\n")


class MemoryGateway:
    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []

    def send(self, number: str, text: str) -> None:
        self.messages.append((number, text))


class HttpGateway:
    """POSTs {"to": …, "text": …} as JSON to the configured address. 410 and 422 mean: never again to this number."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, number: str, text: str) -> None:
        body = json.dumps({"to": number, "text": text}).encode()
        answer = outbound.post(self.url, body, {"Content-Type": "application/json"}, trusted=True)
        if answer.status in {410, 422}:
            message = f"{answer.status} {answer.body[:200].decode(errors='replace')}"
            raise NoSuchNumber(message)
        if not answer.is_ok:
            message = f"the gateway answered {answer.status}"
            raise outbound.Unanswered(message)


def gateway_for(url: str) -> Gateway:
    if url == "memory:":
        return MemoryGateway()
    return HttpGateway(url) if url else ConsoleGateway()


def send(number: str, text: str) -> None:
    """Hand one message to the gateway."""
    current_app.extensions["sms"].send(number, text)
