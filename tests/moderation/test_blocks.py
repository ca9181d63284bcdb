"""Writing shut for a person: by whom, for how long, what stays open, the appeal, the end. And when texts are seen."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.accounts.models import User
from civic.audit.models import AuditEntry
from civic.contributions.models import Contribution
from civic.contributions.rules import ContributionKind, Status
from civic.core import clock
from civic.core.actor import Kind, Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.groups.queries import actor_of
from civic.moderation import jobs, queries, service
from civic.moderation.models import Block
from civic.moderation.rules import BlockStatus
from civic.notifications.models import Notice
from civic.problems import service as problems
from civic.proposals import service as proposals
from civic.spaces.models import Space
from civic.spaces.rules import Moderation, is_public_first
from civic.votes.models import Ballot

REASON = "سه بار پشت هم به همسایه‌ها ناسزا گفته است."


@pytest.fixture
def first(make):
    return make.user("نیلوفر بررس", roles=(Role.MODERATOR,))


@pytest.fixture
def second(make):
    return make.user("بهرام بررس", roles=(Role.MODERATOR,))


def shut(app, moderator, person, *, days=7):
    with app.app_context():
        with transaction() as session:
            made = service.block(
                actor_of(moderator), session.get_one(User, person), clause=2, reason=REASON, days=days
            ).id
        db.session.remove()
    return made


def told(app, user_id):
    with app.app_context():
        found = list(db.session.scalars(select(Notice.kind).where(Notice.user_id == user_id)))
        db.session.remove()
    return found


def test_every_writing_act_is_refused_with_the_sentence(app, make, browser, first, follow_up):
    person, group_boss = make.user("بسته", email="shut@example.org"), make.user()
    group = make.group(managers=(person,), members=(group_boss,))
    thing = make.proposal_page(make.user())
    own = make.proposal_page(person)
    said = make.comment(person, thing, text="نظر پیشین من.")
    problem = make.problem(make.user())
    consultation = make.consultation(person, group, state="draft")
    visitor = browser(person)
    visitor.open("/me/profile")
    shut(app, first, person)
    token = {"csrf_token": visitor.token()}
    writing = [
        (f"/proposals/{thing}/comments", {"text": "سلام بر همهٔ همسایه‌ها", "side": "for"}), ("/proposals/new", {"text": "سایه‌بان بگذارید برای ایستگاه"}),
        (f"/problems/{problem}/comments", {"text": "سلام بر همهٔ همسایه‌ها"}), (f"/proposals/{own}/edit", {"title": "عنوان دیگر", "text": "متن دیگری برای پیشنهاد"}),
        (f"/comments/{said}/edit", {"text": "متن دیگری از نظر"}), (f"/flag/{thing}", {"clause": "1"}),
        ("/groups/new", {"name": "انجمن تازه", "kind": "ngo", "about": "برای آزمایش بسته‌شدن نوشتن"}),
        (f"/groups/{group}/edit", {"name": "نام دیگر", "about": "چیزی دیگر"}),
        (f"/consultations/{consultation}/edit/question", {"title": "پرسشی دیگر از همهٔ مردم شهر", "text": "متنی دیگر برای این نظرخواهی آزمایشی"}),
    ]  # fmt: skip
    with app.app_context():
        before = db.session.scalars(select(Contribution.text).order_by(Contribution.id)).all()
        db.session.remove()
    refused = 0
    for path, data in writing:
        answer = visitor.post(path, data | token)
        assert answer.status_code in {403, 404, 405, 422}, (path, answer.status_code)
        if answer.status_code == 403:
            refused += 1
            assert "برای شما بسته است" in visitor.text, path
            assert "اعتراض" in visitor.text
    assert refused >= 5
    with app.app_context():
        assert db.session.scalars(select(Contribution.text).order_by(Contribution.id)).all() == before
        actor = actor_of(person)
        for act in (
            lambda: proposals.begin(actor, text="پیشنهادی تازه برای شهر", title="پیشنهاد"),
            lambda: problems.begin(actor, text="مسئله‌ای تازه در خیابان"),
        ):
            with transaction(), pytest.raises(NotAllowed, match="بسته است"):
                act()
        db.session.remove()
    page = visitor.open("/me")
    assert "دلیل و راه اعتراض" in page
    follow_up()
    assert "writing_shut" in told(app, person)


def test_reading_voting_following_withdrawing_and_appealing_stay_open(app, make, browser, first):
    person = make.user()
    thing, own = make.proposal_page(make.user()), make.proposal_page(person)
    said = make.comment(person, thing, text="نظر پیشین من.")
    shut(app, first, person)
    visitor = browser(person)
    visitor.open(f"/proposals/{thing}")
    token = {"csrf_token": visitor.token()}
    assert visitor.post(f"/proposals/{thing}/vote", token | {"choice": "for"}).status_code == 303
    assert visitor.post(f"/follow/{thing}", token).status_code == 303
    assert visitor.post(f"/unfollow/{thing}", token).status_code == 303
    assert visitor.post(f"/comments/{said}/withdraw", token).status_code == 303
    visitor.open(f"/proposals/{own}/withdraw")
    assert visitor.submit(reason="دیگر نمی‌خواهم").status_code == 303
    visitor.open("/me/profile")
    with app.app_context():
        assert len(db.session.scalars(select(Ballot)).all()) == 1
        assert db.session.get_one(Contribution, own).status is Status.WITHDRAWN
        assert db.session.get_one(Contribution, said).status is Status.WITHDRAWN


def test_it_ends_by_its_time_even_before_the_clock_comes(app, make, browser, first, follow_up):
    person = make.user()
    block = shut(app, first, person, days=1)
    thing = make.proposal_page(make.user())
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        visitor = browser(person)
        assert "دلیل و راه اعتراض" not in visitor.open("/me")
        visitor.open(f"/proposals/{thing}/comments")
        assert visitor.submit("/comments", text="حالا می‌نویسم، با احترام.", side="for").status_code == 303
        with app.app_context():
            jobs.end_blocks()
            jobs.end_blocks()
            db.session.remove()
        follow_up()
    with app.app_context():
        row = db.session.get_one(Block, block)
        assert (row.status, row.ended_at is not None) == (BlockStatus.ENDED, True)
        assert db.session.get_one(User, person).blocked_until is None
    assert told(app, person).count("writing_opened") == 1


def test_for_good_takes_two(app, make, browser, first, second, follow_up):
    person = make.user("پرخاشگر")
    row = make.contribution_id(person)
    one = browser(first)
    one.open(f"/queue/block/{row}")
    assert one.submit(term="0", clause="2", reason=REASON).status_code == 303
    with app.app_context():
        assert not actor_of(person).is_blocked
        block = db.session.scalars(select(Block.id)).one()
        db.session.remove()
    page = one.open("/queue/blocks")
    assert "بررس دیگری باید بپذیرد" in page
    token = {"csrf_token": one.token(), "act": "confirm"}
    assert one.post(f"/queue/blocks/{block}", token).status_code == 403
    assert "خودتان پیشنهاد کرده‌اید" in one.text
    with pytest.raises(Conflict):
        shut(app, second, person)
    other = browser(second)
    assert "پرخاشگر" in other.open("/queue/blocks")
    assert other.submit(f"/queue/blocks/{block}", act="confirm").status_code == 303
    with app.app_context():
        assert actor_of(person).is_blocked
        db.session.remove()
    follow_up()
    assert "writing_shut_for_good" in told(app, person)
    visitor = browser(person)
    with clock.at(clock.now() + timedelta(days=6 * 24 / 24)):
        assert "نوشتن برای شما بسته است" in visitor.open("/me")
    operator = browser(make.user(roles=(Role.OPERATOR,)))
    assert "پرخاشگر" in operator.open("/admin/blocks")
    for lang in ("ar", "en"):
        browser(person, lang=lang).open("/me/decisions")


def test_a_second_moderator_may_say_no_and_any_may_lift(app, make, browser, first, second):
    person = make.user()
    proposed = shut(app, first, person, days=None)
    other = browser(second)
    other.open("/queue/blocks")
    token = other.token()
    assert other.post(f"/queue/blocks/{proposed}", {"csrf_token": token, "act": "refuse"}).status_code == 303
    assert other.post(f"/queue/blocks/{proposed}", {"csrf_token": token, "act": "confirm"}).status_code == 409
    block = shut(app, first, person)
    assert other.post(f"/queue/blocks/{block}", {"csrf_token": token, "act": "burn"}).status_code == 409
    assert other.post(f"/queue/blocks/{block}", {"csrf_token": token, "act": "lift"}).status_code == 303
    with app.app_context():
        assert not actor_of(person).is_blocked
        acts = db.session.scalars(select(AuditEntry.act).where(AuditEntry.act.endswith("_block"))).all()
        assert set(acts) >= {"moderation.refuse_block", "moderation.lift_block"}


def test_an_appeal_against_a_block_is_judged_by_another(app, make, browser, first, second, follow_up):
    person = make.user()
    shut(app, first, person)
    visitor = browser(person)
    assert "اعتراض به بسته‌شدن" in visitor.open("/me/decisions")
    visitor.open("/me/decisions/block")
    assert visitor.submit(text="نه").status_code == 422
    visitor.open("/me/decisions/block")
    assert visitor.submit(text="من ناسزا نگفتم؛ نام کوچه را نوشتم.").status_code == 303
    assert "اعتراض در بررسی" in visitor.open("/me/decisions")
    assert "یک بار اعتراض شده" in visitor.open("/me/decisions/block")
    assert (
        visitor.post(
            "/me/decisions/block", {"csrf_token": visitor.token(), "text": "باز هم اعتراض دارم."}
        ).status_code
        == 409
    )
    one = browser(first)
    one.open("/queue/appeals/1")
    data = {"csrf_token": one.token(), "outcome": "uphold", "answer": "می‌ماند"}
    assert one.post("/queue/appeals/1", data).status_code == 403
    other = browser(second)
    other.open("/queue/appeals/1")
    assert other.submit(outcome="overturn", answer="نام کوچه بود.").status_code == 303
    follow_up()
    assert {"block_overturned", "writing_opened"} <= set(told(app, person))
    with app.app_context():
        assert not actor_of(person).is_blocked
    browser(make.user()).open("/me/decisions/block", status=404)


@pytest.mark.parametrize(
    "filled",
    [
        {"clause": ""},
        {"clause": "99"},
        {"term": "5"},
        {"term": ""},
        {"reason": "بد"},
        {"reason": ""},
        {"reason": "ن" * 501},
    ],
)
def test_a_block_needs_a_clause_a_reason_and_a_known_term(app, make, browser, first, filled):
    person = make.user()
    row = make.contribution_id(person)
    moderator = browser(first)
    moderator.open(f"/queue/block/{row}")
    assert moderator.submit(**{"term": "7", "clause": "2", "reason": REASON} | filled).status_code == 422
    with app.app_context():
        assert not db.session.scalars(select(Block)).all()


def test_staff_are_not_shut_out_by_colleagues_nor_anybody_by_others(app, make, browser, first, second):
    with pytest.raises(RuleBroken, match="نقش"):
        shut(app, first, second)
    for nobody in (make.user(), make.user(roles=(Role.OPERATOR,)), make.user(roles=(Role.COUNCIL,))):
        with pytest.raises(NotAllowed):
            shut(app, nobody, make.user())
    row = make.contribution_id(make.user())
    browser(make.user()).open(f"/queue/block/{row}", status=403)
    browser(make.user(roles=(Role.OPERATOR,))).open("/queue/blocks", status=403)


# ---- when texts are seen --------------------------------------------------------------------------


def test_the_mode_is_plain():
    trusted = ["expert", "ngo"]
    assert is_public_first(Moderation.POST, [], "citizen")
    assert not is_public_first(Moderation.PRE, trusted, "expert")
    assert is_public_first(Moderation.MIXED, trusted, "expert")
    assert not is_public_first(Moderation.MIXED, trusted, "citizen")


def test_the_operator_sets_the_mode_and_it_holds_for_what_is_sent_from_now_on(app, make, browser, follow_up):
    operator = browser(make.user(roles=(Role.OPERATOR,)))
    operator.open("/admin/moderation")
    assert operator.submit(moderation="mixed", trusted_kinds=[]).status_code == 422
    operator.open("/admin/moderation")
    assert operator.submit(moderation="mixed", trusted_kinds=["expert", "ngo"]).status_code == 303
    with app.app_context():
        space = db.session.get_one(Space, 1)
        assert (space.moderation, space.trusted_kinds) == (Moderation.MIXED, ["expert", "ngo"])
        db.session.remove()
    boss = make.user()
    group = make.group(managers=(boss,), kind=Kind.NGO)
    people = {
        "citizen": (make.user(), {}),
        "expert": (make.user(expert="آب"), {"capacity": Kind.EXPERT}),
        "group": (boss, {"group_id": group}),
    }
    found = {}
    for name, (person, more) in people.items():
        row, item = make.queued(person, ContributionKind.PROPOSAL, title=name, **more)
        with app.app_context():
            found[name] = db.session.get_one(Contribution, row).status
            assert queries.open_item_of(row).id == item  # seen at once or not: a moderator reads it
            db.session.remove()
    assert found == {"citizen": Status.WAITING, "expert": Status.PUBLIC, "group": Status.PUBLIC}
    assert "آمیخته" in browser(operator_id(app)).open("/admin/moderation")
    browser(make.user(roles=(Role.MODERATOR,))).open("/admin/moderation", status=403)
    operator.open("/admin/moderation/987654", status=404)


def operator_id(app):
    from civic.accounts.models import RoleGrant

    with app.app_context():
        found = db.session.scalars(select(RoleGrant.user_id).where(RoleGrant.role == Role.OPERATOR)).first()
        db.session.remove()
    return found


def test_a_consultation_may_be_mixed(app, make):
    boss = make.user()
    made = make.consultation(boss, make.group(managers=(boss,)), moderation="mixed")
    with app.app_context():
        space = db.session.get_one(Contribution, made).space_id
        assert db.session.get_one(Space, space).moderation is Moderation.MIXED
