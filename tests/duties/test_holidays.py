"""Importing the official calendar."""

from datetime import date

import pytest

from civic.core.actor import PUBLIC, SYSTEM, Actor, Grant, Role
from civic.core.db import transaction
from civic.core.errors import NotAllowed
from civic.duties import queries, service

TEXT = "jalali_date,title\n۱۴۰۵/۰۱/۰۱,نوروز\n1405-01-02,نوروز\n\n1405/13/01,ماه سیزدهم\n1405/12/30,سال کبیسه نیست\n1405/01/13,\n"


@pytest.mark.usefixtures("ctx")
def test_good_lines_are_kept_and_bad_ones_named(app):
    with transaction():
        first = service.import_holidays(SYSTEM, TEXT)
    assert (first.new, first.same) == (2, 0)
    assert [(n, column) for n, column, _ in first.refused] == [
        (5, "jalali_date"),
        (6, "jalali_date"),
        (7, "title"),
    ]
    with transaction():
        second = service.import_holidays(SYSTEM, TEXT)
    assert (second.new, second.changed, second.same) == (0, 0, 2)
    with transaction():
        third = service.import_holidays(SYSTEM, "1405/01/01,عید نوروز")
    assert (third.new, third.changed) == (0, 1)
    assert queries.holidays(date(2026, 3, 21)) == {date(2026, 3, 21), date(2026, 3, 22)}


@pytest.mark.usefixtures("ctx")
@pytest.mark.parametrize(
    "actor", [PUBLIC, Actor(user_id=1), Actor(user_id=1, grants=frozenset({Grant(Role.TRIAGE)}))]
)
def test_only_the_operator_imports(actor):
    with transaction(), pytest.raises(NotAllowed):
        service.import_holidays(actor, TEXT)
