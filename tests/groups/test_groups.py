"""Founding, joining, leading and leaving a group; what waits for its managers."""

from datetime import timedelta

import pytest

from civic.contributions.rules import ContributionKind, Status
from civic.contributions.service import begin, submit
from civic.core import clock
from civic.core.actor import Grant, Kind, Role
from civic.core.db import db, transaction
from civic.core.errors import NotAllowed, RuleBroken
from civic.groups import queries, rules, service
from civic.groups.models import Group, GroupMember, Invitation
from civic.groups.queries import actor_of
from civic.groups.rules import GroupStatus, MemberRole
from tests.queries import counted

ABOUT = "گروهی از همسایه‌ها که دربارهٔ پیاده‌روها می‌نویسد."


def test_the_last_manager_cannot_leave():
    with pytest.raises(RuleBroken):
        rules.check_leaving(managers=1, is_manager=True)
    rules.check_leaving(managers=2, is_manager=True)
    rules.check_leaving(managers=1, is_manager=False)


def test_whoever_acts_brings_every_role_and_every_active_group(make, app):
    office = make.department()
    person = make.user("نرگس", roles=(Role.OFFICER, Role.HEAD, Role.MODERATOR), department_id=office)
    first = make.group("انجمن: «الف»، بخش ۲:۳", managers=(person,))
    second = make.group("گروه ب", kind=Kind.WOMEN_FORUM, members=(person,))
    asleep = make.group("گروه خفته", members=(person,))
    plain = make.user("بی‌نقش")
    make.group("گروه دیگران", members=(make.user(),))
    with app.app_context():
        with transaction() as session:
            session.get_one(Group, asleep).status = GroupStatus.SUSPENDED
        actor = actor_of(person)
        assert [(m.group_id, m.group_name, m.kind, m.is_manager) for m in actor.memberships] == [
            (first, "انجمن: «الف»، بخش ۲:۳", Kind.NGO, True), (second, "گروه ب", Kind.WOMEN_FORUM, False)
        ]  # fmt: skip
        assert actor.grants == {
            Grant(Role.OFFICER, "department", office), Grant(Role.HEAD, "department", office), Grant(Role.MODERATOR)
        }  # fmt: skip
        nobody = actor_of(plain)
        assert (nobody.grants, nobody.memberships) == (frozenset(), ())


def test_a_founded_group_is_unseen_until_the_operator_activates_it(make, browser):
    founder = make.user("نرگس بنیان")
    person = browser(founder)
    person.open("/signup/group")
    assert person.submit(name="انجمن پیاده‌راه", kind="ngo", about=ABOUT).status_code == 303
    path = person.location
    assert "در انتظار تأیید مدیر سامانه" in person.open(path)
    browser().open(path, status=404)
    browser(make.user()).open(path, status=404)
    operator = browser(make.user(roles=(Role.OPERATOR,)))
    operator.open("/admin/groups")
    assert operator.submit("/activate").status_code == 303
    assert "انجمن پیاده‌راه" in browser().open(path)
    assert "انجمن پیاده‌راه" in browser().open("/groups")


def test_a_double_click_founds_one_group_and_a_known_name_is_refused(app, make, browser):
    person = browser(make.user())
    person.open("/signup/group")
    form = person.form()
    data = [(k, v) for k, v in form.fields if k not in {"name", "kind", "about"}]
    data += [("name", "گروه یگانه"), ("kind", "ngo"), ("about", ABOUT)]
    assert person.post("/signup/group", data).status_code == 303
    assert person.post("/signup/group", data).status_code == 303
    with app.app_context():
        assert db.session.query(Group).count() == 1
    person.open("/signup/group")
    assert person.submit(name="گروه یگانه", kind="ngo", about=ABOUT).status_code == 422
    assert "گروهی با این نام هست" in person.text


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"name": "آ" * 200}, {"kind": "citizen"}, {"kind": ""}, {"about": "کم"}]
)
def test_what_is_no_group_is_refused_with_the_words_kept(make, browser, bad):
    person = browser(make.user())
    person.open("/signup/group")
    sent = {"name": "انجمن خیابان امن", "kind": "ngo", "about": ABOUT} | bad
    assert person.submit(**sent).status_code == 422
    if "about" not in bad:
        assert ABOUT in person.text


