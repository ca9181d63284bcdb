"""What came of the promises of the story: reports with evidence, disputes, silence, scans in the street, opinions."""

import io
import random
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Protocol

from fpdf import FPDF
from PIL import Image, ImageDraw
from sqlalchemy import select

from civic.accounts.models import RoleGrant
from civic.cases import queries as case_queries
from civic.cases import service as cases
from civic.cases.models import Answer, Case
from civic.cases.rules import AnswerStatus
from civic.core import files
from civic.core.actor import PUBLIC, Actor, Role
from civic.core.db import db
from civic.core.files import Paper, Picture
from civic.outcomes import jobs, queries, service
from civic.outcomes.models import Promise, Sheet
from civic.outcomes.rules import PromiseStatus, Verdict

SKY, WALL, GROUND, ROOF, POST = (
    (196, 214, 224),
    (222, 205, 178),
    (120, 116, 110),
    (13, 128, 136),
    (60, 70, 84),
)


class Teller(Protocol):
    """What this chapter needs of the one who tells the story."""

    luck: random.Random
    people: list[int]
    today: date

    def actor(self, who: str | int) -> Actor: ...
    def ago(self, days: float, *, follow: bool = True) -> AbstractContextManager[None]: ...


def picture(seed: int) -> Picture:
    """A drawn street with a shelter: evidence that shows nobody."""
    luck = random.Random(seed)
    image = Image.new("RGB", (960, 720), SKY)
    draw = ImageDraw.Draw(image)
    for n in range(6):
        top = 120 + luck.randrange(0, 160)
        draw.rectangle(
            (n * 160, top, n * 160 + 158, 500), fill=tuple(c - luck.randrange(0, 40) for c in WALL)
        )
        for row in range(top + 30, 470, 70):
            draw.rectangle((n * 160 + 40, row, n * 160 + 110, row + 34), fill=SKY)
    draw.rectangle((0, 500, 960, 720), fill=GROUND)
    x = 200 + luck.randrange(0, 320)
    draw.rectangle((x, 300, x + 320, 324), fill=ROOF)
    for post in (x + 16, x + 290):
        draw.rectangle((post, 324, post + 14, 560), fill=POST)
    draw.rectangle((x + 50, 470, x + 270, 490), fill=(150, 96, 52))
    out = io.BytesIO()
    image.save(out, "PNG")
    return files.read_picture(out.getvalue())


def paper(seed: int) -> Paper:
    """A drawn plan as a PDF."""
    luck = random.Random(seed)
    made = FPDF(format="A4")
    made.add_page()
    made.set_font("helvetica", size=14)
    made.cell(text="Handover record (invented, for the demo)")
    for n in range(4):
        made.rect(20 + 26 * n, 40 + luck.randrange(0, 30), 20, 12)
    judged = files.read_evidence(bytes(made.output()), where="evidence")
    if not isinstance(judged, Paper):
        message = "the demo's own paper was not taken for one"
        raise TypeError(message)
    return judged


def kept(*found: Picture | Paper) -> Sequence[Picture | Paper]:
    """Written to disk, for a report that follows at once."""
    files.write(found)
    return found


def officer_of(teller: Teller, promise: Promise) -> Actor:
    """Somebody of the department that promised."""
    user_id = db.session.scalars(
        select(RoleGrant.user_id)
        .where(RoleGrant.role == Role.OFFICER, RoleGrant.scope_id == promise.department_id)
        .order_by(RoleGrant.user_id)
        .limit(1)
    ).one()
    return teller.actor(user_id)


def tell(teller: Teller) -> None:
    """The whole chapter."""
    ahead = _promises(PromiseStatus.OPEN, ahead=teller.today)
    if ahead:
        _progress(teller, ahead[0])
    if len(ahead) > 1:
        _disputed(teller, ahead[1])
    if len(ahead) > 2:
        _unheard(teller, ahead[2])
    _scans(teller)
    _opinions(teller)


