"""A copy of everything while the site runs, put back where nothing is: equal by hash, or nothing at all."""

import contextlib
import errno
import json
import secrets
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select, text

from civic.app import checks, create_app, doctor, migrate
from civic.app.backup import commands, keeping, store
from civic.app.backup.store import Hindrance, Reader
from civic.audit import jobs, keys
from civic.core import clock
from civic.core.actor import Role
from civic.core.db import db, transaction
from civic.core.files import path_of
from config import Config


@pytest.fixture
def lived(app, make, site):
    """A city with votes, a withdrawn one, a sealed record with a published head, an upload; and what an id has left behind."""
    person = make.user('مریم «نمونه»، "آزمایشی"\nدو خط')
    proposal = make.voted_on(person)
    for n in range(9):
        make.vote(proposal, "for" if n % 2 else "against")
    make.vote(proposal, "withdraw", user_id=make.vote(proposal))
    make.department()
    gone = make.user()
    with app.app_context():
        with transaction() as session:
            session.execute(text("DELETE FROM users WHERE id = :id"), {"id": gone})
        jobs.publish_head()
        path = path_of("abcdef.jpg")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"picture" * 1000)
        db.session.remove()
    yield {"proposal": proposal, "gone": gone}
    for name in ("media", keeping.LAST):
        path = site.folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


