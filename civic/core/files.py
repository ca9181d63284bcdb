"""Pictures from people: judged by content, re-encoded, stripped of everything but pixels."""

import hashlib
import io
import secrets
import warnings
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Picture:
    """A cleaned picture on disk: `name` under the media folder, size in pixels, sha256 of the stored bytes."""

    name: str
    small_name: str
    width: int
    height: int
    sha256: str


def store_picture(data: bytes) -> Picture:
    """Check, re-encode and write a picture. RuleBroken for anything that is not one within bounds."""
    if len(data) > MOST_BYTES:
        raise RuleBroken(N_("عکس باید کمتر از ۱۰ مگابایت باشد. عکس کوچک‌تری بفرستید."), field="photo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise RuleBroken(
                    N_("ابعاد عکس بیش از اندازه است. عکسی تا ۴۰ مگاپیکسل بفرستید."), field="photo"
                )
            if image.format == "JPEG":
                image.draft("RGB", (WIDEST * 2, WIDEST * 2))
            image.load()
    except RuleBroken:
        raise
    except Exception as error:  # Pillow raises many kinds on hostile files
        raise RuleBroken(
            N_("این فایل عکس نیست یا خراب است. عکس JPEG، PNG یا WebP بفرستید."), field="photo"
        ) from error
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((WIDEST, WIDEST))
    small = upright.copy()
    small.thumbnail((SMALL, SMALL))
    stem = secrets.token_hex(12)
    stored = _write(upright, f"{stem}.jpg", 82)
    _write(small, f"{stem}-s.jpg", 76)
    return Picture(
        f"{stem}.jpg", f"{stem}-s.jpg", upright.width, upright.height, hashlib.sha256(stored).hexdigest()
    )


def _write(image: Image.Image, name: str, quality: int) -> bytes:
    out = io.BytesIO()
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    clean.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())
    return out.getvalue()


def path_of(name: str) -> Path:
    """Where a stored file lies: two-letter folders below the media folder."""
    return Path(current_app.config["DATA_DIR"]) / "media" / name[:2] / name
