"""What is said: sides, answers, marks, paging, who sees what."""

import pytest
from sqlalchemy import select

from civic.comments.models import Comment, UsefulMark
from civic.comments.queries import best_of
from civic.comments.rules import Side
from civic.contributions import service as contributions
from civic.contributions.models import Contribution
from civic.core.actor import PUBLIC, SYSTEM
from civic.core.db import db, transaction
from tests.accounts.test_signin import code_of

TEXT = "این کار رفت‌وآمد بچه‌ها را امن می‌کند."


def comments(app):
    with app.app_context():
        rows = [
            (c.id, c.status, m.side, m.parent_id, m.useful_count, m.reply_count)
            for c, m in db.session.execute(
                select(Contribution, Comment)
                .join(Comment, Comment.id == Contribution.id)
                .order_by(Comment.id)
            )
        ]
        db.session.remove()
        return rows


@pytest.mark.parametrize("kind", ["proposal", "problem"])
def test_a_comment_waits_and_is_then_seen(browser, make, app, follow_up, kind):
    subject = getattr(make, kind)(make.user())
    author = make.user("نویسندهٔ آزمایشی")
    writer = browser(author)
    writer.open(f"/{kind}s/{subject}")
    assert (
        writer.submit("/comments", text=TEXT, **({"side": "for"} if kind == "proposal" else {})).status_code
        == 303
    )
    assert TEXT in writer.follow()
    assert "در صف بررسی" in writer.text
    assert TEXT not in browser().open(f"/{kind}s/{subject}")
    ((one, status, side, *_),) = comments(app)
    assert (status, side) == ("waiting", Side.FOR if kind == "proposal" else Side.NEUTRAL)
    with app.app_context(), transaction():
        contributions.show(SYSTEM, db.session.get_one(Contribution, one))
    follow_up()
    html = browser().open(f"/{kind}s/{subject}")
    assert TEXT in html
    assert "نویسندهٔ آزمایشی" in html
    assert f"/flag/{one}" in html
    assert f"c-{one}" in browser().open(f"/{kind}s/{subject}/comments")
    with app.app_context(), transaction():
        assert db.session.get_one(Contribution, subject).comment_count == 1
        contributions.hide(SYSTEM, db.session.get_one(Contribution, one), clause=2)
    assert TEXT not in browser().open(f"/{kind}s/{subject}")
    browser().open(f"/comments/{one}", status=404)
    with app.app_context():
        assert db.session.get_one(Contribution, subject).comment_count == 0
        db.session.remove()


@pytest.mark.parametrize(
    ("text", "words"), [("", "نظر خود را بنویسید"), ("نه", "کوتاه است"), ("آ" * 1501, "حداکثر")]
)
def test_no_comment_comes_back_with_its_words(browser, make, app, text, words):
    subject = make.proposal(make.user())
    writer = browser(make.user())
    writer.open(f"/proposals/{subject}")
    assert writer.submit("/comments", text=text, side="against").status_code == 422
    assert words in writer.text
    assert text in writer.text
    assert 'value="against" checked' in writer.text
    assert comments(app) == []


def test_a_double_click_says_it_once(browser, make, app):
    subject = make.proposal(make.user())
    writer = browser(make.user())
    writer.open(f"/proposals/{subject}")
    form = [(k, v) for k, v in writer.form("/comments").fields if k != "text"] + [("text", TEXT)]
    for _ in range(2):
        assert writer.post(f"/proposals/{subject}/comments", form).status_code == 303
    assert len(comments(app)) == 1


def test_a_guests_comment_is_kept_through_sign_in(browser, make, app):
    subject = make.proposal(make.user())
    guest = browser()
    guest.open(f"/proposals/{subject}")
    assert guest.submit("/comments", text=TEXT, side="against").status_code == 303
    guest.follow()
    guest.submit(login="09151113344")
    guest.submit(code=code_of(app))
    assert guest.location.startswith(f"/proposals/{subject}")
    assert [(row[1], row[2]) for row in comments(app)] == [("waiting", "against")]


def test_an_answer_to_an_answer_stays_one_level_deep(browser, make, app, follow_up):
    subject = make.proposal(make.user())
    first = make.comment(make.user(), subject, side=Side.FOR)
    second = make.comment(make.user(), subject, parent_id=first)
    writer = browser(make.user())
    assert "پاسخ به یک نظر" in writer.open(f"/proposals/{subject}/comments?reply={second}")
    assert writer.submit("/comments", text=TEXT).status_code == 303
    third = comments(app)[-1]
    assert (third[2], third[3]) == (Side.NEUTRAL, first)
    with app.app_context(), transaction():
        contributions.show(SYSTEM, db.session.get_one(Contribution, third[0]))
    follow_up()
    assert next(row for row in comments(app) if row[0] == first)[5] == 2
    assert TEXT in browser().open(f"/proposals/{subject}")


