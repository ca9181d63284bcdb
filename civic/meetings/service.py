"""Planning meetings, putting things on the agenda, members' stances, results."""

from datetime import date, datetime

from sqlalchemy import delete, select, update

from civic.audit.service import record
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db, serialise
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text
from civic.meetings import queries, rules
from civic.meetings.events import ItemPlaced, MeetingCancelled
from civic.meetings.models import AgendaItem, Meeting, Organ, OrganMember, Stance, Term
from civic.meetings.policy import May
from civic.meetings.rules import (
    ITEM_MOVES,
    MEETING_MOVES,
    ItemKind,
    MeetingStatus,
    OrganKind,
    Outcome,
    StanceKind,
)
from civic.reports import service as reports
from civic.reports.models import Report
from civic.reports.rules import ReportStatus


def open_term(actor: Actor, *, number: int, starts_on: date, ends_on: date) -> Term:
    """A new term of the council."""
    require(actor, May.ARRANGE)
    rules.check_term(starts_on, ends_on)
    serialise("terms")
    if db.session.scalar(select(Term.id).where(Term.number == number)):
        raise RuleBroken(N_("دوره‌ای با این شماره هست. شمارهٔ دیگری بنویسید."), field="number")
    term = Term(number=number, starts_on=starts_on, ends_on=ends_on)
    db.session.add(term)
    db.session.flush()
    record(actor, "council.open_term", f"term:{term.id}", public=True, number=number)
    return term


def set_up_organ(
    actor: Actor, *, kind: OrganKind, name_fa: str, name_en: str = "", name_ar: str = ""
) -> Organ:
    """The council itself, once, or one of its commissions."""
    require(actor, May.ARRANGE)
    name = clean_line(name_fa)
    if not name:
        raise RuleBroken(N_("نام را بنویسید."), field="name_fa")
    if db.session.scalar(select(Organ.id).where(Organ.name_fa == name)):
        raise RuleBroken(N_("کمیسیونی با این نام هست."), field="name_fa")
    if kind is OrganKind.COUNCIL and any(o.kind is OrganKind.COUNCIL for o in queries.organs()):
        raise RuleBroken(N_("شورا یکی است و پیش‌تر ثبت شده است. کمیسیون بسازید."), field="kind")
    made = Organ(kind=kind, name_fa=name, name_en=clean_line(name_en), name_ar=clean_line(name_ar))
    db.session.add(made)
    db.session.flush()
    record(actor, "council.set_up_organ", f"organ:{made.id}", public=True)
    return made


def seat(actor: Actor, organ: Organ, *, user_ids: list[int]) -> None:
    """Who sits in a commission; members of the council only."""
    require(actor, May.ARRANGE)
    if organ.kind is OrganKind.COUNCIL:
        raise RuleBroken(N_("همهٔ اعضای شورا در شورا هستند؛ عضو را مدیر سامانه نقش می‌دهد."))
    allowed = {user_id for user_id, _ in queries.members()}
    db.session.execute(delete(OrganMember).where(OrganMember.organ_id == organ.id))
    db.session.add_all(OrganMember(organ_id=organ.id, user_id=n) for n in sorted(set(user_ids) & allowed))
    record(actor, "council.seat", f"organ:{organ.id}", public=True, members=len(set(user_ids) & allowed))


