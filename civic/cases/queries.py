"""Reads of cases and answers. Staff see the cases of their departments, the public sees what was published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.orm import aliased, joinedload

from civic.accounts.models import RoleGrant, User
from civic.accounts.rules import UserStatus
from civic.cases.models import (
    Answer,
    AnswerTemplate,
    AuthorQuestion,
    Case,
    CaseNote,
    CasePart,
    Convincing,
    DepartmentFigures,
    Leave,
    OverdueWeek,
)
from civic.cases.rules import OPEN, AnswerStatus, CaseStatus, at_work, middle
from civic.contributions.models import Contribution, Involved
from civic.contributions.queries import family, open_to_all, with_card
from civic.core import clock
from civic.core.actor import Actor, Role
from civic.core.db import columns, db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, decode, encode
from civic.core.text import fold_joined
from civic.departments.models import Category, Department
from civic.departments.queries import conditions, offices, with_children
from civic.departments.rules import Condition, Facts, first_match, successor
from civic.duties import rules as duties
from civic.duties.models import Duty, Escalation
from civic.duties.queries import holidays
from civic.groups.models import Group
from civic.places.models import District

SIZE = 20
LATELY = timedelta(days=90)
COUNTED = (
    "open_count", "soon_count", "late_count", "paused_count", "unaccepted_count", "unassigned_count", "head_count", "answered_count", "in_time_count",
    "returned_count",
)  # fmt: skip
AT_DEPARTMENT = {"dept", "p-dept", "asked"}
FAR = 150
"""The level at which a case is put before the council."""

VIEWS = ("deadline", "mine", "unassigned", "waiting", "head", "away", "answered")


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
    question: AuthorQuestion | None = None
    parts: Sequence[tuple[CasePart, Department]] = ()


def readable_cases() -> Select[Any]:
    """Cases whose contribution everybody can read: what was hidden meanwhile leaves every desk and every count."""
    return select(Case).join(Contribution, Contribution.id == Case.contribution_id).where(open_to_all())


def visible(actor: Actor) -> Select[Any]:
    """The cases this person works on: their departments', and all of them for triage and council."""
    query = readable_cases()
    if actor.is_triage or actor.is_council or actor.system:
        return query
    asked = select(CasePart.case_id).where(CasePart.department_id.in_(actor.departments() or {0}))
    return query.where(or_(Case.department_id.in_(desks(actor) or {0}), Case.id.in_(asked)))


def desks(actor: Actor) -> frozenset[int]:
    """Departments whose cases this person sees: one's own, and what belongs to those one heads."""
    return actor.departments() | with_children(actor.departments(Role.HEAD))


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


@dataclass(frozen=True)
class Line:
    """A line of an inbox, as plain values: the page is opened all day long."""

    id: int
    number: str
    door: str
    status: CaseStatus
    department_id: int | None
    officer_id: int | None
    officer: str
    acknowledged: bool
    paused: bool
    answered_at: datetime | None
    opened_at: datetime
    due_at: datetime
    contribution_id: int
    title: str
    capacity: str
    lamp: duties.Lamp


def inbox(
    actor: Actor, *, view: str = "deadline", cursor: str = "", size: int = SIZE, department: int | None = None
) -> Page[Line]:
    """The cases of one's departments, the nearest deadline first; answered ones newest first.

    `department`: of one department only, one's own or one below.
    """
    wanted = actor.departments() if department is None else desks(actor) & {department}
    values = decode(cursor, 2) if cursor else None
    following = values is not None and values[0] > 0
    found = columns(
        _lines(view, size + 1, following=following),
        {
            "departments": sorted(wanted) or [0], "person": actor.user_id, "today": clock.today(),
            **({"due": datetime.fromtimestamp(60 * values[0], UTC), "last": values[1]} if following and values else {}),
        },
    ).all()  # fmt: skip
    days, moment = holidays(), clock.now()
    lines = [
        Line(
            row.id, row.number, row.door, row.status, row.department_id, row.officer_id, row.full_name or "",
            row.acknowledged_at is not None, row.paused_at is not None, row.answered_at, row.opened_at, row.due_at,
            row.contribution_id, row.title, row.capacity,
            duties.lamp(row.answered_at or moment, row.opened_at, row.due_at, days),
        )
        for row in found[:size]
    ]  # fmt: skip
    return Page(lines, _cursor(lines[-1].due_at, lines[-1].id) if len(found) > size else None, values is None)


