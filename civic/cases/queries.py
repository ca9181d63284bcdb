"""Reads of cases and answers. Staff see the cases of their departments, the public sees what was published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import RoleGrant, User
from civic.accounts.rules import UserStatus
from civic.cases.models import Answer, Case, CaseNote, Convincing
from civic.cases.rules import AnswerStatus, CaseStatus
from civic.contributions.models import Contribution, Involved
from civic.contributions.queries import family, open_to_all, with_card
from civic.core import clock
from civic.core.actor import Actor, Role
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, decode, encode
from civic.departments.models import Department
from civic.duties import rules as duties
from civic.duties.queries import holidays

SIZE = 20
VIEWS = ("deadline", "mine", "unassigned", "head", "answered")


@dataclass(frozen=True)
class Row:
    """A line of an inbox."""

    case: Case
    contribution: Contribution
    officer: str
    lamp: duties.Lamp


@dataclass(frozen=True)
class PublicCase:
    """What everybody may know: by which way it came, who owes the answer until when, and the answer."""

    case: Case
    department: Department | None
    answer: Answer | None
    lamp: duties.Lamp


def readable_cases() -> Select[Any]:
    """Cases whose contribution everybody can read: what was hidden meanwhile leaves every desk and every count."""
    return select(Case).join(Contribution, Contribution.id == Case.contribution_id).where(open_to_all())


def visible(actor: Actor) -> Select[Any]:
    """The cases this person works on: their departments', and all of them for triage and council."""
    query = readable_cases()
    if actor.is_triage or actor.is_council or actor.system:
        return query
    return query.where(Case.department_id.in_(actor.departments() or {0}))


def readable(actor: Actor, case_id: int) -> Case:
    """A case on one's own desk; NotFound for those of other departments and for absent ones, alike."""
    found = db.session.scalars(visible(actor).where(Case.id == case_id)).first()
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def readable_of(actor: Actor, contribution_id: int) -> Case:
    """The case of something, on one's own desk; NotFound otherwise."""
    found = db.session.scalars(visible(actor).where(Case.contribution_id == contribution_id)).first()
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def for_change(actor: Actor, case_id: int) -> Case:
    """As `readable`, locked and fresh."""
    return one_for_change(visible(actor).where(Case.id == case_id))  # type: ignore[no-any-return]


def of_contribution(contribution_id: int) -> Case | None:
    return db.session.scalars(select(Case).where(Case.contribution_id == contribution_id)).first()


def inbox(actor: Actor, *, view: str = "deadline", cursor: str = "", size: int = SIZE) -> Page[Row]:
    """The cases of one's departments, the nearest deadline first; answered ones newest first."""
    query = (
        select(Case, Contribution, User.full_name)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(User, User.id == Case.officer_id)
        .where(Case.department_id.in_(actor.departments() or {0}), open_to_all())
    )
    return _by_deadline(_viewed(query, actor, view), cursor, size, falling=view == "answered")


def triage(*, cursor: str = "", size: int = SIZE) -> Page[Row]:
    """Cases that no rule has sent anywhere, or that a department has returned."""
    query = (
        select(Case, Contribution, User.full_name)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(User, User.id == Case.officer_id)
        .where(Case.status == CaseStatus.TRIAGE, open_to_all())
    )
    return _by_deadline(query, cursor, size, falling=False)


def _viewed(query: Any, actor: Actor, view: str) -> Any:
    if view == "answered":
        return query.where(Case.status == CaseStatus.ANSWERED)
    if view == "head":
        return query.where(Case.status == CaseStatus.AWAITING_HEAD)
    query = query.where(Case.status.in_((CaseStatus.ASSIGNED, CaseStatus.AWAITING_HEAD)))
    if view == "mine":
        return query.where(Case.officer_id == actor.user_id)
    if view == "unassigned":
        return query.where(Case.officer_id.is_(None))
    return query


