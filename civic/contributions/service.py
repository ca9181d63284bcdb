"""What is done to a contribution whatever its kind. Kinds call these from their own verbs."""

import random
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update

from civic.audit.service import record
from civic.contributions import queries
from civic.contributions.events import (
    ContributionEdited,
    ContributionHidden,
    ContributionMasked,
    ContributionMerged,
    ContributionPublished,
    ContributionReturned,
    ContributionSubmitted,
    ContributionUnmerged,
    ContributionWithdrawn,
    EndorsementAwaited,
)
from civic.contributions.masking import Passage, check_passages, cover, passage_pattern, with_bars
from civic.contributions.models import Attachment, Contribution, Involved, Mask, Muted, Step, Version
from civic.contributions.policy import May
from civic.contributions.queries import family
from civic.contributions.rules import (
    LISTED,
    MOVES,
    ContributionKind,
    Involvement,
    Status,
    StepKind,
    fingerprint,
    stage_of,
)
from civic.core import clock
from civic.core.actor import Actor, Kind
from civic.core.db import db, upsert
from civic.core.errors import NotAllowed, Overtaken, RuleBroken
from civic.core.files import Picture
from civic.core.html import from_plain
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text, shorten
from civic.spaces.models import Space
from civic.spaces.queries import STANDING
from civic.spaces.rules import is_public_first


def begin(
    actor: Actor,
    kind: ContributionKind,
    *,
    title: str,
    text: str,
    space_id: int = STANDING,
    subject_id: int | None = None,
    category_id: int | None = None,
    district_id: int | None = None,
    place_text: str = "",
    group_id: int | None = None,
    capacity: Kind | None = None,
    language: str = "fa",
) -> Contribution:
    """A new draft, seen by its author only."""
    require(actor, May.BEGIN)
    moment = clock.now()
    contribution = Contribution(
        kind=kind, space_id=space_id, author_id=actor.user_id, subject_id=subject_id, language=language,
        category_id=category_id, district_id=district_id, place_text=clean_line(place_text),
        created_at=moment, updated_at=moment, shuffle=random.getrandbits(30),
    )  # fmt: skip
    speak_as(actor, contribution, group_id=group_id, capacity=capacity)
    _write(contribution, title, text)
    db.session.add(contribution)
    db.session.flush()
    involve(contribution, actor, Involvement.AUTHOR)
    return contribution


def speak_as(
    actor: Actor, contribution: Contribution, *, group_id: int | None, capacity: Kind | None
) -> None:
    """Whose voice it is: the group's (its kind is the capacity) or the person's own in one capacity held."""
    if group_id:
        membership = actor.membership(group_id)
        if membership is None:
            raise NotAllowed(N_("شما عضو این گروه نیستید؛ از طرف آن نمی‌توان نوشت."))
        contribution.group_id = group_id
        contribution.capacity = membership.kind
        contribution.byline = membership.group_name
        return
    held = actor.kinds()
    contribution.group_id = None
    contribution.capacity = capacity if capacity in held else held[0]
    contribution.byline = actor.display_name


def submit(actor: Actor, contribution: Contribution) -> None:
    """Sent: to the group's manager when written for a group by a plain member, to review, or straight to the public."""
    require(actor, May.SUBMIT, contribution)
    if contribution.kind is not ContributionKind.COMMENT and not contribution.title:
        raise RuleBroken(N_("عنوان لازم است."), field="title")
    if not contribution.text.strip():
        raise RuleBroken(N_("متن لازم است."), field="text")
    moment = clock.now()
    contribution.submitted_at = moment
    contribution.updated_at = moment
    add_step(actor, contribution, StepKind.SUBMITTED)
    if contribution.group_id and not actor.manages(contribution.group_id):
        move(contribution, "submit_for_group", MOVES)
        publish(EndorsementAwaited(contribution.id, contribution.group_id))
    else:
        _enter(actor, contribution, "submit")
    refresh_stage(contribution)
    record(actor, f"{contribution.kind}.submit", subject_of(contribution), version=contribution.version)


