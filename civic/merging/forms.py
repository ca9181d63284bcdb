"""Why two texts become one, or are parted."""

from civic.core.forms import CivicForm, line
from civic.core.text import N_
from civic.merging.rules import LEAST_REASON, MOST_REASON


class ReasonForm(CivicForm):
    reason = line(
        N_("چرا؟"), most=MOST_REASON, least=LEAST_REASON, message=N_("دلیل را در یک جمله بنویسید؛ همه آن را می‌خوانند.")
    )  # fmt: skip
