"""Headline numbers, who answers and how fast, a page per department and per district, and the same figures as tables."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask import Response, request

from civic.core import dates
from civic.core.i18n import language, num, say
from civic.core.text import N_, safe_cell
from civic.core.web import public, render
from civic.outcomes import queries
from civic.outcomes.rules import share
from civic.outcomes.views.base import bp

GOOD, FAIR, POOR = 85, 70, 50
FEW = 10
"""Below this many, a page says «۲ از ۳» and no percentage."""

SHARES = {
    # key            part               whole
    "in_time": ("in_time", "answered"),
    "accepted": ("accepted_in_time", "accepted"),
    "promised": ("promised", "answered"),
    "confirmed": ("confirmed", "due"),
    "kept_in_time": ("kept_in_time", "due"),
    "disputed": ("disputed", "reported"),
    "convincing": ("convincing_yes", "convincing_all"),
}
SORTS = (
    "name",
    "accepted",
    "in_time",
    "median",
    "promised",
    "kept_in_time",
    "disputed",
    "returns",
    "convincing",
    "late",
)
RISING = {"name", "median", "disputed", "returns", "late"}
"""Sorted from the smallest up; everything else from the largest down. What cannot be said yet comes last."""
HEADS = (
    ("name", N_("واحد"), ""),
    (
        "accepted",
        N_("پذیرش به‌موقع"),
        N_("پرونده‌هایی که کارشناس تا سه روز کاری پذیرفت، از پرونده‌های پذیرفته‌شده"),
    ),
    ("in_time", N_("در مهلت"), N_("پاسخ‌های پیش از پایان مهلت، از همهٔ پاسخ‌ها")),
    ("median", N_("میانه، روز کاری"), N_("روزهای کاری از بازشدن پرونده تا پاسخ؛ نیمی زودتر و نیمی دیرتر")),
    ("promised", N_("قول"), N_("پاسخ‌هایی که قول با تاریخ می‌دهند، از همهٔ پاسخ‌ها")),
    (
        "kept_in_time",
        N_("به‌موقع انجام شد"),
        N_("قول‌هایی که تا روز موعد انجام شد و مردم تأیید کردند، از قول‌های سررسیدشده"),
    ),
    (
        "disputed",
        N_("مردم گفتند نشده"),
        N_("قول‌هایی که واحد انجام‌شده گزارش کرد و مردم نپذیرفتند، از قول‌های گزارش‌شده"),
    ),
    ("returns", N_("بازگشت پرونده"), N_("پرونده‌هایی که واحد به میز ارجاع برگرداند")),
    ("convincing", N_("قانع‌کننده"), N_("خوانندگانی که پاسخ را قانع‌کننده دانستند، از همهٔ کسانی که گفتند")),
    ("late", N_("دیرکرد اکنون"), N_("پرونده‌هایی که مهلتشان گذشته و هنوز پاسخ ندارند")),
)
"""Columns of "who answers and how fast": key, words, meaning."""


def _heads() -> list[tuple[str, str, str]]:
    return [(key, say(words), say(meaning)) for key, words, meaning in HEADS]


def _cells(row: dict[str, Any]) -> dict[str, str]:
    """What stands in a row, in words: shares, or the two numbers where there are few."""
    cells = {key: _share_words(row[part], row[whole]) for key, (part, whole) in SHARES.items()}
    cells |= {key: num(row[key]) for key in ("returns", "late", "open", "answered", "broken", "unheard")}
    return cells | {"median": "—" if row["median"] is None else num(row["median"])}


def _with_words(row: dict[str, Any], name: str) -> dict[str, Any]:
    """A stored row with its name, its shares in percent, its lamp."""
    full = dict.fromkeys(queries.COUNTED, 0) | row
    full["convincing_all"] = full["convincing_yes"] + full["convincing_no"]
    percent = share(full["in_time"], full["answered"])
    full |= {
        "name": name, "percent": percent, "lamp": "g" if percent >= GOOD else "y" if percent >= FAIR else "r",
        "shares": {key: share(full[part], full[whole]) if full[whole] else None for key, (part, whole) in SHARES.items()},
        "median": full.get("median_working_days"),
    }  # fmt: skip
    return full | {"cells": _cells(full)}


def _departments(data: dict[str, Any]) -> list[dict[str, Any]]:
    known = queries.departments_named()
    return [
        _with_words(row, known[row["id"]].name(language()))
        for row in data.get("rows", [])
        if row["id"] in known
    ]


def _districts(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Every district of the city in its order, then what belongs to no district."""
    rows = data.get("rows", {})
    found = [
        _with_words(rows.get(str(d.id), {}) | {"id": d.id, "code": d.code}, d.name(language()))
        for d in queries.districts_in_order()
    ]
    if "0" in rows:
        found.append(_with_words(rows["0"] | {"id": 0, "code": ""}, say(N_("همهٔ شهر"))))
    return found


