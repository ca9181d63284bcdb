"""The one door to other sites: no way into the own network, no redirect, no endless answer."""

import http.server
import ipaddress
import socket
import threading
import time

import pytest

from civic.core import outbound, sms

PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.4.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",  # noqa: S104
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fec0::1", "feff::1", "fc00::1", "fd12::5", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:0a00:0001::", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "2001:db8::1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_called_whatever_it_hides_in(ctx, address):
    assert not outbound.is_public(ipaddress.ip_address(address))
    shown = f"[{address}]" if ":" in address else address
    with pytest.raises(outbound.Refused):
        outbound.post(f"https://{shown}/x", b"", {})


@pytest.mark.parametrize("address", ["8.8.8.8", "185.143.233.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_may_be_called(address):
    assert outbound.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example/x", "ftp://push.example/x", "https://user:secret@push.example/", "https:///x", "//push.example",
        "https://push.example:99999/", "https://push.example/a b", "https://push.example/\r\nHost: x", "", "javascript:1",
        "https://[::1/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_odd_addresses_are_refused(ctx, url):
    with pytest.raises(outbound.Refused):
        outbound.check(url)


def answers(monkeypatch, *addresses: str):
    found = [
        (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 443))
        for a in addresses
    ]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *_a, **_k: found)


@pytest.mark.parametrize(
    "found", [["10.0.0.7"], ["8.8.8.8", "127.0.0.1"], ["fe80::1%eth0"], ["::ffff:192.168.0.1"]]
)
def test_a_name_is_judged_by_every_address_it_has(ctx, monkeypatch, found):
    answers(monkeypatch, *found)
    with pytest.raises(outbound.Refused):
        outbound.post("https://innocent.example/x", b"", {})


def test_the_connection_goes_to_the_address_that_was_judged(ctx, monkeypatch):
    answers(monkeypatch, "8.8.8.8")
    called = []

    def connect(self, address):
        called.append(address)
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(outbound.Unanswered):
        outbound.post("https://innocent.example/x", b"", {})
    assert called == [("8.8.8.8", 443)]


class Other(http.server.BaseHTTPRequestHandler):
    """Another site, with all its moods."""

    seen: list = []  # noqa: RUF012

    def do_POST(self):
        self.seen.append(
            (self.path, self.headers["Host"], self.rfile.read(int(self.headers["Content-Length"])))
        )
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/secret")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 10_000)
            except OSError:
                pass
        elif self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(100):
                    self.wfile.write(b"x")
                    time.sleep(0.05)
            except OSError:
                pass
        else:
            self.send_response(int(self.path.removeprefix("/") or 200))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

    def log_message(self, *_args):
        pass


@pytest.fixture
def other():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Other.seen.clear()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def loopback(app, monkeypatch):
    monkeypatch.setitem(app.config, "OUTBOUND_LOOPBACK", True)


def test_loopback_is_closed_unless_a_test_opens_it(ctx, other):
    with pytest.raises(outbound.Refused):
        outbound.post(f"{other}/200", b"", {})
    assert Other.seen == []


def test_a_redirect_is_an_answer_and_is_not_followed(ctx, other, loopback):
    assert outbound.post(f"{other}/away", b"", {}).status == 302
    assert [path for path, _h, _b in Other.seen] == ["/away"]


def test_an_answer_has_a_size_and_a_time(ctx, other, loopback, monkeypatch):
    with pytest.raises(outbound.Unanswered, match="long"):
        outbound.post(f"{other}/endless", b"", {})
    monkeypatch.setattr(outbound, "SECONDS", 0.3)
    begun = time.monotonic()
    with pytest.raises(outbound.Unanswered):
        outbound.post(f"{other}/drip", b"", {})
    assert time.monotonic() - begun < 3


def test_only_a_little_is_sent(ctx, other, loopback):
    with pytest.raises(outbound.Refused):
        outbound.post(f"{other}/200", b"x" * 9_000, {})


def test_the_operators_gateway_may_stand_next_door(ctx, other):
    gateway = sms.HttpGateway(f"{other}/200")
    gateway.send("0915", "سلام")
    assert Other.seen[0][2].decode() == '{"to": "0915", "text": "\\u0633\\u0644\\u0627\\u0645"}'
    with pytest.raises(outbound.Unanswered):
        sms.HttpGateway(f"{other}/500").send("0915", "x")
    with pytest.raises(sms.NoSuchNumber):
        sms.HttpGateway(f"{other}/410").send("0915", "x")
