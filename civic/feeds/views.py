"""Atom feeds and calendars. Feeds show what everybody may read, the same to every reader, whoever is signed in."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as BaseResponse

from civic.contributions import queries as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import KINDS, ContributionKind
from civic.core.db import transaction
from civic.core.errors import NotFound
from civic.core.i18n import language, say
from civic.core.text import N_, row_id, shorten
from civic.core.web import current_actor, public, render, signed_in
from civic.departments.queries import categories
from civic.feeds import atom, deadlines, ical, queries, service
from civic.feeds.models import CalendarKey
from civic.feeds.rules import Due, Scope
from civic.groups.queries import actor_of
from civic.places.queries import districts

bp = Blueprint("feeds", __name__)

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without an entry changed last."""

LISTS = {
    "proposals": (ContributionKind.PROPOSAL, N_("پیشنهادها")),
    "problems": (ContributionKind.PROBLEM, N_("مسئله‌ها")),
    "consultations": (ContributionKind.CONSULTATION, N_("نظرخواهی‌ها")),
}
ANSWERS = {
    "accepted": N_("پذیرفته شد"),
    "partly": N_("پذیرفته شد با تغییر"),
    "declined": N_("پذیرفته نشد"),
    "already_done": N_("پیش‌تر انجام شده"),
    "not_ours": N_("در اختیار شهرداری نیست"),
    "needs_council": N_("نیازمند مصوبهٔ شورا"),
}


def _base() -> str:
    return str(current_app.config["BASE_URL"])


def _site_name() -> str:
    return current_app.config["SITE_NAME"] or {"fa": "چارسو", "ar": "تشارسو", "en": "Charsu"}[language()]


def _page(thing: Contribution | Due) -> str:
    kind = thing.contribution_kind if isinstance(thing, Due) else thing.kind
    number = thing.contribution_id if isinstance(thing, Due) else thing.id
    return url_for(KINDS[ContributionKind(kind)][0], contribution_id=number)


def _feed(entries: Sequence[atom.Entry], title: str, page: str, updated: datetime | None) -> Response:
    newest = max([entry.updated for entry in entries] + ([updated] if updated else []), default=BEGINNING)
    path = request.script_root + request.full_path.rstrip("?")
    written = atom.write(
        entries, base=_base(), path=path, title=title, page=page, updated=newest, language=language(), site_name=_site_name()
    )  # fmt: skip
    response = Response(written, content_type="application/atom+xml; charset=utf-8")
    response.last_modified = newest
    return response


def _entry(thing: Contribution) -> atom.Entry:
    return atom.Entry(
        path=f"{thing.kind}/{thing.id}", title=thing.title or thing.summary, updated=thing.updated_at,
        published=thing.published_at, address=_page(thing), summary=thing.summary, html=thing.html, author=thing.byline,
        language=thing.language, topic=thing.category.name(language()) if thing.category else "",
    )  # fmt: skip


def _list(name: str) -> Response:
    """The newest of a kind, in one district or of one topic where the list's page can be narrowed so."""
    kind, words = LISTS[name]
    category_id, district_id = row_id(request.args.get("category")), row_id(request.args.get("district"))
    title = [say(words)]
    for asked, known in ((category_id, categories()), (district_id, districts())):
        if asked:
            one = next((row for row in known if row.id == asked), None)
            if one is None:
                raise NotFound
            title.append(one.name(language()))
    found = queries.newest(kind, category_id=category_id, district_id=district_id)
    page = url_for(f"{name}.index", category=category_id, district=district_id)
    heading = f"{_site_name()}: {'، '.join(title) if language() != 'en' else ', '.join(title)}"
    return _feed([_entry(thing) for thing in found], heading, page, queries.last_change(kind))


@bp.get("/proposals.atom")
@public
def proposals() -> Response:
    return _list("proposals")


@bp.get("/problems.atom")
@public
def problems() -> Response:
    return _list("problems")


@bp.get("/consultations.atom")
@public
def consultations() -> Response:
    return _list("consultations")


@bp.get("/outcomes.atom")
@public
def outcomes() -> Response:
    """Official answers, newest first."""
    entries = [
        atom.Entry(
            path=f"answer/{answer.case_id}", title=f"{say(ANSWERS.get(answer.kind, ''))}: {thing.title or thing.summary}",
            updated=answer.published_at or thing.updated_at, published=answer.published_at, address=_page(thing),
            summary=shorten(answer.what, 400), author=_site_name(),
        )
        for answer, thing in queries.answers()
    ]  # fmt: skip
    title = f"{_site_name()}: {say(N_('پاسخ‌های رسمی'))}"
    return _feed(entries, title, url_for("outcomes.index"), None)


