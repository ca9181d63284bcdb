"""The one page on which a problem is put before the city."""

from wtforms import HiddenField

from civic.core.forms import CivicForm, choice, line, optional_id, picture, prose, tick
from civic.core.text import N_


class ProblemForm(CivicForm):
    text = prose(N_("چه مشکلی هست؟"), most=2000, least=20, message=N_("بنویسید چه مشکلی هست."), rows=5)
    title = line(N_("عنوان"), most=90, required=False)
    category_id = choice(N_("موضوع"), coerce=optional_id, required=False)
    place_text = line(N_("کجا؟"), most=200, required=False)
    district_id = choice(N_("منطقه"), coerce=optional_id, required=False)
    whole = tick(N_("در همهٔ شهر هست؛ جای مشخصی ندارد"))
    photo = picture(N_("یک عکس"))
    alt = line(N_("در عکس چه دیده می‌شود؟"), most=200, required=False)
    voice = choice(N_("از طرف چه کسی؟"), radio=True, required=False)
    draft = HiddenField()
    base = HiddenField()


class EditForm(CivicForm):
    title = line(N_("عنوان"), most=90, least=5, message=N_("عنوان را بنویسید."))
    text = prose(N_("متن"), most=2000, least=20, message=N_("متن را بنویسید."), rows=7)
    base = HiddenField()


class WithdrawForm(CivicForm):
    reason = line(N_("چرا آن را پس می‌گیرید؟"), most=300, least=5, message=N_("دلیل را در یک جمله بنویسید."))
