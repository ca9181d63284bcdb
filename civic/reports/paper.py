"""The brief on paper: the same lines as the page, two sides of A4 at the most."""

import io

import segno

from civic.core.i18n import language, say
from civic.core.pdf import Paper, drawable, within
from civic.core.text import N_
from civic.reports import brief
from civic.reports.brief import Line, Section
from civic.reports.queries import Read

PAGES = 2


def print_brief(read: Read, *, base: str, page: str, site: str) -> bytes:
    """PDF bytes; the same for the same document and the same readable quotations. `page` is its own address."""
    made = read.report.frozen_at or read.report.drafted_at
    pages = brief.pages(read)

    def foot(n: int) -> str:
        return say(N_("%(site)s، گزارش مشارکت %(number)s، صفحهٔ %(n)s از %(all)s"), site=site, number=read.report.id, n=n, all=PAGES)  # fmt: skip

    def make(scale: float) -> Paper:
        paper = Paper(language(), title=read.title, made_at=made, foot=foot, scale=scale)
        _title(paper, read)
        for section in pages[0]:
            _section(paper, section, base)
        if paper.page == 1:
            paper.add_page()
        for section in pages[1]:
            _section(paper, section, base)
        _proof(paper, read, base + page)
        return paper

    return within(PAGES, make)


def _title(paper: Paper, read: Read) -> None:
    paper.text_line(say(N_("گزارش مشارکت %(n)s برای شورا"), n=read.report.id), size=9, muted=True)
    paper.text_line(drawable(read.title), size=17, bold=True, own=True)
    paper.text_line(brief.about(read), size=9.5, muted=True)


def _section(paper: Paper, section: Section, base: str) -> None:
    paper.head(section.title)
    for line in section.lines:
        _line(paper, line, base)


def _line(paper: Paper, line: Line, base: str) -> None:
    text = drawable(line.text)
    link = base + line.link if line.link else ""
    if line.kind == "figures":
        words = say(N_("، ")).join(part.words for part in line.parts)
        paper.pair(text, words, link=base + line.parts[0].link)
        if line.bar is not None:
            paper.bar(line.bar)
    elif line.kind in {"quote", "removed"}:
        shown = say(N_("«%(text)s»"), text=text) if line.kind == "quote" else f"■■■■ {text}"
        paper.text_line(drawable(shown), muted=line.kind == "removed", own=line.kind == "quote")
        by = say(N_("، ")).join(
            [part for part in (drawable(line.by), *(part.words for part in line.parts)) if part]
        )
        if by:
            paper.text_line(by, size=9, link=link)
        paper.gap(0.8)
    elif line.kind == "link":
        paper.text_line(text, bold=True, link=link)
    else:
        paper.text_line(
            text, bold=line.kind == "strong", muted=line.kind == "muted", own=line.kind != "muted"
        )


def _proof(paper: Paper, read: Read, address: str) -> None:
    """Where the same can be read and checked."""
    paper.head(say(N_("درستی این سند")))
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=6, border=1)
    out.seek(0)
    paper.square(out, 22 * paper.scale)
    narrow = paper.epw - 26 * paper.scale
    sides = paper.l_margin, paper.r_margin
    paper.set_right_margin(paper.r_margin if paper.rtl else paper.w - paper.l_margin - narrow)
    paper.set_left_margin(paper.w - paper.r_margin - narrow if paper.rtl else paper.l_margin)
    if read.report.frozen_at:
        when = brief.day(read.report.frozen_at.isoformat())
        paper.text_line(
            say(N_("در %(day)s بسته شد و از آن روز حرفی از آن عوض نشده است. اثر انگشت:"), day=when), size=9
        )
        paper.code_line(read.report.sha256, size=7.5)
    else:
        paper.text_line(say(N_("پیش‌نویس است و هنوز در دستور جلسه نیست.")), size=9)
    paper.code_line(address, size=8, link=address)
    paper.set_left_margin(sides[0])
    paper.set_right_margin(sides[1])
