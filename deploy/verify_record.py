#!/usr/bin/env python3
"""Checks the record of a Charsu site: nothing changed, deleted, put in or cut off. Python 3.8 or newer, nothing else.

    verify_record.py --record record.jsonl --heads kept.json [--key HEX]     what everybody can fetch
    verify_record.py --sqlite civic.db     --heads kept.json                 the database itself
    verify_record.py --tables FOLDER       --heads kept.json                 audit_entries.csv and audit_seals.csv

`record.jsonl` and the heads come from /transparency/record.jsonl and /transparency/heads.json of the site; keep the
heads from time to time, for a record can only be compared with what somebody else has kept. `--record` may be named
several times, in order, where later files were fetched with `?after=NUMBER`. `--key` is the `key` that stands in
heads.json: with it the signatures of the heads are checked too (keep it, it never changes). FOLDER holds the two tables
as `psql` writes them:

    \\copy (SELECT * FROM audit_entries ORDER BY id) to audit_entries.csv csv header
    \\copy (SELECT * FROM audit_seals ORDER BY seq) to audit_seals.csv csv header

or is the folder `tables` of a backup. Answers "the record is whole" and exit code 0, or names the first bad row and
exit code 1; exit code 2 when the files cannot be read as what they should be.

How the chain is made. The fingerprint of an entry is the SHA-256 of its columns as JSON: keys sorted, no spaces, not
escaped, `at` in UTC to the microsecond. Link n has the hash SHA-256 of "n, newline, hash of link n-1, newline,
fingerprint"; the first leans on 64 zeros. Links of the first form (no fingerprint kept) were made over the JSON itself
in place of its fingerprint: of those only the database can be checked, and they lie before all others.
"""

import argparse
import csv
import hashlib
import json
import os
import sqlite3
import sys
import tempfile
from datetime import datetime, timedelta, timezone

FIRST = "0" * 64
COLUMNS = ("id", "at", "act", "subject", "actor_role", "actor_mark", "data", "public")
LATE = timedelta(seconds=600)
GRACE = timedelta(seconds=120)


class Bad(Exception):
    """The first row that is not as it was."""


class Unreadable(Exception):
    """The file is not what it should be."""


