"""The record: sealed in batches, and every planted fault found."""

import json
import threading
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from civic.app import checks
from civic.audit import jobs, queries, service
from civic.audit.models import AuditEntry, AuditSeal
from civic.core import clock
from civic.core.actor import PUBLIC, SYSTEM, Role
from civic.core.db import db, is_sqlite, transaction
from civic.core.errors import NotAllowed
from civic.groups.queries import actor_of

FORGED = (
    "INSERT INTO ballots (id, question_id, voter_key, status, channel, capacity, identity_level, residence_level,"
    " cast_at, changed_at, nonce) SELECT 77, question_id, 'forged', status, channel, capacity, identity_level,"
    " residence_level, cast_at, changed_at, 'forged' FROM ballots WHERE id = 1"
)


@pytest.fixture
def recorded(app, make):
    """Ten entries of one person and their seals."""
    person = make.user()
    with app.app_context():
        for n in range(10):
            with transaction():
                service.record(actor_of(person), "test.act", f"thing:{n}", words="سلام", n=n)
        jobs.seal()
        db.session.remove()
    return person


def plant(app, *statements):
    """Write past the guards, as somebody with the database's own password could."""
    with app.app_context():
        if is_sqlite():
            for name in (
                "audit_entries_fixed",
                "audit_entries_kept",
                "audit_seals_fixed",
                "audit_seals_kept",
            ):
                db.session.execute(text(f"DROP TRIGGER {name}"))
        else:
            db.session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_keep"))
            db.session.execute(text("ALTER TABLE audit_seals DISABLE TRIGGER audit_seals_keep"))
        for statement in statements:
            db.session.execute(text(statement))
        if not is_sqlite():
            db.session.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_keep"))
            db.session.execute(text("ALTER TABLE audit_seals ENABLE TRIGGER audit_seals_keep"))
        db.session.commit()
        db.session.remove()


def faults(app, heads=()):
    with app.app_context():
        found = list(queries.faults(heads))
        db.session.remove()
    return found


def head(app):
    with app.app_context():
        return queries.head()


def test_a_sealed_record_holds_and_the_head_grows(app, recorded):
    assert faults(app, [head(app)]) == []
    assert head(app).seq == 10
    with app.app_context():
        jobs.seal()
        assert queries.head().seq == 10


def test_the_database_itself_refuses_to_change_the_record(app, recorded):
    for statement in (
        "UPDATE audit_entries SET act = 'x' WHERE id = 3",
        "DELETE FROM audit_entries WHERE id = 3",
        "UPDATE audit_seals SET prev = 'x' WHERE seq = 3",
        "DELETE FROM audit_seals WHERE seq = 10",
    ):
        with app.app_context(), pytest.raises(Exception, match="append-only"):
            db.session.execute(text(statement))
        with app.app_context():
            db.session.rollback()
    assert faults(app) == []


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (["UPDATE audit_entries SET subject = 'thing:99' WHERE id = 4"], "entry 4"),
        (["UPDATE audit_entries SET actor_role = 'operator' WHERE id = 5"], "entry 5"),
        (['UPDATE audit_entries SET data = \'{"n": 3, "words": "x"}\' WHERE id = 4'], "entry 4"),
        (["UPDATE audit_entries SET at = '2026-01-01 00:00:00' WHERE id = 7"], "entry 7"),
        (["UPDATE audit_entries SET public = NOT public WHERE id = 2"], "entry 2"),
        (
            ["DELETE FROM audit_actors WHERE entry_id = 6", "DELETE FROM audit_entries WHERE id = 6"],
            "entry 6",
        ),
        (["DELETE FROM audit_seals WHERE seq = 6"], "link 6"),
        (["UPDATE audit_seals SET entry_id = 900 WHERE seq = 8"], "link 8"),
        (["UPDATE audit_seals SET prev = hash WHERE seq = 3"], "link 3"),
        (["DELETE FROM audit_seals WHERE seq = 1"], "link 1"),
    ],
)
def test_a_changed_or_deleted_row_is_named(app, recorded, statements, named):
    plant(app, *statements)
    found = faults(app)
    assert len(found) >= 1
    assert named in found[0]


def test_an_inserted_row_breaks_the_chain(app, recorded):
    plant(
        app,
        "INSERT INTO audit_entries (id, at, act, subject, actor_role, actor_mark, data, public)"
        " SELECT 900, at, act, subject, actor_role, actor_mark, data, public FROM audit_entries WHERE id = 5",
        "UPDATE audit_seals SET seq = 100 WHERE seq = 10",
        "UPDATE audit_seals SET seq = 10, entry_id = 900 WHERE seq = 9",
    )
    assert "link 9" in faults(app)[0]