def plan(
    actor: Actor, *, organ: Organ, term: Term, number: int, at: datetime, place: str, public: bool, stance_until: datetime
) -> Meeting:  # fmt: skip
    """A meeting with its day and place, seen by everybody at once."""
    require(actor, May.ARRANGE)
    rules.check_meeting(at, clock.local(at).date(), term.starts_on, term.ends_on, stance_until)
    serialise("meetings", term.id, organ.id)  # two clerks with the same number: the second is told
    taken = select(Meeting.id).where(
        Meeting.term_id == term.id, Meeting.organ_id == organ.id, Meeting.number == number
    )
    if db.session.scalar(taken):
        raise RuleBroken(N_("جلسه‌ای با این شماره در این دوره هست. شمارهٔ بعدی را بنویسید."), field="number")
    if not clean_line(place):
        raise RuleBroken(N_("جای جلسه را بنویسید."), field="place")
    made = Meeting(
        organ_id=organ.id, term_id=term.id, number=number, at=at, place=clean_line(place), public=public, stance_until=stance_until
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record(actor, "meeting.plan", _meeting(made), public=True, number=number)
    return made


def reschedule(actor: Actor, meeting: Meeting, *, at: datetime, place: str, stance_until: datetime) -> None:
    """Another day or place, while nothing has come out of it yet."""
    require(actor, May.ARRANGE)
    _still_planned(meeting)
    term = db.session.get_one(Term, meeting.term_id)
    rules.check_meeting(at, clock.local(at).date(), term.starts_on, term.ends_on, stance_until)
    if not clean_line(place):
        raise RuleBroken(N_("جای جلسه را بنویسید."), field="place")
    meeting.at, meeting.place, meeting.stance_until = at, clean_line(place), stance_until
    record(actor, "meeting.reschedule", _meeting(meeting), public=True)


def cancel(actor: Actor, meeting: Meeting, *, reason: str) -> None:
    """It does not take place; the reason is public, and its items can be put on another agenda."""
    require(actor, May.ARRANGE)
    words = clean_text(reason)
    if not words:
        raise RuleBroken(N_("بنویسید چرا جلسه لغو می‌شود؛ همه این را می‌خوانند."), field="reason")
    meeting.cancel_reason = words[:500]
    move(meeting, "cancel", MEETING_MOVES)
    record(actor, "meeting.cancel", _meeting(meeting), public=True)
    publish(MeetingCancelled(meeting.id))


def place(
    actor: Actor, meeting: Meeting, *, kind: ItemKind, title: str = "", public: bool = True, report: Report | None = None
) -> AgendaItem:  # fmt: skip
    """Put something on the agenda. A participation report is frozen at this moment and stays as it is."""
    require(actor, May.ARRANGE)
    _still_planned(meeting)
    if kind is ItemKind.REPORT:
        if report is None:
            raise RuleBroken(N_("گزارش مشارکت را برگزینید."), field="report_id")
        if queries.on_open_agenda(report.id):
            raise RuleBroken(N_("این گزارش در دستور جلسهٔ دیگری است که هنوز برگزار نشده."), field="report_id")
        if report.status is ReportStatus.DRAFT:
            reports.freeze(actor, report)
        if public and meeting.public:
            reports.make_public(actor, report)
        title = report.contribution.title
    elif not clean_line(title):
        raise RuleBroken(N_("عنوان دستور را بنویسید."), field="title")
    item = AgendaItem(
        meeting_id=meeting.id, position=queries.last_position(meeting.id) + 1, kind=kind, title=clean_line(title)[:300],
        public=public, report_id=report.id if report is not None and kind is ItemKind.REPORT else None,
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    about = None
    if item.report_id and report is not None and public and meeting.public:
        about = report.contribution_id
        contributions.add_step(
            actor, report.contribution, StepKind.ON_AGENDA, data={"meeting": meeting.id, "item": item.id, "report": report.id}
        )  # fmt: skip
    record(actor, "meeting.place", f"item:{item.id}", public=public and meeting.public, meeting=meeting.id)
    publish(ItemPlaced(item.id, meeting.id, about))
    return item


def follow_title(actor: Actor, subject: Contribution) -> None:
    """Something was covered in the title of what a report is about: no agenda goes on telling it."""
    require(actor, May.FOLLOW, subject)
    about = select(Report.id).where(Report.contribution_id == subject.id)
    db.session.execute(
        update(AgendaItem)
        .where(AgendaItem.report_id.in_(about))
        .values(title=subject.title[:300])
        .execution_options(synchronize_session=False)
    )


def shift(actor: Actor, item: AgendaItem, *, up: bool) -> None:
    """One place up or down on the agenda."""
    require(actor, May.ARRANGE)
    _still_planned(item.meeting)
    other = queries.neighbour(item, up=up)
    if other is not None:
        item.position, other.position = other.position, item.position


def withdraw(actor: Actor, item: AgendaItem) -> None:
    """Off the agenda; a frozen report stays as it is."""
    require(actor, May.ARRANGE)
    _still_planned(item.meeting)
    move(item, "withdraw", ITEM_MOVES)
    record(actor, "meeting.withdraw_item", f"item:{item.id}", public=item.public and item.meeting.public)


def take_stance(
    actor: Actor, item: AgendaItem, *, stance: StanceKind | None, interest: bool = False, note: str = "", note_public: bool = False
) -> None:  # fmt: skip
    """A member says what they think of an item, or that it touches an interest of their own: then it does not count."""
    require(actor, May.STANCE, item)
    if not queries.sits(actor, item.meeting.organ):
        raise NotAllowed(N_("شما عضو این کمیسیون نیستید."))
    found = db.session.get(Stance, (item.id, actor.signed_in()))
    rules.check_stance(
        item.status, item.meeting.status, item.meeting.stance_until, clock.now(), first=found is None
    )
    if stance is None and not interest:
        raise RuleBroken(N_("نظر خود را برگزینید، یا بگویید در این موضوع ذی‌نفعید."), field="stance")
    if found is None:
        found = Stance(item_id=item.id, user_id=actor.signed_in(), at=clock.now())
        db.session.add(found)
    else:
        _count(item, found, -1)
    found.stance, found.interest = stance, interest
    found.note, found.note_public, found.at = clean_text(note)[:1000], note_public, clock.now()
    _count(item, found, 1)
    db.session.flush()
    record(actor, "meeting.stance", f"item:{item.id}", interest=interest)


def decide(actor: Actor, item: AgendaItem, *, outcome: Outcome, text: str) -> None:
    """What came out, and why; the first result says that the meeting took place."""
    require(actor, May.ARRANGE)
    rules.check_result(item.meeting.status, item.meeting.at, clock.now())
    words = clean_text(text)
    if not words:
        raise RuleBroken(N_("بنویسید شورا چه کرد و چرا؛ مردم همین را می‌خوانند."), field="text")
    item.outcome, item.outcome_text, item.decided_at = outcome, words[:2000], clock.now()
    move(item, "decide", ITEM_MOVES)
    move(item.meeting, "hold", MEETING_MOVES)
    record(
        actor, "meeting.decide", f"item:{item.id}", public=item.public and item.meeting.public, outcome=outcome
    )  # fmt: skip


def _count(item: AgendaItem, stance: Stance, by: int) -> None:
    if stance.interest:
        item.interest_count += by
    elif stance.stance is StanceKind.SUPPORT:
        item.support_count += by
    elif stance.stance is StanceKind.CHANGES:
        item.changes_count += by
    elif stance.stance is StanceKind.AGAINST:
        item.against_count += by
    else:
        item.abstain_count += by


def _still_planned(meeting: Meeting) -> None:
    if meeting.status is not MeetingStatus.PLANNED:
        raise Conflict(N_("این جلسه برگزار یا لغو شده است و دستورش دیگر عوض نمی‌شود."))


def _meeting(meeting: Meeting) -> str:
    return f"meeting:{meeting.id}"
