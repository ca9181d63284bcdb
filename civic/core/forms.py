"""Forms whose errors are sentences. Shape and limits only: no database, no permission."""

from datetime import date
from typing import Any

from flask import g, request
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    validators,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from civic.core import dates
from civic.core.clock import today
from civic.core.errors import RuleBroken
from civic.core.i18n import language, num, say
from civic.core.once import new_key
from civic.core.text import N_, clean_line, clean_text, latin_digits


class CivicForm(FlaskForm):
    """A form that keeps every word typed. `once` guards against a second sending."""

    once = HiddenField()

    class Meta(FlaskForm.Meta):
        @property
        def csrf(self) -> bool:
            return g.actor.is_signed_in if "actor" in g else False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.once.data:
            self.once.data = new_key()

    def accepted(self) -> bool:
        """A POST whose every field is well formed."""
        return request.method == "POST" and self.validate()

    def refuse(self, error: RuleBroken) -> None:
        """Put a broken rule beside the field it belongs to, or on top of the form."""
        sentence = say(error.message, **error.values)
        field = self._fields.get(error.field)
        if field is not None:
            field.errors = [*field.errors, sentence]
        else:
            self.form_errors.append(sentence)


def _required(message: str) -> list[Any]:
    return [validators.DataRequired(lazy_gettext(message))]


def _limits(least: int, most: int) -> list[Any]:
    def check(_form: Any, field: Field) -> None:
        size = len(field.data or "")
        if size > most:
            raise ValidationError(
                say(N_("این نوشته %(n)s حرف است؛ باید حداکثر %(most)s حرف باشد."), n=size, most=most)
            )
        if size and size < least:
            raise ValidationError(say(N_("این نوشته کوتاه است؛ دست‌کم %(least)s حرف بنویسید."), least=least))

    return [check]


def line(
    label: str, *, most: int = 120, least: int = 0, required: bool = True, message: str = "", **kw: Any
) -> StringField:
    """One line of text: bidi controls and double spaces gone."""
    first = _required(message or N_("این بخش را بنویسید.")) if required else [validators.Optional()]
    render = {"maxlength": most, "dir": "auto"} | kw.pop("render_kw", {})
    return StringField(lazy_gettext(label), [*first, *_limits(least, most)], filters=[lambda v: clean_line(v) if v else v],
                       render_kw=render, **kw)  # fmt: skip


def prose(
    label: str,
    *,
    most: int = 2000,
    least: int = 0,
    required: bool = True,
    message: str = "",
    rows: int = 5,
    **kw: Any,
) -> TextAreaField:
    """Several lines of text."""
    first = _required(message or N_("این بخش را بنویسید.")) if required else [validators.Optional()]
    render = {"maxlength": most, "rows": rows, "dir": "auto"} | kw.pop("render_kw", {})
    return TextAreaField(lazy_gettext(label), [*first, *_limits(least, most)], filters=[lambda v: clean_text(v) if v else v],
                         render_kw=render, **kw)  # fmt: skip


def choice(
    label: str,
    choices: Any = (),
    *,
    required: bool = True,
    coerce: Any = str,
    message: str = "",
    radio: bool = False,
    **kw: Any,
) -> Field:
    """One of a list. Choices may be set on the form object by the view."""
    checks = _required(message or N_("یکی را برگزینید.")) if required else [validators.Optional()]
    kind = _Radio if radio else _Select
    pairs = [SelectChoice(*pair) for pair in choices]
    return kind(lazy_gettext(label), checks, choices=pairs, coerce=coerce, validate_choice=True, **kw)


