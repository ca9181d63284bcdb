"""Which channel, when: choices by topic, digests, quiet hours, text messages, dead addresses."""

from datetime import UTC, date, datetime

import pytest

from civic.accounts.models import User
from civic.comments import service as comments
from civic.contributions import queries as contributions
from civic.contributions import service as contributing
from civic.contributions.rules import Involvement
from civic.core import clock, mail
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed, RuleBroken
from civic.core.outbox import publish
from civic.groups.queries import actor_of
from civic.notifications import jobs as telling
from civic.notifications import queries, rules, service
from civic.notifications.links import Stop, token_for
from civic.notifications.models import Letter, Notice, Preference, Telling, Unreachable
from civic.notifications.rules import Channel, LetterStatus, Rhythm, Topic
from civic.notifications.words import WORDS, topic_of
from civic.outcomes.events import PromiseConfirmed
from civic.votes.events import ThresholdReached

NOON = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)  # Wednesday, 12:00 in Tehran
NIGHT = datetime(2026, 11, 25, 19, 0, tzinfo=UTC)  # 22:30


def tehran(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.CITY)


def tell(app, kind, contribution_id: int, n: int = 1):
    """News of a kind about a thing, as an event would bring it."""
    with app.app_context(), transaction():
        news = service.News(kind, telling._all(contribution_id), contribution_id)
        service.tell(SYSTEM, f"{kind}:{contribution_id}:{n}", [news])


def follow(app, make, proposal: int, *people: int):
    people = people or tuple(make.user() for _ in range(7))
    with app.app_context(), transaction():
        for user_id in people:
            contributing.involve(contributions.by_id(proposal), actor_of(user_id), Involvement.FOLLOWER)


def choose(app, user_id: int, **wishes: str):
    """choose(app, 7, mail_votes='daily')"""
    with app.app_context(), transaction():
        pairs = {}
        for name, rhythm in wishes.items():
            channel, topic = name.split("_")
            pairs[Topic(topic), Channel(channel)] = Rhythm(rhythm)
        service.choose(actor_of(user_id), pairs)


def send(app):
    with app.app_context():
        telling.send_letters()
        telling.send_texts()
    return app.extensions["post"].letters, app.extensions["sms"].messages


def ledger(app) -> list[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session.query(Letter).order_by(Letter.id)
        return [(row.channel.value, row.digest or "", row.status.value) for row in rows]


def text_of(letter) -> str:
    return letter.get_body(("plain",)).get_content()


# ---- rules ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "rhythm", "day"),
    [
        (tehran(25, 8, 24), Rhythm.DAILY, date(2026, 11, 25)),
        (tehran(25, 8, 25), Rhythm.DAILY, date(2026, 11, 26)),
        (tehran(25, 23, 59), Rhythm.DAILY, date(2026, 11, 26)),
        (tehran(25, 12), Rhythm.WEEKLY, date(2026, 11, 28)),  # Wednesday to Saturday
        (tehran(28, 8, 0), Rhythm.WEEKLY, date(2026, 11, 28)),
        (tehran(28, 9, 0), Rhythm.WEEKLY, date(2026, 12, 5)),
        (tehran(27, 9, 0), Rhythm.WEEKLY, date(2026, 11, 28)),
    ],
)
def test_the_day_of_a_digest_is_the_next_half_past_eight_or_saturday(now, rhythm, day):
    assert rules.digest_day(now, rhythm) == day
    start, end = rules.digest_span(day, rhythm)
    assert start <= now.replace(tzinfo=None) < end


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (tehran(25, 21, 59), tehran(25, 21, 59)),
        (tehran(25, 22, 0), tehran(26, 8)),
        (tehran(26, 0, 0), tehran(26, 8)),
        (tehran(26, 7, 59), tehran(26, 8)),
        (tehran(26, 8, 0), tehran(26, 8)),
    ],
)
def test_quiet_hours_end_at_eight(now, until):
    assert rules.after_quiet(now) == until


def test_every_kind_of_notice_has_a_topic_and_an_unknown_one_counts_as_followed():
    assert {topic_of(kind) for kind in WORDS} >= {
        Topic.MINE,
        Topic.VOTES,
        Topic.ANSWERS,
        Topic.WORK,
        Topic.FOLLOWED,
    }
    assert topic_of("made up") is Topic.FOLLOWED


