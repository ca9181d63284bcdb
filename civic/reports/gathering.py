"""What a report says, gathered from what pages show: stored tallies, published results, answers, promises.

Nothing is counted here. Every number becomes a figure with the page it stands on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from civic.cases.models import Answer, Case
from civic.cases.queries import public_answer
from civic.cases.rules import CaseStatus
from civic.comments.models import Comment
from civic.comments.rules import Side
from civic.consultations.models import Consultation
from civic.contributions.models import Contribution, Link
from civic.contributions.rules import LISTED, ContributionKind
from civic.core.actor import PUBLIC
from civic.core.db import db
from civic.core.text import shorten
from civic.departments.models import Category, Department
from civic.outcomes.models import Promise
from civic.outcomes.rules import PromiseStatus
from civic.places.models import District
from civic.reports.models import Report
from civic.reports.rules import (
    FORMAT,
    MOST_PROMISES,
    MOST_QUESTIONS,
    QUESTION,
    QUOTE,
    REASONS_A_SIDE,
    SUBJECT,
    VERSION,
    figure,
    shares,
)
from civic.votes.queries import Panel, panel_of

FOLDERS = {ContributionKind.PROPOSAL: "proposals", ContributionKind.CONSULTATION: "consultations"}
"""Kinds that reports are about, with where their pages lie."""


@dataclass(frozen=True)
class Quote:
    """Words of people: what they come from, and as whose."""

    ref: str
    contribution_id: int
    text: str
    byline: str


@dataclass
class Gathered:
    """The document without its commitments and its fingerprint, and what it quotes."""

    document: dict[str, Any]
    quotes: list[Quote] = field(default_factory=list)


def page_of(contribution: Contribution) -> str:
    return f"/{FOLDERS[contribution.kind]}/{contribution.id}"


def gather(report: Report, contribution: Contribution) -> Gathered:
    """Everything the council reads about this subject, as it stands now."""
    page = page_of(contribution)
    figures: dict[str, Any] = {}
    quotes = [
        Quote(SUBJECT, contribution.id, shorten(contribution.text, 2 * QUOTE), contribution.byline),
        Quote("title", contribution.id, contribution.title, ""),
    ]
    document: dict[str, Any] = {
        "format": FORMAT, "format_version": VERSION, "report": report.id, "kind": str(contribution.kind), "about": contribution.id,
        "page": page, "published_on": _day(contribution.published_at), "door": str(report.door),
        "category": _names(db.session.get(Category, contribution.category_id) if contribution.category_id else None),
        "district": _names(db.session.get(District, contribution.district_id) if contribution.district_id else None),
        "prose": {"question": _question(report, contribution), "heard": report.heard, "open_points": report.open_points},
        "vote": _vote(panel_of(PUBLIC, contribution), page, figures),
        "reasons": _reasons(contribution, quotes, page, figures), "answers": _answers(contribution, page, figures),
        "promises": _promises(contribution, figures), "questions": _questions(contribution, quotes), "figures": figures,
    }  # fmt: skip
    figures["comments"] = figure(contribution.comment_count, f"{page}/comments", "comments")
    figures["followers"] = figure(contribution.follow_count, page, "people")
    if contribution.kind is ContributionKind.CONSULTATION:
        _consulted(contribution, figures)
    return Gathered(document, quotes)


def _question(report: Report, contribution: Contribution) -> str:
    """The clerk's own wording; '' stands for the subject's title, whose words may yet be covered and never lie in the document."""
    own = report.edited_at is not None and report.question != contribution.title[:QUESTION]
    return report.question if own else ""


def _vote(panel: Panel | None, page: str, figures: dict[str, Any]) -> dict[str, Any] | None:
    """Totals; groups only as they were published at closing."""
    if panel is None:
        return None
    counts = [line.ballots for line in panel.lines]
    figures["vote.total"] = figure(panel.total, page, "ballots")
    for line, percent in zip(panel.lines, shares(counts), strict=True):
        figures[f"vote.{line.key}"] = figure(line.ballots, page, "ballots")
        figures[f"vote.{line.key}.percent"] = figure(percent, page, "percent")
    if panel.threshold:
        figures["vote.threshold"] = figure(panel.threshold, page, "ballots")
    groups = []
    for group, cells in panel.by_kind.items():
        found = [int((cells or {}).get(line.key, 0)) for line in panel.lines]
        figures[f"group.{group}.total"] = figure(sum(found), page, "ballots")
        for line, n, percent in zip(panel.lines, found, shares(found), strict=True):
            figures[f"group.{group}.{line.key}"] = figure(n, page, "ballots")
            figures[f"group.{group}.{line.key}.percent"] = figure(percent, page, "percent")
        groups.append(group)
    return {
        "state": panel.state, "yes_no": panel.yes_no, "opens_on": _day(panel.opens_at), "last_day": panel.last_day.isoformat(),
        "options": [{"key": line.key, "label": line.label} for line in panel.lines], "groups": groups,
        "reached_on": _day(panel.reached_at), "result_sha256": panel.sha256,
    }  # fmt: skip


def _reasons(
    contribution: Contribution, quotes: list[Quote], page: str, figures: dict[str, Any]
) -> list[dict[str, Any]]:
    """The most useful public reasons of each side."""
    found = []
    for side in (Side.FOR, Side.AGAINST):
        rows = db.session.execute(
            select(Contribution, Comment)
            .join(Comment, Comment.id == Contribution.id)
            .where(
                Comment.subject_id == contribution.id, Comment.parent_id.is_(None), Comment.side == side,
                Contribution.status.in_(LISTED),
            )
            .order_by(Comment.useful_count.desc(), Comment.id)
            .limit(REASONS_A_SIDE)
        ).all()  # fmt: skip
        for said, comment in rows:
            ref, link = f"c{said.id}", f"{page}/comments?focus={said.id}"
            quotes.append(Quote(ref, said.id, shorten(said.text, QUOTE), said.byline))
            figures[f"reason.{ref}.useful"] = figure(comment.useful_count, link, "people")
            found.append({"ref": ref, "side": str(side), "link": link, "capacity": str(said.capacity)})
    return found


def _answers(contribution: Contribution, page: str, figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The official answer, as published."""
    official = public_answer(contribution.id)
    if official is None or official.answer is None:
        return []
    answer: Answer = official.answer
    ref, link = f"a{answer.id}", f"{page}#answer"
    figures[f"answer.{ref}.days"] = figure(answer.days_taken or 0, link, "days")
    if answer.cost_rial is not None:
        figures["cost"] = figure(answer.cost_rial, link, "rial")
    return [
        {
            "ref": ref, "link": link, "department": _names(official.department), "kind": str(answer.kind), "in_time": answer.in_time,
            "published_on": _day(answer.published_at), "what": shorten(answer.what, 400), "why": shorten(answer.why, 400),
        }
    ]  # fmt: skip


