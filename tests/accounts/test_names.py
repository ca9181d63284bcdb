"""How a name is shortened."""

import pytest

from civic.accounts.rules import initial_name


@pytest.mark.parametrize(
    ("full", "short"),
    [("مریم حسینی", "مریم ح."), ("مریم حسینی (نمایشی)", "مریم ح."), ("Sara Lee", "Sara L."), ("مریم", "مریم"), ("مریم (۲)", "مریم (۲)")],
)  # fmt: skip
def test_first_name_and_the_first_letter_of_the_last(full, short):
    assert initial_name(full) == short
