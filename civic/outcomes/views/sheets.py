"""The printed sheet, its QR code, and the small page behind it: no account, two taps, a few kilobytes."""

import io
from datetime import timedelta
from typing import Any

import segno
from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as BaseResponse

from civic.core import clock, files
from civic.core.db import transaction
from civic.core.errors import NotFound, RuleBroken
from civic.core.files import MOST_BYTES
from civic.core.forms import uploaded
from civic.core.i18n import language
from civic.core.limits import limit
from civic.core.text import N_
from civic.core.web import address, current_actor, public, render
from civic.outcomes import queries, service
from civic.outcomes.forms import PhotoForm, ScanForm
from civic.outcomes.policy import has_no_part_in_it
from civic.outcomes.queries import Placard
from civic.outcomes.rules import SCAN_DAYS, Verdict, read_code
from civic.outcomes.views.base import bp

REMEMBERED = 30
KEEP_SECONDS = 60 * 24 * 3600
SCANS_AN_HOUR, ALL_SCANS_AN_HOUR = 15, 120
"""Of one network: many neighbours may share one address of a mobile operator."""
LINES = {
    "fa": ("rtl", "شما گفتید، ما کردیم؛ درست شد؟ دوربین را روی کد بگیرید؛ ورود لازم نیست."),
    "ar": ("rtl", "قلتم وفعلنا، فهل تمّ الأمر؟ وجّهوا الكاميرا نحو الرمز؛ لا حاجة إلى تسجيل."),
    "en": ("ltr", "You asked, we did it. Is it really fixed? Scan the code; no sign-in needed."),
}
"""The sheet speaks all three languages at once: one is the page's own, the others are these lines."""


def short_address(code: str) -> str:
    """What the QR code holds and the sheet says in letters."""
    return f"{current_app.config['BASE_URL']}/d/{code}"


@bp.get("/sheets/<int:contribution_id>")
@public
def sheet(contribution_id: int) -> Response:
    """«شما گفتید، ما کردیم؛ درست شد؟» on one A4 page, to be printed and hung at the place."""
    placard = queries.placard_of(contribution_id)
    lines = [(code, *words) for code, words in LINES.items() if code != language()]
    return render(
        "outcomes/sheet.html", placard=placard, contribution=placard.contribution, promise=placard.promise,
        code=placard.sheet.code, short=short_address(placard.sheet.code).split("://", 1)[1], lines=lines,
        until=clock.today() + timedelta(days=SCAN_DAYS),
    )  # fmt: skip


