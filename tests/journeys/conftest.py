"""The real site (web server and worker as processes of their own) in a real browser."""

import contextlib
import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Playwright, sync_playwright

from civic.app import create_app, migrate
from civic.app.demo import city
from civic.core.db import db, transaction
from civic.spaces.models import Space
from config import Config
from tests.journeys import processes

CHROMIUM = (
    os.environ.get("TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
)
LIGHT = shutil.which("chromium-headless-shell") or CHROMIUM
"""The engine alone, where Debian's package of it is there: it opens pages in half the time of the whole browser."""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Said:
    """How a command ended, and what it said."""

    code: int | None
    words: str


@dataclass
class Live:
    """A running site: its address, its data, the environment of its processes, ids by code."""

    base: str
    folder: Path
    env: dict[str, str]
    ids: dict[str, int]

    def civic(self, *words: str) -> Said:
        """A management command on this site's data."""
        output = self.folder / f"said-{secrets.token_hex(4)}"
        command = processes.start(words, self.env, output)
        command.join(120)
        return Said(command.exitcode, output.read_text(encoding="utf-8"))


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass
class Ready:
    """A data folder that is copied for each journey, the key it was made with, ids by code."""

    folder: Path
    key: str
    ids: dict[str, int]


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """The demo's city without its story: thresholds low enough for a handful of people."""
    folder, key = tmp_path_factory.mktemp("city"), secrets.token_hex(32)
    app = create_app(Config.from_env(os.environ | _settings(folder, key, free_port())))
    with app.app_context():
        migrate.upgrade()
        with transaction():
            ids = city.build()
            space = db.session.get_one(Space, 1)
            space.threshold_floor, space.threshold_per_ten_thousand = 2, 1
        db.session.remove()
        db.engine.dispose()
    return Ready(folder, key, ids)


def _settings(folder: Path, key: str, port: int) -> dict[str, str]:
    return {
        "CIVIC_DATA_DIR": str(folder), "CIVIC_PORT": str(port), "CIVIC_ENV": "demo", "CIVIC_SECRET_KEY": key,
        "DATABASE_URL": "", "REDIS_URL": os.environ.get("TEST_REDIS_URL", ""), "SMTP_URL": "", "SMS_URL": "", "CIVIC_LIMITS": "0", "CIVIC_UNDO_SECONDS": "0",
        "CIVIC_BASE_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip


@pytest.fixture
def live(tmp_path: Path, ready: Ready) -> Iterator[Live]:
    """A city of its own for one journey, with its web server and worker."""
    folder, port = tmp_path / "data", free_port()
    shutil.copytree(ready.folder, folder)
    env = os.environ | _settings(folder, ready.key, port)
    children = [processes.start((word,), env, tmp_path / f"{word}.log") for word in ("serve", "worker")]
    try:
        await_port(port)
        yield Live(f"http://127.0.0.1:{port}", folder, env, ready.ids)
    finally:
        for child in children:
            processes.end(child)


def await_port(port: int) -> None:
    """Until somebody listens there; at most a minute."""
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.1)
    pytest.fail("the web server does not start")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Chromium]:
    """One browser for all journeys of a process."""
    with playwright.chromium.launch(executable_path=LIGHT, args=FLAGS) as browser:
        yield browser


@pytest.fixture
def whole_chromium(playwright: Playwright) -> Iterator[Chromium]:
    """The browser as people have it, for what the engine alone has not: messages of the system."""
    with playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser:
        yield browser


class Person:
    """Somebody at a browser: own cookies, with or without JavaScript. Taps are counted."""

    def __init__(
        self,
        chromium: Chromium,
        base: str,
        *,
        script: bool,
        lang: str = "fa",
        phone: bool = False,
        scheme: str = "light",
    ) -> None:
        width, height = (390, 844) if phone else (1280, 900)
        self.context = chromium.new_context(
            java_script_enabled=script, base_url=base, viewport={"width": width, "height": height},
            color_scheme=scheme, reduced_motion="reduce",
        )  # fmt: skip
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.prefix = "" if lang == "fa" else f"/{lang}"
        self.taps = 0

    def open(self, path: str) -> None:
        answer = self.page.goto(self.prefix + path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)

    def tap(self, selector: str, n: int = 0) -> None:
        self.taps += 1
        self.page.locator(selector).nth(n).click()

    def press(self, words: str) -> None:
        """A button or link by its words."""
        self.taps += 1
        found = self.page.locator(
            f"main button:has-text('{words}'):visible, main a:has-text('{words}'):visible"
        ).first
        found.click()

    def write(self, name: str, words: str) -> None:
        self.page.locator(f"main [name='{name}']:visible").first.fill(words)

    def choose(self, name: str, value: str) -> None:
        field = self.page.locator(f"main [name='{name}']")
        if field.first.evaluate("e => e.tagName") == "SELECT":
            field.first.select_option(value)
        else:
            self.page.locator(f"main label:has(input[name='{name}'][value='{value}'])").first.click()

    def sees(self, words: str) -> bool:
        return words in self.page.locator("main").inner_text()

    def waits_for(self, path: str, words: str, seconds: float = 25) -> None:
        """Open a page until what the worker does has arrived on it."""
        end = time.monotonic() + seconds
        while True:
            self.open(path)
            if self.sees(words):
                return
            assert time.monotonic() < end, (path, words, self.page.locator("main").inner_text()[:1500])
            time.sleep(0.4)

    def sign_in(self, login: str) -> None:
        """With the demo's password."""
        self.open("/signin")
        self.write("login", login)
        self.page.locator("summary:has-text('گذرواژه')").click()
        self.write("password", city.PASSWORD)
        self.page.locator("main button:has-text('ورود با گذرواژه')").click()
        self.page.wait_for_url("**/")

    def close(self) -> None:
        self.context.close()
