"""The numbers of /outcomes, and the month's top."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select

from civic.cases.models import Case
from civic.cases.rules import AnswerKind, Door
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed
from civic.groups.queries import actor_of
from civic.outcomes import jobs, queries, service
from tests.queries import counted

START = datetime(2026, 10, 24, 9, tzinfo=UTC)


@pytest.fixture
def city(app, make):
    """Two departments: one answers in time and promises, the other late and declines; one case is still open."""

    class City:
        bus, roads = make.department("bus", name="اتوبوسرانی"), make.department("roads", name="عمران")
        nine = make.district("9", name="منطقهٔ ۹")
        author = make.user()
        staff: ClassVar = {
            d: (
                make.user(roles=(Role.OFFICER,), department_id=d),
                make.user(roles=(Role.HEAD,), department_id=d),
            )
            for d in (bus, roads)
        }

    def answer(department, kind, days, district=None):
        with clock.at(START):
            made = make.base_proposal(City.author, district_id=district)
            case = make.open_case(made, department_id=department)
        with clock.at(START + timedelta(days=days)):
            return make.answered(case, *City.staff[department], kind=kind)

    answer(City.bus, AnswerKind.PARTLY, 4, City.nine)
    answer(City.bus, AnswerKind.ACCEPTED, 6)
    answer(City.roads, AnswerKind.DECLINED, 40, City.nine)
    with clock.at(START):
        make.open_case(make.base_proposal(City.author), department_id=City.roads)
    City.answer = staticmethod(answer)
    return City


def test_three_numbers_and_departments_that_add_up(app, make, browser, city):
    with app.app_context():
        with clock.at(START + timedelta(days=41)):
            jobs.refresh_figures()
            jobs.refresh_figures()  # twice is once
        found = queries.figures("outcomes", "departments", "districts", "months", "promises", "statistics")
        total, rows = found["outcomes"], found["departments"]["rows"]
        assert {k: total[k] for k in ("answered", "in_time", "promised", "due", "confirmed", "open", "late")} == {
            "answered": 3, "in_time": 2, "promised": 2, "due": 2, "confirmed": 0, "open": 1, "late": 1,
        }  # fmt: skip
        assert total["median_days"] == 6
        for key in ("answered", "in_time", "promised", "due", "confirmed", "open", "late", "broken"):
            assert sum(row[key] for row in rows) == total[key], key
        assert found["districts"]["rows"][str(city.nine)]["answered"] == 2
        assert found["promises"]["columns"]["broken"] == 2
        statistics = found["statistics"]
        assert (statistics["proposals"], statistics["answers"], statistics["promises"]) == (4, 3, 2)
        assert statistics["by_stage"]["proposal"] == {"run": 2, "no": 1, "dept": 1}
        db.session.remove()
    guest = browser()
    page = guest.open("/outcomes")
    for words in ("۶۷٪", "۲ از ۳ پاسخ", "۰٪", "۰ از ۲ قول"):
        assert words in page, words
    guest.open("/outcomes/departments")
    lines = list(csv.DictReader(io.StringIO(guest.client.get("/outcomes.csv").get_data(as_text=True)[1:])))
    for column in ("answered", "in_time", "promised", "due"):
        assert sum(int(line[column]) for line in lines[:-1]) == int(lines[-1][column])
    for lang in ("en", "ar"):
        browser(lang=lang).open("/outcomes")
    assert browser().client.get("/api/v1/statistics").json["figures"]["answers"] == 3


def test_an_empty_city_has_pages_too(browser):
    for path in ("/outcomes", "/outcomes/departments", "/promises", "/council/questions"):
        browser().open(path)


def test_the_pages_do_not_grow_with_the_city(app, make, browser, city):
    def cost():
        with app.app_context():
            jobs.refresh_figures()
            db.session.remove()
        with counted(app) as sent:
            browser().open("/outcomes")
            browser().open("/promises")
        return len(sent)

    before = cost()
    for _ in range(4):
        city.answer(city.bus, AnswerKind.ACCEPTED, 3)
    assert cost() == before
    assert before <= 14


@pytest.mark.usefixtures("ctx")
def test_people_do_not_count(make):
    operator = make.user(roles=(Role.OPERATOR,))
    with transaction(), pytest.raises(NotAllowed):
        service.store_figures(actor_of(operator))
    with transaction():
        service.store_figures(SYSTEM)


@pytest.mark.usefixtures("ctx")
def test_the_month_s_top_of_each_district_goes_to_a_department_once(make):
    """Aban 1405 is 23 October to 21 November 2026."""
    nine, one = make.district("9"), make.district("1")
    make.rule(make.department())
    author = make.user()
    aban, mehr = datetime(2026, 11, 1, 9, tzinfo=UTC), datetime(2026, 10, 1, 9, tzinfo=UTC)
    made = {}
    with clock.at(mehr):
        for district, votes in ((nine, (9, 7, 5, 3)), (one, (2,)), (None, (4,))):
            for n in votes:
                made[district, n] = proposal = make.base_proposal(author, district_id=district)
                question = make.bare_question(proposal)
                make.bare_votes(question, n, at=aban)
        make.bare_votes(
            make.bare_question(made.setdefault("old", make.base_proposal(author, district_id=one))),
            50,
            at=mehr,
        )
    make.open_case(made[nine, 9])  # has a case already: leaves the race
    with clock.at(datetime(2026, 11, 22, 6, tzinfo=UTC)):
        jobs.open_month_tops()
        jobs.open_month_tops()
    rows = db.session.execute(
        select(Case.contribution_id, Case.door_note).where(Case.door == Door.MONTH_TOP)
    ).all()
    assert {row[0] for row in rows} == {
        made[nine, 7],
        made[nine, 5],
        made[nine, 3],
        made[one, 2],
        made[None, 4],
    }
    assert {row[1] for row in rows} == {"آبان ۱۴۰۵"}