@cache
def _lines(view: str, most: int, *, following: bool) -> Select[Any]:
    """The statement of `inbox` for one view, made once: it is asked all day, and making it costs as much as running it.

    `most` stands in it as a number, and what each line needs once is asked line by line: so PostgreSQL plans it quickly,
    and sees that the plan is worth keeping.
    """
    officer = select(User.full_name).where(User.id == Case.officer_id).correlate(Case)
    paused = select(Duty.paused_at).where(Duty.id == Case.duty_id).correlate(Case)
    query = (
        select(
            Case.id, Case.number, Case.door, Case.status, Case.department_id, Case.officer_id, Case.acknowledged_at,
            Case.answered_at, Case.opened_at, Case.due_at, Case.contribution_id, Contribution.title, Contribution.capacity,
            officer.scalar_subquery().label("full_name"), paused.scalar_subquery().label("paused_at"),
        )
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Case.department_id.in_(bindparam("departments", expanding=True)), open_to_all())
    )  # fmt: skip
    return _after(_viewed(query, view), following=following, falling=view == "answered").limit(
        literal_column(str(most))
    )


def triage(*, cursor: str = "", size: int = SIZE) -> Page[Row]:
    """Cases that no rule has sent anywhere. What departments have returned stands above them: `returned`."""
    query = (
        select(Case, Contribution, User.full_name)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(User, User.id == Case.officer_id)
        .where(Case.status == CaseStatus.TRIAGE, Case.return_count == 0, open_to_all())
    )
    return _by_deadline(query, cursor, size)


def returned(size: int = 50) -> Sequence[Row]:
    """Cases that departments have given back, twice returned first, then by deadline: always on top of the desk."""
    rows = db.session.execute(
        select(Case, Contribution)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .options(
            joinedload(Contribution.category),
            joinedload(Contribution.district),
            joinedload(Contribution.group),
        )
        .where(Case.status == CaseStatus.TRIAGE, Case.return_count > 0, open_to_all())
        .order_by(Case.return_count.desc(), Case.due_at, Case.id)
        .limit(size)
    )
    days = holidays()
    return [Row(row[0], row[1], "", lamp_of(row[0], days)) for row in rows]


OWED = text("cases.status IN ('assigned', 'awaiting_head')")
"""In the very words of `ix_cases_owed`: with values sent apart, no plan that is kept could use it."""


def _viewed(query: Any, view: str) -> Any:
    if view == "answered":
        return query.where(Case.status == CaseStatus.ANSWERED)
    if view == "head":
        return query.where(or_(Case.status == CaseStatus.AWAITING_HEAD, Case.revision_sent_at.is_not(None)))
    query = query.where(OWED)
    if view == "away":
        today = bindparam("today", type_=Leave.first_day.type)
        away = select(Leave.user_id).where(Leave.first_day <= today, Leave.last_day >= today)
        return query.where(Case.officer_id.in_(away))
    if view == "mine":
        return query.where(Case.officer_id == bindparam("person", type_=Case.officer_id.type))
    if view == "unassigned":
        return query.where(Case.officer_id.is_(None))
    if view == "waiting":
        return query.join(Duty, Duty.id == Case.duty_id).where(Duty.paused_at.is_not(None))
    return query