def test_nothing_is_said_under_what_is_not_public(browser, make, app):
    draft = make.proposal(make.user(), public=False)
    writer = browser(make.user())
    writer.open("/proposals")
    data = {"text": TEXT, "side": "for", "csrf_token": writer.token()}
    assert writer.post(f"/proposals/{draft}/comments", data).status_code == 404
    assert writer.post(f"/problems/{make.proposal(make.user())}/comments", data).status_code == 404
    other = make.comment(make.user(), make.proposal(make.user()))
    here = make.proposal(make.user())
    assert writer.post(f"/proposals/{here}/comments", {**data, "parent": str(other)}).status_code == 404
    author = make.user()
    own = make.proposal(author, public=False)
    with app.app_context(), transaction():
        contributions.submit(SYSTEM, db.session.get_one(Contribution, own))
    mine = browser(author)
    mine.open("/proposals")
    assert mine.post(f"/proposals/{own}/comments", {**data, "csrf_token": mine.token()}).status_code == 403


def test_useful_counts_each_reader_once_and_never_the_author(browser, make, app):
    author, subject = make.user(), make.proposal(make.user())
    one = make.comment(author, subject, side=Side.FOR)
    reader = browser(make.user())
    reader.open(f"/proposals/{subject}")
    token = reader.token()
    for _ in range(3):
        assert reader.post(f"/comments/{one}/useful", {"mark": "on", "csrf_token": token}).status_code == 303
    assert comments(app)[0][4] == 1
    assert 'aria-pressed="true"' in reader.open(f"/proposals/{subject}")
    for _ in range(2):
        reader.post(f"/comments/{one}/useful", {"mark": "off", "csrf_token": token})
    assert comments(app)[0][4] == 0
    own = browser(author)
    own.open(f"/proposals/{subject}")
    assert own.post(f"/comments/{one}/useful", {"mark": "on", "csrf_token": own.token()}).status_code == 403
    guest = browser()
    guest.open(f"/proposals/{subject}")
    assert guest.submit(f"/comments/{one}/useful").status_code == 303
    guest.follow()
    guest.submit(login="09151113355")
    guest.submit(code=code_of(app))
    assert comments(app)[0][4] == 1
    with app.app_context():
        assert len(db.session.scalars(select(UsefulMark)).all()) == 1
        db.session.remove()


def test_the_most_useful_come_first_over_all_pages(browser, make, app):
    author, subject = make.user(), make.proposal(make.user())
    ids = [make.comment(author, subject, side=Side.AGAINST, useful=n // 5) for n in range(45)]
    visitor, seen, path = browser(), [], f"/proposals/{subject}/comments?side=against"
    while path:
        html = visitor.open(path)
        seen += sorted((i for i in ids if f'id="c-{i}"' in html), key=lambda i: html.index(f'id="c-{i}"'))
        path = (
            html.split('class="btn second" href="')[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in html
            else ""
        )
    assert sorted(seen) == sorted(ids)
    scores = [ids.index(i) // 5 for i in seen]
    assert scores == sorted(scores, reverse=True)
    with app.app_context():
        assert best_of(PUBLIC, subject, Side.AGAINST).id in ids[40:]
        assert best_of(PUBLIC, subject, Side.FOR) is None
        db.session.remove()


def test_one_edits_and_takes_back_ones_own_words_only(browser, make, app):
    author, subject = make.user(), make.proposal(make.user())
    one = make.comment(author, subject, side=Side.FOR, text="حرف نخست من این است.")
    stranger = browser(make.user())
    stranger.open(f"/comments/{one}/edit", status=404)
    stranger.open("/proposals")
    assert stranger.post(f"/comments/{one}/withdraw", {"csrf_token": stranger.token()}).status_code == 403
    writer = browser(author)
    writer.open(f"/comments/{one}/edit")
    assert writer.submit(text="حرف دوم من این است.").status_code == 303
    assert "حرف دوم من" in browser().open(f"/proposals/{subject}")
    writer.open(f"/proposals/{subject}")
    assert writer.submit(f"/comments/{one}/withdraw").status_code == 303
    html = browser().open(f"/proposals/{subject}")
    assert "حرف دوم من" not in html
    assert "همهٔ" not in html.split('id="comments"')[1][:600]


def test_a_comment_goes_out_of_sight_with_what_it_is_about(browser, make, app):
    subject = make.proposal(make.user())
    one = make.comment(make.user(), subject)
    visitor = browser()
    visitor.open(f"/comments/{one}", status=303)
    assert f'id="c-{one}"' in visitor.follow()
    with app.app_context(), transaction():
        contributions.hide(SYSTEM, db.session.get_one(Contribution, subject), clause=6)
    visitor.open(f"/comments/{one}", status=404)
    assert browser().post(f"/comments/{one}/useful", {}).status_code == 404
