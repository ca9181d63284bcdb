"""Random ballots, merges and partings against an oracle that counts people by hand; and votes while a merge is made."""

import random
import threading
from functools import partial

import pytest
from sqlalchemy import select

from civic.app.checks import differences
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution, Involved
from civic.contributions.rules import ContributionKind, Involvement
from civic.core.actor import Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, RuleBroken
from civic.groups.queries import actor_of
from civic.merging import queries, service
from civic.problems import service as problems
from civic.votes import queries as votes
from civic.votes import service as voting
from civic.votes.models import Tally

REASON = "هر دو همان سایه‌بان ایستگاه را می‌خواهند."


class Oracle:
    """What everybody said, remembered without the database: said[thing][person] = for | against | withdrawn."""

    def __init__(self, things):
        self.said = {n: {} for n in things}
        self.into = {}

    def vote(self, thing, person, choice):
        if choice != "withdraw":
            self.said[thing][person] = choice
        elif person in self.said[thing] or person in self.through(thing):
            self.said[thing][person] = "withdrawn"

    def through(self, thing):
        below = [n for n, target in self.into.items() if target == thing]
        people = {p for n in below for p, choice in self.said[n].items() if choice == "for"}
        return people - set(self.said[thing])

    def numbers(self, thing):
        own = sum(1 for choice in self.said[thing].values() if choice == "for")
        return (
            own,
            own + len(self.through(thing)),
            sum(1 for c in self.said[thing].values() if c == "against"),
        )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_voted_merged_and_parted_each_supporter_counts_once(make, app, seed):
    luck = random.Random(seed)
    things = [make.proposal_page(make.user()) for _ in range(4)]
    people = [make.user() for _ in range(7)]
    moderator = make.user(roles=(Role.MODERATOR,))
    oracle = Oracle(things)
    with app.app_context():
        for _ in range(120):
            if luck.random() < 0.7:
                thing, person = luck.choice(things), luck.choice(people)
                choice = luck.choice(["for", "for", "against", "withdraw"])
                refused = thing in oracle.into
                try:
                    with transaction():
                        actor = actor_of(person)
                        question = votes.for_vote(actor, thing, ContributionKind.PROPOSAL)
                        if choice == "withdraw":
                            voting.withdraw(actor, question)
                        else:
                            voting.cast(actor, question, choice)
                    assert not refused
                    oracle.vote(thing, person, choice)
                except Conflict:
                    assert refused
            else:
                one, into = luck.sample(things, 2)
                actor = actor_of(moderator)
                try:
                    with transaction():
                        pair = queries.pair_for_change(actor, one, into)
                        if oracle.into.get(one) == into:
                            service.part(actor, *pair, reason=REASON)
                            del oracle.into[one]
                        else:
                            service.merge(actor, *pair, reason=REASON)
                            oracle.into[one] = into
                except (RuleBroken, Conflict):
                    assert one in oracle.into or into in oracle.into or one in oracle.into.values()
            db.session.remove()
            for thing in things:
                rows = {
                    t.option_key: t
                    for t in db.session.scalars(select(Tally).where(Tally.contribution_id == thing))
                }
                shown = (rows["for"].ballots, rows["for"].supporters, rows["against"].ballots)
                assert shown == oracle.numbers(thing), (thing, oracle.into, oracle.said)
            db.session.rollback()
        assert list(differences()) == []
        assert list(votes.altered_ballots()) == []
        for one, into in list(oracle.into.items()):
            with transaction():
                actor = actor_of(moderator)
                service.part(actor, *queries.pair_for_change(actor, one, into), reason=REASON)
            del oracle.into[one]
        for thing in things:
            assert votes.tally(votes.of_contribution(thing).id)["for"] == oracle.numbers(thing)[1]
        assert list(differences()) == []
        db.session.remove()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(2))
def test_joiners_are_counted_once_whatever_happens(make, app, seed):
    luck = random.Random(seed)
    things = [make.problem(make.user()) for _ in range(4)]
    people = [make.user() for _ in range(5)]
    moderator = make.user(roles=(Role.MODERATOR,))
    said, into_of = {n: set() for n in things}, {}
    with app.app_context():
        for _ in range(120):
            if luck.random() < 0.7:
                thing, person, joined = luck.choice(things), luck.choice(people), luck.random() < 0.6
                if thing in into_of:
                    continue
                with transaction():
                    problems.join(actor_of(person), contributions.by_id(thing), joined=joined)
                if joined:
                    said[thing].add(person)
                else:
                    for n in [thing, *[n for n, target in into_of.items() if target == thing]]:
                        said[n].discard(person)
            else:
                one, into = luck.sample(things, 2)
                actor = actor_of(moderator)
                try:
                    with transaction():
                        pair = queries.pair_for_change(actor, one, into)
                        if into_of.get(one) == into:
                            service.part(actor, *pair, reason=REASON)
                            del into_of[one]
                        else:
                            service.merge(actor, *pair, reason=REASON)
                            into_of[one] = into
                except (RuleBroken, Conflict):
                    assert one in into_of or into in into_of or one in into_of.values()
            db.session.remove()
            for thing in things:
                below = [n for n, target in into_of.items() if target == thing]
                assert db.session.get_one(Contribution, thing).join_count == len(
                    said[thing].union(*[said[n] for n in below])
                )
            db.session.rollback()
        assert list(differences()) == []
        rows = db.session.scalars(
            select(Involved.contribution_id).where(Involved.role == Involvement.JOINER)
        ).all()
        assert sorted(rows) == sorted(n for n, who in said.items() for _ in who)
        db.session.remove()


@pytest.mark.timeout(300)
def test_votes_while_a_merge_is_made_and_undone_leave_the_counters_equal(make, app, site):
    """Votes on both, merges and partings all at once: whatever is accepted is counted, and nothing else."""
    rounds, crowd = (6, 16) if site.kind == "postgresql" else (2, 8)
    one, into = make.proposal_page(make.user()), make.proposal_page(make.user())
    people = [make.user() for _ in range(crowd)]
    moderator = make.user(roles=(Role.MODERATOR,))
    luck = random.Random(5)
    errors = []

    def vote(person, thing, choice):
        with app.app_context():
            try:
                with transaction():
                    actor = actor_of(person)
                    question = votes.for_vote(actor, thing, ContributionKind.PROPOSAL)
                    if choice == "withdraw":
                        voting.withdraw(actor, question)
                    else:
                        voting.cast(actor, question, choice)
            except Conflict:
                pass
            finally:
                db.session.remove()

    def turn(verb):
        with app.app_context():
            try:
                with transaction():
                    actor = actor_of(moderator)
                    getattr(service, verb)(actor, *queries.pair_for_change(actor, one, into), reason=REASON)
            except Conflict:
                pass
            finally:
                db.session.remove()

    def kept(gate, act):
        gate.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)

    for n in range(rounds):
        acts = [
            partial(
                vote, person, luck.choice([one, into]), luck.choice(["for", "for", "against", "withdraw"])
            )
            for person in people
        ]
        acts += [partial(turn, "merge" if n % 2 == 0 else "part")] * 2
        luck.shuffle(acts)
        gate = threading.Barrier(len(acts))
        threads = [threading.Thread(target=kept, args=(gate, act)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert errors == []
        with app.app_context():
            assert db.session.get_one(Contribution, one).merged_into_id == (into if n % 2 == 0 else None)
            assert list(differences()) == []
            assert list(votes.altered_ballots()) == []
            db.session.remove()
