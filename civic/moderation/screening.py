"""What a machine can see in a text: it orders the queue and marks passages. It hides nothing and decides nothing.

Plain rules without any outside service. National numbers by the check digit of the civil registry (weights 10 to 2,
modulo 11), card numbers by Luhn's formula (ISO/IEC 7812), likeness of texts by min-hash signatures over shingles of three words
(Broder 1997), compared in bands so that one index lookup finds the candidates.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from civic.core.text import DIACRITICS, LETTERS, fold, latin_digits

WEIGHTS = {"phone": 8, "national_id": 20, "card": 20, "link": 5, "repeated": 4, "word": 10, "likeness": 6}
"""How much each finding lifts a text in the queue."""

KIND_OF_MASK = {"phone": "phone", "national_id": "phone", "card": "phone", "word": "insult", "link": "part"}
"""Which sort of bar covers what a rule found."""

GAP = r"[\s\u200c().\-–_/]{0,2}"
DIGIT = r"[0-9۰-۹٠-٩]"
RUN = re.compile(rf"(?<![0-9۰-۹٠-٩]){DIGIT}(?:{GAP}{DIGIT}){{7,18}}(?![0-9۰-۹٠-٩])")
PLUS = re.compile(rf"(?:\+|00|۰۰){GAP}(?:98|۹۸){GAP}{DIGIT}(?:{GAP}{DIGIT}){{9}}(?![0-9۰-۹٠-٩])")
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']{3,}|\b[\w-]{2,}\.(?:com|ir|org|net|info|xyz|shop|me)\b(?:/[^\s]*)?|(?<![\w@])@[A-Za-z]\w{3,}", re.IGNORECASE)  # fmt: skip
STRETCHED = re.compile(r"([^\W\d_]|[!؟?.])\1{5,}")
LETTER = re.compile(r"[^\W_]+", re.UNICODE)
HASHES, BAND = 32, 4
LIKE = 0.6
LEAST_WORDS = 12
"""Shorter texts are alike by chance: «I agree with this» is no spam."""


@dataclass(frozen=True)
class Hit:
    """One finding: the rule, where it stands in the text (start = -1: the whole), the words themselves."""

    rule: str
    start: int
    end: int
    words: str

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def screen(text: str, words: Iterable[str] = ()) -> list[Hit]:
    """Everything the rules find in a text, in reading order. `words` are folded words of the operator's list."""
    hits = [*_numbers(text), *_links(text), *_repeated(text), *_listed(text, words)]
    return sorted(hits, key=lambda hit: (hit.start, hit.end))


def score(hits: Iterable[Hit | dict[str, Any]]) -> int:
    """How far up the queue: the sum over the rules, each counted at most twice."""
    counted: dict[str, int] = {}
    for hit in hits:
        rule = hit["rule"] if isinstance(hit, dict) else hit.rule
        counted[rule] = min(2, counted.get(rule, 0) + 1)
    return sum(WEIGHTS.get(rule, 0) * n for rule, n in counted.items())


def is_national_id(digits: str) -> bool:
    """Ten digits with the civil registry's check digit; ten times the same digit is none."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    rest = sum(int(d) * (10 - i) for i, d in enumerate(digits[:9])) % 11
    return int(digits[9]) == (rest if rest < 2 else 11 - rest)


def is_card(digits: str) -> bool:
    """Sixteen digits that satisfy Luhn's formula."""
    if len(digits) != 16 or len(set(digits)) == 1:
        return False
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(digits)]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def is_phone(digits: str) -> bool:
    """A mobile number, or a landline with its area code."""
    return bool(re.fullmatch(r"09\d{9}|0[1-8]\d{9}|(?:00)?989\d{9}", digits))


def _numbers(text: str) -> list[Hit]:
    hits = [Hit("phone", m.start(), m.end(), m[0]) for m in PLUS.finditer(text)]
    for found in RUN.finditer(text):
        if any(hit.start < found.end() and found.start() < hit.end for hit in hits):
            continue
        digits = re.sub(r"\D", "", latin_digits(found[0]))
        rule = (
            "card"
            if is_card(digits)
            else "phone"
            if is_phone(digits)
            else "national_id"
            if is_national_id(digits)
            else ""
        )
        if rule:
            hits.append(Hit(rule, found.start(), found.end(), found[0]))
    return hits


