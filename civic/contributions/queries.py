"""Every read of contributions. `visible` is the one select that decides for all readers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from civic.contributions.comparing import Block, Piece, paragraphs_between, words_between
from civic.contributions.models import Attachment, Contribution, Involved, Mask, Muted, Step, Version
from civic.contributions.rules import (
    LISTED,
    READABLE,
    ContributionKind,
    Involvement,
    Status,
    StepKind,
    versions_once_public,
)
from civic.core.actor import Actor
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound

_subject = aliased(Contribution)
_one = aliased(Contribution)


def open_to_all() -> ColumnElement[bool]:
    """Everybody may read it: public, or taken back or merged after it was. What nobody could read then has no public time."""
    return and_(Contribution.status.in_(READABLE), Contribution.published_at.is_not(None))


def visible(actor: Actor) -> Select[Contribution]:
    """What this reader may read by address: public things, own ones, a managed group's; moderators see all."""
    query = select(Contribution)
    if actor.system:
        return query
    sent = Contribution.status != Status.DRAFT
    if actor.is_moderator:
        return query.where(or_(sent, Contribution.author_id == actor.user_id))
    with_subject = or_(
        Contribution.subject_id.is_(None),
        exists().where(
            _subject.id == Contribution.subject_id,
            _subject.status.in_(READABLE),
            _subject.published_at.is_not(None),
        ),
    )
    for_all = and_(open_to_all(), with_subject)
    if not actor.is_signed_in:
        return query.where(for_all)
    own = [Contribution.author_id == actor.user_id]
    managed = [m.group_id for m in actor.memberships if m.is_manager]
    if managed:
        own.append(and_(Contribution.group_id.in_(managed), sent))
    return query.where(or_(for_all, *own))


def listed(kind: ContributionKind) -> Select[Contribution]:
    """What stands in public lists, feeds, search and JSON of one kind: public only, the same for every reader."""
    return select(Contribution).where(Contribution.kind == kind, Contribution.status.in_(LISTED))


def with_card(query: Select[Contribution]) -> Select[Contribution]:
    """Loads what a card shows (category, district, group) in the same query."""
    return query.options(
        joinedload(Contribution.category), joinedload(Contribution.district), joinedload(Contribution.group)
    )


def readable(actor: Actor, contribution_id: int, kind: ContributionKind | None = None) -> Contribution:
    """The contribution with what its page shows; NotFound for absent and for invisible, alike."""
    query = (
        with_card(visible(actor))
        .options(joinedload(Contribution.picture))
        .where(Contribution.id == contribution_id)
    )
    if kind is not None:
        query = query.where(Contribution.kind == kind)
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def for_change(actor: Actor, contribution_id: int, kind: ContributionKind | None = None) -> Contribution:
    """As `readable`, locked and fresh, inside a transaction."""
    query = visible(actor).where(Contribution.id == contribution_id)
    if kind is not None:
        query = query.where(Contribution.kind == kind)
    return one_for_change(query)


def by_id(contribution_id: int) -> Contribution:
    """For jobs and desks that decide visibility themselves; locked."""
    return one_for_change(select(Contribution).where(Contribution.id == contribution_id))


def steps_of(contribution_id: int) -> Sequence[Step]:
    """The life line, oldest first."""
    return db.session.scalars(
        select(Step).where(Step.contribution_id == contribution_id).order_by(Step.id)
    ).all()


def family(contribution_id: int) -> Select[int]:
    """Ids of it and of what is merged into it: their people are its people. One step deep, so nothing recurs."""
    return select(_one.id).where(or_(_one.id == contribution_id, _one.merged_into_id == contribution_id))


def merged_into(contribution: Contribution) -> Sequence[Contribution]:
    """What everybody may read of the texts merged into it, oldest first."""
    return db.session.scalars(
        select(Contribution)
        .where(Contribution.merged_into_id == contribution.id, Contribution.status == Status.MERGED)
        .order_by(Contribution.id)
        .limit(100)
    ).all()


