"""Letters as they go over the wire, and a post office with moods."""

import email
import smtplib
import socketserver
import threading
from email import policy

import pytest

from civic.core import mail
from civic.core.mail import Letter, NoSuchBox, SmtpPost

FACTS = {"sender": "چارسو <city@example.org>", "to": "a@example.org", "subject": "سلام", "text": "متن"}


def read(letter: Letter):
    return email.message_from_bytes(letter.wire(), policy=policy.default)


def test_a_letter_survives_the_wire_in_both_forms():
    subject = "«سایه‌بان و نیمکت برای همهٔ ایستگاه‌های اتوبوس خیابان امامت و بوستان ملت» پاسخ رسمی گرفت: پذیرفته شد با تغییر"
    text, html = "سطر نخست\n\n" + "نیم‌فاصله " * 300, "<p dir='rtl'>" + "نیم‌فاصله " * 300 + "</p>"
    letter = Letter(
        "city@example.org", "a@example.org", subject, text, html, {"Message-ID": "<n-1@x>", "X": "y"}
    )
    got = read(letter)
    assert got["Subject"] == subject
    assert got["Message-ID"] == "<n-1@x>"
    assert got.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    assert got.get_body(("html",)).get_content() == html
    assert got["To"] == "a@example.org"
    assert got["Date"]
    assert max(len(line) for line in letter.wire().split(b"\r\n")) <= 998
    assert b"\n" not in letter.wire().replace(b"\r\n", b"")
    assert letter.wire().isascii()


def test_a_plain_letter_has_one_part():
    got = read(Letter(**FACTS))
    assert not got.is_multipart()
    assert got.get_content().strip() == "متن"
    assert got["From"].addresses[0].display_name == "چارسو"


@pytest.mark.parametrize("name", ["subject", "to", "sender"])
def test_no_line_break_of_a_title_becomes_a_header(name):
    got = read(Letter(**FACTS | {name: "x@example.org\r\nBcc: everybody@example.org"}))
    assert got["Bcc"] is None


class Office(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        self.connections, self.taken, self.codes = 0, [], {}
        super().__init__(("127.0.0.1", 0), Clerk)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Clerk(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        self.say("220 here")
        to = ""
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("RCPT"):
                to = line.split("<")[1].split(">")[0]
                if to in self.server.codes:
                    self.say(self.server.codes[to])
                    continue
            if word.startswith("DATA"):
                if self.server.codes.get("data") == "hang up":
                    return
                self.say("354 go on")
                while self.rfile.readline() not in {b".\r\n", b""}:
                    pass
                self.server.taken.append(to)
            self.say("221 bye" if word.startswith("QUIT") else "250 ok")
            if word.startswith("QUIT"):
                return

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def office():
    server = Office()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def post(app, office, monkeypatch):
    made = SmtpPost(f"smtp://127.0.0.1:{office.server_address[1]}")
    monkeypatch.setitem(app.extensions, "post", made)
    return made


def test_letters_of_a_round_share_a_connection_up_to_a_limit(ctx, office, post, monkeypatch):
    monkeypatch.setattr(mail, "PER_CONNECTION", 4)
    with mail.many():
        for n in range(10):
            mail.send(f"p{n}@example.org", "s", "t")
    assert office.taken == [f"p{n}@example.org" for n in range(10)]
    assert office.connections == 3
    mail.send("alone@example.org", "s", "t")
    assert office.connections == 4


def test_a_refused_address_stops_neither_the_round_nor_its_connection(ctx, office, post):
    office.codes = {"gone@example.org": "550 no such user", "busy@example.org": "450 later"}
    with mail.many():
        with pytest.raises(NoSuchBox, match="550 no such user"):
            mail.send("gone@example.org", "s", "t")
        with pytest.raises(OSError, match="450 later"):
            mail.send("busy@example.org", "s", "t")
        mail.send("well@example.org", "s", "t")
    assert office.taken == ["well@example.org"]
    assert office.connections == 1


def test_after_a_broken_connection_the_next_letter_opens_a_new_one(ctx, office, post):
    office.codes = {"data": "hang up"}
    with mail.many():
        with pytest.raises((smtplib.SMTPException, OSError)):
            mail.send("a@example.org", "s", "t")
        office.codes = {}
        mail.send("b@example.org", "s", "t")
    assert office.taken == ["b@example.org"]
    assert office.connections == 2
