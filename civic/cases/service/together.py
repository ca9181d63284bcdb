"""Colleagues: another department's part of an answer, ready sentences, who stands in for whom."""

from datetime import date

from civic.audit.service import record
from civic.cases import queries
from civic.cases.events import PartAsked, PartGiven
from civic.cases.models import AnswerTemplate, Case, CasePart, Leave
from civic.cases.policy import May
from civic.cases.rules import OPEN, AnswerKind, CaseStatus, check_leave
from civic.cases.service.parts import _active, _step, _subject
from civic.contributions.rules import StepKind
from civic.core import clock
from civic.core.actor import Actor
from civic.core.dates import write_day
from civic.core.db import db, serialise
from civic.core.errors import Conflict, RuleBroken
from civic.core.i18n import language
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.text import N_, clean_line, clean_text


def ask_department(actor: Actor, case: Case, *, department_id: int, question: str) -> CasePart:
    """A part of it is another department's: it is asked in sight of everybody. The clock stays with the lead."""
    require(actor, May.WORK, case)
    if case.status is not CaseStatus.ASSIGNED:
        raise Conflict(N_("پاسخ نزد مدیر است یا منتشر شده است؛ دیگر از واحد دیگری نظر نمی‌خواهیم."))
    department = _active(department_id)
    if department.id == case.department_id:
        raise RuleBroken(N_("این واحد خودتان است؛ واحد دیگری را برگزینید."), field="partner_id")
    words = clean_line(question)
    if len(words) < 10:
        raise RuleBroken(
            N_("در یک جمله بنویسید چه بخشی از پاسخ را از آن واحد می‌خواهید."), field="part_question"
        )
    if any(part.department_id == department.id for part, _ in queries.parts_of(case.id)):
        raise RuleBroken(N_("از این واحد پیش‌تر نظر خواسته‌اید."), field="partner_id")
    part = CasePart(
        case_id=case.id, department_id=department.id, question=words[:500], asked_by_id=actor.signed_in(),
        asked_at=clock.now(),
    )  # fmt: skip
    db.session.add(part)
    db.session.flush()
    _step(
        actor, case, StepKind.JOINED_DEPARTMENT, note=department.name_fa, data={"department": department.id}
    )
    record(actor, "case.ask_department", _subject(case), public=True, department=department.id)
    publish(PartAsked(case.id, part.id, department.id, case.contribution_id))
    return part


def give_part(actor: Actor, part: CasePart, case: Case, *, text: str) -> None:
    """The other department writes its part; it may be changed until the answer is published."""
    require(actor, May.GIVE_PART, part)
    if case.status not in OPEN:
        raise Conflict(N_("این پرونده پاسخ گرفته است."))
    words = clean_text(text)
    if len(words) < 10:
        raise RuleBroken(
            N_("بخش واحد خود را در چند جملهٔ روشن بنویسید؛ همه آن را می‌خوانند."), field="part_text"
        )
    first = part.written_at is None
    part.text, part.written_by_id, part.written_at = words, actor.user_id, clock.now()
    record(actor, "case.give_part", _subject(case), public=True, department=part.department_id)
    if first:
        publish(PartGiven(case.id, part.id, case.contribution_id))


def add_template(
    actor: Actor, *, department_id: int | None, kind: AnswerKind, title: str, what: str, why: str = ""
) -> AnswerTemplate:
    """Ready sentences, for one's department or, by the operator, for all."""
    require(actor, May.WRITE_TEMPLATE, template := AnswerTemplate(department_id=department_id, kind=kind))
    _write_template(template, kind, title, what, why)
    db.session.add(template)
    db.session.flush()
    record(actor, "template.add", f"template:{template.id}", department=department_id)
    return template


def change_template(
    actor: Actor, template: AnswerTemplate, *, kind: AnswerKind, title: str, what: str, why: str = ""
) -> None:
    """Other sentences. Answers that began with the old ones stay as they are."""
    require(actor, May.WRITE_TEMPLATE, template)
    _write_template(template, kind, title, what, why)
    record(actor, "template.change", f"template:{template.id}", department=template.department_id)