# ---- choices ----------------------------------------------------------------------------------------


def test_each_hears_as_chosen_at_once_in_a_digest_or_only_in_the_site(app, make):
    people = {name: make.user(email=f"{name}@example.org") for name in ("now", "daily", "weekly", "off")}
    proposal = make.proposal(make.user())
    follow(app, make, proposal, *people.values())
    for name, user_id in people.items():
        choose(app, user_id, mail_votes=name)
    with clock.at(NOON):
        tell(app, "threshold", proposal)
        letters, _ = send(app)
    assert [letter["To"] for letter in letters] == ["now@example.org"]
    assert ledger(app) == [
        ("mail", "", "sent"), ("mail", "daily:2026-11-26", "pending"), ("mail", "weekly:2026-11-28", "pending"),
    ]  # fmt: skip
    with app.app_context():
        assert db.session.query(Notice).count() == 5, "in the site everybody is told"
    with clock.at(tehran(26, 8, 29)):
        assert len(send(app)[0]) == 1
    with clock.at(tehran(26, 8, 31)):
        assert send(app)[0][-1]["To"] == "daily@example.org"
    with clock.at(tehran(28, 8, 31)):
        assert send(app)[0][-1]["To"] == "weekly@example.org"
    assert len(app.extensions["post"].letters) == 3


def test_the_choice_that_holds_anyway_is_not_kept_and_foreign_ones_are_refused(app, ctx, make):
    person = make.user(email="a@example.org")
    choose(app, person, mail_votes="weekly")
    choose(app, person, mail_votes="now")
    assert db.session.query(Preference).count() == 0
    with pytest.raises(RuleBroken), transaction():
        service.choose(actor_of(person), {(Topic.VOTES, Channel.SMS): Rhythm.DAILY})
    with pytest.raises(NotAllowed):
        service.choose(SYSTEM, {})


def test_a_digest_gathers_by_thing_once_per_person_and_names_nothing_hidden(app, make):
    person = make.user(email="d@example.org")
    first, second, hidden = (
        make.proposal(person, title=title) for title in ("روشنایی کوچه", "نیمکت بوستان", "پنهانی")
    )
    choose(app, person, mail_votes="daily", mail_answers="daily")
    with clock.at(NOON):
        tell(app, "threshold", first)
        tell(app, "threshold", second)
        tell(app, "threshold", hidden)
        tell(app, "case_opened", first)
    with app.app_context(), transaction():
        contributing.hide(SYSTEM, contributions.by_id(hidden), clause=2)
    # the author may still read the own hidden text, a follower may not: look as somebody else
    follower = make.user(email="f@example.org")
    choose(app, follower, mail_votes="daily")
    with clock.at(NOON), app.app_context(), transaction():
        db.session.add(
            Notice(user_id=follower, dedup="x", kind="threshold", contribution_id=hidden, data={}, at=NOON)
        )
        db.session.add(
            Letter(
                user_id=follower,
                digest="daily:2026-11-26",
                channel=Channel.MAIL,
                not_before=tehran(26, 8, 30),
            )
        )
    with clock.at(tehran(26, 8, 31)):
        letters, _ = send(app)
        send(app)
    (letter,) = [one for one in letters if one["To"] == "d@example.org"]
    assert [one for one in letters if one["To"] == "f@example.org"] == [], "an empty digest is not sent"
    text = text_of(letter)
    assert text.count("روشنایی کوچه") == 3, "its heading and its two lines"
    assert "نیمکت بوستان" in text
    assert letter["Message-ID"] == f"<digest-daily-2026-11-26-{person}@localhost>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sorted(ledger(app)) == [
        ("mail", "daily:2026-11-26", "dropped"), ("mail", "daily:2026-11-26", "sent"),
    ]  # fmt: skip


