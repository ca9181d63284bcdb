"""What must be true of every page that any test opens."""

import re
from html.parser import HTMLParser

QUIET = {"script", "style", "code", "kbd", "svg"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.h1 = 0
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.inputs: list[tuple[str, dict[str, str]]] = []
        self.problems: list[str] = []
        self.stack: list[tuple[str, bool]] = []
        self.lang = self.dir = ""
        self.latin: list[str] = []
        self.in_label = 0
        self.posts: list[bool] = []
        self.title = ""
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "html":
            self.lang, self.dir = a.get("lang", ""), a.get("dir", "")
        self.h1 += tag == "h1"
        if "id" in a:
            self.ids.append(a["id"])
        if tag == "label":
            self.in_label += 1
            if "for" in a:
                self.labels.add(a["for"])
        if tag in {"input", "select", "textarea"} and a.get("type") not in {"hidden", "submit"}:
            if self.in_label:
                self.labels.add(a.get("id", ""))
            elif "aria-label" not in a and "aria-labelledby" not in a:
                self.inputs.append((tag, a))
        if "style" in a or any(name.startswith("on") for name in a):
            self.problems.append(f"inline style or handler on <{tag}>")
        if tag == "script" and "src" not in a:
            self.problems.append("inline script")
        if tag == "style":
            self.problems.append("inline style sheet")
        if tag == "form" and a.get("method", "").lower() == "post":
            self.posts.append(False)
        if a.get("name") == "csrf_token" and self.posts:
            self.posts[-1] = True
        if tag == "a" and a.get("href", "").startswith("#") and len(a["href"]) > 1:
            self.targets.append(a["href"][1:])
        if tag == "img" and "alt" not in a:
            self.problems.append("picture without alt")
        if tag not in {
            "input",
            "br",
            "img",
            "meta",
            "link",
            "hr",
            "use",
            "path",
            "circle",
            "rect",
            "line",
            "polygon",
            "source",
            "wbr",
        }:
            quiet = (
                tag in QUIET
                or tag == "bdi"
                or "ltr" in a.get("class", "").split()
                or (tag != "html" and a.get("lang", self.lang) != self.lang)
            )
            quiet = quiet or a.get("dir") == "auto"
            self.stack.append((tag, quiet))

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.in_label -= 1
        while self.stack and self.stack[-1][0] != tag:
            self.stack.pop()
        if self.stack:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1][0] == "title":
            self.title += data
            return  # the title cannot mark the words of people, which keep their own digits
        if any(quiet for _, quiet in self.stack) or (self.stack and self.stack[-1][0] == "textarea"):
            return
        if self.lang == "fa" and re.search(r"[0-9٠-٩]", data):
            self.latin.append(data.strip()[:60])


def problems(html: str) -> list[str]:
    """What is wrong with a page."""
    page = _Page()
    page.feed(html)
    found = list(page.problems)
    if page.h1 != 1:
        found.append(f"{page.h1} h1")
    twice = {i for i in page.ids if page.ids.count(i) > 1}
    if twice:
        found.append(f"ids twice: {sorted(twice)}")
    found += [
        f"input without label: {a.get('name') or a.get('id')}"
        for _, a in page.inputs
        if a.get("id") not in page.labels
    ]
    if page.dir != {"fa": "rtl", "ar": "rtl", "en": "ltr"}.get(page.lang):
        found.append(f"lang {page.lang} with dir {page.dir}")
    if page.latin:
        found.append(f"foreign digits: {page.latin[:5]}")
    if not page.title.strip(" |"):
        found.append("no title")
    found += [f"link to #{t}, which is not there" for t in page.targets if t not in page.ids]
    signed = "/signout" in html
    if signed and not all(page.posts):
        found.append("a form without its token")
    if not signed and any(page.posts):
        found.append("a token on a guest's page")
    return found


def inspect(html: str, path: str) -> None:
    """Fails when the page breaks a house rule."""
    found = problems(html)
    assert not found, f"{path}: {found}"