def _links(text: str) -> list[Hit]:
    return [Hit("link", m.start(), m.end(), m[0]) for m in LINK.finditer(text)]


def _repeated(text: str) -> list[Hit]:
    """A letter held down, a line or a word said again and again."""
    hits = [Hit("repeated", m.start(), m.end(), m[0]) for m in STRETCHED.finditer(text)]
    seen: dict[str, list[tuple[int, str]]] = {}
    at = 0
    for line in text.split("\n"):
        if len(line.strip()) > 5:
            seen.setdefault(fold(line), []).append((at, line))
        at += len(line) + 1
    for lines in seen.values():
        if len(lines) > 2:
            start, line = lines[1]
            hits.append(Hit("repeated", start, start + len(line), line))
    run = 1
    before = ""
    for found in LETTER.finditer(text):
        word = fold(found[0])
        run = run + 1 if word and word == before else 1
        before = word
        if run == 4:
            hits.append(Hit("repeated", found.start(), found.end(), found[0]))
    return hits


def _listed(text: str, words: Iterable[str]) -> list[Hit]:
    """Words of the operator's list, whatever keyboard typed them; whole words only."""
    hits = []
    for folded in words:
        pattern = _pattern(folded)
        if pattern:
            flat, places = _flat(text)
            hits += [
                Hit(
                    "word",
                    places[m.start()],
                    places[m.end() - 1] + 1,
                    text[places[m.start()] : places[m.end() - 1] + 1],
                )
                for m in pattern.finditer(flat)
            ]
    return hits


def _pattern(folded: str) -> re.Pattern[str] | None:
    parts = [re.escape(part) for part in folded.split()]
    return re.compile(rf"(?<!\w){' *'.join(parts)}(?!\w)") if parts else None


def _flat(text: str) -> tuple[str, list[int]]:
    """The text folded letter by letter, with the place of each letter in what was written."""
    letters, places = [], []
    for place, letter in enumerate(text):
        if DIACRITICS.match(letter):
            continue
        for one in latin_digits(letter.translate(LETTERS)).casefold():
            letters.append(one if one.isalnum() else " ")
            places.append(place)
    return "".join(letters), places


def signature(text: str) -> list[int]:
    """A min-hash signature; two texts share a part of it as large as their likeness. Empty for short texts."""
    found = fold(text).split()
    if len(found) < LEAST_WORDS:
        return []
    shingles = {" ".join(found[i : i + 3]) for i in range(len(found) - 2)}
    digests = [hashlib.shake_128(one.encode()).digest(4 * HASHES) for one in shingles]
    return [min(int.from_bytes(digest[4 * n : 4 * n + 4]) >> 1 for digest in digests) for n in range(HASHES)]


def bands(sign: Sequence[int]) -> list[int]:
    """Keys of which likely likenesses share at least one: a hash of each four numbers, with the band's place in it."""
    keys = []
    for n in range(0, len(sign), BAND):
        digest = hashlib.blake2b(repr((n, tuple(sign[n : n + BAND]))).encode(), digest_size=4).digest()
        keys.append(int.from_bytes(digest) >> 1)
    return keys


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of equal places of two signatures: an estimate of the shingles in common, 0 to 1."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def segments(text: str, hits: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """The text cut for a page: (words, rule or ''), in order; of overlapping findings the first counts."""
    cut: list[tuple[str, str]] = []
    at = 0
    for hit in sorted((h for h in hits if h["start"] >= 0), key=lambda h: (h["start"], -h["end"])):
        start, end = hit["start"], min(hit["end"], len(text))
        if start < at or start >= end:
            continue
        cut += [(text[at:start], ""), (text[start:end], hit["rule"])]
        at = end
    return [(words, rule) for words, rule in [*cut, (text[at:], "")] if words]
