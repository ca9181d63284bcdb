"""The stand-alone verifier: an empty folder, `python3 -I -S`, nothing of ours; every planted fault is named."""

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import text

from civic.audit import jobs, keys, service
from civic.audit.models import AuditEntry, AuditSeal
from civic.contributions import queries as contributions
from civic.contributions import service as contributing
from civic.core import clock
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, is_sqlite, transaction
from civic.votes import jobs as voting

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "verify_record.py"


def run(folder, *arguments):
    """(exit code, what it said), in an interpreter that sees the standard library alone."""
    shutil.copy(SCRIPT, folder / "verify_record.py")
    command = [sys.executable, "-I", "-S", "verify_record.py", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def voted(app, make, browser):
    """A record with acts of all sorts: a department, votes, a closed vote, a thing hidden later; heads published twice."""
    department = make.department()
    writer, head = (make.user(roles=(role,), department_id=department) for role in (Role.OFFICER, Role.HEAD))
    proposal = make.voted_on(make.user(), days=1, title="نیمکت در ایستگاه")
    hidden = make.voted_on(make.user(), title="آنچه پنهان شد")
    for n in range(12):
        make.vote(proposal, "for" if n % 3 else "against")
    for thing in (proposal, hidden):
        make.answered(make.open_case(thing, department_id=department), writer, head)
    with app.app_context():
        with transaction():
            service.record(SYSTEM, "district.add", "district:1", public=True, population=1000)
        jobs.publish_head()
        with clock.at(clock.now() + timedelta(days=2)):
            voting.close_due()
            with transaction():
                contributing.hide(SYSTEM, contributions.by_id(hidden), clause=1)
                service.record(SYSTEM, "a.new.act", "thing:1", public=True, words="not thought about yet")
            jobs.publish_head()
        db.session.remove()
    return proposal, hidden


def fetch(browser, folder, after=0):
    visitor = browser()
    (folder / "record.jsonl").write_text(visitor.open(f"/transparency/record.jsonl?after={after}"))
    (folder / "heads.json").write_text(visitor.open("/transparency/heads.json"))
    return [json.loads(line) for line in (folder / "record.jsonl").read_text().splitlines()]


def write(folder, lines):
    (folder / "record.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_what_everybody_can_fetch_is_whole_and_says_so(voted, browser, tmp_path):
    fetch(browser, tmp_path)
    key = json.loads((tmp_path / "heads.json").read_text())["key"]
    code, said = run(tmp_path, "--record", "record.jsonl", "--heads", "heads.json", "--key", key)
    assert code == 0, said
    assert "the record is whole" in said
    other = "0" * 63 + "1"
    assert run(tmp_path, "--record", "record.jsonl", "--heads", "heads.json", "--key", other)[0] == 1
    assert run(tmp_path, "--record", "heads.json")[0] == 2
    assert run(tmp_path, "--record", "nothing.jsonl")[0] == 2


def test_a_head_signed_by_nobody_is_named(voted, browser, tmp_path):
    fetch(browser, tmp_path)
    heads = json.loads((tmp_path / "heads.json").read_text())
    heads["heads"][0]["at"] = "2026-01-01T00:00:00+00:00"
    (tmp_path / "heads.json").write_text(json.dumps(heads))
    code, said = run(tmp_path, "--record", "record.jsonl", "--heads", "heads.json", "--key", heads["key"])
    assert code == 1
    assert "not signed" in said


def forged(lines, n, **values):
    """The record written anew from link n on, so that it fits together again."""
    import hashlib

    made = [dict(line) for line in lines]
    made[n].update(values)
    prev = made[n - 1].get("hash", "0" * 64)
    for line in made[n:]:
        entry = line.get("entry")
        whole = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        print_ = hashlib.sha256(whole.encode()).hexdigest() if entry else line["digest"]
        line["hash"] = prev = hashlib.sha256(f"{line['seq']}\n{prev}\n{print_}".encode()).hexdigest()
    return made


def test_every_planted_fault_of_the_export_is_named(voted, browser, tmp_path):
    lines = fetch(browser, tmp_path)
    shown = next(n for n, line in enumerate(lines) if "entry" in line)
    secret = next(n for n, line in enumerate(lines) if "digest" in line)
    changed = {"entry": lines[shown]["entry"] | {"act": "other.act"}}
    seq = lines[shown]["seq"]
    faults = {
        f"(link {seq}): changed": [*lines[:shown], lines[shown] | changed, *lines[shown + 1 :]],
        "changed": [*lines[:secret], lines[secret] | {"digest": "0" * 64}, *lines[secret + 1 :]],
        f"link {seq}: missing": [*lines[:shown], *lines[shown + 1 :]],
        "missing at the end": lines[:-1],
        "cut off": [lines[0] | {"upto": lines[-1]["seq"] - 1}, *lines[1:-1]],
        "not the one that was kept": forged(lines, shown, **changed),
        f"link {seq + 1}: missing": [*lines[: shown + 1], lines[shown], *lines[shown + 1 :]],
        "has no fingerprint": [*lines[:-1], {"seq": lines[-1]["seq"], "hash": lines[-1]["hash"], "form": 1}],
    }
    for named, planted in faults.items():
        write(tmp_path, planted)
        code, said = run(tmp_path, "--record", "record.jsonl", "--heads", "heads.json")
        assert (code, named in said) == (1, True), (named, said)


def test_a_copy_can_be_continued_from_where_it_ended(voted, browser, tmp_path):
    lines = fetch(browser, tmp_path)
    heads = json.loads((tmp_path / "heads.json").read_text())["heads"]
    middle = heads[0]["seq"]
    write(tmp_path, [lines[0] | {"upto": middle}, *lines[1 : middle + 1]])
    (tmp_path / "first.jsonl").write_text((tmp_path / "record.jsonl").read_text())
    later = fetch(browser, tmp_path, after=middle)
    assert later[1]["seq"] == middle + 1
    both = ("--record", "first.jsonl", "--record", "record.jsonl", "--heads", "heads.json")
    assert run(tmp_path, *both)[0] == 0
    assert run(tmp_path, "--record", "record.jsonl", "--heads", "heads.json")[0] == 0
    later[0]["prev"] = "0" * 64
    write(tmp_path, later)
    assert run(tmp_path, *both)[0] == 1
    assert run(tmp_path, "--record", "record.jsonl", "--heads", "heads.json")[0] == 1


def test_the_export_tells_nothing_that_pages_do_not(app, voted, browser, tmp_path):
    """No vote, no decision on a person or a hidden thing, no act that was not thought about; only up to a published head."""
    proposal, _hidden = voted
    make_new = service.record
    with app.app_context(), transaction():
        make_new(SYSTEM, "district.add", "district:2", public=True)
    with app.app_context():
        jobs.seal()
    lines = fetch(browser, tmp_path)
    shown = [line["entry"] for line in lines if "entry" in line]
    acts = [entry["act"] for entry in shown]
    assert "vote.open" in acts
    assert "vote.close" in acts
    assert acts.count("answer.publish") == acts.count("case.open") == 1  # the other's thing is hidden
    assert acts.count("district.add") == 1  # the second lies behind the newest published head
    assert not {"vote.cast", "a.new.act", "moderation.decide", "role.grant"} & set(acts)
    assert {entry["data"].get("contribution") for entry in shown if entry["act"].startswith("vote.")} == {
        proposal
    }
    assert sum("digest" in line for line in lines) >= 12
    assert all(set(line) <= {"seq", "hash", "digest"} for line in lines[1:] if "entry" not in line)


def dump(app, folder):
    """What `\\copy … csv header` writes, and for SQLite the file."""
    with app.app_context():
        if is_sqlite():
            with sqlite3.connect(folder / "civic.db") as copy:
                db.session.connection().connection.driver_connection.backup(copy)
            copy.close()
            db.session.remove()
            return ("--sqlite", "civic.db")
        raw = db.session.connection().connection.driver_connection
        for table, key in (("audit_entries", "id"), ("audit_seals", "seq")):
            query = f"COPY (SELECT * FROM {table} ORDER BY {key}) TO STDOUT CSV HEADER"
            with (
                (folder / f"{table}.csv").open("wb") as out,
                raw.cursor() as cursor,
                cursor.copy(query) as rows,
            ):
                for piece in rows:
                    out.write(bytes(piece))
        db.session.remove()
    return ("--tables", ".")


def alter(folder, table, change):
    """Rows of a dumped table as lists of dicts, changed and written back."""
    file = folder / f"{table}.csv"
    if file.exists():
        with file.open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        names = list(rows[0])
        rows = change(rows)
        with file.open("w", newline="") as out:
            writer = csv.DictWriter(out, names)
            writer.writeheader()
            writer.writerows(rows)
        return
    key = "id" if table == "audit_entries" else "seq"
    with sqlite3.connect(folder / "civic.db") as base:
        base.row_factory = sqlite3.Row
        rows = [dict(row) for row in base.execute(f"SELECT * FROM {table} ORDER BY {key}")]
        for name in ("audit_entries_fixed", "audit_entries_kept", "audit_seals_fixed", "audit_seals_kept"):
            base.execute(f"DROP TRIGGER IF EXISTS {name}")
        base.execute(f"DELETE FROM {table}")
        for row in change(rows):
            marks = ", ".join("?" * len(row))
            base.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    base.close()


def changed(n, **values):
    return lambda rows: [row | values if k == n else row for k, row in enumerate(rows)]


def without(n):
    return lambda rows: [row for k, row in enumerate(rows) if k != n]


PLANTED = [
    ("audit_entries", changed(3, subject="thing:99"), "(link 4): changed"),
    ("audit_entries", changed(4, actor_role="operator"), "(link 5): changed"),
    ("audit_entries", changed(5, data='{"n": 1}'), "(link 6): changed"),
    ("audit_entries", changed(2, public="t"), "(link 3): changed"),
    ("audit_entries", changed(6, at="2026-01-01 00:00:00"), "(link 7): changed"),
    ("audit_entries", without(5), "(link 6): deleted"),
    ("audit_seals", without(5), "link 6: missing"),
    ("audit_seals", changed(2, prev="0" * 64), "link 3: does not lean"),
    ("audit_seals", changed(7, digest=""), "(link 8): has no fingerprint"),
    ("audit_seals", lambda rows: rows[:7], "cut off"),
    (
        "audit_entries",
        lambda rows: [*rows, rows[3] | {"id": 900, "at": "2026-01-01 00:00:00"}],
        "entry 900: in no link",
    ),
]


@pytest.mark.parametrize("fault", [None, *range(len(PLANTED))])
def test_a_copy_of_the_database_is_checked_row_by_row(app, make, tmp_path, fault):
    with app.app_context():
        for n in range(10):
            with transaction():
                service.record(
                    SYSTEM, "test.act", f"thing:{n}", words='سلام، "دنیا"\nو باز هم', n=n, part=0.5, none=None
                )
        jobs.publish_head()
        shutil.copy(jobs.heads_file(), tmp_path / "heads.jsonl")
        db.session.remove()
    how = dump(app, tmp_path)
    if fault is None:
        code, said = run(tmp_path, *how, "--heads", "heads.jsonl")
        assert (code, "10 links" in said) == (0, True), said
        return
    table, change, named = PLANTED[fault]
    alter(tmp_path, table, change)
    code, said = run(tmp_path, *how, "--heads", "heads.jsonl")
    assert (code, named in said) == (1, True), said


def test_links_of_the_first_form_are_still_checked(app, make, tmp_path):
    """Chains begun before seals kept fingerprints go on; their beginning is checked over the entries themselves."""
    from civic.audit import queries, rules

    with app.app_context():
        with transaction() as session:
            prev = rules.FIRST
            for seq in (1, 2):
                entry = service.record(SYSTEM, "old.act", f"thing:{seq}")
                session.flush()
                made = rules.old_link(seq, prev, queries.plain(entry))
                session.add(
                    AuditSeal(seq=seq, entry_id=entry.id, prev=prev, hash=made, sealed_at=clock.now())
                )
                prev = made
        with transaction():
            service.record(SYSTEM, "new.act", "thing:3")
        jobs.publish_head()
        assert list(queries.faults()) == []
        shutil.copy(jobs.heads_file(), tmp_path / "heads.jsonl")
        db.session.remove()
    how = dump(app, tmp_path)
    assert run(tmp_path, *how, "--heads", "heads.jsonl")[0] == 0
    alter(tmp_path, "audit_entries", changed(0, act="other"))
    code, said = run(tmp_path, *how, "--heads", "heads.jsonl")
    assert (code, "(link 1): changed" in said) == (1, True)


def test_the_feed_carries_the_heads_and_their_signatures(app, voted, browser):
    visitor = browser()
    feed = ET.fromstring(visitor.open("/transparency/heads.atom"))  # noqa: S314 - our own words
    assert visitor.response.mimetype == "application/atom+xml"
    ns = {"a": "http://www.w3.org/2005/Atom"}
    words = [entry.findtext("a:content", "", ns) for entry in feed.findall("a:entry", ns)]
    published = json.loads(visitor.open("/transparency/heads.json"))
    assert len(words) == len(published["heads"]) == 2
    assert all(f"hash {head['hash']}" in words[-1 - n] for n, head in enumerate(published["heads"]))
    assert all(len(head["sig"]) == 128 for head in published["heads"])
    page = visitor.open("/transparency")
    for path in ("heads.atom", "heads.json", "record.jsonl", "verify_record.py"):
        assert f"/transparency/{path}" in page
    assert visitor.open("/transparency/verify_record.py").startswith("#!/usr/bin/env python3")


def test_the_key_is_the_sites_own(app, voted):
    with app.app_context():
        assert keys.key_file().stat().st_mode & 0o777 == 0o600
        assert len(bytes.fromhex(keys.public_key())) == 32
        assert db.session.scalar(text("SELECT count(*) FROM audit_seals WHERE digest IS NULL")) == 0
        assert db.session.query(AuditEntry).count() > 0