def target_of(actor: Actor, contribution: Contribution) -> Contribution | None:
    """Where a merged text leads; None for one that is not merged, or whose target this reader may not read."""
    if contribution.status is not Status.MERGED:
        return None
    return db.session.scalars(visible(actor).where(Contribution.id == contribution.merged_into_id)).first()


def merge_reason(contribution: Contribution) -> str:
    """Why a merged text was merged; '' for others."""
    if contribution.status is not Status.MERGED:
        return ""
    query = select(Step.note).where(Step.contribution_id == contribution.id, Step.kind == StepKind.MERGED)
    return db.session.scalar(query.order_by(Step.id.desc()).limit(1)) or ""


def is_involved(actor: Actor, contribution_id: int, role: Involvement) -> bool:
    """In it, or in what was merged into it; who follows and has muted it does not follow it."""
    if not actor.is_signed_in:
        return False
    row = select(Involved.user_id).where(
        Involved.contribution_id.in_(family(contribution_id)),
        Involved.user_id == actor.user_id,
        Involved.role == role,
    )
    if role is Involvement.FOLLOWER:
        row = row.where(
            ~exists().where(Muted.contribution_id == contribution_id, Muted.user_id == actor.user_id)
        )
    return db.session.scalar(row.limit(1)) is not None


def concerned(contribution_id: int) -> Select[int]:
    """Ids of everyone involved in it or in what is merged into it who has not muted it (voters are in votes.participations)."""
    muted = exists().where(
        Muted.contribution_id.in_([contribution_id, Involved.contribution_id]),
        Muted.user_id == Involved.user_id,
    )
    return (
        select(Involved.user_id)
        .where(Involved.contribution_id.in_(family(contribution_id)), ~muted)
        .distinct()
    )


def drafts_of(actor: Actor) -> Sequence[Contribution]:
    """Unfinished texts of this person, newest first."""
    return db.session.scalars(
        with_card(select(Contribution))
        .where(
            Contribution.author_id == actor.user_id,
            Contribution.status == "draft",
            Contribution.kind != "consultation",
        )
        .order_by(Contribution.id.desc())
        .limit(50)
    ).all()


def has_picture(contribution_id: int) -> bool:
    """Is there a photo that is not hidden?"""
    query = select(Attachment.id).where(
        Attachment.contribution_id == contribution_id, Attachment.hidden_at.is_(None)
    )
    return db.session.scalar(query.limit(1)) is not None


def own_draft(actor: Actor, contribution_id: int, kind: ContributionKind) -> Contribution:
    """An unfinished text of this person, with what its form shows; NotFound for everybody else."""
    query = with_card(select(Contribution)).options(joinedload(Contribution.picture))
    found = db.session.scalars(
        query.where(
            Contribution.id == contribution_id, Contribution.kind == kind,
            Contribution.status == Status.DRAFT, Contribution.author_id == actor.signed_in(),
        )
    ).first()  # fmt: skip
    if found is None:
        raise NotFound
    return found


def draft_for_change(
    actor: Actor, contribution_id: int, kind: ContributionKind | None = None
) -> Contribution:
    """As `own_draft`, locked and fresh, inside a transaction."""
    query = select(Contribution).where(
        Contribution.id == contribution_id,
        Contribution.status == Status.DRAFT,
        Contribution.author_id == actor.signed_in(),
    )
    return one_for_change(query if kind is None else query.where(Contribution.kind == kind))


def versions_of(actor: Actor, contribution: Contribution) -> Sequence[Version]:
    """Earlier texts, newest first: those that were public; all of them for the author and the moderators."""
    query = (
        select(Version)
        .where(Version.contribution_id == contribution.id)
        .order_by(Version.number.desc())
        .limit(100)
    )
    rows = db.session.scalars(query).all()
    if actor.is_moderator or (actor.is_signed_in and contribution.author_id == actor.user_id):
        return rows
    edits = db.session.scalars(
        select(Step.data).where(Step.contribution_id == contribution.id, Step.kind == StepKind.EDITED)
    )
    shown = versions_once_public([data["version"] for data in edits if "version" in data])
    return [row for row in rows if row.number in shown]


