"""Drafting a report, the clerk's words, freezing it."""

import secrets

from civic.audit.service import record
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationStatus
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Status
from civic.core import clock
from civic.core.actor import SYSTEM, Actor
from civic.core.db import db
from civic.core.errors import RuleBroken
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, clean_text, shorten
from civic.reports import queries, rules
from civic.reports.gathering import FOLDERS, gather
from civic.reports.models import Report, ReportQuote
from civic.reports.policy import May
from civic.reports.rules import MOVES, Door, ReportStatus


def draft(actor: Actor, contribution: Contribution, *, door: Door) -> Report:
    """The system writes down everything the council needs to read; one draft a subject. A weightier reason replaces the old."""
    require(actor, May.DRAFT)
    found = queries.open_draft(contribution.id)
    if found is None:
        found = Report(
            contribution_id=contribution.id, door=door, drafted_at=clock.now(), question=contribution.title[: rules.QUESTION],
            heard=_heard(contribution),
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
        record(actor, "report.draft", _subject(found), about=contribution.id, door=door)
    found.door = rules.weightier(found.door, door)
    return found


def send(actor: Actor, contribution: Contribution) -> Report:
    """A member or the clerk brings a public proposal, or a closed consultation, before the council."""
    require(actor, May.SEND)
    if contribution.kind not in FOLDERS or contribution.status is not Status.PUBLIC:
        raise RuleBroken(
            N_("تنها پیشنهاد منتشرشده یا نظرخواهی پایان‌یافته به شورا می‌رود. یکی از آن‌ها را باز کنید.")
        )
    if contribution.kind is ContributionKind.CONSULTATION:
        own = db.session.get_one(Consultation, contribution.id)
        if own.status is not ConsultationStatus.CLOSED:
            raise RuleBroken(
                N_(
                    "این نظرخواهی هنوز پایان نیافته است و پیش از آن بسته نمی‌شود. پس از انتشار گزارش پایانی، خودبه‌خود به میز شورا می‌آید."
                )
            )
    made = draft(SYSTEM, contribution, door=Door.SENT)
    record(actor, "report.send", _subject(made), public=True, about=contribution.id)
    return made


def edit(actor: Actor, report: Report, *, question: str, heard: str, open_points: str) -> None:
    """The clerk's own words. The figures, quotations and answers are not theirs to change."""
    require(actor, May.EDIT)
    _still_a_draft(report)
    words = clean_line(question), clean_text(heard), clean_text(open_points)
    rules.check_words(*words)
    report.question, report.heard, report.open_points = words
    report.edited_at, report.edited_by_id = clock.now(), actor.user_id


def freeze(actor: Actor, report: Report) -> None:
    """From now on nobody changes a letter of it. What people wrote is bound by salted hashes and lies beside it."""
    require(actor, May.FREEZE)
    rules.check_words(report.question, report.heard, report.open_points)
    found = gather(report, report.contribution)
    bound = {}
    for quote in found.quotes:
        salt = secrets.token_hex(16)
        bound[quote.ref] = rules.commitment(salt, quote.text, quote.byline)
        db.session.add(
            ReportQuote(
                report_id=report.id, ref=quote.ref, contribution_id=quote.contribution_id, salt=salt, text=quote.text,
                byline=quote.byline,
            )
        )  # fmt: skip
    moment = clock.now()
    document = {**found.document, "quotes": bound, "frozen_at": moment.isoformat(timespec="seconds")}
    report.document = rules.canonical(document)
    report.sha256 = rules.seal_of(report.document)
    report.frozen_at = moment
    move(report, "freeze", MOVES)
    record(
        actor, "report.freeze", _subject(report), public=True, about=report.contribution_id, sha256=report.sha256
    )  # fmt: skip


def make_public(actor: Actor, report: Report) -> None:
    """It stands on an agenda that everybody may read."""
    require(actor, May.FREEZE)
    if report.status is not ReportStatus.FROZEN:
        raise RuleBroken(N_("گزارش پیش از بسته‌شدن دیده نمی‌شود. آن را در دستور جلسه بگذارید."))
    report.public_at = report.public_at or clock.now()


def drop(actor: Actor, report: Report) -> None:
    """The clerk puts a draft aside; it can be taken up again."""
    require(actor, May.EDIT)
    _still_a_draft(report)
    move(report, "drop", MOVES)
    record(actor, "report.drop", _subject(report), about=report.contribution_id)


def take_up(actor: Actor, report: Report) -> None:
    """What was put aside is worked on again, unless there is a newer draft."""
    require(actor, May.EDIT)
    if queries.open_draft(report.contribution_id) is not None:
        raise RuleBroken(N_("پیش‌نویس تازه‌تری از همین موضوع باز است. همان را ادامه دهید."))
    move(report, "take_up", MOVES)


def _heard(contribution: Contribution) -> str:
    """Of a consultation its own final report; nobody's words are invented for a proposal."""
    if contribution.kind is not ContributionKind.CONSULTATION:
        return ""
    own = db.session.get_one(Consultation, contribution.id)
    return shorten(own.report_text, rules.HEARD)


def _still_a_draft(report: Report) -> None:
    if report.status is ReportStatus.FROZEN:
        raise RuleBroken(
            N_(
                "این گزارش در دستور جلسه بسته شده است و دیگر عوض نمی‌شود. اگر چیزی تازه شده، گزارش تازه‌ای بنویسید."
            )
        )


def _subject(report: Report) -> str:
    return f"report:{report.id}"