def _promises(status: PromiseStatus, *, ahead: date | None = None) -> list[int]:
    query = select(Promise.id).where(Promise.status == status)
    if ahead:
        query = query.where(Promise.due_on >= ahead)
    found = list(db.session.scalars(query.order_by(Promise.due_on, Promise.id)))
    db.session.rollback()
    return found


def _report(
    teller: Teller, promise_id: int, days: float, percent: int, words: str, *found: Picture | Paper, reason: str = ""
) -> None:  # fmt: skip
    with teller.ago(days):
        row = queries.for_change(promise_id)
        service.report(
            officer_of(teller, row), row, percent=percent, words=words, reason=reason, kept=kept(*found),
            happened_on=teller.today - timedelta(days=int(days) + 1),
        )  # fmt: skip


def _progress(teller: Teller, promise_id: int) -> None:
    _report(teller, promise_id, 16, 35, "پیمانکار برگزیده شد و پی‌کنی در دو جا پایان یافت.", paper(1))
    _report(
        teller,
        promise_id,
        5,
        60,
        "سازه در دو جا نصب شد؛ دو جای دیگر هفتهٔ آینده آغاز می‌شود.",
        picture(2),
        picture(3),
    )


def _disputed(teller: Teller, promise_id: int) -> None:
    """Done, says the department; not so, say three who use it."""
    _report(teller, promise_id, 12, 100, "کار پایان یافت و از امروز در دسترس است.", picture(4))
    left = 3
    words = ("دو تا از آنها هنوز نصب نشده است.", "نصب شد ولی چراغ ندارد.", "")
    with teller.ago(8):
        row = queries.for_change(promise_id)
        for person in map(teller.actor, teller.people):
            if left and queries.is_concerned(person, row.contribution_id) and not person.departments():
                left -= 1
                service.judge(person, row, verdict=Verdict.NOT_DONE, note=words[left])
    _report(
        teller, promise_id, 3, 70, "چراغ‌ها نصب شد؛ دو جای مانده تا پایان ماه تمام می‌شود.", picture(5),
        reason="مردم درست می‌گفتند: دو جا مانده بود و زود گزارش داده بودیم.",
    )  # fmt: skip


def _unheard(teller: Teller, promise_id: int) -> None:
    """Done, and nobody says a word in four weeks."""
    _report(teller, promise_id, 28.5, 100, "ساعت و تابلو در هر دو سر خیابان نصب شد.", picture(6), paper(7))
    jobs.ask_due()


def _scans(teller: Teller) -> None:
    """Sheets that hang in the street: one that is praised, one that is doubted."""
    plans = {
        PromiseStatus.CONFIRMED: [Verdict.DONE] * 14 + [Verdict.PARTLY] * 2 + [Verdict.NOT_DONE],
        PromiseStatus.REPORTED: [Verdict.NOT_DONE] * 6 + [Verdict.PARTLY, Verdict.DONE, Verdict.DONE],
    }
    for status, plan in plans.items():
        for promise_id in _promises(status)[:1]:
            contribution_id = queries.entry(promise_id).promise.contribution_id
            for n, said in enumerate(plan):
                with teller.ago(0.9 - n / 40, follow=n == len(plan) - 1):
                    service.scan(PUBLIC, queries.sheet_for_change(contribution_id), said=said)


def _opinions(teller: Teller) -> None:
    """«این پاسخ قانع‌کننده بود؟»"""
    rows = db.session.execute(
        select(Answer.id, Answer.kind)
        .join(Case, Case.id == Answer.case_id)
        .join(Sheet, Sheet.contribution_id == Case.contribution_id)
        .where(Answer.status == AnswerStatus.PUBLISHED)
        .order_by(Answer.id)
    ).all()
    db.session.rollback()
    for answer_id, kind in rows:
        lean = 0.45 if kind in {"declined", "not_ours"} else 0.8
        with teller.ago(0.6, follow=False):
            answer, _case = case_queries.published_for_change(answer_id)
            for person in teller.luck.sample(teller.people, teller.luck.randrange(4, 26)):
                cases.opine(teller.actor(person), answer, yes=teller.luck.random() < lean)
