"""The board, one finding, who looked at whom. The fixed questions themselves are in `checks`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from civic.accounts.models import RoleGrant, User
from civic.audit.models import AuditEntry
from civic.cases.models import Answer, Case
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.core import clock, dates
from civic.core.actor import Actor, Role
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, page
from civic.core.policy import require
from civic.outcomes.models import Figures
from civic.supervision.models import AnswerPrint, Finding, FindingNote, Look, Threshold
from civic.supervision.policy import May
from civic.supervision.rules import SEEN_FOR, SPECS, Check, FindingStatus, precision

FIGURES = "supervision"
MONTHS = 6


def threshold(check: Check) -> int:
    row = db.session.get(Threshold, check)
    return row.value if row else SPECS[check].default


def thresholds() -> dict[Check, int]:
    held = {row.check_name: row.value for row in db.session.scalars(select(Threshold))}
    return {check: held.get(check, spec.default) for check, spec in SPECS.items()}


def board(
    actor: Actor,
    *,
    check: str = "",
    status: str = "open",
    mine: bool = False,
    cursor: str = "",
    size: int = 20,
) -> Page[Finding]:
    """Findings, newest first."""
    require(actor, May.INSPECT)
    query = select(Finding)
    if check in set(Check):
        query = query.where(Finding.check_name == Check(check))
    if status in set(FindingStatus):
        query = query.where(Finding.status == FindingStatus(status))
    if mine:
        query = query.where(Finding.owner_id == actor.user_id)
    found: Page[Finding] = page(query, [(Finding.id, True)], cursor=cursor, size=size)
    return found


def finding(actor: Actor, finding_id: int) -> Finding:
    require(actor, May.INSPECT)
    found = db.session.get(Finding, finding_id)
    if found is None:
        raise NotFound
    return found


def for_change(actor: Actor, finding_id: int) -> Finding:
    require(actor, May.INSPECT)
    return one_for_change(select(Finding).where(Finding.id == finding_id))


def notes_of(found: Finding) -> Sequence[FindingNote]:
    return db.session.scalars(
        select(FindingNote).where(FindingNote.finding_id == found.id).order_by(FindingNote.id).limit(200)
    ).all()


def inspectors() -> list[tuple[int, str]]:
    """(id, name) of those who may own a finding."""
    query = (
        select(User.id, User.full_name)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role == Role.INSPECTOR)
        .distinct()
        .order_by(User.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def names(ids: Sequence[int | None]) -> dict[int, str]:
    """Names of colleagues: owners of findings and those who looked."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.full_name).where(User.id.in_(wanted)))
    return {key: name for key, name in rows}  # noqa: C416 - a row is not a pair to the type checker


def readable_things(actor: Actor, findings: Sequence[Finding]) -> dict[int, Contribution]:
    """What the findings are about, as far as this inspector may read it like anybody else."""
    wanted = {one.contribution_id for one in findings if one.contribution_id}
    if not wanted:
        return {}
    rows = db.session.scalars(contributions.visible(actor).where(Contribution.id.in_(wanted)))
    return {row.id: row for row in rows}


# ---- people ------------------------------------------------------------------------------------


def people_of(found: Finding) -> dict[str, int]:
    """Whom a finding concerns: part -> person. Of votes nobody: who voted is not to be found out here."""
    kind, _, number = found.subject.partition(":")
    concerned: dict[str, int | None] = {}
    if kind == "case":
        row = db.session.execute(
            select(Case.officer_id, Contribution.author_id)
            .join(Contribution, Contribution.id == Case.contribution_id)
            .where(Case.id == int(number))
        ).first()
        concerned = {"officer": row.officer_id, "author": row.author_id} if row else {}
    elif kind == "answer":
        row = db.session.execute(
            select(Answer.written_by_id, Answer.approved_by_id).where(Answer.id == int(number))
        ).first()
        concerned = {"writer": row.written_by_id, "approver": row.approved_by_id} if row else {}
    elif kind == "moderator":
        concerned = {"moderator": int(number)}
    return {part: person for part, person in concerned.items() if person}


