"""What the habit tests look for, as functions from a file's text to the faults found in it.

Plain functions on strings, so that each rule is tried on a planted fault beside the real tree:
a rule that finds nothing anywhere proves nothing.
"""

import ast
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"

Fault = tuple[int, str]

PERSIAN = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefe\u200c]")
TRANSLATES = {"_", "N_", "gettext", "ngettext", "pgettext", "npgettext"}
# a language is called by its own name, whatever the language of the page
OWN_NAMES = re.compile(r"(?<!\w)(?:فارسی|فا|العربية|ع)(?!\w)")


def python_files() -> list[Path]:
    return sorted((ROOT / "civic").rglob("*.py"))


def template_files() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt", ".xml"})


def read(path: Path) -> str:
    return path.read_text("utf-8")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def within(path: Path, places: dict[str, str]) -> bool:
    """Whether the file is one of these places: a file, or everything in a folder (ending in "/")."""
    name = named(path)
    return any(name == place or (place.endswith("/") and name.startswith(place)) for place in places)


def faults(look: Callable[[str], Iterator[Fault]], files: list[Path], but: dict[str, str]) -> list[str]:
    """What `look` finds in these files, less the places in `but`, each of which carries its reason."""
    return [
        f"{named(path)}:{line}: {what}"
        for path in files
        if not within(path, but)
        for line, what in look(read(path))
    ]


# ---- Python ------------------------------------------------------------------------------------


def commits(source: str) -> Iterator[Fault]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno, "commits; the entry point's transaction() does"


def status_assignments(source: str) -> Iterator[Fault]:
    """`x.status = ...`, setattr of it, and update(X).values(status=...)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found = any(
                isinstance(part, ast.Attribute) and part.attr == "status"
                for t in targets
                for part in ast.walk(t)
            )
        elif isinstance(node, ast.Call):
            found = _sets_status(node)
        else:
            found = False
        if found:
            yield node.lineno, "sets a status; core.states.move does"


def _sets_status(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name) and call.func.id == "setattr":
        return any(isinstance(arg, ast.Constant) and arg.value == "status" for arg in call.args)
    if isinstance(call.func, ast.Attribute) and call.func.attr == "values":
        names = {part.id for part in ast.walk(call.func.value) if isinstance(part, ast.Name)}
        return "update" in names and any(keyword.arg == "status" for keyword in call.keywords)
    return False


def unguarded_verbs(source: str, parts: Collection[str] = ()) -> Iterator[Fault]:
    """Public functions of a service whose first act is neither require() nor a refusal of all but SYSTEM."""
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or node.name in parts:
            continue
        has_docstring = ast.get_docstring(node) is not None
        first = node.body[1 if has_docstring else 0] if len(node.body) > has_docstring else None
        if not (first and _guards(first)):
            yield node.lineno, f"{node.name}() does not begin with require()"


def _guards(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        called = statement.value.func
        return "require" in {getattr(called, "id", ""), getattr(called, "attr", "")}
    refuses = isinstance(statement, ast.Assert) or (
        isinstance(statement, ast.If) and isinstance(statement.body[0], ast.Raise)
    )
    return refuses and bool(re.search(r"Actor\.SYSTEM|actor\.system", ast.unparse(statement)))


def calls_to_services(source: str, names: Collection[str]) -> Iterator[Fault]:
    """Calls of these functions on a module that is called service, or something_service."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in names and ast.unparse(node.func.value).endswith("service"):
            yield node.lineno, f"calls {node.func.attr}(), which asks for no permission"


def imports_in_functions(source: str) -> Iterator[Fault]:
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield (
                    node.lineno,
                    f"imports inside {function.name}(): the import contracts are for all to see",
                )


def strings(source: str) -> Iterator[str]:
    """Every string of a file, a computed part of an f-string as `*`."""
    tree = ast.parse(source)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in node.values)


# ---- templates ---------------------------------------------------------------------------------

JINJA = Environment(
    extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True
)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


INLINE = (
    r"<style\b|\sstyle\s*=|javascript:"
    r"|<script\b(?![^>]*\ssrc\s*=)"
    r"|<[a-z][^<>]*?\son[a-z]+\s*="
)


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text without what matches, every line where it was."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def marked_safe(template: str) -> Iterator[Fault]:
    text = blanked(COMMENT, template)
    for match in re.finditer(r"\|\s*safe\b|\{%-?\s*autoescape\s+false", text):
        yield line_of(text, match.start()), "switches escaping off; only ui/ and layouts/ may"


def inline_code(template: str) -> Iterator[Fault]:
    """What the content security policy ('self' only) would block, or silently drop."""
    markup = blanked(EXPRESSION, blanked(COMMENT, template))
    for match in re.finditer(INLINE, markup, re.IGNORECASE):
        yield (
            line_of(markup, match.start()),
            f"{match[0].split()[-1]} is inline, the policy of the site blocks it",
        )


