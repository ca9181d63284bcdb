"""A question to a department."""

from wtforms import HiddenField

from civic.core.forms import CivicForm, choice, line, optional_id, prose
from civic.core.text import N_


class AskForm(CivicForm):
    department_id = choice(N_("از کدام واحد؟"), coerce=optional_id, message=N_("واحد را برگزینید."))
    title = line(N_("پرسش در یک خط"), most=160, message=N_("پرسش را در یک خط بنویسید."))
    text = prose(N_("پرسش شما"), most=600, rows=4, message=N_("پرسش را بنویسید."))
    about = HiddenField()
    promise = HiddenField()
