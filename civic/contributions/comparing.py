"""What changed between two texts, by paragraph and inside it by word, as plain values.

Method: difflib's longest matching blocks (Ratcliff and Obershelp), first over paragraphs, then over the words of those
that were replaced. A word keeps its half-spaces and diacritics: «می‌شود» is one word, never two halves.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKEN = re.compile(r"[\w\u200c\u064b-\u0652\u0670]+|\s+|[^\w\s]", re.UNICODE)
NEAR = 1
"""Unchanged paragraphs shown on each side of a change; the rest is folded."""

ALIKE = 0.3
"""Paragraphs that share less than this are shown as one gone and one new, not as a patchwork of words."""

MOST_WORDS = 3000
"""Longer paragraphs are compared as wholes: word by word would take too long."""

MOST_PAIRS = 20_000
"""How many pairs of equal words (or lines) are looked into. One word written a thousand times would take minutes."""


@dataclass(frozen=True)
class Piece:
    """A run of words: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Block:
    """One paragraph, or a run of unchanged ones out of sight (`folded`: their texts)."""

    pieces: tuple[Piece, ...] = ()
    folded: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.pieces)


def words_between(old: str, new: str) -> tuple[Piece, ...]:
    """One line or paragraph against another, word by word."""
    if old == new:
        return (Piece("same", new),) if new else ()
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    if not before or not after or len(before) + len(after) > MOST_WORDS or _too_much_alike(before, after):
        return tuple(Piece(kind, text) for kind, text in (("gone", old), ("new", new)) if text)
    matcher = SequenceMatcher(str.isspace, before, after, autojunk=False)
    if matcher.ratio() < ALIKE:
        return Piece("gone", old), Piece("new", new)
    found: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(after[c:d])))
            continue
        if b > a:
            found.append(Piece("gone", "".join(before[a:b])))
        if d > c:
            found.append(Piece("new", "".join(after[c:d])))
    return tuple(_joined(found))


def paragraphs_between(old: str, new: str) -> list[Block]:
    """The whole text: changed paragraphs with their neighbours, everything else folded."""
    before, after = _paragraphs(old), _paragraphs(new)
    rows: list[Block] = []
    if _too_much_alike(before, after):
        codes = [("replace", 0, len(before), 0, len(after))]
    else:
        codes = list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    for tag, a, b, c, d in codes:
        if tag == "equal":
            rows += [Block((Piece("same", text),)) for text in after[c:d]]
            continue
        paired = min(b - a, d - c)
        rows += [Block(words_between(before[a + n], after[c + n])) for n in range(paired)]
        rows += [Block((Piece("gone", text),)) for text in before[a + paired : b]]
        rows += [Block((Piece("new", text),)) for text in after[c + paired : d]]
    return list(_fold(rows))


def _too_much_alike(before: Sequence[str], after: Sequence[str]) -> bool:
    """The same few words or lines over and over: what changed cannot be told in reasonable time."""
    there = Counter(after)
    pairs = sum(n * there[one] for one, n in Counter(before).items() if not one.isspace())
    return pairs > MOST_PAIRS


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """A blank that stayed between two changed words belongs to the change: «دو واژه», not «دو» and «واژه»."""
    gone: list[str] = []
    new: list[str] = []
    for n, piece in enumerate(pieces):
        between = piece.kind == "same" and not piece.text.strip() and 0 < n < len(pieces) - 1
        if between and (gone or new):
            gone.append(piece.text)
            new.append(piece.text)
        elif piece.kind == "same":
            yield from _both(gone, new)
            gone, new = [], []
            yield piece
        else:
            (gone if piece.kind == "gone" else new).append(piece.text)
    yield from _both(gone, new)


def _both(gone: list[str], new: list[str]) -> Iterator[Piece]:
    for kind, parts in (("gone", gone), ("new", new)):
        text = "".join(parts)
        if text:
            yield Piece(kind, text)


def _fold(rows: Sequence[Block]) -> Iterator[Block]:
    """Hide the unchanged paragraphs that stand further than NEAR from any change."""
    changes = [n for n, row in enumerate(rows) if row.changed]
    hidden: list[str] = []
    for n, row in enumerate(rows):
        if not any(abs(n - at) <= NEAR for at in changes):
            hidden.append(row.pieces[0].text if row.pieces else "")
            continue
        if hidden:
            yield Block(folded=tuple(hidden))
            hidden = []
        yield row
    if hidden:
        yield Block(folded=tuple(hidden))