def test_what_was_told_after_the_digest_closed_is_in_the_next_one(app, make):
    person = make.user(email="d@example.org")
    choose(app, person, mail_votes="daily")
    with clock.at(tehran(26, 8, 24)):
        tell(app, "threshold", make.proposal(person, title="پیش از بستن"))
    with clock.at(tehran(26, 8, 26)):
        tell(app, "threshold", make.proposal(person, title="پس از بستن"))
    with clock.at(tehran(26, 8, 31)):
        (letter,) = send(app)[0]
    assert "پیش از بستن" in text_of(letter)
    assert "پس از بستن" not in text_of(letter)
    with clock.at(tehran(27, 8, 31)):
        letter = send(app)[0][-1]
    assert "پس از بستن" in text_of(letter)
    assert "پیش از بستن" not in text_of(letter)


# ---- text messages -----------------------------------------------------------------------------------


def test_a_text_message_is_short_asked_for_and_waits_for_the_morning(app, make):
    person, other = make.user(phone="09150000001"), make.user(phone="09150000002")
    proposal = make.proposal(person, title="سایه‌بان و نیمکت برای همهٔ ایستگاه‌های اتوبوس شهر " * 4)
    with app.app_context(), transaction():
        contributing.involve(contributions.by_id(proposal), actor_of(other), Involvement.FOLLOWER)
    choose(app, person, sms_answers="now")
    with clock.at(NIGHT):
        tell(app, "promise_confirmed", proposal)
        assert send(app)[1] == []
        with app.app_context():
            assert db.session.query(Letter).one().not_before == tehran(26, 8)
    with clock.at(tehran(26, 7, 59)):
        assert send(app)[1] == []
    with clock.at(tehran(26, 8, 1)):
        ((number, text),) = send(app)[1]
    assert number == "09150000001"
    assert len(text) <= rules.SMS_LENGTH
    assert "http://localhost/" in text


def test_a_short_link_stands_for_a_proposals_long_one(app, make):
    person = make.user(phone="09150000001")
    proposal = make.proposal(person, title="سایه‌بان")
    choose(app, person, sms_votes="now")
    with clock.at(NOON):
        tell(app, "threshold", proposal)
        ((_number, text),) = send(app)[1]
    assert text == f"«سایه‌بان» به حد نصاب رسید\nhttp://localhost/p/{proposal}"


def test_no_phone_rings_at_night_even_for_a_second_try(app, make, monkeypatch):
    person = make.user(phone="09150000001")
    choose(app, person, sms_votes="now")

    class Away:
        messages: list = []  # noqa: RUF012

        def send(self, number, text):
            message = "gateway away"
            raise OSError(message)

    monkeypatch.setitem(app.extensions, "sms", Away())
    with clock.at(tehran(25, 21, 59)):
        tell(app, "threshold", make.proposal(person))
        send(app)
    with app.app_context():
        assert db.session.query(Letter).one().not_before == tehran(26, 8)
    with app.app_context(), transaction():  # whatever its row says, in quiet hours none is taken up
        db.session.query(Letter).one().not_before = tehran(25, 22)
    with clock.at(tehran(25, 23)), app.app_context(), transaction():
        assert service.claim_letters(SYSTEM, Channel.SMS) == []


def test_letters_asked_for_at_once_come_at_night_too(app, make):
    person = make.user(email="n@example.org")
    with clock.at(NIGHT):
        tell(app, "threshold", make.proposal(person))
        assert len(send(app)[0]) == 1


# ---- nothing leaves that must not ---------------------------------------------------------------------


def test_hidden_muted_unsubscribed_or_closed_since_it_was_queued_stays_here(app, make):
    names = ("hidden", "muted", "stopped", "closed")
    people = {
        name: make.user(email=f"{name}@example.org", phone=f"0915000010{n}") for n, name in enumerate(names)
    }
    things = {name: make.proposal(make.user(), title=f"چیز {name}") for name in names}
    for name, user_id in people.items():
        choose(app, user_id, sms_votes="now")
        with app.app_context(), transaction():
            contributing.involve(contributions.by_id(things[name]), actor_of(user_id), Involvement.FOLLOWER)
        with clock.at(NOON):
            tell(app, "threshold", things[name])
    assert len(ledger(app)) == 8
    with app.app_context(), transaction():
        contributing.hide(SYSTEM, contributions.by_id(things["hidden"]), clause=2)
        contributing.unfollow(actor_of(people["muted"]), contributions.by_id(things["muted"]))
        db.session.execute(db.text("UPDATE users SET status='blocked' WHERE id=:i"), {"i": people["closed"]})
    choose(app, people["stopped"], mail_votes="off", sms_votes="off")
    with clock.at(NOON):
        assert send(app) == ([], [])
    assert {status for _c, _d, status in ledger(app)} == {"dropped"}