class _Pairs:
    """Choices given as (value, label) pairs, as views have them at hand; WTForms wants its own class from 3.4 on."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "choices" and value is not None and not callable(value):
            value = [SelectChoice(*pair) if isinstance(pair, tuple) else pair for pair in value]
        super().__setattr__(name, value)


class _Select(_Pairs, SelectField):
    pass


class _Radio(_Pairs, RadioField):
    pass


class _Many(_Pairs, SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def many(label: str, choices: Any = (), **kw: Any) -> Field:
    """Any of a list, as check boxes."""
    return _Many(lazy_gettext(label), choices=[SelectChoice(*pair) for pair in choices], **kw)


def tick(label: str, **kw: Any) -> BooleanField:
    return BooleanField(lazy_gettext(label), **kw)


def optional_id(value: Any) -> int | None:
    """Coerce for selects whose empty choice means none."""
    return int(value) if value not in (None, "", "None", "0", 0) else None


class JalaliDay(DateField):
    """A day from three selects of one name (year, month, day) in the page's calendar, or one text like 1405/09/02."""

    years_back, years_ahead = 1, 3

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.parts = [latin_digits(str(v)).strip() for v in valuelist] if len(valuelist) == 3 else None
        self.data: date | None = None
        text = "-".join(str(v).strip() for v in valuelist)
        if not text.strip("-"):
            return
        try:
            self.data = dates.read_day(text)
        except RuleBroken as error:
            raise ValueError(say(error.message, **error.values)) from error

    def _chosen(self) -> list[str]:
        if getattr(self, "parts", None):
            return list(self.parts or [])
        if not self.data:
            return ["", "", ""]
        return [str(n) for n in dates.parts_of(self.data, language())]

    @property
    def days(self) -> list[tuple[str, str, bool]]:
        chosen = self._chosen()[2]
        return [(str(n), num(str(n)), str(n) == chosen) for n in range(1, 32)]

    @property
    def months(self) -> list[tuple[str, str, bool]]:
        chosen = self._chosen()[1]
        return [(str(n), name, str(n) == chosen) for n, name in enumerate(dates.month_names(language()), 1)]

    @property
    def years(self) -> list[tuple[str, str, bool]]:
        chosen, this = self._chosen()[0], dates.parts_of(today(), language())[0]
        return [
            (str(n), num(str(n)), str(n) == chosen)
            for n in range(this - self.years_back, this + self.years_ahead + 1)
        ]


def jalali_day(label: str, *, required: bool = True, message: str = "", **kw: Any) -> JalaliDay:
    """A day, drawn by `ui/forms.html day_field`."""
    checks = _required(message or N_("یک روز برگزینید.")) if required else [validators.Optional()]
    return JalaliDay(lazy_gettext(label), checks, **kw)


class _Amount(IntegerField):
    def process_formdata(self, valuelist: list[Any]) -> None:
        text = (
            latin_digits(str(valuelist[0] if valuelist else ""))
            .replace(",", "")
            .replace("٬", "")
            .replace(" ", "")
        )
        self.data = None
        if not text:
            return
        if not text.isdigit() or len(text) > 15:
            raise ValueError(say(N_("مبلغ را به ریال و فقط با رقم بنویسید.")))
        self.data = int(text)


def amount(label: str, **kw: Any) -> IntegerField:
    """Whole rials, in any digits, with or without thousands marks."""
    return _Amount(
        lazy_gettext(label), [validators.Optional()], render_kw={"inputmode": "numeric", "dir": "ltr"}, **kw
    )


class Whole(IntegerField):
    """A whole number in any digits."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(
            [latin_digits(str(v)).replace("٬", "").replace(",", "").strip() for v in valuelist]
        )


def whole(label: str, *, least: int, most: int) -> Whole:
    message = lazy_gettext(N_("عددی در اندازهٔ خواسته‌شده بنویسید."))
    return Whole(
        lazy_gettext(label),
        [validators.InputRequired(message), validators.NumberRange(least, most, message)],
        render_kw={"inputmode": "numeric", "dir": "ltr"},
    )


def picture(label: str, **kw: Any) -> FileField:
    return FileField(lazy_gettext(label), render_kw={"accept": "image/jpeg,image/png,image/webp"}, **kw)


def uploaded(field: FileField, most: int) -> bytes | None:
    """The bytes of an uploaded file, one more than `most` at the most; None when nothing was chosen."""
    storage = field.data
    if not storage or not getattr(storage, "filename", ""):
        return None
    return bytes(storage.stream.read(most + 1))
