"""Rich text from people: cleaned on write, stored clean, never cleaned on read.

bleach carries the policy, nh3 has the last word; one module, so that either can go (bleach 6.4 is its last release).
"""

import re

import bleach
import nh3

from civic.core.errors import RuleBroken
from civic.core.text import N_, clean_text

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "h3", "h4", "code"}
ATTRIBUTES = {"a": ["href"]}
PROTOCOLS = {"http", "https", "mailto"}
REL = "nofollow ugc noopener"
LINK = re.compile(r"(?<![\w@/\"'=>])(https?://[^\s<>\"']{3,300})")
BULLET = re.compile(r"^[-*•–]\s+")
DEEPEST = 20


def from_plain(text: str) -> str:
    """Paragraphs, lists and links out of plain text, as people type it on a phone."""
    blocks = []
    for block in clean_text(text).split("\n\n"):
        lines = [bleach.clean(line, tags=set(), strip=False) for line in block.split("\n") if line]
        if not lines:
            continue
        if len(lines) > 1 and all(BULLET.match(line) for line in lines):
            items = "".join(f"<li>{BULLET.sub('', line)}</li>" for line in lines)
            blocks.append(f"<ul>{items}</ul>")
        else:
            blocks.append(f"<p>{'<br>'.join(lines)}</p>")
    return clean(LINK.sub(r'<a href="\1">\1</a>', "".join(blocks)))


def clean(html: str, *, most: int = 60_000) -> str:
    """Only the short list of tags is left. Bounds come first: a cleaner is slow on hostile input."""
    if len(html) > most:
        raise RuleBroken(N_("متن بلندتر از اندازه است."))
    if html.count("<") > 4_000 or _depth(html) > DEEPEST:
        raise RuleBroken(N_("ساختار متن بیش از اندازه تودرتو است."))
    once = bleach.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True, strip_comments=True
    )
    return nh3.clean(
        once, tags=TAGS, attributes={"a": {"href"}}, url_schemes=PROTOCOLS, link_rel=REL, strip_comments=True
    )


def plain(html: str) -> str:
    """The text without tags, for previews and mails."""
    spaced = re.sub(r"<(br|/p|/li|/h3|/h4)[^>]*>", " ", html)
    return " ".join(bleach.clean(spaced, tags=set(), strip=True).split())


def _depth(html: str) -> int:
    depth = deepest = 0
    for match in re.finditer(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)", html):
        if match[2].lower() in {"br", "img", "hr", "input"}:
            continue
        depth += -1 if match[1] else 1
        deepest = max(deepest, depth)
    return deepest
