"""Catalogues: Persian sentences in the code are the source; ar and en are made complete over them."""

import os
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config import ROOT

FOLDER = Path(ROOT) / "translations"
LANGUAGES = ("ar", "en")
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "count": (1, 2)}


def _template() -> Catalog:
    catalog = Catalog(locale="fa", project="charsu", charset="utf-8")
    for folder in ("civic", "templates"):
        methods = [("**.py", "python")] if folder == "civic" else [("**.html", "jinja2")]
        options = {"**.html": {"trimmed": "true", "silent": "false"}} if folder == "templates" else {}
        for name, _line, message, _comments, context in extract_from_dir(
            str(Path(ROOT) / folder), methods, options, keywords=KEYWORDS
        ):
            catalog.add(message, None, [(f"{folder}/{name}", 1)], context=context)
    return catalog


def _path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def _read(language: str) -> Catalog:
    path = _path(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", project="charsu")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def extract() -> None:
    """Bring the catalogues up to the code; kept translations stay, vanished sentences go."""
    template = _template()
    for language in LANGUAGES:
        catalog = _read(language)
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        out = BytesIO()
        write_po(
            out,
            catalog,
            sort_output=True,
            omit_header=False,
            no_location=True,
            width=120,
            ignore_obsolete=True,
        )
        _path(language).parent.mkdir(parents=True, exist_ok=True)
        _path(language).write_bytes(out.getvalue())


def compile_stale() -> None:
    """Make .mo files that are missing or older than their catalogue."""
    for language in LANGUAGES:
        source = _path(language)
        target = source.with_suffix(".mo")
        if source.exists() and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
            out = BytesIO()
            write_mo(out, _read(language))
            temporary = target.with_suffix(f".{os.getpid()}.new")
            temporary.write_bytes(out.getvalue())
            temporary.replace(target)


def check() -> list[str]:
    """What is missing, left over or differs in its placeholders."""
    template = _template()
    problems = []
    for language in LANGUAGES:
        catalog = _read(language)
        for message in template:
            if not message.id:
                continue
            found = catalog.get(message.id, message.context)
            if found is None or not _filled(found):
                problems.append(
                    f"{language}: not translated: {message.id if isinstance(message.id, str) else message.id[0]}"
                )
                continue
            problems += [
                f"{language}: {problem} in: {message.id}" for problem in _differences(message, found)
            ]
    return problems


def _filled(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _placeholders(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:]}


def _differences(source: Message, found: Message) -> list[str]:
    """Every form may name what any form of the source names; the general one must name all of it."""
    sources = [source.id] if isinstance(source.id, str) else list(source.id)
    wanted = set().union(*(_placeholders(text) for text in sources))
    texts = [found.string] if isinstance(found.string, str) else list(found.string or ())
    return [
        f"placeholders {sorted(_placeholders(text))} instead of {sorted(wanted)}"
        for place, text in enumerate(texts)
        if not (_placeholders(text) == wanted or (place < len(texts) - 1 and _placeholders(text) <= wanted))
    ]
