"""The department's report and the citizen's word."""

from flask_babel import lazy_gettext

from civic.core.forms import CivicForm, choice, line, prose
from civic.core.text import N_
from civic.outcomes.rules import Verdict


class ReportForm(CivicForm):
    report = prose(
        N_("چه انجام شد؟"), most=1000, rows=3,
        message=N_("در یکی دو جمله بنویسید چه انجام شد؛ مردم همین را می‌خوانند."),
    )  # fmt: skip


class VerdictForm(CivicForm):
    verdict = choice(
        N_("انجام شد؟"),
        [
            (Verdict.DONE.value, lazy_gettext(N_("بله، درست شد"))),
            (Verdict.PARTLY.value, lazy_gettext(N_("تا حدی"))),
            (Verdict.NOT_DONE.value, lazy_gettext(N_("نه"))),
        ],
        radio=True,
    )
    note = line(N_("چند کلمه، اگر می‌خواهید"), most=300, required=False)
