"""The operator's verbs for what has no other desk: parked jobs, districts, thresholds."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select

from civic.admin.policy import May
from civic.audit.service import record
from civic.core import jobs
from civic.core.actor import Actor
from civic.core.db import db
from civic.core.errors import RuleBroken
from civic.core.policy import require
from civic.core.text import N_, clean_line
from civic.places.models import District
from civic.spaces.models import Space
from civic.spaces.rules import TRUSTABLE, Moderation

CODE = re.compile(r"^[a-z0-9][a-z0-9-]{0,22}$")


def settle_job(actor: Actor, delivery_id: int, *, again: bool) -> None:
    """A parked delivery is tried again, or given up."""
    require(actor, May.SETTLE_JOBS)
    jobs.settle(delivery_id, again=again)
    record(actor, "job.retry" if again else "job.drop", f"delivery:{delivery_id}")


def add_district(
    actor: Actor, *, code: str, name_fa: str, name_en: str, name_ar: str, population: int
) -> District:
    """A new district of the city."""
    require(actor, May.SET_PLACES)
    if not CODE.match(code):
        raise RuleBroken(N_("شناسه از حرف کوچک لاتین، رقم و خط تیره ساخته می‌شود."), field="code")
    if db.session.scalar(select(District.id).where(District.code == code)):
        raise RuleBroken(N_("منطقهٔ دیگری همین شناسه را دارد."), field="code")
    last = db.session.scalar(select(func.max(District.position))) or 0
    district = District(code=code, name_fa=clean_line(name_fa), position=last + 1)
    db.session.add(district)
    _describe(district, name_en=name_en, name_ar=name_ar, population=population)
    db.session.flush()
    record(actor, "district.add", f"district:{district.id}", public=True, population=population)
    return district


def change_district(
    actor: Actor, district: District, *, name_fa: str, name_en: str, name_ar: str, population: int
) -> None:
    """Names and population. Thresholds already given to proposals stay as they are."""
    require(actor, May.SET_PLACES, district)
    district.name_fa = clean_line(name_fa)
    _describe(district, name_en=name_en, name_ar=name_ar, population=population)
    record(actor, "district.change", f"district:{district.id}", public=True, population=population)


def _describe(district: District, *, name_en: str, name_ar: str, population: int) -> None:
    district.name_en, district.name_ar = clean_line(name_en), clean_line(name_ar)
    district.population = population


def set_thresholds(
    actor: Actor, space: Space, *, floor: int, per_ten_thousand: int, city: int, voting_days: int, monthly_top: int,
    answer_days: int,
) -> None:  # fmt: skip
    """How many votes bind a department, how long is voted, how many go on each month. For what is published from now on."""
    require(actor, May.SET_THRESHOLDS, space)
    space.threshold_floor, space.threshold_per_ten_thousand, space.threshold_city = (
        floor,
        per_ten_thousand,
        city,
    )
    space.voting_days, space.monthly_top, space.answer_days = voting_days, monthly_top, answer_days
    record(
        actor, "space.thresholds", f"space:{space.id}", public=True, floor=floor, per_ten_thousand=per_ten_thousand,
        city=city, voting_days=voting_days, monthly_top=monthly_top, answer_days=answer_days,
    )  # fmt: skip


def set_moderation(actor: Actor, space: Space, mode: Moderation, trusted: Sequence[str]) -> None:
    """When what people write is seen: for what is sent from now on. In the mixed mode some kinds of author are trusted."""
    require(actor, May.SET_MODERATION, space)
    kinds = [str(kind) for kind in TRUSTABLE if kind in trusted]
    if mode is Moderation.MIXED and not kinds:
        raise RuleBroken(N_("برای حالت آمیخته دست‌کم یک نوع نویسنده را برگزینید."), field="trusted_kinds")
    space.moderation = mode
    space.trusted_kinds = kinds or space.trusted_kinds
    record(actor, "space.moderation", f"space:{space.id}", public=True, mode=mode, trusted=",".join(kinds))
