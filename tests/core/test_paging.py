"""Pages by key reach every row once, whatever the cursor."""

from sqlalchemy import select

from civic.core import paging
from civic.core.paging import page
from civic.places.models import District


def test_every_row_is_seen_once(ctx, make):
    for _ in range(25):
        make.district(population=7)
    seen, cursor = [], ""
    while True:
        found = page(
            select(District), [(District.population, True), (District.id, True)], cursor=cursor, size=7
        )
        seen += [d.id for d in found.items]
        if not found.next:
            break
        cursor = found.next
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 25


def test_a_forged_cursor_is_the_first_page(ctx, make):
    make.district()
    for cursor in (
        "x",
        "!!!",
        paging.encode(["a"]),
        paging.encode([1, 2, 3]),
        paging.encode([True]),
        paging.encode([10**30]),
    ):
        assert page(select(District), [(District.id, True)], cursor=cursor).first
