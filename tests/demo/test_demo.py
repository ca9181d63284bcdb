"""The demo is lifelike, reproducible, and its numbers hold."""

import pytest
from sqlalchemy import func, select, update

from civic.app import checks
from civic.app.demo import city, load
from civic.cases.models import Case
from civic.contributions.models import Contribution
from civic.core.db import db, transaction
from civic.outcomes.models import Promise
from civic.votes.models import Ballot, BallotChoice, Tally

pytestmark = pytest.mark.slow


def test_the_whole_loop_stands_in_it_and_every_count_holds(ctx, browser):
    load.load(proposals=30, voters=25, votes_per=8, seed=1)
    stages = set(db.session.scalars(select(Contribution.stage).where(Contribution.kind == "proposal")))
    assert {"open", "dept", "run", "done", "no", "already", "notours", "review"} <= stages
    assert {str(p.status) for p in db.session.scalars(select(Promise))} >= {"open", "reported", "confirmed"}
    assert db.session.scalar(select(func.count()).select_from(Case)) >= 12
    assert db.session.scalar(select(func.count()).select_from(Ballot)) > 30 * 8
    assert list(checks.differences()) == []
    assert list(checks.record_faults(None)) == []
    for path in (
        "/",
        "/proposals",
        "/problems",
        "/consultations",
        "/outcomes",
        "/promises",
        "/transparency",
        "/council/questions",
    ):
        browser().open(path)

    with transaction() as session:
        session.execute(update(Tally).where(Tally.ballots > 3).values(ballots=Tally.ballots + 1))
        ballot = session.scalars(
            select(BallotChoice).where(BallotChoice.option_key.in_(["for", "against"])).limit(1)
        ).one()
        ballot.option_key = {"for": "against", "against": "for"}[ballot.option_key]
    assert list(checks.differences())
    assert list(checks.record_faults(None))


def test_the_same_seed_gives_the_same_proposals_and_votes(site):
    def written(seed):
        site.empty()
        with site.app.app_context():
            with transaction():
                city.build()
            load.load(proposals=12, voters=10, votes_per=3, seed=seed)
            query = (
                select(Contribution.title, Contribution.summary, Tally.option_key, Tally.supporters)
                .join(Tally, Tally.contribution_id == Contribution.id)
                .order_by(Contribution.id, Tally.option_key)
            )
            found = [tuple(row) for row in db.session.execute(query)]
            db.session.remove()
        return found

    first = written(7)
    assert len({title for title, *_ in first}) > 3
    assert sum(supporters for *_, supporters in first) >= 12 * 3
    assert written(7) == first
    assert written(8) != first
