"""One person, one ballot: given, changed, taken back, refused."""

from datetime import timedelta

import pytest
from flask import g, render_template_string
from sqlalchemy import func, select

from civic.audit.models import AuditActor, AuditEntry
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.models import Contribution, Step
from civic.contributions.rules import ContributionKind, Status, StepKind
from civic.core import clock
from civic.core.actor import PUBLIC, SYSTEM, Kind
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed
from civic.core.outbox import OutboxEvent
from civic.groups.queries import actor_of
from civic.spaces.models import Space, SpaceKind
from civic.votes import jobs, queries, service
from civic.votes.models import Ballot, BallotChoice, Participation, Question, Result
from tests.pages import inspect
from tests.queries import counted

PAGE = """{% extends "layouts/page.html" %}{% block title %}{{ thing.title }}{% endblock %}
{% block main %}<h1>{{ thing.title }}</h1>{% include "votes/_panel.html" %}{% include "votes/_results.html" %}{% endblock %}"""


@pytest.fixture
def author(make):
    return make.user("نویسندهٔ آزمایشی")


@pytest.fixture
def proposal(make, author):
    return make.voted_on(author)


def shown(app, contribution_id, user_id=None, *, lang="fa", other=None):
    """The panel and the results, as a page that includes them shows them."""
    path = ("" if lang == "fa" else f"/{lang}") + "/"
    with app.test_request_context(
        "/", environ_overrides={"civic.language": lang, "SCRIPT_NAME": path.rstrip("/")}
    ):
        g.actor = actor_of(user_id) if user_id else PUBLIC
        thing = contributions.readable(g.actor, contribution_id)
        html = render_template_string(PAGE, thing=thing, panel=queries.panel_of(g.actor, thing), other=other)
        db.session.remove()
    inspect(html, f"panel of {contribution_id}")
    return html


def send(person, contribution_id, choice, *, kind="proposals", **more):
    """A vote with the person's own token."""
    person.open("/me/profile")
    data = {"csrf_token": person.token(), "choice": choice, **more}
    return person.post(f"/{kind}/{contribution_id}/vote", data)


def totals(app, contribution_id):
    with app.app_context():
        found = queries.tally_json(contribution_id)
        db.session.remove()
    return found


def test_a_vote_is_counted_once_changed_and_taken_back(app, make, browser, proposal):
    voter = browser(make.user())
    for choice, expected in (
        ("for", (1, 1, 0)), ("for", (1, 1, 0)), ("against", (1, 0, 1)), ("withdraw", (0, 0, 0)), ("withdraw", (0, 0, 0)),
        ("against", (1, 0, 1)), ("for", (1, 1, 0)),
    ):  # fmt: skip
        assert send(voter, proposal, choice).status_code == 303
        assert voter.location == f"/proposals/{proposal}#vote"
        found = totals(app, proposal)
        assert (found["ballots"], found["for"], found["against"]) == expected
        assert found["counted"] == expected[0]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Ballot)) == 1
        assert db.session.scalar(select(func.count()).select_from(Participation)) == 1


def test_a_ballot_carries_what_may_be_asked_later(app, make):
    district = make.district()
    person = make.user(district_id=district)
    thing = make.voted_on(make.user())
    make.vote(thing, user_id=person)
    with app.app_context():
        ballot = db.session.scalars(select(Ballot)).one()
        assert (ballot.channel, ballot.capacity, ballot.group_id, ballot.district_id) == (
            "online",
            "citizen",
            None,
            district,
        )
        assert (ballot.identity_level, ballot.residence_level) == ("phone", "declared")
        assert len(ballot.voter_key) == len(ballot.nonce) * 2 == 64


