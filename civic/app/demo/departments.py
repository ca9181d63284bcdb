"""Inside the departments: who belongs to whom, who is away, cases that wait, got more time, were late or were corrected."""

from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Protocol

from civic.cases import jobs, queries, service
from civic.cases.rules import AnswerKind
from civic.contributions import queries as contributions
from civic.core import clock
from civic.core.actor import PUBLIC, Actor
from civic.core.db import db
from civic.core.jobs import run_all as run_jobs
from civic.departments import service as departments
from civic.departments.models import Department, DepartmentKind
from civic.duties.jobs import run_clock

OFFICER, AWAY, HEAD = "officer@demo.example", "officer2@demo.example", "head@demo.example"
KINDS = {
    "traffic": DepartmentKind.DEPUTY, "works": DepartmentKind.DEPUTY, "planning": DepartmentKind.DEPUTY,
    "culture": DepartmentKind.DEPUTY, "services": DepartmentKind.DEPUTY,
}  # fmt: skip
UNDER = {"district-8": ("services", "8"), "district-9": ("services", "9")}
SHELTER, BOARD, BICYCLES = 0, 1, 2
"""Proposals for the bus organisation, see `words.PROPOSALS`."""


class Teller(Protocol):
    """What this chapter needs of the one who tells the story."""

    ids: dict[str, int]
    people: list[int]
    today: date

    def actor(self, who: str | int) -> Actor: ...
    def somebody(self) -> Actor: ...
    def ago(self, days: float, *, follow: bool = True) -> AbstractContextManager[None]: ...
    def propose(
        self, template: int, street: str, district: str, days: float, author: Actor | None = None
    ) -> int: ...
    def vote(self, contribution_id: int, days: float, until: float, pro: int, con: int) -> None: ...


def tell(teller: Teller) -> None:
    """The whole chapter."""
    _order(teller)
    _templates(teller)
    _asked(teller)
    _answered(teller)
    _extended(teller)
    _late(teller)
    _returned(teller)
    _revised(teller)
    _council(teller)
    _leave(teller)


def _order(teller: Teller) -> None:
    """Two districts' municipalities stand under the deputy for municipal services, whose head sees their desks."""
    operator = teller.actor("operator@demo.example")
    with teller.ago(90):
        for code in (*KINDS, *UNDER):
            row = db.session.get_one(Department, teller.ids[f"department:{code}"])
            parent, district = UNDER.get(code, ("", ""))
            departments.change_department(
                operator, row, name_fa=row.name_fa, name_en=row.name_en, name_ar=row.name_ar,
                kind=KINDS.get(code, DepartmentKind.DISTRICT),
                parent_id=teller.ids[f"department:{parent}"] if parent else None,
                district_id=teller.ids[f"district:{district}"] if district else None,
            )  # fmt: skip


def _templates(teller: Teller) -> None:
    bus = teller.ids["department:bus"]
    with teller.ago(60):
        service.add_template(
            teller.actor(HEAD), department_id=bus, kind=AnswerKind.ACCEPTED, title="نصب سایه‌بان پذیرفته شد",
            what="در ایستگاه‌های نام‌برده سایه‌بان نصب می‌شود. پیش از آغاز کار، روز نصب در همین صفحه نوشته می‌شود.",
            why="شمار مسافران این ایستگاه‌ها از اندازهٔ لازم بیشتر است و پیاده‌رو جای کافی دارد.",
        )  # fmt: skip
        service.add_template(
            teller.actor(HEAD), department_id=bus, kind=AnswerKind.DECLINED, title="پیاده‌رو باریک است",
            what="در این ایستگاه سایه‌بان نصب نمی‌شود.",
            why="پهنای پیاده‌رو کمتر از دو متر است و سازه راه ویلچر را می‌بندد.",
        )  # fmt: skip
        service.add_template(
            teller.actor("operator@demo.example"), department_id=None, kind=AnswerKind.NOT_OURS, title="در اختیار شهرداری نیست",
            what="این کار در اختیار شهرداری نیست. رونوشت پیشنهاد شما برای آن نهاد فرستاده شد.",
        )  # fmt: skip


