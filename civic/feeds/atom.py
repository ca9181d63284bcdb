"""Atom 1.0 (RFC 4287), written by a library of the language itself, so that every word is escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
XML = "{http://www.w3.org/XML/1998/namespace}"
ET.register_namespace("", ATOM)


@dataclass(frozen=True)
class Entry:
    """`path` names the entry for ever, in the tag of its id, and its page unless `address` is another."""

    path: str
    title: str
    updated: datetime
    published: datetime | None
    address: str
    summary: str = ""
    html: str = ""
    author: str = ""
    language: str = ""
    topic: str = ""


def tag(base: str, path: str) -> str:
    """A name that stays when addresses change (RFC 4151)."""
    return f"tag:{urlsplit(base).hostname or 'localhost'},2026:{path.lstrip('/')}"


def write(
    entries: Sequence[Entry], *, base: str, path: str, title: str, page: str, updated: datetime, language: str,
    site_name: str, subtitle: str = "",
) -> bytes:  # fmt: skip
    """A whole feed. Titles and summaries are plain text, content is the cleaned HTML that pages show."""
    feed = ET.Element(f"{{{ATOM}}}feed", {f"{XML}lang": language})
    _text(feed, "id", tag(base, f"{path}#{language}"))
    _text(feed, "title", title)
    if subtitle:
        _text(feed, "subtitle", subtitle)
    _text(feed, "updated", _moment(updated))
    _link(feed, "self", base + path, "application/atom+xml")
    _link(feed, "alternate", base + page, "text/html")
    _text(ET.SubElement(feed, f"{{{ATOM}}}author"), "name", site_name)
    for entry in entries:
        _entry(feed, entry, base)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="utf-8")


def _entry(feed: ET.Element, entry: Entry, base: str) -> None:
    own = {f"{XML}lang": entry.language} if entry.language else {}
    node = ET.SubElement(feed, f"{{{ATOM}}}entry", own)
    _text(node, "id", tag(base, entry.path))
    _text(node, "title", entry.title)
    _text(node, "updated", _moment(entry.updated))
    if entry.published:
        _text(node, "published", _moment(entry.published))
    _link(node, "alternate", base + entry.address, "text/html")
    if entry.author:
        _text(ET.SubElement(node, f"{{{ATOM}}}author"), "name", entry.author)
    if entry.topic:
        ET.SubElement(node, f"{{{ATOM}}}category", {"term": clean(entry.topic)})
    if entry.summary:
        _text(node, "summary", entry.summary)
    if entry.html:
        _text(node, "content", entry.html, type="html")


def _text(parent: ET.Element, name: str, words: str, **attributes: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes).text = clean(words)


def _link(parent: ET.Element, rel: str, address: str, kind: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": address, "type": kind})


def clean(words: str) -> str:
    """Without the signs that XML 1.0 cannot hold."""
    return "".join(
        sign for sign in words if sign in "\t\n\r" or ("\x20" <= sign <= "\ud7ff") or ("\ue000" <= sign <= "\ufffd") or sign > "\uffff"
    )  # fmt: skip


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
