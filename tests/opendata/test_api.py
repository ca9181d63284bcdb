"""JSON reads: the same things as the pages, paged by key, described by a valid OpenAPI 3.1 document."""

import json
import re
from datetime import timedelta

import pytest
from openapi_spec_validator import validate

from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction


def read(browser, path, status=200):
    visitor = browser()
    visitor.response = visitor.client.get(path)
    assert visitor.status == status, visitor.text[:400]
    return json.loads(visitor.text)


def test_the_document_is_valid_and_names_every_address(app, browser):
    document = read(browser, "/api/v1/openapi.json")
    validate(document)
    assert document["openapi"].startswith("3.1")
    served = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", r.rule) for r in app.url_map.iter_rules()}
    assert set(document["paths"]) <= served
    assert {
        "/api/v1/proposals",
        "/api/v1/problems",
        "/api/v1/consultations",
        "/api/v1/statistics",
        "/api/v1/outcomes",
    } <= set(document["paths"])


def test_lists_are_paged_by_key_to_the_last_row(make, browser):
    author = make.user()
    wanted = {make.proposal(author, title=f"پیشنهاد شمارهٔ {n} برای خیابان") for n in range(7)}
    seen, path = [], "/api/v1/proposals?limit=3"
    while path:
        page = read(browser, path)
        seen += [row["id"] for row in page["items"]]
        path = page["next"]
    assert seen == sorted(wanted, reverse=True)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "updated_since=yesterday"])
def test_bad_questions_are_422_problem_documents(browser, query):
    visitor = browser()
    visitor.response = visitor.client.get(f"/api/v1/proposals?{query}")
    assert visitor.status == 422
    assert visitor.response.mimetype == "application/problem+json"


def test_what_is_not_public_is_absent_everywhere(app, make, browser):
    author = make.user()
    shown, draft, hidden = (
        make.proposal(author, title=t) for t in ("پیدا و روشن", "ناپیدا و خاموش", "پنهان و تاریک")
    )
    with app.app_context():
        with transaction():
            contributions.hide(SYSTEM, db.session.get(Contribution, hidden), clause=2)
            db.session.delete(db.session.get(Contribution, draft))
        db.session.remove()
    assert [row["id"] for row in read(browser, "/api/v1/proposals")["items"]] == [shown]
    for path in ("", "/comments", "/tally"):
        absent, gone = (
            read(browser, f"/api/v1/proposals/{hidden}{path}", 404),
            read(browser, f"/api/v1/proposals/999999{path}", 404),
        )
        assert absent == gone


def test_the_tally_shows_rows_beside_the_number_of_the_pages(make, browser):
    thing = make.voted_on(make.user())
    for choice in ("for", "for", "against"):
        person = browser(make.user())
        person.open(f"/proposals/{thing}")
        person.submit(f"/proposals/{thing}/vote", choice=choice)
    assert read(browser, f"/api/v1/proposals/{thing}/tally") == {
        "ballots": 3,
        "counted": 3,
        "for": 2,
        "against": 1,
    }


def test_only_what_changed_since_is_told(make, browser):
    make.proposal(make.user())
    later = (clock.now() + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert read(browser, f"/api/v1/proposals?updated_since={later}")["items"] == []


def test_a_known_answer_is_304(make, browser):
    make.proposal(make.user())
    client = browser().client
    tag = client.get("/api/v1/proposals").headers["ETag"]
    assert client.get("/api/v1/proposals", headers={"If-None-Match": tag}).status_code == 304


def test_referrals_say_who_owes_what_and_nothing_of_the_desks(app, make, browser):
    bus = make.department("bus", name="اتوبوسرانی")
    officer = make.user("مجید احمدی", roles=(Role.OFFICER,), department_id=bus)
    head = make.user(roles=(Role.HEAD,), department_id=bus)
    author = make.user()
    made = [make.base_proposal(author, title=f"مورد {n}") for n in range(4)]
    cases = [make.open_case(n, department_id=bus) for n in made[:3]]
    make.answered(cases[0], officer, head)
    hidden = make.base_proposal(author, title="پنهان")
    make.open_case(hidden, department_id=bus)
    with app.app_context():
        with transaction():
            db.session.execute(
                Contribution.__table__.update().where(Contribution.id == hidden).values(status="hidden")
            )
        db.session.remove()

    def ask(query: str = "") -> dict:
        return read(browser, f"/api/v1/referrals{query}")

    first = ask("?limit=2")
    assert [row["contribution"] for row in first["items"]] == made[:2]
    assert first["items"][0]["state"] == "answered"
    following = read(browser, first["next"])
    assert [row["contribution"] for row in following["items"]] == [made[2]]
    assert following["next"] is None
    assert len(ask("?state=assigned")["items"]) == 2
    assert ask(f"?department={bus + 1}")["items"] == []
    assert ask("?overdue=true")["items"] == []
    with clock.at(clock.now() + timedelta(days=60)):
        late = ask("?overdue=true&limit=1")
        assert [row["contribution"] for row in late["items"]] == made[1:2]
        assert [row["contribution"] for row in read(browser, late["next"])["items"]] == made[2:3]
    assert "احمدی" not in json.dumps(ask(), ensure_ascii=False)
    read(browser, "/api/v1/referrals?state=lost", status=422)