def _case(
    teller: Teller, template: int, street: str, district: str, days: float, reason: str, author: Actor | None = None
) -> int:  # fmt: skip
    """A proposal that triage sent at once, taken by the officer of the bus organisation two days later."""
    number = teller.propose(template, street, district, days, author)
    teller.vote(number, days - 0.4, days - 0.9, 8, 1)
    with teller.ago(days - 1):
        case = service.send_at_once(
            teller.actor("triage@demo.example"), contributions.for_change(PUBLIC, number), reason=reason
        )
        case_id = case.id
    with teller.ago(days - 2):
        officer = teller.actor(OFFICER)
        service.take(officer, queries.for_change(officer, case_id))
    return case_id


def _asked(teller: Teller) -> None:
    """The department waits for its author; the clock stands still."""
    case_id = _case(
        teller, BICYCLES, "آزادی، ایستگاه پارک ملت", "11", 12, "ساخت ایستگاه تازه ماه آینده آغاز می‌شود و جای قفل‌ها باید در نقشه باشد.",
        teller.actor("citizen@demo.example"),
    )  # fmt: skip
    officer = teller.actor(OFFICER)
    with teller.ago(2):
        service.ask_author(
            officer,
            queries.for_change(officer, case_id),
            text="کدام ورودی ایستگاه را می‌گویید: روبه‌روی پارک یا سمت درمانگاه؟",
        )


def _answered(teller: Teller) -> None:
    """The author has answered, and another department has given its part."""
    author = teller.somebody()
    case_id = _case(
        teller, BOARD, "کوهسنگی و بهار", "7", 15, "تابلوهای خط کوهسنگی همین ماه سفارش داده می‌شود.", author
    )
    officer, colleague = teller.actor(OFFICER), teller.actor("officer.traffic@demo.example")
    with teller.ago(11):
        question = service.ask_author(
            officer,
            queries.for_change(officer, case_id),
            text="کدام دو ایستگاه را می‌گویید؟ نام خیابان روبه‌رو بس است.",
        ).id
    with teller.ago(9):
        row, case = queries.question_for_change(author, question)
        service.answer_question(
            author, row, case, text="یکی روبه‌روی کوهسنگی ۵ و دیگری سر چهارراه بهار؛ هر دو در مسیر رفت."
        )
    with teller.ago(8):
        part = service.ask_department(
            officer, queries.for_change(officer, case_id), department_id=teller.ids["department:traffic"],
            question="آیا جعبهٔ برق چراغ راهنمای چهارراه بهار جای یک انشعاب دیگر دارد؟",
        ).id  # fmt: skip
    with teller.ago(4):
        own, case = queries.part_for_change(colleague, part)
        service.give_part(
            colleague, own, case,
            text="بله؛ یک انشعاب آزاد است و کابل‌کشی تا ایستگاه دوازده متر می‌شود. مجوز کندوکاو در یک هفته آماده است.",
        )  # fmt: skip
    with teller.ago(3):
        service.add_note(
            officer, queries.for_change(officer, case_id), text="پیش از فرستادن پاسخ، بهای دو تابلو از انبار پرسیده شود."
        )  # fmt: skip


def _extended(teller: Teller) -> None:
    case_id = _case(
        teller, SHELTER, "احمدآباد، روبه‌روی بیمارستان", "1", 20, "مسافران این ایستگاه بیشتر بیمار و سالمندند."
    )
    head = teller.actor(HEAD)
    with teller.ago(5):
        service.extend(
            head,
            queries.for_change(head, case_id),
            reason="نقشهٔ تأسیسات زیر پیاده‌رو هنوز از شرکت گاز نرسیده است.",
        )


