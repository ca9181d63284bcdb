"""From the first word to the queue: three steps, through sign-in, without JavaScript."""

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from civic.contributions import service as contributions
from civic.contributions.models import Attachment, Contribution, Version
from civic.core.actor import SYSTEM, Kind
from civic.core.db import db, transaction
from civic.groups.queries import actor_of
from civic.votes.models import Tally
from tests.accounts.test_signin import code_of

TEXT = "صبح‌ها دانش‌آموزان از عرض خیابان توس می‌گذرند و چراغی نیست. روبه‌روی دبستان چراغ عابر بگذارید."


def picture(width=60, height=40, kind="JPEG"):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (width, height), "red").save(out, kind, exif=exif)
    out.seek(0)
    return out


def row(app, one=None):
    with app.app_context():
        query = select(Contribution).where(Contribution.kind == "proposal").order_by(Contribution.id.desc())
        found = db.session.scalars(query if one is None else query.where(Contribution.id == one)).first()
        db.session.remove()
        return found


def test_a_guest_writes_signs_in_and_finishes(make, browser, app):
    district = make.district(name="منطقهٔ ۱۲")
    safety = make.category(keywords="چراغ دبستان عابر", name="ایمنی راه")
    guest = browser()
    guest.open("/proposals/new")
    assert guest.submit(text=TEXT).status_code == 303
    guest.follow()
    assert guest.submit(login="09151112233").status_code == 200
    assert guest.submit(code=code_of(app)).status_code == 303
    assert "/proposals/new/where?draft=" in guest.location
    guest.signed = True
    html = guest.follow()
    assert "روبه‌روی دبستان چراغ عابر بگذارید" in html
    assert "ایمنی راه" in html
    sent = guest.submit(
        "/proposals/new/where",
        place_text="خیابان توس",
        district_id=str(district),
        files={"photo": (picture(), "a.jpg")},
    )
    assert sent.status_code == 303
    assert "یک بار مرور کنید" in guest.follow()
    assert guest.submit("/proposals/new/who", name_style="full", full_name="لیلا آزمایشی").status_code == 303
    assert "در صف بررسی" in guest.follow()
    made = row(app)
    assert (made.status, made.district_id, made.category_id, made.byline, made.place_text) == (
        "waiting",
        district,
        safety,
        "لیلا آزمایشی",
        "خیابان توس",
    )
    guest.open("/proposals/new/who?draft=1", status=404)
    begin(guest)
    guest.submit("/proposals/new/where", whole="y")
    assert "لیلا آ." in guest.follow(), "the name given once is known the next time"
    with app.app_context():
        photo = db.session.scalars(select(Attachment)).one()
        db.session.remove()
    assert browser().client.get(f"/media/{photo.name}").status_code == 404
    shown = guest.client.get(f"/media/{photo.name}")
    assert shown.status_code == 200
    assert b"secret place" not in shown.data
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "no-store" in shown.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("text", "words"), [("", "بنویسید چه مشکلی"), ("کوتاه", "کوتاه است"), ("آ" * 2001, "حداکثر")]
)
def test_what_is_no_proposal_comes_back_with_the_words(browser, make, text, words):
    writer = browser(make.user())
    writer.open("/proposals/new")
    assert writer.submit(text=text).status_code == 422
    assert words in writer.text
    assert 'data-focus="errors"' in writer.text
    assert text[:300] in writer.text


def begin(writer, **more):
    writer.open("/proposals/new" + (f"?problem={more.pop('problem')}" if "problem" in more else ""))
    assert writer.submit(text=TEXT, **more).status_code == 303
    writer.follow()
    return int(re.search(r"draft=(\d+)", writer.path)[1])


@pytest.mark.parametrize(
    "body",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"GIF89a" + b"\0" * 50,
        b"\xff\xd8\xff" + b"<html>" * 9,
        b"",
        b"%PDF-1.4",
    ],
)
def test_what_is_no_picture_is_refused_and_the_words_stay(browser, make, app, body):
    district = make.district()
    writer = browser(make.user())
    begin(writer)
    answer = writer.submit(
        "/proposals/new/where",
        place_text="خیابان توس",
        district_id=str(district),
        files={"photo": (io.BytesIO(body), "a.jpg")},
    )
    assert answer.status_code == (422 if body else 303)
    if body:
        assert "عکس" in writer.text
        assert "خیابان توس" in writer.text


