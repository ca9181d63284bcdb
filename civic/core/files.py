"""Files from people: judged by content. Pictures are re-encoded and stripped of everything but pixels; PDF papers are
kept as they are, so those that are encrypted, carry scripts or are something else besides are refused.

A file is judged first (`read_…`, in memory) and written afterwards (`write`), so that a form with three good files and
a bad one leaves nothing behind.
"""

import hashlib
import io
import re
import secrets
import warnings
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app
from PIL import Image, ImageOps

from civic.core.errors import RuleBroken
from civic.core.text import N_

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
WIDEST = 1600
SMALL = 480
MOST_UNPACKED = 48 * 1024 * 1024
"""How much of a PDF's packed parts is looked into; one that unpacks to more is refused rather than half read."""


@dataclass(frozen=True)
class Picture:
    """A cleaned picture: `name` under the media folder, size in pixels, sha256 of the stored bytes."""

    name: str
    small_name: str
    width: int
    height: int
    sha256: str
    parts: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Paper:
    """A PDF that was found sound: `name` under the media folder, bytes, sha256 of them."""

    name: str
    size: int
    sha256: str
    parts: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)


def read_picture(data: bytes, *, where: str = "photo") -> Picture:
    """Check and re-encode a picture, in memory. RuleBroken, beside the form field `where`, for anything else."""
    if len(data) > MOST_BYTES:
        raise RuleBroken(N_("عکس باید کمتر از ۱۰ مگابایت باشد. عکس کوچک‌تری بفرستید."), field=where)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise RuleBroken(N_("ابعاد عکس بیش از اندازه است. عکسی تا ۴۰ مگاپیکسل بفرستید."), field=where)
            if image.format == "JPEG":
                image.draft("RGB", (WIDEST * 2, WIDEST * 2))
            image.load()
    except RuleBroken:
        raise
    except Exception as error:  # Pillow raises many kinds on hostile files
        raise RuleBroken(
            N_("این فایل عکس نیست یا خراب است. عکس JPEG، PNG یا WebP بفرستید."), field=where
        ) from error
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((WIDEST, WIDEST))
    small = upright.copy()
    small.thumbnail((SMALL, SMALL))
    stem = secrets.token_hex(12)
    large = _encoded(upright, 82)
    parts = ((f"{stem}.jpg", large), (f"{stem}-s.jpg", _encoded(small, 76)))
    return Picture(
        parts[0][0], parts[1][0], upright.width, upright.height, hashlib.sha256(large).hexdigest(), parts
    )


def store_picture(data: bytes) -> Picture:
    """Check, re-encode and write a picture. RuleBroken for anything that is not one within bounds."""
    picture = read_picture(data)
    write([picture])
    return picture


def read_evidence(data: bytes, *, where: str) -> Picture | Paper:
    """A picture or a PDF, by its first bytes and not by its name. RuleBroken beside `where` for anything else."""
    if len(data) > MOST_BYTES:
        raise RuleBroken(N_("هر مدرک باید کمتر از ۱۰ مگابایت باشد. فایل کوچک‌تری بفرستید."), field=where)
    if data.startswith(b"%PDF-"):
        return _read_paper(data, where)
    try:
        return read_picture(data, where=where)
    except RuleBroken as error:
        raise RuleBroken(
            N_(
                "مدرک باید عکس (JPEG، PNG یا WebP) یا PDF سالم باشد؛ این فایل هیچ‌کدام نیست. فایل دیگری بفرستید."
            ),
            field=where,
        ) from error


MOST_STREAMS = 50_000
STEP = 8192


def _names(*words: str) -> re.Pattern[bytes]:
    """Finds these names of a PDF, whose letters may each be written as #xx."""
    spelled = ["".join(f"(?:{c}|#(?i:{ord(c):02x}))" for c in word) for word in words]
    return re.compile(f"/(?:{'|'.join(spelled)})(?![A-Za-z0-9#])".encode())


ACTIVE = _names(
    "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "SubmitForm", "ImportData", "GoToE", "Rendition", "XFA"
)  # fmt: skip
"""Names by which a PDF does something on its own or carries another file. Every script needs `/S /JavaScript`."""

