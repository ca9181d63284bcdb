"""The participation plan of Barcelona 2016 (decidim's first city), as its hackathon export gives it.

Votes exist in it only as totals: they are kept and shown as the origin's count and never become ballots.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from civic.accounts.models import User
from civic.accounts.rules import Identity, NameStyle
from civic.audit.service import record
from civic.comments.models import Comment, Side
from civic.contributions.models import Contribution, Step
from civic.contributions.rules import ContributionKind, Status, StepKind
from civic.core import clock
from civic.core.actor import Actor, Kind
from civic.core.db import db
from civic.core.errors import RuleBroken
from civic.core.html import clean, from_plain, plain
from civic.core.policy import require
from civic.core.text import N_, fold_joined, shorten
from civic.departments.models import Category
from civic.imports.models import ImportRun
from civic.imports.policy import May
from civic.imports.rules import CommentRow, ProposalRow, Refused, Report, read_comment, read_proposal
from civic.index.models import Indexed
from civic.outcomes.models import Figures
from civic.places.models import District
from civic.proposals.models import Proposal
from civic.spaces.models import Space, SpaceKind
from civic.spaces.rules import Moderation

ORIGIN = "barcelona-2016"
CHUNK = 1000
CAPACITY = {
    "citizen": Kind.CITIZEN,
    "organization": Kind.NGO,
    "meeting": Kind.CITIZEN,
    "official": Kind.CITIZEN,
}


def run(actor: Actor, folder: Path, *, dry_run: bool = False) -> Report:
    """Import a folder; a second run adds nothing. Refused rows are in the report, the others are carried out."""
    require(actor, May.IMPORT)
    report = Report()
    proposals = [r for _, r in _rows(folder, "proposals", read_proposal, report)]
    comments = _rows(folder, "comments", read_comment, report)
    started = clock.now()
    space = _space()
    known = _known()
    people = _people(proposals, (c for _, c in comments))
    places = _named(District, {p.district for p in proposals if p.district})
    topics = _named(Category, {p.category for p in proposals})
    _proposals(proposals, space, known, people, places, topics, report)
    _comments(comments, space, known, people, report)
    if not dry_run:
        figures = _take_figures()
        db.session.add(
            ImportRun(format=ORIGIN, started_at=started, finished_at=clock.now(), report=report.as_json())
        )
        record(
            actor,
            "import.run",
            f"import:{ORIGIN}",
            public=True,
            new=report.new,
            refused=len(report.refused),
            **figures,
        )
    return report


def _rows(folder: Path, name: str, read: Any, report: Report) -> list[tuple[int, Any]]:
    """Readable rows of a file (.jsonl or .jsonl.gz) with their number."""
    good = []
    for number, line in enumerate(_lines(folder, name), 1):
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise Refused("", "the line is no object")
            good.append((number, read(row)))
        except json.JSONDecodeError as error:
            report.refused.append(
                (name, number, "", f"the line is no JSON: {error.msg} at character {error.pos}")
            )
        except Refused as refused:
            report.refused.append((name, number, refused.column, refused.reason))
        except RuleBroken as broken:
            report.refused.append((name, number, "body", broken.message))
    return good


def _lines(folder: Path, name: str) -> Iterator[str]:
    for path, opened in ((folder / f"{name}.jsonl.gz", gzip.open), (folder / f"{name}.jsonl", open)):
        if path.exists():
            with opened(path, "rt", encoding="utf-8") as file:
                yield from (line for line in file if line.strip())
            return
    raise RuleBroken(N_("در این پوشه %(name)s نیست؛ نشانی پوشهٔ داده را درست بنویسید."), name=f"{name}.jsonl")


def _space() -> int:
    found = db.session.scalars(
        select(Space).where(Space.kind == SpaceKind.IMPORT, Space.origin == ORIGIN)
    ).first()
    if found is None:
        found = Space(
            kind=SpaceKind.IMPORT,
            name="Pla d'Actuació Municipal, Barcelona 2016",
            origin=ORIGIN,
            moderation=Moderation.POST,
        )
        db.session.add(found)
        db.session.flush()
    return found.id


def _known() -> dict[str, tuple[int, str]]:
    """{origin key: (id, fingerprint of title and text)} of what was imported before."""
    rows = db.session.execute(
        select(
            Contribution.origin_key,
            Contribution.id,
            Contribution.title,
            Contribution.html,
            Contribution.origin_votes,
        ).where(Contribution.origin == ORIGIN)
    )
    return {r.origin_key: (r.id, _mark(r.title, r.html, r.origin_votes)) for r in rows if r.origin_key}


def _mark(title: str, html: str, votes: int | None) -> str:
    return hashlib.sha256(f"{title}\0{html}\0{votes}".encode()).hexdigest()


def _people(proposals: Iterable[ProposalRow], comments: Iterable[CommentRow]) -> dict[str, int]:
    """Accounts without a way to sign in, one per author of the origin."""
    query = select(User.origin_key, User.id).where(User.origin == ORIGIN)
    known = {key: user_id for key, user_id in db.session.execute(query) if key}
    wanted = {r.author for r in proposals} | {c.author for c in comments}
    moment = clock.now()
    fresh = [
        {
            "full_name": f"Barcelona {key}", "name_style": NameStyle.FULL, "identity_level": Identity.EMAIL,
            "created_at": moment, "origin": ORIGIN, "origin_key": key, "own_kind": Kind.CITIZEN, "locale": "en",
        }
        for key in sorted(wanted - known.keys(), key=int)
    ]  # fmt: skip
    _insert(User, fresh)
    return {key: user_id for key, user_id in db.session.execute(query) if key}


def _named(model: type[District] | type[Category], names: set[str]) -> dict[str, int]:
    """Districts and categories of the origin, apart from the city's own."""
    code = "code" if model is District else "slug"
    query = select(model.name_fa, model.id).where(model.origin == ORIGIN)
    known = {row[0]: row[1] for row in db.session.execute(query)}
    fresh = []
    for position, name in enumerate(sorted(names - known.keys())):
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        fresh.append(
            {
                code: f"bcn-{digest}",
                "name_fa": name,
                "name_en": name,
                "name_ar": name,
                "position": position,
                "origin": ORIGIN,
            }
        )
    _insert(model, fresh)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        db.session.execute(insert(model), rows[start : start + CHUNK])


