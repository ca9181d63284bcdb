"""Doors: wrong roles, foreign forms and links, hosts, methods, sizes, sessions."""

import re

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from civic.accounts import queries
from civic.accounts import service as accounts
from civic.accounts.models import RoleGrant, User
from civic.app import create_app
from civic.cases.models import Answer, Case, CaseNote
from civic.contributions.models import Contribution
from civic.core import db as database
from civic.core import logs
from civic.core.actor import SYSTEM, Kind, Role
from civic.core.db import db, transaction
from civic.groups.queries import actor_of
from civic.outcomes import service as outcomes
from civic.votes.models import Ballot
from config import Config
from tests.attacks.test_every_address import addresses, everyone

__all__ = ["everyone"]
OWN = {
    "accounts",
    "contributions",
    "problems",
    "proposals",
    "comments",
    "votes",
    "notifications",
    "groups",
    "people",
    "consultations",
}
OPEN_TO = {
    "admin": {"operator"}, "moderation": {"moderator"}, "council": {"council", "inspector"}, "merging": {"moderator", "triage", "operator"},
    "cases": {"officer", "head", "triage", "operator"}, "reports": {"council", "inspector"}, "meetings": {"council"}, "resolutions": set(),
    "supervision": {"inspector", "operator"},  # the operator reads one page of it: tests/supervision looks at the rest
}  # fmt: skip


def rows(app):
    """How many rows every table holds, less sessions and the keys of sent forms."""
    with app.app_context():
        found = {
            t.name: db.session.scalar(select(func.count()).select_from(t))
            for t in db.metadata.sorted_tables
            if t.name not in {"sessions", "login_sessions", "once_keys", "intentions"}
        }
        db.session.remove()
    return found


@pytest.mark.parametrize(
    "who", ["guest", "citizen", "officer", "head", "moderator", "council", "triage", "operator", "inspector"]
)
def test_a_desk_is_shut_for_every_wrong_role(app, browser, everyone, make, who):
    """Each desk address, GET and POST, as everybody else: 403 (a guest is led to sign-in) and nothing has changed."""
    department = make.department()
    case = make.open_case(make.base_proposal(make.user()), department_id=department)
    visitor = browser(everyone[who])
    token = ""
    if everyone[who]:
        visitor.open("/me/profile")
        token = visitor.token()
    before = rows(app)
    walked = 0
    for method in ("GET", "POST"):
        for rule, path in addresses(app, method, any=case):
            guard = app.view_functions[rule.endpoint].guard
            desk = rule.endpoint.split(".")[0]
            if guard in {"public", "signed_in"} or who in OPEN_TO[desk]:
                continue
            walked += 1
            if method == "GET":
                answer = visitor.client.get(path)
            else:
                data = {
                    "csrf_token": token,
                    "act": "approve",
                    "verdict": "publish",
                    "department_id": str(department),
                    "text": "متن",
                    "note": "متن",
                }
                answer = visitor.client.post(path, data=data, headers={"Origin": "http://localhost"})
            if who == "guest":
                assert answer.status_code == 303, (path, answer.status_code)
                assert answer.location.startswith("/signin"), path
            elif (
                rule.endpoint in {"cases.case", "cases.of_contribution", "cases.overdue"} and who == "council"
            ):
                assert answer.status_code in {200, 303, 404}
            else:
                assert answer.status_code == 403, (method, path, answer.status_code)
    assert walked > 8
    assert rows(app) == before


def test_an_officer_of_another_department_cannot_touch_a_case(app, browser, everyone, make):
    case = make.open_case(make.base_proposal(make.user()), department_id=make.department())
    before = rows(app)
    for who in ("officer", "head"):
        visitor = browser(everyone[who])
        visitor.open("/me/profile")
        token = visitor.token()
        for act, data in (
            ("take", {}), ("officer", {"officer_id": str(everyone[who])}), ("return", {"reason": "کار ما نیست"}), ("notes", {"text": "یادداشت"}),
            ("answer", {"kind": "accepted", "what": "الف", "why": "ب"}), ("decision", {"act": "approve"}),
        ):  # fmt: skip
            visitor.post(f"/inbox/{case}/{act}", data | {"csrf_token": token})
            assert visitor.status in {403, 404}, (who, act, visitor.status)
        visitor.open(f"/inbox/{case}", status=404)
    assert rows(app) == before
    with app.app_context():
        row = db.session.get_one(Case, case)
        assert (row.officer_id, row.return_count, row.answered_at) == (None, 0, None)
        assert not db.session.scalars(select(Answer)).all() + db.session.scalars(select(CaseNote)).all()
        db.session.remove()