def sha(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical(entry):
    """The entry as it is hashed; of JSON from the site or of a row of the database."""
    return json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def moment(text):
    """A time as PostgreSQL, SQLite or the site writes it."""
    text = text.strip().replace(" ", "T")
    if text.endswith("Z"):
        text = text[:-1] + "+00:00"
    if len(text) > 3 and text[-3] in "+-":
        text += ":00"
    day, clock = text.split("T")
    zone = ""
    for sign in "+-":
        if sign in clock:
            clock, zone = clock.split(sign)
            zone = sign + zone
    if "." in clock:  # Python before 3.11 wants three or six digits
        whole, part = clock.split(".")
        clock = whole + "." + (part + "000000")[:6]
    made = datetime.fromisoformat(day + "T" + clock + zone)
    return made.replace(tzinfo=timezone.utc) if made.tzinfo is None else made.astimezone(timezone.utc)


def entry_of(row):
    """The columns of a row of the database, typed as the site hashes them."""
    data = row["data"]
    return {
        "id": int(row["id"]), "at": moment(row["at"]).isoformat(timespec="microseconds"), "act": row["act"],
        "subject": row["subject"], "actor_role": row["actor_role"], "actor_mark": row["actor_mark"],
        "data": json.loads(data) if isinstance(data, str) else data,
        "public": row["public"] in (1, True, "t", "true", "1"),
    }  # fmt: skip


class Chain:
    """Links are handed over in order; the first that does not fit raises Bad."""

    def __init__(self, heads):
        self.kept = {}
        for head in heads:
            if head["seq"] and self.kept.setdefault(head["seq"], head)["hash"] != head["hash"]:
                raise Bad(
                    f"head {head['seq']}: two different ones were published; the record was written twice"
                )
        self.seq, self.hash = 0, FIRST
        self.seen = self.unchecked = 0
        self.new_form = False

    def start(self, after, prev):
        """A file that begins in the middle: at the end of the file before, or at a head that was kept."""
        if (after, prev) == (self.seq, self.hash):
            return
        if after != self.seq and self.seen == 0 and after in self.kept:
            if self.kept[after]["hash"] != prev:
                raise Bad(f"link {after}: not the one that was kept ({self.kept[after]['at']})")
            self.seq, self.hash = after, prev
            return
        raise Bad(f"link {self.seq + 1}: missing; the file begins after link {after}")

    def add(self, seq, made, name, fingerprint=None, text=None, prev=None):
        """One link; `name` says in words what it is about."""
        if seq != self.seq + 1:
            raise Bad(f"link {self.seq + 1}: missing, the next one is {seq}")
        if prev is not None and prev != self.hash:
            raise Bad(
                f"link {seq}: does not lean on the one before it (a link was put in, changed or deleted)"
            )
        if fingerprint is not None:
            self.new_form = True
            if text is not None and sha(text) != fingerprint:
                raise Bad(f"{name} (link {seq}): changed")
            if sha(f"{seq}\n{self.hash}\n{fingerprint}") != made:
                raise Bad(f"{name} (link {seq}): changed, or the link before it was")
        elif self.new_form:
            raise Bad(f"{name} (link {seq}): has no fingerprint, though links before it have")
        elif text is None:
            self.unchecked += 1
        elif sha(f"{seq}\n{self.hash}\n{text}") != made:
            raise Bad(f"{name} (link {seq}): changed, or the link before it was")
        if seq in self.kept and self.kept[seq]["hash"] != made:
            raise Bad(f"link {seq}: its hash is not the one that was kept ({self.kept[seq]['at']})")
        self.seq, self.hash = seq, made
        self.seen += 1

    def end(self):
        """Nothing was cut off behind."""
        last = max(self.kept, default=0)
        if last > self.seq:
            raise Bad(
                f"link {self.seq + 1} to {last}: cut off; link {last} was published {self.kept[last]['at']}"
            )


# ---- what everybody can fetch ------------------------------------------------------------------


def check_export(paths, chain):
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            head = parsed(next(lines, ""), path, 1)
            if head.get("record") != "charsu":
                raise Unreadable(f"{path} is not a record: fetch it from /transparency/record.jsonl")
            chain.start(int(head["after"]), head["prev"])
            for number, line in enumerate(lines, 2):
                row = parsed(line, path, number)
                entry = row.get("entry")
                text = canonical(entry) if entry is not None else None
                name = f"entry {entry['id']}, {entry['act']} of {entry['subject']}" if entry else "an entry"
                old = row.get("form") == 1
                fingerprint = None if old else row.get("digest") or (sha(text) if text else "")
                chain.add(int(row["seq"]), row["hash"], name, fingerprint, text)
            if chain.seq != int(head["upto"]):
                raise Bad(f"link {chain.seq + 1} to {head['upto']}: missing at the end of {path}")


def parsed(line, path, number):
    try:
        row = json.loads(line)
    except ValueError:
        raise Unreadable(f"{path}, line {number}: not JSON; was it fetched to its end?") from None
    if not isinstance(row, dict):
        raise Unreadable(f"{path}, line {number}: not what a record holds")
    return row


# ---- the database ------------------------------------------------------------------------------


def check_database(base, chain):
    """Walk seals and entries of an SQLite connection."""
    columns = {row[1] for row in base.execute("PRAGMA table_info(audit_seals)")}
    digest = "s.digest" if "digest" in columns else "NULL"
    base.row_factory = sqlite3.Row
    newest = max(chain.kept.values(), key=lambda head: head["seq"], default=None)
    query = (
        f"SELECT s.seq, s.entry_id, s.prev, s.hash, {digest} AS digest, e.* FROM audit_seals s"
        " LEFT JOIN audit_entries e ON e.id = s.entry_id ORDER BY s.seq"
    )
    for row in base.execute(query):
        if row["seq"] != chain.seq + 1:
            raise Bad(f"link {chain.seq + 1}: missing, the next one is {row['seq']}")
        if row["id"] is None:
            raise Bad(f"entry {row['entry_id']} (link {row['seq']}): deleted")
        name = f"entry {row['id']}, {row['act']} of {row['subject']}"
        chain.add(
            row["seq"], row["hash"], name, row["digest"] or None, canonical(entry_of(row)), prev=row["prev"]
        )
        if newest and row["seq"] > newest["seq"] and moment(row["at"]) < moment(newest["at"]) - LATE:
            raise Bad(f"{name} (link {row['seq']}): put in afterwards, dated before the head that was kept")
    stray = base.execute(
        "SELECT e.id, e.at FROM audit_entries e LEFT JOIN audit_seals s ON s.entry_id = e.id WHERE s.seq IS NULL ORDER BY e.id"
    )
    newest_at = base.execute("SELECT max(at) FROM audit_entries").fetchone()[0]
    for row in stray:
        if moment(row["at"]) < moment(newest_at) - GRACE:
            raise Bad(f"entry {row['id']}: in no link (put in past the sealer, or its link was cut off)")


def check_sqlite(path, chain):
    if not os.path.exists(path):
        raise Unreadable(f"{path}: there is no such file")
    base = sqlite3.connect(f"file:{os.path.abspath(path)}?mode=ro", uri=True)
    try:
        check_database(base, chain)
    except sqlite3.Error as error:
        raise Unreadable(f"{path}: not a database of a Charsu site ({error})") from None
    finally:
        base.close()


def check_tables(folder, chain):
    """CSV as PostgreSQL writes it, through a scratch database on disk, so that memory stays flat."""
    with tempfile.TemporaryDirectory() as scratch:
        base = sqlite3.connect(os.path.join(scratch, "record.db"))
        base.execute(
            "CREATE TABLE audit_entries (id INTEGER PRIMARY KEY, at, act, subject, actor_role, actor_mark, data, public)"
        )
        base.execute(
            "CREATE TABLE audit_seals (seq INTEGER PRIMARY KEY, entry_id INTEGER UNIQUE, prev, hash, digest)"
        )
        for table, columns in (
            ("audit_entries", COLUMNS),
            ("audit_seals", ("seq", "entry_id", "prev", "hash", "digest")),
        ):
            path = os.path.join(folder, table + ".csv")
            try:
                load(base, path, table, columns)
            except OSError as error:
                raise Unreadable(f"{path}: {error.strerror}") from None
            except sqlite3.IntegrityError:
                raise Bad(f"{table}: a number stands there twice") from None
        check_database(base, chain)
        base.close()


def load(base, path, table, columns):
    csv.field_size_limit(2**27)
    marks = ", ".join("?" * len(columns))
    with open(path, encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = set(columns) - set(reader.fieldnames or ()) - {"digest"}
        if missing:
            raise Unreadable(f"{path}: has no column {', '.join(sorted(missing))}")
        rows = (tuple(row.get(name) for name in columns) for row in reader)
        base.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    base.commit()


# ---- heads and their signatures ----------------------------------------------------------------


def read_heads(path):
    """A copy of heads.json, of the feed's lines, one object, or one object per line."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        found = json.loads(text)
        found = found.get("heads", [found]) if isinstance(found, dict) else found
    except ValueError:
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            raise Unreadable(f"{path}: not the heads of a record") from None
    if not all(isinstance(head, dict) and {"seq", "hash", "at"} <= set(head) for head in found):
        raise Unreadable(f"{path}: not the heads of a record")
    return found


P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def added(one, two):
    """Two points of the curve (x, y, z, xy), RFC 8032, 5.1.4."""
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, point):
    made = (0, 1, 1, 0)
    while number:
        if number & 1:
            made = added(made, point)
        point = added(point, point)
        number >>= 1
    return made


def point_of(packed):
    """A point from its 32 bytes, RFC 8032, 5.1.3; None when there is none."""
    y = int.from_bytes(packed, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    x = P - x if (x & 1) != odd else x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, words, signature):
    """Ed25519, RFC 8032, 5.1.7."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, first = point_of(key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if public is None or first is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + words).digest(), "little") % ORDER
    left, right = times(s, BASE), added(first, times(h, public))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


def check_signatures(heads, key):
    for head in heads:
        words = f"charsu head\n{head['seq']}\n{head['hash']}\n{head['at']}".encode()
        if not head.get("sig") or not signed(bytes.fromhex(key), words, bytes.fromhex(head["sig"])):
            raise Bad(f"head {head['seq']} of {head['at']}: not signed with this key")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--record", action="append", metavar="FILE")
    what.add_argument("--sqlite", metavar="FILE")
    what.add_argument("--tables", metavar="FOLDER")
    parser.add_argument("--heads", action="append", default=[], metavar="FILE", help="heads that were kept")
    parser.add_argument("--key", default="", help="the site's public key, in hex")
    asked = parser.parse_args()
    try:
        heads = [head for path in asked.heads for head in read_heads(path)]
        if asked.key:
            check_signatures(heads, asked.key)
        chain = Chain(heads)
        if asked.record:
            check_export(asked.record, chain)
        elif asked.sqlite:
            check_sqlite(asked.sqlite, chain)
        else:
            check_tables(asked.tables, chain)
        chain.end()
    except Bad as bad:
        print(bad, file=sys.stderr)
        return 1
    except (Unreadable, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"not what a record holds: {error!r}", file=sys.stderr)
        return 2
    print(f"the record is whole: {chain.seen} links, the last is {chain.seq} {chain.hash}")
    if chain.unchecked:
        print(f"{chain.unchecked} links of the first form could not be checked without the database")
    if not heads:
        print("no head was given (--heads): that nothing was rewritten from the start cannot be told")
    return 0


if __name__ == "__main__":
    sys.exit(main())