def test_one_capacity_of_those_held_is_chosen(app, make, browser, proposal):
    person = make.user(expert="آب")
    group = make.group(kind=Kind.WOMEN_FORUM, members=(person,))
    foreign = make.group(kind=Kind.NGO)
    voter = browser(person)
    for capacity, status, held in (
        ("", 303, ("citizen", None)), ("expert", 303, ("expert", None)), (f"group:{group}", 303, ("women_forum", group)),
        ("ngo", 422, ("women_forum", group)), (f"group:{foreign}", 403, ("women_forum", group)),
        ("king", 422, ("women_forum", group)), ("group:x", 422, ("women_forum", group)),
    ):  # fmt: skip
        assert send(voter, proposal, "for", capacity=capacity).status_code == status, capacity
        with app.app_context():
            ballot = db.session.scalars(select(Ballot)).one()
            assert (ballot.capacity, ballot.group_id) == held
    assert totals(app, proposal)["ballots"] == 1


@pytest.mark.parametrize("choice", ["", "maybe", "FOR", "for,against", "-1", "withdrawn", "x" * 5000])
def test_what_is_not_on_the_ballot_counts_nothing(app, make, browser, proposal, choice):
    voter = browser(make.user())
    assert send(voter, proposal, choice).status_code == 422
    assert browser().post(f"/proposals/{proposal}/vote", {"choice": choice}).status_code == 422
    assert totals(app, proposal)["ballots"] == 0


@pytest.mark.parametrize(("days", "opens_in"), [(30, 2), (2, -3)])
def test_before_the_opening_and_after_the_closing_nothing_is_counted(
    app, make, browser, author, days, opens_in
):
    thing = make.voted_on(author, days=days, opens_in=opens_in)
    response = send(browser(make.user()), thing, "for")
    assert response.status_code == 409
    assert "رأیی ثبت نشد" in response.get_data(as_text=True)
    assert totals(app, thing)["ballots"] == 0


def test_a_vote_before_the_deadline_cannot_be_changed_after_it(app, make, browser, author):
    thing = make.voted_on(author, days=1)
    person = make.user()
    make.vote(thing, "for", user_id=person)
    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        assert send(browser(person), thing, "against").status_code == 409
        assert send(browser(person), thing, "withdraw").status_code == 409
    assert totals(app, thing)["for"] == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [("hidden", 404), ("waiting", 404), ("draft", 404), ("withdrawn", 409), ("merged", 409)],
)
def test_what_is_not_public_takes_no_vote(app, make, browser, proposal, status, code):
    other = make.proposal(make.user())
    with app.app_context(), transaction() as session:
        thing = session.get_one(Contribution, proposal)
        thing.merged_into_id = other if status == "merged" else None
        thing.status = Status(status)
    assert send(browser(make.user()), proposal, "for").status_code == code
    assert browser().post(f"/proposals/{proposal}/vote", {"choice": "for"}).status_code == (
        404 if code == 404 else 303
    )
    assert totals(app, proposal)["ballots"] == 0


def test_even_the_author_and_the_moderator_cannot_vote_on_what_is_hidden(
    app, make, browser, author, proposal
):
    from civic.core.actor import Role

    with app.app_context(), transaction() as session:
        session.get_one(Contribution, proposal).status = Status.HIDDEN
    for person in (author, make.user(roles=(Role.MODERATOR,))):
        assert send(browser(person), proposal, "for").status_code == 409
    assert totals(app, proposal)["ballots"] == 0


def test_an_unknown_thing_or_a_wrong_kind_is_absent(make, browser, proposal):
    voter = browser(make.user())
    assert send(voter, 987654, "for").status_code == 404
    assert send(voter, proposal, "for", kind="consultations").status_code == 404


def test_staff_vote_as_citizens(app, make, browser, proposal):
    from civic.core.actor import Role

    for role in (Role.MODERATOR, Role.COUNCIL, Role.OPERATOR):
        assert send(browser(make.user(roles=(role,))), proposal, "for").status_code == 303
    with app.app_context():
        assert set(db.session.scalars(select(Ballot.capacity))) == {Kind.CITIZEN}
    assert totals(app, proposal)["for"] == 3


def test_an_account_known_by_mail_only_cannot_vote_where_paper_counts(app, make, browser, proposal):
    by_mail = make.user(email="traveller@example.org")
    assert send(browser(by_mail), proposal, "for").status_code == 303
    with app.app_context(), transaction():
        queries.of_contribution(proposal).paper_counts = True
    assert send(browser(by_mail), proposal, "against").status_code == 403
    assert send(browser(make.user()), proposal, "for").status_code == 303
    assert totals(app, proposal)["for"] == 2
    assert "کاغذی" in shown(app, proposal, by_mail)


