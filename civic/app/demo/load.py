"""`civic demo`: the city, a story told through the real verbs, then as many proposals and ballots as asked for."""

import sys
from collections.abc import Callable

import click
from sqlalchemy import select

from civic.app import migrate, schedule
from civic.app.demo import bulk, city, letters, story, supervision
from civic.audit.service import seal
from civic.core import clock, jobs
from civic.core.actor import SYSTEM
from civic.core.db import db, transaction
from civic.outcomes.models import Figures

MARK = "demo"
SEALED_AT_ONCE = 20_000
SMALL = {"proposals": 240, "voters": 160, "votes_per": 30}


def state() -> str:
    """'' for a database without demo data, else loading or ready."""
    row = db.session.get(Figures, MARK)
    found = str(row.data.get("state")) if row else ""
    db.session.rollback()
    return found


def start_again() -> None:
    """A loading that was broken off is thrown away, so that a start can be repeated."""
    if state() == "loading":
        db.session.remove()
        migrate.downgrade("base")
        migrate.upgrade()


def load(*, proposals: int, voters: int, votes_per: int, seed: int) -> None:
    """Fill the database. With the city already there, only proposals, people and ballots are added."""
    first = city.is_empty()
    db.session.rollback()
    if first:
        _mark("loading")
        with transaction():
            ids = city.build()
        _bar("story", story.length(), lambda done: story.tell(ids, seed, done))
        letters.tell()
    with transaction():
        places, topics = _places(), _topics()
    made = bulk.proposals(seed, proposals, voters, votes_per, places=places, topics=topics)

    def write(done: Callable[[int], None]) -> None:
        while True:
            with transaction():
                n = next(made, None)
            if n is None:
                return
            done(n)

    if proposals:
        _bar("proposals", proposals, write)
    jobs.run_all()
    _seal_all()
    for _name, _every, act in schedule.PERIODIC:
        act()
    jobs.run_all()
    if first:
        supervision.tell()
    _seal_all()
    if first:
        _mark("ready")


def _seal_all() -> None:
    """Chain what was written in bulk; the sealer of every second takes far smaller steps."""
    while True:
        with transaction():
            if seal(SYSTEM, limit=SEALED_AT_ONCE) < SEALED_AT_ONCE:
                return


def _bar(label: str, length: int, act: Callable[[Callable[[int], None]], None]) -> None:
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        act(lambda n: bar.update(max(0, n - bar.pos)))


def _mark(word: str) -> None:
    with transaction() as session:
        row = session.get(Figures, MARK) or Figures(name=MARK)
        row.data, row.taken_at = {"state": word}, clock.now()
        session.add(row)


def _places() -> list[int]:
    return list(
        db.session.scalars(
            select(city.District.id).where(city.District.origin == "").order_by(city.District.id)
        )
    )


def _topics() -> dict[str, int]:
    return {
        row.slug: row.id
        for row in db.session.execute(
            select(city.Category.slug, city.Category.id).where(city.Category.origin == "")
        )
    }


def accounts() -> str:
    """What the first start prints."""
    lines = ["Demo accounts (everybody is invented); password for all of them: " + city.PASSWORD]
    words = {
        "citizen@demo.example": "citizen", "forum@demo.example": "manager of a women's forum", "ngo@demo.example": "manager of an NGO",
        "expert@demo.example": "expert", "visitor@demo.example": "visitor (pilgrim)", "moderator@demo.example": "moderator",
        "triage@demo.example": "triage clerk", "officer@demo.example": "officer of the bus organisation",
        "head@demo.example": "head of the bus organisation", "council@demo.example": "council member",
        "clerk@demo.example": "clerk of the council", "inspector@demo.example": "inspector",
        "operator@demo.example": "operator",
    }  # fmt: skip
    return "\n".join([*lines, *(f"  {login:26} {role}" for login, role in words.items())])