@pytest.fixture
def empty(site, tmp_path):
    """Another machine: an empty database of the same kind and an empty data folder, opened again and again."""
    with contextlib.ExitStack() as opened:
        url = None
        if site.kind == "postgresql":
            name = f"{site.name}_{secrets.token_hex(3)}"
            admin = create_engine(site.url.rsplit("/", 1)[0] + "/postgres", isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
            url = site.url.rsplit("/", 1)[0] + f"/{name}"

            def drop():
                with admin.connect() as connection:
                    connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
                admin.dispose()

            opened.callback(drop)

        def machine(folder="elsewhere", key="t" * 40):
            data = tmp_path / folder
            made = create_app(
                Config(env="test", data_dir=data, database_url=url or f"sqlite:///{data / 'civic.db'}", secret_key=key,
                       smtp_url="memory:", sms_url="memory:", limits=False, extra={"TESTING": True})
            )  # fmt: skip

            def close():
                with made.app_context():
                    db.session.remove()
                    db.engine.dispose()

            opened.callback(close)
            return made

        yield machine


def backup(app, folder, passphrase=b""):
    with app.app_context():
        made = keeping.make(folder, passphrase)
        db.session.remove()
    return made


def restore(app, folder, passphrase=b""):
    with app.app_context():
        said = list(keeping.restore(folder, passphrase))
        assert keeping.proof() == []
        db.session.remove()
    return "\n".join(said)


def tables(folder, passphrase=b""):
    return {
        name: (t["rows"], t["sha256"]) for name, t in Reader(folder, passphrase).manifest["tables"].items()
    }


def test_put_back_on_an_empty_machine_everything_is_equal_by_hash(app, lived, empty, tmp_path, make):
    made = backup(app, tmp_path / "one")
    assert made.rows > 50
    other = empty()
    said = restore(other, tmp_path / "one")
    assert "equal by hash" in said
    assert "NOTE" not in said
    again = backup(other, tmp_path / "two")
    assert tables(tmp_path / "one") == tables(tmp_path / "two")
    assert again.rows == made.rows
    files = [
        {n: f for n, f in Reader(tmp_path / name).files.items() if n.startswith("data/")}
        for name in ("one", "two")
    ]
    assert files[0] == files[1]
    assert {"data/audit-heads.jsonl", "data/record_key", "data/media/ab/abcdef.jpg"} <= set(files[0])
    with other.app_context():
        assert keys.key_file().stat().st_mode & 0o777 == 0o600
        assert path_of("abcdef.jpg").read_bytes() == b"picture" * 1000


def test_the_restored_site_goes_on(app, lived, empty, tmp_path, site):
    """Numbers of rows that are gone are not given again; votes and the record go on where they were."""
    from tests.make import Make

    backup(app, tmp_path / "one")
    other = empty()
    restore(other, tmp_path / "one")
    make = Make(other)
    if site.kind == "postgresql":  # SQLite itself gives the last number again
        assert make.user() > lived["gone"]
    make.vote(lived["proposal"])
    with other.app_context():
        jobs.publish_head()
        assert list(checks.differences()) == []
        assert list(checks.record_faults(None)) == []
        with pytest.raises(Exception, match="append-only"):
            db.session.execute(text("DELETE FROM audit_seals"))
        db.session.rollback()
        db.session.remove()


def test_a_copy_taken_while_people_vote_is_of_one_moment(app, lived, empty, tmp_path, make):
    stop = threading.Event()

    def vote():
        while not stop.is_set():
            make.vote(lived["proposal"])

    threads = [threading.Thread(target=vote) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        backup(app, tmp_path / "one")
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    restore(empty(), tmp_path / "one")  # its proof compares every counter with its rows


def test_under_a_passphrase_nothing_can_be_read_or_changed(app, lived, empty, tmp_path):
    words = b"twelve letters and more"
    backup(app, tmp_path / "one", words)
    written = b"".join(path.read_bytes() for path in (tmp_path / "one").rglob("*") if path.is_file())
    for plain in ("مریم".encode(), b"picture", b"vote.cast", b'"tables"'):
        assert plain not in written
    other = empty()
    with other.app_context():
        for wrong in (b"", b"another one altogether"):
            with pytest.raises(Hindrance, match="passphrase"):
                list(keeping.restore(tmp_path / "one", wrong))
    file = next(path for path in sorted((tmp_path / "one").rglob("*.jpg")))
    whole = file.read_bytes()
    for damaged in (whole[:-1], whole[:-40] + bytes(40), whole + b"\0" * 20):
        file.write_bytes(damaged)
        with other.app_context(), pytest.raises(Hindrance):
            list(keeping.restore(tmp_path / "one", words))
    file.write_bytes(whole)
    restore(other, tmp_path / "one", words)
    backup(other, tmp_path / "two", b"twelve other letters")
    assert tables(tmp_path / "one", words) == tables(tmp_path / "two", b"twelve other letters")


def test_a_damaged_or_halved_backup_changes_nothing(app, lived, empty, tmp_path):
    backup(app, tmp_path / "one")
    other = empty()
    names = sorted(Reader(tmp_path / "one").files)
    for name in (names[0], names[-2]):
        file = tmp_path / "one" / name
        whole = file.read_bytes()
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with other.app_context(), pytest.raises(Hindrance, match="damaged"):
            list(keeping.restore(tmp_path / "one"))
        file.unlink()
        with other.app_context(), pytest.raises(Hindrance, match="missing"):
            list(keeping.restore(tmp_path / "one"))
        file.write_bytes(whole)
    with pytest.raises(Hindrance, match="not a backup"):
        Reader(tmp_path)
    restore(other, tmp_path / "one")


def test_a_table_that_did_not_arrive_as_it_was_is_named_and_nothing_is_kept(
    app, lived, empty, tmp_path, monkeypatch
):
    backup(app, tmp_path / "one")
    other = empty()
    check = Reader.__init__

    def doubting(self, *args):
        check(self, *args)
        self.manifest["tables"]["ballots"]["sha256"] = "0" * 64

    monkeypatch.setattr(Reader, "__init__", doubting)
    with other.app_context(), pytest.raises(Hindrance, match="ballots"):
        list(keeping.restore(tmp_path / "one"))
    monkeypatch.undo()
    restore(other, tmp_path / "one")  # it is as empty as before


def test_nothing_is_ever_written_over(app, lived, empty, tmp_path, site):
    backup(app, tmp_path / "one")
    for target, words in ((tmp_path / "one", "not empty"), (site.folder / "inside", "data folder")):
        with pytest.raises(Hindrance, match=words):
            backup(app, target)
    with app.app_context(), pytest.raises(Hindrance, match="the database is not empty"):
        list(keeping.restore(tmp_path / "one"))
    other = empty("full")
    (tmp_path / "full" / "media").mkdir(parents=True)
    (tmp_path / "full" / "media" / "x.jpg").write_bytes(b"x")
    with other.app_context(), pytest.raises(Hindrance, match="data folder"):
        list(keeping.restore(tmp_path / "one"))


def test_a_backup_goes_back_to_its_own_kind_of_database_and_shape(app, lived, empty, tmp_path):
    backup(app, tmp_path / "one")
    other = empty()
    manifest = tmp_path / "one" / "manifest.json"
    values = json.loads(manifest.read_text())
    for change, words in (
        ({"engine": "postgresql" if values["engine"] == "sqlite" else "sqlite"}, "kind of database"),
        ({"revision": "9999"}, "newer one"),
    ):
        manifest.write_text(json.dumps(values | change))
        with other.app_context(), pytest.raises(Hindrance, match=words):
            list(keeping.restore(tmp_path / "one"))


def test_an_older_backup_is_migrated(app, lived, empty, tmp_path, site):
    head = migrate.head()
    before = f"{int(head) - 1:04d}"
    with app.app_context():
        db.session.remove()
        migrate.downgrade(before)
        db.engine.dispose()
    try:
        made = backup(app, tmp_path / "one")
    finally:
        with app.app_context():
            migrate.upgrade()
            db.engine.dispose()
    assert made.rows > 50
    other = empty()
    with other.app_context():
        assert f"migrated from {before} to {head}" in "\n".join(keeping.restore(tmp_path / "one"))
        assert migrate.is_current()
        assert list(checks.differences()) == []
        db.session.remove()


def test_another_secret_key_is_said(app, lived, empty, tmp_path):
    backup(app, tmp_path / "one")
    assert "CIVIC_SECRET_KEY is another one" in restore(empty(key="u" * 40), tmp_path / "one")


@pytest.mark.parametrize("when", [1, 3])
def test_a_full_disk_leaves_nothing_behind(app, lived, tmp_path, monkeypatch, when):
    asked = iter(range(1000))
    real = store._Out.write

    def full(self, data):
        if next(asked) >= when:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(self, data)

    monkeypatch.setattr(store._Out, "write", full)
    with pytest.raises(Hindrance, match=r"No space left on device.*nothing was left behind"):
        backup(app, tmp_path / "one")
    assert [path.name for path in tmp_path.iterdir() if "one" in path.name] == []
    with app.app_context():
        assert keeping.last() is None


def test_a_folder_that_cannot_be_written_is_named(app, lived, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Hindrance, match="cannot be written"):
        backup(app, tmp_path / "file" / "one")


def test_the_operator_sees_the_last_backup_and_the_doctor_misses_it(
    app, lived, browser, make, tmp_path, monkeypatch
):
    operator = browser(make.user(roles=(Role.OPERATOR,)))
    assert "هنوز گرفته نشده است" in operator.open("/admin")
    backup(app, tmp_path / "one")
    assert "هنوز گرفته نشده است" not in operator.open("/admin")
    with app.app_context():
        monkeypatch.setitem(app.config, "CIVIC_ENV", "production")
        assert not any("backup" in line for line in doctor.problems())
        with clock.at(clock.now() + timedelta(days=3)):
            assert any("older than two days" in line for line in doctor.problems())
        (Path(app.config["DATA_DIR"]) / keeping.LAST).unlink()
        assert any("no backup" in line for line in doctor.problems())
        db.session.remove()


def test_the_two_commands(app, lived, empty, tmp_path):
    words = tmp_path / "words"
    words.write_text("a long enough passphrase\n")
    there, here = click.Group(), click.Group()
    other = empty()
    commands.add_to(here, lambda: app)
    commands.add_to(there, lambda: other)
    run = CliRunner().invoke
    with app.app_context():
        for more in ([], ["--passphrase-file", str(words)]):
            target = tmp_path / f"c{len(more)}"
            assert run(here, ["backup", str(target), *more]).exit_code == 0
            assert run(here, ["backup", str(target), *more]).exit_code == 1
            assert run(here, ["restore", str(target), *more]).exit_code == 1
        db.session.remove()
    with other.app_context():
        done = run(there, ["restore", str(tmp_path / "c2"), "--passphrase-file", str(words)])
        assert done.exit_code == 0, done.output
        assert "the record is whole" in done.output
        with transaction() as session:
            session.execute(text("UPDATE tallies SET ballots = ballots + 1"))
        assert db.session.scalar(select(1)) == 1
        db.session.remove()
    words.write_text("short\n")
    with app.app_context():
        assert run(here, ["backup", str(tmp_path / "x"), "--passphrase-file", str(words)]).exit_code == 1