def _by_deadline(query: Any, cursor: str, size: int, *, falling: bool) -> Page[Row]:
    query = query.options(
        joinedload(Contribution.category), joinedload(Contribution.district), joinedload(Contribution.group)
    )
    values = decode(cursor, 2) if cursor else None
    if values is not None and values[0] > 0:
        due, last = datetime.fromtimestamp(60 * values[0], UTC), values[1]
        later = Case.due_at < due if falling else Case.due_at > due
        query = query.where(or_(later, and_(Case.due_at == due, Case.id > last)))
    order = Case.due_at.desc() if falling else Case.due_at.asc()
    found = db.session.execute(query.order_by(order, Case.id).limit(size + 1)).all()
    days = holidays()
    rows = [Row(r[0], r[1], r[2] or "", lamp_of(r[0], days)) for r in found[:size]]
    following = None
    if len(found) > size:
        following = encode([int(rows[-1].case.due_at.timestamp()) // 60, rows[-1].case.id])
    return Page(rows, following, values is None)


def lamp_of(case: Case, days: duties.Holidays | None = None) -> duties.Lamp:
    """How the case stands; an answered one as on the day of its answer."""
    moment = case.answered_at or clock.now()
    return duties.lamp(moment, case.opened_at, case.due_at, holidays() if days is None else days)


def counts(actor: Actor) -> dict[str, int]:
    """What the desk's chips and lamps show, in one query over the open cases of one's departments."""
    soon = duties.add_working_days(clock.now(), duties.SOON - 1, holidays())
    moment = clock.now()

    def number(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    row = db.session.execute(
        select(
            func.count().label("open"),
            number(Case.due_at <= moment).label("late"),
            number(and_(Case.due_at > moment, Case.due_at <= soon)).label("soon"),
            number(Case.officer_id == actor.user_id).label("mine"),
            number(Case.officer_id.is_(None)).label("unassigned"),
            number(Case.status == CaseStatus.AWAITING_HEAD).label("head"),
        )
        .select_from(Case)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(
            Case.department_id.in_(actor.departments() or {0}),
            Case.status.in_((CaseStatus.ASSIGNED, CaseStatus.AWAITING_HEAD)),
            open_to_all(),
        )
    ).one()
    return {key: int(value) for key, value in row._mapping.items()}  # noqa: SLF001 - the row's public mapping


def contribution_of(case: Case) -> Contribution:
    """What the case is about, for its desk."""
    return db.session.scalars(
        with_card(select(Contribution))
        .options(joinedload(Contribution.picture))
        .where(Contribution.id == case.contribution_id)
    ).one()


def answer_in_hand(case_id: int) -> Answer | None:
    """The newest answer of a case, published or not."""
    return db.session.scalars(
        select(Answer).where(Answer.case_id == case_id).order_by(Answer.version.desc()).limit(1)
    ).first()


def answer_for_change(case_id: int) -> Answer:
    return one_for_change(
        select(Answer).where(Answer.case_id == case_id).order_by(Answer.version.desc()).limit(1)
    )


def published_for_change(answer_id: int) -> tuple[Answer, Case]:
    """A published answer of something everybody can read, locked."""
    answer = one_for_change(
        select(Answer).where(Answer.id == answer_id, Answer.status == AnswerStatus.PUBLISHED)
    )
    owner = db.session.scalars(readable_cases().where(Case.id == answer.case_id)).first()
    if owner is None:
        raise NotFound
    return answer, owner


def notes_of(case_id: int) -> Sequence[tuple[CaseNote, str]]:
    """Notes inside the department with their writers, oldest first."""
    rows = db.session.execute(
        select(CaseNote, User.full_name)
        .join(User, User.id == CaseNote.author_id)
        .where(CaseNote.case_id == case_id)
        .order_by(CaseNote.id)
    )
    return [(row[0], row[1]) for row in rows]


def return_reasons(case_ids: list[int]) -> dict[int, str]:
    """Why departments gave these cases back: the newest reason of each."""
    if not case_ids:
        return {}
    rows = db.session.execute(
        select(CaseNote.case_id, CaseNote.text)
        .where(CaseNote.case_id.in_(case_ids), CaseNote.kind == "return")
        .order_by(CaseNote.id)
    )
    return {row.case_id: row.text for row in rows}


def staff_of(department_id: int, *roles: Role) -> Sequence[tuple[int, str]]:
    """(id, name) of the active officers and heads of a department."""
    rows = db.session.execute(
        select(User.id, User.full_name)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.scope_kind == "department",
            RoleGrant.scope_id == department_id,
            RoleGrant.role.in_(roles or (Role.OFFICER, Role.HEAD)),
            User.status == UserStatus.ACTIVE,
        )
        .distinct()
        .order_by(User.full_name, User.id)
    )
    return [(row[0], row[1]) for row in rows]


def names(*user_ids: int | None) -> dict[int, str]:
    """Names of a few people of the department, for its own desk."""
    wanted = {user_id for user_id in user_ids if user_id}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.full_name).where(User.id.in_(wanted)))
    return {row.id: row.full_name for row in rows}


def public_answer(contribution_id: int) -> PublicCase | None:
    """Case, department and published answer of a contribution in one query (and the calendar in another)."""
    row = db.session.execute(
        select(Case, Department, Answer)
        .outerjoin(Department, Department.id == Case.department_id)
        .outerjoin(Answer, and_(Answer.case_id == Case.id, Answer.status == AnswerStatus.PUBLISHED))
        .where(Case.contribution_id == contribution_id)
    ).first()
    if row is None:
        return None
    return PublicCase(row[0], row[1], row[2], lamp_of(row[0]))


def told_count(contribution_id: int) -> int:
    """How many people with an interest of their own will hear of the answer."""
    return db.session.scalar(
        select(func.count(func.distinct(Involved.user_id))).where(
            Involved.contribution_id.in_(family(contribution_id))
        )
    ) or 0  # fmt: skip


def similar_answers(case: Case, limit: int = 3) -> Sequence[tuple[Answer, Contribution]]:
    """Earlier answers of the same department about the same subject, newest first."""
    about = select(Contribution.category_id).where(Contribution.id == case.contribution_id).scalar_subquery()
    rows = db.session.execute(
        select(Answer, Contribution)
        .join(Case, Case.id == Answer.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(
            Case.department_id == case.department_id,
            Case.id != case.id,
            Answer.status == AnswerStatus.PUBLISHED,
            open_to_all(),
            Contribution.category_id == about,
        )
        .order_by(Answer.published_at.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def opinion_of(actor: Actor, answer_id: int) -> bool | None:
    """What this person says of an answer: convincing or not; None when nothing yet."""
    said = db.session.get(Convincing, (answer_id, actor.user_id)) if actor.is_signed_in else None
    return said.yes if said else None