def _sorted(rows: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """By one column, as the page's reader asked; ties keep the order of the stored rows."""
    if by == "name":
        return sorted(rows, key=lambda row: row["name"])

    def value(row: dict[str, Any]) -> float | None:
        found = row["shares"][by] if by in SHARES else row[by]
        return found if found is None or by in RISING else -found

    return sorted(rows, key=lambda row: (value(row) is None, value(row) or 0))


def _tiles(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tiles = []
    said = Counter(word for row in rows for word in row["name"].casefold().split())
    for row in rows:
        if not row["id"]:
            continue
        own = [word for word in row["name"].split() if said[word.casefold()] * 2 <= len(rows)]
        digits = "".join(c for c in row["code"] if c.isdigit())
        percent, answered = row["percent"], row["answered"]
        level = 1 if percent < POOR else 2 if percent < FAIR else 3 if percent < GOOD else 4
        words = _share_words(row["in_time"], answered)
        tiles.append(
            {"number": int(digits or row["id"]), "label": row["name"], "short": "" if digits else " ".join(own), "value": words, "level": level if answered else 1}
        )  # fmt: skip
    return tiles


def _share_words(part: int, whole: int) -> str:
    """A percentage, or the two numbers where there are few, or a dash."""
    if not whole:
        return "—"
    if whole < FEW:
        return say(N_("%(a)s از %(b)s"), a=num(part), b=num(whole))
    return say(N_("%(p)s٪"), p=num(share(part, whole)))


def _months(data: dict[str, Any]) -> list[tuple[str, int, int]]:
    """(month with its year, opened, answered), the oldest first."""
    return [
        (dates.write_month(dates.read_day(row["month"]), language()), row["opened"], row["answered"])
        for row in data.get("rows", [])
    ]


@bp.get("/outcomes")
@public
def index() -> Response:
    """Answered in time, promised, confirmed done: three separate numbers, and what lies behind them."""
    found = queries.figures("outcomes", "departments", "districts", "months", "promises")
    return render(
        "outcomes/index.html", total=found["outcomes"], departments=_departments(found["departments"]),
        tiles=_tiles(_districts(found["districts"])), months=_months(found["months"]),
        columns=found["promises"].get("columns", {}), pressing=queries.pressing(5), share=share,
    )  # fmt: skip


@bp.get("/outcomes/departments")
@public
def departments() -> Response:
    """Who answers, and how fast: every department and every district, sorted as one likes."""
    found = queries.figures("outcomes", "departments", "districts")
    by = request.args.get("sort", "")
    by = by if by in SORTS else ""
    rows = _departments(found["departments"])
    districts = _districts(found["districts"])
    return render(
        "outcomes/departments.html", total=_with_words(found["outcomes"], ""), rows=_sorted(rows, by) if by else rows,
        sort=by, districts=districts, tiles=_tiles(districts), heads=_heads(),
        taken_at=queries.taken_at("departments"),
    )  # fmt: skip


@bp.get("/outcomes/departments/<int:department_id>")
@public
def department(department_id: int) -> Response:
    """One department: what it owed, answered, promised, and what the people say of it."""
    known = queries.department(department_id)
    rows = queries.figures("departments")["departments"].get("rows", [])
    row = next((r for r in rows if r["id"] == department_id), {"id": department_id})
    return _board(_with_words(row, known.name(language())), department_id=department_id)


@bp.get("/outcomes/districts/<int:district_id>")
@public
def district(district_id: int) -> Response:
    """One district: what came from there and what became of it."""
    known = queries.district(district_id)
    rows = queries.figures("districts")["districts"].get("rows", {})
    row = rows.get(str(district_id), {}) | {"id": district_id}
    return _board(_with_words(row, known.name(language())), district_id=district_id)


def _board(row: dict[str, Any], **where: Any) -> Response:
    waiting = queries.section("wait", size=5, **where)
    unheard = queries.section("unheard", size=5, **where)
    kept = queries.section("kept", size=5, **where)
    return render(
        "outcomes/board.html", row=row, heads=_heads(), overdue=queries.overdue(5, **where),
        pressing=queries.pressing(5, **where), waiting=[*waiting.items, *unheard.items], kept=kept.items,
        answered=queries.lately_answered(5, **where), taken_at=queries.taken_at("departments"), **where,
    )  # fmt: skip


@bp.get("/outcomes.csv")
@public
def table() -> Response:
    """The same figures by department as open data; the last line is the sum."""
    found = queries.figures("outcomes", "departments")
    known = queries.departments_named()
    rows = [
        (known[row["id"]].code, known[row["id"]].name_fa, row)
        for row in found["departments"].get("rows", [])
        if row["id"] in known
    ]
    return _csv("outcomes.csv", "department", [*rows, ("", "total", found["outcomes"])])


@bp.get("/outcomes/districts.csv")
@public
def district_table() -> Response:
    """The same by district; the last line is the sum, as in the table by department."""
    found = queries.figures("outcomes", "districts")
    rows = [(str(row["code"]), str(row["name"]), row) for row in _districts(found["districts"])]
    return _csv("districts.csv", "district", [*rows, ("", "total", found["outcomes"])])


def _csv(filename: str, first: str, rows: Iterable[tuple[str, str, dict[str, Any]]]) -> Response:
    columns = (*queries.COUNTED, "median_days", "median_working_days")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([first, "name", *columns])
    for code, name, row in rows:
        writer.writerow([safe_cell(cell) for cell in (code, name, *map(row.get, columns))])
    return Response(
        "\ufeff" + out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={filename}"},
    )
