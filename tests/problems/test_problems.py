"""Problems: putting one, joining it, the list."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from civic.contributions.models import Contribution, Involved
from civic.core.db import db
from tests.accounts.test_signin import code_of
from tests.queries import counted

TEXT = "از امامت ۱۰ تا ۳۰ پله‌های مغازه‌ها راه را تنگ کرده‌اند و کالسکه رد نمی‌شود."


def joined(app, one):
    with app.app_context():
        count = db.session.get_one(Contribution, one).join_count
        rows = len(
            db.session.scalars(
                select(Involved.user_id).where(Involved.contribution_id == one, Involved.role == "joiner")
            ).all()
        )
        db.session.remove()
        return count, rows


def test_one_page_and_it_waits_for_review(browser, make, app):
    district = make.district()
    make.category(keywords="کالسکه پله")
    writer = browser(make.user())
    assert "۱۳۷" in writer.open("/problems/new")
    out = io.BytesIO()
    Image.new("RGB", (50, 50)).save(out, "PNG")
    out.seek(0)
    assert (
        writer.submit(
            "/problems/new",
            text=TEXT,
            district_id=str(district),
            place_text="امامت",
            files={"photo": (out, "a.png")},
        ).status_code
        == 303
    )
    html = writer.follow()
    assert "در صف بررسی" in html
    assert "/media/" in html
    with app.app_context():
        one = db.session.scalars(select(Contribution)).one()
        assert (one.status, one.district_id, one.category_id is not None) == ("waiting", district, True)
        db.session.remove()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text": ""}, "بنویسید چه مشکلی هست"),
        ({"text": TEXT}, "منطقه را برگزینید"),
        ({"text": TEXT, "district_id": "999"}, ""),
    ],
)
def test_what_is_missing_is_said_and_the_words_stay(browser, make, more, words):
    make.district()
    writer = browser(make.user())
    writer.open("/problems/new")
    assert writer.submit("/problems/new", **more).status_code == 422
    assert words in writer.text
    assert more["text"] in writer.text


def test_a_draft_is_kept_and_continued(browser, make, app):
    district = make.district()
    writer = browser(make.user())
    writer.open("/problems/new")
    assert writer.submit("/problems/new", text=TEXT, keep="1").status_code == 303
    assert writer.location.endswith("/me/drafts")
    html = writer.follow()
    one = html.split("/problems/new?draft=")[1].split('"')[0]
    browser(make.user()).open(f"/problems/new?draft={one}", status=404)
    assert TEXT in writer.open(f"/problems/new?draft={one}")
    assert writer.submit("/problems/new", district_id=str(district)).status_code == 303
    assert writer.location.endswith(f"/problems/{one}")


def test_a_guests_words_come_back_after_sign_in(browser, make, app):
    district = make.district()
    guest = browser()
    guest.open("/problems/new")
    assert guest.submit("/problems/new", text=TEXT, district_id=str(district)).status_code == 303
    guest.follow()
    guest.submit(login="09151112244")
    guest.submit(code=code_of(app))
    assert "/problems/new?draft=" in guest.location
    assert TEXT in guest.follow()
    assert guest.submit("/problems/new").status_code == 303


def test_joining_counts_each_person_once(browser, make, app):
    one = make.problem(make.user())
    person = browser(make.user())
    person.open(f"/problems/{one}")
    token = person.token()
    for _ in range(3):
        assert person.post(f"/problems/{one}/join", {"join": "join", "csrf_token": token}).status_code == 303
    assert joined(app, one) == (1, 1)
    assert "شما هم درگیر این مسئله‌اید" in person.open(f"/problems/{one}")
    assert "شما هم درگیرید" in person.open("/problems")
    person.open(f"/problems/{one}")
    for _ in range(2):
        person.post(f"/problems/{one}/join", {"join": "withdraw", "csrf_token": token})
    assert joined(app, one) == (0, 0)


def test_a_guest_joins_through_sign_in(browser, make, app):
    one = make.problem(make.user())
    guest = browser()
    guest.open(f"/problems/{one}")
    assert guest.submit(f"/problems/{one}/join", join="join").status_code == 303
    guest.follow()
    guest.submit(login="09151112255")
    guest.submit(code=code_of(app))
    assert guest.location.startswith(f"/problems/{one}")
    assert joined(app, one) == (1, 1)


def test_nobody_joins_what_is_not_public(browser, make, app):
    one = make.problem(make.user(), public=False)
    person = browser(make.user())
    person.open("/problems")
    assert (
        person.post(f"/problems/{one}/join", {"join": "join", "csrf_token": person.token()}).status_code
        == 404
    )
    assert browser().post(f"/problems/{one}/join", {"join": "join"}).status_code == 404


def test_orders_conditions_and_a_fixed_cost(browser, make, app):
    author, district = make.user(), make.district()
    ids = [make.problem(author, joined=n, district_id=district if n % 2 else None) for n in range(25)]
    visitor = browser()
    for order in ("random", "joined", "newest", "unanswered"):
        with counted(app) as seen:
            html = visitor.open(f"/problems?order={order}")
        assert len(seen) <= 5
        assert sum(f'"/problems/{one}"' in html for one in ids) == 20
    html = visitor.open("/problems?order=joined")
    assert html.index(f"/problems/{ids[24]}") < html.index(f"/problems/{ids[20]}")
    assert f'"/problems/{ids[0]}"' not in visitor.open(f"/problems?district={district}&order=newest")
    assert "مسئله‌ای با این شرط‌ها نیست" in visitor.open("/problems?stage=p-fixed")


def test_the_author_edits_and_takes_back_nobody_else(browser, make, app):
    author = make.user()
    one = make.problem(author)
    stranger = browser(make.user())
    stranger.open(f"/problems/{one}/edit", status=403)
    stranger.open(f"/problems/{one}/withdraw", status=403)
    writer = browser(author)
    writer.open(f"/problems/{one}/edit")
    assert writer.submit(title="عنوان تازهٔ مسئله").status_code == 303
    assert "عنوان تازهٔ مسئله" in browser().open(f"/problems/{one}/history")
    writer.open(f"/problems/{one}/withdraw")
    assert writer.submit(reason="حل شده است").status_code == 303
    assert "حل شده است" in browser().open(f"/problems/{one}")


def test_twins_of_a_problem_are_shown(browser, make):
    one = make.problem(
        make.user(), title="پیاده‌روی امامت", text="پله‌های مغازه‌های امامت راه کالسکه را بسته‌اند."
    )
    html = browser().client.get("/problems/similar", query_string={"text": TEXT}).get_data(as_text=True)
    assert f"/problems/{one}/join" in html
