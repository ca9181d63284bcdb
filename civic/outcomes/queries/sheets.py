"""The printed sheet and the page behind its code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, func, select

from civic.cases.models import Answer, Case
from civic.cases.rules import AnswerKind, AnswerStatus
from civic.contributions.models import Contribution
from civic.contributions.queries import open_to_all
from civic.core import clock
from civic.core.db import db, one_for_change
from civic.core.errors import NotFound
from civic.departments.models import Department
from civic.outcomes import rules
from civic.outcomes.models import Promise, PromiseVerdict, Sheet, SheetDay, SheetPhoto
from civic.outcomes.rules import PromiseStatus


@dataclass(frozen=True)
class Placard:
    """What the sheet and the page behind it say: who asked for what, what was answered, promised, done."""

    sheet: Sheet
    contribution: Contribution
    answer: Answer
    department: Department | None
    promise: Promise | None

    @property
    def claims_done(self) -> bool:
        """Does the city say that it is done?"""
        if self.promise is None:
            return self.answer.kind is AnswerKind.ALREADY_DONE
        return self.promise.round > 0

    @property
    def asks(self) -> str:
        """What the three buttons ask: done, convinced, or '' while the promise still has time."""
        if self.promise is None:
            return "done" if self.claims_done else "convinced"
        return "done" if self.claims_done or self.promise.due_on <= clock.today() else ""


def placard_of(contribution_id: int) -> Placard:
    """The sheet of something answered, while everybody can read it."""
    return _placard(Sheet.contribution_id == contribution_id)


def placard(code: str) -> Placard:
    """The same by the code on it, as `rules.read_code` gives it."""
    return _placard(Sheet.code == code)


def _placard(where: object) -> Placard:
    row = db.session.execute(
        select(Sheet, Contribution, Answer, Department)
        .join(Contribution, Contribution.id == Sheet.contribution_id)
        .join(Case, Case.contribution_id == Contribution.id)
        .join(Answer, Answer.case_id == Case.id)
        .outerjoin(Department, Department.id == Case.department_id)
        .where(where, open_to_all(), Answer.status == AnswerStatus.PUBLISHED)  # type: ignore[arg-type]
        .order_by(Answer.version.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotFound
    promise = db.session.scalars(
        select(Promise)
        .where(Promise.contribution_id == row[1].id, Promise.status != PromiseStatus.VOID)
        .order_by(Promise.id.desc())
        .limit(1)
    ).first()
    return Placard(row[0], row[1], row[2], row[3], promise)


def sheet_of(contribution_id: int) -> Sheet | None:
    return db.session.get(Sheet, contribution_id)


def sheet_for_change(contribution_id: int) -> Sheet:
    """Locked and fresh."""
    placard_of(contribution_id)
    return one_for_change(select(Sheet).where(Sheet.contribution_id == contribution_id))


def lately_scanned(sheet: Sheet) -> tuple[int, int, int]:
    """(done, partly, not done) of the last SCAN_DAYS days of this round."""
    since = clock.today() - timedelta(days=rules.SCAN_DAYS - 1)
    row = db.session.execute(
        select(
            func.coalesce(func.sum(SheetDay.done_count), 0),
            func.coalesce(func.sum(SheetDay.partly_count), 0),
            func.coalesce(func.sum(SheetDay.not_done_count), 0),
        ).where(
            SheetDay.contribution_id == sheet.contribution_id,
            SheetDay.round == sheet.round,
            SheetDay.day >= since,
        )
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def scan_photos(contribution_id: int, limit: int = 40) -> Sequence[str]:
    """Names of the pictures that came with scans, newest first."""
    return db.session.scalars(
        select(SheetPhoto.name)
        .where(SheetPhoto.contribution_id == contribution_id)
        .order_by(SheetPhoto.id.desc())
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class Shown:
    """Whose business a picture of the people is, as the policy asks it."""

    department_id: int | None
    author_id: int | None


def photo_named(name: str) -> Shown:
    """Whose business a picture sent with a word or a scan is; NotFound once its subject cannot be read."""
    row = db.session.execute(
        select(Promise.department_id, Contribution.author_id)
        .join(Contribution, Contribution.id == Promise.contribution_id)
        .join(PromiseVerdict, PromiseVerdict.promise_id == Promise.id)
        .where(PromiseVerdict.photo == name, open_to_all())
        .limit(1)
    ).first()
    if row is None:
        living = and_(Promise.contribution_id == Contribution.id, Promise.status != PromiseStatus.VOID)
        row = db.session.execute(
            select(func.coalesce(Promise.department_id, Case.department_id), Contribution.author_id)
            .select_from(Case)
            .join(Contribution, Contribution.id == Case.contribution_id)
            .join(SheetPhoto, SheetPhoto.contribution_id == Contribution.id)
            .outerjoin(Promise, living)
            .where(SheetPhoto.name == name, open_to_all())
            .order_by(Promise.id.desc())
            .limit(1)
        ).first()
    if row is None:
        raise NotFound
    return Shown(row[0], row[1])
