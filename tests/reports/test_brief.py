"""Every figure of a brief is the JSON's and has a page; what is frozen stays; what is removed goes from every surface."""

import io
import json
import re

import pypdf
import pytest
from sqlalchemy import select

from civic.contributions import queries as contributions
from civic.contributions import service as contribution_service
from civic.contributions.models import Contribution
from civic.core import clock
from civic.core.actor import SYSTEM
from civic.core.db import db, transaction
from civic.core.text import latin_digits
from civic.council import service as council
from civic.groups.queries import actor_of
from civic.reports import rules
from civic.reports import service as report_service
from civic.reports.models import Report, ReportQuote
from civic.votes import service as votes
from civic.votes.queries import of_contribution
from tests.reports.conftest import AGAINST_WORDS, FOR_WORDS

FIGURE = re.compile(r'<a class="fig" href="([^"]+)" data-figure="([^"]+)">([^<]+)</a>')
LANGS = pytest.mark.parametrize("lang", ["fa", "en", "ar"])


def number_in(words):
    """The one number of a few words, in whatever digits."""
    found = re.findall(r"\d[\d,٬]*", latin_digits(words))
    assert len(found) == 1, words
    return int(found[0].replace(",", "").replace("٬", ""))


def served(browser, report):
    return json.loads(browser().client.get(f"/api/v1/reports/{report}").get_data(as_text=True))


def close_vote(app, thing):
    with app.app_context():
        with transaction():
            question = of_contribution(thing)
            with clock.at(question.closes_at):
                votes.close(SYSTEM, question)
        db.session.remove()


@pytest.fixture
def closed(app, city, make):
    """The vote has closed before the report is frozen, so the groups are in it."""
    close_vote(app, city.thing)
    term, organ = make.term(city.clerk), make.organ(city.clerk)
    meeting = make.meeting(city.clerk, organ, term)
    return make.placed(city.clerk, meeting, city.report)


@LANGS
def test_every_figure_of_the_page_is_the_documents_and_its_link_answers(browser, city, closed, lang):
    figures = served(browser, city.report)["document"]["figures"]
    page = browser(lang=lang).open(f"/council/reports/{city.report}")
    shown = FIGURE.findall(page)
    assert len(shown) > 12
    prefix = "" if lang == "fa" else f"/{lang}"
    guest = browser().client
    for link, key, words in shown:
        assert number_in(words) == figures[key]["n"], key
        assert link.replace("&amp;", "&") == prefix + figures[key]["link"], key
    drawn = {key for _link, key, _words in shown}
    told = {
        key
        for key in figures
        if not re.search(r"group\..*\.(for|against)$|group\..*\.against\.percent$", key)
    }
    assert drawn >= told, told - drawn
    links = {f["link"] for f in figures.values()} | {
        r["link"] for r in served(browser, city.report)["document"]["promises"]
    }
    for link in links:
        assert guest.get(prefix + link).status_code == 200, link


def test_a_reason_links_to_a_page_that_shows_it(browser, city, closed):
    reason = served(browser, city.report)["document"]["reasons"][0]
    assert FOR_WORDS in browser().open(reason["link"])


def test_figures_are_what_the_pages_show(app, browser, city, closed):
    figures = served(browser, city.report)["document"]["figures"]
    tally = json.loads(browser().client.get(f"/api/v1/proposals/{city.thing}/tally").data)
    assert figures["vote.total"]["n"] == tally["ballots"] == 36
    assert (
        (figures["vote.for"]["n"], figures["vote.against"]["n"])
        == (tally["for"], tally["against"])
        == (20, 16)
    )
    assert (figures["vote.for.percent"]["n"], figures["vote.against.percent"]["n"]) == (56, 44)
    assert figures["comments"]["n"] == 2
    assert figures[f"reason.c{city.pro}.useful"]["n"] == 3
    assert figures["group.citizen.total"]["n"] == 24
    assert figures["group.expert.total"]["n"] == 12


def test_groups_are_told_only_once_the_vote_is_closed(browser, city, agenda):
    read = served(browser, city.report)["document"]
    assert not [key for key in read["figures"] if key.startswith("group.")]
    assert "تفکیک گروه‌ها پس از پایان رأی‌گیری منتشر می‌شود" in browser().open(f"/council/reports/{city.report}")