def test_a_guest_s_vote_is_kept_through_sign_in(app, make, browser, proposal):
    make.user(phone="09350000001", password="saffron lamp river")
    guest = browser()
    guest.post(f"/proposals/{proposal}/vote", {"choice": "against"})
    assert guest.status == 303
    guest.follow()
    assert guest.submit(login="09350000001", password="saffron lamp river").status_code == 303
    assert guest.location == f"/proposals/{proposal}#vote"
    assert totals(app, proposal)["against"] == 1


def test_a_guest_s_vote_that_came_too_late_is_explained_and_not_counted(app, make, browser, proposal):
    make.user(phone="09350000001", password="saffron lamp river")
    guest = browser()
    guest.post(f"/proposals/{proposal}/vote", {"choice": "for"})
    guest.follow()
    with app.app_context(), transaction() as session:
        session.get_one(Contribution, proposal).status = Status.WITHDRAWN
    assert guest.submit(login="09350000001", password="saffron lamp river").status_code == 303
    assert totals(app, proposal)["ballots"] == 0
    assert "رأیی ثبت نشد" in guest.open("/")


def test_the_language_of_the_page_is_kept(make, browser, proposal):
    voter = browser(make.user(), lang="en")
    voter.open("/me/profile")
    voter.post(f"/en/proposals/{proposal}/vote", {"csrf_token": voter.token(), "choice": "for"})
    assert voter.location == f"/en/proposals/{proposal}#vote"


def test_a_vote_without_its_token_or_from_elsewhere_is_refused(app, make, browser, proposal):
    voter = browser(make.user())
    assert voter.post(f"/proposals/{proposal}/vote", {"choice": "for"}).status_code == 400
    foreign = voter.client.post(
        f"/proposals/{proposal}/vote", data={"choice": "for"}, headers={"Origin": "https://e.example"}
    )
    assert foreign.status_code == 403
    assert voter.client.get(f"/proposals/{proposal}/vote").status_code in {404, 405}
    assert totals(app, proposal)["ballots"] == 0


def test_the_threshold_is_a_one_way_latch_told_once(app, make, follow_up, author):
    thing = make.voted_on(author, threshold=3)
    people = [make.vote(thing) for _ in range(3)]
    make.vote(thing, "withdraw", user_id=people[0])
    make.vote(thing, "for", user_id=people[0])
    make.vote(thing)
    follow_up()
    with app.app_context():
        question = queries.of_contribution(thing)
        assert question.threshold_reached_at is not None
        told = db.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == "votes.events.ThresholdReached")
        ).all()
        assert [e.payload for e in told] == [{"question_id": question.id, "contribution_id": thing}]
        steps = db.session.scalars(select(Step.kind).where(Step.contribution_id == thing)).all()
        assert steps.count(StepKind.THRESHOLD) == 1


def test_votes_against_never_reach_the_threshold(app, make, author):
    thing = make.voted_on(author, threshold=2)
    for _ in range(3):
        make.vote(thing, "against")
    with app.app_context():
        assert queries.of_contribution(thing).threshold_reached_at is None


def test_a_published_proposal_is_opened_for_voting_by_the_space_s_rules(app, make, follow_up, author):
    small, large = make.district(population=50_000), make.district(population=340_000)
    expected = {None: 2000, small: 100, large: 340}
    for district, threshold in expected.items():
        row = make.contribution_id(author, public=False, district_id=district)
        with app.app_context(), transaction():
            thing = contributions.by_id(row)
            contribution_service.submit(actor_of(author), thing)
            contribution_service.show(SYSTEM, thing)
        follow_up()
        with app.app_context():
            question = queries.of_contribution(row)
            assert question.threshold == threshold
            assert question.closes_at == clock.day_end(clock.today() + timedelta(days=60))
            assert db.session.get_one(Contribution, row).stage == "open"


