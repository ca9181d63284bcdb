"""A decision, a report."""

from flask_babel import lazy_gettext
from wtforms import HiddenField

from civic.core.forms import CivicForm, choice, line, optional_id, prose
from civic.core.text import N_
from civic.moderation.rules import CLAUSES, Verdict

_CLAUSES = [(number, lazy_gettext(words)) for number, words in CLAUSES.items()]


class DecisionForm(CivicForm):
    verdict = choice(
        N_("تصمیم"),
        [(v.value, v.value) for v in Verdict],
        message=N_("یکی از چهار تصمیم را برگزینید."),
        radio=True,
    )
    clause = choice(
        N_("دلیل (برای نویسنده فرستاده می‌شود)"), _CLAUSES, coerce=optional_id, required=False, radio=True
    )
    note = prose(N_("یادداشت برای نویسنده"), most=500, required=False)


class FlagForm(CivicForm):
    clause = choice(
        N_("خلاف کدام بند آیین‌نامه است؟"), _CLAUSES, coerce=optional_id, radio=True,
        message=N_("یکی از بندها را برگزینید."),
    )  # fmt: skip
    twin = line(N_("شماره یا نشانی نوشته‌ای که همین را می‌گوید"), most=200, required=False)
    note = prose(N_("توضیح برای بررس"), most=500, required=False)
    back = HiddenField()
