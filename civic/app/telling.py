"""What notifications ask of other packages, answered here, where everything is known."""

from sqlalchemy import Integer, Select, exists, func, literal, select, union

from civic.accounts import queries as accounts
from civic.accounts import service
from civic.accounts.models import RoleGrant, User
from civic.app import telling_council
from civic.cases import queries as cases
from civic.cases.models import Answer, AuthorQuestion, Case
from civic.cases.rules import MOST_RETURNS, OPEN
from civic.consultations.models import Consultation
from civic.contributions.models import Contribution, Link, Muted
from civic.contributions.queries import family
from civic.contributions.rules import ContributionKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor, Role
from civic.core.db import db
from civic.cosigning.models import Cosigner
from civic.departments.models import Department
from civic.groups.models import Group
from civic.groups.queries import actor_of, managers_of
from civic.moderation import queries as moderation
from civic.moderation.models import Appeal, Block, Decision, Flag
from civic.moderation.rules import CLAUSES
from civic.notifications.sources import (
    Cosigning,
    Decided,
    Desk,
    Disputed,
    Planned,
    Shut,
    Sources,
    plug,
)
from civic.outcomes.models import Promise, PromiseVerdict
from civic.proposals.models import Proposal
from civic.votes.models import Participation, Question


def voters(contribution_id: int) -> Select[int]:
    """Everyone who took part in the vote on it or on what is merged into it, whatever the choice; less who muted that."""
    muted = exists().where(
        Muted.contribution_id == Question.contribution_id, Muted.user_id == Participation.user_id
    )
    return (
        select(Participation.user_id)
        .join(Question, Question.id == Participation.question_id)
        .where(Question.contribution_id.in_(family(contribution_id)), ~muted)
    )


def operators() -> Select[int]:
    return select(RoleGrant.user_id).where(RoleGrant.role == Role.OPERATOR)


def decision(decision_id: int) -> Decided:
    """A moderator's decision; its reporters are those whose report it closed."""
    row = db.session.get_one(Decision, decision_id)
    return Decided(
        contribution_id=row.contribution_id,
        verdict=row.verdict,
        clause=row.clause,
        words=CLAUSES.get(row.clause or 0, ""),
        note=row.note,
        reporters=select(Flag.user_id).where(Flag.decision_id == row.id),
    )


def appeal(appeal_id: int) -> Disputed:
    """An appeal: its author and whoever made it are told; those judge who took no part."""
    row = db.session.get_one(Appeal, appeal_id)
    decision = db.session.get(Decision, row.decision_id) if row.decision_id else None
    both = union(
        select(literal(row.by_id, Integer)), select(literal(row.author_id or row.by_id, Integer))
    ).subquery()
    return Disputed(
        contribution_id=decision.contribution_id if decision else None,
        decision_id=row.decision_id,
        people=select(both.c[0]),
        judges=moderation.moderators(
            (row.first_id, row.second_id, row.author_id, *moderation.conflicted(row.decision_id))
        ),
        reporters=moderation.reporters(row.decision_id or 0),
        outcome=row.status,
        answer=row.answer,
        words=CLAUSES.get(row.clause, ""),
    )


def block(block_id: int) -> Shut:
    """Somebody whose writing is shut, with the reason."""
    row = db.session.get_one(Block, block_id)
    until = clock.local(row.until).date() if row.until else None
    return Shut(user_id=row.user_id, words=CLAUSES[row.clause], reason=row.reason, until=until)


def consultation(consultation_id: int) -> Planned:
    row = db.session.execute(
        select(Contribution.title, Consultation.group_id, Consultation.return_reason)
        .join(Consultation, Consultation.id == Contribution.id)
        .where(Consultation.id == consultation_id)
    ).one()
    return Planned(*row)


def group_name(group_id: int) -> str:
    return db.session.get_one(Group, group_id).name


def problems_answered(contribution_id: int) -> list[int]:
    """Problems that a proposal answers."""
    linked = select(Link.to_id).where(Link.from_id == contribution_id, Link.relation == "answers")
    named = select(Proposal.problem_id).where(
        Proposal.id == contribution_id, Proposal.problem_id.is_not(None)
    )
    return list(
        db.session.scalars(
            select(Contribution.id)
            .where(Contribution.kind == ContributionKind.PROBLEM, Contribution.id.in_(linked.union(named)))
            .order_by(Contribution.id)  # told in parts, so in one order
        )
    )


