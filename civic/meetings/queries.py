"""Every read of meetings. What is closed shows its number, to everybody but those whose meeting it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import RoleGrant, User
from civic.accounts.rules import UserStatus
from civic.contributions.models import Contribution
from civic.contributions.queries import open_to_all
from civic.core import clock
from civic.core.actor import Actor, Role
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.core.paging import Page, decode, encode
from civic.core.policy import allowed
from civic.meetings.models import AgendaItem, Meeting, Organ, OrganMember, Stance, Term
from civic.meetings.policy import May
from civic.meetings.rules import ItemStatus, MeetingStatus, OrganKind
from civic.reports.models import Report

SIZE = 20


@dataclass(frozen=True)
class Line:
    """An item of an agenda as this reader sees it; `open_to_reader` is False for what only has a number."""

    item: AgendaItem
    number: int
    open_to_reader: bool
    given: int = 0


@dataclass(frozen=True)
class Said:
    """A member's stance; the note is '' where this reader may not see it."""

    user_id: int
    name: str
    stance: str
    interest: bool
    note: str
    note_public: bool


# ---- organs and members ------------------------------------------------------------------------


def organs() -> Sequence[Organ]:
    return db.session.scalars(select(Organ).order_by(Organ.kind.desc(), Organ.id)).all()


def organ(organ_id: int) -> Organ:
    found = db.session.get(Organ, organ_id)
    if found is None:
        raise NotFound
    return found


def terms() -> Sequence[Term]:
    return db.session.scalars(select(Term).order_by(Term.number.desc())).all()


def council() -> Select[int]:
    """Ids of everybody who sits in the council."""
    return (
        select(RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.COUNCIL, User.status == UserStatus.ACTIVE)
    )


def members_of(found: Organ) -> Select[int]:
    """Ids of those who sit in an organ."""
    if found.kind is OrganKind.COUNCIL:
        return council()
    return council().where(
        RoleGrant.user_id.in_(select(OrganMember.user_id).where(OrganMember.organ_id == found.id))
    )


def members() -> Sequence[tuple[int, str]]:
    """(id, full name) of the council's members, for the public page and the clerk's form."""
    rows = db.session.execute(
        select(User.id, User.full_name).where(User.id.in_(council())).order_by(User.full_name)
    )
    return [(row[0], row[1]) for row in rows]


def member(user_id: int) -> User:
    """A member by id; NotFound for everybody else, so that this page shows no other person."""
    found = db.session.scalars(select(User).where(User.id == user_id, User.id.in_(council()))).first()
    if found is None:
        raise NotFound
    return found


def seats(organ_ids: Sequence[int]) -> dict[int, list[str]]:
    """Names by commission."""
    found: dict[int, list[str]] = {n: [] for n in organ_ids}
    rows = db.session.execute(
        select(OrganMember.organ_id, User.full_name)
        .join(User, User.id == OrganMember.user_id)
        .where(OrganMember.organ_id.in_(organ_ids))
        .order_by(User.full_name)
    )
    for organ_id, name in rows:
        found[organ_id].append(name)
    return found


def seated(organ_id: int) -> list[int]:
    return list(db.session.scalars(select(OrganMember.user_id).where(OrganMember.organ_id == organ_id)))


def sits(actor: Actor, found: Organ) -> bool:
    """Does this person sit in the organ?"""
    return actor.user_id is not None and actor.user_id in set(db.session.scalars(members_of(found)))


def seat_count(found: Organ) -> int:
    return db.session.scalar(select(func.count()).select_from(members_of(found).distinct().subquery())) or 0


# ---- meetings ----------------------------------------------------------------------------------


def _meetings() -> Select[Meeting]:
    return select(Meeting).options(joinedload(Meeting.organ))


