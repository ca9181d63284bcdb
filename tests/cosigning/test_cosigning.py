"""Names under a proposal: only with consent, at most ten, asked and answered by those concerned."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.accounts.models import User
from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.models import Contribution, Involved
from civic.contributions.rules import Involvement, StepKind
from civic.core import clock
from civic.core.actor import PUBLIC, SYSTEM, Kind
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed, RuleBroken
from civic.cosigning import queries, rules, service
from civic.cosigning.models import Cosigner
from civic.cosigning.rules import CosignerStatus
from civic.groups.models import GroupMember
from civic.groups.queries import actor_of
from civic.notifications.models import Notice
from civic.proposals import queries as proposals


@pytest.fixture
def author(make):
    return make.user("نویسندهٔ پیشنهاد")


@pytest.fixture
def proposal(make, author):
    return make.proposal_page(author, title="سایه‌بان برای ایستگاه امامت")


def act(app, verb, who, proposal_id, *, row=None, **more):
    with app.app_context():
        try:
            with transaction():
                actor = actor_of(who)
                thing = contributions.by_id(proposal_id)
                if row is None:
                    return getattr(service, verb)(actor, thing, **more).id
                getattr(service, verb)(actor, queries.cosigner_for_change(proposal_id, row), thing)
                return row
        finally:
            db.session.remove()


def state(app, row):
    with app.app_context():
        found = db.session.get_one(Cosigner, row)
        db.session.expunge(found)
        db.session.remove()
    return found


def told(app, user_id):
    with app.app_context():
        found = list(
            db.session.scalars(select(Notice.kind).where(Notice.user_id == user_id).order_by(Notice.id))
        )
        db.session.remove()
    return [kind for kind in found if kind.startswith("cosign")]


def test_a_group_is_invited_and_named_only_after_its_manager_said_yes(
    make, app, browser, author, proposal, follow_up
):
    manager, member = make.user("مدیر گروه"), make.user()
    group = make.group("انجمن بانوان نرگس", kind=Kind.WOMEN_FORUM, managers=(manager,), members=(member,))
    writer, guest = browser(author), browser()
    writer.open(f"/proposals/{proposal}/cosigners")
    assert writer.submit("/cosigners/group", group_id=str(group)).status_code == 303
    assert "انجمن بانوان نرگس" in writer.follow()
    for path in (f"/proposals/{proposal}", f"/proposals/{proposal}/cosigners", "/proposals"):
        assert "انجمن بانوان نرگس" not in guest.open(path)
    assert guest.client.get(f"/api/v1/proposals/{proposal}").json["cosigners"] == []
    follow_up()
    assert told(app, manager) == ["cosign_asked"]
    assert told(app, member) == []

    plain = browser(member)
    plain.open(f"/proposals/{proposal}/cosigners")
    assert "می‌پذیرم" not in plain.text
    desk = browser(manager)
    assert f"/proposals/{proposal}/cosigners" in desk.open("/me")
    desk.open(f"/proposals/{proposal}/cosigners")
    assert desk.submit("/accept").status_code == 303
    for path in (f"/proposals/{proposal}", f"/proposals/{proposal}/cosigners", "/proposals"):
        assert "انجمن بانوان نرگس" in guest.open(path)
    shown = guest.client.get(f"/api/v1/proposals/{proposal}").json["cosigners"]
    assert shown == [{"name": "انجمن بانوان نرگس", "capacity": "women_forum", "group_id": group}]
    assert guest.client.get("/api/v1/proposals").json["items"][0]["cosigners"] == shown
    follow_up()
    assert told(app, author) == ["cosigned"]
    with app.app_context():
        assert contributions.steps_of(proposal)[-1].kind is StepKind.COSIGNED
        assert contributions.is_involved(actor_of(manager), proposal, Involvement.COSIGNER)
        assert manager in set(db.session.scalars(contributions.concerned(proposal)))
        db.session.remove()


def test_a_person_is_invited_by_number_and_shown_as_they_like(
    make, app, browser, author, proposal, follow_up
):
    friend = make.user("زهرا نمونه", phone="09151112233")
    writer = browser(author)
    writer.open(f"/proposals/{proposal}/cosigners")
    writer.submit("/cosigners/person", login="۰۹۱۵۱۱۱۲۲۳۳")
    html = writer.follow()
    assert "زهرا نمونه" not in html
    assert "0915…233" in html
    follow_up()
    assert told(app, friend) == ["cosign_asked"]
    person = browser(friend)
    person.open(f"/proposals/{proposal}/cosigners")
    assert person.submit("/accept").status_code == 303
    assert "زهرا نمونه" in browser().open(f"/proposals/{proposal}")
    person.open(f"/proposals/{proposal}/cosigners")
    assert person.submit("/leave").status_code == 303
    assert "زهرا نمونه" not in browser().open(f"/proposals/{proposal}/cosigners")
    assert browser().client.get(f"/api/v1/proposals/{proposal}").json["cosigners"] == []
    with app.app_context():
        step = contributions.steps_of(proposal)[-1]
        assert (step.kind, step.detail) == (StepKind.COSIGNED, "left")
        assert not contributions.is_involved(actor_of(friend), proposal, Involvement.COSIGNER)
        db.session.remove()
    follow_up()
    assert told(app, author) == ["cosigned", "cosign_left"]


def test_nobody_learns_who_has_an_account(make, browser, author, proposal):
    make.user(phone="09151112233")
    pages = []
    for number in ("09151112233", "09151112244"):
        writer = browser(author)
        writer.open(f"/proposals/{proposal}/cosigners")
        assert writer.submit("/cosigners/person", login=number).status_code == 303
        pages.append(writer.follow())
    assert "دعوت شده است" in pages[1]
    writer = browser(author)
    writer.open(f"/proposals/{proposal}/cosigners")
    assert writer.submit("/cosigners/person", login="09151112244").status_code == 422
    same = writer.text
    writer.open(f"/proposals/{proposal}/cosigners")
    assert writer.submit("/cosigners/person", login="09151112233").status_code == 422
    assert ("پیش‌تر فرستاده شده" in same, "پیش‌تر فرستاده شده" in writer.text) == (True, True)
    assert writer.submit("/cosigners/person", login="نه شماره").status_code == 422
    assert "نه شماره" in writer.text


def test_numbers_that_look_alike_are_refused_alike(make, app, author, proposal):
    """Otherwise the refusal would tell which of them has an account."""
    make.user(phone="09151112233")
    act(app, "invite_person", author, proposal, login="09159992233")
    for alike in ("09151112233", "09158882233"):
        with pytest.raises(RuleBroken, match="پیش‌تر فرستاده"):
            act(app, "invite_person", author, proposal, login=alike)


@pytest.mark.parametrize("answer", [None, "accept", "decline"])
def test_nobody_learns_that_a_number_and_an_address_are_one_persons(make, app, author, proposal, answer):
    friend = make.user("زهرا نمونه", phone="09151112233", email="zahra@example.org")
    first = act(app, "invite_person", author, proposal, login="09151112233")
    if answer:
        act(app, answer, friend, proposal, row=first)
    known = act(app, "invite_person", author, proposal, login="zahra@example.org")
    unknown = act(app, "invite_person", author, proposal, login="nobody@example.org")
    assert state(app, known).status is state(app, unknown).status is CosignerStatus.INVITED
    assert state(app, known).user_id is None
    assert known != first
    for again in ("zahra@example.org", "nobody@example.org"):
        with pytest.raises(RuleBroken, match="پیش‌تر فرستاده"):
            act(app, "invite_person", author, proposal, login=again)


def test_a_manager_does_not_learn_the_authors_number(make, app):
    manager, member = make.user(), make.user(phone="09151112233")
    group = make.group(managers=(manager,), members=(member,))
    row = make.proposal_page(member)
    with app.app_context(), transaction() as session:
        contributions.by_id(row).group_id = group
        session.flush()
    known = act(app, "invite_person", manager, row, login="09151112233")
    assert state(app, known).user_id is None


def test_who_left_and_is_asked_again_has_a_name_in_the_list(make, app, browser, author, proposal):
    friend = make.user("زهرا نمونه", phone="09151112233")
    row = act(app, "invite_person", author, proposal, login="09151112233")
    act(app, "accept", friend, proposal, row=row)
    act(app, "leave", friend, proposal, row=row)
    assert act(app, "invite_person", author, proposal, login="09151112233") == row
    assert "0915…233" in browser(author).open(f"/proposals/{proposal}/cosigners")


def test_who_declined_is_not_asked_again_and_the_author_is_not_told_more(
    make, app, author, proposal, follow_up
):
    friend = make.user(phone="09151112233")
    row = act(app, "invite_person", author, proposal, login="09151112233")
    act(app, "decline", friend, proposal, row=row)
    follow_up()
    assert told(app, author) == ["cosign_declined"]
    assert act(app, "invite_person", author, proposal, login="09151112233") == row
    assert state(app, row).status is CosignerStatus.DECLINED
    follow_up()
    assert told(app, friend) == ["cosign_asked"]


def test_a_group_offers_itself_and_the_author_decides(make, app, browser, author, proposal, follow_up):
    manager = make.user()
    group = make.group("سمن راه سبز", managers=(manager,))
    desk = browser(manager)
    desk.open(f"/proposals/{proposal}/cosigners")
    assert desk.submit("/offer", group_id=str(group)).status_code == 303
    assert "سمن راه سبز" not in browser().open(f"/proposals/{proposal}/cosigners")
    follow_up()
    assert told(app, author) == ["cosign_offered"]
    with app.app_context():
        row = queries.of_party(proposal, group_id=group).id
        db.session.remove()
    with pytest.raises(NotAllowed):  # one's own offer is not one's own to accept
        act(app, "accept", manager, proposal, row=row)
    writer = browser(author)
    writer.open(f"/proposals/{proposal}/cosigners")
    assert writer.submit("/accept").status_code == 303
    assert "سمن راه سبز" in browser().open(f"/proposals/{proposal}")
    assert state(app, row).signed_by_id == manager
    follow_up()
    assert told(app, manager) == ["cosigned"]


def test_an_offer_of_somebody_who_manages_no_more_is_not_accepted(make, app, author, proposal):
    manager, other = make.user(), make.user()
    group = make.group(managers=(manager, other))
    row = act(app, "offer", manager, proposal, group_id=group)
    with app.app_context():
        with transaction() as session:
            session.delete(session.scalars(select(GroupMember).where(GroupMember.user_id == manager)).one())
        db.session.remove()
    with pytest.raises(NotAllowed):
        act(app, "accept", author, proposal, row=row)


def test_foreign_invitations_are_nobody_elses_business(make, app, browser, author, proposal):
    friend, stranger, manager = make.user(phone="09151112233"), make.user(), make.user()
    group = make.group(managers=(manager,))
    row = act(app, "invite_person", author, proposal, login="09151112233")
    of_group = act(app, "invite_group", author, proposal, group_id=group)
    for who in (stranger, author):
        for one in (row, of_group):
            for verb in ("accept", "decline", "leave"):
                with pytest.raises(NotAllowed):
                    act(app, verb, who, proposal, row=one)
    for who in (stranger, friend, manager):
        with pytest.raises(NotAllowed):
            act(app, "remove", who, proposal, row=row)
        with pytest.raises(NotAllowed):
            act(app, "invite_group", who, proposal, group_id=group)
    with pytest.raises(NotAllowed):
        act(app, "accept", friend, proposal, row=of_group)
    with pytest.raises(NotAllowed):
        act(app, "offer", stranger, proposal, group_id=group)
    other = make.proposal_page(stranger)
    person = browser(friend)
    person.open(f"/proposals/{proposal}/cosigners")
    token = person.token()
    assert person.post(f"/proposals/{other}/cosigners/{row}/accept", {"csrf_token": token}).status_code == 404
    assert (
        person.post(f"/proposals/{proposal}/cosigners/{row}/erase", {"csrf_token": token}).status_code == 404
    )
    assert state(app, row).status is CosignerStatus.INVITED
    for who in (stranger, friend, None):
        seen = "0915…233" in browser(who).open(f"/proposals/{proposal}/cosigners")
        assert seen == (who == friend)  # their own number, on their own invitation
        with app.app_context():
            desk = queries.desk(actor_of(who) if who else PUBLIC, db.session.get_one(Contribution, proposal))
            assert (list(desk.invited), list(desk.offered)) == ([], [])
            assert [one.cosigner.id for one in desk.mine] == ([row] if who == friend else [])
            db.session.remove()


def test_at_most_ten_names_and_invitations(make, app, author, proposal):
    for n in range(rules.MOST):
        act(app, "invite_person", author, proposal, login=f"0939{n:03d}0{n:03d}")
    group = make.group(managers=(make.user(),))
    with pytest.raises(RuleBroken, match="حداکثر"):
        act(app, "invite_group", author, proposal, group_id=group)
    with app.app_context():
        first = db.session.scalars(select(Cosigner.id).order_by(Cosigner.id)).first()
        db.session.remove()
    act(app, "remove", author, proposal, row=first)
    act(app, "invite_group", author, proposal, group_id=group)


def test_an_invitation_taken_back_can_be_sent_again_and_is_told_again(make, app, author, proposal, follow_up):
    manager = make.user()
    group = make.group(managers=(manager,))
    row = act(app, "invite_group", author, proposal, group_id=group)
    follow_up()
    act(app, "remove", author, proposal, row=row)
    assert act(app, "invite_group", author, proposal, group_id=group) == row
    follow_up()
    assert told(app, manager) == ["cosign_asked"] * 2
    act(app, "accept", manager, proposal, row=row)
    with pytest.raises(Exception, match="تغییر کرده"):
        act(app, "remove", author, proposal, row=row)


def test_after_the_vote_names_stay_as_they_are(make, app, author, proposal):
    manager = make.user()
    group = make.group(managers=(manager,))
    row = act(app, "invite_group", author, proposal, group_id=group)
    act(app, "accept", manager, proposal, row=row)
    with clock.at(clock.now() + timedelta(days=90)):
        for verb, who, more in (
            ("leave", manager, {"row": row}),
            ("invite_person", author, {"login": "09151112233"}),
        ):
            with pytest.raises(RuleBroken, match="پایان رأی‌گیری"):
                act(app, verb, who, proposal, **more)
    assert state(app, row).status is CosignerStatus.SIGNED


def test_own_groups_oneself_and_twice_are_refused(make, app, author, proposal):
    with app.app_context():
        phone = db.session.get_one(User, author).phone
        db.session.remove()
    with pytest.raises(RuleBroken, match="نویسنده"):
        act(app, "invite_person", author, proposal, login=phone)
    group = make.group(managers=(make.user(),))
    act(app, "invite_group", author, proposal, group_id=group)
    with pytest.raises(RuleBroken, match="پیش‌تر"):
        act(app, "invite_group", author, proposal, group_id=group)


def test_the_page_of_a_hidden_proposal_is_not_there(make, app, browser, author, proposal):
    with app.app_context():
        with transaction():
            contribution_service.hide(SYSTEM, contributions.by_id(proposal), clause=2)
        db.session.remove()
    browser().open(f"/proposals/{proposal}/cosigners", status=404)
    person = browser(make.user())
    person.open("/me/profile")
    token = person.token()
    assert person.post(
        f"/proposals/{proposal}/cosigners/person", {"login": "09151112233", "csrf_token": token}
    ).status_code in {403, 404}


def test_lists_show_the_names_without_more_queries(make, app, author, proposal):
    manager = make.user()
    group = make.group("گروه راه", managers=(manager,))
    act(app, "accept", manager, proposal, row=act(app, "invite_group", author, proposal, group_id=group))
    with app.app_context():
        assert proposals.in_list().items[0].cosigners == "گروه راه"
        assert db.session.scalars(select(Involved.role).where(Involved.user_id == manager)).all() == [
            Involvement.COSIGNER
        ]
        db.session.remove()