def test_fields_that_no_form_has_are_ignored(app, browser, make):
    make.district("d1")
    person = make.user("مریم آزمایشی")
    visitor = browser(person)
    visitor.open("/me/profile")
    extra = {"role": "operator", "roles": "operator", "is_staff": "1", "status": "active", "identity_level": "verified", "id": "1",
             "expert_field": "آب", "residence_level": "verified", "unread": "99"}  # fmt: skip
    visitor.submit(**extra)
    assert visitor.status == 303
    thing = make.proposal_page(person)
    visitor.open(f"/proposals/{thing}/edit")
    visitor.submit(
        author_id="1",
        status="hidden",
        comment_count="999",
        stage="done",
        published_at="2000-01-01",
        origin_votes="9",
        kind="problem",
    )
    with app.app_context():
        user, row = db.session.get_one(User, person), db.session.get_one(Contribution, thing)
        assert (user.expert_field, str(user.residence_level), user.unread) == ("", "none", 0)
        assert user.id == person
        assert not db.session.scalars(select(RoleGrant)).all()
        assert (row.author_id, row.status, row.comment_count, row.stage, row.kind) == (
            person,
            "public",
            0,
            "open",
            "proposal",
        )
        db.session.remove()


def test_own_kind_cannot_be_taken(app, browser, make):
    person = make.user()
    visitor = browser(person)
    for kind in ("expert", "ngo", "women_forum", "operator"):
        visitor.open("/me/profile")
        visitor.submit(own_kind=kind)
        assert visitor.status == 422
    with app.app_context():
        assert db.session.get_one(User, person).own_kind is Kind.CITIZEN
        db.session.remove()


def test_every_form_of_somebody_signed_in_wants_their_token(app, browser, everyone, make):
    visitor, stranger = browser(everyone["operator"]), browser(make.user())
    stranger.open("/me/profile")
    foreign = stranger.token()
    before = rows(app)
    for rule, path in addresses(app, "POST", any=1):
        if rule.endpoint.startswith(
            (
                "cases",
                "moderation",
                "council",
                "reports",
                "meetings",
                "supervision",
                "resolutions.new",
                "resolutions.rewrite",
                "resolutions.add_clause",
                "resolutions.drop_clause",
                "resolutions.notify",
            )
        ):
            continue  # shut for the operator anyway
        for token in ("", "x", foreign):
            assert visitor.post(path, {"csrf_token": token}).status_code == 400, (path, token)
    assert rows(app) == before


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
     {"Origin": "http://localhost.evil.example"}],
)  # fmt: skip
def test_a_form_on_another_site_does_nothing(app, make, browser, headers):
    thing = make.proposal_page(make.user())
    visitor = browser(make.user())
    visitor.open(f"/proposals/{thing}")
    answer = visitor.client.post(
        f"/proposals/{thing}/vote", data={"choice": "for", "csrf_token": visitor.token()}, headers=headers
    )
    assert answer.status_code == 403
    assert browser().client.post("/signin", data={"login": "09150000001"}, headers=headers).status_code == 403
    with app.app_context():
        assert not db.session.scalars(select(Ballot)).all()
        db.session.remove()


