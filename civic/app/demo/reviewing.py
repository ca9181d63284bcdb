"""Moderation in the demo's story: a word list, covered passages, appeals won and waiting, a closed pen."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from civic.accounts.models import User
from civic.comments import service as comments
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.core.actor import Actor
from civic.core.db import db
from civic.moderation import queries, service
from civic.moderation.models import Decision
from civic.moderation.rules import Verdict

if TYPE_CHECKING:
    from civic.app.demo.story import Teller

FIRST, SECOND = "moderator@demo.example", "moderator2@demo.example"
WORDS = ("بی‌شرف", "لاستیک ارزان", "وام فوری")
OVERTURNED = "این اداره سه سال است وعده می‌دهد و کاری نمی‌کند؛ چنین مدیریتی بی‌کفایت است و باید پاسخ بدهد."
WAITING = "همان کسی که این طرح را نوشته خودش مغازه دارد و دنبال سود خودش است."
COVERED = "همسایهٔ ما آقای کاظم نمونه‌ای هر شب خودرو را روی پیاده‌رو می‌گذارد. شماره‌اش ۰۹۱۵۰۰۰۱۲۳۴ است، خودتان زنگ بزنید."
ADVERT = "لاستیک ارزان با ارسال رایگان، همین حالا تماس بگیرید: ۰۹۱۵۰۰۰۵۶۷۸ یا www.example.com/arzan"
RUDE = "هر که با این پیشنهاد موافق است نادان است، بی‌شرف‌ها."


def tell(teller: "Teller") -> None:
    """What a month of moderation leaves behind, through the real verbs."""
    with teller.ago(20):
        for word in WORDS:
            service.add_word(teller.actor("operator@demo.example"), word)
    subject = db.session.scalars(
        select(Contribution.id)
        .where(Contribution.kind == "proposal", Contribution.status == "public")
        .order_by(Contribution.id)
        .limit(1)
    ).one()
    db.session.rollback()
    _overturned(teller, subject)
    _waiting(teller, subject)
    _covered(teller, subject)
    _shut(teller, subject)
    _say(teller, subject, ADVERT, 0.2)


def _say(teller: "Teller", subject: int, text: str, days: float, who: Actor | None = None) -> int:
    with teller.ago(days):
        about = contributions.by_id(subject)
        return comments.write(who or teller.somebody(), about, text=text, side="against").id


def _decide(
    teller: "Teller", contribution_id: int, days: float, verdict: Verdict, clause: int | None, note: str = "",
    passages: tuple[tuple[str, str], ...] = (),
) -> int:  # fmt: skip
    with teller.ago(days):
        item = queries.open_item_of(contribution_id)
        assert item is not None  # noqa: S101 - the story's own word
        return service.decide(
            teller.actor(FIRST),
            queries.for_change(item.id),
            verdict=verdict,
            clause=clause,
            note=note,
            passages=passages,
        ).id


def _appeal(teller: "Teller", who: Actor, decision_id: int, text: str, days: float) -> int:
    with teller.ago(days):
        decision = queries.own_for_change(who, decision_id)
        return service.appeal(who, decision, text=text).id


def _overturned(teller: "Teller", subject: int) -> None:
    author = teller.somebody()
    said = _say(teller, subject, OVERTURNED, 9, author)
    _decide(teller, said, 8.9, Verdict.PUBLISH, None)
    with teller.ago(8.5):
        for _ in range(2):
            service.flag(teller.somebody(), contributions.by_id(said), clause=2)
    decision = _decide(teller, said, 8, Verdict.HIDE, 2, "«بی‌کفایت» توهین به شخص است.")
    appeal = _appeal(teller, author, decision, "این انتقاد از کار اداره است و نام کسی در آن نیست.", 7.5)
    with teller.ago(6):
        service.judge(
            teller.actor(SECOND), queries.appeal_for_change(appeal), overturn=True,
            answer="انتقاد تند از کار یک اداره مجاز است؛ شخصی نام برده نشده.",
        )  # fmt: skip


def _waiting(teller: "Teller", subject: int) -> None:
    author = teller.actor("citizen@demo.example")
    said = _say(teller, subject, WAITING, 3, author)
    decision = _decide(teller, said, 2.5, Verdict.HIDE, 2, "به نویسندهٔ پیشنهاد نسبت ناروا داده شده است.")
    _appeal(teller, author, decision, "منظورم تضاد منافع بود، نه توهین. پرسیدن از تضاد منافع حق همه است.", 1)


def _covered(teller: "Teller", subject: int) -> None:
    said = _say(teller, subject, COVERED, 5)
    passages = (("name", "کاظم نمونه‌ای"), ("phone", "۰۹۱۵۰۰۰۱۲۳۴"))
    _decide(teller, said, 4.8, Verdict.MASK, 4, "نام و شماره پوشانده شد؛ بقیهٔ نظر شما منتشر است.", passages)


def _shut(teller: "Teller", subject: int) -> None:
    rude = teller.people.pop()
    said = _say(teller, subject, RUDE, 2, teller.actor(rude))
    made = _decide(teller, said, 1.8, Verdict.HIDE, 2)
    with teller.ago(1.7):
        about = db.session.get_one(Decision, made).contribution_id
        service.block(
            teller.actor(FIRST), db.session.get_one(User, rude), clause=2, days=7, contribution_id=about,
            reason="پی‌درپی به شرکت‌کنندگان ناسزا گفته است.",
        )  # fmt: skip
