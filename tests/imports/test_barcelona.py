"""Data of another platform: totals equal, nothing twice, refusals with row, column and reason."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from civic.contributions.models import Contribution
from civic.core.actor import SYSTEM
from civic.core.db import db, transaction
from civic.imports import service
from civic.votes.models import Ballot

REAL = Path(__file__).parents[3] / "shared" / "data" / "barcelona-pam-2016"


def proposal(n, **changed):
    row = {
        "id": n, "title": f"Invented proposal {n}", "summary": "An invented text.", "category": "Bon viure", "district": "Gràcia",
        "source": "citizen", "status": "accepted", "created_at": "22/01/2016", "total_votes": 7, "author_id": 1,
    }  # fmt: skip
    return row | changed


def comment(n, **changed):
    row = {
        "id": n, "proposal_id": 1, "ancestry": None, "alignment": 1, "body": "<p>Yes<script>x</script></p>",
        "created_at": "01/02/2016 11:37:31", "author_id": 2, "likes": 3,
    }  # fmt: skip
    return row | changed


def write(folder, proposals, comments):
    for name, rows in (("proposals", proposals), ("comments", comments)):
        (folder / f"{name}.jsonl").write_text(
            "\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows)
        )
    return folder


def run(folder):
    with transaction():
        return service.run(SYSTEM, folder)


def test_what_comes_in_is_counted_and_a_second_run_adds_nothing(ctx, tmp_path):
    write(
        tmp_path,
        [proposal(1), proposal(2, district=None, status="rejected")],
        [comment(1), comment(2, ancestry="1", alignment=None)],
    )
    first, again = run(tmp_path), run(tmp_path)
    assert (first.new, first.refused) == (4, [])
    assert (again.new, again.same, again.changed) == (0, 4, 0)
    assert db.session.scalar(select(Contribution.comment_count).where(Contribution.origin_key == "p1")) == 2


def test_origin_votes_stay_the_origins_and_never_become_ballots(ctx, tmp_path):
    run(write(tmp_path, [proposal(1, total_votes=53)], []))
    assert db.session.scalar(select(Contribution.origin_votes)) == 53
    assert db.session.scalar(select(func.count()).select_from(Ballot)) == 0


def test_hostile_html_is_cleaned(ctx, tmp_path):
    run(
        write(
            tmp_path,
            [proposal(1)],
            [comment(1, body='<p onclick="x()">a<script>b</script><a href="javascript:x">c</a></p>')],
        )
    )
    html = db.session.scalar(select(Contribution.html).where(Contribution.origin_key == "c1"))
    assert "script" not in html
    assert "onclick" not in html


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        (proposal(2, status="maybe"), "status"),
        (proposal(2, created_at="2016-13-45"), "created_at"),
        (proposal(2, total_votes=-1), "total_votes"),
        (proposal(2, total_votes="7"), "total_votes"),
        (proposal(2, title=""), "title"),
        ('{"id": 2, "title": ', ""),
    ],
)
def test_a_corrupt_line_is_refused_with_row_column_and_reason(ctx, tmp_path, bad, column):
    report = run(write(tmp_path, [proposal(1), bad, proposal(3)], []))
    assert report.new == 2
    [(file, row, where, reason)] = report.refused
    assert (file, row, where) == ("proposals", 2, column)
    assert reason


def test_a_comment_on_nothing_is_refused(ctx, tmp_path):
    report = run(
        write(tmp_path, [proposal(1)], [comment(1, proposal_id=9), comment(2, ancestry="77"), comment(3)])
    )
    assert [(r[1], r[2]) for r in report.refused] == [(1, "proposal_id"), (2, "ancestry")]
    assert report.new == 2


@pytest.mark.data
@pytest.mark.skipif(not REAL.exists(), reason="the real data lie outside the repository")
def test_the_real_city_equals_its_expected_totals(ctx, browser):
    expected = json.loads((REAL / "expected-totals.json").read_text())
    report = run(REAL)
    assert (report.new, report.refused) == (expected["proposals"] + expected["comments"], [])
    assert run(REAL).new == 0
    assert json.loads(browser().open("/api/v1/imports/barcelona-2016"))["figures"] == expected
    page = browser(lang="en").open("/data/imports/barcelona-2016")
    for total in (
        expected["proposals"],
        expected["comments"],
        expected["origin_vote_total"],
        expected["authors"],
    ):
        assert f"{total:,}" in page
