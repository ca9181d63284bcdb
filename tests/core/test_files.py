"""Pictures: judged by content, bounded, stripped."""

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from civic.core import files
from civic.core.errors import RuleBroken
from civic.core.files import Paper, Picture, path_of, read_evidence, store_picture
from tests.make import delivery


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


def test_evidence_is_a_picture_or_a_paper_by_its_content(ctx):
    assert isinstance(read_evidence(jpeg(), where="evidence"), Picture)
    sound = delivery.pdf("a text that speaks of /JS and of JavaScript")
    paper = read_evidence(sound, where="evidence")
    assert isinstance(paper, Paper)
    assert paper.name.endswith(".pdf")
    assert not path_of(paper.name).exists()  # judged, not written
    with files.on_disk([paper]):
        assert path_of(paper.name).read_bytes() == sound


def test_files_go_when_the_act_around_them_fails(ctx):
    paper = read_evidence(delivery.pdf(), where="evidence")
    with pytest.raises(RuntimeError), files.on_disk([paper]):
        raise RuntimeError
    assert not path_of(paper.name).exists()


def packed(names: bytes, dictionary: bytes = b"/Filter /FlateDecode") -> bytes:
    """A sound paper with one more packed object stream."""
    body = zlib.compress(names)
    extra = (
        b"9 0 obj <</Type /ObjStm /N 1 /First 4 "
        + dictionary
        + b">>\nstream\n"
        + body
        + b"\nendstream\nendobj\n"
    )
    return delivery.pdf().replace(b"startxref", extra + b"startxref")


SCRIPT = delivery.pdf_with_script()
BAD_PAPERS = {
    "only its first bytes": b"%PDF-1.7\n",
    "cut off": delivery.pdf()[:300],
    "something before it": b"MZ" + delivery.pdf(),
    "a page after it": delivery.pdf() + b"<script>alert(1)</script>",
    "an archive at its end": delivery.pdf()[:-6] + b"PK\x05\x06" + b"\0" * 18 + b"\nstartxref\n0\n%%EOF",
    "a script": SCRIPT,
    "a script with escaped letters": SCRIPT.replace(b"/JavaScript", b"/J#61va#53cript"),
    "a script in a packed part": packed(b"5 0 <</S /JavaScript /JS (app.alert(1))>>"),
    "a part packed twice": packed(b"x", b"/Filter [/ASCIIHexDecode /FlateDecode]"),
    "a file inside": delivery.pdf_with_attachment(),
    "a lock": delivery.pdf_locked(),
    "a bomb": packed(b"\0" * 60_000_000),
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "too large": b"%PDF-1.7" + b"\0" * (files.MOST_BYTES + 1),
}


@pytest.mark.parametrize("name", BAD_PAPERS)
def test_a_paper_that_is_more_or_less_than_a_paper_is_refused_in_under_a_second(ctx, name):
    started = time.perf_counter()
    with pytest.raises(RuleBroken) as refused:
        read_evidence(BAD_PAPERS[name], where="evidence")
    assert refused.value.field == "evidence"
    assert time.perf_counter() - started < 1
