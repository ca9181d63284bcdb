"""Covering passages of a text: finding them however they were typed, and what stands in their place. Pure."""

import re
from collections.abc import Sequence

from civic.core.errors import RuleBroken
from civic.core.text import N_

MASKS = {
    # kind        fa                    en                  ar
    "name": ("نام پوشانده شد", "name covered", "حُجب الاسم"),
    "phone": ("شماره پوشانده شد", "number covered", "حُجب الرقم"),
    "plate": ("پلاک پوشانده شد", "number plate covered", "حُجب رقم اللوحة"),
    "address": ("نشانی پوشانده شد", "address covered", "حُجب العنوان"),
    "insult": ("ناسزا پوشانده شد", "insult covered", "حُجبت الإساءة"),
    "part": ("بخشی پوشانده شد", "passage covered", "حُجب جزء"),
}
"""What stands in a text where a passage was covered, in the language of the text."""

MOST_MASKS = 20
Passage = tuple[str, str]
"""(kind of MASKS, the words that are covered)."""

_ALIKE = ["یيىئ", "کك", "هةۀہھ", "اأإآٱ", "وؤ", *[f"{n}{chr(0x6F0 + n)}{chr(0x660 + n)}" for n in range(10)]]
_CLASS = {letter: f"[{letters}]" for letters in _ALIKE for letter in letters}


def mask_words(kind: str, language: str) -> str:
    """The words that stand for a covered passage."""
    return MASKS[kind][{"en": 1, "ar": 2}.get(language, 0)]


def passage_pattern(words: str) -> re.Pattern[str]:
    """Finds a passage however its letters, digits and spaces were typed."""
    parts = [
        "".join(_CLASS.get(letter, re.escape(letter)) for letter in word)
        for word in re.split(r"[\s\u200c]+", words.strip())
    ]
    return re.compile(r"[\s\u200c]*".join(parts), re.IGNORECASE)


def cover(text: str, passages: Sequence[Passage], language: str) -> str:
    """The text with every occurrence of the passages replaced, in one pass, so that no replacement is looked into again."""
    ordered = sorted(passages, key=lambda one: -len(one[1]))
    if not ordered:
        return text
    whole = re.compile(
        "|".join(f"({passage_pattern(words).pattern})" for _kind, words in ordered), re.IGNORECASE
    )
    return whole.sub(lambda found: f"[{mask_words(ordered[(found.lastindex or 1) - 1][0], language)}]", text)


def check_passages(passages: Sequence[Passage], *texts: str) -> None:
    """Each passage must be found, and something must be left to read."""
    if not passages:
        raise RuleBroken(N_("بخش‌هایی را که باید پوشانده شود بنویسید یا برگزینید."), field="covered")
    if len(passages) > MOST_MASKS:
        raise RuleBroken(
            N_("بیش از %(n)s بخش را نمی‌شود یک‌جا پوشاند؛ نوشته را برای اصلاح بازگردانید."),
            n=MOST_MASKS,
            field="covered",
        )
    for kind, words in passages:
        if len(words.strip()) < 2 or kind not in MASKS:
            raise RuleBroken(N_("هر بخش دست‌کم دو حرف است."), field="covered")
        if not any(passage_pattern(words).search(text) for text in texts):
            raise RuleBroken(
                N_("«%(part)s» در این نوشته نیست؛ آن را همان‌گونه که نوشته شده بیاورید."),
                part=words,
                field="covered",
            )
    rest = "".join(texts)
    for _kind, words in passages:
        rest = passage_pattern(words).sub("", rest)
    if sum(letter.isalpha() for letter in rest) < 2:
        raise RuleBroken(
            N_("چیزی برای خواندن نمی‌ماند؛ اگر همه‌اش خلاف آیین‌نامه است، آن را پنهان کنید."), field="covered"
        )


def with_bars(html: str, language: str) -> str:
    """In the HTML of a covered text: a bar for the eye, the words for those who hear the page."""
    for kind in MASKS:
        words = mask_words(kind, language)
        html = html.replace(
            f"[{words}]", f'<span class="redact" aria-hidden="true"></span><span class="vh">({words})</span>'
        )
    return html