def _by_deadline(query: Any, cursor: str, size: int) -> Page[Row]:
    query = query.options(
        joinedload(Contribution.category), joinedload(Contribution.district), joinedload(Contribution.group)
    )
    values = decode(cursor, 2) if cursor else None
    following = values is not None and values[0] > 0
    query = _after(query, following=following, falling=False)
    if following and values:
        query = query.params(due=datetime.fromtimestamp(60 * values[0], UTC), last=values[1])
    found = db.session.execute(query.limit(size + 1)).all()
    days = holidays()
    rows = [Row(r[0], r[1], r[2] or "", lamp_of(r[0], days)) for r in found[:size]]
    return Page(
        rows, _cursor(rows[-1].case.due_at, rows[-1].case.id) if len(found) > size else None, values is None
    )


def _after(query: Any, *, following: bool, falling: bool) -> Any:
    """In the order of deadlines; `following`: after the case of id `last` whose deadline is `due`."""
    if following:
        due = bindparam("due", type_=Case.due_at.type)
        later = Case.due_at < due if falling else Case.due_at > due
        query = query.where(or_(later, and_(Case.due_at == due, Case.id > bindparam("last"))))
    order = Case.due_at.desc() if falling else Case.due_at.asc()
    return query.order_by(order, Case.id)


