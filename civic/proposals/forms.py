"""Three short steps: what, where, in whose name. Then changing and taking back."""

from wtforms import HiddenField

from civic.accounts.rules import NameStyle
from civic.core.forms import CivicForm, choice, line, optional_id, picture, prose, tick
from civic.core.text import N_


class WhatForm(CivicForm):
    text = prose(
        N_("چه مشکلی هست و چه می‌خواهید؟"),
        most=2000,
        least=20,
        message=N_("بنویسید چه مشکلی هست و چه می‌خواهید."),
        rows=6,
    )
    title = line(N_("عنوان"), most=90, required=False)
    category_id = choice(N_("موضوع"), coerce=optional_id, required=False)
    problem = HiddenField()
    consultation = HiddenField()
    draft = HiddenField()
    base = HiddenField()


class WhereForm(CivicForm):
    place_text = line(N_("کجا؟"), most=200, required=False)
    district_id = choice(N_("منطقه"), coerce=optional_id, required=False)
    whole = tick(N_("برای همهٔ شهر است؛ جای مشخصی ندارد"))
    photo = picture(N_("یک عکس"))
    alt = line(N_("در عکس چه دیده می‌شود؟"), most=200, required=False)


class WhoForm(CivicForm):
    name_style = choice(
        N_("نام شما چگونه دیده شود؟"), [(s.value, s.value) for s in NameStyle], radio=True, required=False
    )
    full_name = line(N_("نام و نام خانوادگی"), most=80, required=False, render_kw={"autocomplete": "name"})
    voice = choice(N_("از طرف چه کسی؟"), radio=True, required=False)


class EditForm(CivicForm):
    title = line(N_("عنوان"), most=90, least=5, message=N_("عنوان را بنویسید."))
    text = prose(N_("متن"), most=2000, least=20, message=N_("متن را بنویسید."), rows=8)
    base = HiddenField()


class WithdrawForm(CivicForm):
    reason = line(N_("چرا آن را پس می‌گیرید؟"), most=300, least=5, message=N_("دلیل را در یک جمله بنویسید."))
