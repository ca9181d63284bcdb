"""One application per database per process, a clean database per test, nothing mocked."""

import os
import shutil
import socket
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from civic.app import create_app, migrate, translations
from civic.core import jobs
from civic.core.db import db
from config import Config
from tests.browser import Browser
from tests.make import Make

BACKENDS = ["sqlite"] + (["postgresql"] if os.environ.get("TEST_DATABASE_URL") else [])
_apps: dict[str, "Site"] = {}
_real_connect = socket.socket.connect
translations.compile_stale()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that touches the site runs on each database."""
    if "backend" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("postgres")
        metafunc.parametrize("backend", [b for b in BACKENDS if b == "postgresql" or not only])


def _local_only(self: socket.socket, address: object) -> object:
    host = address[0] if isinstance(address, tuple) else ""
    if host not in {"", "127.0.0.1", "localhost", "::1"}:
        message = f"a test tried to reach {address}"
        raise RuntimeError(message)
    return _real_connect(self, address)  # type: ignore[arg-type]


socket.socket.connect = _local_only  # type: ignore[method-assign,assignment]


EMPTY = """
DO $$
DECLARE one record; found boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT relname AS name FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one.name) INTO found;
        IF found THEN EXECUTE format('DELETE FROM %I', one.name); END IF;
    END LOOP;
    FOR one IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL
    LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', one.name);
    END LOOP;
END $$
"""
"""Deletes what a test has left. To truncate all hundred tables, most of them empty, took a third of the PostgreSQL tests."""


class Site:
    """An application on one kind of database, made once per process and emptied per test."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.admin = None
        if kind == "sqlite":
            self.file = folder / "test.db"
            url = f"sqlite:///{self.file}"
        else:
            base = os.environ["TEST_DATABASE_URL"]
            name = f"{base.rsplit('/', 1)[1]}_{uuid.uuid4().hex[:8]}"
            self.admin = create_engine(base.rsplit("/", 1)[0] + "/postgres", isolation_level="AUTOCOMMIT")
            with self.admin.connect() as connection:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
                # nobody kills this server: what was committed need not be on the disk before a test goes on
                connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
            self.name = name
            url = base.rsplit("/", 1)[0] + f"/{name}"
        self.url = url
        self.config = Config(
            env="test", data_dir=folder, database_url=url, secret_key="t" * 40, base_url="http://localhost",
            smtp_url="memory:", sms_url="memory:", limits=False, undo_seconds=0,
            extra={"TESTING": True, "PROPAGATE_EXCEPTIONS": False},
        )  # fmt: skip
        self.app = create_app(self.config)
        with self.app.app_context():
            migrate.upgrade()
            db.session.remove()
            db.engine.dispose()
        if kind == "sqlite":
            shutil.copy(self.file, folder / "template.db")

    def empty(self) -> None:
        (self.folder / "audit-heads.jsonl").unlink(missing_ok=True)
        with self.app.app_context():
            db.session.remove()
            if self.kind == "sqlite":
                db.engine.dispose()
                for end in ("-wal", "-shm"):
                    Path(f"{self.file}{end}").unlink(missing_ok=True)
                shutil.copy(self.folder / "template.db", self.file)
            else:
                with db.engine.begin() as connection:
                    connection.execute(text(EMPTY))
                    connection.execute(
                        text(
                            "INSERT INTO spaces (id, kind, name, moderation, threshold_floor, threshold_per_ten_thousand, threshold_city,"
                            " voting_days, monthly_top, answer_days, origin)"
                            " VALUES (1, 'standing', '', 'pre', 100, 10, 2000, 60, 3, 20, '')"
                        )
                    )
                    connection.execute(text("SELECT setval(pg_get_serial_sequence('spaces', 'id'), 1)"))
        self.app.extensions["post"].letters.clear()
        self.app.extensions["sms"].messages.clear()

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        if self.admin is not None:
            with self.admin.connect() as connection:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)'))
            self.admin.dispose()


@pytest.fixture(scope="session", autouse=True)
def _closing() -> Iterator[None]:
    translations.compile_stale()  # pages in Arabic and English are looked at, too
    yield
    for site in _apps.values():
        site.close()
    _apps.clear()


@pytest.fixture
def site(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site on an empty database (standing space only)."""
    if backend not in _apps:
        _apps[backend] = Site(backend, tmp_path_factory.mktemp(backend))
    _apps[backend].empty()
    return _apps[backend]


@pytest.fixture
def app(site: Site) -> Flask:
    return site.app


@pytest.fixture
def ctx(app: Flask) -> Iterator[None]:
    """An application context, for tests that call verbs and reads directly."""
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def make(app: Flask) -> Make:
    """Builders: make.user(), make.district(), …; each commits and returns plain ids or detached values."""
    return Make(app)


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """browser() is a guest, browser(user_id) somebody signed in, browser(user_id, lang='en') in English."""

    def opened(user_id: int | None = None, *, lang: str = "fa") -> Browser:
        return Browser(app, user_id, lang=lang)

    return opened


@pytest.fixture
def follow_up(app: Flask) -> Callable[[], int]:
    """Carry out what the outbox holds, as the worker would."""

    def run() -> int:
        with app.app_context():
            done = jobs.run_all()
            db.session.remove()
            return done

    return run
