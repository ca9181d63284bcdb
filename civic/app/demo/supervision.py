"""What the demo's inspector has done so far: one finding taken, one explained, one look with its reason."""

from datetime import timedelta

from sqlalchemy import select

from civic.accounts.models import User
from civic.core import clock
from civic.core.db import db, transaction
from civic.groups.queries import actor_of
from civic.supervision import jobs, queries, service
from civic.supervision.models import Finding
from civic.supervision.rules import FindingStatus

INSPECTOR = "inspector@demo.example"


def tell() -> None:
    """After the clock has asked its questions of the demo's city."""
    person = db.session.scalar(select(User.id).where(User.email == INSPECTOR))
    found = db.session.scalars(
        select(Finding.id)
        .where(Finding.status == FindingStatus.OPEN)
        .order_by(Finding.figure.desc(), Finding.id)
        .limit(3)
    ).all()
    db.session.rollback()
    if person is None or not found:
        return
    actor = actor_of(person)
    with transaction():
        first = queries.for_change(actor, found[0])
        service.take(actor, first)
        service.settle(
            actor, first, "", note="از واحد خواستم تا پایان هفته بنویسد پاسخ چرا آماده نیست.", owner_id=person,
            due_on=clock.today() + timedelta(days=4),
        )  # fmt: skip
        part = next(iter(queries.people_of(first)), "")
        if part:
            service.look(actor, first, part, reason="باید بدانم از چه کسی بپرسم این پرونده چرا مانده است.")
    for finding_id, verb, words in zip(
        found[1:],
        ("explain", "dismiss"),
        (
            "واحد نشان داد که پرونده در انتظار نقشهٔ شرکت آب است و به نویسنده خبر داده.",
            "روزهای تعطیل استانی در تقویم نبود؛ دیرکردی در کار نیست.",
        ),
        strict=False,
    ):
        with transaction():
            service.settle(actor, queries.for_change(actor, finding_id), verb, note=words, owner_id=person)
    jobs.take_figures()
