"""Sheets in the street: their codes, and what those say who scan them."""

import secrets

from civic.audit.service import record
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import db, upsert
from civic.core.errors import NotAllowed, RuleBroken
from civic.core.files import Picture
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.text import N_
from civic.outcomes import queries
from civic.outcomes.events import SheetDoubted
from civic.outcomes.models import Promise, Sheet, SheetDay, SheetPhoto
from civic.outcomes.policy import May, has_no_part_in_it
from civic.outcomes.rules import ALPHABET, CODE_LETTERS, HOUSE_IS_SILENT, Verdict, code_of, in_doubt

WITH_SHEET = {ContributionKind.PROPOSAL, ContributionKind.PROBLEM}
MOST_PHOTOS = 40
COLUMN = {
    Verdict.DONE: "done_count",
    Verdict.PARTLY: "partly_count",
    Verdict.NOT_DONE: "not_done_count",
}


def give_code(contribution_id: int) -> None:
    """Something answered gets the code of its sheet, once; nobody can guess it. Called by `keep`."""
    if db.session.get_one(Contribution, contribution_id).kind not in WITH_SHEET:
        return
    code = code_of(secrets.randbelow(len(ALPHABET)) for _ in range(CODE_LETTERS))
    db.session.execute(
        upsert(Sheet)
        .values(
            contribution_id=contribution_id, code=code, made_at=clock.now(), round=0, done_count=0, partly_count=0,
            not_done_count=0, photo_count=0,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def begin_round(promise: Promise) -> None:
    """Those who scan are asked about the newest report only. Called by `report`."""
    sheet = db.session.get(Sheet, promise.contribution_id, populate_existing=True)
    if sheet is not None:
        sheet.round, sheet.doubted_at = sheet.round + 1, None
        sheet.done_count = sheet.partly_count = sheet.not_done_count = sheet.photo_count = 0


def scan(actor: Actor, sheet: Sheet, *, said: Verdict) -> None:
    """A passer-by says yes, partly or no; a number and nothing else is kept. Never mixed with the people's verdict."""
    require(actor, May.SCAN, sheet)
    placard = queries.placard_of(sheet.contribution_id)
    if not placard.asks:
        raise RuleBroken(N_("این قول هنوز زمان دارد. از روز موعد می‌توانید همین‌جا بگویید انجام شد یا نه."))
    if placard.promise is not None and not has_no_part_in_it(actor, placard.promise):
        raise NotAllowed(HOUSE_IS_SILENT)
    if said not in COLUMN:
        raise RuleBroken(N_("یکی از سه پاسخ را برگزینید."))
    name = COLUMN[said]
    zero = dict.fromkeys(COLUMN.values(), 0)
    where = {"contribution_id": sheet.contribution_id, "round": sheet.round, "day": clock.today()}
    db.session.execute(
        upsert(SheetDay)
        .values(**where, **(zero | {name: 1}))
        .on_conflict_do_update(
            index_elements=["contribution_id", "round", "day"], set_={name: getattr(SheetDay, name) + 1}
        )
    )
    setattr(sheet, name, getattr(sheet, name) + 1)
    counts = queries.lately_scanned(sheet)
    if placard.asks == "done" and sheet.doubted_at is None and in_doubt(*counts):
        sheet.doubted_at = clock.now()
        record(
            SYSTEM, "sheet.doubt", f"sheet:{sheet.contribution_id}", public=True, done=counts[0], partly=counts[1],
            not_done=counts[2],
        )  # fmt: skip
        promise = placard.promise
        publish(SheetDoubted(sheet.contribution_id, promise.id if promise else None, sheet.round))


def add_photo(actor: Actor, sheet: Sheet, picture: Picture) -> None:
    """What it looks like at the place, for the department and the author."""
    require(actor, May.SCAN, sheet)
    if sheet.photo_count >= MOST_PHOTOS:
        raise RuleBroken(
            N_("برای این مورد عکس به اندازهٔ کافی رسیده است. سپاسگزاریم؛ پاسخ شما ثبت شده است."), field="photo"
        )
    sheet.photo_count += 1
    db.session.add(
        SheetPhoto(
            contribution_id=sheet.contribution_id, round=sheet.round, name=picture.name, day=clock.today()
        )
    )
    db.session.flush()
