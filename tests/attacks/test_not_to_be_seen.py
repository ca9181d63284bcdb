"""What is hidden, returned, or taken back before anybody could read it looks on every surface like what never was."""

import pytest

from civic.comments.rules import Side
from civic.contributions import queries as contributions
from civic.contributions import service
from civic.contributions.models import Attachment, Contribution
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.council import service as council
from civic.groups.queries import actor_of
from civic.outcomes import service as outcomes

TITLE = "نشانی‌ای که کسی نباید ببیند"
PAGES = (
    "/", "/proposals", "/proposals?order=newest", "/proposals?order=popular", "/proposals?order=discussed", "/problems", "/search?q=نشانی",
    "/promises", "/outcomes", "/outcomes.csv", "/outcomes/districts.csv", "/outcomes/departments", "/outcomes/departments/1", "/api/v1/outcomes", "/council/questions", "/transparency", "/transparency/moderation.csv", "/consultations", "/groups",
    "/api/v1/proposals?limit=100", "/api/v1/problems?limit=100", "/api/v1/consultations", "/proposals/similar?text=نشانی‌ای که کسی نباید ببیند سایه‌بان",
)  # fmt: skip


@pytest.fixture
def world(app, make):
    """A proposal with everything that can hang on one: votes, a comment, a photo, a case, an answer, a promise, a question."""
    department = make.department()
    author, head = make.user(), make.user(roles=(Role.HEAD,), department_id=department)
    officer = make.user(roles=(Role.OFFICER,), department_id=department)
    thing = make.proposal_page(author, title=TITLE)
    said = make.comment(make.user(), thing, side=Side.FOR, text=TITLE)
    make.vote(thing)
    case = make.open_case(thing, department_id=department)
    answer = make.answered(case, officer, head)
    promise = make.promise_id(answer)
    with app.app_context():
        with transaction() as session:
            session.add(
                Attachment(contribution_id=thing, name="secret.jpg", small_name="secrets.jpg", width=8, height=8, sha256="0" * 64,
                           added_at=clock.now())
            )  # fmt: skip
            outcomes.store_figures(SYSTEM)
        db.session.remove()
    return {
        "thing": thing, "comment": said, "case": case, "answer": answer, "promise": promise, "author": author, "officer": officer,
    }  # fmt: skip


def hide(app, thing, how):
    with app.app_context():
        with transaction():
            row = contributions.by_id(thing)
            if how == "hidden":
                service.hide(SYSTEM, row)
            else:
                service.send_back(SYSTEM, row)
            if how == "taken back":
                service.withdraw(actor_of(row.author_id), row, reason="دیگر نمی‌خواهم")
        db.session.remove()


HOW = pytest.mark.parametrize("how", ["hidden", "returned", "taken back"])


@HOW
def test_every_address_of_it_answers_as_for_what_never_was(app, browser, make, world, how):
    hide(app, world["thing"], how)
    thing, never = world["thing"], 987654
    addresses = [
        ("/proposals/{}", thing), ("/proposals/{}/comments", thing), ("/proposals/{}/history", thing), ("/p/{}", thing), ("/c/{}", thing),
        ("/problems/{}", thing), ("/consultations/{}", thing), ("/council/questions/{}", thing), ("/comments/{}", world["comment"]),
        ("/comments/{}", thing), ("/api/v1/proposals/{}", thing), ("/api/v1/proposals/{}/comments", thing), ("/api/v1/proposals/{}/tally", thing),
        ("/api/v1/problems/{}", thing), ("/promises/{}", world["promise"]), ("/promises/of/{}", thing), ("/flag/{}", thing), ("/flag/{}", world["comment"]),
        ("/inbox/mine/{}", thing), ("/proposals/{}/edit", thing), ("/proposals/{}/withdraw", thing), ("/problems/{}/edit", thing),
        ("/comments/{}/edit", world["comment"]), ("/sheets/{}", thing),
    ]  # fmt: skip
    for who in (None, make.user("رهگذر"), world["officer"]):
        client = browser(who).client
        for pattern, n in addresses:
            real, absent = (client.get(pattern.format(k)) for k in (n, never))
            shown = real.location and real.location.replace(str(n), str(never))
            assert (real.status_code, shown) == (absent.status_code, absent.location), (pattern, how, who)
            assert TITLE not in real.get_data(as_text=True)
        for name in ("secret.jpg", "secrets.jpg"):
            assert client.get(f"/media/{name}").status_code == 404


