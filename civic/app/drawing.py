"""Drawings of the city's figures as SVG: pure functions; colours come from CSS classes only."""

import math
import random
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup, escape

Number = int | float
Words = Callable[[object], object]

# Where the municipal districts of Mashhad lie, west to east and north to south, as (column, row) of a
# schematic grid; 13 is Samen, the quarter around the shrine. Other cities are drawn row by row.
MASHHAD = {
    12: (0, 0),
    10: (1, 0),
    2: (2, 0),
    3: (3, 0),
    4: (4, 0),
    9: (0, 1),
    11: (1, 1),
    1: (2, 1),
    13: (3, 1),
    5: (4, 1),
    8: (2, 2),
    7: (3, 2),
    6: (4, 2),
}


def drawn(*parts: str) -> Markup:
    """The finished drawing: every word in it was escaped where it was put in."""
    return Markup("".join(parts))  # noqa: S704 - see the sentence above


def star(cx: float, cy: float, radius: float, turn: float = 0.0) -> str:
    """The points of the eight-point star that stands for one proposal."""
    inner = radius * math.cos(math.pi / 4) / math.cos(math.pi / 8)
    points = []
    for k in range(16):
        angle = turn + k * math.pi / 8
        reach = radius if k % 2 == 0 else inner
        points.append(f"{cx + reach * math.cos(angle):.1f},{cy + reach * math.sin(angle):.1f}")
    return " ".join(points)


