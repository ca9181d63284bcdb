"""The answer, and the small forms around a case."""

from typing import Any

from flask_babel import lazy_gettext

from civic.cases.rules import AnswerKind, DeclineReason
from civic.core.forms import CivicForm, amount, choice, jalali_day, line, optional_id, prose
from civic.core.text import N_

KINDS = [
    (AnswerKind.ACCEPTED.value, lazy_gettext(N_("پذیرفته شد"))),
    (AnswerKind.PARTLY.value, lazy_gettext(N_("پذیرفته شد با تغییر"))),
    (AnswerKind.DECLINED.value, lazy_gettext(N_("پذیرفته نشد"))),
    (AnswerKind.ALREADY_DONE.value, lazy_gettext(N_("پیش‌تر انجام شده"))),
    (AnswerKind.NEEDS_COUNCIL.value, lazy_gettext(N_("نیازمند مصوبهٔ شورا"))),
    (AnswerKind.NOT_OURS.value, lazy_gettext(N_("در اختیار ما نیست"))),
]
REASONS = [
    ("", lazy_gettext(N_("دلیل را برگزینید"))),
    (DeclineReason.LAW.value, lazy_gettext(N_("قانون اجازه نمی‌دهد"))),
    (DeclineReason.BUDGET.value, lazy_gettext(N_("بودجه ندارد"))),
    (DeclineReason.COMPETENCE.value, lazy_gettext(N_("در صلاحیت شهرداری نیست"))),
    (DeclineReason.TECHNICAL.value, lazy_gettext(N_("از نظر فنی شدنی نیست"))),
    (DeclineReason.DUPLICATE.value, lazy_gettext(N_("پاسخ آن در پروندهٔ دیگری داده شده است"))),
]


def _reason(value: Any) -> DeclineReason | None:
    return DeclineReason(value) if value not in (None, "", "None") else None


class AnswerForm(CivicForm):
    """Only the decision is needed to keep a draft; the rest is judged when it is sent to the head."""

    template_id = choice(N_("قالب"), coerce=optional_id, required=False)
    kind = choice(N_("تصمیم"), KINDS, radio=True, message=N_("یکی از شش تصمیم را برگزینید."))
    what = prose(N_("چه می‌کنید؟"), most=900, rows=4, required=False, render_kw={"data-mirror": "pv-what"})
    why = prose(N_("چرا؟"), most=900, rows=3, required=False, render_kw={"data-mirror": "pv-why"})
    decline_reason = choice(N_("دلیل نپذیرفتن"), REASONS, required=False)
    other_body = line(N_("در اختیار کدام نهاد است؟"), most=160, required=False)
    council_text = prose(N_("شورا باید چه چیزی را تصویب کند؟"), most=500, rows=2, required=False)
    review_on = jalali_day(N_("چه روزی دوباره بررسی می‌کنید؟"), required=False)
    cost_rial = amount(N_("هزینه به ریال"))
    starts_on = jalali_day(N_("آغاز"), required=False)
    promise_text = line(
        N_("چه چیزی را قول می‌دهید؟"), most=300, required=False, render_kw={"data-mirror": "pv-promise"}
    )
    promise_due = jalali_day(N_("قول: تا کی انجام می‌شود؟"), required=False)

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {
            "kind": AnswerKind(self.kind.data), "what": self.what.data or "", "why": self.why.data or "",
            "decline_reason": _reason(self.decline_reason.data), "other_body": self.other_body.data or "",
            "council_text": self.council_text.data or "", "review_on": self.review_on.data,
            "cost_rial": self.cost_rial.data, "starts_on": self.starts_on.data,
            "promise_text": self.promise_text.data or "", "promise_due": self.promise_due.data,
        }  # fmt: skip


class DecisionForm(CivicForm):
    note = prose(N_("یادداشت برای نویسنده"), most=1000, rows=2, required=False)


class NoteForm(CivicForm):
    text = prose(N_("یادداشت تازه"), most=1000, rows=2, message=N_("یادداشت خالی است."))


class ReturnForm(CivicForm):
    reason = prose(
        N_("چرا به واحد شما مربوط نیست؟"), most=1000, rows=3,
        message=N_("بنویسید چرا این پرونده به واحد شما مربوط نیست."),
    )  # fmt: skip


class AskAuthorForm(CivicForm):
    question = prose(
        N_("از نویسنده چه می‌پرسید؟"), most=500, rows=2,
        message=N_("پرسش را در یک جملهٔ روشن بنویسید؛ همه آن را می‌خوانند."),
    )  # fmt: skip


class AuthorAnswerForm(CivicForm):
    answer = prose(N_("پاسخ شما"), most=2000, rows=5, message=N_("پاسخ خود را بنویسید."))


class ExtendForm(CivicForm):
    extension = prose(
        N_("چرا زمان بیشتری لازم است؟"), most=500, rows=2,
        message=N_("دلیل تمدید را در یک جمله بنویسید؛ همه آن را می‌خوانند."),
    )  # fmt: skip


class ReviseForm(CivicForm):
    reason = prose(
        N_("چرا پاسخ عوض می‌شود؟"), most=500, rows=2,
        message=N_("بنویسید چرا پاسخ عوض می‌شود؛ همه آن را می‌خوانند."),
    )  # fmt: skip


class PartnerForm(CivicForm):
    partner_id = choice(N_("از کدام واحد؟"), coerce=optional_id, message=N_("واحد را برگزینید."))
    part_question = prose(
        N_("چه بخشی را از آن واحد می‌خواهید؟"), most=500, rows=2,
        message=N_("در یک جمله بنویسید چه بخشی از پاسخ را از آن واحد می‌خواهید."),
    )  # fmt: skip


class PartForm(CivicForm):
    part_text = prose(
        N_("بخش واحد شما"), most=1500, rows=4,
        message=N_("بخش واحد خود را در چند جملهٔ روشن بنویسید؛ همه آن را می‌خوانند."),
    )  # fmt: skip


class TemplateForm(CivicForm):
    title = line(N_("نام قالب"), most=120)
    department_id = choice(N_("برای"), coerce=optional_id, required=False)
    kind = choice(N_("تصمیم"), KINDS)
    what = prose(N_("چه می‌کنید؟"), most=900, rows=4)
    why = prose(N_("چرا؟"), most=900, rows=3, required=False)


class LeaveForm(CivicForm):
    first_day = jalali_day(N_("از روز"))
    last_day = jalali_day(N_("تا روز"))
    deputy_id = choice(N_("جانشین"), coerce=optional_id, message=N_("جانشین را برگزینید."))


class OfficerForm(CivicForm):
    officer_id = choice(N_("مسئول پرونده"), coerce=optional_id, message=N_("مسئول پرونده را برگزینید."))


class DepartmentForm(CivicForm):
    department_id = choice(N_("واحد"), coerce=optional_id, message=N_("واحد را برگزینید."))
    note = line(N_("یادداشت برای واحد"), most=500, required=False)
    reason = line(N_("دلیل، اگر قاعده واحد دیگری را پیشنهاد می‌کند"), most=500, required=False)


class TogetherForm(DepartmentForm):
    """Several cases at once: their numbers come as check boxes named `case`."""


class AtOnceForm(CivicForm):
    reason = prose(
        N_("چرا نباید منتظر رأی بماند؟"), most=500, rows=3,
        message=N_("دلیل را در یک جمله بنویسید؛ همه آن را می‌خوانند."),
    )  # fmt: skip


class OpinionForm(CivicForm):
    yes = choice(N_("این پاسخ قانع‌کننده بود؟"), [("yes", "yes"), ("no", "no")])
