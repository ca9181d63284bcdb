"""A proposal written for a consultation lives in its room, while it gathers what people say."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from civic.contributions.models import Contribution
from civic.core import clock
from civic.core.db import db, transaction
from civic.spaces.models import Phase, Space
from civic.spaces.queries import STANDING
from civic.votes.models import Question
from tests.accounts.test_signin import code_of
from tests.queries import counted

TEXT = "خیابان را شب‌ها هم باز نگذارید؛ به جای آن روزهای جمعه بازارچهٔ محله برپا کنید."


@pytest.fixture
def room(app, make):
    """A consultation that gathers."""
    boss = make.user("مدیر سمن")
    group = make.group("انجمن پیاده‌راه", managers=(boss,))

    class Room:
        id = make.consultation(boss, group)
        district = make.district()
        boss_id = boss
        group_id = group

    with app.app_context():
        Room.space_id = db.session.get_one(Contribution, Room.id).space_id
        db.session.remove()
    return Room


def end_collecting(app, space_id):
    moment = clock.now()
    with app.app_context(), transaction():
        db.session.execute(
            update(Phase)
            .where(Phase.space_id == space_id, Phase.kind == "collect")
            .values(opens_at=moment - timedelta(days=5), closes_at=moment - timedelta(minutes=1))
        )


def newest(app):
    with app.app_context():
        query = select(Contribution).where(Contribution.kind == "proposal").order_by(Contribution.id.desc())
        found = db.session.scalars(query).first()
        db.session.remove()
        return found


def propose(person, room):
    person.open(f"/consultations/{room.id}")
    assert f"/proposals/new?consultation={room.id}" in person.text
    person.open(f"/proposals/new?consultation={room.id}")
    assert "خیابان جلوی سه دبستان" in person.text
    assert person.submit(text=TEXT).status_code == 303
    person.follow()
    assert person.submit("/proposals/new/where", district_id=str(room.district)).status_code == 303
    return person.follow()


def send(person):
    answer = person.submit("/proposals/new/who", name_style="district")
    assert answer.status_code == 303
    return answer


def test_it_lives_there_and_is_listed_on_the_consultations_page(app, make, browser, room, follow_up):
    person = browser(make.user())
    assert "برای نظرخواهی" in propose(person, room)
    send(person)
    row = newest(app)
    assert row.space_id == room.space_id
    follow_up()
    page = browser().open(f"/consultations/{room.id}")
    assert row.title in page
    assert f"/proposals/{row.id}" in page
    shown = browser().open(f"/proposals/{row.id}")
    assert f"/consultations/{room.id}" in shown
    assert row.title in browser().open(f"/proposals?space={room.space_id}")


def test_before_review_nobody_sees_it_there(app, make, browser, follow_up):
    boss = make.user("مدیر سمن")
    made = make.consultation(boss, make.group("انجمن", managers=(boss,)), moderation="pre")
    person = browser(make.user())
    person.open(f"/proposals/new?consultation={made}")
    person.submit(text=TEXT)
    person.follow()
    person.submit("/proposals/new/where", whole="y")
    person.follow()
    send(person)
    follow_up()
    assert newest(app).title not in browser().open(f"/consultations/{made}")


def test_after_collecting_it_is_neither_offered_nor_taken(app, make, browser, room):
    end_collecting(app, room.space_id)
    person = browser(make.user())
    assert f"/proposals/new?consultation={room.id}" not in person.open(f"/consultations/{room.id}")
    person.open(f"/proposals/new?consultation={room.id}")
    assert "برای نظرخواهی" not in person.text
    assert person.submit(text=TEXT, consultation=str(room.id)).status_code == 303
    assert newest(app).space_id == STANDING


def test_a_draft_that_comes_too_late_is_not_lost(app, make, browser, room):
    person = browser(make.user())
    propose(person, room)
    end_collecting(app, room.space_id)
    person.open(f"/proposals/new/who?draft={newest(app).id}")
    assert "پایان یافته است" in person.text
    send(person)
    assert newest(app).space_id == STANDING


def test_a_guests_proposal_finds_its_room_through_sign_in(app, browser, room):
    guest = browser()
    guest.open(f"/proposals/new?consultation={room.id}")
    assert guest.submit(text=TEXT).status_code == 303
    guest.follow()
    assert guest.submit(login="09151112233").status_code == 200
    assert guest.submit(code=code_of(app)).status_code == 303
    assert newest(app).space_id == room.space_id


@pytest.mark.parametrize("asked", ["draft", "absent", "other"])
def test_a_room_one_may_not_see_is_like_an_absent_one(app, make, browser, room, asked):
    wanted = {"absent": 999_999, "other": make.base_proposal(room.boss_id)}.get(asked)
    if asked == "draft":
        wanted = make.consultation(
            room.boss_id, room.group_id, state="draft", title="پیش‌نویسی که کسی نمی‌بیند"
        )
    person = browser(make.user())
    page = person.open(f"/proposals/new?consultation={wanted}")
    assert "برای نظرخواهی" not in page
    person.submit(text=TEXT, consultation=str(wanted))
    assert newest(app).space_id == STANDING


def test_the_page_asks_the_database_as_often_with_many_as_with_one(app, make, browser, room):
    author = make.user()
    make.base_proposal(author, space_id=room.space_id, title="پیشنهاد ۱")
    person = browser(make.user())
    person.open(f"/consultations/{room.id}")
    with counted(app) as one:
        person.open(f"/consultations/{room.id}")
    for n in range(2, 9):
        make.base_proposal(author, space_id=room.space_id, title=f"پیشنهاد {n}")
    with counted(app) as many:
        page = person.open(f"/consultations/{room.id}")
    assert len(many) == len(one)
    assert "همهٔ پیشنهادهای این نظرخواهی" in page


def test_its_threshold_is_the_citys(app, make, browser, follow_up):
    with app.app_context(), transaction():
        city = db.session.get_one(Space, STANDING)
        city.threshold_floor, city.threshold_per_ten_thousand = 7, 1
    boss = make.user("مدیر سمن")
    made = make.consultation(boss, make.group("انجمن", managers=(boss,)))
    person = browser(make.user())
    person.open(f"/proposals/new?consultation={made}")
    person.submit(text=TEXT)
    person.follow()
    person.submit("/proposals/new/where", district_id=str(make.district(population=30_000)))
    person.follow()
    send(person)
    follow_up()
    with app.app_context():
        asked = db.session.scalars(select(Question).where(Question.contribution_id == newest(app).id)).one()
        assert asked.threshold == 7
        db.session.remove()
