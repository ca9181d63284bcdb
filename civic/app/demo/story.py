"""A few months of the invented city, told through the same verbs that people use, each at its own moment."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from civic.app.demo import bulk, delivery, departments, merging, reviewing
from civic.app.demo import council as council_scenes
from civic.app.demo.words import AGAINST, FOR, NEUTRAL, PROBLEMS, PROPOSALS
from civic.cases import queries as case_queries
from civic.cases import service as cases
from civic.cases.rules import AnswerKind, DeclineReason
from civic.comments import service as comments
from civic.consultations import queries as consultation_queries
from civic.consultations import service as consultations
from civic.consultations.jobs import turn_phases
from civic.consultations.models import Consultation
from civic.consultations.rules import Plan
from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.core import clock, jobs
from civic.core.actor import PUBLIC, Actor
from civic.core.db import db, transaction
from civic.council import service as council
from civic.groups.queries import actor_of
from civic.moderation import queries as moderation_queries
from civic.moderation import service as moderation
from civic.moderation.rules import Verdict as Decision
from civic.outcomes import queries as outcome_queries
from civic.outcomes import service as outcomes
from civic.outcomes.models import Promise
from civic.outcomes.rules import Verdict
from civic.problems import service as problems
from civic.proposals import service as proposals
from civic.votes import service as votes
from civic.votes.jobs import close_due
from civic.votes.models import Question

PEOPLE = 90


@dataclass(frozen=True)
class Tale:
    """A proposal that went the whole way: where, when, what was answered, what came of the promise."""

    template: int
    street: str
    district: str
    born: int
    answer: AnswerKind | None
    after: int = 18
    due: int = 0
    outcome: str = ""
    voters: int = 34


TALES = [
    Tale(0, "امامت", "samen", 150, AnswerKind.ACCEPTED, 18, -60, "kept"),
    Tale(3, "توس", "samen", 140, AnswerKind.PARTLY, 21, -30, "kept"),
    Tale(10, "وکیل‌آباد", "8", 125, AnswerKind.DECLINED, 20, voters=62),
    Tale(9, "وحدت", "samen", 112, AnswerKind.ACCEPTED, 24, -12, "broken"),
    Tale(11, "خواجه‌ربیع", "8", 104, AnswerKind.ACCEPTED, 16, -40, "asked", voters=60),
    Tale(14, "امامت ۲۰", "samen", 96, AnswerKind.ALREADY_DONE, 9),
    Tale(17, "پیروزی", "samen", 88, AnswerKind.ACCEPTED, 26, 30, "ahead"),
    Tale(18, "طلاب", "samen", 80, AnswerKind.PARTLY, 20, 0, "ahead"),
    Tale(15, "آزادی", "samen", 76, AnswerKind.NOT_OURS, 34),
    Tale(20, "رسالت", "samen", 70, AnswerKind.ACCEPTED, 15, -3, "reported"),
    Tale(1, "سجاد", "samen", 58, AnswerKind.ACCEPTED, 22, 20, "ahead"),
    Tale(2, "دانشگاه", "samen", 46, None, 0, 0, "waiting"),
    Tale(4, "کوهسنگی", "samen", 26, None),
    Tale(5, "هاشمیه", "samen", 9, None),
]
OPEN = [  # template, street, district, days ago, voters for, against
    (6, "راهنمایی", "1", 6, 21, 5), (7, "جنت", "samen", 4, 9, 3), (8, "سناباد", "1", 11, 30, 9), (12, "صیاد", "11", 3, 12, 2),
    (13, "رضاشهر", "9", 15, 26, 14), (16, "ابوطالب", "5", 8, 33, 4), (19, "احمدآباد", "1", 2, 7, 1), (21, "طلاب", "3", 20, 41, 11),
    (22, "حر", "9", 13, 38, 6), (23, "سعدی", "8", 5, 18, 16),
]  # fmt: skip
WHAT = {
    AnswerKind.ACCEPTED: (
        "همان که خواسته‌اید انجام می‌شود؛ کار از هفتهٔ نخست ماه آینده آغاز می‌شود.",
        "نیاز محل روشن است و هزینه در بودجهٔ امسال جا دارد.",
    ),
    AnswerKind.PARTLY: (
        "بخش نخست خواستهٔ شما انجام می‌شود و بخش دوم به سال آینده می‌ماند.",
        "عرض پیاده‌رو در دو جا زیر دو متر است و سازهٔ بزرگ راه ویلچر را می‌بندد.",
    ),
    AnswerKind.DECLINED: (
        "این کار انجام نمی‌شود.",
        "زیر این زمین لولهٔ اصلی آب می‌گذرد و ساخت‌وساز روی آن مجاز نیست.",
    ),
    AnswerKind.ALREADY_DONE: (
        "این کار هفتهٔ گذشته انجام شده است.",
        "جابه‌جایی در برنامهٔ نگهداری همین فصل بود.",
    ),
    AnswerKind.NOT_OURS: (
        "این کار در اختیار شهرداری نیست.",
        "شبکهٔ فاضلاب این خیابان را شرکت آب و فاضلاب نگه می‌دارد.",
    ),
}
DONE = [
    ("walking", "1", "بازطراحی خیابان جنت برای پیاده", "running"),
    ("children", "1", "خیابان جلوی سه دبستان محلهٔ سجاد، هنگام تعطیلی مدرسه بسته شود؟", "voting"),
    ("green", "3", "سایه، نیمکت و ساعت بارگیری در پیاده‌راه طلاب", "closed"),
]


def length() -> int:
    """Scenes, for the progress bar."""
    return len(TALES) + len(OPEN) + len(PROBLEMS) + len(DONE) + 7


def tell(ids: dict[str, int], seed: int, done: Callable[[int], None]) -> None:
    """Scene after scene; each is committed before the next begins."""
    teller = Teller(ids, seed)
    scenes: list[Callable[[], None]] = [
        *(partial(teller.problem, *words) for words in PROBLEMS),
        *(partial(teller.tale, tale) for tale in TALES),
        *(partial(teller.open, *row) for row in OPEN),
        *(partial(teller.consult, *row) for row in DONE),
        teller.queue,
        partial(merging.tell, teller),
        partial(reviewing.tell, teller),
        teller.close,
        partial(delivery.tell, teller),
        partial(departments.tell, teller),
        partial(council_scenes.tell, teller),
    ]
    for number, scene in enumerate(scenes, 1):
        scene()
        done(number)


class Teller:
    """Who acts, and when."""

    def __init__(self, ids: dict[str, int], seed: int) -> None:
        self.ids = ids
        self.luck = random.Random(seed)
        self.now = clock.now()
        self.today = clock.today()
        with transaction():
            made = bulk.Bulk(seed)
            self.people = made.people(PEOPLE, [i for k, i in ids.items() if k.startswith("district:")])
            made.settle()
        self.actors: dict[int, Actor] = {}

    def actor(self, who: str | int) -> Actor:
        """By login or id."""
        user_id = self.ids[f"user:{who}"] if isinstance(who, str) else who
        if user_id not in self.actors:
            self.actors[user_id] = actor_of(user_id)
        return self.actors[user_id]

    @contextmanager
    def ago(self, days: float, *, follow: bool = True) -> Iterator[None]:
        """Everything inside happens that many days ago, with what follows from it (unless something later does that)."""
        with clock.at(self.now - timedelta(days=days)):
            with transaction():
                yield
            if follow:
                jobs.run_all()

    def somebody(self) -> Actor:
        return self.actor(self.luck.choice(self.people))

    def publish(self, contribution_id: int, days: float) -> None:
        """A moderator lets it through."""
        with self.ago(days):
            item = moderation_queries.open_item_of(contribution_id)
            if item is not None:
                fresh = moderation_queries.for_change(item.id)
                moderation.decide(self.actor("moderator@demo.example"), fresh, verdict=Decision.PUBLISH)

    def propose(
        self,
        template: int,
        street: str,
        district: str,
        days: float,
        author: Actor | None = None,
        group_id: int | None = None,
    ) -> int:
        category, title, text = PROPOSALS[template]
        who = author or self.somebody()
        with self.ago(days):
            made = proposals.begin(
                who,
                text=text.format(s=street),
                title=title.format(s=street),
                category_id=self.ids[f"category:{category}"],
            )
            made.district_id, made.place_text = self.ids[f"district:{district}"], f"خیابان {street}"
            proposals.send(who, made, group_id=group_id)
            number = made.id
        self.publish(number, days - 0.3)
        return number

    def vote(self, contribution_id: int, days: float, until: float, pro: int, con: int) -> None:
        """People vote between two moments."""
        voters = self.luck.sample(self.people, min(pro + con, len(self.people)))
        for place, person in enumerate(voters):
            at = days - (days - until) * place / max(1, len(voters))
            with self.ago(at, follow=place % 10 == 0 or place == len(voters) - 1):
                question = db.session.scalars(
                    select(Question).where(Question.contribution_id == contribution_id)
                ).one()
                votes.cast(self.actor(person), question, "for" if place < pro else "against")

    def discuss(self, contribution_id: int, days: float, n: int = 5) -> None:
        """Some arguments on both sides, read by the moderator."""
        for _ in range(n):
            side = self.luck.choice(["for", "for", "against", "against", "neutral"])
            words = self.luck.choice({"for": FOR, "against": AGAINST, "neutral": NEUTRAL}[side])
            at = days * self.luck.uniform(0.3, 0.9)
            with self.ago(at):
                made = comments.write(self.somebody(), self._subject(contribution_id), text=words, side=side)
                number = made.id
            self.publish(number, at * 0.98)
            with self.ago(at * 0.9):
                for person in self.luck.sample(self.people, self.luck.randrange(0, 6)):
                    reader = self.actor(person)
                    comment = contributions.for_change(reader, number)
                    if comment.author_id != reader.user_id:
                        comments.mark(reader, comment, useful=True)

    def _subject(self, contribution_id: int) -> Contribution:
        return contributions.for_change(PUBLIC, contribution_id)

    def problem(self, category: str, title: str, text: str) -> None:
        street = self.luck.choice(["امامت", "سجاد", "توس", "راهنمایی", "احمدآباد"])
        days = self.luck.uniform(8, 70)
        who = self.somebody()
        with self.ago(days):
            made = problems.begin(
                who, text=text, title=title.format(s=street), category_id=self.ids[f"category:{category}"]
            )
            made.district_id, made.place_text = who.district_id, f"خیابان {street}"
            problems.send(who, made)
            number = made.id
        self.publish(number, days - 0.3)
        with self.ago(days * 0.5):
            for person in self.luck.sample(self.people, self.luck.randrange(8, 60)):
                problems.join(self.actor(person), self._subject(number), joined=True)
        self.discuss(number, days, 3)

    def open(self, template: int, street: str, district: str, days: int, pro: int, con: int) -> None:
        group = self.ids["group:women_forum"] if template in {8, 21} else None
        author = self.actor("forum@demo.example") if group else None
        number = self.propose(template, street, district, days, author, group)
        self.vote(number, days - 0.4, 0.1, pro, con)
        self.discuss(number, days, 6)

    def tale(self, tale: Tale) -> None:
        """From the first word to confirmed work, or to where it got stuck."""
        number = self.propose(tale.template, tale.street, tale.district, tale.born)
        self.vote(number, tale.born - 0.5, tale.born - 6, tale.voters, max(2, tale.voters // 9))
        self.discuss(number, tale.born, 4)
        if tale.answer is None and tale.outcome != "waiting":
            return
        case = case_queries.of_contribution(number)
        if case is None or case.department_id is None:
            db.session.rollback()
            return
        code = next(
            k.split(":")[1]
            for k, i in self.ids.items()
            if k.startswith("department:") and i == case.department_id
        )
        case_id = case.id
        db.session.rollback()
        officer = self.actor("officer@demo.example" if code == "bus" else f"officer.{code}@demo.example")
        head = self.actor("head@demo.example" if code == "bus" else f"head.{code}@demo.example")
        opened = tale.born - 6
        with self.ago(opened - 2):
            cases.take(officer, case_queries.for_change(officer, case_id))
        if tale.answer is None:
            return
        self._answer(tale, case_id, officer, head, opened)
        self._deliver(tale, number, officer)

    def _answer(self, tale: Tale, case_id: int, officer: Actor, head: Actor, opened: float) -> None:
        what, why = WHAT[tale.answer] if tale.answer else ("", "")
        promising = tale.answer in {AnswerKind.ACCEPTED, AnswerKind.PARTLY}
        due: date | None = self.today + timedelta(days=tale.due) if promising else None
        with self.ago(opened - tale.after + 1):
            case = case_queries.for_change(officer, case_id)
            cases.save_answer(
                officer, case, kind=tale.answer or AnswerKind.ACCEPTED, what=what, why=why,
                decline_reason=DeclineReason.TECHNICAL if tale.answer is AnswerKind.DECLINED else None,
                other_body="شرکت آب و فاضلاب مشهد" if tale.answer is AnswerKind.NOT_OURS else "",
                cost_rial=self.luck.randrange(2, 60) * 1_000_000_000 if promising else None,
                promise_text=PROPOSALS[tale.template][1].format(s=tale.street) if promising else "", promise_due=due,
            )  # fmt: skip
            cases.send_to_head(officer, case)
        with self.ago(opened - tale.after):
            cases.approve(head, case_queries.for_change(head, case_id))

    def _deliver(self, tale: Tale, number: int, officer: Actor) -> None:
        promise = db.session.scalars(select(Promise).where(Promise.contribution_id == number)).first()
        db.session.rollback()
        if promise is None:
            return
        if tale.outcome in {"kept", "reported"}:
            with self.ago(-tale.due + 2):
                row = db.session.get_one(Promise, promise.id, populate_existing=True)
                outcomes.report(
                    officer, row, percent=100, words="کار انجام شد و عکس‌ها در پرونده است.",
                    happened_on=self.today + timedelta(days=tale.due - 2), kept=delivery.kept(delivery.picture(number)),
                )  # fmt: skip
        if tale.outcome == "kept":
            with self.ago(max(0.5, -tale.due - 8)):
                for actor, said in [(self.actor(p), Verdict.DONE) for p in self.people[:40]]:
                    row = db.session.get_one(Promise, promise.id, populate_existing=True)
                    if outcome_queries.is_concerned(actor, number):
                        outcomes.judge(actor, row, verdict=said)
        if tale.outcome == "asked":
            with self.ago(4):
                row = db.session.get_one(Promise, promise.id, populate_existing=True)
                council.ask(
                    self.actor("council@demo.example"), title="روشنایی زیرگذر خواجه‌ربیع کی درست می‌شود؟",
                    text="موعد این قول گذشته و هنوز چراغی نیست. چه چیزی عقب افتاده و مردم از چه روزی می‌توانند شب از آن بگذرند؟",
                    department_id=row.department_id, about=self._subject(number), promise=row,
                )  # fmt: skip

    def consult(self, category: str, district: str, title: str, state: str) -> None:
        """An NGO's consultation: open, in its vote, or closed with a report and waiting for the answer."""
        manager, operator = self.actor("ngo@demo.example"), self.actor("operator@demo.example")
        born = {"running": 6, "voting": 22, "closed": 55}[state]
        last = {"running": (10, 26), "voting": (-6, 9), "closed": (-36, -18)}[state]
        with self.ago(born):
            made = consultations.begin(
                manager, group_id=self.ids["group:ngo"], template="options", options=""
            )
            number = made.id
            consultations.ask(
                manager, made, title=title, text="می‌خواهیم پیش از تصمیم بدانیم کدام راه برای خانواده‌ها، همسایه‌ها و کسبه شدنی‌تر است.",
                can_change="ساعت و روز اجرا\nجای دقیق\nدورهٔ آزمایشی", cannot_change="راه آمبولانس باز می‌ماند\nبودجه: تا ۲۲۰ میلیون تومان",
                option_lines="هر روز\nفقط شنبه و چهارشنبه\nانجام نشود", category_id=self.ids[f"category:{category}"],
                district_id=self.ids[f"district:{district}"],
            )  # fmt: skip
            day = self.today
            consultations.plan(
                manager, made, Plan(day + timedelta(days=last[0]), day + timedelta(days=last[1]))
            )
            consultations.name_department(manager, made, department_id=self.ids["department:traffic"])
            consultations.submit(manager, made)
        with self.ago(born - 1):
            consultations.approve(operator, self._consultation(number))
        self.discuss(number, born - 1.2, 4)
        if state == "running":
            return
        with clock.at(self.now + timedelta(days=last[0] + 1.2)):
            turn_phases()
            jobs.run_all()
        start = -last[0] - 1.5
        for place, person in enumerate(self.luck.sample(self.people, 60)):
            with self.ago(start - place * 0.05, follow=False):
                question = db.session.scalars(
                    select(Question).where(Question.contribution_id == number)
                ).one()
                option = self.luck.choices([o.key for o in question.options], [6, 4, 2])[0]
                votes.cast(self.actor(person), question, option)
        if state != "closed":
            return
        with clock.at(self.now + timedelta(days=last[1] + 1.2)):
            close_due()
            jobs.run_all()
            turn_phases()
            jobs.run_all()
        with self.ago(-last[1] - 4):
            consultations.publish_report(
                manager, self._consultation(number),
                text="بیشتر شرکت‌کنندگان اجرای هرروزه را پذیرفتند و دو نگرانی داشتند: راه بارگیری کسبه و جای پارک همسایه‌ها.",
            )  # fmt: skip

    def _consultation(self, number: int) -> Consultation:
        return consultation_queries.by_id(number)

    def queue(self) -> None:
        """What waits for the moderator, and a draft."""
        for template, street, district in ((0, "پیروزی", "7"), (11, "سجاد", "1")):
            with self.ago(0.3):
                category, title, text = PROPOSALS[template]
                who = self.somebody()
                made = proposals.begin(
                    who,
                    text=text.format(s=street),
                    title=title.format(s=street),
                    category_id=self.ids[f"category:{category}"],
                )
                made.district_id = self.ids[f"district:{district}"]
                proposals.send(who, made)
        first = db.session.scalars(
            select(Contribution.id)
            .where(Contribution.kind == "proposal", Contribution.status == "public")
            .limit(1)
        ).one()
        db.session.rollback()
        with self.ago(0.2):
            comments.write(
                self.somebody(),
                self._subject(first),
                text="این مدیر بی‌عرضه باید برود؛ سه هفته است اتوبوس سر وقت نمی‌آید.",
                side="against",
            )
        with self.ago(0.1):
            category, title, text = PROPOSALS[1]
            citizen = self.actor("citizen@demo.example")
            proposals.begin(
                citizen,
                text=text.format(s="سی‌متری"),
                title=title.format(s="سی‌متری"),
                category_id=self.ids[f"category:{category}"],
            )

    def close(self) -> None:
        """What the clock would have done meanwhile."""
        close_due()
        jobs.run_all()
        turn_phases()
        jobs.run_all()
