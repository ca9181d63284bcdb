"""The five steps, the report, the operator's reasons."""

from civic.core.forms import CivicForm, choice, jalali_day, line, optional_id, prose
from civic.core.text import N_


class TemplateForm(CivicForm):
    group_id = choice(
        N_("به نام کدام گروه؟"), coerce=optional_id, radio=True, message=N_("گروه را برگزینید.")
    )
    template = choice(N_("قالب"), radio=True, message=N_("قالب را برگزینید."))


class QuestionForm(CivicForm):
    title = line(N_("از مردم چه می‌پرسید؟"), most=120, least=10, message=N_("پرسش را بنویسید."))
    text = prose(N_("در دو سه جمله، چرا؟"), most=2000, least=30, rows=4, message=N_("بنویسید چرا می‌پرسید."))
    can_change = prose(
        N_("قابل تغییر"), most=1000, rows=4, message=N_("دست‌کم یک چیز که با نظر مردم تغییر می‌کند بنویسید.")
    )
    cannot_change = prose(N_("از پیش تعیین‌شده"), most=1000, rows=4, required=False)
    option_lines = prose(
        N_("گزینه‌های رأی‌گیری"), most=1400, rows=4, message=N_("گزینه‌های رأی‌گیری را بنویسید، هر سطر یکی.")
    )
    category_id = choice(N_("موضوع"), coerce=optional_id, required=False)
    district_id = choice(N_("منطقه"), coerce=optional_id, required=False)


class PhasesForm(CivicForm):
    collect_end = jalali_day(N_("روز پایان گردآوری نظر"))
    vote_end = jalali_day(N_("روز پایان رأی‌گیری"))
    moderation = choice(N_("نوشته‌های مردم کی دیده شود؟"), radio=True)


class DepartmentForm(CivicForm):
    department_id = choice(
        N_("کدام واحد پاسخ می‌دهد؟"), coerce=optional_id, message=N_("واحد پاسخ‌گو را برگزینید.")
    )


class SubmitForm(CivicForm):
    """Only the key against a second sending."""


class ReturnForm(CivicForm):
    reason = prose(
        N_("چه چیزی باید درست شود؟"), most=1000, rows=3, message=N_("بنویسید چه چیزی باید درست شود.")
    )


class ReportForm(CivicForm):
    text = prose(
        N_("گزارش پایانی"), most=8000, least=40, rows=14, message=N_("گزارش را بنویسید؛ بی‌متن منتشر نمی‌شود.")
    )
