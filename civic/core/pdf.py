"""Papers to print: A4, shaped by HarfBuzz, in both directions, with the font of the site.

Every line is laid out as a paragraph of the paper's language; foreign words inside it keep their own direction.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, WrapMode
from fpdf.fonts import TTFFont

from civic.core.i18n import DIRECTION
from config import ROOT

FONTS = Path(ROOT) / "static" / "fonts"
MARGIN, FOOT = 16, 14
INK, MUTED, LINE, LINK, ACCENT = (20, 27, 45), (88, 96, 112), (205, 210, 219), (23, 57, 107), (23, 57, 107)
NUMBER = re.compile(r"(\d(?:[\d٬٫/:.-]*\d)?)")
RTL_RUN = re.compile("[\u0590-\u08ff](?:[^A-Za-z]*[\u0590-\u08ff])?")
SCALES = (1.0, 0.93, 0.86, 0.8, 0.74)
"""Sizes tried, from comfortable to small, until the paper has no more pages than it may have."""


class Paper(FPDF):
    """One document. `scale` shrinks letters and gaps together; `foot` is what stands under page n of all."""

    def __init__(
        self, language: str, *, title: str, made_at: datetime, foot: Callable[[int], str], scale: float = 1.0
    ) -> None:
        super().__init__(format="A4", unit="mm")
        self.language, self.scale, self.foot = language, scale, foot
        self.rtl = DIRECTION[language] == "rtl"
        self.start, self.end = (Align.R, Align.L) if self.rtl else (Align.L, Align.R)
        for style, weight in (("", 400), ("B", 700)):
            self.add_font("vazirmatn", style, str(FONTS / f"vazirmatn-{weight}.ttf"))
        self._shape(rtl=self.rtl)
        self.set_lang(language)
        self.set_title(title)
        self.set_creation_date(made_at)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + FOOT / 2)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-FOOT)
        self._ink(MUTED, 8.5, "")
        self.multi_cell(0, 5, self.foot(self.page_no()), align=self.end)

    def _ink(self, colour: tuple[int, int, int], size: float, style: str) -> float:
        """Letters of this colour and size from here on; answers the height of a line in mm."""
        self.set_font("vazirmatn", style, size * self.scale)
        self.set_text_color(*colour)
        return size * self.scale * 0.58

    def text_line(
        self, text: str, *, size: float = 10.5, bold: bool = False, muted: bool = False, link: str = "", own: bool = False
    ) -> None:  # fmt: skip
        """A paragraph over the whole width; `own` reads in the direction of its first letter, as what people wrote does."""
        colour = LINK if link else MUTED if muted else INK
        height = self._ink(colour, size, "B" if bold else "")
        rtl = reads_right_to_left(text) if own else self.rtl
        self._shape(rtl=rtl)
        self.multi_cell(
            0, height, text if rtl else embedded(text), align=Align.R if rtl else Align.L, link=link or None, new_x="LMARGIN",
            new_y="NEXT",
        )  # fmt: skip
        self._shape(rtl=self.rtl)

    def _shape(self, *, rtl: bool) -> None:
        self.set_text_shaping(use_shaping_engine=True, direction="rtl" if rtl else "ltr")

    def code_line(self, text: str, *, size: float = 8, link: str = "") -> None:
        """An address or a fingerprint: Latin letters in their own order, at the start of the line."""
        height = self._ink(LINK if link else INK, size, "")
        self._shape(rtl=False)
        self.multi_cell(
            0,
            height,
            text,
            align=self.start,
            link=link or None,
            new_x="LMARGIN",
            new_y="NEXT",
            wrapmode=WrapMode.CHAR,
        )
        self._shape(rtl=self.rtl)

    def gap(self, mm: float = 2.0) -> None:
        self.ln(mm * self.scale)

    def head(self, text: str) -> None:
        """A section begins: a rule and a bold line."""
        self.gap(2.6)
        self.set_draw_color(*ACCENT)
        self.set_line_width(0.5)
        self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())
        self.gap(1.2)
        self.text_line(text, size=12, bold=True)
        self.gap(0.8)

    def pair(self, name: str, value: str, *, link: str = "", bold: bool = False) -> None:
        """A name at the start of a line and a figure at its end; the figure leads to where it comes from."""
        wide = self.epw * 0.62
        if not self.rtl:
            name, value = embedded(name), embedded(value)
        height = self._ink(INK, 10.5, "B" if bold else "")
        tall = self.multi_cell(
            wide, height, name, align=self.start, dry_run=True, output=MethodReturnValue.HEIGHT
        )
        if self.will_page_break(float(tall)):  # type: ignore[arg-type]
            self.add_page()
        top = self.get_y()
        self.set_xy(self.w - MARGIN - wide if self.rtl else MARGIN, top)
        self.multi_cell(wide, height, name, align=self.start, new_x="LMARGIN", new_y="NEXT")
        below = self.get_y()
        self._ink(LINK if link else INK, 10.5, "B")
        self.set_xy(MARGIN if self.rtl else MARGIN + wide, top)
        self.cell(self.epw - wide, height, value, align=self.end, link=link or None)
        self.set_xy(MARGIN, below)

    def bar(self, percent: int) -> None:
        """A thin bar, filled from the side where reading starts."""
        tall, full = 1.6 * self.scale, self.epw
        top = self.get_y() + 0.4
        self.set_fill_color(*LINE)
        self.rect(MARGIN, top, full, tall, style="F")
        self.set_fill_color(*ACCENT)
        part = full * max(0, min(100, percent)) / 100
        if part:
            self.rect(self.w - MARGIN - part if self.rtl else MARGIN, top, part, tall, style="F")
        self.set_y(top + tall)
        self.gap(1.6)

    def square(self, image: Any, mm: float) -> None:
        """A picture at the end side of the line, where the next text does not go."""
        self.image(image, x=MARGIN if self.rtl else self.w - MARGIN - mm, y=self.get_y(), w=mm, h=mm)

    def close(self) -> None:
        """Let go of the font files, which the library keeps open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


