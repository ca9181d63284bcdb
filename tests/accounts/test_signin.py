"""One form for sign-in and sign-up."""

import re

import pytest

from civic.accounts import rules
from civic.core.errors import RuleBroken


def code_of(app) -> str:
    return re.search(r"[۰-۹0-9]{6}", app.extensions["sms"].messages[-1][1])[0]


@pytest.mark.parametrize(
    "typed", ["09151234567", "۰۹۱۵۱۲۳۴۵۶۷", "٠٩١٥١٢٣٤٥٦٧", "+98 915 123 4567", "0915-123-4567"]
)
def test_digits_of_three_scripts_are_the_same_number(typed):
    assert rules.read_login(typed) == ("phone", "09151234567")


@pytest.mark.parametrize("typed", ["0915123", "نام", "a@b", "a..b@example.org", "091512345678"])
def test_what_is_no_login_is_refused_with_a_sentence(typed):
    with pytest.raises(RuleBroken):
        rules.read_login(typed)


def test_a_newcomer_gets_an_account_by_code_and_the_same_one_again(app, browser):
    for expected in ("/welcome", "/"):
        visitor = browser()
        visitor.open("/signin")
        assert visitor.submit(login="۰۹۱۵۱۲۳۴۵۶۷").status_code == 200
        assert visitor.submit(code=code_of(app)).status_code == 303
        assert visitor.location == expected
        assert "/signout" in visitor.open("/")


def test_a_wrong_code_is_refused_and_five_end_it(app, browser):
    visitor = browser()
    visitor.open("/signin")
    visitor.submit(login="09151234567")
    right = code_of(app)
    for _ in range(5):
        assert visitor.submit(code="000000" if "000000" not in right else "111111").status_code == 422
    assert visitor.submit(code=right).status_code == 422


def test_a_known_and_an_unknown_login_look_alike(make, browser):
    make.user(phone="09150000001", password="saffron lamp river")
    seen = set()
    for login in ("09150000001", "09150000002"):
        visitor = browser()
        visitor.open("/signin")
        visitor.submit(login=login, password="wrong wrong wrong")
        seen.add(visitor.text.replace(login, "").split("<main")[1].split('name="once"')[0])
    assert len(seen) == 1


def test_password_sign_in_and_out_ends_the_session(make, browser):
    make.user(phone="09150000001", password="saffron lamp river")
    visitor = browser()
    visitor.open("/signin")
    assert visitor.submit(login="09150000001", password="saffron lamp river").status_code == 303
    visitor.open("/me/profile")
    cookie = visitor.client.get_cookie("charsu").value
    assert visitor.submit("/signout").status_code == 303
    visitor.client.set_cookie("charsu", cookie)
    visitor.open("/me/profile", status=303)


def test_guessing_is_stopped_per_account(make, browser):
    make.user(phone="09150000001", password="saffron lamp river")
    visitor = browser()
    for _ in range(10):
        visitor.open("/signin")
        assert visitor.submit(login="09150000001", password="wrong wrong wrong").status_code == 422
    visitor.open("/signin")
    assert visitor.submit(login="09150000001", password="saffron lamp river").status_code == 429
    visitor.open("/signin")
    assert visitor.submit(login="09150000001").status_code == 200, "the owner's code still opens the door"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/%0d%0aX: y\r\n",
        "javascript:alert(1)",
    ],
)
def test_next_stays_on_the_site(make, browser, target):
    make.user(phone="09150000001", password="saffron lamp river")
    visitor = browser()
    visitor.open("/signin")
    visitor.submit(login="09150000001", password="saffron lamp river", next=target)
    assert visitor.location == "/"


def test_a_post_from_elsewhere_or_without_token_is_refused(make, browser):
    person = browser(make.user())
    person.open("/me/profile")
    assert person.client.post("/signout", headers={"Origin": "https://evil.example"}).status_code == 403
    assert person.client.post("/signout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert person.client.post("/signout").status_code == 400
    assert person.submit("/signout").status_code == 303


def test_guests_get_no_cookie_and_pages_carry_the_headers(browser):
    visitor = browser()
    visitor.open("/signin")
    assert "Set-Cookie" not in visitor.response.headers
    assert "'unsafe" not in visitor.response.headers["Content-Security-Policy"]
    assert visitor.response.headers["X-Content-Type-Options"] == "nosniff"


def test_languages_keep_the_page_and_turn_the_direction(browser):
    assert 'dir="ltr"' in browser(lang="en").open("/signin")
    assert 'dir="rtl"' in browser(lang="ar").open("/signin")


def test_how_the_name_is_shown_is_the_persons_choice(make, browser):
    person = browser(make.user("زهرا مقدم", district_id=make.district(name="منطقهٔ ۹")))
    for style, shown in (("initial", "زهرا م."), ("district", "شهروند منطقهٔ ۹"), ("full", "زهرا مقدم")):
        person.open("/welcome")
        assert person.submit("", full_name="زهرا مقدم", name_style=style).status_code == 303
        assert f"<bdi>{shown}</bdi>" in person.open("/")
