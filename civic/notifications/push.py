"""Messages to browsers: Web Push (RFC 8030), encrypted for the one browser (RFC 8291) and signed by us (RFC 8292)."""

import base64
import binascii
import json
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import current_app
from py_vapid import Vapid02

from civic.core import outbound
from civic.core.errors import RuleBroken
from civic.core.keys import kept
from civic.core.text import N_, shorten
from civic.notifications.drafts import Browser

SECONDS_KEPT = 86_400
"""How long a push service keeps a message for a browser that is away."""

MOST_WORDS = 240
GONE = {404, 410}


class BrowserGone(Exception):
    """The push service knows this browser no more."""


def _new_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@cache
def _key(folder: Path) -> ec.EllipticCurvePrivateKey:
    found = load_pem_private_key(kept(folder / "vapid_key.pem", _new_key), None)
    return cast("ec.EllipticCurvePrivateKey", found)


def public_key() -> str:
    """What a browser is told of us when it asks its push service for an address."""
    point = _key(current_app.config["DATA_DIR"]).public_key()
    return _text(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check(endpoint: str, p256dh: str, auth: str) -> None:
    """RuleBroken when this cannot be a browser's address and keys."""
    broken = RuleBroken(
        N_("نشانی‌ای که مرورگر داد درست نیست، برای همین اعلان روشن نشد. صفحه را تازه کنید و دوباره بزنید.")
    )
    if not 12 <= len(endpoint) <= 1_000 or len(p256dh) > 100 or len(auth) > 32:
        raise broken
    try:
        outbound.check(endpoint)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh))
        secret = _bytes(auth)
    except (outbound.Refused, ValueError, binascii.Error):
        raise broken from None
    if len(secret) != 16:
        raise broken


def send(browser: Browser, *, title: str, body: str, url: str, name: str) -> None:
    """One message. `name` is stable over retries: a service and a browser replace an earlier one of the same name."""
    words = {"title": shorten(title, MOST_WORDS), "body": shorten(body, MOST_WORDS), "url": url, "tag": name}
    sealed = http_ece.encrypt(
        json.dumps(words, ensure_ascii=False).encode(), private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes(browser.p256dh), auth_secret=_bytes(browser.auth), version="aes128gcm",
    )  # fmt: skip
    answer = outbound.post(
        browser.endpoint, sealed,
        {
            "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream", "TTL": str(SECONDS_KEPT),
            "Urgency": "normal", "Topic": name[:32], **_signature(browser.endpoint),
        },
    )  # fmt: skip
    if answer.status in GONE:
        message = f"{answer.status}"
        raise BrowserGone(message)
    if not answer.is_ok:
        message = f"the push service answered {answer.status} {answer.body[:120].decode(errors='replace')}"
        raise outbound.Unanswered(message)


def _signature(endpoint: str) -> dict[str, str]:
    parts = urlsplit(endpoint)
    signed: dict[str, Any] = Vapid02(_key(current_app.config["DATA_DIR"])).sign(
        {"aud": f"{parts.scheme}://{parts.netloc}", "sub": f"mailto:{current_app.config['MAIL_FROM']}"}
    )
    return {name: str(value) for name, value in signed.items()}
