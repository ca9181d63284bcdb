"""A new group, and what it says of itself."""

from civic.core.forms import CivicForm, choice, line, optional_id, prose
from civic.core.text import N_


class GroupForm(CivicForm):
    name = line(N_("نام گروه"), most=120, least=3, message=N_("نام گروه را بنویسید."))
    kind = choice(N_("نوع گروه"), radio=True, message=N_("نوع گروه را برگزینید."))
    about = prose(
        N_("گروه شما چه می‌کند؟"),
        most=1500,
        least=20,
        rows=4,
        message=N_("در دو سه جمله بنویسید گروه چه می‌کند."),
    )
    district_id = choice(N_("منطقه"), coerce=optional_id, required=False)


class AboutForm(CivicForm):
    about = prose(
        N_("گروه شما چه می‌کند؟"),
        most=1500,
        least=20,
        rows=4,
        message=N_("در دو سه جمله بنویسید گروه چه می‌کند."),
    )
    district_id = choice(N_("منطقه"), coerce=optional_id, required=False)
