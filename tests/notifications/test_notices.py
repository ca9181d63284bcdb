"""Who is told what, once; what was hidden is not named; letters."""

from datetime import timedelta

import pytest

from civic.accounts.models import User
from civic.contributions import queries as contributions
from civic.contributions import service as contributing
from civic.contributions.rules import Involvement
from civic.core import clock
from civic.core.actor import SYSTEM, Kind, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed
from civic.groups.queries import actor_of
from civic.notifications import jobs, rules, service
from civic.notifications.models import Letter, Notice
from civic.notifications.rules import LetterStatus
from civic.notifications.words import WORDS
from civic.votes.events import ThresholdReached
from tests.queries import counted


def involve(app, contribution_id: int, *user_ids: int, role=Involvement.FOLLOWER):
    with app.app_context(), transaction():
        contribution = contributions.by_id(contribution_id)
        for user_id in user_ids:
            contributing.involve(contribution, actor_of(user_id), role)


def tell(app, event, *, times=1):
    with app.app_context():
        for _ in range(times):
            with transaction():
                jobs.tell_threshold(event)


def told(app) -> list[tuple[int, str]]:
    with app.app_context():
        return sorted((n.user_id, n.kind) for n in db.session.query(Notice))


def send(app):
    with app.app_context():
        jobs.send_letters()
    return app.extensions["post"].letters


def letters(app) -> list[LetterStatus]:
    with app.app_context():
        return [row.status for row in db.session.query(Letter).order_by(Letter.id)]


def test_author_followers_and_voters_hear_once_and_who_muted_does_not(app, make):
    author, follower, muter = make.user(), make.user(), make.user()
    proposal = make.voted_on(author)
    voter = make.vote(proposal)
    make.vote(proposal, user_id=follower)  # concerned twice
    involve(app, proposal, follower, muter)
    with app.app_context(), transaction():
        contributing.unfollow(actor_of(muter), contributions.by_id(proposal))
    tell(app, ThresholdReached(1, proposal), times=3)
    assert told(app) == sorted((who, "threshold") for who in (author, follower, voter))
    with app.app_context():
        unread = {u.id: u.unread for u in db.session.query(User)}
    assert {unread[who] for who in (author, follower, voter)} == {1}
    assert unread[muter] == 0


def test_a_closed_account_is_not_told(app, make):
    author, gone = make.user(), make.user()
    proposal = make.voted_on(author)
    involve(app, proposal, gone)
    with app.app_context(), transaction():
        db.session.execute(db.text("UPDATE users SET status='blocked' WHERE id=:i"), {"i": gone})
    tell(app, ThresholdReached(1, proposal))
    assert told(app) == [(author, "threshold")]


def test_reading_lowers_the_count_and_nobody_reads_anothers(app, make, browser):
    author = make.user()
    proposal = make.proposal(author)
    tell(app, ThresholdReached(1, proposal))
    person = browser(author)
    assert "به حد نصاب رسید" in person.open("/me/notices")
    assert "۱ اعلان تازه" in person.text
    with app.app_context():
        notice = db.session.query(Notice).one().id
    browser(make.user()).open(f"/me/notices/{notice}", status=404)
    person.open(f"/me/notices/{notice}", status=303)
    assert person.location.endswith(f"/proposals/{proposal}")
    assert "۱ اعلان تازه" not in person.open("/me/notices")
    with app.app_context():
        assert db.session.get(User, author).unread == 0
    browser().open("/me/notices", status=303)


def test_all_of_them_are_read_by_one_button(app, make, browser):
    author = make.user()
    for n in range(3):
        tell(app, ThresholdReached(n, make.proposal(author, title="پیشنهاد روشنایی کوچه")))
    person = browser(author)
    person.open("/me/notices")
    assert person.submit("/me/notices/read").status_code == 303
    with app.app_context():
        assert db.session.get(User, author).unread == 0
    assert "خبری نیست" in person.open("/me/notices?show=unread")


def test_what_was_hidden_since_is_neither_named_nor_mailed(app, make, browser):
    author, follower = make.user(), make.user(email="f@example.org")
    proposal = make.proposal(author, title="عنوانی که پنهان می‌شود")
    involve(app, proposal, follower)
    tell(app, ThresholdReached(1, proposal))
    with app.app_context(), transaction():
        contributing.hide(SYSTEM, contributions.by_id(proposal), clause=2)
    page = browser(follower).open("/me/notices")
    assert "عنوانی که پنهان می‌شود" not in page
    assert "دیگر در دسترس نیست" in page
    assert send(app) == []
    assert letters(app) == [LetterStatus.DROPPED]


