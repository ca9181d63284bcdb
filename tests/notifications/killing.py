"""A post office that remembers, and processes that can be killed: for the tests and for bench/milestone.py."""

import contextlib
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Sink(socketserver.ThreadingTCPServer):
    """Takes every letter and remembers its Message-ID and addressee. `most` letters over one connection are counted, too."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.connections = 0
        super().__init__(("127.0.0.1", 0), Conversation)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Conversation(socketserver.StreamRequestHandler):
    """One SMTP session, as short as the protocol allows."""

    server: Sink

    def handle(self) -> None:
        self.server.connections += 1
        with contextlib.suppress(OSError):  # the sender may be killed in the middle
            self.talk()

    def talk(self) -> None:
        self.say("220 sink")
        to = ""
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("RCPT"):
                to = line.split("<")[1].split(">")[0]
            if word.startswith("DATA"):
                self.say("354 go on")
                if not self.keep(to):
                    return
            elif word.startswith("QUIT"):
                self.say("221 bye")
                return
            self.say("250 ok")

    def keep(self, to: str) -> bool:
        """The letter counts once its last line is here."""
        name = ""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            if line.lower().startswith(b"message-id:"):
                name = line.decode().split(":", 1)[1].strip()
        self.server.seen.append((name, to))
        return True

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    message = f"nothing answers on port {port}"
    raise RuntimeError(message)


def start_redis(port: int, folder: Path) -> subprocess.Popen[bytes]:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_port(port)
    return started


def start_worker(url: str, folder: Path, redis_port: int, sink: Sink) -> subprocess.Popen[bytes]:
    settings = {
        **os.environ, "CIVIC_ENV": "test", "DATABASE_URL": url, "CIVIC_DATA_DIR": str(folder), "CIVIC_SECRET_KEY": "t" * 40,
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0", "SMTP_URL": f"smtp://127.0.0.1:{sink.port}",
        "CIVIC_BASE_URL": "http://localhost", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "civic.app.commands", "worker"]
    return subprocess.Popen(
        command, env=settings, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill -9 of this one process."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def resident(pid: int) -> float:
    """Memory of a process in MiB, as the kernel counts it; 0 when it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0
