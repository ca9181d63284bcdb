"""Static files: fingerprinted by a query, compressed once, cached for a year."""

import gzip
import mimetypes
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request
from werkzeug.utils import safe_join

from config import ROOT

FOLDER = Path(ROOT) / "static"
PACKED = {".css", ".js", ".svg", ".txt", ".md"}
mimetypes.add_type("font/woff2", ".woff2")


def setup(app: Flask) -> None:
    app.add_url_rule("/static/<path:name>", "static", serve)


@cache
def _load(path: str) -> tuple[bytes, bytes | None, str]:
    data = Path(path).read_bytes()
    packed = gzip.compress(data, 9, mtime=0) if Path(path).suffix in PACKED else None
    return data, packed, mimetypes.guess_type(path)[0] or "application/octet-stream"


def serve(name: str) -> Response:
    """A file of the site's look; for ever with a fingerprint, a day without."""
    path = safe_join(str(FOLDER), name)
    if path is None or not Path(path).is_file():
        abort(404)
    data, packed, kind = _load(path)
    use_packed = packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(
        packed if use_packed else data,
        content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
    )
    if use_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if "v" in request.args else "public, max-age=86400"
    )
    return response