# ---- dead addresses -----------------------------------------------------------------------------------


class NoBox:
    letters: list = []  # noqa: RUF012

    def send(self, letter):
        message = "550 no such user here"
        raise mail.NoSuchBox(message)


def test_a_refused_address_gets_nothing_more_until_its_owner_says_so(app, make, browser, monkeypatch):
    person = make.user(email="gone@example.org")
    proposal = make.proposal(person)
    tell(app, "threshold", proposal, 1)
    monkeypatch.setitem(app.extensions, "post", NoBox())
    send(app)
    monkeypatch.undo()
    assert ledger(app) == [("mail", "", "bounced")]
    tell(app, "threshold", proposal, 2)
    assert send(app)[0] == []
    page = browser(person)
    assert "550 no such user here" in page.open("/me/notices/settings")
    assert page.submit("/reach/mail").status_code == 303
    assert "no such user" not in page.open("/me/notices/settings")
    tell(app, "threshold", proposal, 3)
    assert len(send(app)[0]) == 1
    operator = browser(make.user(roles=(Role.OPERATOR,)))
    assert "550 no such user here" in operator.open("/admin/letters?channel=mail")
    assert "no such user" not in operator.open("/admin/letters?channel=sms")


def test_the_operator_tries_all_of_a_channel_again(app, make, browser):
    person = make.user(email="p@example.org")
    for n in range(3):
        tell(app, "threshold", make.proposal(person), n)
    with app.app_context(), transaction():
        db.session.execute(
            db.update(Letter).values(status=LetterStatus.PARKED, last_error="421 away", attempts=6)
        )
    operator = browser(make.user(roles=(Role.OPERATOR,)))
    assert "421 away" in operator.open("/admin/letters")
    assert operator.submit("/retry/mail").status_code == 303
    assert "421 away" not in operator.open("/admin/letters")
    assert len(send(app)[0]) == 3
    citizen = browser(person)
    citizen.open("/me")
    assert citizen.post("/admin/letters/retry/mail", {"csrf_token": citizen.token()}).status_code == 403
    browser(person).open("/admin/letters", status=403)


# ---- unsubscribing ------------------------------------------------------------------------------------


def test_one_click_stops_a_topic_a_digest_or_everything_and_looking_stops_nothing(app, make, browser):
    person = make.user(email="u@example.org")
    with app.app_context():
        topic, digest, everything = (
            token_for(app, stop)
            for stop in (Stop(person, topic=Topic.VOTES), Stop(person, digest=Rhythm.DAILY), Stop(person))
        )

    def wishes():
        with app.app_context():
            return {t.value: r.value for (t, c), r in queries.wishes_of(person).items() if c is Channel.MAIL}

    before = wishes()
    for token in (topic, digest, everything):
        browser().open(f"/unsubscribe/{token}")
    assert wishes() == before
    guest = browser()
    post = guest.client.post(f"/unsubscribe/{topic}", data={"List-Unsubscribe": "One-Click"})
    assert post.status_code == 200
    assert wishes() == before | {"votes": "off"}
    assert guest.client.post(f"/unsubscribe/{digest}").status_code == 200
    assert wishes() == before | {"votes": "off", "followed": "off"}
    assert guest.client.post(f"/unsubscribe/{everything}").status_code == 200
    with app.app_context():
        assert db.session.get(User, person).mail_notices is False
    assert guest.client.post(f"/unsubscribe/{topic}x").status_code == 404


# ---- telling part by part -----------------------------------------------------------------------------


def test_many_people_are_told_in_parts_each_exactly_once(app, make, monkeypatch):
    monkeypatch.setattr(rules, "PART", 3)
    author = make.user()
    proposal = make.proposal(author)
    follow(app, make, proposal)
    with app.app_context():
        with transaction():
            telling.tell_threshold(ThresholdReached(1, proposal))
        assert db.session.query(Notice).count() == 3, "one part per transaction"
        db.session.rollback()
        for _ in range(5):
            with transaction():
                telling.tell_threshold(ThresholdReached(1, proposal))
        assert db.session.query(Notice).count() == 8
        assert db.session.query(Telling).one().finished_at is not None
        db.session.rollback()