def _promises(contribution: Contribution, figures: dict[str, Any]) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Promise, Department)
        .join(Department, Department.id == Promise.department_id)
        .where(Promise.contribution_id == contribution.id, Promise.status != PromiseStatus.VOID)
        .order_by(Promise.due_on, Promise.id)
        .limit(MOST_PROMISES)
    )
    found = []
    for promise, department in rows:
        ref, link = f"p{promise.id}", f"/promises/{promise.id}"
        for name in ("done", "partly", "not_done"):
            figures[f"promise.{ref}.{name}"] = figure(getattr(promise, f"{name}_count"), link, "people")
        found.append(
            {
                "ref": ref, "link": link, "text": promise.text, "due_on": promise.due_on.isoformat(), "state": str(promise.status),
                "department": _names(department),
            }
        )  # fmt: skip
    return found


def _questions(contribution: Contribution, quotes: list[Quote]) -> list[dict[str, Any]]:
    """What members of the council asked about it and what still waits for its answer."""
    rows = db.session.execute(
        select(Contribution, Case.status)
        .join(Link, Link.from_id == Contribution.id)
        .join(Case, Case.contribution_id == Contribution.id)
        .where(
            Link.to_id == contribution.id, Link.relation == "about", Contribution.kind == ContributionKind.QUESTION,
            Contribution.status.in_(LISTED),
        )
        .order_by(Contribution.id.desc())
        .limit(MOST_QUESTIONS)
    )  # fmt: skip
    found = []
    for asked, status in rows:
        ref = f"q{asked.id}"
        quotes.append(Quote(ref, asked.id, asked.title, ""))
        found.append(
            {"ref": ref, "link": f"/council/questions/{asked.id}", "answered": status is CaseStatus.ANSWERED}
        )
    return found


def _consulted(contribution: Contribution, figures: dict[str, Any]) -> None:
    """The figures that were frozen when its vote closed."""
    own = db.session.get_one(Consultation, contribution.id)
    link = f"/consultations/{contribution.id}/report"
    for name, unit in (("participants", "people"), ("proposals", "proposals")):
        if own.report_data.get(name) is not None:
            figures[name] = figure(int(own.report_data[name]), link, unit)
    if "comments" in own.report_data:
        figures["comments_at_closing"] = figure(int(own.report_data["comments"]), link, "comments")


def _names(thing: Any) -> Mapping[str, str] | None:
    if thing is None:
        return None
    return {"fa": thing.name_fa, "en": thing.name_en or thing.name_fa, "ar": thing.name_ar or thing.name_fa}


def _day(moment: Any) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
