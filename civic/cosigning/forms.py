"""Whom to ask."""

from civic.core.forms import CivicForm, choice, line, optional_id
from civic.core.text import N_


class InviteGroupForm(CivicForm):
    group_id = choice(N_("انجمن یا تشکل"), coerce=optional_id, message=N_("یک گروه را برگزینید."))


class InvitePersonForm(CivicForm):
    login = line(
        N_("شمارهٔ موبایل یا ایمیل"), most=254, message=N_("شمارهٔ موبایل یا ایمیل او را بنویسید."), render_kw={"dir": "ltr"}
    )  # fmt: skip


class OfferForm(CivicForm):
    group_id = choice(N_("گروه شما"), coerce=optional_id, message=N_("یک گروه را برگزینید."))
