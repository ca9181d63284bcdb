"""What changed between two texts: nothing lost, nothing invented, half-spaces kept, the unchanged folded."""

import random
import time

import pytest

from civic.contributions.comparing import Piece, paragraphs_between, words_between


def read(pieces, without):
    return "".join(piece.text for piece in pieces if piece.kind != without)


def test_a_word_with_a_half_space_is_one_word():
    assert words_between("اتوبوس دیر می‌آید", "اتوبوس دیر می‌آمد") == (
        Piece("same", "اتوبوس دیر "), Piece("gone", "می‌آید"), Piece("new", "می‌آمد"),
    )  # fmt: skip


def test_two_changed_words_are_one_change():
    assert words_between("نیمکت چوبی کوچک می‌خواهیم", "نیمکت فلزی بزرگ می‌خواهیم") == (
        Piece("same", "نیمکت "), Piece("gone", "چوبی کوچک"), Piece("new", "فلزی بزرگ"), Piece("same", " می‌خواهیم"),
    )  # fmt: skip


def test_paragraphs_with_little_in_common_are_shown_whole():
    assert [p.kind for p in words_between("سایه‌بان برای ایستگاه", "کتابخانه در پارک بزرگ محله")] == [
        "gone",
        "new",
    ]


@pytest.mark.parametrize(("old", "new"), [("", "تازه"), ("کهنه", ""), ("", "")])
def test_empty_sides_are_whole_changes(old, new):
    pieces = words_between(old, new)
    assert read(pieces, "new") == old
    assert read(pieces, "gone") == new


def test_both_texts_can_always_be_read_back():
    luck = random.Random(3)
    words = ["می‌شود", "شهر", "،", "خیابان", "۱۲", "bus", ".", "کنار", "خانهٔ ما"]
    for _ in range(300):
        old, new = (" ".join(luck.choices(words, k=luck.randrange(12))) for _ in range(2))
        pieces = words_between(old, new)
        assert read(pieces, "new") == old
        assert read(pieces, "gone") == new


def test_the_unchanged_is_folded_but_for_the_neighbours_of_a_change():
    old = "\n\n".join(f"بند {n}" for n in range(9))
    blocks = paragraphs_between(old, old.replace("بند 4", "بند چهارم"))
    assert [len(b.folded) for b in blocks] == [3, 0, 0, 0, 3]
    assert [b.changed for b in blocks] == [False, False, True, False, False]


def test_added_and_dropped_paragraphs_stand_for_themselves():
    blocks = paragraphs_between("یک\nدو", "یک\nدو\nسه")
    assert [p.kind for b in blocks for p in b.pieces] == ["same", "new"]
    assert [b.folded for b in blocks if b.folded] == [("یک",)]
    assert [p.kind for b in paragraphs_between("یک\nدو", "دو") for p in b.pieces] == ["gone", "same"]


@pytest.mark.timeout(20)
def test_a_hostile_text_is_compared_in_reasonable_time():
    paragraphs_between("الف ب " * 20_000, "ب الف " * 20_000)
    paragraphs_between(
        "\n".join("ab" * (n % 7) for n in range(1500)), "\n".join("ba" * (n % 5) for n in range(1500))
    )


def test_two_thousand_hostile_letters_cost_no_seconds():
    """History is open to everybody, and its texts are short: each of these took six to fourteen seconds."""
    words = [f"و{n}" for n in range(350)]
    begun = time.process_time()
    paragraphs_between("الف ب " * 160, "ب الف الف " * 110)
    paragraphs_between("ا\nب\n" * 500, "ب\nا\nا\n" * 333)
    paragraphs_between(" ".join(words), " ".join(f"پ{word}" for word in words))
    assert time.process_time() - begun < 3