LOCKED = _names("Encrypt")
PACKED_OBJECTS = _names("ObjStm")
ODDLY_PACKED = _names("ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "Crypt")
STREAM = re.compile(rb"stream\r?\n")


def _read_paper(data: bytes, where: str) -> Paper:
    """Judge a PDF: whole, readable by everybody, silent, and nothing else besides.

    Names may be written with #xx escapes and may hide in packed streams; both are looked into.
    """
    whole = re.match(rb"%PDF-[12]\.\d", data) and b"startxref" in data[-2048:]
    end = data.rstrip(b"\r\n\t \0")
    if not whole or not end.endswith(b"%%EOF") or b"PK\x05\x06" in data[-70_000:]:
        raise RuleBroken(
            N_("این PDF خراب است یا چیز دیگری هم در آن هست. آن را دوباره به PDF تبدیل کنید و بفرستید."),
            field=where,
        )
    if LOCKED.search(data):
        raise RuleBroken(
            N_("این PDF رمز دارد و مردم نمی‌توانند آن را بخوانند. نسخهٔ بی‌رمز را بفرستید."), field=where
        )
    if PACKED_OBJECTS.search(data) and ODDLY_PACKED.search(data):
        raise _too_deep(where)
    for part in _parts(data, where):
        if ACTIVE.search(part):
            raise RuleBroken(
                N_("این PDF دستور اجرایی یا فایل پیوست دارد. آن را چاپ به PDF کنید و همان را بفرستید."),
                field=where,
            )
    name = f"{secrets.token_hex(12)}.pdf"
    return Paper(name, len(data), hashlib.sha256(data).hexdigest(), ((name, data),))


def _too_deep(where: str) -> RuleBroken:
    return RuleBroken(
        N_("این PDF پیچیده‌تر از آن است که بررسی شود. آن را چاپ به PDF کنید و همان را بفرستید."), field=where
    )


def _parts(data: bytes, where: str) -> Iterator[bytes]:
    """The file as it lies there, then what each of its deflated streams holds, within MOST_UNPACKED in all."""
    yield data
    left = MOST_UNPACKED
    for n, found in enumerate(STREAM.finditer(data)):
        first = data[found.end() : found.end() + 1]
        if not first or first[0] & 15 != 8:  # the method of every deflated stream
            continue
        part = _inflated(data, found.end(), left)
        left -= len(part)
        if left <= 0 or n > MOST_STREAMS:
            raise _too_deep(where)
        yield part


def _inflated(data: bytes, start: int, most: int) -> bytes:
    """What a deflated stream holds, `most` bytes at the most; b"" for a picture or a font that is packed otherwise.

    Fed in small steps: what follows the stream is copied by the library each time.
    """
    packed, found = zlib.decompressobj(), []
    try:
        while start < len(data) and most > 0 and not packed.eof:
            found.append(packed.decompress(packed.unconsumed_tail + data[start : start + STEP], most))
            start, most = start + STEP, most - len(found[-1])
    except zlib.error:
        return b"".join(found)
    return b"".join(found)


def write(kept: Iterable[Picture | Paper]) -> None:
    """Put what was judged on disk; all of it or nothing."""
    made: list[Path] = []
    try:
        for one in kept:
            for name, data in one.parts:
                path = path_of(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                made.append(path)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


class Held:
    """Files on disk whose rows are not committed yet."""

    def __init__(self, kept: Sequence[Picture | Paper]) -> None:
        self.kept = kept

    def let_go(self) -> None:
        """Take them away again."""
        for one in self.kept:
            for name, _data in one.parts:
                path_of(name).unlink(missing_ok=True)


@contextmanager
def on_disk(kept: Sequence[Picture | Paper]) -> Iterator[Held]:
    """Around the transaction that writes the rows of these files: they are there before it commits, and gone if it fails."""
    held = Held(kept)
    write(kept)
    try:
        yield held
    except BaseException:
        held.let_go()
        raise


def _encoded(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    clean.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def path_of(name: str) -> Path:
    """Where a stored file lies: two-letter folders below the media folder."""
    return Path(current_app.config["DATA_DIR"]) / "media" / name[:2] / name