@HOW
def test_nothing_can_be_done_to_it(app, browser, make, world, how):
    hide(app, world["thing"], how)
    thing, never = world["thing"], 987654
    acts = [
        ("/proposals/{}/vote", thing, {"choice": "for"}), ("/proposals/{}/comments", thing, {"text": "سلام بر شما", "side": "for"}),
        ("/follow/{}", thing, {}), ("/unfollow/{}", thing, {}), ("/flag/{}", thing, {"clause": "1"}), ("/comments/{}/useful", world["comment"], {}),
        ("/comments/{}/convincing", world["comment"], {}), ("/proposals/{}/edit", thing, {"title": "چیز دیگری", "text": "متن دیگری"}),
        ("/proposals/{}/withdraw", thing, {"reason": "بس است دیگر"}), ("/problems/{}/join", thing, {}),
        ("/promises/{}/verdict", world["promise"], {"verdict": "done"}), ("/answers/{}/opinion", world["answer"], {"yes": "yes"}),
        ("/promises/{}/report", world["promise"], {"percent": "100", "report": "همه انجام شد."}),
    ]  # fmt: skip
    visitor = browser(make.user("رهگذر"))
    visitor.open("/me/profile")
    token = visitor.token()
    for pattern, n, data in acts:
        codes = [
            visitor.post(pattern.format(k), data | {"csrf_token": token}).status_code for k in (n, never)
        ]
        assert codes == [404, 404], (pattern, how, codes)
    guest = browser()
    for pattern, n, data in acts[:3]:
        codes = [guest.post(pattern.format(k), data).status_code for k in (n, never)]
        assert codes == [404, 404], (pattern, how, codes)


@HOW
def test_no_list_table_or_figure_names_it(app, browser, make, world, how, follow_up):
    follow_up()
    hide(app, world["thing"], how)
    everyone = [
        None,
        make.user(),
        world["officer"],
        make.user(roles=(Role.COUNCIL,)),
        make.user(roles=(Role.TRIAGE,)),
    ]
    for after_the_worker in (False, True):
        if after_the_worker:
            follow_up()
            with app.app_context():
                with transaction():
                    outcomes.store_figures(SYSTEM)
                db.session.remove()
        for who in everyone:
            client = browser(who).client
            for page in (
                *PAGES,
                "/inbox",
                "/inbox.csv",
                "/inbox?view=answered",
                "/council",
                "/triage",
                "/me/notices",
            ):
                answer = client.get(page)
                if answer.status_code == 200:
                    text = answer.get_data(as_text=True).replace("نشانی‌ای که کسی نباید ببیند سایه‌بان", "")
                    assert TITLE not in text, (page, how, who)


def test_a_letter_about_it_is_not_sent(app, make, world, follow_up, browser):
    reader = make.user(email="reader@example.org")
    visitor = browser(reader)
    visitor.open(f"/proposals/{world['thing']}")
    visitor.post(f"/follow/{world['thing']}", {"csrf_token": visitor.token()})
    hide(app, world["thing"], "hidden")
    follow_up()
    assert not [m for m in app.extensions["post"].letters if TITLE in str(m)]
    visitor.open("/me/notices")
    assert TITLE not in visitor.text


def test_a_question_about_something_hidden_does_not_name_it(app, make, browser, world):
    member = make.user(roles=(Role.COUNCIL,))
    department = make.department()
    with app.app_context():
        with transaction():
            about = db.session.get_one(Contribution, world["thing"])
            question = council.ask(
                actor_of(member),
                title="چرا دیر شد؟",
                text="از واحد می‌پرسم چرا دیر شد.",
                department_id=department,
                about=about,
            ).id
        db.session.remove()
    hide(app, world["thing"], "taken back")
    visitor = browser()
    visitor.open(f"/council/questions/{question}")
    assert TITLE not in visitor.text


def test_a_reply_under_a_comment_of_something_hidden_is_gone_too(app, make, browser, world):
    reply = make.comment(make.user(), world["thing"], parent_id=world["comment"], side=Side.NEUTRAL)
    hide(app, world["thing"], "hidden")
    browser().open(f"/comments/{reply}", status=404)
