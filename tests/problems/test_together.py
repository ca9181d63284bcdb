"""Many at once: what counts people counts each of them once."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from civic.comments import service as comments
from civic.comments.models import Comment, UsefulMark
from civic.contributions import queries
from civic.contributions.models import Contribution, Involved
from civic.core.db import db, transaction
from civic.groups.queries import actor_of
from civic.problems import service as problems


def test_joining_and_leaving_at_once_leaves_the_counter_right(make, app):
    people = [make.user() for _ in range(4)]
    one = make.problem(make.user())

    def act(n: int) -> None:
        with app.app_context():
            try:
                with transaction():
                    problems.join(actor_of(people[n % 4]), queries.by_id(one), joined=n % 3 != 0)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(64)))
    with app.app_context():
        rows = db.session.scalar(
            select(func.count()).where(Involved.contribution_id == one, Involved.role == "joiner")
        )
        assert db.session.get_one(Contribution, one).join_count == rows
        db.session.remove()


def test_a_mark_pressed_many_times_at_once_counts_once(make, app):
    reader = make.user()
    one = make.comment(make.user(), make.proposal(make.user()))

    def act(_n: int) -> None:
        with app.app_context():
            try:
                with transaction():
                    comments.mark(actor_of(reader), db.session.get_one(Contribution, one), useful=True)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(32)))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(UsefulMark)) == 1
        assert db.session.get_one(Comment, one).useful_count == 1
        db.session.remove()
