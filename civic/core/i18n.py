"""Languages: Persian is the source of every sentence; Arabic and English are catalogues over it."""

from typing import Any

from flask import Flask, request
from flask_babel import Babel, gettext, ngettext

from civic.core import dates

LANGUAGES = ("fa", "ar", "en")
DIRECTION = {"fa": "rtl", "ar": "rtl", "en": "ltr"}
babel = Babel()


def language() -> str:
    """The language of this request, from the address; Persian outside a request."""
    return str(request.environ.get("civic.language", "fa")) if request else "fa"


def setup(app: Flask, folder: str) -> None:
    babel.init_app(app, default_locale="fa", default_timezone="Asia/Tehran", locale_selector=language,
                   default_translation_directories=folder)  # fmt: skip


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
    return str(gettext(message, **shown)) if message else ""


def num(value: object) -> str:
    """Numbers grouped, other text as it is, both in the digits of the page."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return dates.number(value, language())
    return dates.digits(value, language())


def count(singular: str, plural: str, n: int, **values: object) -> str:
    """Ngettext with the number in the digits of the page."""
    return str(ngettext(singular, plural, n, n=num(n), **values))
