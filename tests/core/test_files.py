"""Pictures: judged by content, bounded, stripped."""

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from civic.core.errors import RuleBroken
from civic.core.files import path_of, store_picture


def jpeg(size=(300, 200), *, exif=True) -> bytes:
    image = Image.new("RGB", size, (120, 90, 40))
    out = io.BytesIO()
    data = Image.Exif()
    if exif:
        data[0x010F] = "Camera"
        data[0x8825] = {1: "N", 2: (36.0, 17.0, 5.0)}
    image.save(out, "JPEG", exif=data)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG that claims to be huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def test_a_picture_is_stored_without_what_it_hid(ctx):
    picture = store_picture(jpeg())
    stored = path_of(picture.name).read_bytes()
    assert b"Camera" not in stored
    assert not Image.open(io.BytesIO(stored)).getexif()
    assert (picture.width, picture.height) == (300, 200)


def test_a_large_picture_is_made_smaller(ctx):
    assert store_picture(jpeg((4000, 3000))).width == 1600


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html><script>x</script></html>", b"", b"GIF89a" + b"\0" * 60,
        b"%PDF-1.4", jpeg()[:200], bomb(50_000, 50_000), bomb(10_000, 5_001), b"\xff\xd8\xff" + b"<script>" * 40,
    ],
)  # fmt: skip
def test_what_is_no_picture_within_bounds_is_refused_in_under_a_second(ctx, data):
    started = time.perf_counter()
    with pytest.raises(RuleBroken):
        store_picture(data)
    assert time.perf_counter() - started < 1


def test_a_polyglot_loses_its_second_nature(ctx):
    picture = store_picture(jpeg() + b"<script>alert(1)</script>")
    assert b"script" not in path_of(picture.name).read_bytes()