def listed(
    *, upcoming: bool, organ_id: int | None = None, cursor: str = "", size: int = SIZE
) -> Page[Meeting]:
    """The calendar: what is to come, the next one first; or what was, the last one first. Closed meetings are in it."""
    now = clock.now()
    query = _meetings().where(Meeting.at >= now if upcoming else Meeting.at < now)
    if organ_id:
        query = query.where(Meeting.organ_id == organ_id)
    values = decode(cursor, 1) if cursor else None
    if values is not None:
        last = db.session.get(Meeting, values[0])
        if last is not None:
            further = Meeting.at > last.at if upcoming else Meeting.at < last.at
            beyond = Meeting.id > last.id if upcoming else Meeting.id < last.id
            query = query.where(or_(further, and_(Meeting.at == last.at, beyond)))
    order = (Meeting.at.asc(), Meeting.id.asc()) if upcoming else (Meeting.at.desc(), Meeting.id.desc())
    found = db.session.scalars(query.order_by(*order).limit(size + 1)).all()
    following = encode([found[size - 1].id]) if len(found) > size else None
    return Page(found[:size], following, values is None)


def meeting(meeting_id: int) -> Meeting:
    """Any meeting: that it takes place is public even when it is closed."""
    found = db.session.scalars(_meetings().where(Meeting.id == meeting_id)).first()
    if found is None:
        raise NotFound
    return found


def meeting_for_change(meeting_id: int) -> Meeting:
    one_for_change(select(Meeting).where(Meeting.id == meeting_id))
    return meeting(meeting_id)


def plannable() -> Sequence[Meeting]:
    """Meetings to which an item can still be added."""
    return db.session.scalars(
        _meetings()
        .where(Meeting.status == MeetingStatus.PLANNED, Meeting.at >= clock.now())
        .order_by(Meeting.at)
        .limit(50)
    ).all()


# ---- items -------------------------------------------------------------------------------------


def _items() -> Select[AgendaItem]:
    return select(AgendaItem).options(
        joinedload(AgendaItem.meeting).joinedload(Meeting.organ), joinedload(AgendaItem.report)
    )


def _gone() -> Any:
    """Its report's subject is not to be seen any more."""
    return and_(
        AgendaItem.report_id.is_not(None),
        ~exists().where(
            Report.id == AgendaItem.report_id, Contribution.id == Report.contribution_id, open_to_all()
        ),
    )


