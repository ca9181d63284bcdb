"""From a draft to words in the reader's language: a letter, a digest, a text message, a message of a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, render_template, url_for

from civic.contributions.rules import ContributionKind
from civic.core import mail
from civic.core.dates import write_day
from civic.core.i18n import DIRECTION, count, language, say
from civic.core.text import N_, shorten
from civic.notifications.drafts import Draft, Subject, Told
from civic.notifications.links import Stop, token_for
from civic.notifications.rules import SMS_LENGTH, Rhythm, read_digest
from civic.notifications.words import TOPICS, say_notice, say_why, topic_of

SHORT = {ContributionKind.PROPOSAL: "/p/", ContributionKind.CONSULTATION: "/c/"}
TITLE_IN_SMS = 50


@dataclass
class Thing:
    """What a digest tells of one thing."""

    title: str
    address: str
    lines: list[str] = field(default_factory=list)


@contextmanager
def reader(locale: str) -> Iterator[str]:
    """A context of its own: language and addresses are those of the reader, not of this process. Gives the site's address."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    base = str(app.config["BASE_URL"])
    lang = locale if locale in DIRECTION else "fa"
    prefix = "" if lang == "fa" else f"/{lang}"
    with (
        app.app_context(),
        app.test_request_context(base_url=base + prefix, environ_overrides={"civic.language": lang}),
    ):
        yield base


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001 - Flask's own way


def _stop_link(base: str, stop: Stop) -> str:
    return base + url_for("notifications.unsubscribe", token=token_for(_app(), stop))


def post_letter(draft: Draft) -> None:
    """Hand a letter or a digest to the post."""
    with reader(draft.locale) as base:
        subject, text, html, stop = _digest(draft, base) if draft.digest else _letter(draft, base)
        mail.send(
            draft.to, subject, text.strip() + "\n", html=html,
            message_id=f"<{draft.name}@{urlsplit(base).hostname or 'localhost'}>",
            headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )  # fmt: skip


def _letter(draft: Draft, base: str) -> tuple[str, str, str, str]:
    told = draft.told[0]
    line, more, path = say_notice(told, told.about)
    topic = topic_of(told.kind)
    stop = _stop_link(base, Stop(draft.user_id, topic=topic))
    values = {
        "line": line, "more": more, "name": draft.full_name, "address": base + path, "why_words": say_why(told.kind),
        "stop": stop, "topic": say(TOPICS[topic]), **_ways_out(draft, base),
    }  # fmt: skip
    return (
        line, render_template("notifications/letter.txt", **values),
        render_template("notifications/letter.html", **values), stop,
    )  # fmt: skip


def _ways_out(draft: Draft, base: str) -> dict[str, str]:
    return {
        "stop_all": _stop_link(base, Stop(draft.user_id)),
        "settings": base + url_for("notifications.settings"),
    }


def _digest(draft: Draft, base: str) -> tuple[str, str, str, str]:
    rhythm, day = read_digest(draft.digest)
    things = gathered(draft.told, base)
    n = len(draft.told) + draft.more
    news = count("%(n)s خبر", "%(n)s خبر", n)
    words = N_("خلاصهٔ هفته: %(news)s") if rhythm is Rhythm.WEEKLY else N_("خلاصهٔ روز: %(news)s")
    subject = say(words, news=news)
    stop = _stop_link(base, Stop(draft.user_id, digest=rhythm))
    values: dict[str, Any] = {
        "subject": subject, "things": things, "name": draft.full_name, "more": draft.more, "stop": stop,
        "weekly": rhythm is Rhythm.WEEKLY, "day_words": write_day(day, language(), "wy"),
        "all_news": base + url_for("notifications.index"), **_ways_out(draft, base),
    }  # fmt: skip
    return (
        subject, render_template("notifications/digest.txt", **values),
        render_template("notifications/digest.html", **values), stop,
    )  # fmt: skip


def gathered(told: tuple[Told, ...], base: str = "") -> list[Thing]:
    """News by the thing they are about, in the order of their first; what is about no thing stands by itself."""
    things: dict[object, Thing] = {}
    for n, one in enumerate(told):
        line, _more, path = say_notice(one, one.about)
        key: object = one.contribution_id or (one.kind, n)
        title = (one.about.title or one.about.summary) if one.about else ""
        thing = things.setdefault(key, Thing(title, base + path))
        if line not in thing.lines:
            thing.lines.append(line)
    return list(things.values())


def text_message(draft: Draft) -> str:
    """At most 160 characters with a short link; a long title gives way first."""
    told = draft.told[0]
    with reader(draft.locale) as base:
        about = told.about
        if about is not None:
            about = Subject(about.id, about.kind, shorten(about.title or about.summary, TITLE_IN_SMS), "")
        line, _more, path = say_notice(told, about)
        if about is not None and about.kind in SHORT and path == _page(about):
            path = path.replace(_page(about), f"{SHORT[about.kind]}{about.id}", 1)
        link = base + path
        return f"{shorten(line, SMS_LENGTH - len(link) - 1)}\n{link}"


def _page(about: Subject) -> str:
    return f"/{'proposals' if about.kind is ContributionKind.PROPOSAL else 'consultations'}/{about.id}"


def browser_message(draft: Draft) -> dict[str, str]:
    """Title, second line and address of a browser's message."""
    told = draft.told[0]
    with reader(draft.locale) as base:
        line, more, path = say_notice(told, told.about)
        return {"title": line, "body": more, "url": base + path, "name": draft.name}
