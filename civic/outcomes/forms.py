"""The department's report, the citizen's word, the code that is typed from a sheet."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import IntegerField, MultipleFileField, validators

from civic.core.forms import CivicForm, choice, jalali_day, line, picture, prose
from civic.core.i18n import say
from civic.core.text import N_, latin_digits
from civic.outcomes.rules import Verdict

SAYS = [
    (Verdict.DONE.value, lazy_gettext(N_("بله، درست شد"))),
    (Verdict.PARTLY.value, lazy_gettext(N_("تا حدی"))),
    (Verdict.NOT_DONE.value, lazy_gettext(N_("نه"))),
]


class _Percent(IntegerField):
    """A whole number in any digits, with or without its sign."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = latin_digits(str(valuelist[0] if valuelist else "")).strip(" %٪")
        self.data = None
        if not text:
            return
        if not text.isascii() or not text.isdigit() or len(text) > 3:
            raise ValueError(say(N_("درصد پیشرفت عددی از ۰ تا ۱۰۰ است.")))
        self.data = int(text)


class ReportForm(CivicForm):
    percent = _Percent(
        lazy_gettext(N_("چند درصد کار انجام شده است؟")),
        [validators.InputRequired(lazy_gettext(N_("درصد پیشرفت را بنویسید؛ ۱۰۰ یعنی انجام شد.")))],
        render_kw={"inputmode": "numeric", "dir": "ltr", "maxlength": 4},
    )
    report = prose(
        N_("چه انجام شد؟"), most=1000, rows=3,
        message=N_("در یکی دو جمله بنویسید چه انجام شد؛ مردم همین را می‌خوانند."),
    )  # fmt: skip
    happened_on = jalali_day(
        N_("تا چه روزی؟"), message=N_("روزی را برگزینید که کار تا آن روز انجام شده است.")
    )
    reason = line(N_("اگر درصد کمتر شده است، چرا؟"), most=300, required=False)
    evidence = MultipleFileField(
        lazy_gettext(N_("مدرک‌ها: عکس یا PDF")),
        render_kw={"accept": "image/jpeg,image/png,image/webp,application/pdf"},
    )

    def values(self) -> dict[str, Any]:
        """What the verb takes, but for the files."""
        day: date | None = self.happened_on.data
        return {
            "percent": self.percent.data, "words": self.report.data or "", "happened_on": day,
            "reason": self.reason.data or "",
        }  # fmt: skip


class VerdictForm(CivicForm):
    verdict = choice(
        N_("انجام شد؟"), [*SAYS, (Verdict.CANNOT_TELL.value, lazy_gettext(N_("نمی‌توانم بگویم")))], radio=True
    )
    note = line(N_("چند کلمه، اگر می‌خواهید"), most=300, required=False)
    photo = picture(N_("یک عکس از محل"))


class ScanForm(CivicForm):
    said = choice(N_("درست شد؟"), SAYS, message=N_("یکی از سه پاسخ را برگزینید."))


class PhotoForm(CivicForm):
    photo = picture(N_("یک عکس از محل"))
