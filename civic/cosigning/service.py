"""Asking, answering, taking back, leaving. A name stands under a proposal only after its owner said yes."""

from sqlalchemy import select, update

from civic.accounts import queries as accounts
from civic.accounts.rules import read_login
from civic.audit.service import record
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import Involvement, StepKind
from civic.contributions.service import subject_of
from civic.core import clock
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.errors import NotAllowed, NotFound, RuleBroken
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_
from civic.cosigning import queries, rules
from civic.cosigning.events import CosignAsked, CosignDeclined, Cosigned, CosignerLeft, CosignOffered
from civic.cosigning.models import Cosigner
from civic.cosigning.policy import May
from civic.cosigning.rules import MOVES, CosignerStatus
from civic.groups.queries import actor_of
from civic.proposals.models import Proposal


def invite_group(actor: Actor, proposal: Contribution, *, group_id: int) -> Cosigner:
    """The author asks a group; its managers hear of it."""
    require(actor, May.INVITE, proposal)
    if group_id == proposal.group_id:
        raise RuleBroken(N_("این پیشنهاد به نام همین گروه است."), field="group_id")
    group = queries.active_group(group_id)
    row = queries.of_party(proposal.id, group_id=group.id)
    return _ask(actor, proposal, row, "invite", group_id=group.id)


def invite_person(actor: Actor, proposal: Contribution, *, login: str) -> Cosigner:
    """The author asks somebody by number or address. The answer is the same whether or not an account has it."""
    require(actor, May.INVITE, proposal)
    kind, known = read_login(login)
    user = accounts.by_login(kind, known)
    person = user.id if user is not None and user.status == "active" else None
    if person == actor.user_id:
        raise RuleBroken(N_("نویسندهٔ پیشنهاد هم‌امضای خودش نمی‌شود."), field="login")
    if person == proposal.author_id:
        person = None  # a manager who asks here is not told whose number it is
    label = rules.masked(known)
    # by the label first: what is refused must not tell numbers with an account from those without
    row = queries.of_label(proposal.id, label)
    if row is None and person is not None:
        row = queries.of_party(proposal.id, user_id=person)
        if row is not None and row.status in rules.HELD and row.label != label:
            # asked by another number or address, or signed already: that both are one person's is not told
            row = person = None
    if row is not None and row.status is CosignerStatus.DECLINED:
        return row  # they said no; the author is not told more than that the invitation stands unanswered
    return _ask(actor, proposal, row, "invite", user_id=person, label=label)


def offer(actor: Actor, proposal: Contribution, *, group_id: int) -> Cosigner:
    """A manager offers the group's name; the author says yes or no."""
    require(actor, May.OFFER, proposal)
    if not actor.manages(group_id):
        raise NotAllowed(N_("تنها مدیر یک گروه می‌تواند آن را هم‌امضا کند."))
    if group_id == proposal.group_id:
        raise RuleBroken(N_("این پیشنهاد به نام همین گروه است."), field="group_id")
    rules.check_offers(queries.offers(proposal.id))
    row = queries.of_party(proposal.id, group_id=group_id)
    return _ask(actor, proposal, row, "offer", group_id=group_id)


def _ask(
    actor: Actor, proposal: Contribution, row: Cosigner | None, verb: str, *, group_id: int | None = None,
    user_id: int | None = None, label: str = "",
) -> Cosigner:  # fmt: skip
    rules.check_time(voting_open=queries.is_open(proposal))
    rules.check_room(queries.live(proposal.id))
    if row is None:
        status = CosignerStatus.INVITED if verb == "invite" else CosignerStatus.OFFERED
        row = Cosigner(
            proposal_id=proposal.id, group_id=group_id, user_id=user_id, label=label, status=status,
            asked_by_id=actor.signed_in(), asked_at=clock.now(), round=1,
        )  # fmt: skip
        db.session.add(row)
    elif row.status in {CosignerStatus.REMOVED, CosignerStatus.LEFT}:
        move(row, verb, MOVES)
        row.asked_by_id, row.asked_at, row.round = actor.signed_in(), clock.now(), row.round + 1
        row.byline, row.signed_by_id, row.answered_at, row.label = "", None, None, label
    else:
        raise RuleBroken(_already(row.status), field="group_id" if group_id else "login")
    db.session.flush()
    record(actor, f"cosigner.{verb}", subject_of(proposal), cosigner=row.id)
    publish((CosignAsked if verb == "invite" else CosignOffered)(row.id, row.round))
    return row


