"""What may be merged into what, and the sentence for everything else."""

from dataclasses import replace

import pytest

from civic.contributions.rules import ContributionKind, Status
from civic.core.errors import Conflict, RuleBroken
from civic.merging.rules import Half, check_merge, check_reason

ONE = Half(1, ContributionKind.PROPOSAL, Status.PUBLIC, 1, voting="open")
INTO = replace(ONE, id=2)


def test_two_open_proposals_are_merged():
    check_merge(ONE, INTO)
    check_merge(ONE, replace(INTO, case="open", took_in=3))
    problem = replace(ONE, kind=ContributionKind.PROBLEM, voting="")
    check_merge(problem, replace(problem, id=2))


@pytest.mark.parametrize(
    ("one", "into", "words"),
    [
        ({}, {"id": 1}, "در خودش"),
        ({}, {"kind": ContributionKind.PROBLEM}, "هم‌جنس"),
        ({"kind": ContributionKind.COMMENT}, {"kind": ContributionKind.COMMENT}, "تنها پیشنهادها"),
        ({"kind": ContributionKind.CONSULTATION}, {}, "تنها پیشنهادها"),
        ({}, {"status": Status.MERGED}, "خودش در نوشتهٔ دیگری"),
        ({}, {"status": Status.HIDDEN}, "منتشرشده"),
        ({"status": Status.WAITING}, {}, "منتشرشده"),
        ({"status": Status.WITHDRAWN}, {}, "منتشرشده"),
        ({}, {"space_id": 2}, "نظرخواهی جدا"),
        ({"took_in": 1}, {}, "برعکس"),
        ({"case": "open"}, {}, "واحد مسئول"),
        ({"case": "answered"}, {}, "پاسخ رسمی"),
        ({}, {"case": "answered"}, "پاسخ رسمی"),
        ({"voting": "closed"}, {}, "رأی‌گیری"),
        ({}, {"voting": "closed"}, "رأی‌گیری"),
        ({"voting": ""}, {"voting": ""}, "رأی‌گیری"),
    ],
)
def test_everything_else_is_refused_with_its_sentence(one, into, words):
    with pytest.raises(RuleBroken) as refused:
        check_merge(replace(ONE, **one), replace(INTO, **into))
    assert words in refused.value.message


def test_what_is_merged_already_has_changed_meanwhile():
    with pytest.raises(Conflict):
        check_merge(replace(ONE, status=Status.MERGED), INTO)


def test_a_reason_is_a_sentence():
    check_reason("هر دو همان سایه‌بان را می‌خواهند.")
    with pytest.raises(RuleBroken):
        check_reason("تکراری")