def test_an_entry_put_in_past_the_sealer_is_named_sealed_or_not(app, recorded):
    known = head(app)
    insert = (
        "INSERT INTO audit_entries (id, at, act, subject, actor_role, actor_mark, data, public)"
        " VALUES (900, '2026-01-01 00:00:00', 'vote.cast', 'question:1', 'citizen', 'x', '{}', false)"
    )
    plant(app, insert)
    assert "entry 900" in faults(app)[0]
    with app.app_context():
        jobs.publish_head()
        db.session.remove()
    assert "entry 900" in faults(app, [known])[0]


def test_a_cut_end_is_found_given_the_published_head(app, recorded):
    known = head(app)
    plant(
        app,
        "DELETE FROM audit_seals WHERE seq > 7",
        "DELETE FROM audit_actors WHERE entry_id > 7",
        "DELETE FROM audit_entries WHERE id > 7",
    )
    assert faults(app) == []  # without a head a cut cannot be seen
    assert "cut" in faults(app, [known])[0]


def test_a_record_written_anew_from_the_start_is_found_given_a_head(app, recorded):
    known = head(app)
    plant(app, "DELETE FROM audit_seals", "UPDATE audit_entries SET act = 'other' WHERE id = 2")
    with app.app_context():
        jobs.publish_head()
        db.session.remove()
    assert faults(app) == []
    assert "link 10" in faults(app, [known])[0]


def test_entries_committed_late_are_sealed_too(app, recorded):
    """Commit order is not id order: a lower id may appear after higher ones were sealed."""
    plant(
        app,
        "INSERT INTO audit_entries (id, at, act, subject, actor_role, actor_mark, data, public)"
        f" VALUES (500, '{clock.now():%Y-%m-%d %H:%M:%S}', 'a', 'b', 'citizen', 'x', '{{}}', false)",
    )
    with app.app_context():
        jobs.seal()
        with transaction():
            service.record(SYSTEM, "later", "x:1")
        jobs.seal()
        assert queries.head().seq == 12
        db.session.remove()
    assert faults(app) == []


def test_two_sealers_make_one_chain(app, make):
    person = make.user()
    with app.app_context():
        for n in range(60):
            with transaction():
                service.record(actor_of(person), "test.act", f"thing:{n}")
        db.session.remove()

    def work():
        with app.app_context():
            jobs.seal()
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert head(app).seq == 60
    assert faults(app) == []


def test_nobody_seals_by_hand(app, make):
    with app.app_context():
        for actor in (PUBLIC, actor_of(make.user(roles=(Role.OPERATOR,)))):
            with transaction(), pytest.raises(NotAllowed):
                service.seal(actor)


def test_heads_are_published_once_per_change_and_read_back(app, recorded, browser, tmp_path):
    with app.app_context():
        jobs.heads_file().unlink(missing_ok=True)
        jobs.publish_head()
        jobs.publish_head()
        assert len(queries.published_heads(jobs.heads_file())) == 1
        with transaction():
            service.record(SYSTEM, "x", "y:1")
        jobs.publish_head()
        assert [one.seq for one in queries.published_heads(jobs.heads_file())] == [10, 11]
    text_of = browser().open("/transparency/heads.json")
    values = json.loads(text_of)
    assert [one["seq"] for one in values["heads"]] == [10, 11]
    assert values["now"]["seq"] == 11
    for content in (
        text_of,
        json.dumps(values["heads"]),
        json.dumps(values["now"]),
        "\n".join(map(json.dumps, values["heads"])),
    ):
        file = tmp_path / "kept.json"
        file.write_text(content)
        assert {one.seq for one in queries.read_heads(file)} <= {10, 11}
        assert faults(app, queries.read_heads(file)) == []
    with app.app_context():
        jobs.heads_file().unlink()