def _proposals(
    rows: list[ProposalRow], space: int, known: dict[str, tuple[int, str]], people: dict[str, int],
    places: dict[str, int], topics: dict[str, int], report: Report,
) -> None:  # fmt: skip
    fresh: list[tuple[ProposalRow, dict[str, Any]]] = []
    for row in rows:
        html = from_plain(row.text)
        key = f"p{row.key}"
        if key in known:
            _again(
                known[key],
                _mark(row.title, html, row.votes),
                {"title": row.title, "html": html, "text": row.text, "origin_votes": row.votes},
                report,
            )
            continue
        report.new += 1
        fresh.append(
            (
                row,
                {
                    "kind": ContributionKind.PROPOSAL, "status": Status.PUBLIC, "stage": "accepted" if row.accepted else "no",
                    "space_id": space, "author_id": people[row.author], "capacity": CAPACITY[row.source],
                    "byline": f"Barcelona {row.author}", "language": "ca", "title": row.title, "text": row.text, "html": html,
                    "summary": shorten(row.text, 160), "category_id": topics[row.category], "district_id": places.get(row.district),
                    "created_at": row.at, "submitted_at": row.at, "published_at": row.at, "updated_at": row.at,
                    "shuffle": int(hashlib.sha256(key.encode()).hexdigest()[:7], 16), "origin": ORIGIN, "origin_key": key,
                    "origin_votes": row.votes,
                },
            )
        )  # fmt: skip
    _insert(Contribution, [values for _, values in fresh])
    ids = {key: value[0] for key, value in _known().items()}
    _insert(Proposal, [{"id": ids[f"p{row.key}"]} for row, _ in fresh])
    steps = []
    for row, _ in fresh:
        made = {"contribution_id": ids[f"p{row.key}"], "at": row.at, "actor_role": "import", "note": ""}
        steps += [
            {**made, "kind": StepKind.SUBMITTED, "detail": row.source, "data": {"origin": ORIGIN}},
            {**made, "kind": StepKind.PUBLISHED, "detail": "", "data": {"origin": ORIGIN}},
            {
                **made,
                "kind": StepKind.ANSWERED,
                "detail": "accepted" if row.accepted else "declined",
                "data": {"origin": ORIGIN},
            },
        ]
    _insert(Step, steps)
    _insert(
        Indexed,
        [
            {
                "id": ids[f"p{row.key}"],
                "kind": ContributionKind.PROPOSAL,
                "title": fold_joined(row.title)[:400],
                "body": fold_joined(row.text),
            }
            for row, _ in fresh
        ],
    )