def test_a_link_leads_to_a_request_that_a_manager_accepts(app, make, browser):
    boss, guest = make.user("مدیر گروه"), make.user("عضو تازه")
    group = make.group(managers=(boss,))
    manager = browser(boss)
    manager.open(f"/groups/{group}/members")
    assert manager.submit("/invite").status_code == 303
    manager.follow()
    with app.app_context():
        token = db.session.query(Invitation).one().token
    newcomer = browser(guest)
    newcomer.open(f"/g/{token}")
    pressed = newcomer.form("/join")
    for _ in range(2):  # pressed twice: one request, one use
        assert newcomer.post(pressed.action, pressed.fields).status_code == 303
    with app.app_context():
        assert db.session.query(Invitation).one().uses_left == rules.INVITATION_USES - 1
    newcomer.open(f"/groups/{group}/members", status=403)
    manager.open(f"/groups/{group}/members")
    assert manager.submit(f"/members/{guest}", act="admit").status_code == 303
    assert "عضو تازه" in newcomer.open(f"/groups/{group}/members")
    with app.app_context():
        assert db.session.get(Group, group).member_count == 2


def test_a_link_that_is_past_or_used_up_looks_absent(app, make, browser):
    boss = make.user()
    group = make.group(managers=(boss,))
    with app.app_context(), transaction():
        actor = actor_of(boss)
        token = service.invite(actor, queries.for_change(actor, group)).token
    with clock.at(clock.now() + timedelta(days=9)):
        browser().open(f"/g/{token}", status=404)
    with app.app_context(), transaction():
        db.session.query(Invitation).one().uses_left = 0
    browser().open(f"/g/{token}", status=404)
    browser().open("/g/none-such", status=404)


def test_a_guest_who_asks_signs_in_and_the_request_stands(app, make, browser):
    boss = make.user()
    make.user(phone="09150000009", password="saffron lamp river")
    group = make.group(managers=(boss,))
    guest = browser()
    guest.open(f"/groups/{group}")
    assert guest.submit("/join").status_code == 303
    guest.follow()
    assert guest.submit(login="09150000009", password="saffron lamp river").status_code == 303
    assert "پس‌گرفتن درخواست عضویت" in guest.follow()


def test_only_managers_lead(make, app, ctx):
    boss, plain, other = make.user(), make.user(), make.user()
    group_id = make.group(managers=(boss,), members=(plain,))
    operator = make.user(roles=(Role.OPERATOR,))
    with transaction():
        group = db.session.get(Group, group_id)
        for who in (plain, other, operator):
            actor = actor_of(who)
            for verb in (service.invite, service.end_invitation):
                with pytest.raises(NotAllowed):
                    verb(actor, group)
            for verb in (service.admit, service.refuse, service.promote, service.remove):
                with pytest.raises(NotAllowed):
                    verb(actor, group, boss)
            with pytest.raises(NotAllowed):
                service.describe(actor, group, about="x", district_id=None)
        for who in (boss, plain, other):
            for verb in (service.activate, service.suspend):
                with pytest.raises(NotAllowed):
                    verb(actor_of(who), group)
            with pytest.raises(NotAllowed):
                service.set_kind(actor_of(who), group, Kind.EXPERT)
        with pytest.raises(NotAllowed):
            service.leave(actor_of(other), group)
        with pytest.raises(NotAllowed):
            service.ask_to_join(actor_of(plain), group)