def untranslated(template: str) -> Iterator[Fault]:
    """Persian that does not pass through _() or {% trans %}: it would stand so on the English page."""

    def look(node: nodes.Node) -> Iterator[Fault]:
        if (
            isinstance(node, nodes.Call)
            and isinstance(node.node, nodes.Name)
            and node.node.name in TRANSLATES
        ):
            return
        if isinstance(node, nodes.TemplateData):
            for number, line in enumerate(node.data.split("\n")):
                yield from fault(line, node.lineno + number)
        elif isinstance(node, nodes.Const) and isinstance(node.value, str):
            yield from fault(node.value, node.lineno)
        for child in node.iter_child_nodes():
            yield from look(child)

    def fault(text: str, line: int) -> Iterator[Fault]:
        if PERSIAN.search(OWN_NAMES.sub("", text)):
            yield line, f"untranslated: {text.strip()[:60]}"

    yield from look(JINJA.parse(template))


def unused_macros(template: str) -> Iterator[Fault]:
    tree = JINJA.parse(template)
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    for node in tree.find_all(nodes.FromImport):
        for name in node.names:
            own = name[1] if isinstance(name, tuple) else name
            if own not in used:
                yield node.lineno, f"imports {own} and does not use it"


def templates_named_in(template: str) -> Iterator[str]:
    """What it extends, includes and imports, and every name it computes, a variable part as `*`."""
    tree = JINJA.parse(template)
    for node in tree.find_all((nodes.Const, nodes.Concat, nodes.Add, nodes.TemplateData)):
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, nodes.Concat):
            yield "".join(str(p.value) if isinstance(p, nodes.Const) else "*" for p in node.nodes)
        elif isinstance(node, nodes.Add):
            sides = (node.left, node.right)
            yield "".join(str(p.value) if isinstance(p, nodes.Const) else "*" for p in sides)


def unreached(templates: set[str], names: set[str]) -> set[str]:
    """Templates that nothing names. `names` may carry `*`; a `*` alone names nothing."""
    exact = names & templates
    patterns = [
        re.compile(".*".join(map(re.escape, name.split("*"))))
        for name in names
        if "*" in name and re.search(r"\w", name.replace(".html", "").replace(".txt", "").replace("*", ""))
    ]
    return {t for t in templates - exact if not any(pattern.fullmatch(t) for pattern in patterns)}


# ---- style sheets ------------------------------------------------------------------------------

PHYSICAL = re.compile(
    r"(?P<side>(?:scroll-)?(?:margin|padding)-(?:left|right)|border-(?:left|right)(?:-\w+)?"
    r"|border-(?:top|bottom)-(?:left|right)-radius|(?<![\w.#-])(?:left|right))\s*:"
    r"|(?P<value>(?<![\w-])(?:text-align|float|clear)\s*:\s*(?:left|right)\b)"
)


def physical_sides(css: str) -> Iterator[Fault]:
    """Left and right by name: the site is read in both directions."""
    text = blanked(re.compile(r"/\*.*?\*/", re.DOTALL), css)
    for match in PHYSICAL.finditer(text):
        yield line_of(text, match.start()), f"{match[0]} is physical; use inline-start or inline-end"


# ---- migrations --------------------------------------------------------------------------------


def migration_faults(files: dict[str, str], head: str | None) -> Iterator[str]:
    """File name -> source, and what .head says. Numbered without a gap, one chain, one head, no models."""
    names = sorted(files)
    revisions: dict[str, str | None] = {}
    for number, name in enumerate(names, 1):
        if not re.fullmatch(rf"{number:04d}_[a-z0-9_]+\.py", name):
            yield f"{name}: expected a name beginning with {number:04d}_"
        values = {}
        for node in ast.parse(files[name]).body:
            target = node.target if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [None])[0]
            if isinstance(target, ast.Name) and isinstance(node.value, ast.Constant):
                values[target.id] = node.value.value
        if "revision" not in values or "down_revision" not in values:
            yield f"{name}: names no revision and down_revision"
            continue
        revisions[values["revision"]] = values["down_revision"]
        if re.search(
            r"^\s*(from|import) civic\.\w+(\.models|\.queries|\.service)", files[name], re.MULTILINE
        ):
            yield f"{name}: imports code that will have changed when this migration runs"
    heads = set(revisions) - set(revisions.values())
    if names and len(heads) != 1:
        yield f"expected one head, found {sorted(heads)}"
    elif names and head != next(iter(heads)):
        yield f"migrations/versions/.head says {head!r}, the newest is {next(iter(heads))!r}"
