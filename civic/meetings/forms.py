"""Forms of the clerk and of the council's members."""

from flask_babel import lazy_gettext
from wtforms import IntegerField, validators

from civic.core.forms import CivicForm, choice, jalali_day, line, many, optional_id, prose, tick
from civic.core.text import N_, latin_digits, row_id
from civic.meetings.rules import ItemKind, OrganKind, Outcome, StanceKind

KINDS = {
    ItemKind.REPORT: N_("گزارش مشارکت"), ItemKind.BILL: N_("لایحه"), ItemKind.MOTION: N_("طرح"), ItemKind.QUESTION: N_("پرسش"),
    ItemKind.FOLLOW_UP: N_("پیگیری مصوبه"),
}  # fmt: skip
OUTCOMES = {
    Outcome.APPROVED: N_("تصویب شد"), Outcome.CHANGED: N_("با تغییر تصویب شد"), Outcome.REJECTED: N_("تصویب نشد"),
    Outcome.ASK_DEPARTMENT: N_("از واحد مسئول پرسیده می‌شود"), Outcome.ASK_PUBLIC: N_("دوباره از مردم پرسیده می‌شود"),
    Outcome.POSTPONED: N_("به جلسهٔ بعد ماند"),
}  # fmt: skip
STANCES = {
    StanceKind.SUPPORT: N_("موافق"), StanceKind.CHANGES: N_("موافق با تغییر"), StanceKind.AGAINST: N_("مخالف"),
    StanceKind.ABSTAIN: N_("ممتنع"),
}  # fmt: skip


class _Number(IntegerField):
    """A whole number in the digits of any language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([latin_digits(value) for value in valuelist])


def number(label: str) -> IntegerField:
    """From 1 to 100,000."""
    return _Number(
        lazy_gettext(label), [validators.InputRequired(lazy_gettext(N_("یک عدد بنویسید."))),
                              validators.NumberRange(1, 100_000, lazy_gettext(N_("عددی از ۱ تا ۱۰۰٬۰۰۰ بنویسید.")))],
    )  # fmt: skip


class TermForm(CivicForm):
    number = number(N_("شمارهٔ دوره"))
    starts_on = jalali_day(N_("آغاز دوره"), message=N_("روز آغاز دوره را برگزینید."))
    ends_on = jalali_day(N_("پایان دوره"), message=N_("روز پایان دوره را برگزینید."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for found in (self.starts_on, self.ends_on):
            found.years_back, found.years_ahead = 6, 6


class OrganForm(CivicForm):
    kind = choice(
        N_("چیست؟"),
        [
            (OrganKind.COUNCIL.value, lazy_gettext(N_("شورا"))),
            (OrganKind.COMMISSION.value, lazy_gettext(N_("کمیسیون"))),
        ],
    )
    name_fa = line(N_("نام"), most=120, message=N_("نام را بنویسید."))
    name_en = line(N_("نام به انگلیسی"), most=120, required=False)
    name_ar = line(N_("نام به عربی"), most=120, required=False)


class SeatsForm(CivicForm):
    members = many(
        N_("چه کسانی عضو این کمیسیون‌اند؟"),
        coerce=lambda value: row_id(str(value)) or 0,
        validate_choice=False,
    )


class MeetingForm(CivicForm):
    organ_id = choice(N_("جلسهٔ کجا؟"), coerce=optional_id, message=N_("شورا یا کمیسیون را برگزینید."))
    term_id = choice(N_("دوره"), coerce=optional_id, message=N_("دوره را برگزینید."))
    number = number(N_("شمارهٔ جلسه"))
    day = jalali_day(N_("روز جلسه"), message=N_("روز جلسه را برگزینید."))
    time = line(N_("ساعت"), most=5, message=N_("ساعت جلسه را بنویسید."))
    place = line(N_("جا"), most=160, message=N_("جای جلسه را بنویسید."))
    stance_day = jalali_day(
        N_("نظر اعضا تا پایان این روز"), message=N_("روزی را برگزینید که مهلت نظر اعضا پایان می‌یابد.")
    )
    closed = tick(N_("جلسه غیرعلنی است؛ مردم تنها شماره و زمان آن را می‌بینند"))


class RescheduleForm(CivicForm):
    day = jalali_day(N_("روز جلسه"), message=N_("روز جلسه را برگزینید."))
    time = line(N_("ساعت"), most=5, message=N_("ساعت جلسه را بنویسید."))
    place = line(N_("جا"), most=160, message=N_("جای جلسه را بنویسید."))
    stance_day = jalali_day(
        N_("نظر اعضا تا پایان این روز"), message=N_("روزی را برگزینید که مهلت نظر اعضا پایان می‌یابد.")
    )


class CancelForm(CivicForm):
    reason = prose(
        N_("چرا لغو می‌شود؟"), most=500, rows=3, message=N_("بنویسید چرا جلسه لغو می‌شود؛ همه این را می‌خوانند.")
    )


class ItemForm(CivicForm):
    kind = choice(
        N_("چه دستوری؟"), [(key.value, lazy_gettext(words)) for key, words in KINDS.items()], radio=True
    )
    report_id = choice(N_("کدام گزارش؟"), coerce=optional_id, required=False)
    title = line(N_("عنوان دستور"), most=300, required=False)
    closed = tick(N_("این دستور غیرعلنی است؛ مردم تنها شمارهٔ آن را می‌بینند"))


class StanceForm(CivicForm):
    stance = choice(
        N_("نظر شما دربارهٔ این موضوع"), [(key.value, lazy_gettext(words)) for key, words in STANCES.items()], radio=True, required=False,
    )  # fmt: skip
    interest = tick(N_("در این موضوع ذی‌نفعم؛ نظر من شمرده نمی‌شود و همه این را می‌بینند"))
    note = prose(N_("یادداشت"), most=1000, rows=3, required=False)
    note_public = tick(N_("همه این یادداشت را ببینند؛ اگر نزنید تنها شورا و دبیرش می‌بینند"))


class DecideForm(CivicForm):
    outcome = choice(
        N_("نتیجه چه شد؟"), [(key.value, lazy_gettext(words)) for key, words in OUTCOMES.items()], radio=True
    )
    text = prose(
        N_("شورا چه کرد و چرا؟"),
        most=2000,
        rows=4,
        message=N_("بنویسید شورا چه کرد و چرا؛ مردم همین را می‌خوانند."),
    )
