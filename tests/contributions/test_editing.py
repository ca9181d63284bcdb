"""Two windows on one text, and what may be read of what it said before."""

import re

import pytest

from civic.contributions import queries
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Status
from civic.core.actor import SYSTEM
from civic.core.db import db, transaction
from civic.groups.queries import actor_of
from civic.problems import service as problems
from civic.proposals import service as proposals

FIRST = "پیاده‌روی خیابان گلستان شکسته است و چرخ ویلچر از آن نمی‌گذرد."
SECOND = "پیاده‌روی خیابان گلستان شکسته است و کالسکه از آن نمی‌گذرد."
THIRD = "پیاده‌روی خیابان گلستان تاریک است و چراغ می‌خواهد."


def stored(app, one):
    with app.app_context():
        row = db.session.get_one(Contribution, one)
        found = (row.title, row.text, row.version)
        db.session.remove()
    return found


@pytest.mark.parametrize("kind", ["proposals", "problems"])
def test_saving_over_newer_words_shows_both_and_loses_none(make, browser, app, kind):
    author = make.user()
    one = getattr(make, kind.removesuffix("s"))(author, title="پیاده‌روی هموار", text=FIRST)
    here, there = browser(author), browser(author)
    here.open(f"/{kind}/{one}/edit")
    there.open(f"/{kind}/{one}/edit")
    assert here.submit(text=SECOND).status_code == 303

    assert there.submit(text=THIRD, title="چراغ پیاده‌رو").status_code == 409
    assert SECOND in there.text
    assert THIRD in re.search(r"<textarea[^>]*>(.*?)</textarea>", there.text, re.DOTALL)[1]
    assert "چراغ پیاده‌رو" in there.text
    assert "<ins>" in there.text
    assert "<del>" in there.text
    assert stored(app, one)[1] == SECOND

    assert there.submit(text=THIRD + " و نیمکت.").status_code == 303
    assert stored(app, one)[1] == THIRD + " و نیمکت."
    with app.app_context():
        versions = queries.versions_of(actor_of(author), db.session.get_one(Contribution, one))
        assert [v.text for v in versions] == [SECOND, FIRST]
        db.session.remove()


def test_a_third_window_is_told_of_the_second_conflict_too(make, browser, app):
    author = make.user()
    one = make.proposal(author, text=FIRST)
    a, b = browser(author), browser(author)
    a.open(f"/proposals/{one}/edit")
    b.open(f"/proposals/{one}/edit")
    a.submit(text=SECOND)
    assert b.submit(text=THIRD).status_code == 409
    a.open(f"/proposals/{one}/edit")
    a.submit(text=FIRST + " باز هم.")
    assert b.submit(text=THIRD).status_code == 409
    assert stored(app, one)[1] == FIRST + " باز هم."


def test_the_same_words_from_two_windows_are_no_conflict(make, browser):
    author = make.user()
    one = make.proposal(author, text=FIRST)
    a, b = browser(author), browser(author)
    a.open(f"/proposals/{one}/edit")
    b.open(f"/proposals/{one}/edit")
    a.submit(text=SECOND)
    assert b.submit(text=SECOND).status_code == 303


def test_a_comment_in_two_windows(make, browser, app):
    author = make.user()
    one = make.comment(author, make.proposal(make.user()), text="از این کوچه هر روز می‌گذرم.")
    a, b = browser(author), browser(author)
    a.open(f"/comments/{one}/edit")
    b.open(f"/comments/{one}/edit")
    assert a.submit(text="از این کوچه هر شب می‌گذرم.").status_code == 303
    assert b.submit(text="از این کوچه گاهی می‌گذرم.").status_code == 409
    assert "هر شب" in b.text
    assert "گاهی" in b.text
    assert stored(app, one)[1] == "از این کوچه هر شب می‌گذرم."


