"""Sign-in, the first words about oneself, password."""

from flask_babel import lazy_gettext
from wtforms import HiddenField, PasswordField, validators

from civic.accounts.rules import NameStyle
from civic.core.actor import Kind
from civic.core.forms import CivicForm, choice, line, optional_id, tick
from civic.core.text import N_


class SignInForm(CivicForm):
    login = line(
        N_("شمارهٔ موبایل یا ایمیل"), most=254, message=N_("شمارهٔ موبایل یا ایمیل خود را بنویسید."),
        render_kw={"autocomplete": "username", "dir": "ltr", "inputmode": "email"},
    )  # fmt: skip
    password = PasswordField(
        lazy_gettext(N_("گذرواژه")),
        [validators.Optional()],
        render_kw={"autocomplete": "current-password", "dir": "ltr"},
    )
    code = line(
        N_("کد شش‌رقمی"), most=12, required=False,
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"},
    )  # fmt: skip
    next = HiddenField()
    intent = HiddenField()


class DescribeForm(CivicForm):
    full_name = line(N_("نام و نام خانوادگی"), most=80, required=False, render_kw={"autocomplete": "name"})
    name_style = choice(N_("نام شما چگونه دیده شود؟"), [(s.value, s.value) for s in NameStyle], radio=True)
    own_kind = choice(
        N_("شما"),
        [
            (Kind.CITIZEN.value, lazy_gettext(N_("شهروند مشهد"))),
            (Kind.VISITOR.value, lazy_gettext(N_("زائر یا مسافر"))),
        ],
        radio=True,
    )
    district_id = choice(N_("در کدام منطقه زندگی می‌کنید؟"), coerce=optional_id, required=False)
    mail_notices = tick(N_("خبرها به ایمیلم هم بیاید"))


class PasswordForm(CivicForm):
    password = PasswordField(lazy_gettext(N_("گذرواژهٔ تازه")), [validators.DataRequired(lazy_gettext(N_("گذرواژهٔ تازه را بنویسید.")))],
                             render_kw={"autocomplete": "new-password", "dir": "ltr"})  # fmt: skip
