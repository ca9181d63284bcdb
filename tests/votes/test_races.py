"""Many votes at the same moment: one person one ballot, and the counter is always the ballots."""

import random
import threading
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from civic.core import clock
from civic.core.db import db, transaction
from civic.core.errors import Conflict
from civic.core.outbox import OutboxEvent
from civic.groups.queries import actor_of
from civic.votes import jobs, queries, service
from civic.votes.models import Ballot, Question, Result


def at_once(app, acts):
    """Run all acts in threads that start together; what they answered, in their order."""
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n, act):
        gate.wait()
        try:
            answers[n] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            answers[n] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def tally(app, thing):
    with app.app_context():
        found = queries.tally_json(thing)
        rows = db.session.scalar(select(func.count()).select_from(Ballot))
        db.session.remove()
    return found, rows


def poster(person, thing):
    """A POST of the signed-in person, each from a client of its own."""
    person.open("/me/profile")
    token, cookie = person.token(), person.client.get_cookie("charsu").value

    def post(choice):
        client = person.app.test_client()
        client.set_cookie("charsu", cookie)
        data = {"csrf_token": token, "choice": choice}
        return client.post(
            f"/proposals/{thing}/vote", data=data, headers={"Origin": "http://localhost"}
        ).status_code

    return post


@pytest.mark.timeout(300)
def test_parallel_votes_of_one_person_are_one_ballot(app, site, make, browser):
    """64 at once, 20 rounds on PostgreSQL; SQLite, where writers queue anyway, gets a smaller dose."""
    parallel, rounds = (64, 20) if site.kind == "postgresql" else (16, 5)
    author = make.user()
    for n in range(rounds):
        thing = make.voted_on(author, title=f"دور {n}")
        post = poster(browser(make.user()), thing)
        answers = at_once(app, [partial(post, "for")] * parallel)
        assert set(answers) == {303}, answers
        found, _ = tally(app, thing)
        assert found == {"ballots": 1, "counted": 1, "for": 1, "against": 0}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Ballot)) == rounds


@pytest.mark.timeout(300)
def test_storms_of_votes_changes_and_withdrawals_leave_the_counter_equal_to_the_ballots(
    app, site, make, browser
):
    parallel, rounds, people = (32, 6, 6) if site.kind == "postgresql" else (12, 3, 4)
    luck = random.Random(7)
    thing = make.voted_on(make.user(), threshold=3)
    posts = [poster(browser(make.user()), thing) for _ in range(people)]
    for _ in range(rounds):
        chosen = [(luck.choice(posts), luck.choice(["for", "against", "withdraw"])) for _ in range(parallel)]
        acts = [partial(post, choice) for post, choice in chosen]
        assert set(at_once(app, acts)) == {303}
        found, rows = tally(app, thing)
        assert found["ballots"] == found["counted"] == found["for"] + found["against"]
        assert rows <= people
    with app.app_context():
        assert not list(queries.altered_ballots())


@pytest.mark.timeout(120)
def test_the_threshold_is_told_once_however_many_cross_it_together(app, site, make):
    thing = make.voted_on(make.user(), threshold=5)
    people = [make.user() for _ in range(16)]

    def vote(person):
        with app.app_context():
            with transaction():
                service.cast(actor_of(person), queries.of_contribution(thing), "for")
            db.session.remove()

    answers = at_once(app, [lambda person=person: vote(person) for person in people])
    assert answers == [None] * len(people)
    with app.app_context():
        told = (
            select(func.count())
            .select_from(OutboxEvent)
            .where(OutboxEvent.kind == "votes.events.ThresholdReached")
        )
        assert db.session.scalar(told) == 1
    assert tally(app, thing)[0]["for"] == 16


@pytest.mark.timeout(120)
def test_closing_waits_for_votes_under_way_and_its_result_holds_them_all(app, site, make):
    """A vote that was taken before the deadline is in the result; one that comes while closing is refused or in it."""
    thing = make.voted_on(make.user(), days=1)
    people = [make.user() for _ in range(12)]
    inside, refused = [], []

    def vote(person):
        with app.app_context():
            try:
                with transaction():
                    service.cast(
                        actor_of(person), queries.for_vote(actor_of(person), thing, "proposal"), "for"
                    )
                inside.append(person)
            except Conflict:
                refused.append(person)
            db.session.remove()

    def close():
        with app.app_context(), clock.at(clock.now() + timedelta(days=1)):
            jobs.close_due()
            db.session.remove()

    acts = [lambda person=person: vote(person) for person in people]
    answers = at_once(app, [*acts[:6], close, *acts[6:], close])
    assert answers == [None] * 14
    with app.app_context():
        result = db.session.scalars(select(Result)).one()
        assert db.session.scalar(select(Question.status)) == "closed"
        assert result.totals["for"] == len(inside)
        assert len(inside) + len(refused) == 12
    assert tally(app, thing)[0]["ballots"] == len(inside)