def test_the_queue_carries_every_part_out(app, make, monkeypatch, follow_up):
    monkeypatch.setattr(rules, "PART", 3)
    proposal = make.proposal(make.user())
    follow(app, make, proposal)
    with app.app_context(), transaction():
        publish(PromiseConfirmed(1, proposal))
    follow_up()
    with app.app_context():
        assert db.session.query(Notice).count() == 8


def test_news_that_nobody_was_there_to_hear_may_come_again(app, make):
    nobody = make.user()
    proposal = make.proposal(nobody)
    with app.app_context(), transaction():
        db.session.execute(db.text("UPDATE users SET status='blocked'"))
    tell(app, "threshold", proposal)
    with app.app_context(), transaction():
        assert db.session.query(Telling).count() == 0
        db.session.execute(db.text("UPDATE users SET status='active'"))
    tell(app, "threshold", proposal)
    with app.app_context():
        assert db.session.query(Notice).count() == 1


def test_everybody_concerned_is_told_whatever_ties_them_to_it(app, make, browser, follow_up):
    author, joiner, follower, commenter, cosigner = (make.user() for _ in range(5))
    proposal = make.voted_on(author)
    voter = make.vote(proposal)
    roles = {follower: Involvement.FOLLOWER, joiner: Involvement.JOINER, cosigner: Involvement.COSIGNER}
    with app.app_context(), transaction():
        for user_id, role in roles.items():
            contributing.involve(contributions.by_id(proposal), actor_of(user_id), role)
        comments.write(
            actor_of(commenter), contributions.by_id(proposal), text="سایه کم است و راه دور", side="for"
        )
    tell(app, "promise_confirmed", proposal)
    with app.app_context():
        told = [n.user_id for n in db.session.query(Notice).filter_by(kind="promise_confirmed")]
    assert sorted(told) == sorted([author, joiner, follower, commenter, cosigner, voter])


# ---- the page -----------------------------------------------------------------------------------------


def test_a_person_chooses_on_the_page(app, make, browser):
    person = make.user(email="c@example.org", phone="09150000009")
    page = browser(person)
    page.open("/me/notices/settings")
    assert page.submit("", mail_votes="weekly", sms_answers="y", push_mine=None).status_code == 303
    with app.app_context():
        wishes = queries.wishes_of(person)
        assert wishes[Topic.VOTES, Channel.MAIL] is Rhythm.WEEKLY
        assert wishes[Topic.ANSWERS, Channel.SMS] is Rhythm.NOW
        assert wishes[Topic.MINE, Channel.PUSH] is Rhythm.OFF
        assert db.session.get(User, person).mail_notices is True
    page.open("/me/notices/settings")
    assert ("mail_votes", "weekly") in page.form().fields
    assert page.submit("", mail_notices=None).status_code == 303
    with app.app_context():
        assert db.session.get(User, person).mail_notices is False
    page.open("/me/notices/settings")
    assert page.submit("", mail_votes="hourly").status_code == 422
    browser().open("/me/notices/settings", status=303)


def test_work_is_asked_of_those_who_work_here(app, make, browser):
    assert "کار من در سامانه" not in browser(make.user(email="z@example.org")).open("/me/notices/settings")
    staff = browser(make.user(email="s@example.org", roles=(Role.TRIAGE,)))
    for lang in ("fa", "en", "ar"):
        browser(make.user(email=f"{lang}@example.org"), lang=lang).open("/me/notices/settings")
    assert "کار من در سامانه" in staff.open("/me/notices/settings")


def test_nobody_is_reached_who_is_known_to_be_unreachable(app, ctx, make):
    person = make.user(email="b@example.org")
    with transaction() as session:
        session.add(Unreachable(user_id=person, channel=Channel.MAIL, reason="550", at=clock.now()))
    tell(app, "threshold", make.proposal(person))
    assert ledger(app) == []