def test_problems_and_imports_are_not_voted_on(app, make, follow_up, author):
    with app.app_context(), transaction() as session:
        session.add(Space(id=77, kind=SpaceKind.IMPORT, name="import"))
    problem = make.contribution_id(author, ContributionKind.PROBLEM, public=False)
    imported = make.contribution_id(author, public=False, space_id=77)
    with app.app_context(), transaction():
        contributions.by_id(imported).origin = "elsewhere"
        for row in (problem, imported):
            thing = contributions.by_id(row)
            contribution_service.submit(actor_of(author), thing)
            contribution_service.show(SYSTEM, thing)
    follow_up()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Question)) == 0


def test_closing_publishes_one_result_and_no_small_group(app, make, follow_up, author):
    thing = make.voted_on(author, days=5)
    for n in range(24):
        make.vote(thing, "for" if n % 3 else "against")
    for n in range(9):
        make.vote(thing, "for" if n % 2 else "against", capacity=Kind.EXPERT)
    assert "پس از پایان رأی‌گیری" in shown(app, thing)
    with clock.at(clock.now() + timedelta(days=5)):
        for _ in range(2):
            with app.app_context():
                jobs.close_due()
                db.session.remove()
        html = shown(app, thing)
    with app.app_context():
        result = db.session.scalars(select(Result)).one()
        assert sum(result.totals.values()) == 33
        assert result.by_kind == {}  # one hidden group alone would be found by subtraction
        told = db.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == "votes.events.VoteClosed")
        ).all()
        assert len(told) == 1
    assert "کارشناس" not in html
    assert "رأی‌گیری پایان یافت" in html
    with app.app_context(), transaction(), pytest.raises(Conflict):
        service.cast(actor_of(author), queries.of_contribution(thing), "for")
    follow_up()


def test_nobody_opens_or_closes_a_vote_by_hand(app, make, author, proposal):
    with app.app_context(), transaction():
        question = queries.of_contribution(proposal)
        for actor in (actor_of(author), PUBLIC):
            with pytest.raises(NotAllowed):
                service.close(actor, question)
            with pytest.raises(NotAllowed):
                service.cast(PUBLIC, question, "for")
            with pytest.raises(NotAllowed):
                service.open_question(
                    actor, contributions.by_id(proposal), opens_at=clock.now(), closes_at=clock.now()
                )


def test_options_of_a_consultation(app, make, browser, author):
    thing = make.voted_on(author, options=("a", "b", "c"), threshold=None, kind=ContributionKind.CONSULTATION)
    voter = browser(make.user())
    assert send(voter, thing, "b", kind="consultations").status_code == 303
    assert send(voter, thing, "for", kind="consultations").status_code == 422
    assert totals(app, thing) == {"ballots": 1, "counted": 1, "a": 0, "b": 1, "c": 0}
    html = shown(app, thing)
    assert html.count('type="radio"') == 3


def test_the_panel_is_neutral_before_and_names_the_vote_after(app, make, proposal):
    person = make.user()
    before = shown(app, proposal, person)
    assert "رأی شما چیست؟" in before
    assert 'value="for"' in before
    assert "رأی شما: " not in before
    make.vote(proposal, "for", user_id=person)
    other = {"text": "گران است", "byline": "کسی", "action": "/comments/1/convincing", "convinced": False}
    after = shown(app, proposal, person, other=other)
    assert "رأی شما: موافق" in after
    assert "تغییر به مخالف" in after
    assert "قانع‌کننده بود" in after
    assert "رأی شما: موافق" not in shown(app, proposal)


def test_the_panel_speaks_every_language_and_offers_every_capacity(app, make, proposal):
    person = make.user(expert="آب")
    make.group(name="انجمن آزمایش", kind=Kind.NGO, members=(person,))
    for lang in ("fa", "ar", "en"):
        html = shown(app, proposal, person, lang=lang)
        assert 'name="capacity"' in html
        assert "انجمن آزمایش" in html