def test_what_somebody_else_pressed_is_not_carried_out_by_my_signing_in(app, make, browser):
    """A sign-in link with another browser's intention is a forged act: it must vote for nobody."""
    thing = make.proposal_page(make.user())
    attacker = browser()
    attacker.post(f"/proposals/{thing}/vote", {"choice": "against"})
    link = attacker.location
    assert "intent=" in link
    make.user(phone="09151112233", password="گذرواژهٔ بلند ۱۲۳")
    victim = browser()
    victim.open(link)
    intent = re.search(r"intent=([\w-]+)", link)[1]
    victim.post("/signin", {"login": "09151112233", "password": "گذرواژهٔ بلند ۱۲۳", "intent": intent})
    assert victim.status == 303
    with app.app_context():
        assert not db.session.scalars(select(Ballot)).all()
        db.session.remove()
    attacker.post("/signin", {"login": "09151112233", "password": "گذرواژهٔ بلند ۱۲۳", "intent": intent})
    with app.app_context():
        assert len(db.session.scalars(select(Ballot)).all()) == 1
        db.session.remove()


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)", "\\\\evil.example", " //evil.example"]
)  # fmt: skip
def test_no_field_leads_to_another_site(make, browser, target):
    make.user(phone="09151112244", password="گذرواژهٔ بلند ۱۲۳")
    visitor = browser()
    visitor.post("/signin", {"login": "09151112244", "password": "گذرواژهٔ بلند ۱۲۳", "next": target})
    assert visitor.location == "/"
    author = make.user()
    thing = make.proposal_page(author)
    said = make.comment(author, thing)
    visitor.open(f"/proposals/{thing}")
    token = visitor.token()
    for path, data in (
        (f"/comments/{said}/useful", {}), (f"/comments/{said}/convincing", {}), (f"/flag/{thing}", {"clause": "1"}), (f"/follow/{thing}", {}),
        (f"/proposals/{thing}/vote", {"choice": "for"}),
    ):  # fmt: skip
        visitor.post(path, data | {"csrf_token": token, "back": target, "next": target})
        assert visitor.status == 303, (path, visitor.status)
        assert visitor.location.startswith(("/proposals/", "/comments/")), (path, visitor.location)


def test_foreign_hosts_are_refused_and_forwarded_ones_ignored(tmp_path, site):
    app = create_app(
        Config(env="test", data_dir=tmp_path, database_url=site.url, secret_key="t" * 40, trusted_hosts=("city.example",), base_url="https://city.example")
    )  # fmt: skip
    client = app.test_client()
    assert client.get("/rules", headers={"Host": "city.example"}).status_code == 200
    for host in ("evil.example", "city.example.evil.example", "evil.example:80@city.example"):
        assert client.get("/rules", headers={"Host": host}).status_code == 400
    page = client.get(
        "/rules", headers={"Host": "city.example", "X-Forwarded-Host": "evil.example"}
    ).get_data(as_text=True)
    assert "evil.example" not in page
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_methods_are_neither_overridden_nor_guessed(app, browser, make):
    thing = make.proposal_page(make.user())
    client = browser(make.user()).client
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "DELETE"}):
        assert client.get(f"/follow/{thing}?_method=POST", headers=headers).status_code == 405
    answer = client.get(f"/follow/{thing}")
    assert "POST" in answer.headers["Allow"]
    assert "<h1" in answer.get_data(as_text=True)
    assert client.head(f"/proposals/{thing}").status_code == 200
    assert client.head(f"/proposals/{thing}").get_data() == b""
    assert client.delete(f"/proposals/{thing}").status_code == 405
    assert browser().client.options("/admin").status_code in {200, 303, 403}
    api = client.post("/api/v1/proposals")
    assert (api.status_code, api.mimetype) == (405, "application/problem+json")


def test_a_body_that_is_too_large_gets_a_page_of_ours(app, browser, make):
    for who in (None, make.user()):
        client = browser(who).client
        part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
        for body in (
            part + b"x" * 600_000 + b"\r\n--x--\r\n",
            (part + b"x\r\n") * 300 + b"--x--\r\n",
            b"x" * (12 * 1024 * 1024),
        ):
            answer = client.post(
                "/problems/new",
                data=body,
                headers={"Origin": "http://localhost"},
                content_type="multipart/form-data; boundary=x",
            )
            assert answer.status_code == 413
            assert "<h1" in answer.get_data(as_text=True)