def endorse(actor: Actor, contribution: Contribution) -> None:
    """A manager of the group lets it go on in the group's name."""
    require(actor, May.ENDORSE, contribution)
    add_step(actor, contribution, StepKind.ENDORSED)
    _enter(actor, contribution, "endorse")
    refresh_stage(contribution)
    record(actor, f"{contribution.kind}.endorse", subject_of(contribution))


def return_to_member(actor: Actor, contribution: Contribution, *, reason: str) -> None:
    """A manager gives it back to the member who wrote it, with a reason."""
    require(actor, May.ENDORSE, contribution)
    move(contribution, "return", MOVES)
    add_step(actor, contribution, StepKind.RETURNED, note=reason, detail="group")
    refresh_stage(contribution)
    record(actor, f"{contribution.kind}.return_to_member", subject_of(contribution))
    publish(ContributionReturned(contribution.id, contribution.kind, by_group=True))


def edit(actor: Actor, contribution: Contribution, *, title: str, text: str, base: str = "") -> None:
    """The author changes the words; what stood before is kept as a version. A public text is reviewed again.

    `base` is the fingerprint of the words the form started from: Overtaken when others have been saved since.
    """
    require(actor, May.EDIT, contribution)
    if contribution.status not in {Status.DRAFT, Status.RETURNED, Status.PUBLIC, Status.WAITING}:
        raise RuleBroken(N_("این نوشته دیگر ویرایش نمی‌شود."))
    if (clean_line(title), clean_text(text)) == (contribution.title, contribution.text):
        return
    check_base(actor, contribution, base)
    masked = _not_uncovered(contribution, title, text)
    if contribution.status is not Status.DRAFT:
        keep_version(actor, contribution)
        contribution.version += 1
    _write(contribution, title, text)
    if masked:
        contribution.html = with_bars(contribution.html, contribution.language)
    contribution.updated_at = clock.now()
    if contribution.status is Status.PUBLIC:
        add_step(actor, contribution, StepKind.EDITED, data={"version": contribution.version})
        record(actor, f"{contribution.kind}.edit", subject_of(contribution), version=contribution.version)
        publish(ContributionEdited(contribution.id, contribution.kind))
        publish(ContributionSubmitted(contribution.id, contribution.kind, edited=True))


def check_base(actor: Actor, contribution: Contribution, base: str) -> None:
    """Nothing is written over words that the writer has not seen."""
    require(actor, May.EDIT, contribution)
    if base and base != fingerprint(contribution.title, contribution.text):
        raise Overtaken(
            N_("این متن در این میان جای دیگری عوض شده است؛ چیزی از دست نرفت. هر دو متن را می‌بینید."),
            title=contribution.title,
            text=contribution.text,
        )


def describe(
    actor: Actor,
    contribution: Contribution,
    *,
    category_id: int | None,
    district_id: int | None,
    place_text: str,
) -> None:
    """Topic and place, as long as the text is not public: thresholds and routing follow from them."""
    require(actor, May.EDIT, contribution)
    if contribution.status not in {Status.DRAFT, Status.RETURNED}:
        raise RuleBroken(N_("موضوع و محل یک نوشتهٔ منتشرشده عوض نمی‌شود."))
    contribution.category_id = category_id
    contribution.district_id = district_id
    contribution.place_text = clean_line(place_text)
    contribution.updated_at = clock.now()


def sign(
    actor: Actor, contribution: Contribution, *, group_id: int | None, capacity: Kind | None, byline: str = ""
) -> None:
    """In whose name this text is, and how a person's own name is shown above it."""
    require(actor, May.EDIT, contribution)
    if contribution.status not in {Status.DRAFT, Status.RETURNED}:
        raise RuleBroken(N_("نام بالای یک نوشتهٔ منتشرشده عوض نمی‌شود."))
    speak_as(actor, contribution, group_id=group_id, capacity=capacity)
    if byline and not group_id:
        contribution.byline = clean_line(byline)


