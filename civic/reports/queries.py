"""Every read of reports. The public sees frozen ones that stand on a public agenda, as long as their subject is public."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from civic.contributions.models import Contribution, Step
from civic.contributions.queries import open_to_all
from civic.contributions.rules import LISTED, StepKind
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, page
from civic.core.policy import allowed
from civic.reports.gathering import gather
from civic.reports.models import Report, ReportQuote
from civic.reports.policy import May
from civic.reports.rules import SUBJECT, Door, ReportStatus

VIEWS = ("draft", "frozen", "dropped")


@dataclass(frozen=True)
class Words:
    """A quotation that may still be read; `salt` lets anybody check it against the document."""

    text: str
    byline: str
    salt: str = ""


@dataclass(frozen=True)
class Read:
    """A report as its page shows it. A quotation that is not in `words` was removed."""

    report: Report
    document: dict[str, Any]
    words: dict[str, Words]

    @property
    def title(self) -> str:
        return self.words["title"].text if "title" in self.words else self.report.contribution.title

    @property
    def figures(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["figures"]
        return found


def _with_subject() -> Select[Report]:
    """Reports whose subject everybody can read."""
    return (
        select(Report)
        .join(Contribution, Contribution.id == Report.contribution_id)
        .where(open_to_all())
        .options(contains_eager(Report.contribution))
    )


def listed() -> Select[Report]:
    """What stands in public lists: the same for every reader."""
    return _with_subject().where(Report.public_at.is_not(None))


def public_list(*, cursor: str = "", size: int = 20) -> Page[Report]:
    return page(listed(), [(Report.id, True)], cursor=cursor, size=size)


def desk(view: str, *, door: str = "", cursor: str = "") -> Page[Report]:
    """For the clerk: drafts, frozen ones or what was put aside, newest first."""
    query = _with_subject().where(Report.status == ReportStatus(view))
    if door in set(Door):
        query = query.where(Report.door == door)
    return page(query, [(Report.id, True)], cursor=cursor)


def readable(actor: Actor, report_id: int) -> Report:
    """A public report; drafts and those of closed items for those who work with them; NotFound otherwise."""
    found = db.session.scalars(_with_subject().where(Report.id == report_id)).first()
    if found is None:
        raise NotFound
    if found.public_at is None:
        inside = allowed(actor, May.READ_DRAFTS) or (
            found.status is ReportStatus.FROZEN and allowed(actor, May.SEND)
        )
        if not inside:
            raise NotFound
    return found


def public_report(report_id: int) -> Report:
    """A report that everybody may read, the same for every reader; NotFound otherwise."""
    found = db.session.scalars(listed().where(Report.id == report_id)).first()
    if found is None:
        raise NotFound
    return found


def for_change(report_id: int) -> Report:
    """Locked and fresh; NotFound when its subject is gone."""
    one_for_change(select(Report).where(Report.id == report_id))
    found = db.session.scalars(_with_subject().where(Report.id == report_id)).first()
    if found is None:
        raise NotFound
    return found


def read(report: Report) -> Read:
    """The document and what of its quotations may still be read; of a draft as it would be frozen now."""
    if report.status is not ReportStatus.FROZEN:
        found = gather(report, report.contribution)
        return Read(report, found.document, {q.ref: Words(q.text, q.byline) for q in found.quotes})
    quotes = db.session.scalars(select(ReportQuote).where(ReportQuote.report_id == report.id)).all()
    kept = _still_public(report, quotes)
    return Read(
        report, json.loads(report.document),
        {q.ref: Words(q.text, q.byline, q.salt) for q in quotes if q.contribution_id in kept},
    )  # fmt: skip


def _still_public(report: Report, quotes: Sequence[ReportQuote]) -> set[int]:
    """Of what is quoted, the contributions that are still public and of which nothing was masked since."""
    ids = {q.contribution_id for q in quotes}
    shown = set(
        db.session.scalars(
            select(Contribution.id).where(Contribution.id.in_(ids), Contribution.status.in_(LISTED))
        )
    )
    if any(q.ref == SUBJECT for q in quotes):
        shown.add(report.contribution_id)  # withdrawn proposals stay readable, and so does their report
    masked = set(
        db.session.scalars(
            select(Step.contribution_id).where(
                Step.contribution_id.in_(ids), Step.kind == StepKind.MASKED, Step.at > report.frozen_at
            )
        )
    )
    return shown - masked


def open_draft(contribution_id: int) -> Report | None:
    """The draft of a subject that is being worked on."""
    return db.session.scalars(
        select(Report)
        .where(Report.contribution_id == contribution_id, Report.status == ReportStatus.DRAFT)
        .order_by(Report.id.desc())
    ).first()


def newest(contribution_id: int) -> Report | None:
    """The newest report of a subject, whatever its state."""
    return db.session.scalars(
        select(Report).where(Report.contribution_id == contribution_id).order_by(Report.id.desc()).limit(1)
    ).first()


def placeable() -> Sequence[Report]:
    """For an agenda: drafts to freeze, the weightiest and newest first."""
    rows = db.session.scalars(
        _with_subject().where(Report.status == ReportStatus.DRAFT).order_by(Report.id.desc()).limit(200)
    ).all()
    weight = {door: number for number, door in enumerate(Door)}
    return sorted(rows, key=lambda r: (-weight[r.door], -r.id))[:60]


def titles(report_ids: Sequence[int]) -> dict[int, str]:
    """Titles of the subjects of several reports, those that everybody can read."""
    rows = db.session.execute(
        select(Report.id, Contribution.title)
        .join(Contribution, Contribution.id == Report.contribution_id)
        .where(Report.id.in_(report_ids), open_to_all())
    )
    return {row[0]: row[1] for row in rows}