def _already(status: CosignerStatus) -> str:
    return {
        CosignerStatus.INVITED: N_("این دعوت پیش‌تر فرستاده شده و منتظر پاسخ است."),
        CosignerStatus.OFFERED: N_("این گروه خودش پیشنهاد هم‌امضایی داده است؛ به همان پاسخ دهید."),
        CosignerStatus.SIGNED: N_("این نام هم‌اکنون زیر پیشنهاد هست."),
        CosignerStatus.DECLINED: N_("پاسخ پیش‌تر «نه» بوده است و دوباره پرسیده نمی‌شود."),
    }[status]


def accept(actor: Actor, cosigner: Cosigner, proposal: Contribution) -> None:
    """Yes: the name stands under the proposal, and whoever gave it hears of every step."""
    require(actor, May.ANSWER, (cosigner, proposal))
    rules.check_time(voting_open=queries.is_open(proposal))
    if cosigner.status is CosignerStatus.OFFERED:
        rules.check_room(queries.live(proposal.id))
    signer = actor if cosigner.status is CosignerStatus.INVITED else _offerer(cosigner)
    move(cosigner, "accept", MOVES)
    if cosigner.group_id is not None:
        membership = signer.membership(cosigner.group_id)
        if membership is None or not membership.is_manager:
            raise NotAllowed(N_("تنها مدیر یک گروه می‌تواند آن را هم‌امضا کند."))
        cosigner.byline, cosigner.capacity = membership.group_name, membership.kind
    else:
        cosigner.byline, cosigner.capacity = signer.display_name, signer.own_kind
    cosigner.signed_by_id, cosigner.answered_at, cosigner.label = signer.signed_in(), clock.now(), ""
    db.session.flush()
    contributions.involve(proposal, signer, Involvement.COSIGNER)
    contributions.add_step(
        actor, proposal, StepKind.COSIGNED, detail="group" if cosigner.group_id else "person", note=cosigner.byline,
        data={"cosigner": cosigner.id},
    )  # fmt: skip
    _write_line(proposal)
    record(actor, "cosigner.accept", subject_of(proposal), cosigner=cosigner.id)
    publish(Cosigned(cosigner.id, cosigner.round))


def _offerer(cosigner: Cosigner) -> Actor:
    try:
        return actor_of(cosigner.asked_by_id)
    except NotFound:
        raise RuleBroken(N_("کسی که این پیشنهاد را داده بود دیگر مدیر گروه نیست.")) from None


def decline(actor: Actor, cosigner: Cosigner, proposal: Contribution) -> None:
    """No. It is not asked again."""
    require(actor, May.ANSWER, (cosigner, proposal))
    move(cosigner, "decline", MOVES)
    cosigner.answered_at = clock.now()
    record(actor, "cosigner.decline", subject_of(proposal), cosigner=cosigner.id)
    publish(CosignDeclined(cosigner.id, cosigner.round))


def remove(actor: Actor, cosigner: Cosigner, proposal: Contribution) -> None:
    """Whoever asked takes it back, as long as there is no answer."""
    require(actor, May.REMOVE, (cosigner, proposal))
    move(cosigner, "remove", MOVES)
    record(actor, "cosigner.remove", subject_of(proposal), cosigner=cosigner.id)


def leave(actor: Actor, cosigner: Cosigner, proposal: Contribution) -> None:
    """The co-signer takes the name away while people are still asked; the path says so."""
    require(actor, May.LEAVE, (cosigner, proposal))
    rules.check_time(voting_open=queries.is_open(proposal))
    move(cosigner, "leave", MOVES)
    cosigner.answered_at = clock.now()
    db.session.flush()
    others = select(Cosigner.id).where(
        Cosigner.proposal_id == proposal.id, Cosigner.signed_by_id == cosigner.signed_by_id,
        Cosigner.status == CosignerStatus.SIGNED,
    )  # fmt: skip
    if db.session.scalar(others.limit(1)) is None:
        contributions.release(proposal, Actor(user_id=cosigner.signed_by_id), Involvement.COSIGNER)
    contributions.add_step(
        actor,
        proposal,
        StepKind.COSIGNED,
        detail="left",
        note=cosigner.byline,
        data={"cosigner": cosigner.id},
    )
    _write_line(proposal)
    record(actor, "cosigner.leave", subject_of(proposal), cosigner=cosigner.id)
    publish(CosignerLeft(cosigner.id, cosigner.round))


def _write_line(proposal: Contribution) -> None:
    """The names as lists show them, beside the proposal itself."""
    db.session.flush()
    names = "، ".join(row.byline for row in queries.signed(proposal.id))
    db.session.execute(update(Proposal).where(Proposal.id == proposal.id).values(cosigned_by=names))