def shares(counts: Sequence[int]) -> list[int]:
    """Whole percents that always sum to a hundred, so that no bar falls short of its frame."""
    total = sum(counts)
    if total == 0:
        return [0 for _ in counts]
    percents = [100 * n // total for n in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: -(100 * counts[i] % total))
    for i in by_remainder[: 100 - sum(percents)]:
        percents[i] += 1
    return percents


def mosaic(
    counts: tuple[int, int, int, int],
    title: str,
    *,
    columns: int = 9,
    seed: int = 4,
    radius: int = 30,
    gap: int | None = None,
) -> Markup:
    """One star for each proposal that waits for, or has, an answer; a lost address is a wall with a gap."""
    kinds = [kind for kind, n in zip(("done", "run", "look", "no"), counts, strict=True) for _ in range(n)]
    random.Random(seed).shuffle(kinds)  # noqa: S311 - the order of tiles on a wall, nothing secret
    rows = max(1, math.ceil(len(kinds) / columns))
    width, height = columns * 2 * radius, rows * 2 * radius
    outlines: dict[str, list[str]] = {}
    inner: list[str] = []
    for i, kind in enumerate(kinds):
        if i == gap:
            continue
        cx, cy = (i % columns) * 2 * radius + radius, (i // columns) * 2 * radius + radius
        outlines.setdefault(kind, []).append(f"M{star(cx, cy, radius)}Z")
        inner.append(f"M{star(cx, cy, radius * 0.68)}Z")
    body = [f'<path class="t-{kind}" d="{"".join(paths)}"/>' for kind, paths in outlines.items()]
    return drawn(
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">',
        f'<rect class="mos-bg" width="{width}" height="{height}"/>',
        *body,
        f'<path class="t-in" d="{"".join(inner)}"/></svg>',
    )


def ceiling(value: Number) -> int:
    """The round number at the top of a scale, one that four steps divide evenly: 8, 20, 60, 100, 120 ..."""
    for top in (4, 8, 12, 16, 20):
        if top >= value:
            return top
    power = 10
    while True:
        for factor in (4, 6, 8, 10, 12, 16, 20):
            if power * factor >= value:
                return power * factor
        power *= 10


def columns(
    rows: Sequence[tuple[object, ...]],
    title: str,
    *,
    num: Words = str,
    rtl: bool = True,
    height: int = 210,
) -> Markup:
    """One or two columns for each stretch of time; time runs in the direction of reading."""
    series = max(1, max((len(row) for row in rows), default=2) - 1)
    values = [[float(str(v or 0)) for v in row[1:]] for row in rows]
    top = ceiling(max((v for row in values for v in row), default=0))
    width, axis = 620, 56

    def across(x: float, wide: float = 0.0) -> float:
        return width - x - wide if rtl else x

    out = [
        f'<svg class="chart" viewBox="0 0 {width} {height + 44}" role="img" aria-label="{escape(title)}">',
    ]
    for k in range(5):
        y = 16 + (height - 16) * k / 4
        start, end = sorted((across(axis - 10), across(width)))
        out.append(f'<line class="grid-l" x1="{start:.0f}" x2="{end:.0f}" y1="{y:.0f}" y2="{y:.0f}"/>')
        # text-anchor follows the direction of the page, so "start" is the outer edge in both
        out.append(f'<text x="{across(4):.0f}" y="{y + 5:.0f}">{escape(num(top * (4 - k) // 4))}</text>')
    room = (width - axis) / max(1, len(rows))
    bar = min(46.0, room * (0.54 / series))
    step = max(1, math.ceil(len(rows) / 8))
    for i, row in enumerate(values):
        middle = axis + (i + 0.5) * room
        for j, value in enumerate(row):
            tall = (height - 16) * value / top
            x = across(middle + (j - len(row) / 2) * (bar + 3), bar)
            out.append(
                f'<rect class="f{2 if j == 0 else 1}" x="{x:.1f}" y="{height - tall:.1f}" '
                f'width="{bar:.1f}" height="{tall:.1f}" rx="3"/>'
            )
        if i % step == 0:
            out.append(
                f'<text x="{across(middle):.1f}" y="{height + 26}" text-anchor="middle">'
                f"{escape(rows[i][0])}</text>"
            )
    out.append("</svg>")
    return drawn(*out)


def spark(values: Sequence[Number], *, rtl: bool = True, kind: str = "s1") -> Markup:
    """A short line without words beside the number it belongs to; the newest point carries a dot."""
    if len(values) < 2:
        return Markup()
    low, span = min(values), (max(values) - min(values)) or 1
    width, height = 120, 34
    points = []
    for i, value in enumerate(values):
        x = 6 + (width - 12) * i / (len(values) - 1)
        y = height - 6 - (height - 12) * (value - low) / span
        points.append((width - x if rtl else x, y))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return drawn(
        f'<svg class="chart" viewBox="0 0 {width} {height}" width="{width}" height="{height}" ',
        f'aria-hidden="true"><polyline class="{escape(kind)}" points="{line}" fill="none" ',
        'stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/>',
        f'<circle class="f1" cx="{x:.1f}" cy="{y:.1f}" r="4"/></svg>',
    )


def districts(tiles: Sequence[Mapping[str, object]], title: str, *, num: Words = str) -> Markup:
    """The city as equal tiles, so that a small crowded district is seen as well as a wide empty one."""
    numbers = [int(str(tile["number"])) for tile in tiles]
    known = bool(tiles) and all(n in MASHHAD for n in numbers)
    places = [MASHHAD[n] if known else (i % 5, i // 5) for i, n in enumerate(numbers)]
    rows = 1 + max((row for _, row in places), default=0)
    out = [
        f'<svg class="chart dist" viewBox="0 0 388 {rows * 82}" role="img" aria-label="{escape(title)}">',
    ]
    for tile, (column, row) in zip(tiles, places, strict=True):
        level = max(1, min(4, int(str(tile["level"]))))
        x, y = column * 78 + 1, row * 82
        value = tile["value"]
        words = num(value) if isinstance(value, int | float) else value
        out.append(
            f'<rect class="d{level}" x="{x}" y="{y}" width="73" height="77" rx="10"/>'
            f'<text class="big dt{level}" x="{x + 36}" y="{y + 34}" text-anchor="middle">'
            f"{escape(tile.get('short') or num(tile['number']))}</text>"
            f'<text class="dt{level}" x="{x + 36}" y="{y + 58}" text-anchor="middle">{escape(words)}</text>'
        )
    out.append("</svg>")
    return drawn(*out)
