"""Likeness, bursts, bounds and precision, as plain values."""

import random

import pytest

from civic.core.errors import RuleBroken
from civic.supervision.rules import (
    LIKE,
    MOVES,
    SPECS,
    Check,
    FindingStatus,
    bands,
    check_noise,
    check_threshold,
    is_burst,
    likeness,
    precision,
    shingles,
    usual,
)

WORDS = "خیابان درخت ایستگاه اتوبوس پیاده‌رو بودجه برنامه سال بررسی کارشناس منطقه شهرداری نیمکت سایه روشنایی ایمنی محله مردم پاسخ کار".split()


def some(luck, n=60):
    return " ".join(luck.choice(WORDS) + luck.choice(WORDS) for _ in range(n))


def test_the_same_words_in_another_spelling_with_other_numbers_are_the_same():
    one = "این کار در برنامهٔ سال ۱۴۰۵ نیامده است و بودجه‌ای برای آن نداریم؛ سال آینده بررسی می‌شود."
    two = "اين كار در برنامه سال 1406 نيامده است و بودجه ای برای آن نداریم! سال آینده بررسی می شود"
    assert likeness(shingles(one), shingles(two)) == 1.0
    assert set(bands(shingles(one))) == set(bands(shingles(two)))


def test_texts_of_the_same_subject_are_not_alike():
    luck = random.Random(4)
    texts = [shingles(some(luck)) for _ in range(60)]
    assert max(likeness(a, b) for n, a in enumerate(texts) for b in texts[:n]) < 0.2
    keys = [set(bands(text)) for text in texts]
    assert not any(a & b for n, a in enumerate(keys) for b in keys[:n])


def test_a_text_with_some_words_changed_still_meets_the_first():
    luck, met = random.Random(5), 0
    for _ in range(200):
        words = some(luck, 80).split()
        other = list(words)
        for n in luck.sample(range(80), 3):
            other[n] = "دیگر"
        one, two = shingles(" ".join(words)), shingles(" ".join(other))
        assert likeness(one, two) >= LIKE
        met += bool(set(bands(one)) & set(bands(two)))
    assert met >= 195


def test_short_texts_are_not_compared():
    assert shingles("با سپاس از شما") == frozenset()
    assert bands(frozenset()) == []
    assert likeness(frozenset(), frozenset()) == 0.0


def test_a_burst_is_measured_by_what_is_usual():
    quiet = [2, 3, 2, 0, 4, 1, 3]
    assert usual(quiet) == 2
    assert is_burst(30, quiet, 8)
    assert not is_burst(29, quiet, 8)  # too few to matter
    assert not is_burst(300, [50, 60, 40, 55, 45, 70], 8)  # busy anyway
    assert not is_burst(500, [2, 3], 8)  # nothing is known yet
    assert usual([0] * 40) is None


def test_thresholds_have_bounds_and_must_not_flag_everything():
    for check in Check:
        spec = SPECS[check]
        assert spec.low <= spec.default <= spec.high
        check_threshold(check, spec.low)
        for value in (spec.low - 1, spec.high + 1):
            with pytest.raises(RuleBroken):
                check_threshold(check, value)
    check_noise(30, 100)
    check_noise(5, 6)
    with pytest.raises(RuleBroken):
        check_noise(31, 100)


def test_moves_are_total_and_precision_counts_false_alarms():
    reached = set(MOVES.values())
    assert reached == set(FindingStatus)
    assert {status for status, _ in MOVES} == set(FindingStatus)
    assert precision({}) is None
    assert precision({"open": 9}) is None
    assert precision({"open": 9, "corrected": 2, "explained": 1, "dismissed": 1}) == 75
