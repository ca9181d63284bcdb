"""The heads of the chain, for anybody to keep."""

from pathlib import Path
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, current_app, jsonify

from civic.audit import keys, queries
from civic.core.i18n import say
from civic.core.text import N_
from civic.core.web import public

bp = Blueprint("audit", __name__)

ATOM = "http://www.w3.org/2005/Atom"
WEEK = 168


@bp.get("/transparency/heads.json")
@public
def heads() -> Response:
    """The newest link now, and those published each hour, newest last, each signed with the key given beside."""
    return jsonify(
        now=queries.head().as_json(),
        key=keys.public_key(),
        heads=[one.as_json() for one in _published(1000)],
    )


@bp.get("/transparency/heads.atom")
@public
def feed() -> Response:
    """The heads of the last week as a feed: whoever subscribes keeps a copy in other hands without doing anything."""
    base = current_app.config["BASE_URL"]
    known = _published(WEEK)[::-1]
    root = ET.Element("feed", xmlns=ATOM)
    _add(root, "title", say(N_("سر زنجیر دفتر رخدادها")))
    _add(root, "id", f"{base}/transparency/heads.atom")
    _add(root, "updated", known[0].at_words if known else queries.head().at_words)
    ET.SubElement(root, "link", rel="self", href=f"{base}/transparency/heads.atom")
    ET.SubElement(root, "link", rel="alternate", href=f"{base}/transparency")
    _add(_add(root, "author"), "name", current_app.config["SITE_NAME"] or "Charsu")
    for one in known:
        entry = _add(root, "entry")
        _add(entry, "title", say(N_("ردیف %(n)s"), n=one.seq))
        _add(entry, "id", f"urn:sha256:{one.hash}")
        _add(entry, "updated", one.at_words)
        _add(entry, "content", f"seq {one.seq}\nhash {one.hash}\nat {one.at_words}\nsig {one.sig}")
    text = ET.tostring(root, encoding="unicode", xml_declaration=False)
    return Response(f'<?xml version="1.0" encoding="utf-8"?>\n{text}', mimetype="application/atom+xml")


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    made = ET.SubElement(parent, name)
    made.text = text
    return made


def _published(last: int) -> list[queries.Head]:
    return queries.published_heads(Path(current_app.config["DATA_DIR"]) / queries.HEADS, last=last)