def test_a_forwarded_address_does_not_reset_the_guessing_counter(make, browser):
    make.user(phone="09151112255", password="گذرواژهٔ بلند ۱۲۳")
    codes = []
    for n in range(12):
        answer = browser().client.post(
            "/signin", data={"login": "09151112255", "password": "نادرست نادرست"},
            headers={"Origin": "http://localhost", "X-Forwarded-For": f"10.0.{n}.1"},
        )  # fmt: skip
        codes.append(answer.status_code)
    assert codes[:10] == [422] * 10
    assert codes[10:] == [429, 429]


def test_a_blocked_person_is_out_at_once_and_a_revoked_desk_is_shut(app, make, browser):
    operator, person = make.user(roles=(Role.OPERATOR,)), make.user(roles=(Role.MODERATOR,))
    one, two = browser(person), browser(person)
    one.open("/queue")
    with app.app_context():
        grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == person)).one()
        with transaction():
            accounts.revoke(actor_of(operator), db.session.get_one(User, person), grant)
        db.session.remove()
    for visitor in (one, two):
        visitor.open("/queue", status=303)
    again = browser(person)
    again.open("/queue", status=403)
    with app.app_context():
        with transaction():
            accounts.block(actor_of(operator), db.session.get_one(User, person))
        db.session.remove()
    thing = make.proposal_page(operator)
    again.open("/me", status=303)
    again.post(f"/proposals/{thing}/vote", {"choice": "for"})
    assert "/signin" in again.location
    assert not rows(app)["ballots"]


def test_a_mistake_is_logged_without_what_people_typed(app, capsys):
    secret = "گذرواژهٔ-محرمانه-۷۷"
    try:
        password = secret
        raise ValueError(len(password))
    except ValueError as error:
        logs.log.error("bug", exc_info=error)
    assert secret not in capsys.readouterr().err
    for url in ("sqlite:///x", "postgresql+psycopg://x"):
        assert database.options(url)["hide_parameters"]


def test_a_name_that_begins_a_formula_is_harmless_in_every_table(app, make, browser, follow_up):
    department = make.department(name="=HYPERLINK(1)")
    officer = make.user("+officer", roles=(Role.OFFICER,), department_id=department)
    head = make.user(roles=(Role.HEAD,), department_id=department)
    case = make.open_case(
        make.base_proposal(make.user(), title='=cmd|"/c calc"!A1'), department_id=department
    )
    make.open_case(make.base_proposal(make.user(), title="@SUM(1)"), department_id=department)
    make.answered(case, officer, head)
    with app.app_context():
        with transaction():
            outcomes.store_figures(SYSTEM)
        db.session.remove()
    for who, path in (
        (None, "/outcomes.csv"),
        (officer, "/inbox.csv"),
        (None, "/transparency/moderation.csv"),
    ):
        text = browser(who).client.get(path).get_data(as_text=True).lstrip("\ufeff")
        cells = [cell.strip('"') for line in text.splitlines() for cell in line.split(",")]
        assert not [c for c in cells if re.match(r"[=+@\t\r]|-\D", c)], path


def test_a_code_that_was_guessed_too_often_is_dead(app, make, browser):
    visitor = browser()
    visitor.post("/signin", {"login": "09151112266"})
    code = re.search(
        r"\d{6}", app.extensions["sms"].messages[-1][1].translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))
    )[0]
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        visitor.post("/signin", {"login": "09151112266", "code": wrong})
    visitor.post("/signin", {"login": "09151112266", "code": code})
    assert visitor.status == 422
    with app.app_context():
        assert queries.by_login("phone", "09151112266") is None
        db.session.remove()


def test_the_database_itself_takes_no_second_ballot_of_a_person(app, make):
    """Beside the lock that makes parallel votes wait, the last word is a constraint."""
    thing = make.proposal_page(make.user())
    make.vote(thing)
    with app.app_context():
        columns = [c.name for c in Ballot.__table__.columns if c.name != "id"]
        again = insert(Ballot).from_select(columns, select(*[Ballot.__table__.c[name] for name in columns]))
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(again)
        db.session.remove()
    assert rows(app)["ballots"] == 1
