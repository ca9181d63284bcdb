"""Matching, what is wrong with rules, who stands below whom."""

import pytest

from civic.core.text import fold_joined
from civic.departments.rules import (
    Condition,
    Facts,
    Fault,
    Office,
    below,
    faults,
    first_match,
    house,
    in_circles,
    leads_back,
    read_keywords,
    successor,
)


def rule(number: int, department: int = 1, **conditions) -> Condition:
    return Condition(id=number, version=1, department_id=department, **conditions)


def test_the_first_rule_that_fits_wins():
    rules = [
        rule(1, category=5, district=9),
        rule(2, keywords=read_keywords("زائر، حرم مطهر")),
        rule(3, kind="question"),
        rule(4, door="at_once"),
        rule(5, group_kind="women_forum"),
        rule(6, category=5),
    ]

    def found(text: str = "", **facts):
        match = first_match(rules, Facts(text=fold_joined(text), **facts))
        return match.id if match else None

    assert found(category=5, district=9) == 1
    assert found(category=5, district=1) == 6
    assert found("برای زائرانِ پیاده", category=5) == 2  # a suffix does not hide the word
    assert found("راه حرم  مطهر") == 2
    assert found("دزائر") is None  # within a word it is another word
    assert found(kind="question") == 3
    assert found(door="at_once") == 4
    assert found(group_kind="women_forum") == 5
    assert found() is None


def test_two_spellings_of_a_keyword_are_one():
    assert read_keywords("زائر، زائر , كتاب،  ") == ("زایر", "کتاب")


@pytest.mark.parametrize(
    ("first", "second", "covered"),
    [
        ({}, {"category": 1}, True),
        ({"category": 1}, {}, False),
        ({"category": 1}, {"category": 1, "district": 2}, True),
        ({"category": 1}, {"category": 2}, False),
        ({"district": 2}, {"category": 1}, False),
        ({"keywords": ("زایر",)}, {"keywords": ("زایر پیاده",)}, True),
        ({"keywords": ("زایر", "حرم")}, {"keywords": ("حرم",)}, True),
        ({"keywords": ("حرم",)}, {"keywords": ("زایر", "حرم")}, False),
        ({"keywords": ("حرم",)}, {}, False),
        ({"door": "at_once"}, {"door": "at_once", "kind": "problem"}, True),
        ({"group_kind": "ngo"}, {"group_kind": "expert"}, False),
    ],
)
def test_a_rule_that_an_earlier_one_shadows_is_named(first, second, covered):
    found = faults([rule(1, **first), rule(2, **second)], {1: Office(1, active=True)})
    assert found == ([Fault("unreachable", 2, 1)] if covered else [])


def test_retired_departments_and_circles_are_named():
    offices = {
        1: Office(1, active=False, replaced_by_id=2),
        2: Office(2, active=True),
        3: Office(3, active=False),
        4: Office(4, active=False, replaced_by_id=5),
        5: Office(5, active=False, replaced_by_id=4),
        6: Office(6, active=True, parent_id=7),
        7: Office(7, active=True, parent_id=6),
    }
    rules = [rule(1, 1, category=1), rule(2, 3, category=2), rule(3, 4, category=3), rule(4, 2, category=4)]
    assert [(f.kind, f.rule_id, f.other) for f in faults(rules, offices)] == [
        ("retired", 1, 2),
        ("retired", 2, 0),
        ("retired", 3, 0),
        ("circle", 0, 4),
        ("circle", 0, 5),
        ("circle", 0, 6),
        ("circle", 0, 7),
    ]
    assert successor(1, offices) == 2
    assert successor(4, offices) is None
    assert successor(99, offices) is None


def test_links_that_would_close_a_circle():
    links = {1: 2, 2: 3, 3: None}
    assert leads_back(3, 1, links)
    assert leads_back(1, 1, links)
    assert not leads_back(1, 3, links)
    assert in_circles({1: 2, 2: 1, 3: 1}) == {1, 2}


def test_everything_below():
    assert below({1}, {1: None, 2: 1, 3: 2, 4: None, 5: 4}) == {1, 2, 3}
    assert below({2}, {1: 2, 2: 1}) == {1, 2}


def test_the_house_of_a_department_is_above_below_and_what_it_replaced():
    offices = {
        1: Office(1, active=True),
        2: Office(2, active=True, parent_id=1),
        3: Office(3, active=True, parent_id=2),
        4: Office(4, active=True, parent_id=1),  # beside 2: no relative of it
        5: Office(5, active=False, parent_id=6, replaced_by_id=2),
        6: Office(6, active=True),
        7: Office(7, active=False, replaced_by_id=5),
        8: Office(8, active=True, replaced_by_id=2),  # was brought back
    }
    assert house(2, offices) == {1, 2, 3, 5, 6, 7}
    assert house(1, offices) == {1, 2, 3, 4}
    assert house(3, offices) == {1, 2, 3}
    assert house(99, offices) == {99}
    circle = {1: Office(1, active=True, parent_id=2), 2: Office(2, active=True, parent_id=1)}
    assert house(1, circle) == {1, 2}
