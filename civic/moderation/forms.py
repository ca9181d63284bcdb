"""A decision, a report, an appeal, a block."""

from flask_babel import lazy_gettext
from wtforms import HiddenField

from civic.core.forms import CivicForm, choice, line, many, optional_id, prose
from civic.core.text import N_
from civic.moderation.rules import BLOCK_DAYS, CLAUSES, Verdict

_CLAUSES = [(number, lazy_gettext(words)) for number, words in CLAUSES.items()]
MASK_LABELS = {
    "name": N_("نام"),
    "phone": N_("شماره"),
    "plate": N_("پلاک"),
    "address": N_("نشانی"),
    "insult": N_("ناسزا"),
    "part": N_("بخش دیگر"),
}
_TERMS = {
    1: N_("یک روز"),
    7: N_("یک هفته"),
    30: N_("سی روز"),
    90: N_("نود روز"),
}
FOR_GOOD = "0"


class DecisionForm(CivicForm):
    verdict = choice(
        N_("تصمیم"),
        [(v.value, v.value) for v in Verdict],
        message=N_("یکی از تصمیم‌ها را برگزینید."),
        radio=True,
    )
    clause = choice(
        N_("دلیل (برای نویسنده فرستاده می‌شود)"), _CLAUSES, coerce=optional_id, required=False, radio=True
    )
    found = many(N_("آنچه سامانه یافته است"))
    covered = prose(N_("بخش‌هایی که پوشانده شود"), most=2000, required=False, rows=3)
    covered_kind = choice(
        N_("این بخش‌ها چیست؟"),
        [(key, lazy_gettext(words)) for key, words in MASK_LABELS.items()],
        required=False,
    )
    note = prose(N_("یادداشت برای نویسنده"), most=500, required=False)
    seen = HiddenField()


class StepAsideForm(CivicForm):
    why = choice(
        N_("چرا؟"),
        [
            ("second", lazy_gettext(N_("می‌خواهم بررس دیگری هم ببیند"))),
            ("conflict", lazy_gettext(N_("خودم در آن ذی‌نفعم (آشنایی، کار یا گروه مشترک)"))),
        ],
        radio=True,
    )
    note = prose(N_("یادداشت برای بررس دوم"), most=500, required=False, rows=3)


class BulkForm(CivicForm):
    verdict = choice(
        N_("تصمیم"),
        [
            (Verdict.PUBLISH.value, lazy_gettext(N_("انتشار"))),
            (Verdict.RETURN.value, lazy_gettext(N_("بازگرداندن برای اصلاح"))),
            (Verdict.HIDE.value, lazy_gettext(N_("پنهان‌کردن"))),
        ],
        radio=True,
        message=N_("یکی از تصمیم‌ها را برگزینید."),
    )
    clause = choice(
        N_("دلیل (برای نویسنده فرستاده می‌شود)"), [("", lazy_gettext(N_("بدون دلیل (تنها برای انتشار)"))), *_CLAUSES],
        coerce=optional_id, required=False,
    )  # fmt: skip
    note = prose(N_("یادداشت برای نویسنده‌ها"), most=500, required=False, rows=3)


class FlagForm(CivicForm):
    clause = choice(
        N_("خلاف کدام بند آیین‌نامه است؟"), _CLAUSES, coerce=optional_id, radio=True,
        message=N_("یکی از بندها را برگزینید."),
    )  # fmt: skip
    twin = line(N_("شماره یا نشانی نوشته‌ای که همین را می‌گوید"), most=200, required=False)
    note = prose(N_("توضیح برای بررس"), most=500, required=False)
    back = HiddenField()


class AppealForm(CivicForm):
    text = prose(
        N_("چرا این تصمیم درست نیست؟"),
        most=1000,
        message=N_("بنویسید چرا این تصمیم درست نیست؛ یک جمله بس است."),
    )


class JudgeForm(CivicForm):
    outcome = choice(
        N_("نتیجه"),
        [
            ("overturn", lazy_gettext(N_("تصمیم برگردد"))),
            ("uphold", lazy_gettext(N_("تصمیم بماند"))),
        ],
        radio=True,
        message=N_("بگویید تصمیم برگردد یا بماند."),
    )
    answer = prose(
        N_("دلیل (برای نویسنده فرستاده می‌شود)"),
        most=1000,
        message=N_("نتیجه را با دلیل بنویسید؛ برای نویسنده فرستاده می‌شود."),
    )


class BlockForm(CivicForm):
    term = choice(
        N_("تا کی؟"),
        [
            *[(str(days), lazy_gettext(_TERMS[days])) for days in BLOCK_DAYS],
            (FOR_GOOD, lazy_gettext(N_("برای همیشه (بررس دوم هم باید بپذیرد)"))),
        ],
        radio=True,
        message=N_("یکی از مدت‌ها را برگزینید."),
    )
    clause = choice(
        N_("خلاف کدام بند آیین‌نامه است؟"), [("", lazy_gettext(N_("بند را برگزینید"))), *_CLAUSES], coerce=optional_id,
        message=N_("یکی از بندها را برگزینید."),
    )  # fmt: skip
    reason = prose(
        N_("دلیل (برای او فرستاده می‌شود)"),
        most=500,
        rows=3,
        message=N_("دلیل را در یک جمله بنویسید؛ برای او فرستاده می‌شود."),
    )
