"""What every kind shares: the order of the day, which old texts are public, who reads unfinished ones, pictures."""

from datetime import date

import pytest

from civic.contributions import queries, rules, service
from civic.contributions.models import Attachment, Contribution
from civic.core import clock
from civic.core.actor import PUBLIC, SYSTEM
from civic.core.db import db, transaction
from civic.core.errors import NotFound, RuleBroken
from civic.core.files import path_of
from civic.core.paging import wheel
from civic.groups.queries import actor_of


def test_the_order_of_a_day_is_the_same_for_all_and_another_tomorrow():
    starts = [rules.day_start(date(2026, 11, n)) for n in range(1, 29)]
    assert len(set(starts)) == 28
    assert rules.day_start(date(2026, 11, 1)) == starts[0]
    assert all(0 <= start < rules.WHEEL for start in starts)


@pytest.mark.parametrize(("edited", "public"), [([], set()), ([2], {1}), ([2, 3], {1, 2}), ([4], {3})])
def test_only_texts_replaced_in_public_stay_in_the_public_history(edited, public):
    assert rules.versions_once_public(edited) == public


def test_a_wheel_runs_around_once_from_wherever_it_starts(make, ctx):
    author = make.user()
    with transaction():
        for n in range(9):
            row = service.begin(actor_of(author), rules.ContributionKind.PROPOSAL, title=f"t{n}", text="متن")
            row.shuffle = n // 2 * 100
    for start in (0, 150, 400, 900):
        seen, cursor = [], ""
        while True:
            page = wheel(
                db.session.query(Contribution).statement,
                Contribution.shuffle,
                Contribution.id,
                start,
                cursor=cursor,
                size=2,
            )
            seen += [row.shuffle for row in page.items]
            cursor = page.next
            if not cursor:
                break
        assert len(seen) == 9
        assert seen == sorted(seen, key=lambda value: (value < start, value))


def test_an_unfinished_text_is_nobody_elses(make, ctx):
    member, manager = make.user(), make.user()
    moderator, operator = make.user(roles=("moderator",)), make.user(roles=("operator",))
    group = make.group(members=(member,), managers=(manager,))
    one = make.proposal(member, public=False, group_id=group)
    assert queries.readable(actor_of(member), one).id == one
    for other in (
        PUBLIC,
        actor_of(manager),
        actor_of(moderator),
        actor_of(operator),
    ):
        with pytest.raises(NotFound):
            queries.readable(other, one)
    with transaction():
        service.submit(actor_of(member), queries.for_change(actor_of(member), one))
    assert queries.readable(actor_of(manager), one).id == one


def test_what_was_returned_and_taken_back_is_not_read_again(make, ctx):
    author = make.user()
    one = make.proposal(author)
    with transaction():
        service.send_back(SYSTEM, queries.by_id(one), clause=4)
    with transaction():
        service.withdraw(actor_of(author), queries.by_id(one), reason="")
    with pytest.raises(NotFound):
        queries.readable(PUBLIC, one)


def test_topic_and_place_of_a_public_text_stay(make, ctx):
    author = make.user()
    one = make.proposal(author)
    with pytest.raises(RuleBroken), transaction():
        service.describe(
            actor_of(author), queries.by_id(one), category_id=None, district_id=None, place_text="جای دیگر"
        )


def test_a_picture_is_served_as_long_as_its_text_is_public_and_nobody_hid_it(make, browser, app):
    one = make.proposal(make.user())
    with app.app_context():
        path_of("abc.jpg").parent.mkdir(parents=True, exist_ok=True)
        for name in ("abc.jpg", "abc-s.jpg"):
            path_of(name).write_bytes(b"picture")
        with transaction() as session:
            session.add(
                Attachment(
                    contribution_id=one,
                    name="abc.jpg",
                    small_name="abc-s.jpg",
                    width=4,
                    height=3,
                    sha256="0",
                    added_at=clock.now(),
                )
            )
    guest = browser().client
    for name in ("abc.jpg", "abc-s.jpg"):
        answer = guest.get(f"/media/{name}")
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert "public" in answer.headers["Cache-Control"]
    assert (
        guest.get(
            "/media/abc.jpg", headers={"If-None-Match": answer.headers["ETag"].replace("abc-s", "abc")}
        ).status_code
        == 304
    )
    assert guest.get("/media/..%2f..%2fcharsu.db").status_code == 404
    assert "/media/abc-s.jpg" in browser().open(f"/proposals/{one}")
    with app.app_context(), transaction():
        db.session.query(Attachment).one().hidden_at = clock.now()
    assert guest.get("/media/abc.jpg").status_code == 404
    assert "/media/abc" not in browser().open(f"/proposals/{one}")
    with app.app_context(), transaction():
        db.session.query(Attachment).one().hidden_at = None
        service.hide(SYSTEM, db.session.get_one(Contribution, one), clause=8)
    assert guest.get("/media/abc.jpg").status_code == 404
