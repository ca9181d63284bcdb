"""Deny by default: every endpoint names its guard, and what names none is refused."""

import pytest

from civic.core.policy import POLICY


def test_every_endpoint_declares_a_guard(app):
    missing = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], "guard")
    ]
    assert missing == []


def test_an_endpoint_without_a_guard_is_refused(app, browser):
    app.view_functions["site.rules"], kept = (lambda: "open"), app.view_functions["site.rules"]
    try:
        assert browser().client.get("/rules").status_code == 403
    finally:
        app.view_functions["site.rules"] = kept


def test_every_permission_of_the_code_has_a_row(app):
    guards = {getattr(view, "guard", "public") for view in app.view_functions.values()} - {
        "public",
        "signed_in",
    }
    assert guards <= set(POLICY)


@pytest.mark.parametrize(
    "path", ["/", "/rules", "/help", "/accessibility", "/privacy", "/data", "/api", "/signin"]
)
@pytest.mark.parametrize("lang", ["fa", "ar", "en"])
def test_public_pages_open_in_every_language(browser, path, lang):
    visitor = browser(lang=lang)
    visitor.open(path)
    assert "Set-Cookie" not in visitor.response.headers


@pytest.mark.parametrize(
    "path", ["/nope", "/proposals/999999", "/%2e%2e/etc/passwd", "/rules/", "//rules", "/rules;x=1"]
)
def test_what_is_absent_is_404_in_the_sites_own_voice(browser, path):
    visitor = browser()
    visitor.response = visitor.client.get(path)
    assert visitor.status in {404, 308}
    if visitor.status == 404:
        assert "<h1" in visitor.text


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", "'; DROP TABLE users; --", "%00", "ا" * 3000, "{{7*7}}"]
)
@pytest.mark.parametrize("name", ["next", "q", "order", "after", "lang", "page"])
def test_odd_parameters_are_inert(browser, name, value):
    for path in ("/signin", "/"):
        visitor = browser()
        visitor.response = visitor.client.get(path, query_string={name: value})
        assert visitor.status == 200
        assert "<script>alert" not in visitor.text