def test_a_choice_altered_behind_the_counter_is_named(app, make):
    thing = make.voted_on(make.user())
    people = [make.vote(thing) for _ in range(3)]
    make.vote(thing, "against", user_id=people[0])
    make.vote(thing, "withdraw", user_id=people[1])
    with app.app_context():
        assert list(checks.record_faults(None)) == []
        ballot = db.session.scalar(text("SELECT max(id) FROM ballots"))
        db.session.execute(
            text("UPDATE ballot_choices SET option_key = 'against' WHERE ballot_id = :id"), {"id": ballot}
        )
        db.session.execute(text("UPDATE tallies SET ballots = 2 WHERE option_key = 'against'"))
        db.session.execute(text("UPDATE tallies SET ballots = 0 WHERE option_key = 'for'"))
        db.session.commit()
        assert list(checks.differences()) == []  # counter and ballots agree, only the record knows
        assert any(f"ballot {ballot} " in line for line in checks.record_faults(None))


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM ballot_choices WHERE ballot_id = 1", "DELETE FROM ballots WHERE id = 1"],
        [
            "DELETE FROM ballot_choices WHERE ballot_id = 1",
            "UPDATE ballots SET status = 'withdrawn' WHERE id = 1",
        ],
        [
            FORGED,
            "INSERT INTO ballot_choices (ballot_id, option_key) VALUES (77, 'for')",
        ],
    ],
)
def test_a_deleted_withdrawn_or_forged_ballot_is_found(app, make, statements):
    thing = make.voted_on(make.user())
    for _ in range(3):
        make.vote(thing)
    with app.app_context():
        for statement in statements:
            db.session.execute(text(statement))
        db.session.commit()
        assert list(checks.record_faults(None))
        assert list(checks.differences())


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE tallies SET ballots = ballots + 1 WHERE option_key = 'for'", "tally of question"),
        ("UPDATE contributions SET comment_count = 4 WHERE kind = 'proposal'", "comments of contribution"),
        ("UPDATE contributions SET join_count = 4", "joiners of contribution"),
        ("UPDATE contributions SET follow_count = 4", "followers of contribution"),
        ("DELETE FROM tallies WHERE option_key = 'for'", "tally of question"),
        ("UPDATE groups SET member_count = 9", "members of group"),
    ],
)
def test_recount_names_every_planted_difference(app, make, statement, named):
    make.group(members=(make.user(),))
    thing = make.voted_on(make.user())
    make.vote(thing)
    with app.app_context():
        assert list(checks.differences()) == []
        db.session.execute(text(statement))
        db.session.commit()
        found = list(checks.differences())
        assert found
        assert all(named in line for line in found)


def test_a_result_changed_after_publication_is_named(app, make):
    from civic.votes import jobs as voting

    thing = make.voted_on(make.user(), days=1)
    make.vote(thing)
    with app.app_context(), clock.at(clock.now() + timedelta(days=1)):
        voting.close_due()
        assert list(checks.differences()) == []
        db.session.execute(text('UPDATE results SET totals = \'{"for": 5, "against": 0}\''))
        db.session.commit()
        assert len([line for line in checks.differences() if "result of contribution" in line]) == 2


def test_the_commands_say_so_and_exit_with_one(app, make, monkeypatch, tmp_path):
    import click

    thing = make.voted_on(make.user())
    make.vote(thing)
    group = click.Group()
    checks.add_to(group, lambda: app)
    run = CliRunner().invoke
    with app.app_context():
        jobs.seal()
        assert run(group, ["recount"]).exit_code == 0
        assert run(group, ["audit", "verify"]).exit_code == 0
        kept = tmp_path / "head.json"
        kept.write_text(run(group, ["audit", "head"]).output)
        assert run(group, ["audit", "verify", "--head", str(kept)]).exit_code == 0
        assert run(group, ["recount", "999999"]).exit_code == 2
        db.session.execute(text("UPDATE tallies SET ballots = 7 WHERE option_key = 'against'"))
        db.session.commit()
        failed = run(group, ["recount"])
        assert failed.exit_code == 1
        assert "'against': 7 stored, 0 counted" in failed.output
        kept.write_text(json.dumps({"seq": 900, "hash": "x", "at": clock.now().isoformat()}))
        assert run(group, ["audit", "verify", "--head", str(kept)]).exit_code == 1


def test_the_public_log_shows_roles_without_people(app, make, browser):
    from civic.accounts import queries as accounts
    from civic.accounts import service as accounts_service

    person = make.user("پنهان نام‌دار")
    with app.app_context(), transaction():
        accounts_service.grant(SYSTEM, accounts.user(person), Role.MODERATOR)
    page = browser().open("/transparency")
    assert "بررس" in page
    assert "پنهان نام‌دار" not in page
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1
        assert db.session.scalar(select(func.count()).select_from(AuditSeal)) == 0
