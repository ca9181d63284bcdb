"""Files as people send them, and reports of departments."""

import io
from datetime import date

from fpdf import FPDF
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.core import clock, files
from civic.core.actor import SYSTEM
from civic.core.db import db
from civic.groups.queries import actor_of
from civic.outcomes import queries, service
from civic.outcomes.models import Promise


def jpeg(size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (120, 90, 40)).save(out, "JPEG")
    return out.getvalue()


def pdf(text: str = "handover") -> bytes:
    """A sound paper of one page."""
    made = FPDF()
    made.add_page()
    made.set_font("helvetica")
    made.cell(text=text)
    return bytes(made.output())


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with_script() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf()))
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    return _written(writer)


def pdf_with_attachment() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.add_attachment("run.exe", b"MZ")
    return _written(writer)


def pdf_locked() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt("secret", algorithm="RC4-128")
    return _written(writer)


def reported(
    promise_id: int, officer_id: int, *, percent: int = 100, words: str = "هر چهار ایستگاه ساخته شد.", reason: str = "",
    happened_on: date | None = None,
) -> int:  # fmt: skip
    """A report with a picture, through the real verb."""
    kept = [files.read_picture(jpeg())]
    files.write(kept)
    row = service.report(
        actor_of(officer_id), queries.for_change(promise_id), percent=percent, words=words, reason=reason, kept=kept,
        happened_on=happened_on or clock.today(),
    )  # fmt: skip
    return row.id


def code_of_promise(promise_id: int) -> str:
    """What its sheet says."""
    return queries.placard_of(db.session.get_one(Promise, promise_id).contribution_id).sheet.code


def hidden(contribution_id: int) -> None:
    """Out of everybody's sight, as the moderator's decision leaves it."""
    contributions.hide(SYSTEM, db.session.get_one(Contribution, contribution_id))