def test_a_letter_speaks_the_readers_language_and_can_be_stopped_by_one_click(app, make, browser):
    author = make.user("Ann", email="ann@example.org", kind=Kind.VISITOR)
    with app.app_context(), transaction():
        db.session.get(User, author).locale = "en"
    proposal = make.proposal(author, title="سایه‌بان")
    tell(app, ThresholdReached(1, proposal))
    (letter,) = send(app)
    assert send(app) == [letter]
    assert letters(app) == [LetterStatus.SENT]
    assert letter["To"] == "ann@example.org"
    assert letter["Message-ID"] == "<notice-1@localhost>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = letter.get_body(("plain",)).get_content()
    assert f"http://localhost/en/proposals/{proposal}" in text
    html = letter.get_body(("html",)).get_content()
    assert 'dir="ltr"' in html
    link = letter["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    guest = browser()
    guest.open(link)
    assert guest.client.post(link).status_code == 200
    with app.app_context():
        assert db.session.get(User, author).mail_notices is True, "only this topic was stopped"
    guest.open(link[:-3] + "xyz", status=404)
    tell(app, ThresholdReached(2, proposal))
    assert len(send(app)) == 1


class Broken:
    """A post office that takes nothing."""

    letters: list = []  # noqa: RUF012

    def send(self, letter):
        message = "550 no such mailbox"
        raise OSError(message)


def test_a_refused_letter_is_tried_with_growing_gaps_then_parked_then_settled(
    app, make, browser, monkeypatch
):
    author = make.user(email="a@example.org")
    tell(app, ThresholdReached(1, make.proposal(author)))
    monkeypatch.setitem(app.extensions, "post", Broken())
    moment = clock.now()
    for gap in [timedelta(0), *rules.GAPS]:
        moment += gap + timedelta(seconds=1)
        with clock.at(moment):
            send(app)
            send(app)  # nothing is due again yet
    assert letters(app) == [LetterStatus.PARKED]
    with app.app_context():
        assert db.session.query(Letter).one().attempts == len(rules.GAPS) + 1
    monkeypatch.undo()
    operator = browser(make.user(roles=(Role.OPERATOR,)))
    assert "550 no such mailbox" in operator.open("/admin/letters")
    assert operator.submit("/admin/letters/1", act="again").status_code == 303
    assert len(send(app)) == 1


def test_a_letter_whose_sender_died_is_sent_again_under_the_same_name(app, make):
    author = make.user(email="a@example.org")
    tell(app, ThresholdReached(1, make.proposal(author)))
    with app.app_context(), transaction():
        assert service.claim_letters(SYSTEM) == [1]
    assert send(app) == []
    with clock.at(clock.now() + rules.LEASE + timedelta(seconds=1)):
        assert [letter["Message-ID"] for letter in send(app)] == ["<notice-1@localhost>"]


def test_only_the_system_tells_and_only_the_operator_settles(app, ctx, make):
    moderator = make.user(roles=(Role.MODERATOR,))
    person = actor_of(make.user())
    for verb in (lambda: service.tell(person, "x", []), lambda: service.claim_letters(person)):
        with pytest.raises(NotAllowed):
            verb()
    with pytest.raises(NotAllowed):
        service.retry_letter(person, Letter())
    with pytest.raises(NotAllowed):
        service.drop_letter(actor_of(moderator), Letter())
    with pytest.raises(NotAllowed):
        service.read(person, Notice(user_id=999))


def test_the_author_hears_the_reason_of_a_decision_and_reporters_hear_too(app, make, browser, follow_up):
    author, reporter = make.user(), make.user()
    proposal = make.proposal(author, title="پیشنهاد دربارهٔ پارک")
    witness = browser(reporter)
    witness.open(f"/flag/{proposal}")
    assert witness.submit(clause="2", note="توهین دارد").status_code == 303
    follow_up()
    moderator = browser(make.user(roles=(Role.MODERATOR,)))
    with app.app_context():
        item = db.session.execute(db.text("SELECT id FROM moderation_items")).scalar_one()
    moderator.open(f"/queue/{item}")
    assert (
        moderator.submit(f"/queue/{item}", verdict="return", clause="2", note="محترمانه").status_code == 303
    )
    follow_up()
    assert (author, "returned") in told(app)
    assert (reporter, "report_heard") in told(app)
    page = browser(author).open("/me/notices")
    assert "توهین به شخص" in page
    assert "محترمانه" in page


def test_telling_many_costs_a_fixed_number_of_statements(app, make):
    author = make.user()

    def cost(people: int) -> int:
        proposal = make.voted_on(author)
        involve(app, proposal, *[make.user() for _ in range(people)])
        with counted(app) as sent:
            tell(app, ThresholdReached(proposal, proposal))
        return len(sent)

    assert cost(2) == cost(20)


def test_the_list_costs_the_same_however_long(app, make, browser):
    author = make.user()

    def cost() -> int:
        person = browser(author)
        with counted(app) as sent:
            person.open("/me/notices")
        return len(sent)

    tell(app, ThresholdReached(0, make.proposal(author)))
    few = cost()
    for n in range(1, 12):
        tell(app, ThresholdReached(n, make.proposal(author)))
    assert cost() == few <= 7


def test_every_kind_of_notice_can_be_said_in_every_language(app, make, browser):
    author = make.user()
    proposal = make.proposal(author)
    with app.app_context(), transaction():
        for kind in WORDS:
            data = {
                "title": "عنوان",
                "name": "گروه",
                "note": "",
                "promise_id": 1,
                "group_id": 1,
                "consultation_id": 1,
            }
            row = Notice(
                user_id=author, dedup=kind, kind=kind, contribution_id=proposal, data=data, at=clock.now()
            )
            db.session.add(row)
    for lang in ("fa", "en", "ar"):
        assert "%(" not in browser(author, lang=lang).open("/me/notices")
