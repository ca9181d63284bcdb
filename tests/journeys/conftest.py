"""The real site (web server and worker as processes of their own) in a real browser."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright

from civic.app import create_app, migrate
from civic.app.demo import city
from civic.core.db import db, transaction
from civic.spaces.models import Space
from config import Config

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = (
    os.environ.get("TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Live:
    """A running site: its address, its data, the environment of its processes, ids by code."""

    base: str
    folder: Path
    env: dict[str, str]
    ids: dict[str, int]

    def civic(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A management command on this site's data."""
        return subprocess.run(
            [sys.executable, "-m", "civic.app.commands", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """The demo's city without its story: thresholds low enough for a handful of people."""
    port = free_port()
    env = os.environ | {
        "CIVIC_DATA_DIR": str(tmp_path), "CIVIC_PORT": str(port), "CIVIC_ENV": "demo", "CIVIC_SECRET_KEY": secrets.token_hex(32),
        "DATABASE_URL": "", "REDIS_URL": os.environ.get("TEST_REDIS_URL", ""), "SMTP_URL": "", "SMS_URL": "", "CIVIC_LIMITS": "0", "CIVIC_UNDO_SECONDS": "0",
        "PYTHONPATH": str(ROOT), "CIVIC_BASE_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    app = create_app(Config.from_env(env))
    with app.app_context():
        migrate.upgrade()
        with transaction():
            ids = city.build()
            space = db.session.get_one(Space, 1)
            space.threshold_floor, space.threshold_per_ten_thousand = 2, 1
        db.session.remove()
        db.engine.dispose()
    logs = (tmp_path / "processes.log").open("w")
    children = [
        subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=env,
            stderr=logs,
            stdout=logs,
            start_new_session=True,
        )
        for words in (["civic.app.serve"], ["civic.app.commands", "worker"])
    ]
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.1)
        yield Live(f"http://127.0.0.1:{port}", tmp_path, env, ids)
    finally:
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        logs.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for all journeys of a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


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
