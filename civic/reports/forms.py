"""The clerk's words in a report."""

from civic.core.forms import CivicForm, prose
from civic.core.text import N_
from civic.reports.rules import HEARD, OPEN_POINTS, QUESTION


class EditForm(CivicForm):
    question = prose(
        N_("از شورا چه پرسیده می‌شود؟"), most=QUESTION, rows=2, message=N_("بنویسید از شورا چه پرسیده می‌شود.")
    )
    heard = prose(N_("چه شنیدیم؟"), most=HEARD, rows=5, required=False)
    open_points = prose(
        N_("چه چیزی هنوز روشن نیست یا بر سر آن اختلاف است؟"), most=OPEN_POINTS, rows=4, required=False
    )


class SendForm(CivicForm):
    pass
