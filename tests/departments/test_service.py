"""The operator keeps categories, departments and routing in order."""

import pytest
from sqlalchemy import select

from civic.core.actor import Actor, Grant, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed, RuleBroken
from civic.departments import queries, service
from civic.departments.models import Department, RoutingRule

OPERATOR = Actor(user_id=None, grants=frozenset({Grant(Role.OPERATOR)}))
TRIAGE = Actor(user_id=None, grants=frozenset({Grant(Role.TRIAGE)}))


def verbs(actor):
    department = service.add_department(actor, code="bus", name_fa="اتوبوسرانی")
    category = service.add_category(actor, slug="transit", name_fa="حمل‌ونقل")
    return department, category, service.add_rule(actor, department_id=department.id, category_id=category.id)


@pytest.mark.usefixtures("ctx")
@pytest.mark.parametrize("actor", [Actor(), Actor(user_id=1), TRIAGE])
def test_others_may_not(actor):
    with transaction(), pytest.raises(NotAllowed):
        verbs(actor)


@pytest.mark.usefixtures("ctx")
def test_names_codes_and_rules_are_judged():
    with transaction():
        department, category, _ = verbs(OPERATOR)
        with pytest.raises(RuleBroken):
            service.add_department(OPERATOR, code="bus", name_fa="دیگر")
        with pytest.raises(RuleBroken):
            service.add_department(OPERATOR, code="Bus خط", name_fa="دیگر")
        with pytest.raises(RuleBroken):
            service.add_category(OPERATOR, slug="x", name_fa="  ")
        with pytest.raises(RuleBroken):  # the same conditions: never reached
            service.add_rule(OPERATOR, department_id=department.id, category_id=category.id)
        service.change_category(OPERATOR, category, name_fa="اتوبوس", keywords="خط")
        assert category.name_fa == "اتوبوس"


@pytest.mark.usefixtures("ctx")
def test_rules_are_ordered_and_a_retired_department_hands_over():
    with transaction():
        department, _, first = verbs(OPERATOR)
        second = service.add_rule(OPERATOR, department_id=department.id)
        service.move_rule(OPERATOR, second, up=True)
        db.session.flush()
        assert [r.id for r in queries.rules()] == [second.id, first.id]
        service.move_rule(OPERATOR, second, up=True)  # already first
        other = service.add_department(OPERATOR, code="roads", name_fa="عمران")
        service.retire_department(OPERATOR, department, replaced_by_id=other.id)
        db.session.flush()
        assert set(db.session.scalars(select(RoutingRule.department_id))) == {other.id}
        assert [d.code for d in queries.departments()] == ["roads"]
        with pytest.raises(RuleBroken):
            service.add_rule(OPERATOR, department_id=department.id, district_id=None, category_id=None)
        service.remove_rule(OPERATOR, second)
        db.session.flush()
        assert db.session.get(Department, department.id).replaced_by_id == other.id
        assert [r.id for r in queries.rules()] == [first.id]