def _comments(
    rows: list[tuple[int, CommentRow]],
    space: int,
    known: dict[str, tuple[int, str]],
    people: dict[str, int],
    report: Report,
) -> None:
    ids = {key: value[0] for key, value in _known().items()}
    in_file = {row.key for _, row in rows}
    fresh: list[tuple[CommentRow, dict[str, Any]]] = []
    for number, row in rows:
        subject = ids.get(f"p{row.proposal}")
        if subject is None:
            report.refused.append(("comments", number, "proposal_id", f"there is no proposal {row.proposal}"))
            continue
        if row.parent and row.parent not in in_file and f"c{row.parent}" not in known:
            report.refused.append(("comments", number, "ancestry", f"there is no comment {row.parent}"))
            continue
        html = clean(row.html)
        key = f"c{row.key}"
        if key in known:
            _again(
                known[key],
                _mark("", html, row.likes),
                {"html": html, "text": plain(html), "origin_votes": row.likes},
                report,
            )
            continue
        report.new += 1
        fresh.append(
            (
                row,
                {
                    "kind": ContributionKind.COMMENT, "status": Status.PUBLIC, "stage": "pub", "space_id": space, "subject_id": subject,
                    "author_id": people[row.author], "capacity": Kind.CITIZEN, "byline": f"Barcelona {row.author}", "language": "ca",
                    "title": "", "text": plain(html), "html": html, "summary": shorten(plain(html), 160), "created_at": row.at,
                    "submitted_at": row.at, "published_at": row.at, "updated_at": row.at, "origin": ORIGIN, "origin_key": key,
                    "origin_votes": row.likes, "shuffle": int(hashlib.sha256(key.encode()).hexdigest()[:7], 16),
                },
            )
        )  # fmt: skip
    _insert(Contribution, [values for _, values in fresh])
    ids = {key: value[0] for key, value in _known().items()}
    roots = [r for r, _ in fresh if not r.parent]
    replies = [r for r, _ in fresh if r.parent]
    for part in (roots, replies):
        _insert(
            Comment,
            [
                {
                    "id": ids[f"c{r.key}"], "subject_id": ids[f"p{r.proposal}"], "side": Side(r.side),
                    "parent_id": ids.get(f"c{r.parent}") if r.parent else None,
                }
                for r in part
            ],
        )  # fmt: skip
    if fresh:
        _count_comments()


def _again(found: tuple[int, str], mark: str, values: dict[str, Any], report: Report) -> None:
    if found[1] == mark:
        report.same += 1
        return
    report.changed += 1
    values["summary"] = shorten(values["text"], 160)
    db.session.execute(
        update(Contribution).where(Contribution.id == found[0]).values(**values, updated_at=clock.now())
    )


def _count_comments() -> None:
    """Set the stored counters of everything imported from its rows."""
    under = (
        select(func.count())
        .select_from(Comment)
        .where(Comment.subject_id == Contribution.id)
        .correlate(Contribution)
        .scalar_subquery()
    )
    db.session.execute(
        update(Contribution)
        .where(Contribution.origin == ORIGIN, Contribution.kind == ContributionKind.PROPOSAL)
        .values(comment_count=under)
        .execution_options(synchronize_session=False)
    )
    reply = Comment.__table__.alias()
    answers = (
        select(func.count())
        .select_from(reply)
        .where(reply.c.parent_id == Comment.id)
        .correlate(Comment)
        .scalar_subquery()
    )
    mine = select(Contribution.id).where(Contribution.origin == ORIGIN)
    db.session.execute(
        update(Comment)
        .where(Comment.id.in_(mine))
        .values(reply_count=answers)
        .execution_options(synchronize_session=False)
    )


def _take_figures() -> dict[str, Any]:
    """Count what stands in the database, in the words of the origin's own totals, and keep it for the pages."""
    mine = Contribution.origin == ORIGIN
    proposal = (mine, Contribution.kind == ContributionKind.PROPOSAL)

    def n(*where: Any) -> int:
        return db.session.scalar(select(func.count()).select_from(Contribution).where(*where)) or 0

    def steps(kind: StepKind, detail: str) -> int:
        joined = (
            select(func.count()).select_from(Step).join(Contribution, Contribution.id == Step.contribution_id)
        )
        return db.session.scalar(joined.where(*proposal, Step.kind == kind, Step.detail == detail)) or 0

    def sides(*where: Any) -> int:
        joined = select(func.count()).select_from(Comment).join(Contribution, Contribution.id == Comment.id)
        return db.session.scalar(joined.where(mine, *where)) or 0

    figures: dict[str, Any] = {
        "proposals": n(*proposal),
        "status": {
            "accepted": steps(StepKind.ANSWERED, "accepted"),
            "rejected": steps(StepKind.ANSWERED, "declined"),
        },
        "source": {
            s: steps(StepKind.SUBMITTED, s) for s in ("meeting", "citizen", "organization", "official")
        },
        "comments": sides(),
        "alignment": {
            "for": sides(Comment.parent_id.is_(None), Comment.side == Side.FOR),
            "against": sides(Comment.parent_id.is_(None), Comment.side == Side.AGAINST),
            "neutral": sides(Comment.parent_id.is_(None), Comment.side == Side.NEUTRAL),
            "reply without side": sides(Comment.parent_id.is_not(None)),
        },
        "replies": sides(Comment.parent_id.is_not(None)),
        "origin_vote_total": db.session.scalar(select(func.sum(Contribution.origin_votes)).where(*proposal))
        or 0,
        "authors": db.session.scalar(
            select(func.count(func.distinct(Contribution.author_id))).where(*proposal)
        )
        or 0,
        "district_null": n(*proposal, Contribution.district_id.is_(None)),
    }
    row = db.session.get(Figures, f"import:{ORIGIN}") or Figures(name=f"import:{ORIGIN}")
    row.data, row.taken_at = figures, clock.now()
    db.session.add(row)
    return figures