def reads_right_to_left(text: str) -> bool:
    """Whether its first letter belongs to a script that runs from right to left."""
    first = next((c for c in text if unicodedata.bidirectional(c) in {"L", "R", "AL"}), "")
    return bool(first) and unicodedata.bidirectional(first) != "L"


def embedded(text: str) -> str:
    """Persian or Arabic words inside a line that runs from left to right, isolated.

    Without it the library lays the half-space out as a word of its own and turns the parts of می‌شود around. It also leaves
    numbers inside such words where they stand, so the pieces are given in the order in which the eye meets them.
    """

    def turned(run: re.Match[str]) -> str:
        pieces = NUMBER.split(run[0])
        return "".join(
            piece if NUMBER.fullmatch(piece) else f"\u2067{piece}\u2069"
            for piece in reversed(pieces)
            if piece
        )

    return RTL_RUN.sub(turned, text)


def within(pages: int, make: Callable[[float], Paper]) -> bytes:
    """The paper at the largest size at which it has at most so many pages."""
    paper = make(SCALES[0])
    for scale in SCALES[1:]:
        if paper.pages_count <= pages:
            break
        paper.close()
        paper = make(scale)
    made = bytes(paper.output())
    paper.close()
    return made


@cache
def letters() -> frozenset[int]:
    """Code points that the font can draw."""
    probe = FPDF()
    probe.add_font("vazirmatn", "", str(FONTS / "vazirmatn-400.ttf"))
    font: Any = probe.fonts["vazirmatn"]
    found = frozenset(font.cmap)
    font.ttfont.close()
    return found


def drawable(text: str) -> str:
    """The text without signs the font lacks (emoji, other scripts), which would print as empty boxes."""
    return "".join(c if ord(c) in letters() or c == "\n" else " " for c in text)
