"""Many proposals, comments and ballots at once: 100,000 proposals with 1,000,000 votes in minutes.

Rows are written in bulk, with everything the verbs would have written beside them (tallies, steps, index, audit
entries), so that `civic recount` and `civic audit verify` are clean afterwards.
"""

import hashlib
import random
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import func, insert, select

from civic.accounts.models import User
from civic.accounts.rules import Identity, NameStyle, Residence
from civic.app.demo.words import AGAINST, FIRST, FOR, LAST, NEUTRAL, PROPOSALS, STREETS
from civic.audit.models import AuditEntry
from civic.comments.models import Comment, Side
from civic.contributions.models import Contribution, Involved, Step
from civic.contributions.rules import ContributionKind, Involvement, Status, StepKind
from civic.core import clock
from civic.core.actor import Kind
from civic.core.db import Moment, db, is_sqlite
from civic.core.html import from_plain
from civic.core.text import fold_joined, shorten
from civic.index.models import Indexed
from civic.places.models import District
from civic.proposals.models import Proposal
from civic.spaces.models import Space
from civic.spaces.rules import threshold
from civic.votes.keys import voter_key
from civic.votes.models import Ballot, BallotChoice, Option, Participation, Question, Tally, VoterSecret
from civic.votes.rules import AGAINST as NO
from civic.votes.rules import FOR as YES
from civic.votes.rules import commitment

CHUNK = 5_000


class Bulk:
    """One run: `rows` gathers, `write` empties. Ids are given here, and sequences follow at the end."""

    def __init__(self, seed: int) -> None:
        self.luck = random.Random(seed)
        self.moment = clock.now()
        self.next: dict[Any, int] = {}

    def take(self, model: Any, n: int = 1) -> range:
        """The next n ids of a table."""
        if model not in self.next:
            self.next[model] = (db.session.scalar(select(func.max(model.id))) or 0) + 1
        first = self.next[model]
        self.next[model] = first + n
        return range(first, first + n)

    def write(self, model: Any, rows: Iterable[dict[str, Any]]) -> None:
        """Insert; COPY on PostgreSQL, which is several times faster there."""
        rows = list(rows)
        if not rows:
            return
        if is_sqlite():
            db.session.execute(insert(model), rows)
        else:
            _copy(model, rows)

    def settle(self) -> None:
        """Sequences go on after the ids given here."""
        if is_sqlite():
            return
        for model in self.next:
            table = model.__tablename__
            newest = select(func.max(model.id)).scalar_subquery()
            db.session.execute(select(func.setval(func.pg_get_serial_sequence(table, "id"), newest)))

    def people(self, n: int, districts: Sequence[int]) -> list[int]:
        """Invented citizens, who cannot sign in (no password, addresses that lead nowhere)."""
        ids = self.take(User, n)
        self.write(
            User,
            (
                {
                    "id": i, "full_name": f"{self.luck.choice(FIRST)} {self.luck.choice(LAST)}",
                    "name_style": self.luck.choice(list(NameStyle)), "phone": None, "email": f"person{i}@demo.invalid",
                    "password_hash": None, "status": "active", "own_kind": Kind.CITIZEN, "expert_field": "",
                    "district_id": self.luck.choice(districts), "identity_level": Identity.EMAIL,
                    "residence_level": Residence.DECLARED, "locale": "fa", "mail_notices": False, "unread": 0,
                    "created_at": self.moment - timedelta(days=120), "welcomed_at": None, "origin": "", "origin_key": None,
                }
                for i in ids
            ),
        )  # fmt: skip
        return list(ids)


def _copy(model: Any, rows: list[dict[str, Any]]) -> None:
    """PostgreSQL's COPY of rows that all name the same columns."""
    table = model.__table__
    columns = [table.c[name] for name in rows[0]]
    kinds = [column.type for column in columns]
    dialect = db.engine.dialect
    processors = [
        kind.dialect_impl(dialect).bind_processor(dialect) if not isinstance(kind, Moment) else None
        for kind in kinds
    ]
    names = ", ".join(f'"{column.name}"' for column in columns)
    raw: Any = db.session.connection().connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            values = [row[column.name] for column in columns]
            copy.write_row(
                [
                    p(v) if p is not None and v is not None else v
                    for p, v in zip(processors, values, strict=True)
                ]
            )