def test_drafts_in_two_windows(make, browser, app):
    author = make.user()
    with app.app_context():
        with transaction():
            proposal = proposals.begin(actor_of(author), text=FIRST, title="پیاده‌روی هموار").id
            problem = problems.begin(actor_of(author), text=FIRST, title="پیاده‌روی شکسته").id
        db.session.remove()
    for path, draft, more in (
        (f"/proposals/new?draft={proposal}", proposal, {}),
        (f"/problems/new?draft={problem}", problem, {"whole": "y", "keep": "1"}),
    ):
        a, b = browser(author), browser(author)
        a.open(path)
        b.open(path)
        assert a.submit(text=SECOND, **more).status_code == 303
        assert b.submit(text=THIRD, **more).status_code == 409, path
        assert SECOND in b.text
        assert THIRD in b.text
        assert stored(app, draft)[1] == SECOND
        assert b.submit(text=THIRD, **more).status_code == 303
        assert stored(app, draft)[1] == THIRD


def edited(make, app, author, *texts):
    one = make.proposal(author, title="پیاده‌روی هموار", text=texts[0])
    for text in texts[1:]:
        with app.app_context():
            with transaction():
                proposals.edit(actor_of(author), queries.by_id(one), title="پیاده‌روی هموار", text=text)
            db.session.remove()
    return one


def test_any_two_public_versions_are_compared_in_words(make, browser, app):
    one = edited(make, app, make.user(), FIRST, SECOND, THIRD)
    guest = browser()
    html = guest.open(f"/proposals/{one}/history?from=1&to=2")
    assert re.search(r"<del><bdi[^>]*>برداشته: </bdi>چرخ ویلچر<bdi", html)
    assert re.search(r"<ins><bdi[^>]*>افزوده: </bdi>کالسکه<bdi", html)
    assert "تاریک" in guest.open(f"/proposals/{one}/history")
    guest.open(f"/proposals/{one}/history?from=3&to=1")
    guest.open(f"/proposals/{one}/history?from=9&to=1", status=404)
    english = browser(lang="en")
    assert "<ins>" in english.open(f"/proposals/{one}/history")
    assert len(guest.client.get(f"/api/v1/proposals/{one}/versions").json["items"]) == 3


def test_a_version_that_was_never_public_is_in_no_comparison(make, browser, app):
    """It was sent back for a phone number; the corrected text is public, the old one is not."""
    author = make.user()
    one = make.proposal(author, title="پیاده‌روی هموار", text=FIRST + " زنگ بزنید ۰۹۱۵۱۲۳۴۵۶۷")
    with app.app_context():
        with transaction():
            row = queries.by_id(one)
            contributions.send_back(SYSTEM, row, clause=4)
            proposals.edit(actor_of(author), row, title="پیاده‌روی هموار", text=FIRST)
            contributions.show(SYSTEM, row)
        with transaction():
            proposals.edit(actor_of(author), queries.by_id(one), title="پیاده‌روی هموار", text=SECOND)
        db.session.remove()
    guest = browser()
    assert "۰۹۱۵" not in guest.open(f"/proposals/{one}/history")
    guest.open(f"/proposals/{one}/history?from=1&to=3", status=404)
    guest.open(f"/proposals/{one}/history?from=1&to=2", status=404)
    items = guest.client.get(f"/api/v1/proposals/{one}/versions").json["items"]
    assert [v["number"] for v in items] == [3, 2]
    assert "۰۹۱۵" in browser(author).open(f"/proposals/{one}/history?from=1&to=2")


def test_versions_of_what_is_hidden_answer_nothing(make, browser, app):
    one = edited(make, app, make.user(), FIRST, SECOND)
    with app.app_context():
        with transaction():
            contributions.hide(SYSTEM, queries.by_id(one), clause=2)
        assert db.session.get_one(Contribution, one).status is Status.HIDDEN
        db.session.remove()
    guest = browser()
    guest.open(f"/proposals/{one}/history", status=404)
    assert guest.client.get(f"/api/v1/proposals/{one}/versions").status_code == 404
    assert guest.client.get(f"/api/v1/problems/{one}/versions").status_code == 404


def test_a_problem_is_compared_alike(make, browser, app):
    author = make.user()
    one = make.problem(author, text=FIRST)
    with app.app_context():
        with transaction():
            row = queries.for_change(actor_of(author), one, ContributionKind.PROBLEM)
            problems.edit(actor_of(author), row, title=row.title, text=SECOND)
        db.session.remove()
    assert "<ins>" in browser().open(f"/problems/{one}/history")
    assert len(browser().client.get(f"/api/v1/problems/{one}/versions").json["items"]) == 2