def test_the_other_side_s_argument_counts_and_never_changes_the_vote(app, make, browser, author, proposal):
    comment = make.contribution_id(author, ContributionKind.COMMENT, title="", subject_id=proposal)
    person = make.user()
    make.vote(proposal, "for", user_id=person)
    voter = browser(person)
    for expected in (1, 0, 1):
        voter.open("/me/profile")
        assert voter.post(f"/comments/{comment}/convincing", {"csrf_token": voter.token()}).status_code == 303
        assert voter.location == f"/proposals/{proposal}#vote"
        with app.app_context():
            assert queries.convinced_counts([comment]).get(comment, 0) == expected
    assert totals(app, proposal)["for"] == 1
    writer = browser(author)
    writer.open("/me/profile")
    assert writer.post(f"/comments/{comment}/convincing", {"csrf_token": writer.token()}).status_code == 403
    with app.app_context(), transaction() as session:
        session.get_one(Contribution, proposal).status = Status.HIDDEN
    voter.open("/me/profile")
    assert voter.post(f"/comments/{comment}/convincing", {"csrf_token": voter.token()}).status_code == 404


def test_the_record_binds_the_vote_to_nobody_s_account(app, make, proposal):
    with app.app_context():
        named = db.session.scalar(select(func.count()).select_from(AuditActor))
    person = make.vote(proposal)
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "vote.cast")).one()
        assert set(entry.data) == {"commitment", "replaces"}
        assert not entry.public
        assert db.session.scalar(select(func.count()).select_from(AuditActor)) == named
        assert db.session.scalar(select(AuditActor.entry_id).where(AuditActor.entry_id == entry.id)) is None
        assert db.session.scalars(select(BallotChoice)).one().option_key == "for"
    assert person


def test_a_vote_takes_few_statements_and_a_panel_three(app, make, browser, proposal):
    voter = browser(make.user())
    voter.open("/me/profile")
    data = {"csrf_token": voter.token(), "choice": "for"}
    with counted(app) as sent:
        assert voter.post(f"/proposals/{proposal}/vote", data).status_code == 303
    assert len(sent) <= 12, "\n".join(sent)
    with app.app_context():
        actor = actor_of(make.user())
        thing = contributions.readable(actor, proposal)
        with counted(app) as sent:
            queries.panel_of(actor, thing)
        assert len(sent) <= 3
        with counted(app) as sent:
            queries.tallies_for([proposal, 5, 6])
        assert len(sent) == 1


def test_the_month_s_top_counts_votes_in_favour_of_that_month_below_the_threshold(app, make, author):
    from civic.core import dates

    district = make.district()
    quiet, loud, done, elsewhere = (
        make.voted_on(author, district_id=d, threshold=t)
        for d, t in ((district, 50), (district, 50), (district, 3), (None, 50))
    )
    for thing, n in ((quiet, 1), (loud, 3), (done, 4), (elsewhere, 2)):
        for _ in range(n):
            make.vote(thing)
    make.vote(quiet, "against")
    make.vote(quiet, "against")
    with app.app_context():
        month = dates.month_start(clock.today())
        assert queries.top_of_month(month, district, 3) == [(loud, 3), (quiet, 1)]
        assert queries.top_of_month(month, district, 1) == [(loud, 3)]
        assert queries.top_of_month(month, None, 3) == [(elsewhere, 2)]
        assert queries.top_of_month(dates.month_before(month), district, 3) == []
        without = select(Contribution.id).where(Contribution.id == loud)
        assert queries.top_of_month(month, district, 3, without=without) == [(quiet, 1)]


def test_the_whole_vote_on_the_proposal_s_page_without_javascript(app, make, browser, author):
    thing = make.proposal_page(author)
    make.vote(thing)
    person = make.user("رأی‌دهندهٔ آزمایشی")
    voter = browser(person)
    assert "رأی شما: " not in voter.open(f"/proposals/{thing}")
    assert voter.submit(f"/proposals/{thing}/vote", choice="for").status_code == 303
    page = voter.follow()
    assert 'data-focus="voted"' in page
    assert "رأی شما: موافق" in page
    assert voter.submit(f"/proposals/{thing}/vote", choice="withdraw").status_code == 303
    assert "رأی شما: " not in voter.follow()
    assert totals(app, thing)["for"] == 1
    guest = browser()
    guest.open(f"/proposals/{thing}")
    guest.submit(f"/proposals/{thing}/vote", choice="against")
    assert "/signin" in guest.location
