"""A manager's reason for giving a text back."""

from civic.core.forms import CivicForm, prose
from civic.core.text import N_


class ReturnForm(CivicForm):
    reason = prose(
        N_("چرا بازمی‌گردد؟"),
        most=500,
        least=5,
        rows=3,
        message=N_("در یک جمله بنویسید چه چیزی باید عوض شود."),
    )
