"""The two pages that a member of the council reads, as plain lines: the page of the site and the paper draw the same.

Every number comes from the document's figures by its key and carries its link; nothing is worked out here.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from civic.core import dates
from civic.core.i18n import language, num, say
from civic.core.text import N_
from civic.reports.queries import Read
from civic.reports.rules import SUBJECT

GROUPS = {
    "citizen": N_("شهروندان"), "expert": N_("کارشناسان"), "women_forum": N_("انجمن‌های بانوان"), "ngo": N_("تشکل‌های مردم‌نهاد"),
    "visitor": N_("زائران"), "other": N_("گروه‌های کوچک با هم"),
}  # fmt: skip
CAPACITIES = {
    "citizen": N_("شهروند"), "expert": N_("کارشناس"), "women_forum": N_("انجمن بانوان"), "ngo": N_("تشکل مردم‌نهاد"), "visitor": N_("زائر"),
}  # fmt: skip
ANSWERS = {
    "accepted": N_("پذیرفته شد"), "partly": N_("پذیرفته شد با تغییر"), "declined": N_("پذیرفته نشد"),
    "already_done": N_("پیش‌تر انجام شده"), "not_ours": N_("در اختیار شهرداری نیست"), "needs_council": N_("به تصمیم شورا نیاز دارد"),
}  # fmt: skip
STATES = {
    "open": N_("هنوز زمان دارد"), "reported": N_("انجام شد، در انتظار تأیید مردم"), "confirmed": N_("انجام شد با تأیید مردم"),
    "broken": N_("از موعد گذشته"),
}  # fmt: skip
REMOVED = N_("این نوشته پس از بسته‌شدن گزارش حذف شده است؛ اثر انگشت سند همان است.")


@dataclass(frozen=True)
class Part:
    """A number in words, its key among the figures and its page."""

    key: str
    words: str
    link: str


@dataclass(frozen=True)
class Line:
    """kind: text, muted, strong, quote, removed, link or figures (a label with its parts, perhaps a bar)."""

    kind: str
    text: str = ""
    parts: tuple[Part, ...] = ()
    bar: int | None = None
    by: str = ""
    link: str = ""
    side: str = ""


@dataclass
class Section:
    title: str
    lines: list[Line] = field(default_factory=list)


def pages(read: Read) -> list[list[Section]]:
    """Two pages: what the people say; what the city answered, promised and left open."""
    return [
        [_question(read), *_vote(read), *_reasons(read)],
        [*_heard(read), _answer(read), *_promises(read), _cost(read), _open(read)],
    ]


def about(read: Read) -> str:
    """The line under the title: topic, place, since when."""
    found = [_name(read.document["category"]), _name(read.document["district"]) or say(N_("همهٔ شهر"))]
    since = day(read.document["published_on"])
    return say(N_("، ")).join([part for part in found if part] + ([since] if since else []))


def day(stored: str | None) -> str:
    """A stored day or moment in the words of the page."""
    if not stored:
        return ""
    value = datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)
    return dates.write_day(value, language(), "y")


def _name(names: dict[str, str] | None) -> str:
    return (names or {}).get(language(), "")


def _part(read: Read, key: str, words: str = "%(n)s") -> Part:
    """`words` has one place for the number."""
    found = read.figures[key]
    return Part(key, say(words, n=found["n"]), found["link"])


def _counted(read: Read, key: str) -> Part:
    """A number with its unit where the label does not name it: always in figures, never as the word of a dual."""
    found = read.figures[key]
    words = {"ballots": N_("رأی: %(n)s"), "percent": N_("%(n)s٪"), "rial": N_("%(n)s ریال")}.get(
        found["unit"]
    )
    return Part(key, say(words, n=found["n"]) if words else num(found["n"]), found["link"])


def _quote(read: Read, ref: str, **more: Any) -> Line:
    words = read.words.get(ref)
    if words is None:
        return Line("removed", say(REMOVED), **more)
    return Line("quote", words.text, **({"by": words.byline} | more))


def _question(read: Read) -> Section:
    prose = read.document["prose"]
    lines = [Line("strong", prose["question"] or read.title)]
    return Section(say(N_("پرسش از شورا")), [*lines, _quote(read, SUBJECT, link=read.document["page"])])


def _vote(read: Read) -> list[Section]:
    vote, figures = read.document["vote"], read.figures
    part = Section(say(N_("چه کسانی و چند نفر؟")))
    for key, label in (
        ("participants", N_("شرکت‌کنندگان")), ("comments", N_("نظرها")), ("followers", N_("پیگیری‌کنندگان"))
    ):  # fmt: skip
        if key in figures:
            part.lines.append(Line("figures", say(label), (_counted(read, key),)))
    if vote is None:
        return [part]
    closed = vote["state"] == "closed"
    last = day(vote["last_day"])
    when = (
        say(N_("رأی‌گیری در %(day)s پایان یافت."), day=last)
        if closed
        else say(N_("رأی‌گیری تا %(day)s باز است."), day=last)
    )
    total = Section(
        say(N_("رأی‌ها")),
        [Line("muted", when), Line("figures", say(N_("همهٔ رأی‌ها")), (_counted(read, "vote.total"),))],
    )
    for option in vote["options"]:
        key = f"vote.{option['key']}"
        total.lines.append(
            Line(
                "figures", _option(option), (_counted(read, key), _counted(read, f"{key}.percent")),
                bar=figures[f"{key}.percent"]["n"],
            )
        )  # fmt: skip
    if "vote.threshold" in figures:
        reached = day(vote["reached_on"])
        label = say(N_("حد نصاب، در %(day)s رسید"), day=reached) if reached else say(N_("حد نصاب"))
        total.lines.append(Line("figures", label, (_counted(read, "vote.threshold"),)))
    return [total, _groups(read, closed=closed), part]


def _option(option: dict[str, str]) -> str:
    return {"for": say(N_("موافق")), "against": say(N_("مخالف"))}.get(option["key"]) or option["label"]


def _groups(read: Read, *, closed: bool) -> Section:
    vote = read.document["vote"]
    found = Section(say(N_("رأی گروه‌ها")))
    if not closed:
        found.lines.append(Line("muted", say(N_("تفکیک گروه‌ها پس از پایان رأی‌گیری منتشر می‌شود."))))
    elif not vote["groups"]:
        found.lines.append(
            Line("muted", say(N_("گروه‌ها کوچک‌تر از آن‌اند که جدا منتشر شوند؛ مبادا رأی کسی آشکار شود.")))
        )
    for group in vote["groups"]:
        best = max(vote["options"], key=lambda o: read.figures[f"group.{group}.{o['key']}"]["n"])
        chosen = vote["options"][0] if vote["yes_no"] else best
        key = f"group.{group}.{chosen['key']}.percent"
        share = Part(
            key, say(N_("%(n)s٪ %(option)s"), n=read.figures[key]["n"], option=_option(chosen)), read.figures[key]["link"]
        )  # fmt: skip
        found.lines.append(
            Line("figures", say(GROUPS.get(group, group)), (_counted(read, f"group.{group}.total"), share),
                 bar=read.figures[key]["n"])
        )  # fmt: skip
    return found


def _reasons(read: Read) -> list[Section]:
    if not read.document["reasons"]:
        return []
    found = Section(say(N_("قوی‌ترین دلیل‌های دو سو")))
    for reason in read.document["reasons"]:
        key = f"reason.{reason['ref']}.useful"
        side = say(N_("موافق")) if reason["side"] == "for" else say(N_("مخالف"))
        quote = _quote(read, reason["ref"], link=reason["link"], side=reason["side"])
        by = say(N_("، ")).join(
            part for part in (side, quote.by, say(CAPACITIES.get(reason["capacity"], ""))) if part
        )
        useful = _part(read, key, N_("مفید برای %(n)s نفر"))
        found.lines.append(Line(quote.kind, quote.text, (useful,), by=by, link=quote.link, side=quote.side))
    return [found]


def _heard(read: Read) -> list[Section]:
    words = read.document["prose"]["heard"]
    return [Section(say(N_("چه شنیدیم؟")), [Line("text", words)])] if words else []


def _answer(read: Read) -> Section:
    found = Section(say(N_("پاسخ واحد مسئول")))
    if not read.document["answers"]:
        found.lines.append(Line("muted", say(N_("هنوز پاسخی منتشر نشده است."))))
    for answer in read.document["answers"]:
        kind = say(ANSWERS.get(answer["kind"], answer["kind"]))
        named = (kind, _name(answer["department"]), day(answer["published_on"]))
        who = say(N_("، ")).join(part for part in named if part)
        found.lines += [Line("link", who, link=answer["link"]), Line("text", answer["what"])]
        if answer["why"]:
            found.lines += [Line("muted", say(N_("دلیل:"))), Line("text", answer["why"])]
        label = (
            say(N_("در مهلت پاسخ داده شد؛ شمار روزهای کاری"))
            if answer["in_time"]
            else say(N_("با دیرکرد پاسخ داده شد؛ شمار روزهای کاری"))
        )
        found.lines.append(Line("figures", label, (_counted(read, f"answer.{answer['ref']}.days"),)))
    return found


def _promises(read: Read) -> list[Section]:
    if not read.document["promises"]:
        return []
    found = Section(say(N_("قول‌های شهر")))
    for promise in read.document["promises"]:
        state = say(STATES.get(promise["state"], promise["state"]))
        words = say(
            N_("%(what)s، تا %(day)s (%(state)s)"),
            what=promise["text"],
            day=day(promise["due_on"]),
            state=state,
        )
        key = f"promise.{promise['ref']}"
        found.lines += [
            Line("link", words, link=promise["link"]),
            Line(
                "figures", say(N_("مردم می‌گویند")),
                (_part(read, f"{key}.done", N_("%(n)s درست شد")), _part(read, f"{key}.partly", N_("%(n)s تا حدی")),
                 _part(read, f"{key}.not_done", N_("%(n)s نه"))),
            ),
        ]  # fmt: skip
    return [found]


def _cost(read: Read) -> Section:
    found = Section(say(N_("هزینه")))
    if "cost" in read.figures:
        found.lines.append(Line("figures", say(N_("برآورد واحد مسئول")), (_counted(read, "cost"),)))
    else:
        found.lines.append(Line("muted", say(N_("واحد مسئول هزینه‌ای اعلام نکرده است."))))
    return found


def _open(read: Read) -> Section:
    found = Section(say(N_("هنوز روشن نیست")))
    words = read.document["prose"]["open_points"]
    found.lines += [Line("text", line) for line in words.splitlines() if line.strip()]
    for asked in read.document["questions"]:
        if asked["ref"] not in read.words:
            found.lines.append(Line("removed", say(REMOVED)))
            continue
        state = say(N_("پاسخ گرفت")) if asked["answered"] else say(N_("در انتظار پاسخ"))
        found.lines.append(
            Line("link", say(N_("پرسش شورا: %(title)s (%(state)s)"), title=read.words[asked["ref"]].text, state=state), link=asked["link"])
        )  # fmt: skip
    if not found.lines:
        found.lines.append(Line("muted", say(N_("چیزی نوشته نشده است."))))
    return found
