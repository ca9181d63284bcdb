#!/usr/bin/env python3
"""Runs Charsu from a fresh clone, with nothing but Python 3.11 or newer.

    python3 start.py                  install once, prepare the database, serve on http://127.0.0.1:8000
    python3 start.py test [ARGS]      the test suite; ARGS go to pytest
    python3 start.py check            format, lint, types, import contracts, templates, translations, docs
    python3 start.py civic COMMAND    the management commands (`civic --help` lists them)

Only the standard library is used here, and only words that an old Python can read, so that even an
old one gets as far as being told what to do. Everything that knows the site lives in `civic/`.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.client
import importlib.util
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "charsu-installed"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")

RUN_LOCK = ROOT / "requirements.txt"
TEST_LOCK = ROOT / "requirements-test.txt"

ROOM_NEEDED = 300 * 1024 * 1024
READY_WITHIN = 60
GRACE = 20
LONGEST_PAUSE = 60
NEW_GROUP_ON_WINDOWS = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)

# -P: the folder one happens to stand in must not be searched for modules.
CIVIC = [
    str(PYTHON),
    "-P",
    "-c",
    "import sys; sys.argv[0] = 'civic'; from civic.app.commands import main; sys.exit(main())",
]


class Hindrance(Exception):
    """Something outside the program is in the way; the text says what, why and what to do."""


def main() -> int:
    """One of the four things above; a hindrance is one sentence and exit code 1."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and not (
            name == "SIGHUP" and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        ):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        require_python()
        asked = arguments()
        require_room(ROOT)
        if asked.what == "test":
            return test(asked.rest)
        if asked.what == "check":
            return check()
        if asked.what == "civic":
            return civic(asked)
        return serve(asked)
    except Hindrance as hindrance:
        print(f"start.py: {hindrance}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def arguments() -> argparse.Namespace:
    """What was typed; the environment gives the defaults, so that a service file needs no arguments."""
    parser = argparse.ArgumentParser(
        prog="start.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--port", type=port, default=os.environ.get("CIVIC_PORT") or "8000", help="default 8000"
    )
    parser.add_argument(
        "--data", type=Path, default=None, help="where database and uploads live, default var/"
    )
    parser.add_argument("--empty", action="store_true", help="first start without the demo city")
    parser.add_argument("what", nargs="?", choices=["test", "check", "civic"], help="default: run the site")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser.parse_args()


def port(text: str) -> int:
    """A port number that a program may ask for."""
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 1 to 65535")
    return int(text)


def say(line: str) -> None:
    """A line for the person who waits; flushed, because others read it through a pipe."""
    print(line, flush=True)


# ---- what must be so before anything can start ------------------------------------------------


def require_python() -> None:
    """The language of the code: 3.11 brought StrEnum and the -P switch."""
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        raise Hindrance(
            f"this is Python {found}, and Charsu needs 3.11 or newer: "
            "install a newer one (Debian 12, Ubuntu 24.04: `sudo apt install python3`; others: python.org) "
            "and run `python3.11 start.py`."
        )


def require_room(folder: Path) -> None:
    """A full disk breaks an installation or a database half way; better not to begin."""
    free = shutil.disk_usage(folder).free
    if free < ROOM_NEEDED:
        raise Hindrance(
            f"only {free // 1024**2} MB are free on the disk of {folder}, and the packages and the database "
            f"need {ROOM_NEEDED // 1024**2} MB: free some room, or move the folder to another disk."
        )


def require_writable(folder: Path) -> None:
    """Database, uploads and the secret key are written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise Hindrance(
            f"the data folder {folder} cannot be written ({error.strerror}), and the database lives in it: "
            "give yourself the right to it, or name another with `--data DIR`."
        ) from None


def require_free(number: int) -> None:
    """Found out now, instead of after a minute of installing."""
    with socket.socket() as probe:
        if not WINDOWS:  # there it would let two programs share one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except PermissionError:
            raise Hindrance(
                f"port {number} is kept for the system, as all below 1024 are: use `--port 8000`."
            ) from None
        except OSError:
            other = number + 1 if number < 65535 else number - 1
            raise Hindrance(
                f"port {number} is taken by another program, perhaps a Charsu still running: "
                f"stop that one, or use `--port {other}`."
            ) from None


# ---- the packages -----------------------------------------------------------------------------


def install(*locks: Path) -> None:
    """The pinned packages into .venv; nothing at all happens when they are there already."""
    wanted = [f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {lock.name}" for lock in locks]
    wanted.append(f"in {ROOT}")  # a folder moved or copied elsewhere is told its new place
    done = STAMP.read_text("utf-8").splitlines() if STAMP.exists() and PYTHON.exists() else []
    if set(wanted) <= set(done):
        return
    count = sum(lock.read_text("utf-8").count("==") for lock in locks)
    say(f"Installing {count} packages into .venv (once; about a minute) ...")
    STAMP.unlink(missing_ok=True)
    pip = installer()
    names = [part for lock in locks for part in ("-r", str(lock))]
    run_quietly(
        [*pip, "install", "--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes", *names],
        "the packages could not be installed",
        "see that the network (or the proxy and mirror set for pip) can be reached, and run it again",
    )
    introduce_checkout()
    STAMP.write_text("\n".join(wanted) + "\n", "utf-8")


def installer() -> list[str]:
    """A pip that installs into .venv, which is made first where it is missing or broken."""
    own = [str(PYTHON), "-m", "pip"]
    of_the_system = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if answers(own):
        return own
    if PYTHON.exists() and importlib.util.find_spec("pip") and answers(of_the_system):
        return of_the_system

    bare = importlib.util.find_spec("ensurepip") is None  # Debian ships it apart, as python3-venv
    if importlib.util.find_spec("venv") is None or (bare and importlib.util.find_spec("pip") is None):
        raise Hindrance(
            f"{sys.executable} cannot make a virtual environment, because its venv or ensurepip module is "
            "missing: install it (Debian, Ubuntu: `sudo apt install python3-venv`) and run this again."
        )
    if not os.access(ROOT, os.W_OK):
        raise Hindrance(
            f"the folder {ROOT} cannot be written, and .venv is made in it: "
            "give yourself the right to it, or clone into a folder of your own."
        )
    run_quietly(
        [sys.executable, "-m", "venv", "--clear", *(["--without-pip"] if bare else []), str(VENV)],
        "the virtual environment .venv could not be made",
        "remove the folder .venv and run it again",
    )
    return of_the_system if bare else own


def answers(pip: list[str]) -> bool:
    """Whether this pip runs: an interrupted first start leaves half of one behind."""
    if not PYTHON.exists():
        return False
    return subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode == 0


def introduce_checkout() -> None:
    """Lets .venv find `civic` in this folder, from wherever it is called, and gives it the script."""
    packages = next(iter([*VENV.glob("lib/python*/site-packages"), *VENV.glob("Lib/site-packages")]))
    (packages / "charsu.pth").write_text(f"{ROOT}\n", "utf-8")
    if WINDOWS:
        (PYTHON.parent / "civic.cmd").write_text(f"@{subprocess.list2cmdline(CIVIC)} %*\n", "utf-8")
        return
    script = PYTHON.parent / "civic"
    script.write_text(f'#!/bin/sh\nexec {shlex.join(CIVIC)} "$@"\n', "utf-8")
    script.chmod(0o755)


def run_quietly(command: list[str], trouble: str, remedy: str) -> None:
    """A step whose words matter only when it fails, and then only the last of them."""
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        last = "\n".join(f"    {line}" for line in done.stdout.strip().splitlines()[-8:])
        raise Hindrance(f"{trouble}; its last words were\n{last}\n{remedy}.")


# ---- running the site -------------------------------------------------------------------------


def environment(asked: argparse.Namespace) -> dict[str, str]:
    """What the site's processes are told; everything else is inherited."""
    folder = asked.data or Path(os.environ.get("CIVIC_DATA_DIR") or ROOT / "var")
    return {
        **os.environ,
        "CIVIC_DATA_DIR": str(folder.resolve()),
        "CIVIC_PORT": str(asked.port),
        "PYTHONUNBUFFERED": "1",
    }


def civic(asked: argparse.Namespace) -> int:
    """A management command, run where one stands, so that paths mean what they say."""
    install(RUN_LOCK)
    return subprocess.run([*CIVIC, *asked.rest], env=environment(asked), check=False).returncode


def serve(asked: argparse.Namespace) -> int:
    """Web and worker until somebody stops them."""
    env = environment(asked)
    data = Path(env["CIVIC_DATA_DIR"])
    require_free(asked.port)
    require_writable(data)
    require_room(data)
    install(RUN_LOCK)
    prepared = subprocess.run(
        [*CIVIC, "prepare", "--empty" if asked.empty else "--demo"], env=env, check=False
    )
    if prepared.returncode:
        raise Hindrance("the database could not be prepared; the lines above say why.")

    running: list[Process] = []
    try:
        running.append(web := Process("web server", [str(PYTHON), "-P", "-m", "civic.app.serve"], env))
        running.append(worker := Process("worker", [*CIVIC, "worker"], env))
        wait_until_ready(web, worker, asked.port)
        say(f"ready http://127.0.0.1:{asked.port}")
        while web.alive():
            worker.revive()
            time.sleep(0.2)
        raise Hindrance("the web server has stopped by itself; the lines above say why.")
    except KeyboardInterrupt:
        return 0
    finally:
        stop(running)


def wait_until_ready(web: Process, worker: Process, number: int) -> None:
    """Ready is what the site itself says at /health/ready, not that a process exists."""
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if not web.alive():
            raise Hindrance("the web server did not start; the lines above say why.")
        worker.revive()
        line = http.client.HTTPConnection("127.0.0.1", number, timeout=5)
        try:
            line.request("GET", "/health/ready")
            if line.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            line.close()
        time.sleep(0.1)
    raise Hindrance(
        f"the site did not become ready within {READY_WITHIN} seconds; the lines above may say why."
    )


class Process:
    """A child in a process group of its own: Ctrl-C reaches it through us alone, in good order."""

    def __init__(self, name: str, command: list[str], env: dict[str, str]) -> None:
        self.name, self.command, self.env = name, command, env
        self.pause = 1
        self.again_at = 0.0
        self.start()

    def start(self) -> None:
        """From the project's folder, wherever start.py was called from."""
        self.started_at = time.monotonic()
        self.popen = subprocess.Popen(
            self.command, env=self.env, cwd=ROOT, start_new_session=True, creationflags=NEW_GROUP_ON_WINDOWS
        )

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.popen.poll() is None

    def revive(self) -> None:
        """Starts a dead one again, after a pause that doubles while it keeps dying at once."""
        if self.alive():
            return
        now = time.monotonic()
        if not self.again_at:
            if now - self.started_at > LONGEST_PAUSE:
                self.pause = 1
            self.again_at = now + self.pause
            code = self.popen.returncode
            print(
                f"start.py: the {self.name} stopped (exit code {code}); again in {self.pause} s",
                file=sys.stderr,
            )
            self.sweep()
        elif now >= self.again_at:
            self.again_at = 0.0
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            self.start()

    def sweep(self) -> None:
        """What a dead child may have left in its group, as an RQ work-horse."""
        if WINDOWS:
            self.popen.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)