@LANGS
def test_the_paper_has_the_same_figures_and_links_on_two_pages(app, browser, city, closed, lang):
    prefix = "" if lang == "fa" else f"/{lang}"
    answer = browser().client.get(f"{prefix}/council/reports/{city.report}.pdf")
    assert answer.mimetype == "application/pdf"
    paper = pypdf.PdfReader(io.BytesIO(answer.data))
    assert len(paper.pages) == 2
    assert paper.trailer["/Root"]["/Lang"] == lang
    text = latin_digits("".join(page.extract_text() for page in paper.pages))
    drawn = FIGURE.findall(browser(lang=lang).open(f"/council/reports/{city.report}"))
    numbers = re.findall(r"\d[\d,٬]*\d|\d", text)
    # what is read from right to left lies in the file from left to right
    there = {int(n.replace(",", "").replace("٬", "")[:: 1 if lang == "en" else -1]) for n in numbers}
    for _link, key, words in drawn:
        assert number_in(words) in there, (key, words)
    links = {
        a.get_object()["/A"]["/URI"]
        for page in paper.pages
        for a in page.get("/Annots", [])
        if "/A" in a.get_object()
    }
    wanted = {"http://localhost" + link.replace("&amp;", "&") for link, _key, _words in drawn}
    assert {link for link in wanted if "focus" not in link} <= links
    guest = browser().client
    for link in links:
        assert guest.get(link.removeprefix("http://localhost")).status_code == 200, link


def test_the_fingerprint_is_that_of_the_bytes_and_of_every_quotation(browser, city, agenda):
    found = served(browser, city.report)
    assert rules.seal_of(found["canonical"]) == found["sha256"]
    assert rules.canonical(found["document"]) == found["canonical"]
    assert set(found["quotations"]) == {"subject", "title", f"c{city.pro}", f"c{city.con}"}
    for ref, words in found["quotations"].items():
        assert (
            rules.commitment(words["salt"], words["text"], words["byline"])
            == found["document"]["quotes"][ref]
        )
    for words in (FOR_WORDS, AGAINST_WORDS, "مریم احمدی", "نرگس"):
        assert words not in found["canonical"]
    assert found["sha256"] in browser().open(f"/council/reports/{city.report}")


def test_a_comment_removed_later_leaves_a_mark_and_the_same_fingerprint(app, browser, city, agenda):
    before = served(browser, city.report)
    papers = browser().client.get(f"/council/reports/{city.report}.pdf").data
    assert (
        browser().client.get(f"/council/reports/{city.report}.pdf").data == papers
    )  # the rendered bytes stay, too
    with app.app_context():
        with transaction():
            contribution_service.hide(SYSTEM, contributions.by_id(city.pro))
        db.session.remove()
    after = served(browser, city.report)
    assert (after["sha256"], after["canonical"]) == (before["sha256"], before["canonical"])
    assert after["quotations"][f"c{city.pro}"] == {
        "text": None,
        "byline": None,
        "salt": None,
        "removed": True,
    }
    page = browser().open(f"/council/reports/{city.report}")
    assert FOR_WORDS not in page
    assert 'class="redact"' in page
    assert AGAINST_WORDS in page
    text = pypdf.PdfReader(io.BytesIO(browser().client.get(f"/en/council/reports/{city.report}.pdf").data))
    assert "removed" in "".join(p.extract_text() for p in text.pages)
    assert FOR_WORDS not in browser().open(f"/council/items/{agenda[1]}")