@dataclass(frozen=True)
class Reading:
    """One state of a text that this reader may read; `until` is none for the one that stands now."""

    number: int
    title: str
    text: str
    html: str
    until: datetime | None


@dataclass(frozen=True)
class Comparison:
    """What changed from one reading to a later one."""

    old: Reading
    new: Reading
    title: tuple[Piece, ...]
    blocks: list[Block]


def readings_of(actor: Actor, contribution: Contribution) -> list[Reading]:
    """Every state of the text that this reader may read, the present one first."""
    now = Reading(contribution.version, contribution.title, contribution.text, contribution.html, None)
    earlier = [
        Reading(row.number, row.title, row.text, row.html, row.at) for row in versions_of(actor, contribution)
    ]
    return [now, *[row for row in earlier if row.number < contribution.version]]


def compare(readings: Sequence[Reading], old: int | None, new: int | None) -> Comparison | None:
    """Two of the readings against each other, the last change unless numbers are named; None where there is one only.

    NotFound for a number that is not among them: a text nobody may read is not told from one that never was.
    """
    if old is None and new is None and len(readings) < 2:
        return None
    by_number = {row.number: row for row in readings}
    later = by_number.get(readings[0].number if new is None else new)
    if later is None:
        raise NotFound
    if old is None:
        before = [row for row in readings if row.number < later.number]
        earlier = before[0] if before else None
    else:
        earlier = by_number.get(old)
    if earlier is None:
        raise NotFound
    if earlier.number > later.number:
        earlier, later = later, earlier
    return Comparison(
        earlier,
        later,
        words_between(earlier.title, later.title),
        paragraphs_between(earlier.text, later.text),
    )


def picture_named(actor: Actor, name: str) -> tuple[Attachment, Contribution]:
    """A picture by its file name, when this reader may read what it belongs to and nobody hid it."""
    found = db.session.execute(
        visible(actor)
        .add_columns(Attachment)
        .join(Attachment, Attachment.contribution_id == Contribution.id)
        .where(or_(Attachment.name == name, Attachment.small_name == name), Attachment.hidden_at.is_(None))
    ).first()
    if found is None:
        raise NotFound
    return found[1], found[0]


def unmuted(contribution_id: int, people: ColumnElement[int]) -> Select[int]:
    """Of these people, who has not asked to hear no more of it."""
    return select(people).where(
        ~exists().where(Muted.contribution_id == contribution_id, Muted.user_id == people)
    )


def masks_of(contribution_id: int, version: int | None = None) -> Sequence[Mask]:
    """What is covered in a text now, the oldest first; of one version or of all."""
    query = select(Mask).where(Mask.contribution_id == contribution_id, Mask.lifted_at.is_(None))
    if version is not None:
        query = query.where(Mask.version == version)
    return db.session.scalars(query.order_by(Mask.id)).all()


def as_written(contribution: Contribution) -> tuple[str, str]:
    """(title, text) as the author wrote them, for the author and the moderators; the same as shown when nothing is covered."""
    first = next(iter(masks_of(contribution.id, contribution.version)), None)
    return (first.title, first.text) if first else (contribution.title, contribution.text)


def muted_by(people: Collection[int], contribution_ids: Collection[int | None]) -> set[tuple[int, int]]:
    """(person, contribution) of those among these who asked to hear no more of it."""
    if not people or not contribution_ids:
        return set()
    rows = db.session.execute(
        select(Muted.user_id, Muted.contribution_id).where(
            Muted.user_id.in_(people), Muted.contribution_id.in_(contribution_ids)
        )
    )
    return {(row.user_id, row.contribution_id) for row in rows}
