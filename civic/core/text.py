"""Persian text: one normaliser for keys and search, never for display.

Method: Unicode NFKC, then the letters that keyboards mix (Arabic ye/kaf/he, alef and hamza forms), digits of three
scripts, diacritics and tatweel; the half-space is indexed both joined and split.
"""

import re
import unicodedata

BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DIACRITICS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
LETTERS = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه",
        "أ": "ا", "إ": "ا", "ٱ": "ا", "آ": "ا", "ؤ": "و", "ء": None,
    }
)  # fmt: skip
DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
FA = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
AR = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
ZWNJ = "\u200c"
WORD = re.compile(r"[^\W_]+", re.UNICODE)


def N_(message: str) -> str:  # noqa: N802 - the name every gettext tool knows
    """Mark a sentence for translation where it is shown."""
    return message


def latin_digits(text: str) -> str:
    """۱۲۳ and ١٢٣ as 123; everything else as it is."""
    return text.translate(DIGITS)


def clean_line(text: str | None) -> str:
    """A name or a title: one line, no bidi controls or other control characters, no double spaces."""
    return re.sub(r"[ \t\r\n\u00a0]+", " ", BIDI.sub("", text or "")).strip(" " + ZWNJ)


def clean_text(text: str | None) -> str:
    """A longer text: controls gone, line breaks kept, at most one empty line in a row."""
    lines = [
        re.sub(r"[ \t\u00a0]+", " ", part).strip()
        for part in BIDI.sub("", text or "").replace("\r", "").split("\n")
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def fold(text: str) -> str:
    """The search key of a text; two spellings of the same words give the same key (half-space as a space)."""
    folded = unicodedata.normalize("NFKC", text).translate(LETTERS).translate(DIGITS)
    folded = DIACRITICS.sub("", folded.replace(ZWNJ, " ")).casefold()
    return " ".join(WORD.findall(folded))


def fold_joined(text: str) -> str:
    """As `fold`, with words that a half-space splits also joined: می‌شود is found as «می شود» and «میشود»."""
    joined = [part.replace(ZWNJ, "") for part in re.findall(rf"\S*{ZWNJ}\S*", text)]
    return " ".join([fold(text), *[fold(part) for part in joined]]).strip()


MOST_ID = 2**31 - 1
"""The largest number a row can have on either database."""


def row_id(text: object) -> int | None:
    """A number of a row as it stands in an address or a form; None for anything else, however it is written."""
    typed = text if isinstance(text, str) else ""
    if not typed.isascii() or not typed.isdigit() or len(typed) > 10:
        return None
    return int(typed) if int(typed) <= MOST_ID else None


def safe_cell(value: object) -> object:
    """A cell of a table: a spreadsheet takes words that begin with these signs for a formula. Numbers stay numbers."""
    if isinstance(value, str) and value.lstrip()[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return "" if value is None else value


def words(text: str) -> list[str]:
    """Distinct folded words in order."""
    return list(dict.fromkeys(fold(text).split()))


def shorten(text: str, most: int) -> str:
    """At most `most` characters, cut at a word, with an ellipsis."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return flat[: most - 1].rsplit(" ", 1)[0] + "…"


def title_from(text: str, most: int = 80) -> str:
    """A first guess of a title: the sentence that asks for something, else the first one."""
    sentences = [s.strip() for s in re.split(r"[.!؟?\n؛]+", clean_text(text)) if s.strip()]
    if not sentences:
        return ""
    asks = [s for s in sentences if re.search(r"(شود|کنید|بگذارید|بسازید|می‌خواه|لازم است|please|should)", s)]
    return shorten((asks or sentences)[0], most)
