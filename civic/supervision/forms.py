"""What an inspector writes."""

from civic.core.forms import CivicForm, choice, jalali_day, optional_id, prose, whole
from civic.core.text import N_

VERBS = {
    "": N_("هنوز دنبال می‌شود"),
    "explain": N_("توضیح پذیرفتنی داشت"),
    "correct": N_("اصلاح شد"),
    "refer": N_("به مرجع دیگری رفت"),
    "dismiss": N_("هشدار نادرست بود"),
    "reopen": N_("دوباره باز شود"),
}


class SettleForm(CivicForm):
    verb = choice(N_("نتیجه"), required=False, radio=True, default="")
    note = prose(N_("چه دیدید و چرا؟"), most=1000, required=False, rows=4)
    owner_id = choice(N_("مسئول"), required=False, coerce=optional_id)
    due_on = jalali_day(N_("تا چه روزی؟"), required=False)


class ReasonForm(CivicForm):
    reason = prose(N_("برای چه باید این شخص را بشناسید؟"), most=500, least=20, rows=3)


class ThresholdForm(CivicForm):
    value = whole(N_("مقدار"), least=0, most=100)
