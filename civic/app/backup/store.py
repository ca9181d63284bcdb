"""The folder of a backup: files with their fingerprints, plain or under a passphrase, whole or not there at all.

Everything is written into a folder beside the target, which gets its name when the last byte is on the disk. Under a
passphrase each file is a sequence of AES-256-GCM pieces whose nonce counts them and marks the last, bound to the file's
name, so that no piece can be changed, left out, put elsewhere or cut off; the key comes from scrypt.
"""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

PIECE = 1024 * 1024
MARK = b"charsu-1"
HEAD = "backup.json"
MANIFEST = "manifest.json"
SCRYPT = {"n": 2**15, "r": 8, "p": 1}


class Hindrance(Exception):
    """A sentence for the operator: what is wrong, why, what to do."""


def _key(passphrase: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, **SCRYPT).derive(passphrase))


class _Out:
    """A file being written: counts and fingerprints the plain bytes, seals them if asked."""

    def __init__(self, file: BinaryIO, name: str, key: AESGCM | None) -> None:
        self.file, self.name, self.key = file, name.encode(), key
        self.size, self.hash = 0, hashlib.sha256()
        self.waiting, self.number, self.prefix = bytearray(), 0, secrets.token_bytes(7)
        if key:
            file.write(MARK + self.prefix)

    def write(self, data: bytes) -> None:
        self.size += len(data)
        self.hash.update(data)
        if self.key is None:
            self.file.write(data)
            return
        self.waiting += data
        while len(self.waiting) > PIECE:
            self._piece(bytes(self.waiting[:PIECE]), last=False)
            del self.waiting[:PIECE]

    def close(self) -> None:
        if self.key:
            self._piece(bytes(self.waiting), last=True)
        self.file.flush()
        os.fsync(self.file.fileno())

    def _piece(self, data: bytes, *, last: bool) -> None:
        assert self.key is not None  # noqa: S101 - for the type checker
        sealed = self.key.encrypt(_nonce(self.prefix, self.number, last=last), data, self.name)
        self.file.write(len(sealed).to_bytes(4, "big") + sealed)
        self.number += 1


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


class Writer:
    """Collects a backup; `finish` gives it its name, `drop` leaves nothing behind."""

    def __init__(self, target: Path, passphrase: bytes = b"") -> None:
        self.target = target
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise Hindrance(
                f"{target} exists already and is not empty, and a backup is never written over another: name a new folder."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        self.folder = target.parent / f".{target.name}.{secrets.token_hex(4)}.partial"
        self.folder.mkdir(mode=0o700)
        self.salt = secrets.token_bytes(16)
        self.key = _key(passphrase, self.salt) if passphrase else None
        self.files: dict[str, dict[str, Any]] = {}

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[_Out]:
        """A new file of the backup."""
        with self._raw(name) as file:
            out = _Out(file, name, self.key)
            yield out
            out.close()
        self.files[name] = {"size": out.size, "sha256": out.hash.hexdigest()}

    def _raw(self, name: str) -> BinaryIO:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")

    def add(self, name: str, source: Path) -> None:
        """A copy of a file."""
        with source.open("rb") as given, self.open(name) as out:
            while piece := given.read(PIECE):
                out.write(piece)

    def finish(self, manifest: dict[str, Any]) -> str:
        """Write what everything is, and give the folder its name. Returns the fingerprint of the manifest."""
        text = json.dumps(manifest | {"files": self.files}, indent=1, sort_keys=True).encode()
        with self.open(MANIFEST) as out:
            out.write(text)
        head: dict[str, Any] = {"charsu_backup": 1, "sealed": self.key is not None}
        if self.key:
            head["salt"] = self.salt.hex()
        with self._raw(HEAD) as file:
            file.write(json.dumps(head).encode())
            file.flush()
            os.fsync(file.fileno())
        if self.target.exists():
            self.target.rmdir()
        self.folder.rename(self.target)
        with contextlib.suppress(
            OSError
        ):  # so that the name itself outlives a power cut, where a folder can be synced
            descriptor = os.open(self.target.parent, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        return hashlib.sha256(text).hexdigest()

    def drop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class Reader:
    """A backup on disk. Reading a file checks it; `check` checks all of them first."""

    def __init__(self, folder: Path, passphrase: bytes = b"") -> None:
        self.folder = folder
        try:
            head = json.loads((folder / HEAD).read_text())
        except (OSError, ValueError):
            raise Hindrance(
                f"{folder} is not a backup: it has no readable {HEAD}. Name the folder that `civic backup` made."
            ) from None
        if head.get("charsu_backup") != 1:
            raise Hindrance(f"{folder} was made by a newer version of the site: restore it with that one.")
        self.sealed = bool(head["sealed"])
        if self.sealed and not passphrase:
            raise Hindrance(f"{folder} is under a passphrase: name its file with --passphrase-file.")
        self.key = _key(passphrase, bytes.fromhex(head["salt"])) if self.sealed else None
        self.files: dict[str, dict[str, Any]] = {}
        self.manifest: dict[str, Any] = json.loads(b"".join(self.read(MANIFEST)))
        self.files = self.manifest["files"]

    def read(self, name: str) -> Iterator[bytes]:
        """The plain bytes, piece by piece; Hindrance where the file is not what was written."""
        size, seen = 0, hashlib.sha256()
        try:
            with (self.folder / name).open("rb") as file:
                for piece in self._opened(file, name) if self.key else iter(lambda: file.read(PIECE), b""):
                    size += len(piece)
                    seen.update(piece)
                    yield piece
        except FileNotFoundError:
            raise Hindrance(f"the backup is not whole: {name} is missing. Take another copy of it.") from None
        wanted = self.files.get(name)
        if wanted is not None and (size, seen.hexdigest()) != (wanted["size"], wanted["sha256"]):
            raise Hindrance(
                f"the backup is damaged: {name} is not what was written. Take another copy of it."
            )

    def _opened(self, file: BinaryIO, name: str) -> Iterator[bytes]:
        assert self.key is not None  # noqa: S101 - for the type checker
        damaged = Hindrance(
            f"{name} cannot be opened: the passphrase is another one, or the file was changed. Try the passphrase of that day."
        )
        start = file.read(len(MARK) + 7)
        prefix, number = start[len(MARK) :], 0
        if not start.startswith(MARK) or len(prefix) != 7:
            raise damaged
        following = _framed(file)
        while True:
            sealed, following = following, _framed(file)
            if sealed is None:
                raise damaged
            try:
                yield self.key.decrypt(_nonce(prefix, number, last=following is None), sealed, name.encode())
            except InvalidTag:
                raise damaged from None
            if following is None:
                return
            number += 1

    def check(self) -> None:
        """Everything that was written is there and as it was."""
        for name in self.files:
            for _piece in self.read(name):
                pass

    def take(self, name: str, target: Path, *, mode: int = 0o640) -> None:
        """Write a file of the backup to disk."""
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as out:
            for piece in self.read(name):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())


def _framed(file: BinaryIO) -> bytes | None:
    length = file.read(4)
    return file.read(int.from_bytes(length, "big")) if len(length) == 4 else None
