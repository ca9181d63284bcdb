"""Messages of browsers against a push service that really answers, opened with the browser's own key."""

import base64
import http.server
import json
import os
import stat
import threading
import time

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from civic.accounts.models import LoginSession
from civic.contributions import queries as contributions
from civic.contributions import service as contributing
from civic.contributions.rules import Involvement
from civic.core import clock
from civic.core.actor import SYSTEM
from civic.core.db import db, transaction
from civic.core.keys import kept
from civic.groups.queries import actor_of
from civic.notifications import jobs, push
from civic.notifications.models import Letter, PushSubscription
from civic.notifications.rules import MOST_BROWSERS, LetterStatus
from civic.votes.events import ThresholdReached
from tests.notifications.test_channels import NIGHT, NOON, tehran


class Service(http.server.BaseHTTPRequestHandler):
    """A push service: /201 takes, /410 says that the browser is gone, /500 is ill."""

    taken: list = []  # noqa: RUF012

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((self.path, dict(self.headers), body))
        self.send_response(int(self.path.split("/")[1]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        pass


class Device:
    """A browser's side of a subscription."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def fields(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": text(point), "auth": text(self.secret)}

    def open(self, sealed: bytes) -> dict[str, str]:
        plain = http_ece.decrypt(sealed, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return json.loads(plain)


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture
def service(app, monkeypatch):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Service.taken.clear()
    monkeypatch.setitem(app.config, "OUTBOUND_LOOPBACK", True)
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def subscribe(page, endpoint: str, device: Device, status: int = 204):
    page.open("/me/notices/settings")
    sent = page.post("/me/push", {"csrf_token": page.token(), "endpoint": endpoint, **device.fields})
    assert sent.status_code == status, sent.get_data(as_text=True)[-600:]


def happen(app, proposal: int, n: int = 1, at=NOON):
    with clock.at(at), app.app_context(), transaction():
        jobs.tell_threshold(ThresholdReached(n, proposal))


def send(app, at=NOON):
    with clock.at(at), app.app_context():
        jobs.send_messages()
    return Service.taken


def browsers(app) -> int:
    with app.app_context():
        return db.session.query(PushSubscription).count()


def states(app) -> list[LetterStatus]:
    with app.app_context():
        return [row.status for row in db.session.query(Letter).filter_by(channel="push").order_by(Letter.id)]


def test_a_message_is_sealed_for_one_browser_and_signed_by_us(app, make, browser, service):
    author, device = make.user(), Device()
    proposal = make.proposal(author, title="سایه‌بان برای ایستگاه")
    subscribe(browser(author), f"{service}/201/a", device)
    happen(app, proposal)
    ((path, headers, sealed),) = send(app)
    assert path == "/201/a"
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["TTL"] == "86400"
    assert headers["Topic"] == "notice-1"
    assert "سایه‌بان".encode() not in sealed
    told = device.open(sealed)
    assert told["title"] == "«سایه‌بان برای ایستگاه» به حد نصاب رسید"
    assert told["url"] == f"http://localhost/proposals/{proposal}"
    assert told["tag"] == "notice-1"
    with app.app_context():
        assert Vapid02.verify(headers["Authorization"])
        assert headers["Authorization"].endswith(f"k={push.public_key()}")
        claims = headers["Authorization"].split("t=")[1].split(",")[0].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(claims + "=="))
        assert claims["aud"] == service
        assert time.time() < claims["exp"] <= time.time() + 86_400
    assert states(app) == [LetterStatus.SENT]
    send(app)
    assert len(Service.taken) == 1


def test_a_browser_that_is_gone_is_forgotten_and_the_next_one_is_reached(app, make, browser, service):
    author = make.user()
    proposal = make.proposal(author)
    page = browser(author)
    subscribe(page, f"{service}/410/old", Device())
    subscribe(page, f"{service}/201/new", Device())
    happen(app, proposal)
    assert [path for path, _h, _b in send(app)] == ["/410/old", "/201/new"]
    assert browsers(app) == 1
    assert states(app) == [LetterStatus.SENT]


def test_an_ill_push_service_is_tried_again_later(app, make, browser, service):
    author = make.user()
    subscribe(browser(author), f"{service}/500/x", Device())
    happen(app, make.proposal(author))
    send(app)
    assert states(app) == [LetterStatus.PENDING]
    with app.app_context():
        letter = db.session.query(Letter).one()
        assert letter.attempts == 1
        assert "500" in letter.last_error
    assert browsers(app) == 1


def test_at_night_no_browser_rings(app, make, browser, service):
    author = make.user()
    subscribe(browser(author), f"{service}/201/x", Device())
    happen(app, make.proposal(author), at=NIGHT)
    assert send(app, at=NIGHT) == []
    assert len(send(app, at=tehran(26, 8, 1))) == 1


def test_what_was_hidden_since_reaches_no_browser(app, make, browser, service):
    follower = make.user()
    proposal = make.proposal(make.user())
    with app.app_context(), transaction():
        contributing.involve(contributions.by_id(proposal), actor_of(follower), Involvement.FOLLOWER)
    subscribe(browser(follower), f"{service}/201/x", Device())
    happen(app, proposal)
    with app.app_context(), transaction():
        contributing.hide(SYSTEM, contributions.by_id(proposal), clause=2)
    assert send(app) == []
    assert states(app) == [LetterStatus.DROPPED]


def test_after_signing_out_this_browser_hears_nothing_more(app, make, browser, service):
    author = make.user()
    page = browser(author)
    subscribe(page, f"{service}/201/x", Device())
    page.open("/me")
    assert page.submit("/signout").status_code == 303
    happen(app, make.proposal(author))
    assert send(app) == []


def test_a_browser_belongs_to_whoever_signed_in_last(app, make, browser, service):
    first, second, device = make.user(), make.user(), Device()
    subscribe(browser(first), f"{service}/201/shared", device)
    subscribe(browser(second), f"{service}/201/shared", device)
    assert browsers(app) == 1
    with app.app_context():
        assert db.session.query(PushSubscription).one().user_id == second


def test_only_the_newest_browsers_are_kept_and_each_can_be_removed(app, make, browser, service):
    author = make.user()
    page = browser(author)
    for n in range(MOST_BROWSERS + 2):
        subscribe(page, f"{service}/201/{n}", Device())
    assert browsers(app) == MOST_BROWSERS
    page.open("/me/notices/settings")
    assert page.submit("/me/push/drop").status_code == 303
    assert browsers(app) == MOST_BROWSERS - 1
    other = browser(make.user())
    other.open("/me")
    with app.app_context():
        mine = db.session.query(PushSubscription.id).limit(1).scalar()
    other.post("/me/push/drop", {"csrf_token": other.token(), "browser": mine})
    assert browsers(app) == MOST_BROWSERS - 1, "nobody removes another's browser"


@pytest.mark.parametrize(
    ("endpoint", "changed"),
    [
        ("https://10.0.0.1/x", {}), ("https://[::1]/x", {}), ("http://push.example/x", {}), ("https://u:p@push.example/", {}),
        ("https://push.example/" + "x" * 1000, {}), ("https://push.example/x", {"p256dh": "AAAA"}),
        ("https://push.example/x", {"auth": "AAAA"}), ("https://push.example/x", {"auth": "!!"}),
        ("https://push.example/x", {"p256dh": text(b"\x04" + b"\x01" * 64)}), ("", {}),
    ],
)  # fmt: skip
def test_no_odd_address_and_no_odd_key_is_taken(app, make, browser, endpoint, changed):
    page = browser(make.user())
    page.open("/me/notices/settings")
    data = {"csrf_token": page.token(), "endpoint": endpoint, **Device().fields, **changed}
    assert page.post("/me/push", data).status_code == 422
    assert browsers(app) == 0


def test_a_guest_adds_no_browser(app, browser):
    guest = browser()
    sent = guest.client.post("/me/push", data={"endpoint": "https://push.example/", **Device().fields})
    assert sent.status_code in {303, 403}
    assert browsers(app) == 0


def test_the_key_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "keys" / "vapid_key.pem"
    made = kept(path, lambda: b"one")
    assert kept(path, lambda: b"two") == made == b"one"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["vapid_key.pem"]


def test_the_script_of_messages_stands_at_the_root(browser):
    visitor = browser()
    script = visitor.open("/sw.js")
    assert visitor.response.mimetype == "text/javascript"
    assert "showNotification" in script
    assert "default-src 'none'" in visitor.response.headers["Content-Security-Policy"]


def test_idle_sessions_still_hear(app, make, browser, service):
    author = make.user()
    subscribe(browser(author), f"{service}/201/x", Device())
    with app.app_context(), transaction():
        db.session.query(LoginSession).one().seen_at = tehran(1, 8)
    happen(app, make.proposal(author))
    assert len(send(app)) == 1