def family_of(found: Finding, limit: int = 10) -> Sequence[Any]:
    """(case, contribution) of the newest answers of a family of like texts."""
    if found.check_name is not Check.REUSED:
        return []
    return db.session.execute(
        select(Case.number, Case.contribution_id, Answer.published_at)
        .join(Answer, Answer.case_id == Case.id)
        .join(AnswerPrint, AnswerPrint.answer_id == Answer.id)
        .where(AnswerPrint.family_id == int(found.subject.partition(":")[2]))
        .order_by(Answer.published_at.desc())
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class Details:
    """What a stated reason opens: name, ways to reach the person, roles. Nothing of votes, texts or places."""

    look: Look
    name: str
    phone: str
    email: str
    roles: Sequence[RoleGrant]
    since: datetime


def details(actor: Actor, look_id: int) -> Details:
    """For the one who gave the reason, and for an hour; then it has to be given again."""
    require(actor, May.INSPECT)
    look = db.session.get(Look, look_id)
    if look is None or look.viewer_id != actor.user_id or clock.now() - look.at > SEEN_FOR:
        raise NotFound
    person = db.session.get_one(User, look.person_id)
    roles = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == person.id)).all()
    return Details(look, person.full_name, person.phone or "", person.email or "", roles, person.created_at)


def looks(actor: Actor, *, cursor: str = "", size: int = 20) -> Page[Look]:
    """Every look, newest first, for inspectors and the operator."""
    require(actor, May.READ_LOOKS)
    found: Page[Look] = page(select(Look), [(Look.id, True)], cursor=cursor, size=size)
    return found


def looks_at_me(actor: Actor, *, cursor: str = "", size: int = 20) -> Page[Look]:
    """Who opened my details, when and why."""
    require(actor, May.READ_OWN_LOOKS)
    query = select(Look).where(Look.person_id == actor.user_id)
    found: Page[Look] = page(query, [(Look.id, True)], cursor=cursor, size=size)
    return found


def is_recorded(look: Look) -> bool:
    """The record holds an entry of this look, bound to its words."""
    query = select(AuditEntry.id).where(
        AuditEntry.subject == f"look:{look.id}", AuditEntry.act == "supervision.look"
    )
    return db.session.scalar(query) is not None


# ---- figures -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    start: date
    opened: int
    ends: dict[str, int]


@dataclass(frozen=True)
class Taken:
    """Figures as the clock took them: open and overdue, per check what became of findings, per month."""

    at: datetime | None
    open: int
    overdue: int
    checks: dict[str, dict[str, int]]
    months: list[Month]

    def precision_of(self, check: Check) -> int | None:
        return precision(self.checks.get(check, {}))


def figures() -> Taken:
    row = db.session.get(Figures, FIGURES)
    if row is None:
        return Taken(None, 0, 0, {}, [])
    data = row.data
    months = [Month(date.fromisoformat(m["start"]), m["opened"], m["ends"]) for m in data["months"]]
    return Taken(row.taken_at, data["open"], data["overdue"], data["checks"], months)


def count() -> dict[str, Any]:
    """Taken by the clock, in four queries over findings."""
    starts = [dates.month_start(clock.today())]
    while len(starts) < MONTHS:
        starts.insert(0, dates.month_before(starts[0]))
    first = clock.day_start(starts[0])
    checks: dict[str, dict[str, int]] = {str(check): {} for check in Check}
    for check, status, n in db.session.execute(
        select(Finding.check_name, Finding.status, func.count()).group_by(Finding.check_name, Finding.status)
    ):
        checks[str(check)][str(status)] = n
    months = [{"start": start.isoformat(), "opened": 0, "ends": {}} for start in starts]

    def of(moment: datetime) -> dict[str, Any]:
        return months[starts.index(dates.month_start(dates.as_day(moment)))]

    for opened_at in db.session.scalars(select(Finding.opened_at).where(Finding.opened_at >= first)):
        of(opened_at)["opened"] += 1
    for closed_at, status in db.session.execute(
        select(Finding.closed_at, Finding.status).where(Finding.closed_at >= first)
    ):
        if closed_at is not None:
            ends = of(closed_at)["ends"]
            ends[str(status)] = ends.get(str(status), 0) + 1
    late = (
        select(func.count())
        .select_from(Finding)
        .where(Finding.status == FindingStatus.OPEN, Finding.due_on < clock.today())
    )
    return {
        "open": sum(ends.get("open", 0) for ends in checks.values()), "overdue": db.session.scalar(late) or 0, "checks": checks,
        "months": months,
    }  # fmt: skip


def every_finding(actor: Actor, batch: int = 1000) -> Iterator[Finding]:
    """All of them, oldest first, a batch at a time."""
    require(actor, May.INSPECT)
    last = 0
    while rows := db.session.scalars(
        select(Finding).where(Finding.id > last).order_by(Finding.id).limit(batch)
    ).all():
        yield from rows
        last = rows[-1].id