def test_a_place_is_needed_or_the_whole_city(browser, make, app):
    make.district()
    writer = browser(make.user())
    one = begin(writer)
    assert writer.submit("/proposals/new/where", place_text="خیابان توس").status_code == 422
    assert writer.submit("/proposals/new/where", whole="y").status_code == 303
    assert row(app, one).district_id is None


def test_a_double_click_makes_one_proposal(browser, make, app):
    writer = browser(make.user())
    writer.open("/proposals/new")
    form = [(k, v) for k, v in writer.form().fields if k != "text"] + [("text", TEXT)]
    first = writer.post("/proposals/new", form).headers["Location"]
    assert writer.post("/proposals/new", form).headers["Location"] == first
    with app.app_context():
        assert len(db.session.scalars(select(Contribution)).all()) == 1
        db.session.remove()


def test_a_draft_is_its_authors_alone_and_waits_to_be_continued(browser, make, app):
    author = make.user()
    writer = browser(author)
    one = begin(writer)
    assert f"draft={one}" in writer.open("/me/drafts")
    stranger = browser(make.user())
    stranger.open(f"/proposals/new/where?draft={one}", status=404)
    stranger.open(f"/proposals/new/who?draft={one}", status=404)
    stranger.open(f"/proposals/new?draft={one}", status=404)
    stranger.open("/me/drafts")
    assert stranger.post(f"/me/drafts/{one}/discard", {"csrf_token": stranger.token()}).status_code == 404
    guest = browser()
    guest.open("/me/drafts", status=303)
    writer.open(f"/proposals/new?draft={one}")
    assert writer.submit(text=TEXT + " لطفاً.", title="چراغ برای توس").status_code == 303
    assert row(app, one).title == "چراغ برای توس"
    writer.open("/me/drafts")
    assert writer.submit(f"/{one}/discard").status_code == 303
    assert "پیش‌نویسی ندارید" in writer.open("/me/drafts")
    browser().open(f"/proposals/{one}", status=404)


def test_a_member_writes_for_the_group_and_a_manager_decides_first(browser, make, app):
    member, manager = make.user(), make.user("مدیر آزمایشی")
    group = make.group("انجمن بانوان توس", kind=Kind.WOMEN_FORUM, members=(member,), managers=(manager,))
    writer = browser(member)
    one = begin(writer)
    writer.submit("/proposals/new/where", whole="y")
    assert "اول مدیر گروه تأیید می‌کند" in writer.follow()
    assert writer.submit("/proposals/new/who", voice=f"group:{group}").status_code == 303
    made = row(app, one)
    assert (made.status, made.byline, made.capacity) == ("endorsing", "انجمن بانوان توس", Kind.WOMEN_FORUM)
    browser(manager).open(f"/proposals/{one}")
    browser(make.user()).open(f"/proposals/{one}", status=404)


def test_nobody_speaks_for_a_group_that_is_not_theirs(browser, make, app):
    group = make.group(managers=(make.user(),))
    writer = browser(make.user())
    one = begin(writer)
    writer.submit("/proposals/new/where", whole="y")
    writer.follow()
    assert writer.submit("/proposals/new/who", voice=f"group:{group}").status_code in {403, 422}
    assert row(app, one).group_id is None


def test_an_answer_to_a_problem_is_counted_when_it_is_public(browser, make, app, follow_up):
    author, moderator = make.user(), make.user(roles=("moderator",))
    problem = make.problem(make.user())
    writer = browser(author)
    one = begin(writer, problem=problem)
    writer.submit("/proposals/new/where", whole="y")
    writer.follow()
    writer.submit("/proposals/new/who", name_style="district")
    follow_up()
    assert "هنوز پیشنهادی برای آن نیست" in browser().open(f"/problems/{problem}")
    with app.app_context(), transaction():
        actor = actor_of(moderator)
        contributions.show(actor, db.session.get_one(Contribution, one))
    follow_up()
    follow_up()
    html = browser().open(f"/problems/{problem}")
    assert f"/proposals/{one}" in html
    assert html.count("پیشنهادی برای حل آن رسید") == 1
    assert "پیشنهاد دارد" in html
    assert f"/problems/{problem}" in browser().open(f"/proposals/{one}")
    with app.app_context(), transaction():
        contributions.hide(actor, db.session.get_one(Contribution, one), clause=6)
    follow_up()
    assert f"/proposals/{one}" not in browser().open(f"/problems/{problem}")
    assert "هنوز پیشنهادی ندارد" in browser().open("/problems")


