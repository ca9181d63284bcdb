"""Several people at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from civic.cases import queries, service
from civic.cases.models import Answer, Case
from civic.cases.rules import AnswerKind, AnswerStatus, Door
from civic.contributions.models import Step
from civic.contributions.queries import by_id
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict
from civic.groups.queries import actor_of


def together(app, acts):
    """Run all acts at once, each in a transaction of its own; their results, or the Conflict they met."""

    def run(act):
        with app.app_context():
            try:
                with transaction():
                    return act()
            except Conflict as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.postgres
def test_one_case_and_no_number_twice(app, make):
    make.rule(make.department())
    author = make.user()
    made = [make.base_proposal(author) for _ in range(6)]

    def opening(contribution_id):
        return lambda: service.open_case(SYSTEM, by_id(contribution_id), door=Door.THRESHOLD).id

    together(app, [opening(contribution_id) for contribution_id in made for _ in range(2)])
    with app.app_context():
        numbers = db.session.scalars(select(Case.number).order_by(Case.number)).all()
        assert [n[-4:] for n in numbers] == ["0001", "0002", "0003", "0004", "0005", "0006"]
        db.session.remove()


@pytest.mark.postgres
def test_of_two_officers_and_two_heads_one_wins(app, make):
    bus = make.department()
    officers = [make.user(roles=(Role.OFFICER,), department_id=bus) for _ in range(4)]
    heads = [make.user(roles=(Role.HEAD,), department_id=bus) for _ in range(4)]
    made = make.base_proposal(make.user())
    case_id = make.open_case(made, department_id=bus)

    def taking(user_id):
        actor_id = user_id
        return lambda: service.take(actor_of(actor_id), queries.for_change(actor_of(actor_id), case_id))

    results = together(app, [taking(user_id) for user_id in officers])
    assert sum(isinstance(r, Conflict) for r in results) == 3
    with app.app_context():
        with transaction():
            officer = actor_of(officers[0])
            case = queries.for_change(officer, case_id)
            service.save_answer(officer, case, kind=AnswerKind.ALREADY_DONE, what="پارسال انجام شد.")
            service.send_to_head(officer, case)
        db.session.remove()

    def approving(user_id):
        return lambda: service.approve(actor_of(user_id), queries.for_change(actor_of(user_id), case_id)).id

    results = together(app, [approving(user_id) for user_id in heads])
    assert sum(isinstance(r, Conflict) for r in results) == 3
    with app.app_context():
        assert db.session.scalars(select(Answer.status)).all() == [AnswerStatus.PUBLISHED]
        kinds = db.session.scalars(select(Step.kind).where(Step.contribution_id == made)).all()
        assert kinds.count("answered") == 1
        db.session.remove()