@bp.get("/d/<code>/qr.svg")
@public
def qr(code: str) -> Response:
    """The code of the sheet, black on white in every theme; a quarter of it may be worn off."""
    placard = _placard(code)
    if placard is None:
        raise NotFound
    out = io.BytesIO()
    made = segno.make(short_address(placard.sheet.code), error="q", micro=False)
    made.save(
        out,
        kind="svg",
        border=4,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        omitsize=True,
    )
    response = Response(out.getvalue(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/d")
@public
def find_sheet() -> BaseResponse:
    """A code typed from the paper leads to its page."""
    typed = request.args.get("code", "")
    if read_code(typed):
        return redirect(url_for("outcomes.scan", code=read_code(typed)), 303)
    return _unknown(typed) if typed else make_response(render_template("outcomes/no_sheet.html", typed=""))


@bp.get("/d/<code>")
@public
def scan(code: str) -> BaseResponse:
    """What was asked, what was done, three buttons."""
    placard = _placard(code)
    if placard is None:
        return _unknown(code)
    if code != placard.sheet.code:
        return redirect(url_for("outcomes.scan", code=placard.sheet.code), 303)
    return _page(placard)


def _page(placard: Placard, form: Any = None) -> Response:
    actor = current_actor()
    said = _said(placard)
    photo_sent = request.args.get("photo") == "sent"
    if actor.is_signed_in and placard.promise is not None:
        mine = queries.verdict_of(actor, placard.promise)
        said = str(mine.verdict) if mine else said
    return render(
        "outcomes/scan.html", placard=placard, contribution=placard.contribution, promise=placard.promise,
        sheet=placard.sheet, said=said, form=form, photo_form=form if isinstance(form, PhotoForm) else PhotoForm(formdata=None),
        photo_sent=photo_sent,
    )  # fmt: skip


@bp.post("/d/<code>")
@public
def answer_scan(code: str) -> BaseResponse:
    """Yes, partly, no. Somebody signed in who is concerned gives the word that counts; everybody else a scan."""
    placard = _placard(code)
    if placard is None:
        return _unknown(code)
    page = url_for("outcomes.scan", code=placard.sheet.code)
    form = ScanForm()
    if not form.accepted():
        return _page(placard, form)
    actor, said = current_actor(), Verdict(form.said.data)
    promise = placard.promise
    try:
        if promise is not None and actor.is_signed_in and _has_a_word(placard):
            with transaction():
                service.judge(actor, queries.for_change(promise.id), verdict=said)
            return redirect(page + "#said", 303)
        if _said(placard):
            return redirect(page + "#said", 303)
        limit("scan", f"{address()}:{placard.sheet.contribution_id}", SCANS_AN_HOUR, 3600)
        limit("scans", address(), ALL_SCANS_AN_HOUR, 3600)
        with transaction():
            service.scan(actor, queries.sheet_for_change(placard.sheet.contribution_id), said=said)
            kept = placard.contribution.id, placard.sheet.round
    except RuleBroken as error:
        form.refuse(error)
        return _page(queries.placard(placard.sheet.code), form)
    response = redirect(page + "#said", 303)
    _remember(response, *kept, said)
    return response


def _has_a_word(placard: Placard) -> bool:
    actor, promise = current_actor(), placard.promise
    return (
        promise is not None
        and has_no_part_in_it(actor, promise)
        and queries.is_concerned(actor, placard.contribution.id)
    )


@bp.post("/d/<code>/photo")
@public
def scan_photo(code: str) -> BaseResponse:
    """A picture beside what was just said; nothing is published."""
    placard = _placard(code)
    if placard is None:
        return _unknown(code)
    form = PhotoForm()
    page = url_for("outcomes.scan", code=placard.sheet.code)
    if not _said(placard):
        return redirect(page, 303)
    try:
        data = uploaded(form.photo, MOST_BYTES)
        if not data:
            raise RuleBroken(N_("عکسی برگزیده نشده است. عکس را برگزینید و دوباره بفرستید."), field="photo")
        limit("scan-photo", address(), 20, 3600)
        picture = files.read_picture(data)
        with files.on_disk([picture]), transaction():
            service.add_photo(
                current_actor(), queries.sheet_for_change(placard.sheet.contribution_id), picture
            )
    except RuleBroken as error:
        form.refuse(error)
        return _page(queries.placard(placard.sheet.code), form)
    return redirect(page + "?photo=sent#said", 303)


def _placard(code: str) -> Placard | None:
    """None for a code that is none, or whose subject nobody can read any more: the same page for both."""
    known = read_code(code)
    try:
        return queries.placard(known) if known else None
    except NotFound:
        return None


def _unknown(typed: str) -> Response:
    return make_response(
        render_template(
            "outcomes/no_sheet.html", typed=typed[:20], misread=bool(typed) and not read_code(typed)
        ),
        404,
    )


# ---- one answer a browser: a signed cookie, set only by pressing --------------------------------


def _cookie_name() -> str:
    return "__Host-charsu-d" if current_app.config["SECURE"] else "charsu-d"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="scanned-sheets")


def _cookie() -> dict[str, Any]:
    try:
        found = _signer().loads(request.cookies.get(_cookie_name(), ""))
    except BadData:
        return {}
    return found if isinstance(found, dict) else {}


def _said(placard: Placard) -> str:
    """What this browser has said in the sheet's present round; '' when nothing."""
    kept = _cookie().get(str(placard.sheet.contribution_id))
    return str(kept[1]) if isinstance(kept, list) and kept[:1] == [placard.sheet.round] else ""


def _remember(response: BaseResponse, contribution_id: int, number: int, said: Verdict) -> None:
    kept = _cookie()
    kept.pop(str(contribution_id), None)
    kept[str(contribution_id)] = [number, str(said)]
    newest = dict(list(kept.items())[-REMEMBERED:])
    response.set_cookie(
        _cookie_name(), str(_signer().dumps(newest)), max_age=KEEP_SECONDS, httponly=True, samesite="Lax",
        secure=current_app.config["SECURE"], path="/",
    )  # fmt: skip