def test_titles_covered_or_hidden_later_do_not_lie_in_the_frozen_document(
    app, browser, city, make, follow_up
):
    """A title is the default question of a brief; a member's question has a title, too."""
    with app.app_context():
        with transaction():
            asker = actor_of(city.member)
            asked = council.ask(
                asker, title="چرا سازه نیامد؟", text="از پارسال گفته‌اند می‌آید و نیامده است.", department_id=city.department,
                about=contributions.by_id(city.thing),
            ).id  # fmt: skip
        db.session.remove()
    term, organ = make.term(city.clerk), make.organ(city.clerk)
    item = make.placed(city.clerk, make.meeting(city.clerk, organ, term), city.report)
    page = browser().open(f"/council/reports/{city.report}")
    assert "چرا سازه نیامد؟" in page
    assert "خیابان توس" in page
    before = served(browser, city.report)
    assert "چرا سازه" not in before["canonical"]
    assert "خیابان توس" not in before["canonical"]
    with app.app_context():
        with transaction():
            contribution_service.hide(SYSTEM, contributions.by_id(asked))
            thing = contributions.by_id(city.thing)
            contribution_service.mask(SYSTEM, thing, passages=[("address", "خیابان توس")], reference="ت-۱")
        db.session.remove()
    follow_up()
    after = served(browser, city.report)
    assert after["canonical"] == before["canonical"]
    assert after["quotations"][f"q{asked}"]["removed"]
    for path in (
        f"/council/reports/{city.report}",
        f"/council/items/{item}",
        f"/api/v1/reports/{city.report}",
    ):
        assert "چرا سازه" not in browser().open(path)
        assert "خیابان توس" not in browser().open(path)


def test_what_happens_later_does_not_reach_a_frozen_report(app, browser, city, agenda, make):
    before = served(browser, city.report)
    for _ in range(3):
        make.vote(city.thing, "against")
    make.comment(make.user(), city.thing, side="for", text="دلیل تازه‌ای که پس از بسته‌شدن آمد.")
    after = served(browser, city.report)
    assert after["canonical"] == before["canonical"]
    clerk = browser(city.clerk)
    clerk.open(f"/council/reports/{city.report}/edit")
    assert clerk.submit(question="چیز دیگری").status_code == 422
    assert "دیگر عوض نمی‌شود" in clerk.text
    with app.app_context():
        row = db.session.get_one(Report, city.report)
        assert rules.seal_of(row.document) == row.sha256 == before["sha256"]
        db.session.remove()


def test_drafts_are_the_clerks_alone(browser, make, city):
    people = [None, make.user(), city.member, city.officer, city.author, make.user(roles=("operator",))]
    for who in people:
        client = browser(who).client
        for path in (
            f"/council/reports/{city.report}",
            f"/council/reports/{city.report}.pdf",
            f"/api/v1/reports/{city.report}",
        ):
            assert client.get(path).status_code == 404, (who, path)
        assert client.get(f"/council/reports/{city.report}/edit").status_code in {303, 403}
        assert "توس" not in client.get("/council/reports").get_data(as_text=True)
        assert json.loads(client.get("/api/v1/reports").data)["items"] == []
    assert "پیش‌نویس" in browser(city.clerk).open(f"/council/reports/{city.report}")
    assert "توس" in browser(city.clerk).open("/council/papers")
    assert browser(city.clerk).client.get(f"/api/v1/reports/{city.report}").status_code == 404


def test_a_report_about_something_hidden_is_gone(app, browser, city, agenda):
    with app.app_context():
        with transaction():
            contribution_service.hide(SYSTEM, contributions.by_id(city.thing))
        db.session.remove()
    for who in (None, city.clerk, city.member):
        for path in (
            f"/council/reports/{city.report}", f"/council/reports/{city.report}.pdf", f"/api/v1/reports/{city.report}",
            f"/council/items/{agenda[1]}",
        ):  # fmt: skip
            assert browser(who).client.get(path).status_code == 404, (who, path)
        page = browser(who).open(f"/council/meetings/{agenda[0]}")
        assert "توس" not in page


def test_the_clerk_writes_and_what_is_too_long_is_kept(browser, city):
    clerk = browser(city.clerk)
    clerk.open(f"/council/reports/{city.report}/edit")
    assert clerk.submit(question="", heard="آنچه شنیدیم").status_code == 422
    assert "آنچه شنیدیم" in clerk.text
    clerk.open(f"/council/reports/{city.report}/edit")
    assert clerk.submit(question="پ" * 401).status_code == 422
    clerk.open(f"/council/reports/{city.report}/edit")
    sent = clerk.submit(
        question="آیا بودجهٔ سایه‌بان داده شود؟",
        heard="بیشتر مردم سایه می‌خواهند.",
        open_points="هزینهٔ نگهداری\nزمان آغاز",
    )
    assert sent.status_code == 303
    page = clerk.follow()
    assert "آیا بودجهٔ سایه‌بان داده شود؟" in page
    assert "هزینهٔ نگهداری" in page


