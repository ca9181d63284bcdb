"""What every template can use."""

import hashlib
from collections.abc import Callable, MutableMapping
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask.templating import Environment
from flask_wtf.csrf import generate_csrf
from sqlalchemy import bindparam, select

from civic.app import drawing
from civic.cases.queries import late_among, opinion_of, public_answer
from civic.comments.models import Comment, Side
from civic.contributions.models import Contribution
from civic.contributions.rules import KINDS, Status
from civic.core import clock, dates
from civic.core.actor import PUBLIC
from civic.core.db import Among, Ids, columns, db
from civic.core.i18n import DIRECTION, count, in_page, language, num, say, translate, translate_plural
from civic.core.policy import allowed
from civic.core.text import N_, shorten
from civic.core.web import link_to
from civic.duties.rules import last_day
from civic.resolutions.forms import KINDS as CLAUSE_KINDS
from civic.resolutions.forms import STATES as CLAUSE_STATES
from civic.resolutions.queries import told_about
from civic.votes.models import Tally
from config import ROOT


class Templates(Environment):
    """Templates that share one table of globals, as no template of ours is given its own.

    Each import of macros compares two such tables; chained ones, as Jinja makes them, cost a twentieth of a page there.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return self.globals if not d else super().make_globals(d)


def setup(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(translate, translate_plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=in_page, gettext=in_page)
    app.jinja_env.filters.update(
        num=num,
        day=write_day,
        iso=iso,
        say=say,
        month=write_month,
        ago=ago,
        last_day=last_day,
    )
    app.jinja_env.globals.update(drawing=drawing, rtl=lambda: DIRECTION[language()] == "rtl")
    app.jinja_env.globals.update(
        asset=asset,
        can=can,
        url_of=url_of,
        num=num,
        csrf_token=csrf_token,
        clock_now=clock.now,
        url_for=link_to,
        pure=pure,
        reuse=Reused(app),
    )
    app.jinja_env.globals.update(
        tally_map=tally_map,
        best_reasons=best_reasons,
        official_answer=public_answer,
        my_opinion=my_opinion,
        council_word=told_about,
        clause_words={"kinds": CLAUSE_KINDS, "states": CLAUSE_STATES},
        late_among=late_among,
    )
    app.context_processor(values)


def pure(macro: Callable[..., Any]) -> Callable[..., Any]:
    """A macro that is a function of its plain arguments and the language alone: each answer is made once per process.

    Arguments of different types are kept apart, so that a text which is marked safe never answers for one that is not.
    """

    @lru_cache(maxsize=2_000, typed=True)
    def known(_code: str, *args: Any, **named: Any) -> Any:
        return macro(*args, **named)

    def said(*args: Any, **named: Any) -> Any:
        return known(language(), *args, **named)

    return said


class Reused:
    """`{% call reuse('foot', root) %}…{% endcall %}`: a part that is the same for all pages with one key and language.

    The key names everything the part is made of; nothing that a person typed belongs into it. When templates are
    being written (auto_reload), nothing is kept.
    """

    MOST = 2_000

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._parts: dict[tuple[Any, ...], Any] = {}

    def __call__(self, *key: Any, caller: Callable[[], Any]) -> Any:
        if self._app.jinja_env.auto_reload:
            return caller()
        key = (language(), *key)
        part = self._parts.get(key)
        if part is None:
            if len(self._parts) >= self.MOST:
                self._parts.clear()
            part = self._parts[key] = caller()
        return part


def values() -> dict[str, Any]:
    lang = language()
    return {
        "lang": lang,
        "csrf_token": csrf_token,
        "direction": DIRECTION[lang],
        "root": request.script_root,
        "site_name": current_app.config["SITE_NAME"] or {"fa": "چارسو", "ar": "تشارسو", "en": "Charsu"}[lang],
        "actor": g.get("actor", PUBLIC),
        "path": request.full_path.rstrip("?"),
        "now": clock.now(),
        "today": clock.today(),
        "base_url": current_app.config["BASE_URL"],
        "fault_number": current_app.config["FAULT_NUMBER"],
        "is_demo": current_app.config["CIVIC_ENV"] == "demo",
    }


def csrf_token() -> str:
    """The token of a signed-in person; guests have none, so that their pages can be cached."""
    return generate_csrf() if g.get("actor", PUBLIC).is_signed_in else ""


def can(permission: str, thing: Any = None) -> bool:
    """May the reader do this? For showing a button."""
    return allowed(g.get("actor", PUBLIC), permission, thing)  # type: ignore[arg-type]


def url_of(contribution: Any, **more: Any) -> str:
    """The page of any contribution."""
    endpoint, _ = KINDS[contribution.kind]
    return url_for(endpoint, contribution_id=contribution.id, **more)


def my_opinion(answer_id: int) -> bool | None:
    """Whether the reader found an official answer convincing."""
    return opinion_of(g.get("actor", PUBLIC), answer_id)


@cache
def asset(name: str) -> str:
    """The address of a static file, changing with its content so that it can be cached for ever."""
    version = hashlib.sha256((Path(ROOT) / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={version}"


def write_day(value: date | datetime, style: str = "") -> str:
    return dates.write_day(value, language(), style) if value else ""


def write_month(value: date) -> str:
    return dates.write_month(value, language())


def iso(value: date | datetime) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def ago(value: datetime) -> str:
    """How long ago, in words: minutes, hours, days, then the date."""
    seconds = int((clock.now() - value).total_seconds())
    if seconds < 60:
        return say(N_("همین حالا"))
    if seconds < 3600:
        return count("%(n)s دقیقه پیش", "%(n)s دقیقه پیش", seconds // 60)
    if seconds < 86_400:
        return count("%(n)s ساعت پیش", "%(n)s ساعت پیش", seconds // 3600)
    if seconds < 14 * 86_400:
        return count("%(n)s روز پیش", "%(n)s روز پیش", seconds // 86_400)
    return dates.write_day(value, language(), "y")


TALLIES = select(Tally.contribution_id, Tally.option_key, Tally.supporters).where(
    Among(Tally.contribution_id, bindparam("things", type_=Ids()))
)


def tally_map(contribution_ids: list[int]) -> dict[int, dict[str, int]]:
    """Totals by option for a desk's list: {contribution: {option: ballots}}; desks lie beside votes, not above."""
    if not contribution_ids:
        return {}
    found: dict[int, dict[str, int]] = {}
    rows = columns(TALLIES, {"things": contribution_ids})
    for contribution_id, option, ballots in rows:
        found.setdefault(contribution_id, {})[option] = ballots
    return found


def best_reasons(contribution_id: int) -> list[tuple[str, str, int]]:
    """(side, text, people it was useful for): the most useful public reason of each side, for a department's desk."""
    rows = []
    for side in (Side.FOR, Side.AGAINST):
        best = db.session.execute(
            select(Contribution.text, Comment.useful_count)
            .join(Comment, Comment.id == Contribution.id)
            .where(
                Comment.subject_id == contribution_id,
                Comment.parent_id.is_(None),
                Comment.side == side,
                Contribution.status == Status.PUBLIC,
            )
            .order_by(Comment.useful_count.desc(), Comment.id)
            .limit(1)
        ).first()
        if best is not None:
            rows.append((str(side), shorten(best[0], 220), best[1]))
    return rows
