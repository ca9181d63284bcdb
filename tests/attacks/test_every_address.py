"""Every address of the site, walked as a stranger, a citizen and staff of something else would."""

import pytest

from civic.core.actor import Role

HUGE = (2**31, 10**30)
NASTY = {
    "after": ("x", "W10", "WzFd", "WzksOV0", "LTE", "W10" * 900, "WzQ2MTE2ODYwMTg0MjczODc5MDMsMV0", "\x00"),
    "q": ("'; DROP TABLE users; --", "%_\\", "\x00", "(" * 400, "ا" * 4000, '"', "a & | ! :* b", "\u202e"),
    "district": ("9" * 30, "-1", "²", "٣", "\x00"),
    "category": ("9" * 30, "-1", "²", "\x00"),
    "problem": ("9" * 30, "²", "\x00"), "draft": ("9" * 30, "²", "9" * 18), "department": ("9" * 30, "²"),
    "focus": ("²", "9" * 30, "9" * 11), "side": ("x",), "reply": ("²", "9" * 30, "7"), "about": ("9" * 30, "²", "9" * 12), "promise": ("9" * 30, "²", "9" * 12),
    "by": ("email", "\x00"), "order": ("password_hash", "\x00"), "state": ("\x00",), "stage": ("\x00",), "text": ("\x00" * 9, "ا" * 9000),
    "next": ("\x00",), "intent": ("\x00", "x" * 9000), "space": ("9" * 30, "²"), "kind": ("\x00",), "month": ("9" * 30,), "page": ("-1",),
    "limit": ("100000", "-1", "x"), "updated_since": ("x", "9999-99-99", "0001-01-01T00:00:00+14:00"), "show": ("\x00",), "back": ("//evil.example",),
}  # fmt: skip


def addresses(app, method, **values):
    """(rule, address) of every rule that takes a method, with its variables filled in."""
    found = []
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if method not in rule.methods or rule.endpoint == "static":
                continue
            filled = {name: values.get(name, values.get("any", 1)) for name in rule.arguments}
            filled |= {
                n: values.get(n, "x")
                for n in ("name", "token", "act", "step", "filename", "file", "part")
                if n in rule.arguments
            }
            filled |= dict(rule.defaults or {})
            found.append((rule, adapter.build(rule.endpoint, filled, method=method)))
    return found


@pytest.fixture
def everyone(make):
    """One person of every sort, none of whom has to do with what the tests make."""
    other = make.department()
    return {
        "guest": None,
        "citizen": make.user("شهروند دیگر"),
        "officer": make.user("کارشناس دیگر", roles=(Role.OFFICER,), department_id=other),
        "head": make.user("مدیر دیگر", roles=(Role.HEAD,), department_id=other),
        "moderator": make.user("بررس", roles=(Role.MODERATOR,)),
        "council": make.user("عضو شورا", roles=(Role.COUNCIL,)),
        "triage": make.user("میز ارجاع", roles=(Role.TRIAGE,)),
        "operator": make.user("مدیر سامانه", roles=(Role.OPERATOR,)),
        "inspector": make.user("بازرس", roles=(Role.INSPECTOR,)),
    }


@pytest.mark.parametrize("who", ["guest", "operator", "inspector"])
def test_no_number_in_an_address_breaks_a_page(app, browser, everyone, who):
    client = browser(everyone[who]).client
    broken = [
        path
        for n in HUGE
        for _rule, path in addresses(app, "GET", any=n)
        if client.get(path).status_code >= 500
    ]
    assert not broken


def test_no_number_in_an_address_breaks_a_post(app, browser, everyone):
    visitor = browser(everyone["operator"])
    visitor.open("/me/profile")
    token = visitor.token()
    broken = []
    for n in HUGE:
        for _rule, path in addresses(app, "POST", any=n):
            if path.endswith(("/signout", "/end")):
                continue
            answer = visitor.client.post(
                path, data={"csrf_token": token}, headers={"Origin": "http://localhost"}
            )
            if answer.status_code >= 500:
                broken.append((path, answer.status_code))
    assert not broken


@pytest.mark.parametrize("who", ["guest", "operator", "officer"])
def test_no_parameter_breaks_a_page(app, browser, everyone, who):
    client = browser(everyone[who]).client
    broken = []
    for rule, path in addresses(app, "GET", any=999):
        if rule.arguments:
            continue
        for n in range(max(map(len, NASTY.values()))):
            odd = {name: values[n % len(values)] for name, values in NASTY.items()}
            queries = ({"after": odd["after"]}, odd)
            broken += [(path, q) for q in queries if client.get(path, query_string=q).status_code >= 500]
    assert not broken
