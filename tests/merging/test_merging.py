"""Two texts become one and are parted: numbers, addresses, lists, who hears of it, who may."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.app.checks import differences
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.models import Contribution
from civic.contributions.rules import Involvement, Status, StepKind
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed, RuleBroken
from civic.core.outbox import OutboxEvent, publish
from civic.groups.queries import actor_of
from civic.merging import queries, service
from civic.moderation import queries as moderation_queries
from civic.notifications.models import Notice
from civic.problems import service as problems
from civic.problems.models import Problem
from civic.proposals import queries as proposals
from civic.votes import queries as votes
from civic.votes.events import ThresholdReached
from civic.votes.models import Ballot, BallotChoice, Question, Tally

REASON = "هر دو همان سایه‌بان ایستگاه را می‌خواهند."


@pytest.fixture
def moderator(make):
    return make.user("بررس", roles=(Role.MODERATOR,))


def merge(app, moderator, one, into, reason=REASON):
    with app.app_context():
        with transaction():
            actor = actor_of(moderator)
            service.merge(actor, *queries.pair_for_change(actor, one, into), reason=reason)
        db.session.remove()


def part(app, moderator, one, into, reason="دو خیابان جدا هستند و یکی نیستند."):
    with app.app_context():
        with transaction():
            actor = actor_of(moderator)
            service.part(actor, *queries.pair_for_change(actor, one, into), reason=reason)
        db.session.remove()


def faults(app):
    with app.app_context():
        found = list(differences()) + list(votes.altered_ballots())
        db.session.remove()
    return found


def numbers(app, *things):
    with app.app_context():
        found = [
            (t.ballots, t.supporters)
            for n in things
            for t in db.session.scalars(
                select(Tally).where(Tally.contribution_id == n, Tally.option_key == "for")
            )
        ]
        db.session.remove()
    return found


def page_proposal(make, author=None, **more):
    return make.proposal_page(author or make.user(), **more)


def test_supporters_of_both_are_counted_once_and_ballots_stay_where_they_are(make, app, moderator):
    one, into = page_proposal(make), page_proposal(make, title="سایه‌بان برای ایستگاه امامت")
    both, against_it, only_one, gone = (make.user() for _ in range(4))
    for person in (both, against_it, only_one, gone):
        make.vote(one, "for", user_id=person)
    make.vote(one, "against")
    make.vote(into, "for", user_id=both)
    make.vote(into, "against", user_id=against_it)
    make.vote(into, "for", user_id=gone)
    make.vote(into, "withdraw", user_id=gone)
    make.vote(into, "for")
    before = rows(app)
    assert numbers(app, one, into) == [(4, 4), (2, 2)]

    merge(app, moderator, one, into)
    assert numbers(app, one, into) == [
        (4, 4),
        (2, 3),
    ]  # only_one; the others have a ballot there, whatever it says
    assert rows(app) == before
    assert faults(app) == []

    part(app, moderator, one, into)
    assert numbers(app, one, into) == [(4, 4), (2, 2)]
    assert rows(app) == before
    assert faults(app) == []


def rows(app):
    with app.app_context():
        found = db.session.execute(
            select(
                Ballot.id,
                Ballot.question_id,
                Ballot.voter_key,
                Ballot.status,
                Ballot.nonce,
                BallotChoice.option_key,
            )
            .outerjoin(BallotChoice, BallotChoice.ballot_id == Ballot.id)
            .order_by(Ballot.id)
        ).all()
        db.session.remove()
    return found


def test_who_then_votes_on_the_target_is_counted_by_that_ballot(make, app, moderator, browser):
    one, into = page_proposal(make), page_proposal(make)
    a, b, c = (make.user() for _ in range(3))
    for person in (a, b, c):
        make.vote(one, "for", user_id=person)
    merge(app, moderator, one, into)
    assert numbers(app, into) == [(0, 3)]
    make.vote(into, "for", user_id=a)
    assert numbers(app, into) == [(1, 3)]
    make.vote(into, "against", user_id=b)
    assert numbers(app, into) == [(1, 2)]

    person = browser(c)
    html = person.open(f"/proposals/{into}")
    assert "از ادغام‌ها" in html
    assert "مرا نشمارید" in html
    person.submit("/vote", choice="withdraw")
    assert numbers(app, into) == [(1, 1)]
    assert "مرا نشمارید" not in person.open(f"/proposals/{into}")
    make.vote(into, "withdraw", user_id=c)
    make.vote(into, "for", user_id=c)
    assert numbers(app, into) == [(2, 2)]
    assert faults(app) == []
    part(app, moderator, one, into)
    assert numbers(app, one, into) == [(3, 3), (2, 2)]
    assert faults(app) == []


def test_one_more_without_a_vote_is_not_made_by_a_withdrawal(make, app):
    thing = page_proposal(make)
    make.vote(thing, "withdraw", user_id=make.user())
    assert rows(app) == []


def test_the_merge_reaches_the_threshold_and_only_once(make, app, moderator, follow_up):
    one, into = page_proposal(make), page_proposal(make)
    with app.app_context():
        with transaction():
            votes.of_contribution(into).threshold = 3
        db.session.remove()
    for _ in range(2):
        make.vote(one)
    make.vote(into)
    merge(app, moderator, one, into)
    with app.app_context():
        assert votes.of_contribution(into).threshold_reached_at is not None
        told = select(func.count()).where(OutboxEvent.kind == "votes.events.ThresholdReached")
        assert db.session.scalar(told.select_from(OutboxEvent)) == 1
        db.session.remove()
    part(app, moderator, one, into)
    with app.app_context():
        assert votes.of_contribution(into).threshold_reached_at is not None  # a one-way latch
        db.session.remove()
    merge(app, moderator, one, into)
    with app.app_context():
        assert db.session.scalar(told.select_from(OutboxEvent)) == 1
        db.session.remove()


def test_a_vote_on_the_target_latches_with_the_merged_ones(make, app, moderator):
    one, into = page_proposal(make), page_proposal(make)
    with app.app_context():
        with transaction():
            votes.of_contribution(into).threshold = 3
        db.session.remove()
    for _ in range(2):
        make.vote(one)
    merge(app, moderator, one, into)
    make.vote(into)
    with app.app_context():
        assert votes.of_contribution(into).threshold_reached_at is not None
        db.session.remove()


def test_addresses_lists_and_json(make, app, moderator, browser, follow_up):
    author = make.user()
    one = page_proposal(make, author, title="سایه‌بان ناپیدا در ایستگاه")
    into = page_proposal(make, title="سایه‌بان برای ایستگاه امامت")
    comment = make.comment(make.user(), one, text="زیر آفتاب می‌سوزیم، زودتر بسازید.")
    make.vote(one)
    merge(app, moderator, one, into)
    follow_up()
    guest = browser()
    for path in (f"/proposals/{one}", f"/p/{one}"):
        guest.open(path, status=302)
        assert guest.location.endswith(f"/proposals/{into}?merged={one}")
    html = guest.follow()
    assert "سایه‌بان ناپیدا در ایستگاه» در این نوشته ادغام شده است" in html
    assert f"/proposals/{one}/history" in html
    assert "زیر آفتاب می‌سوزیم" in guest.open(f"/proposals/{one}/comments")
    guest.open(f"/comments/{comment}", status=303)
    assert f"/proposals/{one}/comments" in guest.location
    old = guest.open(f"/proposals/{one}/history")
    assert "سایه‌بان برای ایستگاه امامت" in old
    assert REASON in old
    assert "ناپیدا" not in guest.open("/proposals")
    api = guest.client.get(f"/api/v1/proposals/{one}").json
    assert (api["status"], api["merged_into"]) == ("merged", into)
    target = guest.client.get(f"/api/v1/proposals/{into}").json
    assert (target["merged_into"], target["votes"]["counts"]["for"], target["votes"]["supporters"]) == (
        None,
        0,
        1,
    )
    assert [i["id"] for i in guest.client.get("/api/v1/proposals").json["items"]] == [into]
    assert guest.client.get(f"/api/v1/proposals/{into}/tally").json == {
        "ballots": 0, "counted": 0, "for": 0, "against": 0, "supporters": 1, "supporters_counted": 1,
    }  # fmt: skip
    assert guest.client.get(f"/api/v1/proposals/{one}/tally").json["for"] == 1

    part(app, moderator, one, into)
    follow_up()
    assert "ناپیدا" in guest.open("/proposals")
    guest.open(f"/proposals/{one}")
    assert set(guest.client.get(f"/api/v1/proposals/{into}/tally").json) == {
        "ballots",
        "counted",
        "for",
        "against",
    }


def test_search_leaves_merged_ones_out(make, app, moderator, follow_up):
    one, into = make.proposal(make.user(), title="نیمکت ناپیدا", votes=0), make.proposal(make.user(), votes=0)
    with app.app_context():
        assert [r.contribution.id for r in proposals.in_list(words="ناپیدا").items] == [one]
        db.session.remove()
    merge(app, moderator, one, into)
    follow_up()
    with app.app_context():
        assert proposals.in_list(words="ناپیدا").items == []
        assert one not in [r.contribution.id for r in proposals.twins("نیمکت ناپیدا")]
        db.session.remove()
    part(app, moderator, one, into)
    follow_up()
    with app.app_context():
        assert [r.contribution.id for r in proposals.in_list(words="ناپیدا").items] == [one]
        db.session.remove()


def test_popular_order_and_rows_count_the_merged(make, app, moderator):
    one, into, other = page_proposal(make), page_proposal(make), page_proposal(make)
    for _ in range(3):
        make.vote(one)
    for _ in range(2):
        make.vote(other)
    merge(app, moderator, one, into)
    with app.app_context():
        found = proposals.in_list(order="popular").items
        assert [(r.contribution.id, r.votes) for r in found] == [(into, 3), (other, 2)]
        db.session.remove()


def kinds_told(app, user_id):
    with app.app_context():
        found = list(
            db.session.scalars(
                select(Notice.kind)
                .where(Notice.user_id == user_id, Notice.kind != "published")
                .order_by(Notice.id)
            )
        )
        db.session.remove()
    return found


def involve(app, thing, user_id, role):
    with app.app_context():
        with transaction():
            contribution_service.involve(contributions.by_id(thing), actor_of(user_id), role)
        db.session.remove()


def test_everyone_of_both_is_told_once_and_hears_of_the_target_until_parted(make, app, moderator, follow_up):
    author, target_author = make.user(), make.user()
    one, into = page_proposal(make, author), page_proposal(make, target_author)
    voter, follower, both, muted, neither = (make.user() for _ in range(5))
    make.vote(one, "against", user_id=voter)
    make.vote(one, "for", user_id=both)
    make.vote(into, "for", user_id=both)
    involve(app, one, follower, Involvement.FOLLOWER)
    involve(app, one, muted, Involvement.COMMENTER)
    with app.app_context():
        with transaction():
            contribution_service.unfollow(actor_of(muted), contributions.by_id(one))
        db.session.remove()
    follow_up()
    merge(app, moderator, one, into)
    follow_up()
    assert [kinds_told(app, p) for p in (author, voter, follower, both)] == [["merged"]] * 4
    assert kinds_told(app, target_author) == ["took_in"]
    assert kinds_told(app, muted) == kinds_told(app, neither) == []


def milestone(app, thing):
    """A milestone of it: enough votes, said once more."""
    with app.app_context():
        with transaction():
            publish(ThresholdReached(votes.of_contribution(thing).id, thing))
        db.session.remove()


def test_milestones_of_the_target_reach_those_of_the_merged_and_no_longer_after_parting(
    make, app, moderator, follow_up
):
    author = make.user()
    one, into = page_proposal(make, author), page_proposal(make)
    voter, leaver = make.user(), make.user()
    make.vote(one, "for", user_id=voter)
    make.vote(one, "for", user_id=leaver)
    merge(app, moderator, one, into)
    with app.app_context():
        with transaction():
            contribution_service.unfollow(actor_of(leaver), contributions.by_id(into))
        db.session.remove()
    milestone(app, into)
    follow_up()
    assert "threshold" in kinds_told(app, author)
    assert "threshold" in kinds_told(app, voter)
    assert "threshold" not in kinds_told(app, leaver)


def test_after_parting_the_targets_milestones_are_its_own(make, app, moderator, follow_up):
    author = make.user()
    one, into = page_proposal(make, author), page_proposal(make)
    voter = make.user()
    make.vote(one, "for", user_id=voter)
    merge(app, moderator, one, into)
    follow_up()
    part(app, moderator, one, into)
    follow_up()
    milestone(app, into)
    follow_up()
    assert kinds_told(app, author) == ["merged", "unmerged"]
    assert kinds_told(app, voter) == ["merged", "unmerged"]


def test_what_was_merged_comes_back_when_its_target_leaves_the_public(
    make, app, moderator, follow_up, browser
):
    one, into = page_proposal(make), page_proposal(make)
    make.vote(one)
    merge(app, moderator, one, into)
    with app.app_context():
        with transaction():
            contribution_service.hide(SYSTEM, contributions.by_id(into), clause=2)
        db.session.remove()
    browser().open(f"/proposals/{one}")  # at once readable, before anything else runs
    follow_up()
    with app.app_context():
        back = db.session.get_one(Contribution, one)
        assert (back.status, back.merged_into_id) == (Status.PUBLIC, None)
        assert contributions.steps_of(one)[-1].kind is StepKind.UNMERGED
        db.session.remove()
    assert numbers(app, one, into) == [(1, 1), (0, 0)]
    assert faults(app) == []


def test_what_is_hidden_after_it_was_merged_counts_no_longer(make, app, moderator, follow_up, browser):
    one, into = page_proposal(make, title="عنوان زشت پنهان"), page_proposal(make)
    make.vote(one)
    merge(app, moderator, one, into)
    with app.app_context():
        with transaction():
            contribution_service.hide(SYSTEM, contributions.by_id(one), clause=2)
        db.session.remove()
    guest = browser()
    assert "عنوان زشت پنهان" not in guest.open(f"/proposals/{into}")
    guest.open(f"/proposals/{one}", status=404)
    guest.open(f"/proposals/{one}/history", status=404)
    guest.open(f"/proposals/{one}/comments", status=404)
    follow_up()
    with app.app_context():
        hidden = db.session.get_one(Contribution, one)
        assert (hidden.status, hidden.merged_into_id) == (Status.HIDDEN, None)
        db.session.remove()
    assert numbers(app, into) == [(0, 0)]
    assert faults(app) == []
    assert "عنوان زشت پنهان" not in guest.open(f"/proposals/{into}?merged={one}")


def test_merged_ones_take_no_votes_comments_or_joins(make, app, moderator, browser):
    one, into = page_proposal(make), page_proposal(make)
    merge(app, moderator, one, into)
    person = browser(make.user())
    person.open(f"/proposals/{into}")
    token = person.token()
    assert person.post(f"/proposals/{one}/vote", {"choice": "for", "csrf_token": token}).status_code == 409
    assert person.post(
        f"/proposals/{one}/comments", {"text": "باز هم می‌نویسم.", "side": "for", "csrf_token": token}
    ).status_code in {403, 409}


def test_joiners_of_both_problems_are_counted_once(make, app, moderator, browser):
    one, into = make.problem(make.user()), make.problem(make.user())
    a, b, c = (make.user() for _ in range(3))
    join = lambda thing, person, joined=True: _join(app, thing, person, joined)  # noqa: E731 - short for this test
    for thing, person in ((one, a), (one, b), (into, b), (into, c)):
        join(thing, person)
    assert joined(app, one, into) == [2, 2]
    merge(app, moderator, one, into)
    assert joined(app, one, into) == [2, 3]
    join(into, a)
    assert joined(app, one, into) == [2, 3]
    assert faults(app) == []
    part(app, moderator, one, into)
    assert joined(app, one, into) == [2, 3]  # a said so of the target, too
    merge(app, moderator, one, into)
    join(into, b, False)
    assert joined(app, one, into) == [1, 2]  # who leaves the one leaves the merged one as well
    assert faults(app) == []
    part(app, moderator, one, into)
    assert joined(app, one, into) == [1, 2]
    assert faults(app) == []
    assert browser(a).open("/problems").count("شما هم درگیرید") == 2


def _join(app, thing, person, joined):
    with app.app_context():
        with transaction():
            problems.join(actor_of(person), contributions.by_id(thing), joined=joined)
        db.session.remove()


def joined(app, *things):
    with app.app_context():
        found = [db.session.get_one(Contribution, n).join_count for n in things]
        db.session.remove()
    return found


def test_proposals_of_merged_problems_stand_under_the_target(make, app, moderator, follow_up, browser):
    one, into = make.problem(make.user()), make.problem(make.user())
    make.proposal(make.user(), title="پله‌های تازه برای پل", problem_id=one)
    merge(app, moderator, one, into)
    follow_up()
    assert "پله‌های تازه برای پل" in browser().open(f"/problems/{into}")
    browser().open(f"/problems/{one}", status=302)
    with app.app_context():
        assert db.session.get_one(Problem, into).proposal_count == 1
        db.session.remove()
    part(app, moderator, one, into)
    follow_up()
    with app.app_context():
        assert db.session.get_one(Problem, into).proposal_count == 0
        db.session.remove()
    assert "پله‌های تازه برای پل" not in browser().open(f"/problems/{into}")


# ---- the desk ---------------------------------------------------------------------------------------------------


def test_a_moderator_merges_and_parts_on_the_pages(make, app, moderator, browser, follow_up):
    one = make.proposal(make.user(), title="سایه‌بان ایستگاه امامت", votes=0)
    into = make.proposal(make.user(), title="سایه‌بان ایستگاه خیابان امامت", votes=0)
    desk = browser(moderator)
    html = desk.open(f"/merge/{one}")
    assert "سایه‌بان ایستگاه خیابان امامت" in html
    assert f"/merge/{one}/into/{into}" in html
    for typed in (
        str(into),
        f"/proposals/{into}",
        f"http://localhost/en/proposals/{into}#vote",
        f"/p/{into}",
    ):
        assert f"/merge/{one}/into/{into}" in desk.open(f"/merge/{one}?q={typed.replace('#', '%23')}")
    desk.open(f"/merge/{one}/into/{into}")
    assert desk.submit(reason="تکرار").status_code == 422
    assert desk.submit(reason=REASON).status_code == 303
    assert desk.location.endswith(f"/proposals/{into}")
    desk.open(f"/proposals/{into}")
    desk.open(f"/merge/{one}", status=303)
    desk.follow()
    assert desk.submit(reason="دو خیابان جدا هستند.").status_code == 303
    desk.follow()
    with app.app_context():
        assert db.session.get_one(Contribution, one).status is Status.PUBLIC
        db.session.remove()
    log = browser().client.get("/transparency").get_data(as_text=True)
    assert log


def test_refusals_are_sentences_on_the_preview_and_on_the_post(make, app, moderator, browser):
    one, into = page_proposal(make), page_proposal(make)
    problem = make.problem(make.user())
    desk = browser(moderator)
    assert "در خودش ادغام نمی‌شود" in desk.open(f"/merge/{one}/into/{one}")
    assert "هم‌جنس" in desk.open(f"/merge/{one}/into/{problem}")
    desk.open(f"/merge/{one}/into/{into}")
    token = desk.token()
    answer = desk.post(f"/merge/{one}/into/{problem}", {"reason": REASON, "csrf_token": token})
    assert answer.status_code == 422
    assert "هم‌جنس" in desk.text
    desk.open(f"/merge/{one}/into/999999", status=404)
    desk.open(f"/merge/{make.comment(make.user(), one)}", status=404)
    desk.open(f"/merge/{one}/undo", status=404)
    merge(app, moderator, one, into)
    third = page_proposal(make)
    assert "خودش در نوشتهٔ دیگری" in desk.open(f"/merge/{third}/into/{one}")
    assert "برعکس" in desk.open(f"/merge/{into}/into/{third}")
    assert desk.post(f"/merge/{one}/into/{third}", {"reason": REASON, "csrf_token": token}).status_code == 409


def test_different_spaces_closed_votes_and_answers_are_refused(make, app, moderator):
    one, into = page_proposal(make), page_proposal(make)
    with app.app_context(), clock.at(clock.now() + timedelta(days=90)):
        with transaction():
            actor = actor_of(moderator)
            pair = queries.pair_for_change(actor, one, into)
            with pytest.raises(RuleBroken, match="رأی‌گیری"):
                service.merge(actor, *pair, reason=REASON)
        db.session.remove()
    case = make.open_case(one, department_id=make.department())
    assert case
    with app.app_context():
        with transaction():
            actor = actor_of(moderator)
            with pytest.raises(RuleBroken, match="واحد مسئول"):
                service.merge(actor, *queries.pair_for_change(actor, one, into), reason=REASON)
        with transaction():
            service.merge(actor, *queries.pair_for_change(actor, into, one), reason=REASON)
        db.session.remove()


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.COUNCIL, Role.INSPECTOR])
def test_others_do_not_merge(make, app, browser, role):
    one, into = page_proposal(make), page_proposal(make)
    person = make.user(
        roles=(role,) if role else (), department_id=make.department() if role is Role.OFFICER else None
    )
    for path in (f"/merge/{one}", f"/merge/{one}/into/{into}", f"/merge/{one}/undo"):
        browser(person).open(path, status=403)
    with app.app_context():
        with transaction():
            actor = actor_of(person)
            with pytest.raises(NotAllowed):
                service.merge(actor, contributions.by_id(one), contributions.by_id(into), reason=REASON)
        db.session.remove()


def test_a_moderator_does_not_merge_ones_own_text(make, app, moderator, browser):
    one, into = page_proposal(make, moderator), page_proposal(make)
    desk = browser(moderator)
    assert "بررس دیگری" in desk.open(f"/merge/{one}/into/{into}")
    with app.app_context():
        with transaction():
            actor = actor_of(moderator)
            with pytest.raises(NotAllowed):
                service.merge(actor, *queries.pair_for_change(actor, one, into), reason=REASON)
        db.session.remove()


def test_the_triage_desk_merges(make, app):
    one, into = page_proposal(make), page_proposal(make)
    merge(app, make.user(roles=(Role.TRIAGE,)), one, into)


def test_a_sent_form_merges_once(make, app, moderator, browser):
    one, into = page_proposal(make), page_proposal(make)
    desk = browser(moderator)
    desk.open(f"/merge/{one}/into/{into}")
    form = desk.form()
    data = [(k, v) for k, v in form.fields if k != "reason"] + [("reason", REASON)]
    assert [desk.post(desk.path, data).status_code for _ in range(2)] == [303, 303]
    with app.app_context():
        merged = [s for s in contributions.steps_of(one) if s.kind is StepKind.MERGED]
        assert len(merged) == 1
        db.session.remove()


# ---- readers name twins -----------------------------------------------------------------------------------------


def test_a_reader_names_the_twin_and_the_moderator_is_offered_the_merge(make, app, moderator, browser):
    one, into = (
        make.proposal(make.user(), votes=0),
        make.proposal(make.user(), title="نیمکت در پارک ملت", votes=0),
    )
    reader = browser(make.user())
    reader.open(f"/flag/{one}")
    assert reader.submit(clause="7", twin="/proposals/999999").status_code == 422
    assert "پیدا نشد" in reader.text
    assert reader.submit(clause="2", twin=str(into)).status_code == 422
    assert reader.submit(clause="7", twin=f"/proposals/{one}").status_code == 422
    assert reader.submit(clause="7", twin=f"/proposals/{into}").status_code == 303
    desk = browser(moderator)
    html = desk.open(f"/merge/{one}")
    assert "نیمکت در پارک ملت" in html
    assert "خوانندگان گزارش کرده‌اند" in html
    with app.app_context():
        item = moderation_queries.open_item_of(one).id
        db.session.remove()
    assert f"/merge/{one}/into/{into}" in desk.open(f"/queue/{item}")


def test_a_hidden_text_cannot_be_found_out_by_naming_it(make, app, browser):
    one, hidden = make.proposal(make.user()), make.proposal(make.user(), public=False)
    reader = browser(make.user())
    reader.open(f"/flag/{one}")
    reader.submit(clause="7", twin=str(hidden))
    there = reader.text
    reader.open(f"/flag/{one}")
    reader.submit(clause="7", twin="987654")
    assert reader.status == 422
    assert ("پیدا نشد" in there, "پیدا نشد" in reader.text) == (True, True)


def test_a_question_that_is_locked_is_the_one_read(make, app, moderator):
    """The pair is loaded after its questions are locked, so has_merged of a vote in flight is never stale."""
    one, into = page_proposal(make), page_proposal(make)
    merge(app, moderator, one, into)
    with app.app_context():
        assert db.session.scalars(select(Question.has_merged).order_by(Question.contribution_id)).all() == [
            False,
            True,
        ]
        db.session.remove()