def require_author(actor: Actor, contribution: Contribution) -> None:
    """Pages on which one changes one's own text are for nobody else."""
    require(actor, May.EDIT, contribution)


def keep_version(actor: Actor, contribution: Contribution) -> None:
    """Write down the text as it stands now."""
    require(actor, May.ADD_STEP)
    db.session.execute(
        upsert(Version)
        .values(
            contribution_id=contribution.id, number=contribution.version, title=contribution.title,
            text=contribution.text, html=contribution.html, edited_by_id=actor.user_id, at=clock.now(),
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def show(actor: Actor, contribution: Contribution) -> None:
    """Make it public, by a moderator's decision or because the space reviews afterwards."""
    require(actor, May.MODERATE, contribution)
    _show(actor, contribution, "publish")


def hide(actor: Actor, contribution: Contribution, *, clause: int | None = None) -> None:
    """Take it out of everybody's sight but the author's and the moderators'."""
    require(actor, May.MODERATE, contribution)
    _leave_public(contribution)
    move(contribution, "hide", MOVES)
    contribution.updated_at = clock.now()
    add_step(actor, contribution, StepKind.HIDDEN, detail=f"clause:{clause}" if clause else "")
    refresh_stage(contribution)
    publish(ContributionHidden(contribution.id, contribution.kind))


def send_back(actor: Actor, contribution: Contribution, *, clause: int | None = None) -> None:
    """Give it back to the author to correct."""
    require(actor, May.MODERATE, contribution)
    _leave_public(contribution)
    move(contribution, "return", MOVES)
    contribution.updated_at = clock.now()
    add_step(actor, contribution, StepKind.RETURNED, detail=f"clause:{clause}" if clause else "")
    refresh_stage(contribution)
    publish(ContributionReturned(contribution.id, contribution.kind))


def withdraw(actor: Actor, contribution: Contribution, *, reason: str) -> None:
    """The author takes it back. What was public stays readable, with the reason beside it."""
    require(actor, May.WITHDRAW, contribution)
    _leave_public(contribution)
    was = move(contribution, "withdraw", MOVES)
    if was is not Status.PUBLIC:
        contribution.published_at = (
            None  # what nobody could read when it was taken back is not shown afterwards either
        )
    contribution.withdrawal_reason = clean_line(reason)
    contribution.updated_at = clock.now()
    add_step(actor, contribution, StepKind.WITHDRAWN, note=contribution.withdrawal_reason)
    refresh_stage(contribution)
    record(actor, f"{contribution.kind}.withdraw", subject_of(contribution))
    publish(ContributionWithdrawn(contribution.id, contribution.kind))


def merge(actor: Actor, one: Contribution, into: Contribution, *, reason: str) -> None:
    """`one` leaves the lists; whoever is concerned by it is concerned by `into` from now on. Kinds count their people."""
    require(actor, May.MERGE)
    move(one, "merge", MOVES)
    one.merged_into_id = into.id
    step = add_step(actor, one, StepKind.MERGED, detail=subject_of(into), note=reason, data={"into": into.id})
    add_step(actor, into, StepKind.TOOK_IN, detail=subject_of(one), note=reason, data={"from": one.id})
    publish(ContributionMerged(one.id, one.kind, into.id, step.id))


def unmerge(actor: Actor, one: Contribution, into: Contribution, *, reason: str) -> None:
    """Apart again. What was hidden or given back meanwhile stays so and is only no longer counted there."""
    require(actor, May.MERGE)
    if one.status is Status.MERGED:
        move(one, "unmerge", MOVES)
    one.merged_into_id = None
    step = add_step(
        actor, one, StepKind.UNMERGED, detail=subject_of(into), note=reason, data={"out_of": into.id}
    )
    add_step(actor, into, StepKind.GAVE_BACK, detail=subject_of(one), note=reason, data={"gave": one.id})
    publish(ContributionUnmerged(one.id, one.kind, into.id, step.id))


def add_step(
    actor: Actor,
    contribution: Contribution,
    kind: StepKind,
    *,
    detail: str = "",
    note: str = "",
    data: dict[str, Any] | None = None,
) -> Step:
    """One line of the life line; the stage people see follows from it."""
    require(actor, May.ADD_STEP)
    role = "system" if actor.system else next((str(g.role) for g in actor.grants), str(actor.own_kind))
    step = Step(
        contribution_id=contribution.id,
        kind=kind,
        at=clock.now(),
        actor_role=role,
        detail=detail,
        note=note[:500],
        data=data or {},
    )
    db.session.add(step)
    db.session.flush()
    contribution.updated_at = clock.now()
    refresh_stage(contribution)
    return step


def refresh_stage(contribution: Contribution) -> None:
    """Work the shown stage out again from status and steps."""
    steps = db.session.execute(
        select(Step.kind, Step.detail).where(Step.contribution_id == contribution.id).order_by(Step.id)
    )
    contribution.stage = stage_of(
        contribution.status, contribution.kind, [(kind, detail) for kind, detail in steps]
    )


def involve(contribution: Contribution, actor: Actor, role: Involvement) -> bool:
    """Remember that somebody is concerned; False when it was known already. Counters of joiners and followers follow."""
    if actor.user_id is None:
        return False
    made = db.session.execute(
        upsert(Involved)
        .values(contribution_id=contribution.id, user_id=actor.user_id, role=role, at=clock.now())
        .on_conflict_do_nothing()
        .returning(Involved.user_id)
    ).scalar()
    if made and not (role is Involvement.JOINER and _joined_merged(contribution, actor)):
        _count(contribution.id, role, 1)
    return bool(made)


def release(contribution: Contribution, actor: Actor, role: Involvement) -> bool:
    """Forget that somebody is concerned in this way. Who leaves a problem leaves what was merged into it as well."""
    row = db.session.get(Involved, (contribution.id, actor.user_id, role))
    below = _joined_merged(contribution, actor) if role is Involvement.JOINER else []
    if row is None and not below:
        return False
    for gone in [row, *below]:
        if gone is not None:
            db.session.delete(gone)
    db.session.flush()
    for contribution_id in [contribution.id, *[gone.contribution_id for gone in below]]:
        _count(contribution_id, role, -1)
    return True


def count_joiners(actor: Actor, contribution: Contribution) -> None:
    """The people of a problem and of what is merged into it, each once, from the rows."""
    require(actor, May.COUNT)
    people = select(func.count(func.distinct(Involved.user_id))).where(
        Involved.contribution_id.in_(family(contribution.id)), Involved.role == Involvement.JOINER
    )
    db.session.execute(
        update(Contribution)
        .where(Contribution.id == contribution.id)
        .values(join_count=db.session.scalar(people) or 0)
    )


def _joined_merged(contribution: Contribution, actor: Actor) -> Sequence[Involved]:
    """In what was merged into it, this person's own rows."""
    return db.session.scalars(
        select(Involved)
        .join(Contribution, Contribution.id == Involved.contribution_id)
        .where(
            Contribution.merged_into_id == contribution.id,
            Involved.user_id == actor.user_id,
            Involved.role == Involvement.JOINER,
        )
    ).all()


def follow(actor: Actor, contribution: Contribution) -> None:
    """«پیگیری»: hear of every step."""
    require(actor, May.FOLLOW, contribution)
    involve(contribution, actor, Involvement.FOLLOWER)
    muted = db.session.get(Muted, (contribution.id, actor.user_id))
    if muted:
        db.session.delete(muted)


def unfollow(actor: Actor, contribution: Contribution) -> None:
    """Hear no more of it, whatever the reason one was told before."""
    require(actor, May.FOLLOW, contribution)
    release(contribution, actor, Involvement.FOLLOWER)
    db.session.execute(
        upsert(Muted).values(contribution_id=contribution.id, user_id=actor.user_id).on_conflict_do_nothing()
    )


def attach(actor: Actor, contribution: Contribution, picture: Picture, *, alt: str = "") -> Attachment:
    """Put one cleaned picture beside the text; an earlier one goes."""
    require(actor, May.EDIT, contribution)
    for old in db.session.scalars(select(Attachment).where(Attachment.contribution_id == contribution.id)):
        db.session.delete(old)
    db.session.flush()
    attachment = Attachment(
        contribution_id=contribution.id, name=picture.name, small_name=picture.small_name, width=picture.width,
        height=picture.height, sha256=picture.sha256, alt=clean_line(alt), added_at=clock.now(),
    )  # fmt: skip
    db.session.add(attachment)
    return attachment


def hide_picture(actor: Actor, contribution: Contribution) -> None:
    """Take the photo out of sight and leave the text; it is kept for an appeal and never served."""
    require(actor, May.MODERATE, contribution)
    db.session.execute(
        update(Attachment)
        .where(Attachment.contribution_id == contribution.id, Attachment.hidden_at.is_(None))
        .values(hidden_at=clock.now())
    )
    contribution.updated_at = clock.now()


def show_picture(actor: Actor, contribution: Contribution) -> None:
    """A hidden photo is seen again, after an appeal."""
    require(actor, May.MODERATE, contribution)
    db.session.execute(
        update(Attachment).where(Attachment.contribution_id == contribution.id).values(hidden_at=None)
    )
    contribution.updated_at = clock.now()


def mask(actor: Actor, contribution: Contribution, *, passages: Sequence[Passage], reference: str) -> None:
    """Cover passages in the text and in its earlier versions. What was written is kept for the author and an appeal."""
    require(actor, May.MODERATE, contribution)
    check_passages(passages, contribution.title, contribution.text, contribution.place_text)
    patterns = [passage_pattern(words) for _kind, words in passages]
    earlier = db.session.scalars(select(Version).where(Version.contribution_id == contribution.id))
    touched: list[Contribution | Version] = [
        contribution,
        *[old for old in earlier if any(p.search(f"{old.title}\n{old.text}") for p in patterns)],
    ]
    for thing in touched:
        number = contribution.version if thing is contribution else thing.number  # type: ignore[union-attr]
        first = next(iter(queries.masks_of(contribution.id, number)), None)
        kept = (
            (first.title, first.text, first.place_text, first.alt) if first else _written(contribution, thing)
        )
        db.session.add(
            Mask(
                contribution_id=contribution.id, version=number, reference=reference, passages=[list(p) for p in passages],
                title=kept[0], text=kept[1], place_text=kept[2], alt=kept[3], at=clock.now(),
            )
        )  # fmt: skip
        db.session.flush()
        _cover(contribution, thing, number, kept)
    _tell_masked(actor, contribution, StepKind.MASKED)


def unmask(actor: Actor, contribution: Contribution, *, reference: str) -> None:
    """Uncover what one decision covered, after an appeal; what other decisions covered stays so."""
    require(actor, May.MODERATE, contribution)
    versions = {
        v.number: v
        for v in db.session.scalars(select(Version).where(Version.contribution_id == contribution.id))
    }
    for row in queries.masks_of(contribution.id):
        if row.reference != reference:
            continue
        row.lifted_at = clock.now()
        db.session.flush()
        thing = contribution if row.version == contribution.version else versions.get(row.version)
        if thing is not None:
            _cover(contribution, thing, row.version, (row.title, row.text, row.place_text, row.alt))
    _tell_masked(actor, contribution, None)


def _written(contribution: Contribution, thing: Contribution | Version) -> tuple[str, str, str, str]:
    if isinstance(thing, Version):
        return thing.title, thing.text, "", ""
    alt = db.session.scalar(
        select(Attachment.alt).where(Attachment.contribution_id == contribution.id, Attachment.alt != "")
    )
    return thing.title, thing.text, thing.place_text, alt or ""


def _cover(
    contribution: Contribution, thing: Contribution | Version, number: int, kept: tuple[str, str, str, str]
) -> None:
    """Write the text anew from what its author wrote, less everything that is covered now."""
    covered = [
        (kind, words) for row in queries.masks_of(contribution.id, number) for kind, words in row.passages
    ]
    language = contribution.language
    title, text, place_text, alt = (cover(part, covered, language) for part in kept)
    thing.title, thing.text = title[:300], text
    thing.html = with_bars(from_plain(text), language)
    if isinstance(thing, Contribution):
        thing.summary = shorten(text, 160)
        thing.place_text = place_text[:200]
        db.session.execute(
            update(Attachment)
            .where(Attachment.contribution_id == thing.id, Attachment.alt != "")
            .values(alt=alt[:200])
        )


def _tell_masked(actor: Actor, contribution: Contribution, step: StepKind | None) -> None:
    contribution.updated_at = clock.now()
    if step:
        add_step(actor, contribution, step)
    if contribution.status in LISTED:
        publish(ContributionMasked(contribution.id, contribution.kind))


def _not_uncovered(contribution: Contribution, title: str, text: str) -> bool:
    """What a moderator covered is not written anew; the way is an appeal. True when something is covered."""
    masks = queries.masks_of(contribution.id)
    for row in masks:
        for _kind, words in row.passages:
            if passage_pattern(words).search(f"{title}\n{text}"):
                raise RuleBroken(
                    N_("«%(part)s» را بررس پوشانده است و دوباره نوشته نمی‌شود. اگر نمی‌پذیرید، اعتراض کنید."),
                    part=words, field="text",
                )  # fmt: skip
    return bool(masks)


def subject_of(contribution: Contribution) -> str:
    """How the audit record names it: proposal:842."""
    return f"{contribution.kind}:{contribution.id}"


def _write(contribution: Contribution, title: str, text: str) -> None:
    contribution.title = clean_line(title)
    contribution.text = clean_text(text)
    contribution.html = from_plain(contribution.text)
    contribution.summary = shorten(contribution.text, 160)


def _enter(actor: Actor, contribution: Contribution, verb: str) -> None:
    """Into review, or into the public where the space reviews afterwards. Both are looked at by a moderator."""
    space = db.session.get_one(Space, contribution.space_id)
    if is_public_first(space.moderation, space.trusted_kinds, contribution.capacity):
        _show(actor, contribution, {"submit": "publish", "endorse": "endorse_and_publish"}[verb])
        publish(ContributionSubmitted(contribution.id, contribution.kind, edited=True))
    else:
        move(contribution, verb, MOVES)
        publish(ContributionSubmitted(contribution.id, contribution.kind))


def _show(actor: Actor, contribution: Contribution, verb: str) -> None:
    first = contribution.published_at is None
    moment = clock.now()
    contribution.published_at = contribution.published_at or moment
    move(contribution, verb, MOVES)
    contribution.updated_at = moment
    if contribution.subject_id:
        _count_comment(contribution.subject_id, 1)
    if first:
        add_step(actor, contribution, StepKind.PUBLISHED)
    refresh_stage(contribution)
    publish(ContributionPublished(contribution.id, contribution.kind, first=first))


def _leave_public(contribution: Contribution) -> None:
    if contribution.status is Status.PUBLIC and contribution.subject_id:
        _count_comment(contribution.subject_id, -1)


def _count_comment(subject_id: int, delta: int) -> None:
    db.session.execute(
        update(Contribution)
        .where(Contribution.id == subject_id)
        .values(comment_count=Contribution.comment_count + delta)
    )


def _count(contribution_id: int, role: Involvement, delta: int) -> None:
    column = {Involvement.JOINER: "join_count", Involvement.FOLLOWER: "follow_count"}.get(role)
    if column:
        db.session.execute(
            update(Contribution)
            .where(Contribution.id == contribution_id)
            .values({column: getattr(Contribution, column) + delta})
        )