def _late(teller: Teller) -> None:
    """Taken, and then nothing: the clock puts the public mark on it, and the council reads of it week by week."""
    _case(teller, BOARD, "وکیل‌آباد، پایانهٔ باغ‌ملی", "9", 56, "تابلوی این پایانه شکسته و خطرناک است.")
    for weeks in (4, 3, 2, 1):
        with clock.at(clock.now() - timedelta(weeks=weeks)):
            run_clock()
            run_jobs()
            jobs.close_week()


def _returned(teller: Teller) -> None:
    """Not the business of this department: back to triage, with the reason."""
    case_id = _case(teller, BOARD, "سناباد، ایستگاه مترو", "1", 6, "تابلوی خاموش مسافران را سرگردان می‌کند.")
    officer = teller.actor(OFFICER)
    with teller.ago(3):
        service.return_to_triage(
            officer, queries.for_change(officer, case_id), reason="تابلوی ورودی مترو با معاونت حمل‌ونقل و ترافیک است، نه با ما."
        )  # fmt: skip


def _revised(teller: Teller) -> None:
    """An answer whose date did not hold: a second version says why, and the first stays readable."""
    case_id = _case(teller, SHELTER, "پیروزی، ایستگاه دانشسرا", "9", 48, "ایستگاه روبه‌روی مدرسه است.")
    officer, head = teller.actor(OFFICER), teller.actor(HEAD)

    def save(what: str, due: int) -> None:
        case = queries.for_change(officer, case_id)
        service.save_answer(
            officer, case, kind=AnswerKind.ACCEPTED, what=what, cost_rial=5_200_000_000,
            why="شمار مسافران این ایستگاه در ساعت مدرسه به ۱۸۰ نفر می‌رسد.",
            promise_text="نصب دو سایه‌بان با نیمکت در ایستگاه دانشسرا", promise_due=teller.today + timedelta(days=due),
        )  # fmt: skip
        service.send_to_head(officer, case)

    with teller.ago(36):
        save("دو سایه‌بان با نیمکت در دو سوی ایستگاه نصب می‌شود.", 15)
    with teller.ago(35):
        service.approve(head, queries.for_change(head, case_id))
    with teller.ago(7):
        reason = "یکی از دو سایه‌بان روی لولهٔ گاز می‌افتاد؛ جای آن عوض شد و نصب سه هفته دیرتر است."
        service.revise(officer, queries.for_change(officer, case_id), reason=reason)
        save(
            "دو سایه‌بان با نیمکت نصب می‌شود: یکی در سوی مدرسه و دیگری بیست متر پایین‌تر از جای پیشین، دور از لولهٔ گاز.",
            36,
        )
    with teller.ago(6):
        service.approve(head, queries.for_change(head, case_id))


def _council(teller: Teller) -> None:
    """What the department cannot do without a resolution of the council."""
    case_id = _case(teller, BICYCLES, "امام رضا، پایانهٔ مسافربری", "7", 30, "طرح پایانه پیش از ماه آینده بسته می‌شود.")  # fmt: skip
    officer, head = teller.actor(OFFICER), teller.actor(HEAD)
    with teller.ago(16):
        case = queries.for_change(officer, case_id)
        service.save_answer(
            officer, case, kind=AnswerKind.NEEDS_COUNCIL, review_on=teller.today + timedelta(days=45),
            what="زمین کنار پایانه برای بیست جای قفل‌دار مناسب است، ولی کاربری آن پارکینگ خودرو است.",
            why="تغییر کاربری زمین شهرداری تنها با رأی شورا شدنی است.",
            council_text="تغییر کاربری ۱۲۰ متر از زمین پارکینگ پایانه به جای دوچرخه.",
        )  # fmt: skip
        service.send_to_head(officer, case)
    with teller.ago(15):
        service.approve(head, queries.for_change(head, case_id))


def _leave(teller: Teller) -> None:
    """A colleague is away for two weeks; what comes meanwhile goes to the officer."""
    with teller.ago(1):
        today = clock.today()
        service.go_on_leave(
            teller.actor(AWAY),
            first_day=today,
            last_day=today + timedelta(days=14),
            deputy_id=teller.actor(OFFICER).signed_in(),
        )
