"""Guessing a category from words; matching routing rules. Plain values."""

from collections.abc import Iterable, Sequence

from civic.core.text import fold


def guess_category(text: str, keywords: Iterable[tuple[int, str]]) -> int | None:
    """The id whose keywords the text holds most often; None when it holds none. Suffixes (ها، ی، …) do not hide a word."""
    present = fold(text).split()
    best: tuple[int, int] | None = None
    for category_id, listed in keywords:
        wanted = fold(listed).split()
        score = sum(
            1 for word in present for key in wanted if word == key or (len(key) > 3 and word.startswith(key))
        )
        if score and (best is None or score > best[0]):
            best = (score, category_id)
    return best[1] if best else None


def first_match(
    rules: Sequence[tuple[int, int | None, int | None]], category: int | None, district: int | None
) -> int | None:
    """Id of the first (id, category, district) rule whose conditions hold; an empty condition always does."""
    for rule_id, wants_category, wants_district in rules:
        if wants_category in (None, category) and wants_district in (None, district):
            return rule_id
    return None