def _cursor(due: datetime, case_id: int) -> str:
    return encode([int(due.timestamp()) // 60, case_id])


def facts_of(contribution: Contribution, door: str) -> Facts:
    """What routing rules look at."""
    group = db.session.get(Group, contribution.group_id) if contribution.group_id else None
    return Facts(
        category=contribution.category_id, district=contribution.district_id, kind=contribution.kind, door=door,
        group_kind=group.kind if group else "", text=fold_joined(f"{contribution.title} {contribution.text}"),
    )  # fmt: skip


def words_of_rule(rule: Condition) -> str:
    """The rule as it reads today: subject × district (× its other conditions) → department."""
    category = db.session.get(Category, rule.category) if rule.category else None
    district = db.session.get(District, rule.district) if rule.district else None
    more = [rule.kind, rule.door, rule.group_kind, "، ".join(f"«{word}»" for word in rule.keywords)]
    parts = [
        category.name_fa if category else "*",
        district.name_fa if district else "*",
        *filter(None, more),
    ]
    return f"{' × '.join(parts)} → {db.session.get_one(Department, rule.department_id).name_fa}"


def suggestion(case: Case) -> int | None:
    """The department that today's rules would choose and that has not given the case back; None when there is none."""
    contribution = db.session.get_one(Contribution, case.contribution_id)
    return suggestions([(case, contribution)]).get(case.id)


def suggestions(pairs: Sequence[tuple[Case, Contribution]]) -> dict[int, int]:
    """What today's rules would choose for these cases; a department that gave one back is not suggested again."""
    if not pairs:
        return {}
    rules, there = conditions(), offices()
    refused = _returned_by([found.id for found, _ in pairs])
    chosen = {}
    for found, contribution in pairs:
        rule = first_match(rules, facts_of(contribution, found.door))
        office = successor(rule.department_id, there) if rule is not None else None
        if office is not None and (found.id, office) not in refused:
            chosen[found.id] = office
    return chosen


def _returned_by(case_ids: list[int]) -> set[tuple[int, int]]:
    rows = db.session.execute(
        select(CaseNote.case_id, CaseNote.department_id).where(
            CaseNote.case_id.in_(case_ids), CaseNote.kind == "return", CaseNote.department_id.is_not(None)
        )
    )
    return {(row.case_id, row.department_id) for row in rows}


def lamp_of(case: Case, days: duties.Holidays | None = None) -> duties.Lamp:
    """How the case stands; an answered one as on the day of its answer."""
    moment = case.answered_at or clock.now()
    return duties.lamp(moment, case.opened_at, case.due_at, holidays() if days is None else days)


DESK = select(
    Department.id, Department.name_fa, Department.name_en, Department.name_ar,
    DepartmentFigures.open_count, DepartmentFigures.late_count, DepartmentFigures.soon_count,
    DepartmentFigures.unassigned_count, DepartmentFigures.head_count, DepartmentFigures.paused_count,
    exists().where(CasePart.department_id == Department.id, CasePart.written_at.is_(None)).label("asked"),
).outerjoin(DepartmentFigures, DepartmentFigures.department_id == Department.id)  # fmt: skip
CHIPS = {
    "open": "open_count", "late": "late_count", "soon": "soon_count", "unassigned": "unassigned_count",
    "head": "head_count", "waiting": "paused_count",
}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """What stands around the list of a desk. asked: a colleague's department may wait for a part of this one."""

    names: dict[int, str]
    counts: dict[str, int]
    asked: bool


def desk(actor: Actor, language: str, department: int | None = None) -> Desk:
    """Every department's name by id, and the sums of what the clock counted last for one's own. Pages never count."""
    rows = columns(DESK).all()
    wanted = actor.departments() if department is None else desks(actor) & {department}
    own = [row._mapping for row in rows if row.id in wanted]  # noqa: SLF001 - the row's public mapping
    return Desk(
        {row.id: {"en": row.name_en, "ar": row.name_ar}.get(language) or row.name_fa for row in rows},
        {chip: sum(row[column] or 0 for row in own) for chip, column in CHIPS.items()},
        any(row.asked for row in rows if row.id in actor.departments()),
    )


def count_desks() -> list[dict[str, int | None]]:
    """What stands in `DepartmentFigures`, for every department, in four queries whatever there is."""
    moment, since = clock.now(), clock.now() - LATELY
    soon = duties.add_working_days(moment, duties.SOON - 1, holidays())
    found: dict[int, dict[str, int | None]] = {}
    for department_id in db.session.scalars(select(Department.id)):
        found[department_id] = {
            "department_id": department_id,
            "median_days": None,
            **dict.fromkeys(COUNTED, 0),
        }
    paused = Duty.paused_at.is_not(None)
    rows = db.session.execute(
        select(
            Case.department_id,
            func.count().label("open_count"),
            _number(and_(Case.due_at > moment, Case.due_at <= soon, ~paused)).label("soon_count"),
            _number(and_(Case.due_at <= moment, ~paused)).label("late_count"),
            _number(paused).label("paused_count"),
            _number(Case.acknowledged_at.is_(None)).label("unaccepted_count"),
            _number(Case.officer_id.is_(None)).label("unassigned_count"),
            _number(Case.status == CaseStatus.AWAITING_HEAD).label("head_count"),
        )
        .join(Duty, Duty.id == Case.duty_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Case.status.in_((CaseStatus.ASSIGNED, CaseStatus.AWAITING_HEAD)), open_to_all())
        .group_by(Case.department_id)
    )
    for row in rows:
        found[row.department_id] |= {k: int(v) for k, v in row._mapping.items()}  # noqa: SLF001 - its public mapping
    taken: dict[int, list[tuple[int, int]]] = {}
    rows = db.session.execute(
        select(Case.department_id, Answer.days_taken, func.count(), _number(Answer.in_time.is_(True)))
        .select_from(Answer)
        .join(Case, Case.id == Answer.case_id)
        .where(Answer.published_at >= since, Answer.status == AnswerStatus.PUBLISHED)
        .group_by(Case.department_id, Answer.days_taken)
        .order_by(Case.department_id, Answer.days_taken)
    )
    for department_id, days, n, in_time in rows:
        one = found[department_id]
        one["answered_count"] = (one["answered_count"] or 0) + n
        one["in_time_count"] = (one["in_time_count"] or 0) + int(in_time)
        taken.setdefault(department_id, []).append((days or 0, n))
    for department_id, counted in taken.items():
        found[department_id]["median_days"] = middle(counted)
    rows = db.session.execute(
        select(CaseNote.department_id, func.count())
        .where(CaseNote.kind == "return", CaseNote.at >= since, CaseNote.department_id.is_not(None))
        .group_by(CaseNote.department_id)
    )
    for department_id, n in rows:
        found[department_id]["returned_count"] = n
    return list(found.values())


def _number(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def figures_of(actor: Actor) -> Sequence[tuple[Department, DepartmentFigures | None]]:
    """The departments of one's desk with what was counted last, parents before their children's names."""
    rows = db.session.execute(
        select(Department, DepartmentFigures)
        .outerjoin(DepartmentFigures, DepartmentFigures.department_id == Department.id)
        .where(Department.id.in_(desks(actor) or {0}))
        .order_by(Department.parent_id.is_not(None), Department.name_fa)
    )
    return [(row[0], row[1]) for row in rows]


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


def published_answer(case_id: int) -> Answer | None:
    """The answer that stands, whatever is being written meanwhile."""
    return db.session.scalars(
        select(Answer).where(Answer.case_id == case_id, Answer.status == AnswerStatus.PUBLISHED)
    ).first()


def public_case(case_id: int) -> tuple[Case, Contribution]:
    """A case everybody may know of, with what it is about; NotFound while it has no public answer."""
    row = db.session.execute(
        select(Case, Contribution)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .join(Answer, and_(Answer.case_id == Case.id, Answer.status == AnswerStatus.PUBLISHED))
        .where(Case.id == case_id, open_to_all())
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def answer_versions(case_id: int) -> Sequence[Answer]:
    """Every answer that was ever public, newest first."""
    public = (AnswerStatus.PUBLISHED, AnswerStatus.SUPERSEDED)
    return db.session.scalars(
        select(Answer)
        .where(Answer.case_id == case_id, Answer.status.in_(public))
        .order_by(Answer.version.desc())
        .limit(50)
    ).all()


def open_question(case_id: int) -> AuthorQuestion | None:
    """What the author is being asked while the clock stands still."""
    return db.session.scalars(
        select(AuthorQuestion).where(AuthorQuestion.case_id == case_id, AuthorQuestion.closed_at.is_(None))
    ).first()


def open_questions_to(actor: Actor) -> Sequence[tuple[AuthorQuestion, str]]:
    """(question, title) of what departments wait to hear from this person, the longest first."""
    rows = db.session.execute(
        select(AuthorQuestion, Contribution.title)
        .join(Case, Case.id == AuthorQuestion.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(AuthorQuestion.closed_at.is_(None), Contribution.author_id == actor.user_id, open_to_all())
        .order_by(AuthorQuestion.id)
        .limit(20)
    )
    return [(row[0], row[1]) for row in rows]


def questions_of(case_id: int) -> Sequence[AuthorQuestion]:
    """What the author was asked, newest first."""
    return db.session.scalars(
        select(AuthorQuestion).where(AuthorQuestion.case_id == case_id).order_by(AuthorQuestion.id.desc())
    ).all()


def question_for_author(actor: Actor, question_id: int) -> tuple[AuthorQuestion, Case, Contribution]:
    """A department's question to this very person; NotFound for everybody else."""
    row = db.session.execute(
        select(AuthorQuestion, Case, Contribution)
        .join(Case, Case.id == AuthorQuestion.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(AuthorQuestion.id == question_id, Contribution.author_id == actor.user_id, open_to_all())
    ).first()
    if row is None or not actor.is_signed_in:
        raise NotFound
    return row[0], row[1], row[2]


def question_for_change(actor: Actor, question_id: int) -> tuple[AuthorQuestion, Case]:
    """As `question_for_author`, with the case locked and both fresh."""
    _question, case, _contribution = question_for_author(actor, question_id)
    locked = one_for_change(select(Case).where(Case.id == case.id))
    return one_for_change(select(AuthorQuestion).where(AuthorQuestion.id == question_id)), locked


def to_review() -> Sequence[int]:
    """Ids of cases whose answer waits for the council and has reached the day on which it is looked at again."""
    return db.session.scalars(
        readable_cases()
        .with_only_columns(Case.id)
        .join(Answer, Answer.case_id == Case.id)
        .where(
            Answer.status == AnswerStatus.PUBLISHED, Answer.review_on <= clock.today(),
            Case.status == CaseStatus.ANSWERED,
        )
        .limit(500)
    ).all()  # fmt: skip


def owed_by(department_id: int) -> Sequence[int]:
    """Ids of the cases a department still owes an answer to."""
    return db.session.scalars(
        readable_cases()
        .with_only_columns(Case.id)
        .where(Case.department_id == department_id, Case.status.in_(OPEN))
    ).all()


def by_duty_for_change(duty_id: int) -> Case | None:
    """The case a duty belongs to, locked; None when the duty is somebody else's."""
    found = db.session.scalar(select(Case.id).where(Case.duty_id == duty_id))
    return one_for_change(select(Case).where(Case.id == found)) if found else None


def _far_in_week(last_day: date) -> ColumnElement[bool]:
    return and_(
        Escalation.level == FAR,
        Escalation.at >= clock.day_start(last_day - timedelta(days=6)),
        Escalation.at < clock.day_end(last_day),
        open_to_all(),
    )


def count_far_overdue(last_day: date) -> int:
    """How many cases went half again over their time in the seven days up to `last_day`."""
    return db.session.scalar(
        select(func.count())
        .select_from(Escalation)
        .join(Case, Case.duty_id == Escalation.duty_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(_far_in_week(last_day))
    ) or 0  # fmt: skip


def far_overdue(last_day: date, *, cursor: str = "", size: int = SIZE) -> Page[Row]:
    """Those cases, the longest over time first."""
    query = (
        select(Case, Contribution, User.full_name)
        .join(Escalation, Escalation.duty_id == Case.duty_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .outerjoin(User, User.id == Case.officer_id)
        .where(_far_in_week(last_day))
    )
    return _by_deadline(query, cursor, size)


def overdue_weeks() -> Sequence[OverdueWeek]:
    """The last weeks that were put before the council, newest first."""
    return db.session.scalars(select(OverdueWeek).order_by(OverdueWeek.last_day.desc()).limit(12)).all()


def late_among(shown: Sequence[Contribution]) -> set[int]:
    """Ids of those whose official answer is overdue now: the public mark of a list, in one query or none."""
    contribution_ids = [c.id for c in shown if c.stage in AT_DEPARTMENT]
    if not contribution_ids:
        return set()
    return set(
        db.session.scalars(
            select(Case.contribution_id).where(
                Case.contribution_id.in_(contribution_ids), Case.status.in_(OPEN), Case.due_at <= clock.now()
            )
        )
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


def parts_of(case_id: int) -> Sequence[tuple[CasePart, Department]]:
    """What other departments were asked for, and what they gave."""
    rows = db.session.execute(
        select(CasePart, Department)
        .join(Department, Department.id == CasePart.department_id)
        .where(CasePart.case_id == case_id)
        .order_by(CasePart.id)
    )
    return [(row[0], row[1]) for row in rows]


def part_for_change(actor: Actor, part_id: int) -> tuple[CasePart, Case]:
    """A part of one's own department, with its case locked and both fresh; NotFound otherwise."""
    part = db.session.scalars(
        select(CasePart).where(CasePart.id == part_id, CasePart.department_id.in_(actor.departments() or {0}))
    ).first()
    if part is None:
        raise NotFound
    case_row = for_change(actor, part.case_id)
    return one_for_change(select(CasePart).where(CasePart.id == part_id)), case_row


ASKED = (
    select(Case.id, Case.department_id, CasePart.question, Contribution.title)
    .join(Case, Case.id == CasePart.case_id)
    .join(Contribution, Contribution.id == Case.contribution_id)
    .where(
        CasePart.department_id.in_(bindparam("departments", expanding=True)), CasePart.written_at.is_(None),
        Case.status.in_(OPEN), open_to_all(),
    )
    .order_by(Case.due_at, Case.id)
    .limit(50)
)  # fmt: skip


def asked_of(actor: Actor) -> Sequence[Any]:
    """Where one's department is asked for its part and has not given it, the nearest deadline first.

    Case (`id`) and the department that answers it, the question, the title.
    """
    return columns(ASKED, {"departments": sorted(actor.departments()) or [0]}).all()


def templates_of(department_ids: Collection[int]) -> Sequence[AnswerTemplate]:
    """Ready sentences of these departments and those for all."""
    return db.session.scalars(
        select(AnswerTemplate)
        .where(
            or_(
                AnswerTemplate.department_id.is_(None),
                AnswerTemplate.department_id.in_(department_ids or {0}),
            ),
            AnswerTemplate.retired_at.is_(None),
        )
        .order_by(AnswerTemplate.title, AnswerTemplate.id)
        .limit(200)
    ).all()


def template_for_change(template_id: int) -> AnswerTemplate:
    return one_for_change(
        select(AnswerTemplate).where(AnswerTemplate.id == template_id, AnswerTemplate.retired_at.is_(None))
    )


def who_works_for(user_id: int, day: date) -> int:
    """This person, or who stands in that day; a deputy who is away, too, has one of their own (see `rules.at_work`)."""
    rows = db.session.execute(
        select(Leave.user_id, Leave.deputy_id)
        .where(Leave.first_day <= day, Leave.last_day >= day)
        .order_by(Leave.id)
    )
    return at_work(user_id, {row.user_id: row.deputy_id for row in rows})


def leave_of(user_id: int, first_day: date, last_day: date) -> tuple[Leave, str, str] | None:
    """When this person is away on one of the days: the first such leave, who goes, who stands in."""
    return _first_leave(Leave.user_id == user_id, first_day, last_day)


def stood_in_for(user_id: int, first_day: date, last_day: date) -> tuple[Leave, str, str] | None:
    """When this person stands in for somebody on one of the days: the first such leave, who goes, who stands in."""
    return _first_leave(Leave.deputy_id == user_id, first_day, last_day)


def _first_leave(
    whose: ColumnElement[bool], first_day: date, last_day: date
) -> tuple[Leave, str, str] | None:
    deputy = aliased(User)
    row = db.session.execute(
        select(Leave, User.full_name, deputy.full_name)
        .join(User, User.id == Leave.user_id)
        .join(deputy, deputy.id == Leave.deputy_id)
        .where(whose, Leave.first_day <= last_day, Leave.last_day >= first_day)
        .order_by(Leave.first_day, Leave.id)
        .limit(1)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def leaves_of(actor: Actor) -> Sequence[tuple[Leave, str, str]]:
    """Leaves of one's department that are not over: (leave, who, who stands in)."""
    deputy = aliased(User)
    mine = select(RoleGrant.user_id).where(
        RoleGrant.scope_kind == "department", RoleGrant.scope_id.in_(actor.departments() or {0})
    )
    rows = db.session.execute(
        select(Leave, User.full_name, deputy.full_name)
        .join(User, User.id == Leave.user_id)
        .join(deputy, deputy.id == Leave.deputy_id)
        .where(Leave.user_id.in_(mine), Leave.last_day >= clock.today())
        .order_by(Leave.first_day, Leave.id)
        .limit(100)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def own_leave(actor: Actor, leave_id: int) -> Leave:
    return one_for_change(select(Leave).where(Leave.id == leave_id, Leave.user_id == actor.signed_in()))


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
    asked = open_question(row[0].id) if row[0].duty.paused_at is not None else None
    return PublicCase(row[0], row[1], row[2], lamp_of(row[0]), asked, parts_of(row[0].id))


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


def of_promise_for_change(case_id: int) -> Case:
    """The case a promise came from, locked and fresh."""
    return one_for_change(select(Case).where(Case.id == case_id))


def has_answer(case_id: int) -> bool:
    """Is there an answer of it that everybody can read?"""
    found = select(Answer.id).where(Answer.case_id == case_id, Answer.status == AnswerStatus.PUBLISHED)
    return db.session.scalar(found.limit(1)) is not None