def _path(kind: ContributionKind, contribution_id: int) -> Response:
    """The life line of one thing: each step an entry."""
    thing = queries.one(kind, contribution_id)
    words: Callable[..., str] = current_app.jinja_env.get_template("ui/path.html").module.step_words  # type: ignore[attr-defined]
    entries = [
        atom.Entry(
            path=f"step/{step.id}", title=f"{str(words(step.kind, step.detail)).strip()}: {thing.title}", updated=step.at,
            published=step.at, address=_page(thing), summary=say(step.note) if step.note else "", author=_site_name(),
        )
        for step in reversed(contributions.steps_of(thing.id)[-50:])
    ]  # fmt: skip
    return _feed(entries, thing.title, _page(thing), thing.updated_at)


def _dates(kind: ContributionKind, contribution_id: int) -> Response:
    thing = queries.one(kind, contribution_id)
    return _calendar(deadlines.of_thing(thing.id), thing.title)


def _calendar(dues: Sequence[Due], name: str, *, address: Callable[[Due], str] = _page) -> Response:
    written = ical.write(dues, base=_base(), name=name, language=language(), address=address)
    return Response(written, content_type="text/calendar; charset=utf-8")


@bp.get("/proposals/<int:contribution_id>.atom")
@public
def proposal(contribution_id: int) -> Response:
    return _path(ContributionKind.PROPOSAL, contribution_id)


@bp.get("/problems/<int:contribution_id>.atom")
@public
def problem(contribution_id: int) -> Response:
    return _path(ContributionKind.PROBLEM, contribution_id)


@bp.get("/consultations/<int:contribution_id>.atom")
@public
def consultation(contribution_id: int) -> Response:
    return _path(ContributionKind.CONSULTATION, contribution_id)


@bp.get("/proposals/<int:contribution_id>.ics")
@public
def proposal_dates(contribution_id: int) -> Response:
    return _dates(ContributionKind.PROPOSAL, contribution_id)


@bp.get("/problems/<int:contribution_id>.ics")
@public
def problem_dates(contribution_id: int) -> Response:
    return _dates(ContributionKind.PROBLEM, contribution_id)


@bp.get("/consultations/<int:contribution_id>.ics")
@public
def consultation_dates(contribution_id: int) -> Response:
    return _dates(ContributionKind.CONSULTATION, contribution_id)


# ---- secret addresses --------------------------------------------------------------------------------


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="calendar")


def _address(key: CalendarKey | None) -> str:
    """Where a calendar program finds it: nothing stored in the database alone is enough to make this address."""
    if key is None:
        return ""
    return _base() + url_for("feeds.personal", token=_signer().dumps([key.id, key.nonce]))


@bp.get("/me/calendar")
@signed_in
def mine() -> BaseResponse:
    """The secret addresses of this person's calendars."""
    actor = current_actor()
    keys = queries.keys_of(actor)
    scopes = [Scope.MINE, *([Scope.DESK] if actor.departments() or Scope.DESK in keys else [])]
    return render(
        "feeds/calendar.html", calendars=[(scope, _address(keys.get(scope))) for scope in scopes], dues=deadlines.of_person(actor)
    )  # fmt: skip


def _scope(name: str) -> Scope:
    if name not in set(Scope):
        raise NotFound
    return Scope(name)


@bp.post("/me/calendar/<scope>")
@signed_in
def open_calendar(scope: str) -> BaseResponse:
    """Make the address, or a new one."""
    with transaction():
        service.open_calendar(current_actor(), _scope(scope))
    flash(say(N_("نشانی تازه آماده است؛ نشانی پیشین دیگر کار نمی‌کند.")))
    return redirect(url_for("feeds.mine"), 303)


@bp.post("/me/calendar/<scope>/close")
@signed_in
def close_calendar(scope: str) -> BaseResponse:
    """No address any more."""
    with transaction():
        service.close_calendar(current_actor(), _scope(scope))
    flash(say(N_("ثبت شد؛ آن نشانی دیگر کار نمی‌کند.")))
    return redirect(url_for("feeds.mine"), 303)


@bp.get("/calendar/<token>.ics")
@public
def personal(token: str) -> Response:
    """A person's calendar, by its secret address; what it shows is judged anew each time."""
    try:
        found: Any = _signer().loads(token)
        key = queries.key(int(found[0]), str(found[1]))
    except (BadSignature, ValueError, TypeError, IndexError):
        raise NotFound from None
    actor = actor_of(key.user_id)
    if key.scope is Scope.DESK:
        response = _calendar(
            deadlines.of_desk(actor), say(N_("مهلت‌های واحد")), address=lambda due: url_for("cases.case", case_id=due.number)
        )  # fmt: skip
    else:
        response = _calendar(deadlines.of_person(actor), say(N_("مهلت‌های من در %(site)s"), site=_site_name()))
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
