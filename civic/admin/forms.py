"""Forms of the operator's desk."""

from flask_babel import lazy_gettext
from wtforms import FileField

from civic.core.forms import CivicForm, choice, line, many, optional_id, prose, whole
from civic.core.text import N_
from civic.departments.models import DepartmentKind


class GrantForm(CivicForm):
    role = choice(N_("نقش"), message=N_("نقش را برگزینید."))
    department_id = choice(N_("واحد (برای کارشناس و مدیر واحد)"), coerce=optional_id, required=False)


class ExpertForm(CivicForm):
    expert_field = line(N_("رشتهٔ کارشناسی"), most=80, required=False)


class CategoryForm(CivicForm):
    slug = line(N_("شناسهٔ لاتین"), most=40, render_kw={"dir": "ltr"})
    name_fa = line(N_("نام فارسی"), most=80)
    name_en = line(N_("نام انگلیسی"), most=80, required=False, render_kw={"dir": "ltr"})
    name_ar = line(N_("نام عربی"), most=80, required=False)
    keywords = line(N_("واژه‌های کلیدی، با فاصله"), most=1000, required=False)


class DepartmentForm(CivicForm):
    code = line(N_("شناسهٔ لاتین"), most=40, render_kw={"dir": "ltr"})
    name_fa = line(N_("نام فارسی"), most=120)
    name_en = line(N_("نام انگلیسی"), most=120, required=False, render_kw={"dir": "ltr"})
    name_ar = line(N_("نام عربی"), most=120, required=False)
    kind = choice(
        N_("نوع"),
        [
            (DepartmentKind.ORGANISATION.value, lazy_gettext(N_("سازمان یا اداره"))),
            (DepartmentKind.DEPUTY.value, lazy_gettext(N_("معاونت"))),
            (DepartmentKind.DISTRICT.value, lazy_gettext(N_("شهرداری منطقه"))),
        ],
        default=DepartmentKind.ORGANISATION.value,
    )
    parent_id = choice(N_("زیر نظر"), coerce=optional_id, required=False)
    district_id = choice(N_("برای منطقهٔ"), coerce=optional_id, required=False)


class RetireForm(CivicForm):
    replaced_by_id = choice(N_("جانشین"), coerce=optional_id, required=False)


class DistrictForm(CivicForm):
    code = line(N_("شناسهٔ لاتین"), most=24, render_kw={"dir": "ltr"})
    name_fa = line(N_("نام فارسی"), most=80)
    name_en = line(N_("نام انگلیسی"), most=80, required=False, render_kw={"dir": "ltr"})
    name_ar = line(N_("نام عربی"), most=80, required=False)
    population = whole(N_("جمعیت"), least=0, most=50_000_000)


class ThresholdForm(CivicForm):
    floor = whole(N_("کمترین حد نصاب"), least=1, most=1_000_000)
    per_ten_thousand = whole(N_("رأی برای هر ده هزار نفر"), least=1, most=10_000)
    city = whole(N_("حد نصاب پیشنهادهای همهٔ شهر"), least=1, most=10_000_000)
    voting_days = whole(N_("روزهای رأی‌گیری"), least=1, most=365)
    monthly_top = whole(N_("پیشنهادهای برتر هر ماه و هر منطقه"), least=0, most=20)
    answer_days = whole(N_("روز کاری برای پاسخ"), least=1, most=200)


class RuleForm(CivicForm):
    category_id = choice(N_("اگر موضوع"), coerce=optional_id, required=False)
    district_id = choice(N_("و منطقه"), coerce=optional_id, required=False)
    kind = choice(
        N_("و نوع"),
        [
            ("", lazy_gettext(N_("هر نوع"))),
            ("proposal", lazy_gettext(N_("پیشنهاد"))),
            ("problem", lazy_gettext(N_("مسئله"))),
            ("consultation", lazy_gettext(N_("نظرخواهی"))),
            ("question", lazy_gettext(N_("پرسش شورا"))),
        ],
        required=False,
    )
    door = choice(
        N_("و از راه"),
        [
            ("", lazy_gettext(N_("هر راه"))),
            ("threshold", lazy_gettext(N_("حد نصاب"))),
            ("month_top", lazy_gettext(N_("برتر ماه"))),
            ("at_once", lazy_gettext(N_("بی‌درنگ فرستاده شد"))),
            ("consultation", lazy_gettext(N_("پایان نظرخواهی"))),
        ],
        required=False,
    )
    group_kind = choice(
        N_("و از طرف"),
        [
            ("", lazy_gettext(N_("هر کس"))),
            ("ngo", lazy_gettext(N_("تشکل مردم‌نهاد"))),
            ("women_forum", lazy_gettext(N_("انجمن بانوان"))),
            ("expert", lazy_gettext(N_("گروه کارشناسان"))),
        ],
        required=False,
    )
    keywords = line(N_("و یکی از این واژه‌ها"), most=300, required=False)
    department_id = choice(N_("به واحد"), coerce=optional_id, message=N_("واحد را برگزینید."))


class HolidayForm(CivicForm):
    file = FileField(lazy_gettext(N_("فایل CSV")), render_kw={"accept": ".csv,text/csv"})
    text = prose(N_("یا سطرها را اینجا بچسبانید"), most=60_000, required=False, rows=5)


class ReturnForm(CivicForm):
    reason = prose(
        N_("چه چیزی باید درست شود؟"), most=1000, rows=3, message=N_("بنویسید چه چیزی باید درست شود.")
    )


class WordForm(CivicForm):
    word = line(N_("واژه یا عبارت"), most=80, message=N_("واژه را بنویسید."))


class ModeForm(CivicForm):
    moderation = choice(N_("نوشته‌های مردم کی دیده شود؟"), radio=True)
    trusted_kinds = many(N_("در حالت آمیخته، نوشتهٔ چه کسانی همان لحظه دیده شود؟"))
