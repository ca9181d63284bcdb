"""Who answers and how fast: by department, by district, as pages, tables and JSON; the same numbers everywhere."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.app.checks import differences
from civic.cases import service as cases
from civic.cases.models import Answer
from civic.cases.models import Case as CaseRow
from civic.cases.rules import AnswerKind
from civic.core import clock
from civic.core.db import db, transaction
from civic.groups.queries import actor_of
from civic.outcomes import jobs, queries
from civic.outcomes.queries import COUNTED
from tests.outcomes.test_asking import say as judge
from tests.outcomes.test_figures import START, city
from tests.queries import counted

__all__ = ["city"]


@pytest.fixture
def told(app, make, city):
    """More of the same city: a promise kept in time, one disputed, a return, opinions; counted by the clock."""

    class Case:
        bus, officer, head = city.bus, *city.staff[city.bus]
        author = city.author

    with clock.at(START):
        made = make.base_proposal(city.author, district_id=city.nine)
        case = make.open_case(made, department_id=city.bus)
        returned = make.open_case(
            make.base_proposal(city.author, district_id=city.nine), department_id=city.roads
        )
    with clock.at(START + timedelta(days=2)):
        Case.answer = make.answered(case, Case.officer, Case.head, kind=AnswerKind.ACCEPTED)
        Case.promise_id = make.promise_id(Case.answer)
        with app.app_context():
            with transaction():
                cases.return_to_triage(
                    actor_of(city.staff[city.roads][0]),
                    db.session.get_one(CaseRow, returned),
                    reason="کار ما نیست",
                )
            db.session.remove()
    voters = [make.user() for _ in range(4)]
    with app.app_context():
        question = make.bare_question(made)
        make.bare_votes(question, 4, voters=tuple(voters))
        with clock.at(START + timedelta(days=10)):
            make.reported(Case.promise_id, Case.officer)
            for voter in voters[:3]:
                judge(Case, voter, "not_done")
            make.reported(Case.promise_id, Case.officer)
            for voter in voters[:3]:
                judge(Case, voter, "done")
            with transaction():
                answer = db.session.get_one(Answer, Case.answer)
                for voter, yes in zip(voters, (True, True, False, True), strict=True):
                    cases.opine(actor_of(voter), answer, yes=yes)
            jobs.refresh_figures()
        assert list(differences()) == []
        db.session.remove()
    return Case


def test_rows_of_both_tables_sum_up_to_the_headline(app, browser, city, told):
    with app.app_context():
        found = queries.figures("outcomes", "departments", "districts")
        db.session.remove()
    total = found["outcomes"]
    for key in COUNTED:
        assert sum(row[key] for row in found["departments"]["rows"]) == total[key], key
        assert sum(row[key] for row in found["districts"]["rows"].values()) == total[key], key
    assert {k: total[k] for k in ("reported", "disputed", "confirmed", "kept_in_time", "returns")} == {
        "reported": 1, "disputed": 1, "confirmed": 1, "kept_in_time": 1, "returns": 1,
    }  # fmt: skip
    assert (total["convincing_yes"], total["convincing_no"]) == (3, 1)
    guest = browser()
    for path in ("/outcomes.csv", "/outcomes/districts.csv"):
        lines = list(csv.DictReader(io.StringIO(guest.client.get(path).get_data(as_text=True)[1:])))
        for key in COUNTED:
            assert sum(int(line[key]) for line in lines[:-1]) == int(lines[-1][key]) == total[key], (
                path,
                key,
            )
    api = guest.client.get("/api/v1/outcomes").json
    assert api["figures"] == total
    assert api["departments"] == found["departments"]["rows"]
    assert {d["id"] for d in api["districts"]} == {int(key) for key in found["districts"]["rows"]}
    assert api["promises"]["kept"] == 1
    rows = {d["id"]: d["figures"] for d in guest.client.get("/api/v1/departments").json["items"]}
    assert rows[city.bus]["disputed"] == 1
    assert rows[city.roads]["returns"] == 1


@pytest.mark.parametrize(
    "sort",
    [
        "",
        "name",
        "in_time",
        "median",
        "promised",
        "kept_in_time",
        "disputed",
        "returns",
        "convincing",
        "late",
        "x'",
    ],
)
def test_the_table_is_sorted_by_links_and_small_numbers_are_said(browser, city, told, sort):
    guest = browser()
    text = guest.open(f"/outcomes/departments?sort={sort}")
    assert "۳ از ۴" in text  # convincing, of four who spoke
    assert "۷۵٪" not in text
    assert text.count("aria-sort") == (1 if sort and sort != "x'" else 0)
    first = text.index("اتوبوسرانی</a></th>") < text.index("عمران</a></th>")
    if sort in {"in_time", "kept_in_time", "convincing"}:
        assert first  # what cannot be said yet comes last
    if sort == "disputed":
        assert first  # roads never reported anything: no share to sort by
    if sort == "late":
        assert first
    if sort == "returns":
        assert first  # 0 before 1


def test_a_page_for_a_department_and_one_for_a_district(browser, make, city, told):
    guest = browser()
    text = guest.open(f"/outcomes/departments/{city.bus}")
    assert "چهار ایستگاه سرپوشیده" in text
    assert "انجام شد با تأیید مردم" in text
    text = guest.open(f"/outcomes/districts/{city.nine}")
    assert "منطقهٔ ۹" in text
    for lang in ("en", "ar"):
        browser(lang=lang).open(f"/outcomes/departments/{city.roads}")
        browser(lang=lang).open(f"/outcomes/districts/{city.nine}")
    assert "هنوز پرونده‌ای در این صفحه نیست" in guest.open(f"/outcomes/departments/{make.department()}")
    for path in ("/outcomes/departments/9999", "/outcomes/districts/9999"):
        guest.open(path, status=404)


def test_boards_show_nothing_hidden_and_do_not_grow(app, browser, make, city, told):
    guest = browser()
    page = f"/outcomes/departments/{city.bus}"

    def cost():
        with counted(app) as sent:
            guest.open(page)
        return len(sent)

    before = cost()
    for _ in range(4):
        city.answer(city.bus, AnswerKind.ACCEPTED, 3)
    assert cost() == before
    assert before <= 9
    title = "نشانی پنهان"
    with clock.at(START):
        hidden = make.base_proposal(city.author, title=title)
        case = make.open_case(hidden, department_id=city.bus)
    assert title in guest.open(page)
    make.answered(case, *city.staff[city.bus], kind=AnswerKind.ACCEPTED)
    assert title in guest.open(page)
    make.hidden(hidden)
    assert title not in guest.open(page)


def test_convincing_shows_its_counts_and_the_reader_s_own_word(app, make, browser, city, told):
    with app.app_context():
        about = db.session.scalars(
            select(CaseRow.contribution_id)
            .join(Answer, Answer.case_id == CaseRow.id)
            .where(Answer.id == told.answer)
        ).one()
        db.session.remove()
    page = f"/proposals/{about}"
    guest = browser()
    text = guest.open(page)
    assert "برای ۳ نفر از ۴ نفر قانع‌کننده بود." in text
    assert "نظر شما شمرده شده است" not in text
    reader = browser(make.user())
    for word, expected in (("no", "۳ نفر از ۵"), ("no", "۳ نفر از ۵"), ("yes", "۴ نفر از ۵")):
        reader.open(page)
        reader.submit(f"/answers/{told.answer}/opinion", yes=word)
        text = reader.open(page)
        assert expected in text
        assert "نظر شما شمرده شده است" in text
    with app.app_context():
        assert list(differences()) == []
        with transaction():
            db.session.get_one(Answer, told.answer).convincing_no = 9
        assert any("answer convincing" in line for line in differences())
        db.session.remove()
