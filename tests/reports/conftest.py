"""A proposal with everything a report tells of: votes, groups, reasons, an answer, a promise, a question."""

import pytest

from civic.comments import service as comments
from civic.comments.rules import Side
from civic.contributions import queries as contributions
from civic.core.actor import Kind, Role
from civic.core.db import db, transaction
from civic.groups.queries import actor_of

FOR_WORDS = "سایه که باشد مادرها با کالسکه زیر آفتاب نمی‌مانند."
AGAINST_WORDS = "سازه در پیاده‌روی باریک راه ویلچر را می‌بندد."


@pytest.fixture
def city(app, make):
    class City:
        department = make.department("bus", name="سازمان اتوبوسرانی")
        officer = make.user(roles=(Role.OFFICER,), department_id=department)
        head = make.user(roles=(Role.HEAD,), department_id=department)
        clerk = make.clerk()
        member = make.member()
        author = make.user("مریم احمدی", district_id=make.district())
        thing = make.proposal_page(author, title="سایه‌بان برای ایستگاه‌های Bus 12 خیابان توس")
        pro = make.comment(make.user("نرگس ع."), thing, side=Side.FOR, text=FOR_WORDS)
        con = make.comment(make.user("بهرام ر."), thing, side=Side.AGAINST, text=AGAINST_WORDS)
        case = make.open_case(thing, department_id=department)

    for place in range(24):
        make.vote(City.thing, "for" if place % 3 else "against")
    for place in range(12):
        make.vote(City.thing, "for" if place < 4 else "against", capacity=Kind.EXPERT)
    City.answer = make.answered(City.case, City.officer, City.head)
    City.promise = make.promise_id(City.answer)
    with app.app_context():
        with transaction():
            for n in range(3):
                reader = actor_of(City.author if n == 0 else City.officer if n == 1 else City.head)
                comments.mark(reader, contributions.for_change(reader, City.pro), useful=True)
        db.session.remove()
    City.report = make.report_draft(City.thing)
    return City


@pytest.fixture
def agenda(city, make):
    """The report on a public agenda: (meeting, item)."""
    term, organ = make.term(city.clerk), make.organ(city.clerk)
    meeting = make.meeting(city.clerk, organ, term)
    return meeting, make.placed(city.clerk, meeting, city.report)
