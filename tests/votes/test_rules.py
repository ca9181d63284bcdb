"""Small cells: what is published of a closed vote gives nobody away."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.core.errors import RuleBroken
from civic.votes import rules
from civic.votes.rules import LEAST_SIDE, LEAST_VOTERS, K, publishable

GROUPS = ("citizen", "expert", "women_forum", "ngo", "visitor")
small = st.integers(min_value=0, max_value=14)


def tables(options):
    cell = st.fixed_dictionaries(
        {option: st.one_of(st.integers(0, 3), small, st.integers(0, 400)) for option in options}
    )
    return st.dictionaries(st.sampled_from(GROUPS), cell, max_size=5)


def size(cell):
    return sum(cell.values())


def total(cells, options):
    return {option: sum(cell.get(option, 0) for cell in cells.values()) for option in options}


@pytest.mark.parametrize("options", [("for", "against"), ("a", "b", "c")])
@settings(max_examples=1500, deadline=None)
@given(data=st.data())
def test_what_is_published_sums_to_the_total_and_keeps_every_limit(options, data):
    cells = data.draw(tables(options))
    shown = publishable(cells)
    if not shown:
        return
    assert total(shown, options) == total(cells, options)
    assert size(total(cells, options)) >= LEAST_VOTERS
    for group, cell in shown.items():
        assert size(cell) >= K
        assert size(cell) - max(cell.values()) >= LEAST_SIDE
        assert group == "other" or cell == cells[group]


@pytest.mark.parametrize("options", [("for", "against"), ("a", "b", "c")])
@settings(max_examples=800, deadline=None)
@given(data=st.data())
def test_no_single_group_is_found_by_taking_the_published_from_the_total(options, data):
    cells = data.draw(tables(options))
    shown = publishable(cells)
    if not shown:
        return
    hidden = [group for group in cells if group not in shown and size(cells[group])]
    assert len(hidden) != 1
    rest = {
        o: total(cells, options)[o] - sum(c.get(o, 0) for g, c in shown.items() if g != "other")
        for o in options
    }
    assert rest == shown.get("other", dict.fromkeys(options, 0))


@settings(max_examples=250, deadline=None)
@given(
    cells=st.dictionaries(
        st.sampled_from(GROUPS[:4]),
        st.fixed_dictionaries({"for": st.integers(0, 12), "against": st.integers(0, 12)}),
        min_size=2,
        max_size=4,
    )
)
def test_an_adversary_who_knows_every_group_s_size_pins_no_hidden_ballot(cells):
    """Brute force over every table that agrees with what was published, the totals and even the true sizes."""
    shown = publishable(cells)
    if "other" not in shown:
        return
    hidden = [group for group in cells if group not in shown and size(cells[group])]
    sizes = [size(cells[group]) for group in hidden]
    in_favour = shown["other"]["for"]
    possible = [way for way in product(*[range(n + 1) for n in sizes]) if sum(way) == in_favour]
    for n, group_size in enumerate(sizes):
        assert any(way[n] > 0 for way in possible)
        assert any(way[n] < group_size for way in possible)


def test_a_group_of_nine_is_never_named():
    cells = {"citizen": {"for": 300, "against": 200}, "ngo": {"for": 5, "against": 4}}
    assert "ngo" not in publishable(cells)


def test_a_unanimous_group_of_a_hundred_is_not_named_either():
    cells = {
        "citizen": {"for": 300, "against": 200},
        "expert": {"for": 100},
        "ngo": {"for": 20, "against": 20},
    }
    shown = publishable(cells)
    assert "expert" not in shown
    assert shown["other"] == {"for": 120, "against": 20}


def test_two_small_groups_are_shown_as_one():
    cells = {
        "citizen": {"for": 300, "against": 200},
        "expert": {"for": 6, "against": 3},
        "ngo": {"for": 4, "against": 4},
    }
    assert publishable(cells) == {"citizen": cells["citizen"], "other": {"for": 10, "against": 7}}


def test_nineteen_voters_get_no_breakdown():
    assert publishable({"citizen": {"for": 5, "against": 5}, "expert": {"for": 5, "against": 4}}) == {}


def test_an_option_that_is_not_on_the_ballot_is_refused():
    for choice in ("", "maybe", "for ", "FOR", "withdraw"):
        with pytest.raises(RuleBroken):
            rules.check_choice(choice, ["for", "against"])


def test_a_commitment_tells_nothing_without_the_nonce_and_binds_with_it():
    assert rules.commitment("a" * 32, "for") != rules.commitment("b" * 32, "for")
    assert rules.commitment("a" * 32, "for") != rules.commitment("a" * 32, "against")


def test_the_fingerprint_of_a_result_changes_with_any_number():
    base = rules.seal_of({"for": 3, "against": 2}, {}, 1)
    assert base == rules.seal_of({"against": 2, "for": 3}, {}, 1)
    assert base != rules.seal_of({"for": 2, "against": 3}, {}, 1)
    assert base != rules.seal_of({"for": 3, "against": 2}, {"citizen": {"for": 3}}, 1)
