"""Forms of the clerk, of the department and of whoever checks."""

from flask_babel import lazy_gettext
from wtforms import FileField, IntegerField, validators

from civic.core.forms import CivicForm, choice, jalali_day, line, optional_id, prose
from civic.core.text import N_, latin_digits
from civic.resolutions.rules import ClauseKind, ClauseStatus, DueKind

KINDS = {
    ClauseKind.SOLE: N_("مادهٔ واحده"), ClauseKind.ARTICLE: N_("ماده"), ClauseKind.NOTE: N_("تبصره"), ClauseKind.ITEM: N_("بند"),
}  # fmt: skip
DUES = {
    DueKind.DAYS: N_("شماری روز کاری از روز ابلاغ"),
    DueKind.DATE: N_("تا یک روز معیّن"),
    DueKind.NONE: N_("تاریخ ندارد؛ در کاربرگ فصل جزو بی‌تاریخ‌ها می‌آید"),
}
STATES = {
    ClauseStatus.NOT_STARTED: N_("آغاز نشده"), ClauseStatus.STARTED: N_("آغاز شده"), ClauseStatus.SUBSTANTIAL: N_("بیشتر کار انجام شده"),
    ClauseStatus.COMPLETE: N_("انجام شد، در انتظار تأیید"), ClauseStatus.VERIFIED: N_("انجام شد و تأیید شد"), ClauseStatus.BLOCKED: N_("جلوی کار گرفته شده"),
}  # fmt: skip
SAYS = (ClauseStatus.STARTED, ClauseStatus.SUBSTANTIAL, ClauseStatus.COMPLETE, ClauseStatus.BLOCKED)


class _Number(IntegerField):
    """A whole number in the digits of any language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = latin_digits(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if not typed.isdigit() or len(typed) > 6:
            raise ValueError(lazy_gettext(N_("یک عدد بنویسید.")))
        self.data = int(typed)


class ResolutionForm(CivicForm):
    organ_id = choice(N_("مصوبهٔ کجا؟"), coerce=optional_id, message=N_("شورا یا کمیسیون را برگزینید."))
    term_id = choice(N_("دوره"), coerce=optional_id, message=N_("دوره را برگزینید."))
    number = line(N_("شمارهٔ مصوبه"), most=40, message=N_("شمارهٔ مصوبه را بنویسید."))
    title = line(N_("عنوان مصوبه"), most=300, message=N_("عنوان مصوبه را بنویسید."))
    text = prose(N_("متن مصوبه"), most=6000, rows=7, message=N_("متن مصوبه را بنویسید."))
    why = prose(
        N_("چرا؟"),
        most=2000,
        rows=4,
        message=N_("بنویسید شورا چرا چنین تصمیم گرفت؛ رأی‌دهندگان همین را می‌خوانند."),
    )
    approved_on = jalali_day(N_("روز تصویب"), message=N_("روز تصویب را برگزینید."))
    about = line(N_("دربارهٔ کدام پیشنهادها و نظرخواهی‌ها؟"), most=300, required=False)


class ClauseForm(CivicForm):
    kind = choice(N_("چیست؟"), [(key.value, lazy_gettext(words)) for key, words in KINDS.items()])
    number = _Number(lazy_gettext(N_("شماره")), [validators.Optional()], default=1)
    text = prose(N_("متن بند"), most=2000, rows=3, message=N_("متن بند را بنویسید."))
    department_id = choice(
        N_("کدام واحد انجام می‌دهد؟"), coerce=optional_id,
        message=N_("بند بی واحد مسئول ثبت نمی‌شود. واحدی را که باید آن را انجام دهد برگزینید."),
    )  # fmt: skip
    due_kind = choice(
        N_("تا کی؟"), [(key.value, lazy_gettext(words)) for key, words in DUES.items()], radio=True
    )
    due_days = _Number(lazy_gettext(N_("چند روز کاری؟")), [validators.Optional()])
    due_on = jalali_day(N_("کدام روز؟"), required=False)


class ReportForm(CivicForm):
    says = choice(
        N_("کار به کجا رسیده است؟"), [(key.value, lazy_gettext(STATES[key])) for key in SAYS], radio=True,
        message=N_("بگویید کار به کجا رسیده است."),
    )  # fmt: skip
    text = prose(
        N_("چه شد؟"), most=1000, rows=3, message=N_("در یکی دو جمله بنویسید چه شد؛ مردم همین را می‌خوانند.")
    )
    evidence = FileField(
        lazy_gettext(N_("مدرک: عکس یا PDF")),
        render_kw={"accept": "image/jpeg,image/png,image/webp,application/pdf"},
    )


class CheckForm(CivicForm):
    text = prose(N_("چه دیدید؟"), most=1000, rows=3, required=False)


class NotifyForm(CivicForm):
    pass