def stop(running: list[Process]) -> None:
    """Asks all, waits for the work in hand to be finished, then insists. A second Ctrl-C insists at once."""
    deadline = time.monotonic() + GRACE
    try:
        for process in running:
            process.popen.terminate()
        for process in running:
            process.popen.wait(max(deadline - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        print(f"start.py: not everything ended within {GRACE} s; the rest is killed", file=sys.stderr)
    except KeyboardInterrupt:
        pass
    finally:
        for process in running:
            process.sweep()
            process.popen.wait()


# ---- the gates --------------------------------------------------------------------------------


def check() -> int:
    """Every gate but the tests. All of them run, so that one sees all that is wrong at once."""
    install(RUN_LOCK, TEST_LOCK)
    python = [str(PYTHON), "-P"]
    linter = "from importlinter.cli import lint_imports_command as run; run()"
    gates = {
        "format": [*python, "-m", "ruff", "format", "--check", "--output-format=concise", "."],
        "lint": [*python, "-m", "ruff", "check", "--output-format=concise", "."],
        "import contracts": [*python, "-c", linter],
        "types": [*python, "-m", "mypy"],
        "templates": [*python, "-m", "djlint", "templates", "--lint", "--quiet"],
        "translations": [*CIVIC, "i18n", "check"],
        "docs": [*CIVIC, "docs", "check"],
    }

    def outcome(command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )

    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, done in zip(gates, pool.map(outcome, gates.values())):
            say(f"{name}: {'FAILED' if done.returncode else 'ok'}")
            if done.returncode:
                failed.append(name)
                say(done.stdout.rstrip() + "\n")
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def test(rest: list[str]) -> int:
    """The whole suite, on whatever this machine has; what it has not is named."""
    install(RUN_LOCK, TEST_LOCK)
    left_out: dict[str, str] = {}
    with contextlib.ExitStack() as borrowed:
        env = {**os.environ, "PYTHONUNBUFFERED": "1"}
        find_postgres(env, borrowed, left_out)
        find_redis(env, left_out)
        find_chromium(env, left_out)
        if not (ROOT.parent / "shared" / "data").is_dir():
            left_out["data"] = "the runs over real data: the folder ../shared/data is not here"
        for reason in left_out.values():
            say(f"left out: {reason}")
        if os.environ.get("CI") == "true" and left_out.keys() - {"data"}:
            raise Hindrance("with CI=true only the runs over real data may be left out; provide the rest.")
        chosen = ["-m", " and ".join(f"not {marker}" for marker in left_out)] if left_out else []
        command = [
            str(PYTHON),
            "-m",
            "pytest",
            "-n",
            "2",
            "--dist",
            "worksteal",
            "--durations=20",
            *chosen,
            *rest,
        ]
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


DATABASES = """
import sys
import psycopg
verb, name = sys.argv[1:]
where = "host=127.0.0.1 port=5432 user=postgres dbname=postgres connect_timeout=3"
with psycopg.connect(where, autocommit=True) as server:
    if verb == "create":
        server.execute(f'CREATE DATABASE "{name}" ENCODING "UTF8" TEMPLATE template0')
    else:
        found = "SELECT datname FROM pg_database WHERE datname = %s OR starts_with(datname, %s)"
        for (own,) in server.execute(found, [name, name + "_"]).fetchall():
            server.execute(f'DROP DATABASE "{own}" WITH (FORCE)')
"""


def find_postgres(env: dict[str, str], borrowed: contextlib.ExitStack, left_out: dict[str, str]) -> None:
    """The server named, or a database of our own on the one of this machine, dropped at the end.

    Databases that the tests make beside it are dropped too, if their names begin with its name and "_".
    """
    if env.get("TEST_DATABASE_URL"):
        return
    if not reachable(5432):
        left_out["postgres"] = (
            "PostgreSQL: TEST_DATABASE_URL is not set and nothing answers on 127.0.0.1:5432"
        )
        return
    name = f"charsu_test_{os.getpid()}"
    command = [str(PYTHON), "-P", "-c", DATABASES]
    made = subprocess.run([*command, "create", name], capture_output=True, text=True, check=False)
    if made.returncode:
        why = made.stderr.strip().splitlines()[-1]
        left_out["postgres"] = (
            f"PostgreSQL: the one on 127.0.0.1:5432 gives user postgres no database ({why})"
        )
        return
    borrowed.callback(subprocess.run, [*command, "drop", name], check=False)
    env["TEST_DATABASE_URL"] = f"postgresql+psycopg://postgres@127.0.0.1:5432/{name}"


def find_redis(env: dict[str, str], left_out: dict[str, str]) -> None:
    """The server named, or the ninth database of this machine's, which no one else is likely to use."""
    if env.get("TEST_REDIS_URL"):
        return
    if reachable(6379):
        env["TEST_REDIS_URL"] = "redis://127.0.0.1:6379/9"
    else:
        left_out["redis"] = "Redis: TEST_REDIS_URL is not set and nothing answers on 127.0.0.1:6379"


def find_chromium(env: dict[str, str], left_out: dict[str, str]) -> None:
    """A browser of the system; none is downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    found = env.get("TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found:
        env["TEST_CHROMIUM"] = found
    else:
        left_out["browser"] = "the tests in a browser: Chromium is not installed (TEST_CHROMIUM may name one)"


def reachable(number: int) -> bool:
    """Whether anything listens on this port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", number), timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
