"""Languages: Persian is the source of every sentence; Arabic and English are catalogues over it."""

from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from civic.core import dates

LANGUAGES = ("fa", "ar", "en")
DIRECTION = {"fa": "rtl", "ar": "rtl", "en": "ltr"}
babel = Babel()
_catalogues: dict[str, NullTranslations] = {}


def language() -> str:
    """The language of this request, from the address; Persian outside a request."""
    try:
        return str(request.environ.get("civic.language", "fa"))
    except RuntimeError:
        return "fa"


def setup(app: Flask, folder: str) -> None:
    babel.init_app(app, default_locale="fa", default_timezone="Asia/Tehran", locale_selector=language,
                   default_translation_directories=folder)  # fmt: skip
    _catalogues.update({code: Translations.load(folder, [code]) for code in LANGUAGES})
    _as_written.cache_clear()


def translate(sentence: str) -> str:
    """A sentence in the language of the page, its placeholders still in it.

    Read once per process: Flask-Babel looks the locale up anew for each of a page's 250 sentences.
    """
    code = language()
    return sentence if code == "fa" or not sentence else str(_catalogues[code].gettext(sentence))


def translate_plural(singular: str, plural: str, n: int) -> str:
    """As `translate`, in the form that the number takes."""
    code = language()
    if code == "fa":
        return singular if n == 1 else plural
    return str(_catalogues[code].ngettext(singular, plural, n))


@lru_cache(maxsize=10_000)
def _as_written(_code: str, sentence: str) -> Markup:
    """A sentence of a template without placeholders: the same for every page in one language."""
    return Markup(translate(sentence)) % {}  # noqa: S704 - our own sentences


@pass_eval_context
def in_page(context: EvalContext, sentence: str, /, **values: Any) -> str:
    """`_` of the templates. What Jinja itself would do, but a page says 240 sentences and most have no placeholder."""
    if not context.autoescape:
        return translate(sentence) % values
    if values:
        return Markup(translate(sentence)) % values  # noqa: S704 - our own sentence; it escapes the values
    return _as_written(language(), sentence)


class LanguagePrefix:
    """Moves /ar and /en from the path into SCRIPT_NAME, so that url_for follows the language."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        for code in ("ar", "en"):
            if path == f"/{code}" or path.startswith(f"/{code}/"):
                environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + f"/{code}"
                environ["PATH_INFO"] = path[3:] or "/"
                environ["civic.language"] = code
                break
        return self.app(environ, start_response)


def say(message: str, **values: object) -> str:
    """A sentence in the language of the page, numbers in its digits."""
    shown = {
        k: num(v) if isinstance(v, int | float) and not isinstance(v, bool) else v for k, v in values.items()
    }
    sentence = translate(message)
    return sentence % shown if shown else sentence


def num(value: object) -> str:
    """Numbers grouped, other text as it is, both in the digits of the page."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return dates.number(value, language())
    return dates.digits(value, language())


def count(singular: str, plural: str, n: int, **values: object) -> str:
    """Ngettext with the number in the digits of the page."""
    return translate_plural(singular, plural, n) % {"n": num(n), **values}