def test_an_edit_keeps_the_version_that_was_public(browser, make, app, follow_up):
    author = make.user()
    one = make.proposal(author, votes=5, title="عنوان نخست")
    writer = browser(author)
    writer.open(f"/proposals/{one}/edit")
    assert writer.submit(title="عنوان دوم").status_code == 303
    follow_up()
    html = browser().open(f"/proposals/{one}/history")
    assert "عنوان نخست" in html
    assert "عنوان دوم" in html
    assert f'"/proposals/{one}"' in browser().open("/proposals?q=دوم")
    for other in (make.user(), make.user(roles=("moderator",))):
        stranger = browser(other)
        stranger.open(f"/proposals/{one}/edit", status=403)
        stranger.open("/proposals")
        assert (
            stranger.post(
                f"/proposals/{one}/edit", {"csrf_token": stranger.token(), "title": "عنوان سوم", "text": TEXT}
            ).status_code
            == 403
        )
    browser().open(f"/proposals/{one}/edit", status=303)


def test_a_text_sent_back_before_it_was_replaced_is_not_in_the_public_history(browser, make, app):
    author = make.user()
    one = make.proposal(author, title="عنوان نخست", text="شمارهٔ همسایه 09151234567 است و باید چراغ بگذارید.")
    with app.app_context(), transaction():
        actor = SYSTEM
        contributions.send_back(actor, db.session.get_one(Contribution, one), clause=4)
    writer = browser(author)
    writer.open(f"/proposals/{one}/edit")
    assert "دوباره" in writer.text
    assert writer.submit(text=TEXT).status_code == 303
    with app.app_context(), transaction():
        assert db.session.scalars(select(Version)).one().number == 1
        contributions.show(actor, db.session.get_one(Contribution, one))
    assert "۰۹۱۵" not in browser().open(f"/proposals/{one}/history")
    assert "09151234567" not in browser().text
    assert "09151234567" in writer.open(f"/proposals/{one}/history")


def test_the_author_takes_it_back_with_a_reason(browser, make, app, follow_up):
    author = make.user()
    one = make.proposal(author, votes=99)
    writer = browser(author)
    writer.open(f"/proposals/{one}/withdraw")
    assert writer.submit(reason="").status_code == 422
    assert writer.submit(reason="خودش ساخته شد").status_code == 303
    follow_up()
    html = browser().open(f"/proposals/{one}")
    assert "خودش ساخته شد" in html
    assert "/comments?side" not in html
    assert f'"/proposals/{one}"' not in browser().open("/proposals")
    assert f'"/proposals/{one}"' not in browser().open("/search?q=سایه‌بان")


def test_a_widely_supported_idea_cannot_be_dropped(browser, make, app):
    author = make.user()
    one = make.proposal(author, votes=100)
    writer = browser(author)
    writer.open(f"/proposals/{one}/withdraw")
    assert writer.submit(reason="پشیمان شدم").status_code == 422
    assert "پشیمان شدم" in writer.text
    assert row(app, one).status == "public"
    browser(make.user()).open(f"/proposals/{one}/withdraw", status=403)
    with app.app_context():
        assert db.session.scalars(select(Tally.ballots).where(Tally.option_key == "for")).one() == 100
        db.session.remove()


def test_what_a_department_judges_keeps_its_words(browser, make, app):
    author = make.user()
    one = make.proposal(author, votes=5)
    with app.app_context(), transaction():
        db.session.get_one(Contribution, one).stage = "dept"
    writer = browser(author)
    writer.open(f"/proposals/{one}/edit")
    assert writer.submit(title="عنوان دیگر").status_code == 422
    assert row(app, one).title != "عنوان دیگر"


def test_following_and_no_more(browser, make, app):
    one = make.proposal(make.user())
    reader = browser(make.user())
    reader.open(f"/proposals/{one}")
    assert reader.submit(f"/follow/{one}").status_code == 303
    assert "پیگیری می‌کنید" in reader.follow()
    assert reader.submit(f"/unfollow/{one}").status_code == 303
    assert "پیگیری می‌کنید" not in reader.follow()
    assert row(app, one).follow_count == 0
    guest = browser()
    guest.open(f"/proposals/{one}")
    assert guest.submit(f"/follow/{one}").status_code == 303
    assert "/signin?intent=" in guest.location
    draft = make.proposal(make.user(), public=False)
    reader.open("/proposals")
    assert reader.post(f"/follow/{draft}", {"csrf_token": reader.token()}).status_code == 404