def cosigning(cosigner_id: int) -> Cosigning:
    """One co-signature: those who are asked, who asked, and the author of the proposal."""
    row = db.session.get_one(Cosigner, cosigner_id)
    author = select(Contribution.author_id).where(
        Contribution.id == row.proposal_id, Contribution.author_id.is_not(None)
    )
    offered = db.session.get(Group, row.group_id) if row.group_id and row.status == "offered" else None
    return Cosigning(
        contribution_id=row.proposal_id,
        name=row.byline or (offered.name if offered else ""),
        asked=managers_of(row.group_id)
        if row.group_id
        else select(User.id).where(User.id == (row.user_id or 0)),
        asker=select(User.id).where(User.id == row.asked_by_id),
        author=author,  # type: ignore[arg-type]
    )


def desk(case_id: int) -> Desk:
    """Officers and heads of the department that has the case, its heads alone, and the triage desk."""
    case = db.session.get_one(Case, case_id)

    def people(*roles: Role) -> Select[int]:
        return select(RoleGrant.user_id).where(
            RoleGrant.scope_kind == "department",
            RoleGrant.scope_id == (case.department_id or 0),
            RoleGrant.role.in_(roles),
        )

    return Desk(
        contribution_id=case.contribution_id,
        department_id=case.department_id,
        staff=people(Role.OFFICER, Role.HEAD),
        heads=people(Role.HEAD),
        triage=operators() if case.return_count >= MOST_RETURNS else _triage(),
        officer=select(literal(_at_work(case.officer_id), Integer)) if case.officer_id else None,
        above=_above(case.department_id),
    )


def _triage() -> Select[int]:
    return select(RoleGrant.user_id).where(RoleGrant.role.in_((Role.TRIAGE, Role.OPERATOR)))


def _at_work(user_id: int) -> int:
    """The officer, or who stands in today."""
    return cases.who_works_for(user_id, clock.today())


def staff(department_id: int) -> Select[int]:
    """Officers and heads of a department."""
    return select(RoleGrant.user_id).where(
        RoleGrant.scope_kind == "department",
        RoleGrant.scope_id == department_id,
        RoleGrant.role.in_((Role.OFFICER, Role.HEAD)),
    )


def _above(department_id: int | None) -> Select[int]:
    """The heads of the department above; of one that stands alone its own heads, so that somebody hears it."""
    parent = select(func.coalesce(Department.parent_id, Department.id)).where(
        Department.id == (department_id or 0)
    )
    return select(RoleGrant.user_id).where(
        RoleGrant.scope_kind == "department",
        RoleGrant.scope_id.in_(parent),
        RoleGrant.role == Role.HEAD,
    )


def desk_of(contribution_id: int) -> tuple[int, Desk] | None:
    """The case of a contribution with its desk."""
    case = cases.of_contribution(contribution_id)
    return (case.id, desk(case.id)) if case else None


def desk_of_duty(duty_id: int) -> tuple[int, Desk] | None:
    """The case that a duty belongs to, while it is still owed, with its desk."""
    case = db.session.scalars(select(Case).where(Case.duty_id == duty_id, Case.status.in_(OPEN))).first()
    return (case.id, desk(case.id)) if case else None


def council() -> Select[int]:
    return select(RoleGrant.user_id).where(RoleGrant.role == Role.COUNCIL)


def asked(question_id: int) -> str:
    """What a department asks the author."""
    return db.session.get_one(AuthorQuestion, question_id).text


def writer(answer_id: int) -> int:
    return db.session.get_one(Answer, answer_id).written_by_id


def heard(promise_id: int) -> Select[int]:
    """Who has spoken about the newest report of a promise."""
    return (
        select(PromiseVerdict.user_id)
        .join(Promise, Promise.id == PromiseVerdict.promise_id)
        .where(Promise.id == promise_id, PromiseVerdict.round == Promise.round)
    )


def count_unread(_actor: Actor, people: Select[int]) -> None:
    service.count_unread(SYSTEM, people)


def set_unread(actor: Actor, unread: int) -> None:
    service.set_unread(actor, accounts.own(actor), unread)


def allow_letters(user_id: int, wanted: bool) -> None:  # noqa: FBT001 - a yes or no of the person
    service.allow_letters(SYSTEM, accounts.user(user_id), wanted=wanted)


def setup() -> None:
    plug(
        Sources(
            voters=voters,
            managers=managers_of,
            operators=operators,
            decision=decision,
            appeal=appeal,
            block=block,
            moderators=moderation.moderators,
            consultation=consultation,
            group_name=group_name,
            problems_answered=problems_answered,
            cosigning=cosigning,
            desk=desk,
            desk_of=desk_of,
            desk_of_duty=desk_of_duty,
            council=council,
            asked=asked,
            staff=staff,
            writer=writer,
            item=telling_council.item,
            meeting=telling_council.meeting,
            resolution=telling_council.resolution,
            clause=telling_council.clause,
            heard=heard,
            actor_of=actor_of,
            count_unread=count_unread,
            set_unread=set_unread,
            allow_letters=allow_letters,
        )
    )
