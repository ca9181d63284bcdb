"""Feeds: correct Atom, stable names, only what everybody may read, small, told apart by their tag when unchanged."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from civic.cases.rules import AnswerKind
from civic.contributions import queries as contributions
from civic.contributions import service as contributing
from civic.contributions.rules import Status
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.feeds.atom import clean, tag
from civic.feeds.rules import MOST_ENTRIES
from civic.feeds.views import ANSWERS
from civic.groups.queries import actor_of
from tests.queries import counted

NS = {"a": "http://www.w3.org/2005/Atom"}
XML = "{http://www.w3.org/XML/1998/namespace}"


def read(browser, path: str, *, status: int = 200):
    """A feed as a reader of feeds sees it, with what RFC 4287 demands checked on the way."""
    visitor = browser()
    text = visitor.open(path, status=status)
    if status != 200:
        return None, visitor
    assert visitor.response.mimetype == "application/atom+xml"
    feed = ET.fromstring(text)  # noqa: S314 - our own words
    for node in [feed, *feed.findall("a:entry", NS)]:
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"a:{name}", NS)) == 1, name
            assert node.findtext(f"a:{name}", namespaces=NS)
        assert node.findtext("a:updated", namespaces=NS).endswith("Z")
        assert node.findall("a:link[@rel='alternate']", NS)
    assert feed.findall("a:author/a:name", NS)
    ids = [e.findtext("a:id", namespaces=NS) for e in feed.findall("a:entry", NS)]
    assert len(ids) == len(set(ids))
    assert feed.find("a:link[@rel='self']", NS).get("href").startswith("http://localhost/")
    return feed, visitor


def titles(feed) -> list[str]:
    return [e.findtext("a:title", namespaces=NS) for e in feed.findall("a:entry", NS)]


def test_the_newest_proposals_with_their_names_for_ever(browser, make):
    author = make.user("مریم حسینی")
    first = make.proposal(author, title="سایه‌بان <b>برای</b> ایستگاه & کوچه")
    feed, _visitor = read(browser, "/proposals.atom")
    assert titles(feed) == ["سایه‌بان <b>برای</b> ایستگاه & کوچه"]
    entry = feed.find("a:entry", NS)
    assert entry.findtext("a:id", namespaces=NS) == f"tag:localhost,2026:proposal/{first}"
    assert entry.find("a:link", NS).get("href") == f"http://localhost/proposals/{first}"
    assert entry.get(f"{XML}lang") == "fa"
    assert entry.find("a:content", NS).get("type") == "html"
    assert feed.get(f"{XML}lang") == "fa"
    english, _ = read(browser, "/en/proposals.atom")
    assert english.get(f"{XML}lang") == "en"
    assert english.find("a:entry/a:id", NS).text == entry.findtext("a:id", namespaces=NS)
    assert english.findtext("a:id", namespaces=NS) != feed.findtext("a:id", namespaces=NS)


def test_a_feed_is_as_narrow_as_its_list(browser, make):
    author, here, there = make.user(), make.district("d1"), make.district("d2")
    topic = make.category("c1")
    make.proposal(author, title="اینجا", district_id=here, category_id=topic)
    make.proposal(author, title="آنجا", district_id=there)
    assert titles(read(browser, f"/proposals.atom?district={here}")[0]) == ["اینجا"]
    assert titles(read(browser, f"/proposals.atom?category={topic}")[0]) == ["اینجا"]
    assert titles(read(browser, f"/proposals.atom?category={topic}&district={there}")[0]) == []
    read(browser, "/proposals.atom?district=999999", status=404)
    page = browser()
    assert f"/proposals.atom?district={here}" in page.open(f"/proposals?district={here}")


def test_what_not_everybody_may_read_is_in_no_feed_whoever_asks(app, browser, make):
    author = make.user()
    shown, hidden = make.proposal(author, title="پیدا"), make.proposal(author, title="پنهان‌شدنی")
    waiting = make.proposal(author, title="در صف بررسی")
    with app.app_context(), transaction():
        db.session.execute(
            db.text("UPDATE contributions SET status='waiting', published_at=NULL WHERE id=:i"),
            {"i": waiting},
        )
    moderator = browser(make.user(roles=(Role.MODERATOR,)))
    assert "پنهان‌شدنی" in moderator.open("/proposals.atom")
    with app.app_context(), transaction():
        contributing.hide(SYSTEM, contributions.by_id(hidden), clause=2)
    for reader in (browser(), browser(author), moderator):
        text = reader.open("/proposals.atom")
        assert "پیدا" in text
        assert "پنهان‌شدنی" not in text
        assert "در صف بررسی" not in text
        reader.open(f"/proposals/{hidden}.atom", status=404)
        reader.open(f"/proposals/{hidden}.ics", status=404)
        reader.open(f"/proposals/{waiting}.atom", status=404)
    read(browser, f"/problems/{shown}.atom", status=404)


def test_a_copy_that_is_kept_grows_old_also_when_something_was_hidden(app, browser, make):
    author = make.user()
    make.proposal(author, title="نخست")
    with clock.at(clock.now() - timedelta(days=1)):
        old = make.proposal(author, title="دوم")
    visitor = browser()
    visitor.open("/proposals.atom")
    tag_, modified = visitor.response.headers["ETag"], visitor.response.headers["Last-Modified"]
    assert visitor.client.get("/proposals.atom", headers={"If-None-Match": tag_}).status_code == 304
    assert visitor.client.get("/proposals.atom", headers={"If-Modified-Since": modified}).status_code == 304
    with clock.at(clock.now() + timedelta(minutes=1)), app.app_context(), transaction():
        contributing.hide(SYSTEM, contributions.by_id(old), clause=2)
    for headers in ({"If-None-Match": tag_}, {"If-Modified-Since": modified}):
        assert visitor.client.get("/proposals.atom", headers=headers).status_code == 200


def test_a_feed_is_bounded_and_costs_the_same_however_long(app, browser, make):
    author = make.user()

    def cost() -> int:
        with counted(app) as sent:
            read(browser, "/proposals.atom")
        return len(sent)

    make.proposal(author)
    few = cost()
    for n in range(MOST_ENTRIES + 3):
        make.proposal(author, title=f"پیشنهاد شمارهٔ {n}")
    assert cost() == few <= 5
    assert len(titles(read(browser, "/proposals.atom")[0])) == MOST_ENTRIES


@pytest.mark.parametrize(
    "path", ["/proposals.atom", "/problems.atom", "/consultations.atom", "/outcomes.atom"]
)
def test_an_empty_feed_is_a_feed_and_stays_the_same(browser, path):
    feed, visitor = read(browser, path)
    assert titles(feed) == []
    assert feed.findtext("a:updated", namespaces=NS) == "2026-01-01T00:00:00Z"
    assert "Set-Cookie" not in visitor.response.headers


def test_the_steps_of_a_thing_are_a_feed(app, browser, make):
    proposal = make.proposal(make.user(), title="سایه‌بان")
    feed, _ = read(browser, f"/proposals/{proposal}.atom")
    assert any("منتشر شد" in title for title in titles(feed))
    assert f'href="/proposals/{proposal}.atom"' in browser().open(f"/proposals/{proposal}")


def test_official_answers_are_a_feed_without_those_to_hidden_things(app, browser, make):
    department = make.department()
    officer = make.user(roles=(Role.OFFICER,), department_id=department)
    head = make.user(roles=(Role.HEAD,), department_id=department)
    things = [make.voted_on(make.user(), title=title) for title in ("پاسخ‌گرفته", "پاسخ‌گرفته و پنهان")]
    for thing in things:
        case = make.open_case(thing, department_id=department)
        make.answered(case, officer, head)
    assert len(titles(read(browser, "/outcomes.atom")[0])) == 2
    with app.app_context(), transaction():
        contributing.hide(SYSTEM, contributions.by_id(things[1]), clause=2)
    feed, _ = read(browser, "/outcomes.atom")
    assert titles(feed) == ["پذیرفته شد با تغییر: پاسخ‌گرفته"]
    assert "چهار ایستگاه" in feed.findtext("a:entry/a:summary", namespaces=NS)


def test_every_kind_of_answer_is_said():
    assert set(ANSWERS) == {str(kind) for kind in AnswerKind}


def test_a_withdrawn_thing_leaves_the_list_and_keeps_its_own_feed(app, browser, make):
    author = make.user()
    proposal = make.proposal(author, title="پس‌گرفتنی")
    with app.app_context(), transaction():
        contributing.withdraw(
            actor_of(author), contributions.by_id(proposal), reason="دیگر لازم نیست و ساخته شد"
        )
        assert contributions.by_id(proposal).status is Status.WITHDRAWN
    assert titles(read(browser, "/proposals.atom")[0]) == []
    read(browser, f"/proposals/{proposal}.atom")


def test_signs_that_xml_cannot_hold_are_left_out(app, browser, make):
    assert clean("a\x00\x0b\ud800b\tc😀") == "ab\tc😀"
    assert tag("https://charsu.example:8443", "/proposals.atom") == "tag:charsu.example,2026:proposals.atom"
    author = make.user()
    proposal = make.proposal(author)
    with app.app_context(), transaction():
        db.session.execute(
            db.text("UPDATE contributions SET title = :t WHERE id = :i"), {"t": "الف\x0bب\x1f", "i": proposal}
        )
    assert titles(read(browser, "/proposals.atom")[0]) == ["الفب"]