def proposals(
    seed: int,
    n: int,
    voters: int,
    votes_per: int,
    *,
    comments_per: int = 2,
    places: Sequence[int],
    topics: dict[str, int],
) -> Iterator[int]:
    """Make n open proposals with votes_per ballots each; yields how many are done, for the progress bar.

    The caller commits after each step. The same seed gives the same texts, places and choices.
    """
    bulk = Bulk(seed)
    people = bulk.people(voters, places)
    space = db.session.get_one(Space, 1)
    secret = _secret(space.id)
    keys = {person: voter_key(secret, person) for person in people}
    population = {d.id: d.population for d in db.session.scalars(select(District))}
    for start in range(0, n, CHUNK):
        part = min(CHUNK, n - start)
        _part(bulk, part, people, keys, population, space, votes_per, comments_per, places, topics)
        bulk.settle()
        yield start + part


def _secret(space_id: int) -> str:
    row = db.session.get(VoterSecret, space_id)
    if row is None:
        row = VoterSecret(space_id=space_id, secret=secrets.token_hex(32))
        db.session.add(row)
        db.session.flush()
    return row.secret


def _part(
    bulk: Bulk, n: int, people: list[int], keys: dict[int, str], population: dict[int, int], space: Space,
    votes_per: int, comments_per: int, places: Sequence[int], topics: dict[str, int],
) -> None:  # fmt: skip
    luck = bulk.luck
    ids, questions = bulk.take(Contribution, n), bulk.take(Question, n)
    texts = {i: _text(luck) for i in ids}
    born = {i: bulk.moment - timedelta(days=luck.uniform(0.1, 55)) for i in ids}
    said = {i: luck.randrange(comments_per * 2 + 1) for i in ids}
    where = {i: luck.choice([*places, None]) for i in ids}
    authors = {i: luck.choice(people) for i in ids}
    bulk.write(
        Contribution,
        (
            _contribution(
                i, ContributionKind.PROPOSAL, authors[i], born[i], title=texts[i][1], body=texts[i][2], shuffle=luck.getrandbits(30),
                category_id=topics[texts[i][0]], district_id=where[i], comment_count=said[i], place_text=texts[i][3],
                html=texts[i][4],
            )
            for i in ids
        ),
    )  # fmt: skip
    bulk.write(Proposal, ({"id": i, "problem_id": None} for i in ids))
    bulk.write(
        Indexed,
        (
            {
                "id": i,
                "kind": "proposal",
                "title": fold_joined(texts[i][1])[:400],
                "body": fold_joined(texts[i][2]),
            }
            for i in ids
        ),
    )
    bulk.write(
        Involved,
        (
            {"contribution_id": i, "user_id": authors[i], "role": Involvement.AUTHOR, "at": born[i]}
            for i in ids
        ),
    )
    bulk.write(Step, _steps(bulk, ids, born))
    bulk.write(
        Question,
        (
            {
                "id": q, "contribution_id": i, "status": "open", "opens_at": born[i], "closes_at": born[i] + timedelta(days=space.voting_days),
                "closed_at": None, "threshold": max(votes_per + 1, _threshold(space, population, where[i])),
                "threshold_reached_at": None, "paper_counts": False,
            }
            for i, q in zip(ids, questions, strict=True)
        ),
    )  # fmt: skip
    options = iter(bulk.take(Option, n * 2))
    bulk.write(
        Option,
        (
            {"id": next(options), "question_id": q, "key": key, "label": "", "position": p}
            for q in questions
            for p, key in enumerate((YES, NO))
        ),
    )
    _ballots(bulk, ids, questions, people, keys, born, votes_per)
    _comments(bulk, ids, people, born, said)


def _threshold(space: Space, population: dict[int, int], district: int | None) -> int:
    return threshold(
        population[district] if district else None, floor=space.threshold_floor, per_ten_thousand=space.threshold_per_ten_thousand,
        city=space.threshold_city,
    )  # fmt: skip


@cache
def _html(words: str) -> str:
    """Cleaned once per invented text; the street is put in afterwards and holds no markup."""
    return from_plain(words)


def _text(luck: random.Random) -> tuple[str, str, str, str, str]:
    category, title, body = luck.choice(PROPOSALS)
    street = f"{luck.choice(STREETS)} {str(luck.randrange(2, 80)).translate(str.maketrans('0123456789', '۰۱۲۳۴۵۶۷۸۹'))}"
    return (
        category,
        title.format(s=street),
        body.format(s=street),
        f"خیابان {street}",
        _html(body).replace("{s}", street),
    )