def test_long_words_still_fit_on_two_pages(app, browser, city, agenda, make):
    thing = make.proposal_page(
        city.author, title="پیشنهادی با عنوان بسیار بلند " * 8, text="متن بلند این پیشنهاد. " * 200
    )
    for side in ("for", "for", "against", "against"):
        make.comment(make.user(), thing, side=side, text="دلیلی که درازا می‌کشد و باز هم درازا می‌کشد. " * 20)
    report = make.report_draft(thing)
    clerk = browser(city.clerk)
    clerk.open(f"/council/reports/{report}/edit")
    clerk.submit(
        question="پرسش " * 75, heard="شنیدیم " * 95, open_points="\n".join(["نکته‌ای باز مانده است"] * 20)
    )
    for prefix in ("", "/en", "/ar"):
        paper = pypdf.PdfReader(io.BytesIO(clerk.client.get(f"{prefix}/council/reports/{report}.pdf").data))
        assert len(paper.pages) == 2


def test_reports_are_drafted_by_themselves(app, make, city, browser, follow_up):
    follow_up()
    with app.app_context():
        found = db.session.scalars(select(Report).where(Report.contribution_id == city.thing)).all()
        assert len(found) == 1  # one draft, however many reasons
        db.session.remove()
    quiet = make.proposal_page(make.user(), title="پیشنهادی که کسی رأی نداد")
    close_vote(app, quiet)
    follow_up()
    with app.app_context():
        assert not db.session.scalars(select(Report).where(Report.contribution_id == quiet)).all()
        db.session.remove()
    member = browser(city.member)
    member.open(f"/proposals/{quiet}")
    assert f"/council/papers/send/{quiet}" in member.text
    member.open(f"/council/papers/send/{quiet}")
    assert member.submit().status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Report.door).where(Report.contribution_id == quiet)).one() == "sent"
        db.session.remove()


def test_a_running_consultation_is_not_sent_to_the_council(app, make, city, browser):
    manager = make.user()
    group = make.group(managers=(manager,))
    running = make.consultation(manager, group)
    member = browser(city.member)
    member.open(f"/council/papers/send/{running}")
    assert member.submit().status_code == 422
    assert "هنوز پایان نیافته است" in member.text
    with app.app_context():
        with transaction(), pytest.raises(Exception, match=r"CHECK|check"):
            db.session.execute(
                Contribution.__table__.metadata.tables["consultations"]
                .update()
                .values(status="closed", department_id=None)
            )
        db.session.remove()


def test_others_send_nothing(browser, make, city):
    for who in (make.user(), city.officer, make.user(roles=("operator",))):
        person = browser(who)
        person.open(f"/council/papers/send/{city.thing}", status=403)
        person.open("/me/profile")
        assert (
            person.post(f"/council/papers/send/{city.thing}", {"csrf_token": person.token()}).status_code
            == 403
        )
        assert (
            person.post(f"/council/reports/{city.report}/drop", {"csrf_token": person.token()}).status_code
            == 403
        )


def test_put_aside_and_taken_up_again(app, browser, city):
    clerk = browser(city.clerk)
    clerk.open(f"/council/reports/{city.report}")
    assert clerk.submit(f"/council/reports/{city.report}/drop").status_code == 303
    assert "توس" not in clerk.open("/council/papers")
    assert "توس" in clerk.open("/council/papers?view=dropped")
    clerk.open(f"/council/reports/{city.report}")
    assert clerk.submit(f"/council/reports/{city.report}/drop", act="take_up").status_code == 303
    assert "توس" in clerk.open("/council/papers")
    with app.app_context():
        with transaction():
            row = db.session.get_one(Report, city.report)
            report_service.drop(actor_of(city.clerk), row)
        assert not db.session.scalars(select(ReportQuote)).all()
        db.session.remove()


def test_shares_sum_to_a_hundred():
    assert rules.shares([1, 1, 1]) == [34, 33, 33]
    assert rules.shares([0, 0]) == [0, 0]
    assert sum(rules.shares([7, 11, 3, 2])) == 100
