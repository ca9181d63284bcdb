"""Reading stands outside transactions; what is the same for many pages is made once; kept connections that died are let go."""

import psycopg
import pytest
from flask import render_template_string
from markupsafe import Markup
from sqlalchemy import bindparam, insert, select, text, update

from civic.accounts.models import User
from civic.app.context import Reused, pure
from civic.core import db as database
from civic.core.db import Among, Ids, columns, db, one_for_change, one_reading, transaction
from civic.core.web import link_to
from civic.departments.models import Department

OUTSIDE = "only inside transaction"


def test_nothing_is_changed_or_locked_outside_a_transaction(ctx, make):
    person = make.user("شهروند آزمایشی")
    row = db.session.get_one(User, person)
    row.full_name = "نامی دیگر"
    with pytest.raises(RuntimeError, match=OUTSIDE):
        db.session.flush()
    db.session.rollback()
    db.session.add(Department(code="x", name_fa="واحد"))
    with pytest.raises(RuntimeError, match=OUTSIDE):
        db.session.scalars(select(Department)).all()  # would write what is pending
    db.session.rollback()
    for change in (update(User).values(full_name="نه"), insert(Department).values(code="x", name_fa="واحد")):
        with pytest.raises(RuntimeError, match=OUTSIDE):
            db.session.execute(change)
    with pytest.raises(RuntimeError, match=OUTSIDE):
        one_for_change(select(User).where(User.id == person))
    db.session.rollback()
    assert db.session.get_one(User, person).full_name == "شهروند آزمایشی"
    with transaction():
        one_for_change(select(User).where(User.id == person)).full_name = "نامی دیگر"
    assert db.session.get_one(User, person).full_name == "نامی دیگر"


def test_a_refused_change_leaves_nothing_behind(ctx, make):
    person = make.user("شهروند آزمایشی")
    db.session.get_one(User, person)  # read first, as views do

    def half() -> None:
        with transaction() as session:
            session.execute(update(User).values(full_name="نیمه‌کاره"))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        half()
    assert db.session.get_one(User, person).full_name == "شهروند آزمایشی"


@pytest.mark.postgres
def test_reading_holds_no_transaction_and_keeps_its_prepared_statements(site, ctx, make):
    make.user()
    statement = select(User.id).where(User.id > 0)
    with psycopg.connect(site.url.replace("+psycopg", ""), autocommit=True) as other:

        def state():
            pid = db.session.scalar(text("SELECT pg_backend_pid()"))
            return other.execute("SELECT state FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()[0]

        for _ in range(7):
            columns(statement).all()
            assert state() == "idle"
            db.session.remove()
        kept = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
        assert any("users.id >" in one for one in kept)
        with transaction() as session:
            session.execute(update(User).values(locale="en"))
            assert state() == "idle in transaction"


def test_rows_come_one_by_one_through_a_cursor(ctx, make):
    people = [make.user() for _ in range(5)]
    query = select(User.id).order_by(User.id).execution_options(yield_per=2)
    with one_reading() as session:
        assert list(session.scalars(query)) == people
        with one_reading() as inner:
            assert inner is session
    with pytest.raises(RuntimeError, match=OUTSIDE), one_reading() as session:
        session.execute(update(User).values(locale="en"))


@pytest.mark.postgres
def test_connections_whose_server_went_are_let_go_before_they_are_used(site, app, make, browser):
    guest = browser()
    guest.open("/proposals")
    with app.app_context():
        held = [db.engine.connect() for _ in range(3)]
        for one in held:
            one.close()
    with psycopg.connect(site.url.replace("+psycopg", ""), autocommit=True) as other:
        ended = other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    assert len(ended) >= 3
    guest.open("/proposals")
    make.user()


@pytest.mark.postgres
@pytest.mark.parametrize(("trusted", "questions"), [(30.0, 0), (-1.0, 1)])
def test_a_connection_is_asked_whether_it_lives_only_when_it_was_long_unused(
    ctx, monkeypatch, trusted, questions
):
    asked = []

    class Watched(psycopg.Connection):
        def execute(self, query, *args, **named):
            asked.append(query)
            return super().execute(query, *args, **named)

    monkeypatch.setattr(database, "TRUSTED_FOR", trusted)
    db.engine.dispose()
    db.session.scalars(select(User.id)).all()
    connection = db.session.connection().connection.driver_connection
    connection.__class__ = Watched
    db.session.remove()
    db.session.scalars(select(User.id)).all()
    assert db.session.connection().connection.driver_connection is connection
    assert len(asked) == questions
    connection.__class__ = psycopg.Connection


def test_one_of_a_list_that_is_one_parameter(ctx, make):
    people = [make.user() for _ in range(4)]
    query = select(User.id).where(Among(User.id, bindparam("people", type_=Ids()))).order_by(User.id)
    for wanted in ([], people[:1], people[1:3], [*people, 10_000]):
        assert columns(query, {"people": wanted}).scalars().all() == [one for one in wanted if one in people]


def test_what_is_marked_safe_never_answers_for_what_is_not(app):
    source = "{% macro shown(words) %}<b>{{ words }}</b>{% endmacro %}{% set shown = pure(shown) %}{{ shown(words) }}"
    with app.test_request_context("/"):
        assert render_template_string(source, words=Markup("<i>x</i>")) == "<b><i>x</i></b>"
        macro = app.jinja_env.from_string(source).module.shown
        assert macro(Markup("<i>x</i>")) == "<b><i>x</i></b>"
        assert macro("<i>x</i>") == "<b>&lt;i&gt;x&lt;/i&gt;</b>"
        assert macro(Markup("<i>x</i>")) == "<b><i>x</i></b>"


def test_parts_are_made_once_for_a_key_and_a_language(app):
    made = []

    def part():
        made.append(1)
        return str(len(made))

    reuse = Reused(app)
    with app.test_request_context("/"):
        assert [reuse("a", caller=part), reuse("a", caller=part), reuse("b", caller=part)] == ["1", "1", "2"]
    with app.test_request_context("/", environ_overrides={"civic.language": "en"}):
        assert reuse("a", caller=part) == "3"
    twice = pure(lambda n: made.append(n) or n)
    with app.test_request_context("/"):
        assert (twice(7), twice(7), made.count(7)) == (7, 7, 1)


def test_addresses_follow_the_language_and_the_conditions(app):
    with app.test_request_context("/"):
        assert link_to("proposals.index") == "/proposals"
        assert link_to("proposals.index", order="newest") == "/proposals?order=newest"
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/en"}):
        assert link_to("proposals.index") == "/en/proposals"
        assert link_to("proposals.index", _external=True).startswith("http://")


def test_a_part_of_the_page_is_not_kept_from_one_reader_to_the_next(make, browser):
    """Names, unread news and desks differ between people, while the page around them is made once."""
    first, second = make.user("مریم آزمایشی"), make.user("رضا آزمایشی", roles=[])
    one, two = browser(first), browser(second)
    assert "مریم" in one.open("/rules")
    page = two.open("/rules")
    assert "مریم" not in page
    assert "/admin" not in page
    guest = browser().open("/rules")
    assert "/signout" not in guest
    assert "رضا" not in guest