def _contribution(
    i: int, kind: ContributionKind, author: int, at: datetime, *, title: str, body: str, **more: Any
) -> dict[str, Any]:
    return {
        "id": i, "kind": kind, "status": Status.PUBLIC, "stage": "open" if kind is ContributionKind.PROPOSAL else "pub", "space_id": 1,
        "author_id": author, "subject_id": None, "group_id": None, "capacity": Kind.CITIZEN, "byline": "شهروند (نمایشی)", "language": "fa",
        "title": title, "text": body, "html": _html(body) if kind is ContributionKind.COMMENT else "", "summary": shorten(body, 160), "version": 1, "category_id": None,
        "district_id": None, "place_text": "", "latitude": None, "longitude": None, "created_at": at, "submitted_at": at,
        "published_at": at, "updated_at": at, "withdrawal_reason": "", "shuffle": 0, "comment_count": 0, "join_count": 0,
        "follow_count": 0, "origin": None, "origin_key": None, "origin_votes": None,
    } | more  # fmt: skip


def _steps(bulk: Bulk, ids: Sequence[int], born: dict[int, datetime]) -> Iterator[dict[str, Any]]:
    numbers = iter(bulk.take(Step, len(ids) * 3))
    for i in ids:
        for kind in (StepKind.SUBMITTED, StepKind.PUBLISHED, StepKind.VOTE_OPENED):
            yield {
                "id": next(numbers),
                "contribution_id": i,
                "kind": kind,
                "at": born[i],
                "actor_role": "citizen",
                "detail": "",
                "note": "",
                "data": {},
            }


def _ballots(
    bulk: Bulk, ids: Sequence[int], questions: Sequence[int], people: list[int], keys: dict[int, str],
    born: dict[int, datetime], votes_per: int,
) -> None:  # fmt: skip
    luck = bulk.luck
    ballots, choices, took, entries, tallies = [], [], [], [], []
    per = min(votes_per, len(people))
    numbers, marks = iter(bulk.take(Ballot, per * len(ids))), iter(bulk.take(AuditEntry, per * len(ids)))
    for i, q in zip(ids, questions, strict=True):
        share = luck.betavariate(5, 2)
        counts = {YES: 0, NO: 0}
        for person in luck.sample(people, per):
            ballot, key, nonce = next(numbers), keys[person], f"{luck.getrandbits(128):032x}"
            choice = YES if luck.random() < share else NO
            at = born[i] + (bulk.moment - born[i]) * luck.random()
            counts[choice] += 1
            ballots.append(
                {
                    "id": ballot, "question_id": q, "voter_key": key, "status": "cast", "channel": "online", "capacity": Kind.CITIZEN,
                    "group_id": None, "district_id": None, "identity_level": Identity.EMAIL, "residence_level": Residence.DECLARED,
                    "cast_at": at, "changed_at": at, "nonce": nonce,
                }
            )  # fmt: skip
            choices.append({"ballot_id": ballot, "option_key": choice})
            took.append({"user_id": person, "question_id": q})
            entries.append(
                {
                    "id": next(marks), "at": at, "act": "vote.cast", "subject": f"question:{q}", "actor_role": "citizen",
                    "actor_mark": hashlib.sha256(f"{nonce}:{key}".encode()).hexdigest(),
                    "data": {"commitment": commitment(nonce, choice), "replaces": ""}, "public": False,
                }
            )  # fmt: skip
        tallies += [
            {"question_id": q, "option_key": key, "contribution_id": i, "ballots": n}
            for key, n in counts.items()
        ]
    for model, rows in (
        (Ballot, ballots),
        (BallotChoice, choices),
        (Participation, took),
        (AuditEntry, entries),
        (Tally, tallies),
    ):
        bulk.write(model, rows)


def _comments(
    bulk: Bulk, ids: Sequence[int], people: list[int], born: dict[int, datetime], said: dict[int, int]
) -> None:
    luck = bulk.luck
    numbers = iter(bulk.take(Contribution, sum(said.values())))
    base, own, involved = [], [], {}
    for i in ids:
        for _ in range(said[i]):
            side = luck.choice(list(Side))
            body = luck.choice({Side.FOR: FOR, Side.AGAINST: AGAINST, Side.NEUTRAL: NEUTRAL}[side])
            at = born[i] + (bulk.moment - born[i]) * luck.random()
            number, author = next(numbers), luck.choice(people)
            base.append(
                _contribution(
                    number,
                    ContributionKind.COMMENT,
                    author,
                    at,
                    title="",
                    body=body,
                    subject_id=i,
                    shuffle=luck.getrandbits(30),
                )
            )
            own.append(
                {
                    "id": number,
                    "subject_id": i,
                    "parent_id": None,
                    "side": side,
                    "useful_count": 0,
                    "reply_count": 0,
                    "convinced_count": 0,
                }
            )
            involved[(i, author)] = {
                "contribution_id": i,
                "user_id": author,
                "role": Involvement.COMMENTER,
                "at": at,
            }
    bulk.write(Contribution, base)
    bulk.write(Comment, own)
    bulk.write(Involved, involved.values())