def agenda(actor: Actor, found: Meeting) -> list[Line]:
    """In order, withdrawn ones left out. What this reader may not know keeps its number."""
    inside = allowed(actor, May.READ_PAPERS)
    rows = db.session.execute(
        _items()
        .add_columns(_gone())
        .where(AgendaItem.meeting_id == found.id, AgendaItem.status != ItemStatus.WITHDRAWN)
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()
    lines = []
    for number, (item, gone) in enumerate(rows, 1):
        shown = (inside or (found.public and item.public)) and not gone
        lines.append(Line(item, number, shown, given(item)))
    return lines


def given(item: AgendaItem) -> int:
    """How many members have said something, those with an interest of their own included."""
    return (
        item.support_count
        + item.changes_count
        + item.against_count
        + item.abstain_count
        + item.interest_count
    )


def item(actor: Actor, item_id: int) -> AgendaItem:
    """An item with its meeting and report; NotFound for what this reader may not know."""
    row = db.session.execute(_items().add_columns(_gone()).where(AgendaItem.id == item_id)).first()
    if row is None or row[1] or row[0].status is ItemStatus.WITHDRAWN:
        raise NotFound
    found: AgendaItem = row[0]
    if not (found.public and found.meeting.public) and not allowed(actor, May.READ_PAPERS):
        raise NotFound
    return found


def item_for_change(actor: Actor, item_id: int) -> AgendaItem:
    one_for_change(select(AgendaItem).where(AgendaItem.id == item_id))
    return item(actor, item_id)


def own_stance(actor: Actor, item_id: int) -> Stance | None:
    return db.session.get(Stance, (item_id, actor.user_id)) if actor.is_signed_in else None


def stances(actor: Actor, item_id: int) -> list[Said]:
    """Who said what. Notes for the council alone are read by the council and its clerk, by nobody else."""
    inside = allowed(actor, May.READ_NOTES)
    rows = db.session.execute(
        select(Stance, User.full_name)
        .join(User, User.id == Stance.user_id)
        .where(Stance.item_id == item_id)
        .order_by(User.full_name)
    )
    return [
        Said(
            row[0].user_id, row[1], str(row[0].stance or ""), row[0].interest,
            row[0].note if row[0].note_public or inside else "", row[0].note_public,
        )
        for row in rows
    ]  # fmt: skip


def to_judge(actor: Actor, limit: int = 20) -> list[tuple[AgendaItem, Stance | None]]:
    """A member's papers: open items of meetings to come of the organs they sit in, with what they said."""
    mine = select(OrganMember.organ_id).where(OrganMember.user_id == actor.user_id)
    rows = db.session.execute(
        _items()
        .add_columns(Stance)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(Organ, Organ.id == Meeting.organ_id)
        .outerjoin(Stance, and_(Stance.item_id == AgendaItem.id, Stance.user_id == actor.user_id))
        .where(
            AgendaItem.status == ItemStatus.OPEN, Meeting.status == MeetingStatus.PLANNED, ~_gone(),
            or_(Organ.kind == OrganKind.COUNCIL, Organ.id.in_(mine)), Meeting.at >= clock.now(),
        )
        .order_by(Meeting.at, AgendaItem.position, AgendaItem.id)
        .limit(limit)
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def stances_of_member(user_id: int, *, cursor: str = "") -> Page[tuple[AgendaItem, Stance]]:
    """What a member said in public, the newest item first."""
    query = (
        _items()
        .add_columns(Stance)
        .join(Stance, Stance.item_id == AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            Stance.user_id == user_id, AgendaItem.public, Meeting.public, AgendaItem.status != ItemStatus.WITHDRAWN, ~_gone()
        )
    )  # fmt: skip
    values = decode(cursor, 1) if cursor else None
    if values is not None:
        query = query.where(AgendaItem.id < values[0])
    rows = db.session.execute(query.order_by(AgendaItem.id.desc()).limit(SIZE + 1)).all()
    following = encode([rows[SIZE - 1][0].id]) if len(rows) > SIZE else None
    return Page([(row[0], row[1]) for row in rows[:SIZE]], following, values is None)


def public_items_about(contribution_id: int) -> list[AgendaItem]:
    """On which public agendas a subject stood or stands, newest first."""
    return list(
        db.session.scalars(
            _items()
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .join(Report, Report.id == AgendaItem.report_id)
            .where(
                Report.contribution_id == contribution_id, AgendaItem.public, Meeting.public,
                AgendaItem.status != ItemStatus.WITHDRAWN,
            )
            .order_by(AgendaItem.id.desc())
            .limit(10)
        )
    )  # fmt: skip


def last_position(meeting_id: int) -> int:
    return (
        db.session.scalar(select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting_id))
        or 0
    )


def neighbour(found: AgendaItem, *, up: bool) -> AgendaItem | None:
    """The item before or after it on the same agenda."""
    here = AgendaItem.position < found.position if up else AgendaItem.position > found.position
    order = AgendaItem.position.desc() if up else AgendaItem.position.asc()
    return db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == found.meeting_id, AgendaItem.status != ItemStatus.WITHDRAWN, here)
        .order_by(order)
        .limit(1)
    ).first()


def on_open_agenda(report_id: int) -> bool:
    """Does this report wait on an agenda already?"""
    return (
        db.session.scalar(
            select(AgendaItem.id)
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .where(
                AgendaItem.report_id == report_id, AgendaItem.status == ItemStatus.OPEN,
                Meeting.status != MeetingStatus.CANCELLED,
            )
            .limit(1)
        )
        is not None
    )  # fmt: skip


def stance_deadline_passed(found: Meeting, now: datetime) -> bool:
    return now >= found.stance_until
