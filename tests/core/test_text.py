"""Persian text: spelling never matters for finding, and nothing dangerous survives."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.core import html
from civic.core.errors import RuleBroken
from civic.core.text import clean_line, clean_text, fold, fold_joined, latin_digits, title_from


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كتابي", "کتابی"),
        ("می‌شود", "می شود"),
        ("۱۴۰۵", "1405"),
        ("٤٥", "45"),
        ("مُحَمَّد", "محمد"),
        ("خانۀ ما", "خانه ما"),
        ("آب", "اب"),
        ("هـــدف", "هدف"),
    ],
)
def test_two_spellings_have_one_key(one, other):
    assert fold(one) == fold(other)


def test_a_half_space_is_found_joined_and_split():
    key = fold_joined("کتاب‌ها می‌آید")
    assert "کتابها" in key.split()
    assert "کتاب" in key.split()


def test_bidi_controls_leave_names_and_titles():
    assert clean_line("a\u202eb\u2066c\u200fd\x00  e") == "abcd e"
    assert "\u202e" not in clean_text("x\u202ey\n\n\n\nz")


def test_the_half_space_stays_in_what_people_read():
    assert clean_line("می‌شود") == "می‌شود"


def test_a_title_is_the_sentence_that_asks():
    text = "صبح‌ها بیش از ۴۰۰ دانش‌آموز از عرض خیابان می‌گذرند. گذرگاه برجسته با چراغ ساخته شود."
    assert title_from(text) == "گذرگاه برجسته با چراغ ساخته شود"


@given(st.text(max_size=300))
def test_folding_is_stable_and_never_fails(text):
    assert fold(fold(text)) == fold(text)
    assert latin_digits(text) is not None


HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">x</a>', "<svg/onload=alert(1)>",
    '<a href="data:text/html,x">y</a>', "<style>*{}</style>", "<iframe src=//evil></iframe>", '<p style="position:fixed">x</p>',
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>", '<a href="vbscript:x">z</a>', "<!--><script>x</script>-->",
    '<b><a href="  javascript:x">k</a></b>', "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_markup_is_inert(hostile):
    for out in (html.clean(hostile), html.from_plain(hostile)):
        tags = " ".join(re.findall(r"<[^>]*>", out.lower()))
        for bad in (
            "script",
            "<img",
            "<svg",
            "<iframe",
            "<style",
            "style=",
            "data:",
            "onerror",
            "onload",
            "<math",
        ):
            assert bad not in tags, out


def test_links_get_their_rel_and_plain_text_its_paragraphs():
    out = html.from_plain("یک https://example.org/a\n\n- الف\n- ب")
    assert 'rel="nofollow ugc noopener"' in out
    assert out.count("<li>") == 2


def test_bounds_come_before_the_cleaner():
    with pytest.raises(RuleBroken):
        html.clean("<p>" * 50 + "x" + "</p>" * 50)
    with pytest.raises(RuleBroken):
        html.clean("x" * 70_000)