def test_promoted_the_other_may_go_and_the_last_stays(make, browser, app):
    boss, second = make.user("نخست"), make.user("دوم")
    group = make.group(managers=(boss,), members=(second,))
    first = browser(boss)
    first.open(f"/groups/{group}/members")
    first.submit("/leave")
    assert "تنها مدیر این گروه" in first.follow()
    first.open(f"/groups/{group}/members")
    first.submit(f"/members/{second}", act="promote")
    first.open(f"/groups/{group}/members")
    assert first.submit("/leave").status_code == 303
    with app.app_context():
        left = db.session.query(GroupMember).one()
        assert (left.user_id, left.role) == (second, MemberRole.MANAGER)
        assert db.session.get(Group, group).member_count == 1


def test_a_suspended_group_looks_absent_and_nobody_speaks_for_it(make, browser, app):
    boss = make.user()
    group = make.group("گروه خاموش", managers=(boss,))
    operator = browser(make.user(roles=(Role.OPERATOR,)))
    operator.open("/admin/groups")
    operator.submit("/suspend")
    browser().open(f"/groups/{group}", status=404)
    assert "گروه خاموش" not in browser().open("/groups")
    browser(boss).open(f"/groups/{group}")
    with app.app_context():
        assert db.session.get(Group, group).status is GroupStatus.SUSPENDED
        assert actor_of(boss).memberships == ()


def waiting_text(app, author: int, group: int) -> int:
    with app.app_context(), transaction():
        actor = actor_of(author)
        text = begin(
            actor,
            ContributionKind.PROPOSAL,
            title="چراغ زیرگذر طلاب",
            text="زیرگذر تاریک است.",
            group_id=group,
        )
        submit(actor, text)
        return text.id


def test_a_members_text_waits_for_a_manager_who_is_not_its_author(app, make, browser):
    boss, second, plain = make.user("مدیر"), make.user("مدیر دوم"), make.user("عضو")
    group = make.group(managers=(boss, second), members=(plain,))
    text = waiting_text(app, plain, group)
    assert "چراغ زیرگذر طلاب" not in browser().open(f"/groups/{group}")
    assert "چراغ زیرگذر طلاب" not in browser(plain).open(f"/groups/{group}")
    member = browser(plain)
    member.open("/me")
    token = member.token()
    path = f"/groups/{group}/texts/{text}/endorse"
    assert member.post(path, [("csrf_token", token)]).status_code == 403
    manager = browser(boss)
    assert "چراغ زیرگذر طلاب" in manager.open(f"/groups/{group}")
    pressed = manager.form("/endorse")
    assert manager.post(path, pressed.fields).status_code == 303
    with app.app_context():
        assert db.session.get(queries.Group, group)
        status = db.session.execute(
            db.text("select status from contributions where id=:i"), {"i": text}
        ).scalar()
        assert status == Status.WAITING
    assert manager.post(path, pressed.fields).status_code in {404, 409}


def test_a_manager_gives_back_with_a_reason_and_the_author_sees_it(app, make, browser):
    boss, plain = make.user("مدیر"), make.user("عضو")
    group = make.group(managers=(boss,), members=(plain,))
    text = waiting_text(app, plain, group)
    manager = browser(boss)
    manager.open(f"/groups/{group}/texts/{text}/return")
    assert manager.submit(reason="").status_code == 422
    assert manager.submit(reason="جای زیرگذر را هم بنویسید.").status_code == 303
    assert "چراغ زیرگذر طلاب" in browser(plain).open("/me")
    browser(plain).open(f"/groups/{group}/texts/{text}/return", status=404)


def test_the_list_costs_the_same_however_long(app, make, browser):
    def cost() -> int:
        guest = browser()
        with counted(app) as sent:
            guest.open("/groups")
        return len(sent)

    for _ in range(2):
        make.group()
    few = cost()
    for _ in range(12):
        make.group()
    assert cost() == few <= 3


@pytest.mark.parametrize("lang", ["fa", "en", "ar"])
def test_the_pages_stand_in_every_language(make, browser, lang):
    boss = make.user()
    group = make.group(managers=(boss,))
    manager = browser(boss, lang=lang)
    for path in (
        "/groups",
        f"/groups/{group}",
        f"/groups/{group}/members",
        f"/groups/{group}/about",
        "/signup/group",
    ):
        manager.open(path)