def retire_template(actor: Actor, template: AnswerTemplate) -> None:
    """It is offered no more."""
    require(actor, May.WRITE_TEMPLATE, template)
    template.retired_at = clock.now()
    record(actor, "template.retire", f"template:{template.id}", department=template.department_id)


def go_on_leave(actor: Actor, *, first_day: date, last_day: date, deputy_id: int) -> Leave:
    """Away from one day to another: what comes meanwhile goes to a colleague of the same department.

    Who stands in is at work on each of the days: two who stood in for each other would leave the cases to nobody.
    """
    require(actor, May.GO_ON_LEAVE)
    check_leave(first_day, last_day, clock.today())
    colleagues = {user_id for d in actor.departments() for user_id, _ in queries.staff_of(d)} - {
        actor.user_id
    }
    if deputy_id not in colleagues:
        raise RuleBroken(N_("جانشین باید همکاری از واحد خودتان باشد."), field="deputy_id")
    serialise("leaves")  # two who name each other at the same moment: the second sees the first
    if queries.leave_of(actor.signed_in(), first_day, last_day):
        raise RuleBroken(N_("برای این روزها پیش‌تر مرخصی نوشته‌اید. نخست آن را پایان دهید."), field="first_day")
    _check_at_work(actor.signed_in(), deputy_id, first_day, last_day)
    leave = Leave(
        user_id=actor.signed_in(), deputy_id=deputy_id, first_day=first_day, last_day=last_day, created_at=clock.now()
    )  # fmt: skip
    db.session.add(leave)
    db.session.flush()
    record(actor, "leave.begin", f"leave:{leave.id}")
    return leave


def _check_at_work(user_id: int, deputy_id: int, first_day: date, last_day: date) -> None:
    """Nobody goes who stands in for somebody, nobody stands in who goes: so there are no chains and no circles."""
    held = queries.stood_in_for(user_id, first_day, last_day)
    if held:
        leave, who, _ = held
        raise RuleBroken(
            N_(
                "شما جانشین «%(name)s» هستید که از %(first)s تا %(last)s در مرخصی است. اگر هر دو بروید کسی پرونده‌ها را"
                " نمی‌بیند. از او بخواهید مرخصی خود را پایان دهد و با جانشین دیگری دوباره ثبت کند، یا روزهای دیگری برگزینید."
            ),
            name=who, field="first_day", **_days(leave),
        )  # fmt: skip
    away = queries.leave_of(deputy_id, first_day, last_day)
    if away:
        leave, who, deputy = away
        raise RuleBroken(
            N_(
                "«%(name)s» از %(first)s تا %(last)s خودش در مرخصی است و «%(deputy)s» جانشین اوست. جانشین باید همهٔ روزهای"
                " مرخصی شما سر کار باشد؛ همکار دیگری را برگزینید یا روزها را عوض کنید."
            ),
            name=who, deputy=deputy, field="deputy_id", **_days(leave),
        )  # fmt: skip


def _days(leave: Leave) -> dict[str, str]:
    return {
        "first": write_day(leave.first_day, language(), "y"),
        "last": write_day(leave.last_day, language(), "y"),
    }


def end_leave(actor: Actor, leave: Leave) -> None:
    """Back earlier, or not going at all."""
    require(actor, May.GO_ON_LEAVE, leave)
    record(actor, "leave.end", f"leave:{leave.id}")
    db.session.delete(leave)


def _write_template(template: AnswerTemplate, kind: AnswerKind, title: str, what: str, why: str) -> None:
    template.kind, template.title = kind, clean_line(title)
    template.what, template.why = clean_text(what), clean_text(why)
    if not template.title or not template.what:
        raise RuleBroken(N_("نام و متن قالب لازم است."), field="title" if not template.title else "what")
