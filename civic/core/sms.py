"""The text message port: an HTTP gateway where SMS_URL is set, else messages are printed or kept."""

import json
import sys
import urllib.request
from typing import Protocol

from flask import current_app


class Gateway(Protocol):
    def send(self, number: str, text: str) -> None: ...


class ConsoleGateway:
    def send(self, number: str, text: str) -> None:
        sys.stderr.write(f"--- sms to {number}: {text}\n")


class MemoryGateway:
    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []

    def send(self, number: str, text: str) -> None:
        self.messages.append((number, text))


class HttpGateway:
    """POSTs {"to": …, "text": …} as JSON to the configured address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, number: str, text: str) -> None:
        body = json.dumps({"to": number, "text": text}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})  # noqa: S310 - operator's own address
        with urllib.request.urlopen(request, timeout=15):  # noqa: S310
            pass


def gateway_for(url: str) -> Gateway:
    if url == "memory:":
        return MemoryGateway()
    return HttpGateway(url) if url else ConsoleGateway()


def send(number: str, text: str) -> None:
    """Hand one message to the gateway."""
    current_app.extensions["sms"].send(number, text)
