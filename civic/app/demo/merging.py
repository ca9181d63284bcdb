"""Two people ask for the same, one edits, a moderator merges, groups co-sign: so that no such page is empty."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from civic.app.demo.words import PROBLEMS, PROPOSALS
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Status
from civic.core.db import db
from civic.cosigning import queries as cosigners
from civic.cosigning import service as cosigning
from civic.merging import queries, service
from civic.problems import service as problems
from civic.proposals import service as proposals

if TYPE_CHECKING:
    from civic.app.demo.story import Teller

STREET, DISTRICT, TEMPLATE = "راهنمایی", "1", 6


def tell(teller: "Teller") -> None:
    """A proposal with a history, a twin merged into it and co-signers, and a problem with a twin."""
    _proposals(teller)
    _problems(teller)


def _cosign(teller: "Teller", proposal_id: int) -> None:
    """The author invites a group, which accepts; another offers itself and waits; a person is asked."""
    author = teller.actor(db.session.get_one(Contribution, proposal_id).author_id or 0)
    db.session.rollback()
    forum, ngo = teller.actor("forum@demo.example"), teller.actor("ngo@demo.example")
    with teller.ago(3):
        row = cosigning.invite_group(
            author, contributions.by_id(proposal_id), group_id=forum.memberships[0].group_id
        ).id
    with teller.ago(2.8):
        cosigning.accept(
            forum, cosigners.cosigner_for_change(proposal_id, row), contributions.by_id(proposal_id)
        )
    with teller.ago(1.5):
        cosigning.offer(ngo, contributions.by_id(proposal_id), group_id=ngo.memberships[0].group_id)
    with teller.ago(1.2):
        cosigning.invite_person(author, contributions.by_id(proposal_id), login="citizen@demo.example")


def _proposals(teller: "Teller") -> None:
    _category, title, _text = PROPOSALS[TEMPLATE]
    into = _newest(ContributionKind.PROPOSAL, title.format(s=STREET))
    if into is None:
        return
    with teller.ago(4.6):
        mine = contributions.by_id(into)
        author = teller.actor(mine.author_id or 0)
        words = mine.text + "\n\nاهل محل می‌گویند نخست از سر کوچهٔ مدرسه آغاز شود، چون بچه‌ها از آنجا می‌گذرند."
        proposals.edit(author, mine, title=mine.title, text=words)
    with teller.ago(3.2):
        mine = contributions.by_id(into)
        words = mine.text.replace("سر کوچهٔ مدرسه", "روبه‌روی مدرسه و درمانگاه")
        proposals.edit(author, mine, title=mine.title, text=words)
    _cosign(teller, into)
    twin = teller.propose(TEMPLATE, f"{STREET}، نزدیک میدان", DISTRICT, 4)
    teller.vote(twin, 3.6, 2.4, 14, 2)
    teller.discuss(twin, 3.4, 2)
    _merge(teller, twin, into, 2, "هر دو برای همان خیابان همان کار را می‌خواهند؛ نخستین پیشنهاد پیشتر است.")


def _problems(teller: "Teller") -> None:
    category, title, text = PROBLEMS[0]
    into = _newest(ContributionKind.PROBLEM, title.split("{")[0].strip(), starts=True)
    if into is None:
        return
    who = teller.somebody()
    with teller.ago(6):
        first = contributions.by_id(into)
        made = problems.begin(
            who, text=text + " عصرها بدتر است.", title=f"{first.title}، عصرها", category_id=teller.ids[f"category:{category}"]
        )  # fmt: skip
        made.district_id, made.place_text = first.district_id, first.place_text
        problems.send(who, made)
        number = made.id
    teller.publish(number, 5.8)
    with teller.ago(5):
        for person in teller.luck.sample(teller.people, 12):
            problems.join(teller.actor(person), contributions.by_id(number), joined=True)
    _merge(teller, number, into, 3, "همان مسئله در همان جاست؛ ساعت آن فرقی نمی‌کند.")


def _merge(teller: "Teller", one_id: int, into_id: int, days: float, reason: str) -> None:
    actor = teller.actor("moderator@demo.example")
    with teller.ago(days):
        one, into = queries.pair_for_change(actor, one_id, into_id)
        service.merge(actor, one, into, reason=reason)


def _newest(kind: ContributionKind, title: str, *, starts: bool = False) -> int | None:
    same = Contribution.title.startswith(title, autoescape=True) if starts else Contribution.title == title
    query = select(Contribution.id).where(
        Contribution.kind == kind, Contribution.status == Status.PUBLIC, same
    )
    found = db.session.scalar(query.order_by(Contribution.id.desc()).limit(1))
    db.session.rollback()
    return found
