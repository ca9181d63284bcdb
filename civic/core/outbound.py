"""The one door through which this site calls another: one small POST, no redirect, no way into the own network.

An address that a person gave us (a push service's) may name anything, so its name is looked up first, every answer must
be a public address, and the connection goes to exactly the address that was judged: a name that answers differently
the second time gains nothing. An operator's own setting (the text message gateway) may stand in the own network.
"""

import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import httpx
from flask import current_app

MOST_SENT = 8_192
MOST_READ = 65_536
SECONDS = 10.0
CONNECT_SECONDS = 4.0

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """We do not call this address; the words are for the operator."""


class Unanswered(Exception):
    """The other side could not be reached, took too long or said too much."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


def is_public(address: Address) -> bool:
    """May a stranger name this address? Addresses that carry another one inside are judged by that one, too."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        carried = [address.sixtofour, *(address.teredo or ())]
        if any(one is not None and not is_public(one) for one in carried):
            return False
        if address.is_site_local:  # fec0::/10: out of use, but some networks still route it inside
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def check(url: str) -> None:
    """Refused when this is no address that a stranger may name; the name itself is not looked up."""
    _parts(url, trusted=False)


def post(url: str, body: bytes, headers: dict[str, str], *, trusted: bool = False) -> Answer:
    """Send a few bytes. `trusted`: the operator set this address. Raises Refused or Unanswered."""
    if len(body) > MOST_SENT:
        message = f"{len(body)} bytes are more than the {MOST_SENT} we send"
        raise Refused(message)
    host, port, scheme, path = _parts(url, trusted=trusted)
    address = _look_up(host, port, trusted=trusted)
    shown = f"[{address}]" if ":" in address else address
    name = f"[{host}]" if ":" in host else host
    own_port = port != {"https": 443, "http": 80}[scheme]
    try:
        with (
            httpx.Client(
                trust_env=False, follow_redirects=False, verify=_certificates(),
                timeout=httpx.Timeout(SECONDS, connect=CONNECT_SECONDS),
            ) as client,
            client.stream(
                "POST", f"{scheme}://{shown}:{port}{path}", content=body,
                headers={**headers, "Host": f"{name}:{port}" if own_port else name, "User-Agent": "Charsu"},
                extensions={"sni_hostname": host},
            ) as response,
        ):  # fmt: skip
            return Answer(response.status_code, _read(response))
    except httpx.HTTPError as error:
        message = f"{type(error).__name__}: {error}"
        raise Unanswered(message) from None


@cache
def _certificates() -> ssl.SSLContext:
    """Whom we trust to vouch for others; read from disk once."""
    return httpx.create_ssl_context()


def _read(response: httpx.Response) -> bytes:
    """What was said, up to a size and within a time: a side that drips holds nobody up."""
    end = time.monotonic() + SECONDS
    body = b""
    for part in response.iter_raw():
        body += part
        if len(body) > MOST_READ or time.monotonic() > end:
            message = "the answer was too long" if len(body) > MOST_READ else "the answer took too long"
            raise Unanswered(message)
    return body


def _loopback_allowed() -> bool:
    """Tests run a server of their own on this machine; nothing in the environment can switch this on."""
    return bool(current_app.config.get("OUTBOUND_LOOPBACK"))


def _parts(url: str, *, trusted: bool) -> tuple[str, int, str, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        message = "this is no address"
        raise Refused(message) from None
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and (trusted or _loopback_allowed())):
        message = "only https is called"
        raise Refused(message)
    if not host or parts.username is not None or parts.password is not None:
        message = "the address names no host, or a person"
        raise Refused(message)
    if any(ord(sign) < 33 or ord(sign) == 127 for sign in url):
        message = "the address holds control signs"
        raise Refused(message)
    if not trusted:
        _judge_literal(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return host, port or {"https": 443, "http": 80}[parts.scheme], parts.scheme, path


def _judge_literal(host: str) -> None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    _judge(address)


def _judge(address: Address) -> None:
    if is_public(address) or (address.is_loopback and _loopback_allowed()):
        return
    message = f"{address} lies in a private network"
    raise Refused(message)


def _look_up(host: str, port: int, *, trusted: bool) -> str:
    """The address to connect to. All that the name answers must be public: one private answer spoils it."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        message = f"no address is known for {host}"
        raise Unanswered(message) from None
    addresses = [str(info[4][0]).split("%")[0] for info in found]
    if not trusted:
        for one in addresses:
            _judge(ipaddress.ip_address(one))
    return addresses[0]
