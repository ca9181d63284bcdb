"""One's own page: what waits, what I wrote and voted on, what I follow; nobody else's."""

from civic.contributions import queries as contributions
from civic.contributions import service
from civic.core.actor import Role
from civic.core.db import transaction
from civic.groups.queries import actor_of
from tests.queries import counted


def test_a_guest_is_led_to_sign_in(browser):
    for path in ("/me", "/me/following"):
        browser().open(path, status=303)


def test_own_texts_with_their_state_and_nobody_elses(make, browser):
    me, other = make.user(), make.user()
    make.proposal(me, title="پیشنهاد من دربارهٔ پل")
    make.proposal(other, title="پیشنهاد دیگری")
    page = browser(me).open("/me")
    assert "پیشنهاد من دربارهٔ پل" in page
    assert "پیشنهاد دیگری" not in page
    assert "در حال رأی‌گیری" in page


def test_votes_are_listed_for_oneself_without_the_choice(make, browser):
    me = make.user()
    thing = make.voted_on(make.user(), title="پیشنهاد دربارهٔ اتوبوس")
    make.vote(thing, "against", user_id=me)
    page = browser(me).open("/me?kind=votes")
    assert "پیشنهاد دربارهٔ اتوبوس" in page
    assert "مخالف" not in page
    assert "پیشنهاد دربارهٔ اتوبوس" not in browser(make.user()).open("/me?kind=votes")


def test_what_i_follow_can_be_let_go(app, make, browser):
    me = make.user()
    thing = make.proposal(make.user(), title="پیشنهاد روشنایی")
    with app.app_context(), transaction():
        service.follow(actor_of(me), contributions.by_id(thing))
    person = browser(me)
    assert "پیشنهاد روشنایی" in person.open("/me/following")
    assert person.submit(f"/unfollow/{thing}").status_code == 303
    assert "پیشنهاد روشنایی" not in person.open("/me/following")


def test_what_waits_is_said_to_managers_and_operators(make, browser):
    boss = make.user()
    group = make.group(managers=(boss,))
    make.consultation(boss, group, state="draft", title="پرسش نیمه‌کارهٔ گروه")
    make.consultation(boss, group, state="submitted", title="پرسش فرستاده‌شدهٔ گروه")
    page = browser(boss).open("/me")
    assert "پرسش نیمه‌کارهٔ گروه" in page
    assert "پرسش فرستاده‌شدهٔ گروه" in page
    assert "۱ نظرخواهی منتظر تأیید شماست" in browser(make.user(roles=(Role.OPERATOR,))).open("/me")
    assert "پرسش" not in browser(make.user()).open("/me").split("<main")[1].split("پیشنهادها، رأی‌ها")[0]


def test_the_page_costs_the_same_however_much_i_wrote(app, make, browser):
    me = make.user()

    def cost() -> int:
        person = browser(me)
        with counted(app) as sent:
            person.open("/me")
        return len(sent)

    make.proposal(me)
    few = cost()
    for _ in range(8):
        make.proposal(me)
    assert cost() == few <= 14


def test_the_tabs_stand_in_every_language(make, browser):
    me = make.user()
    make.problem(me)
    for lang in ("fa", "en", "ar"):
        for tab in ("", "proposal", "problem", "comment", "votes", "joined", "nonsense"):
            browser(me, lang=lang).open(f"/me?kind={tab}")
